"""How everything looks: tokens, palette, style sheet, icons. No other module names a colour.

Widgets ask for a look by property: `kind` on push buttons (`primary`, `danger`, `quiet`), `kind="rail"` on the tool
buttons of the navigation, `role` on labels (`title`, `muted`, `small`, `figure`, `error`, `ok`, `warn`), `card` on
frames, `error` and `role="figure"` on line edits, `plain` on lists. After changing one on a widget that is already
shown, call `restyle(widget)`.
"""

from PySide6.QtWidgets import QWidget

from boxoffice_desktop.ui.widgets.theme.active import ThemeNotifier, theme, theme_notifier
from boxoffice_desktop.ui.widgets.theme.apply import apply_theme
from boxoffice_desktop.ui.widgets.theme.icons import icon, list_icon_names, set_icon
from boxoffice_desktop.ui.widgets.theme.tokens import (
    CORNER,
    SERIES,
    SPACE_AROUND,
    SPACE_BETWEEN,
    SPACE_INSIDE,
    Theme,
    mix,
)

__all__ = [
    "CORNER",
    "SERIES",
    "SPACE_AROUND",
    "SPACE_BETWEEN",
    "SPACE_INSIDE",
    "Theme",
    "ThemeNotifier",
    "apply_theme",
    "icon",
    "list_icon_names",
    "mix",
    "restyle",
    "set_icon",
    "theme",
    "theme_notifier",
]


def restyle(widget: QWidget) -> None:
    """Let a widget's dynamic properties take effect after they changed."""
    widget.style().unpolish(widget)
    widget.style().polish(widget)

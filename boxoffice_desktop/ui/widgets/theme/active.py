"""The theme that is active now, and the signal that says it changed."""

from functools import cache

from PySide6.QtCore import QObject, Signal

from boxoffice_desktop.ui.widgets.theme.tokens import Theme


class ThemeNotifier(QObject):
    """Tells what draws by itself that its colours are out of date.

    Signals:
        changed: another theme is active; `theme()` already returns it.
    """

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.current = Theme()


@cache
def theme_notifier() -> ThemeNotifier:
    """The application's notifier; connect to its `changed`."""
    return ThemeNotifier()


def theme() -> Theme:
    """The active theme; the light one before `apply_theme` has been called."""
    return theme_notifier().current

"""Put a theme on the application: style, palette, fonts and the style sheet."""

from functools import cache

from PySide6.QtGui import QFont, QFontDatabase
from PySide6.QtWidgets import QApplication, QStyleFactory

from boxoffice_desktop.files import resources_folder
from boxoffice_desktop.ui.widgets.theme.active import theme_notifier
from boxoffice_desktop.ui.widgets.theme.icons import retint_icons
from boxoffice_desktop.ui.widgets.theme.stylesheet import build_palette, build_style_sheet
from boxoffice_desktop.ui.widgets.theme.tokens import Theme

_MAIN_FAMILY = "Noto Sans"


@cache
def _register_fonts() -> tuple[str, ...]:
    """Load the fonts that travel with the program; the families, the main one first, the rest as fallbacks.

    Without them the offscreen platform would draw boxes for Devanagari, Arabic and Chinese.
    """
    families: set[str] = set()
    for pattern in ("*.ttf", "*.otf", "*.ttc"):
        for path in sorted((resources_folder() / "fonts").glob(pattern)):
            families.update(QFontDatabase.applicationFontFamilies(QFontDatabase.addApplicationFont(str(path))))
    return tuple(sorted(families, key=lambda family: (family != _MAIN_FAMILY, family)))


def _application_font(theme: Theme) -> QFont:
    font = QFont()
    families = _register_fonts()
    if _MAIN_FAMILY in families:
        font.setFamilies(list(families))
    font.setPixelSize(theme.font_px("body"))
    return font


def apply_theme(app: QApplication, *, dark: bool, touch: bool = False, scale: float = 1.0) -> None:
    """Make a theme the active one, now and for every widget to come.

    Afterwards `theme()` returns it, icons given by `set_icon` are tinted anew and the notifier has said `changed`.

    Args:
        app: the application.
        dark: the dark palette instead of the light one.
        touch: controls 44 px high instead of 36.
        scale: factor on every type size, on top of the screen's own.
    """
    chosen = Theme(dark=dark, touch=touch, scale=scale)
    notifier = theme_notifier()
    notifier.current = chosen
    app.setStyle(QStyleFactory.create("Fusion"))
    app.setPalette(build_palette(chosen))
    app.setFont(_application_font(chosen))
    app.setStyleSheet(build_style_sheet(chosen))
    retint_icons()
    notifier.changed.emit()

"""The line icons of `resources/icons`, tinted by the theme."""

from functools import lru_cache

from PySide6.QtCore import QByteArray, QSize, Qt
from PySide6.QtGui import QColor, QGuiApplication, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QAbstractButton, QApplication

from boxoffice_desktop.files import resources_folder
from boxoffice_desktop.ui.widgets.theme.active import theme
from boxoffice_desktop.ui.widgets.theme.tokens import mix

_SIZES = (16, 20, 24, 32)
_NAME, _ROLE = "iconName", "iconRole"


def list_icon_names() -> tuple[str, ...]:
    """The names that `icon` knows, sorted."""
    return tuple(sorted(path.stem for path in (resources_folder() / "icons").glob("*.svg")))


@lru_cache(maxsize=128)
def _source(name: str) -> str:
    return (resources_folder() / "icons" / f"{name}.svg").read_text(encoding="utf-8")


def render_icon(name: str, colour: QColor, pixels: int) -> QPixmap:
    """The icon as a square picture of `pixels` real pixels a side.

    Raises:
        FileNotFoundError: there is no icon of that name.
    """
    renderer = QSvgRenderer(QByteArray(_source(name).replace("currentColor", colour.name()).encode()))
    pixmap = QPixmap(pixels, pixels)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    renderer.render(painter)
    painter.end()
    return pixmap


@lru_cache(maxsize=512)
def _make_icon(name: str, colour: str, faint: str, factors: frozenset[float]) -> QIcon:
    result = QIcon()
    for pixels in sorted({round(size * factor) for size in _SIZES for factor in factors}):
        result.addPixmap(render_icon(name, QColor(colour), pixels))
        result.addPixmap(render_icon(name, QColor(faint), pixels), QIcon.Mode.Disabled)
    return result


def icon(name: str, role: str = "text") -> QIcon:
    """The icon in the colour of a role (`text`, `muted`, `accent`, `on_accent`, `ok`, `warn`, `bad`).

    It is drawn for the pixel ratio of every screen, so that it stays crisp from 100 to 200 %. It keeps its colour
    when the theme changes; `set_icon` does not.

    Raises:
        FileNotFoundError: there is no icon of that name.
    """
    current = theme()
    factors = frozenset({1.0, 2.0, *(screen.devicePixelRatio() for screen in QGuiApplication.screens())})
    colour = current.colour(role)
    faint = mix(colour, current.colour("surface"), 0.4)
    return _make_icon(name, colour.name(), faint.name(), factors)


def set_icon(button: QAbstractButton, name: str, role: str = "text", size: int = 20) -> None:
    """Give a button an icon that follows the theme. `size` is in device-independent pixels."""
    button.setProperty(_NAME, name)
    button.setProperty(_ROLE, role)
    button.setIcon(icon(name, role))
    button.setIconSize(QSize(size, size))


def retint_icons() -> None:
    """Draw every icon given by `set_icon` again in the colours of the theme that is active now."""
    for widget in QApplication.allWidgets():
        name = widget.property(_NAME)
        if name and isinstance(widget, QAbstractButton):
            widget.setIcon(icon(name, widget.property(_ROLE)))

import re
from xml.etree import ElementTree as ET

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QIcon, QPalette
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from boxoffice_desktop.files import resources_folder
from boxoffice_desktop.ui.widgets.theme import (
    Theme,
    apply_theme,
    icon,
    list_icon_names,
    set_icon,
    theme,
    theme_notifier,
)
from boxoffice_desktop.ui.widgets.theme.stylesheet import build_style_sheet

WANTED_ICONS = [
    "sell",
    "find",
    "shift",
    "door",
    "films",
    "plan",
    "halls",
    "prices",
    "staff",
    "settings",
    "sign-out",
    "plus",
    "minus",
    "fit",
    "chevron-left",
    "chevron-right",
    "check",
    "cross",
    "wheelchair",
    "love-seat",
    "recliner",
    "companion",
    "clock",
    "printer",
    "cash",
    "card",
    "warning",
    "info",
    "offline",
    "moon",
    "sun",
    "keyboard",
]


def luminance(colour: QColor) -> float:
    parts = [colour.redF(), colour.greenF(), colour.blueF()]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: QColor, other: QColor) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize(
    ("role", "least"), [("text", 13), ("muted", 5.9), ("ok", 4.7), ("warn", 4.7), ("bad", 4.7), ("accent", 4.7)]
)
def test_every_role_can_be_read_on_the_surface(dark: bool, role: str, least: float) -> None:  # noqa: FBT001 - a parameter of pytest
    shown = Theme(dark=dark)
    assert contrast(shown.colour(role), shown.colour("surface")) >= least


@pytest.mark.parametrize("dark", [False, True])
def test_text_on_the_accent_can_be_read(dark: bool) -> None:  # noqa: FBT001 - a parameter of pytest
    shown = Theme(dark=dark)
    assert contrast(shown.colour("on_accent"), shown.colour("accent")) >= 4.7


def test_applying_a_theme_changes_palette_and_tells_who_draws_by_itself(qapp: QApplication, qtbot: QtBot) -> None:
    with qtbot.waitSignal(theme_notifier().changed):
        apply_theme(qapp, dark=True)
    assert theme().dark
    assert qapp.palette().color(QPalette.ColorRole.Window) == QColor("#14171C")


@pytest.mark.parametrize(("touch", "height"), [(False, 36), (True, 44)])
def test_buttons_are_high_enough_for_mouse_and_fingers(
    qapp: QApplication,
    qtbot: QtBot,
    touch: bool,  # noqa: FBT001 - a parameter of pytest
    height: int,
) -> None:
    apply_theme(qapp, dark=False, touch=touch)
    button = QPushButton("Pay")
    qtbot.addWidget(button)
    button.ensurePolished()
    assert button.sizeHint().height() == height


def test_type_grows_with_the_scale(qapp: QApplication) -> None:
    apply_theme(qapp, dark=False, scale=2.0)
    assert "font-size: 64px" in qapp.styleSheet()


def test_every_placeholder_of_the_style_sheet_is_filled() -> None:
    assert "$" not in build_style_sheet(Theme(dark=True))


def test_the_focused_button_looks_different(qtbot: QtBot) -> None:
    button = QPushButton("Pay")
    qtbot.addWidget(button)
    with qtbot.waitActive(button):
        button.show()
        button.activateWindow()
    button.clearFocus()
    plain = button.grab().toImage()
    button.setFocus()
    assert button.grab().toImage() != plain


def test_every_icon_that_the_screens_need_is_there() -> None:
    assert set(WANTED_ICONS) <= set(list_icon_names())


@pytest.mark.parametrize("name", list_icon_names())
def test_icons_are_one_family(name: str) -> None:
    root = ET.fromstring((resources_folder() / "icons" / f"{name}.svg").read_text(encoding="utf-8"))  # noqa: S314 - our own file
    assert (root.get("viewBox"), root.get("stroke-width"), root.get("stroke-linecap")) == ("0 0 24 24", "1.75", "round")
    assert root.get("stroke") == "currentColor"
    assert root.get("fill") == "none"


@pytest.mark.parametrize("name", list_icon_names())
def test_icons_take_the_colour_of_their_role(qapp: QApplication, name: str) -> None:
    image = icon(name, "bad").pixmap(QSize(48, 48)).toImage()
    colours = {
        image.pixelColor(x, y).name() for x in range(48) for y in range(48) if image.pixelColor(x, y).alpha() > 250
    }
    wanted = QColor("#B3261E")
    assert colours
    assert all(abs(QColor(c).red() - wanted.red()) < 4 and abs(QColor(c).blue() - wanted.blue()) < 4 for c in colours)


@pytest.mark.parametrize("pixels", [16, 20, 24, 32, 40, 48, 64])
def test_icons_are_drawn_for_each_size_not_scaled(qapp: QApplication, pixels: int) -> None:
    assert QSize(pixels, pixels) in icon("sell").availableSizes()


def test_a_disabled_icon_is_fainter(qapp: QApplication) -> None:
    size = QSize(24, 24)
    assert icon("sell").pixmap(size, QIcon.Mode.Disabled).toImage() != icon("sell").pixmap(size).toImage()


def test_icons_of_buttons_follow_the_theme(qapp: QApplication, qtbot: QtBot) -> None:
    button = QPushButton()
    qtbot.addWidget(button)
    set_icon(button, "sell")
    before = button.icon().pixmap(QSize(24, 24)).toImage()
    apply_theme(qapp, dark=True)
    assert button.icon().pixmap(QSize(24, 24)).toImage() != before


def test_no_widget_of_the_window_names_a_colour() -> None:
    ui = resources_folder().parent / "boxoffice_desktop" / "ui"
    named = re.compile(r"#[0-9a-fA-F]{6}\b")
    offenders = [
        str(path.relative_to(ui))
        for path in ui.rglob("*.py")
        if path.parent.name != "theme" and named.search(path.read_text(encoding="utf-8"))
    ]
    assert offenders == []

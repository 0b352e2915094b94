from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolButton
from pytestqt.qtbot import QtBot

from boxoffice_desktop.domain.halls import HallPicture
from boxoffice_desktop.ui.widgets.seat_map import EXCHANGE_LOOKS, SeatLegend, SeatMapPanel
from boxoffice_desktop.ui.widgets.theme import apply_theme
from tests.ui.widgets.demo_halls import load_hall


def make_panel(qtbot: QtBot, hall: HallPicture, width: int = 1000) -> SeatMapPanel:
    panel = SeatMapPanel()
    qtbot.addWidget(panel)
    panel.resize(width, 560)
    panel.show_hall(hall, {hall.areas[0].area_id: "12.00"})
    with qtbot.waitExposed(panel):
        panel.show()
    return panel


def test_the_legend_names_areas_with_prices_kinds_and_states(qtbot: QtBot, hall: HallPicture) -> None:
    panel = make_panel(qtbot, hall)
    assert panel.legend.texts() == (
        "Standard  12.00", "Premium", "Loveseat", "Wheelchair place", "Companion",
        "In your basket", "Held", "Reserved", "House", "Sold", "Out of order",
    )  # fmt: skip


def test_the_legend_of_an_exchange_explains_what_is_chosen_and_given_up(qtbot: QtBot) -> None:
    legend = SeatLegend(looks=EXCHANGE_LOOKS)
    qtbot.addWidget(legend)
    legend.show_hall(load_hall(48))
    assert legend.texts()[1:4] == ("Chosen", "Given up", "Held")


def test_other_prices_change_the_legend_and_nothing_else(qtbot: QtBot, hall: HallPicture) -> None:
    panel = make_panel(qtbot, hall)
    panel.seat_map.zoom_in()
    zoom, before = panel.seat_map.zoom, panel.legend.texts()
    panel.show_prices({hall.areas[0].area_id: "8.00"})
    assert panel.legend.texts() == ("Standard  8.00", *before[1:])
    assert panel.seat_map.zoom == zoom


def test_the_legend_shows_only_the_kinds_of_this_hall(qtbot: QtBot) -> None:
    legend = SeatLegend()
    qtbot.addWidget(legend)
    legend.show_hall(load_hall(48))
    assert legend.texts()[:2] == ("Recliner", "In your basket")


def test_the_legend_wraps_and_nothing_is_cut_off(qtbot: QtBot, hall: HallPicture) -> None:
    wide, narrow = make_panel(qtbot, hall, 1600), make_panel(qtbot, hall, 700)
    assert narrow.legend.height() > wide.legend.height()
    for legend in (wide.legend, narrow.legend):
        assert all(legend.rect().contains(entry.geometry()) for entry in legend._entries)


def test_the_counts_are_written_out(qtbot: QtBot, hall: HallPicture) -> None:
    panel = make_panel(qtbot, hall)
    panel.show_counts(112, 4, 71)
    assert panel.counts.text() == "112 free · 4 held · 71 sold"


def test_the_buttons_zoom_and_leave_the_keyboard_to_the_map(qtbot: QtBot, hall: HallPicture) -> None:
    panel = make_panel(qtbot, hall)
    out, fit, closer = panel.findChildren(QToolButton)
    fitted = panel.seat_map.zoom
    QTest.mouseClick(closer, Qt.MouseButton.LeftButton)
    QTest.mouseClick(closer, Qt.MouseButton.LeftButton)
    assert panel.seat_map.zoom > fitted * 1.5
    QTest.mouseClick(out, Qt.MouseButton.LeftButton)
    assert fitted < panel.seat_map.zoom < fitted * 1.5
    QTest.mouseClick(fit, Qt.MouseButton.LeftButton)
    assert panel.seat_map.is_fitted
    assert all(button.focusPolicy() is Qt.FocusPolicy.NoFocus for button in (out, fit, closer))


def test_the_legend_recolours_with_the_theme(qapp: QApplication, qtbot: QtBot, hall: HallPicture) -> None:
    panel = make_panel(qtbot, hall)
    light = panel.legend.grab().toImage()
    apply_theme(qapp, dark=True)
    assert panel.legend.grab().toImage() != light


def test_a_low_panel_gives_the_map_the_room_of_the_states(qtbot: QtBot, hall: HallPicture) -> None:
    panel = make_panel(qtbot, hall)
    panel.resize(1000, 320)
    qtbot.waitUntil(lambda: "Held" not in panel.legend.texts())
    assert {"Standard  12.00", "In your basket"} <= set(panel.legend.texts())
    panel.resize(1000, 560)
    qtbot.waitUntil(lambda: "Held" in panel.legend.texts())

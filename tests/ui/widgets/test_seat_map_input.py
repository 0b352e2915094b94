import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QKeyEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QGestureEvent, QPinchGesture, QWidget
from pytestqt.qtbot import QtBot

from boxoffice_desktop.domain.halls import HallPicture
from boxoffice_desktop.ui.widgets.seat_map import SeatMap
from tests.ui.widgets.demo_halls import load_hall
from tests.ui.widgets.seats import find_seat, sold

LEFT = Qt.MouseButton.LeftButton
EMPTY = QPoint(4, 4)


def focus_name(view: SeatMap) -> str:
    return view.focus_seat.name if view.focus_seat else ""


def drag(view: SeatMap, start: QPoint, end: QPoint, button: Qt.MouseButton = LEFT) -> None:
    QTest.mousePress(view.viewport(), button, pos=start)
    for step in range(1, 5):
        QTest.mouseMove(view.viewport(), start + (end - start) * step / 4)
    QTest.mouseRelease(view.viewport(), button, pos=end)


def turn_wheel(view: SeatMap, at: QPoint, steps: int) -> None:
    event = QWheelEvent(
        QPointF(at), QPointF(view.viewport().mapToGlobal(at)), QPoint(), QPoint(0, 120 * steps),
        Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(view.viewport(), event)


def test_the_focus_starts_on_the_best_seat(seat_map: SeatMap, hall: HallPicture) -> None:
    best = min(hall.seats, key=lambda seat: (seat.x - hall.best_x) ** 2 + (seat.y - hall.best_y) ** 2)
    assert seat_map.focus_seat == best


def test_the_focus_starts_on_a_seat_that_is_free(seat_map: SeatMap, hall: HallPicture) -> None:
    best = seat_map.focus_seat
    assert best is not None
    seat_map.show_statuses([sold(best)])
    assert seat_map.focus_seat not in {best, None}


def test_the_focus_never_moves_by_itself_later(seat_map: SeatMap, hall: HallPicture) -> None:
    seat_map.show_statuses([])
    best = seat_map.focus_seat
    assert best is not None
    seat_map.show_statuses([sold(best)])
    assert seat_map.focus_seat is best


@pytest.mark.parametrize(
    ("key", "end"),
    [
        (Qt.Key.Key_Left, "D9"),  # hall 2 is numbered from the right
        (Qt.Key.Key_Right, "D7"),
        (Qt.Key.Key_Up, "C8"),
        (Qt.Key.Key_Down, "E8"),
        (Qt.Key.Key_Home, "D15"),
        (Qt.Key.Key_End, "D1"),
    ],
)
def test_arrows_move_the_focus(seat_map: SeatMap, hall: HallPicture, qtbot: QtBot, key: Qt.Key, end: str) -> None:
    seat_map.set_focus_seat(find_seat(hall, "D8"))
    with qtbot.waitSignal(seat_map.focus_moved) as moved:
        QTest.keyClick(seat_map, key)
    assert moved.args[0].name == focus_name(seat_map) == end


def test_left_and_right_cross_the_aisle(seat_map: SeatMap, hall: HallPicture) -> None:
    seat_map.set_focus_seat(find_seat(hall, "D13"))
    QTest.keyClick(seat_map, Qt.Key.Key_Right)
    assert focus_name(seat_map) == "D12"


def test_the_focus_stays_at_the_edge_of_the_hall(seat_map: SeatMap, hall: HallPicture) -> None:
    seat_map.set_focus_seat(find_seat(hall, "A10"))
    QTest.keyClick(seat_map, Qt.Key.Key_Up)
    assert focus_name(seat_map) == "A10"


def test_down_leads_from_the_stalls_to_the_balcony(seat_map: SeatMap) -> None:
    palace = load_hall(2787)
    seat_map.show_hall(palace)
    seat_map.set_focus_seat(find_seat(palace, "Stalls AD35"))
    QTest.keyClick(seat_map, Qt.Key.Key_Down)
    assert focus_name(seat_map).startswith("Balcony A")


def test_space_takes_the_focused_seat(seat_map: SeatMap, hall: HallPicture, qtbot: QtBot) -> None:
    seat_map.set_focus_seat(find_seat(hall, "D8"))
    with qtbot.waitSignal(seat_map.seat_activated) as taken:
        QTest.keyClick(seat_map, Qt.Key.Key_Space)
    assert taken.args == [find_seat(hall, "D8")]


@pytest.mark.parametrize("digit", range(10))
def test_a_digit_asks_for_that_many_best_seats(seat_map: SeatMap, qtbot: QtBot, digit: int) -> None:
    with qtbot.waitSignal(seat_map.best_requested) as asked:
        QTest.keyClick(seat_map, str(digit))
    assert asked.args == [digit or 10]


def test_digits_of_the_number_pad_count_too(seat_map: SeatMap, qtbot: QtBot) -> None:
    with qtbot.waitSignal(seat_map.best_requested) as asked:
        QTest.keyClick(seat_map, "3", Qt.KeyboardModifier.KeypadModifier)
    assert asked.args == [3]


def test_escape_lets_go(seat_map: SeatMap, qtbot: QtBot) -> None:
    with qtbot.waitSignal(seat_map.let_go_requested):
        QTest.keyClick(seat_map, Qt.Key.Key_Escape)


def test_plus_and_minus_zoom_and_ctrl_0_fits(seat_map: SeatMap, qtbot: QtBot) -> None:
    fitted = seat_map.zoom
    QTest.keyClick(seat_map, "+")
    QTest.keyClick(seat_map, "+")
    assert seat_map.zoom > fitted * 1.5
    QTest.keyClick(seat_map, "-")
    assert fitted < seat_map.zoom < fitted * 1.5
    with qtbot.assertNotEmitted(seat_map.best_requested):
        QTest.keyClick(seat_map, Qt.Key.Key_0, Qt.KeyboardModifier.ControlModifier)
    assert seat_map.is_fitted
    assert seat_map.zoom == fitted


@pytest.mark.parametrize(
    "key", [Qt.Key.Key_F1, Qt.Key.Key_F10, Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_PageDown, Qt.Key.Key_A]
)
def test_other_keys_go_to_the_window(qtbot: QtBot, key: Qt.Key) -> None:
    pressed: list[int] = []

    class Window(QWidget):
        def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
            pressed.append(event.key())

    window = Window()
    view = SeatMap(window)
    qtbot.addWidget(window)
    QTest.keyClick(view, key)
    assert pressed == [key]


def test_a_click_takes_the_seat_and_moves_the_focus(seat_map: SeatMap, hall: HallPicture, qtbot: QtBot) -> None:
    seat = find_seat(hall, "E2")
    with qtbot.waitSignal(seat_map.seat_activated) as taken:
        QTest.mouseClick(seat_map.viewport(), LEFT, pos=seat_map.seat_position(seat))
    assert taken.args == [seat]
    assert seat_map.focus_seat is seat


@pytest.mark.parametrize(("second", "taken"), [("E2", ["E2"]), ("E1", ["E2", "E1"])])
def test_a_double_click_on_one_seat_counts_once(
    seat_map: SeatMap, hall: HallPicture, second: str, taken: list[str]
) -> None:
    names: list[str] = []
    seat_map.seat_activated.connect(lambda seat: names.append(seat.name))
    QTest.mouseClick(seat_map.viewport(), LEFT, pos=seat_map.seat_position(find_seat(hall, "E2")))
    place = seat_map.seat_position(find_seat(hall, second))
    QTest.mouseDClick(seat_map.viewport(), LEFT, pos=place)
    QTest.mouseRelease(seat_map.viewport(), LEFT, pos=place)
    assert names == taken


def test_a_click_beside_the_seats_takes_nothing(seat_map: SeatMap, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(seat_map.seat_activated):
        QTest.mouseClick(seat_map.viewport(), LEFT, pos=EMPTY)


def test_other_mouse_buttons_take_nothing(seat_map: SeatMap, hall: HallPicture, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(seat_map.seat_activated):
        place = seat_map.seat_position(find_seat(hall, "E2"))
        QTest.mouseClick(seat_map.viewport(), Qt.MouseButton.MiddleButton, pos=place)
        QTest.mouseClick(seat_map.viewport(), Qt.MouseButton.RightButton, pos=place)


@pytest.mark.parametrize("button", [LEFT, Qt.MouseButton.MiddleButton])
def test_a_drag_pans_and_never_takes_a_seat(
    seat_map: SeatMap, hall: HallPicture, qtbot: QtBot, button: Qt.MouseButton
) -> None:
    for _ in range(4):
        seat_map.zoom_in()
    seat = find_seat(hall, "G9")
    start = seat_map.seat_position(seat)
    with qtbot.assertNotEmitted(seat_map.seat_activated):
        drag(seat_map, start, start + QPoint(60, 40), button)
    moved = seat_map.seat_position(seat) - start
    assert (moved - QPoint(60, 40)).manhattanLength() <= 2


def test_a_drag_that_returns_to_its_seat_takes_nothing(seat_map: SeatMap, hall: HallPicture, qtbot: QtBot) -> None:
    start = seat_map.seat_position(find_seat(hall, "G9"))
    with qtbot.assertNotEmitted(seat_map.seat_activated):
        QTest.mousePress(seat_map.viewport(), LEFT, pos=start)
        QTest.mouseMove(seat_map.viewport(), start + QPoint(90, 0))
        QTest.mouseMove(seat_map.viewport(), start)
        QTest.mouseRelease(seat_map.viewport(), LEFT, pos=start)


def test_the_wheel_zooms_about_the_cursor(seat_map: SeatMap, hall: HallPicture) -> None:
    seat = find_seat(hall, "G9")
    before = seat_map.seat_position(seat)
    turn_wheel(seat_map, before, 3)
    assert not seat_map.is_fitted
    assert (seat_map.seat_position(seat) - before).manhattanLength() <= 3


def test_a_touch_takes_a_seat_once(seat_map: SeatMap, hall: HallPicture, qtbot: QtBot) -> None:
    names: list[str] = []
    seat_map.seat_activated.connect(lambda seat: names.append(seat.name))
    finger = QTest.createTouchDevice()
    place = seat_map.seat_position(find_seat(hall, "E2"))
    QTest.touchEvent(seat_map.viewport(), finger).press(0, place, seat_map.viewport()).commit()
    QTest.touchEvent(seat_map.viewport(), finger).release(0, place, seat_map.viewport()).commit()
    qtbot.waitUntil(lambda: bool(names))
    assert names == ["E2"]


def test_two_fingers_zoom_and_take_nothing(seat_map: SeatMap, hall: HallPicture, qtbot: QtBot) -> None:
    before = seat_map.zoom
    place = seat_map.seat_position(find_seat(hall, "G9"))
    gesture = QPinchGesture()
    gesture.setScaleFactor(1.5)
    gesture.setCenterPoint(QPointF(seat_map.viewport().mapToGlobal(place)))
    with qtbot.assertNotEmitted(seat_map.seat_activated):
        QTest.mousePress(seat_map.viewport(), LEFT, pos=place)
        QApplication.sendEvent(seat_map.viewport(), QGestureEvent([gesture]))
        QTest.mouseRelease(seat_map.viewport(), LEFT, pos=place)
    assert seat_map.zoom == pytest.approx(before * 1.5)


def test_zooming_out_ends_at_the_whole_hall(seat_map: SeatMap) -> None:
    turn_wheel(seat_map, QPoint(300, 200), 3)
    turn_wheel(seat_map, QPoint(300, 200), -20)
    assert seat_map.is_fitted


def test_zooming_in_has_an_end(seat_map: SeatMap, hall: HallPicture) -> None:
    turn_wheel(seat_map, QPoint(300, 200), 50)
    one, other = find_seat(hall, "G9"), find_seat(hall, "G8")
    assert abs(seat_map.seat_position(one).x() - seat_map.seat_position(other).x()) < 120


def test_a_double_click_on_empty_space_fits(seat_map: SeatMap) -> None:
    seat_map.zoom_in()
    QTest.mouseDClick(seat_map.viewport(), LEFT, pos=EMPTY)
    assert seat_map.is_fitted


@pytest.mark.parametrize("seats", [48, 187, 447, 2787])
@pytest.mark.parametrize("size", [(900, 430), (1500, 860)])
def test_the_whole_hall_is_in_sight_at_common_sizes(seat_map: SeatMap, seats: int, size: tuple[int, int]) -> None:
    hall = load_hall(seats)
    seat_map.resize(*size)
    seat_map.show_hall(hall)
    area = seat_map.viewport().rect()
    assert all(area.contains(seat_map.seat_position(seat)) for seat in hall.seats)


def test_a_fitted_hall_stays_fitted_when_the_window_grows(seat_map: SeatMap) -> None:
    before = seat_map.zoom
    seat_map.resize(1400, 900)
    assert seat_map.is_fitted
    assert seat_map.zoom > before


def test_a_zoomed_hall_keeps_its_zoom_when_the_window_grows(seat_map: SeatMap) -> None:
    seat_map.zoom_in()
    before = seat_map.zoom
    seat_map.resize(1400, 900)
    assert seat_map.zoom == before


def test_the_focus_is_brought_into_sight(seat_map: SeatMap, hall: HallPicture) -> None:
    for _ in range(5):
        seat_map.zoom_in()
    seat = find_seat(hall, "N1")
    seat_map.set_focus_seat(seat)
    assert seat_map.viewport().rect().contains(seat_map.seat_position(seat))


def test_the_right_button_asks_what_happened_and_takes_nothing(
    seat_map: SeatMap, hall: HallPicture, qtbot: QtBot
) -> None:
    seat = find_seat(hall, "E2")
    with qtbot.assertNotEmitted(seat_map.seat_activated), qtbot.waitSignal(seat_map.asked_about) as asked:
        QTest.mouseClick(seat_map.viewport(), Qt.MouseButton.RightButton, pos=seat_map.seat_position(seat))
    assert asked.args == [seat]

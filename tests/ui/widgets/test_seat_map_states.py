from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QHelpEvent, QImage, QPaintEvent, QRegion
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolTip
from pytestqt.qtbot import QtBot

from boxoffice_desktop.domain.halls import HallPicture
from boxoffice_desktop.domain.seats import Seat, SeatKind, SeatLook, SeatStatus
from boxoffice_desktop.ui.widgets.seat_map import SeatMap
from boxoffice_desktop.ui.widgets.seat_map.view import QAccessible as ViewAccessible
from boxoffice_desktop.ui.widgets.theme import apply_theme
from tests.ui.widgets.conftest import Clock
from tests.ui.widgets.demo_halls import load_hall, mix_of_states
from tests.ui.widgets.seats import available, find_seat, held, mine, sold


def look_at(view: SeatMap, seat: Seat, reach: int = 12) -> QImage:
    image = view.viewport().grab().toImage()
    at = view.seat_position(seat)
    return image.copy(QRect(at.x() - reach, at.y() - reach, 2 * reach, 2 * reach))


def count_repaints(view: SeatMap) -> int:
    assert view._hall is not None
    return view._hall.repainted


class PaintedRegion(QObject):
    """Gathers what a widget was asked to paint."""

    def __init__(self) -> None:
        super().__init__()
        self.region = QRegion()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        if isinstance(event, QPaintEvent):
            self.region = self.region.united(event.region())
        return False


def test_every_state_of_every_kind_looks_different(seat_map: SeatMap, qtbot: QtBot) -> None:
    hall = load_hall(187)
    plain = hall.seats[20]
    for kind in SeatKind:
        one = replace(
            hall, layout_version=10 + list(SeatKind).index(kind), seats=(replace(plain, kind=kind),), shapes=()
        )
        seat_map.show_hall(one)
        seat_map.clearFocus()
        seen = []
        for look in SeatLook:
            mark = "2" if look is SeatLook.HELD else None
            seat_map.show_statuses([SeatStatus(seat_id=plain.seat_id, look=look, mark=mark)])
            seen.append(look_at(seat_map, one.seats[0], 30))
        assert all(a != b for i, a in enumerate(seen) for b in seen[:i])


def test_states_differ_by_more_than_colour(seat_map: SeatMap, hall: HallPicture) -> None:
    seat_map.clearFocus()
    seat = find_seat(hall, "E8")
    seen = []
    for look in SeatLook:
        seat_map.show_statuses([SeatStatus(seat_id=seat.seat_id, look=look, mark="2")])
        grey = look_at(seat_map, seat).convertToFormat(QImage.Format.Format_Grayscale8)
        seen.append([[grey.pixelColor(x, y).red() // 48 for x in range(24)] for y in range(24)])
    assert all(a != b for i, a in enumerate(seen) for b in seen[:i])


def test_kinds_can_be_told_apart_even_when_sold(seat_map: SeatMap, hall: HallPicture) -> None:
    seat_map.clearFocus()
    seats = [find_seat(hall, name) for name in ("A12", "A11", "A10", "N1")]
    seat_map.show_statuses([sold(seat) for seat in seats])
    pictures = [look_at(seat_map, seat) for seat in seats]
    assert all(a != b for i, a in enumerate(pictures) for b in pictures[:i])


def test_only_seats_that_changed_are_drawn_again(seat_map: SeatMap, hall: HallPicture) -> None:
    one, two, three = hall.seats[:3]
    seat_map.show_statuses([sold(one), held(two, 60)])
    before = count_repaints(seat_map)
    seat_map.show_statuses([sold(one), held(two, 59), sold(three)])
    assert count_repaints(seat_map) == before + 1


def test_only_the_place_of_the_changed_seat_is_painted(seat_map: SeatMap, hall: HallPicture, qtbot: QtBot) -> None:
    painted = PaintedRegion()
    seat_map.viewport().installEventFilter(painted)
    seat_map.clearFocus()
    qtbot.waitUntil(lambda: not painted.region.isEmpty())
    painted.region = QRegion()
    seat = find_seat(hall, "E8")
    seat_map.update_statuses([sold(seat)])
    qtbot.waitUntil(lambda: not painted.region.isEmpty())
    box = painted.region.boundingRect()
    assert box.contains(seat_map.seat_position(seat))
    assert box.width() < 60
    assert box.height() < 60


def test_seats_that_are_not_listed_are_available(seat_map: SeatMap, hall: HallPicture) -> None:
    one, two = hall.seats[:2]
    seat_map.show_statuses([sold(one), sold(two)])
    seat_map.show_statuses([sold(two)])
    assert seat_map.status_of(one.seat_id) is None
    assert seat_map.status_of(two.seat_id) == sold(two)


def test_an_update_leaves_the_other_seats_alone(seat_map: SeatMap, hall: HallPicture) -> None:
    one, two = hall.seats[:2]
    seat_map.show_statuses([sold(one), mine(two)])
    seat_map.update_statuses([available(two)])
    assert seat_map.status_of(one.seat_id) == sold(one)
    assert seat_map.status_of(two.seat_id) is None


def test_statuses_of_unknown_seats_do_no_harm(seat_map: SeatMap, hall: HallPicture) -> None:
    stranger = replace(hall.seats[0], seat_id=987654)
    seat_map.show_statuses([sold(stranger)])
    seat_map.flash_refused([stranger.seat_id])


def test_a_hold_ends_by_the_clock(seat_map: SeatMap, hall: HallPicture, clock: Clock, qtbot: QtBot) -> None:
    seat, other = hall.seats[:2]
    free = look_at(seat_map, seat)
    seat_map.show_statuses([held(seat, 0.05), held(other, 60)])
    assert look_at(seat_map, seat) != free
    with qtbot.waitSignal(seat_map.seats_expired) as over:
        clock.now += 0.06
    assert over.args == [(seat.seat_id,)]
    assert seat_map.status_of(seat.seat_id) is None
    assert seat_map.status_of(other.seat_id) is not None
    assert look_at(seat_map, seat) == free


def test_a_timer_that_fires_early_frees_nothing(seat_map: SeatMap, hall: HallPicture, clock: Clock) -> None:
    seat = hall.seats[0]
    seat_map.show_statuses([held(seat, 0.05)])
    seat_map._book._on_timer_timeout()
    assert seat_map.status_of(seat.seat_id) is not None
    clock.now += 0.06
    seat_map._book._on_timer_timeout()
    assert seat_map.status_of(seat.seat_id) is None


def test_a_hold_that_is_over_already_is_not_shown(seat_map: SeatMap, hall: HallPicture) -> None:
    seat_map.show_statuses([held(hall.seats[0], 0.0), held(hall.seats[1], -3.0)])
    assert seat_map.status_of(hall.seats[0].seat_id) is None
    assert seat_map.status_of(hall.seats[1].seat_id) is None


def test_no_timer_runs_without_holds_that_end(seat_map: SeatMap, hall: HallPicture) -> None:
    seat_map.show_statuses([held(hall.seats[0], 60)])
    assert seat_map._book._timer.isActive()
    seat_map.show_statuses([held(hall.seats[0], None), sold(hall.seats[1])])
    assert not seat_map._book._timer.isActive()


def test_a_refused_seat_flashes_and_comes_to_rest(seat_map: SeatMap, hall: HallPicture, qtbot: QtBot) -> None:
    seat = find_seat(hall, "E2")
    seat_map.show_statuses([held(seat)])
    before = look_at(seat_map, seat)
    seat_map.flash_refused([seat.seat_id])
    assert look_at(seat_map, seat) != before
    qtbot.waitUntil(lambda: not seat_map._flash_timer.isActive(), timeout=3000)
    assert look_at(seat_map, seat) == before


def test_a_seat_sold_while_it_flashes_shows_sold_afterwards(seat_map: SeatMap, hall: HallPicture) -> None:
    seat = find_seat(hall, "E2")
    seat_map.show_statuses([sold(seat)])
    wanted = look_at(seat_map, seat)
    seat_map.show_statuses([])
    seat_map.flash_refused([seat.seat_id])
    seat_map.show_statuses([sold(seat)])
    seat_map._end_flash()
    assert look_at(seat_map, seat) == wanted


@pytest.mark.parametrize("look", list(SeatLook))
def test_the_focus_can_be_seen_on_every_state(seat_map: SeatMap, hall: HallPicture, look: SeatLook) -> None:
    seat = find_seat(hall, "E8")
    seat_map.show_statuses([SeatStatus(seat_id=seat.seat_id, look=look, mark="2")])
    seat_map.set_focus_seat(find_seat(hall, "A1"))
    without = look_at(seat_map, seat, 16)
    seat_map.set_focus_seat(seat)
    ringed = look_at(seat_map, seat, 16)
    text = [0x1A, 0x1F, 0x27]
    dark = sum(
        without.pixelColor(x, y) != ringed.pixelColor(x, y)
        and all(abs(a - b) < 40 for a, b in zip(ringed.pixelColor(x, y).getRgb(), text, strict=False))
        for x in range(32)
        for y in range(32)
    )
    assert dark > 60


def test_the_ring_hides_when_the_keyboard_is_elsewhere(seat_map: SeatMap) -> None:
    assert seat_map._ring.is_visible
    seat_map.clearFocus()
    assert not seat_map._ring.is_visible


def test_a_tooltip_names_seat_holder_area_and_price(seat_map: SeatMap, hall: HallPicture) -> None:
    seat = find_seat(hall, "L4")
    area = next(area for area in hall.areas if area.area_id == seat.area_id)
    seat_map.set_prices({area.area_id: "14.50"})
    seat_map.show_statuses([held(seat)])
    assert seat_map.tooltip_for(seat) == "L4 is with Counter 2\nPremium · 14.50"
    seat_map.show_statuses([])
    assert seat_map.tooltip_for(seat) == "L4 is free\nPremium · 14.50"


@pytest.mark.parametrize(
    ("look", "words"),
    [
        (SeatLook.MINE, "E8 is in your basket"),
        (SeatLook.SOLD, "E8 was sold by Counter 2"),
        (SeatLook.RESERVATION, "E8 is reserved"),
        (SeatLook.HOUSE, "E8 is kept by the house"),
        (SeatLook.OUT_OF_ORDER, "E8 is out of order"),
    ],
)
def test_every_state_is_said_in_words(seat_map: SeatMap, hall: HallPicture, look: SeatLook, words: str) -> None:
    seat = find_seat(hall, "E8")
    seat_map.show_statuses([SeatStatus(seat_id=seat.seat_id, look=look, holder="Counter 2")])
    assert seat_map.tooltip_for(seat).startswith(words)


def test_the_tooltip_comes_up_over_a_seat_and_its_text_is_no_markup(
    seat_map: SeatMap, hall: HallPicture, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts: list[str] = []
    monkeypatch.setattr(QToolTip, "showText", lambda _position, text, _widget: texts.append(text))
    seat_map.show_hall(replace(hall, layout_version=2, areas=(replace(hall.areas[0], name="<b>1"), *hall.areas[1:])))
    at = seat_map.seat_position(find_seat(hall, "E8"))
    event = QHelpEvent(QEvent.Type.ToolTip, at, seat_map.viewport().mapToGlobal(at))
    QApplication.sendEvent(seat_map.viewport(), event)
    assert texts == ["<qt>E8 is free<br>&lt;b&gt;1</qt>"]


def test_screen_readers_hear_the_focused_seat(
    seat_map: SeatMap, hall: HallPicture, monkeypatch: pytest.MonkeyPatch
) -> None:
    events: list[QAccessibleAnnouncementEvent] = []
    seat = find_seat(hall, "L4")
    seat_map.set_prices({area.area_id: "14.50" for area in hall.areas})
    seat_map.show_statuses([held(seat)])
    monkeypatch.setattr(ViewAccessible, "updateAccessibility", events.append)
    seat_map.set_focus_seat(seat)
    spoken = QAccessible.queryAccessibleInterface(seat_map)
    assert spoken is not None
    assert spoken.text(QAccessible.Text.Name) == "L4 is with Counter 2"
    assert spoken.text(QAccessible.Text.Description) == "Premium · 14.50"
    assert [event.message() for event in events] == ["L4 is with Counter 2. Premium · 14.50"]


def test_screen_readers_hear_when_the_focused_seat_changes(seat_map: SeatMap, hall: HallPicture) -> None:
    seat = find_seat(hall, "L4")
    seat_map.set_focus_seat(seat)
    seat_map.update_statuses([mine(seat)])
    assert seat_map.accessibleName() == "L4 is in your basket"
    seat_map.update_statuses([available(seat)])
    assert seat_map.accessibleName() == "L4 is free"


def test_the_map_recolours_with_the_theme(qapp: QApplication, seat_map: SeatMap, hall: HallPicture) -> None:
    seat = find_seat(hall, "E2")
    seat_map.show_statuses([mine(seat)])
    light = look_at(seat_map, seat, 6)
    apply_theme(qapp, dark=True)
    dark = look_at(seat_map, seat, 6)
    assert dark != light
    assert seat_map.viewport().grab().toImage().pixelColor(3, 3).name() == "#14171c"
    apply_theme(qapp, dark=False)
    assert look_at(seat_map, seat, 6) == light


def test_a_hall_shown_again_forgets_the_states_of_the_last_show(seat_map: SeatMap, hall: HallPicture) -> None:
    fresh = seat_map.viewport().grab().toImage()
    seat_map.show_statuses(mix_of_states(hall))
    seat_map.show_hall(load_hall(48))
    seat_map.show_hall(hall)
    assert seat_map.viewport().grab().toImage() == fresh


def test_an_edited_hall_is_drawn_anew(seat_map: SeatMap, hall: HallPicture, qtbot: QtBot) -> None:
    seat_map.show_hall(replace(hall, layout_version=2, seats=hall.seats[:10]))
    with qtbot.assertNotEmitted(seat_map.seat_activated):
        QTest.mouseClick(seat_map.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(500, 470))
    QTest.keyClick(seat_map, Qt.Key.Key_Down)
    assert seat_map.focus_seat in hall.seats[:10]


def test_an_empty_hall_takes_every_key(seat_map: SeatMap, hall: HallPicture) -> None:
    seat_map.show_hall(replace(hall, layout_version=3, seats=(), shapes=(), areas=()))
    for key in (Qt.Key.Key_Left, Qt.Key.Key_Home, Qt.Key.Key_Space, Qt.Key.Key_Plus, Qt.Key.Key_Minus):
        QTest.keyClick(seat_map, key)
    assert seat_map.focus_seat is None


def test_a_map_without_a_hall_takes_every_input(qtbot: QtBot) -> None:
    view = SeatMap()
    qtbot.addWidget(view)
    view.show()
    QTest.keyClick(view, Qt.Key.Key_Left)
    QTest.keyClick(view, Qt.Key.Key_Plus)
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(20, 20))
    view.update_statuses([SeatStatus(seat_id=1, look=SeatLook.SOLD)])
    view.flash_refused([1])
    assert view.focus_seat is None

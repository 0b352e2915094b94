import pytest

from boxoffice_desktop.domain.errors import NotFoundError
from boxoffice_desktop.domain.seats import SeatKind, SeatLook
from boxoffice_desktop.services import holds, seat_maps
from tests.support.cinema import PRICES, Cinema
from tests.support.seats import expire, hold, keep, sell


def test_an_opened_show_has_all_that_selling_needs(cinema: Cinema) -> None:
    opened = cinema.till().call(seat_maps.open_show, show_id=cinema.show_id)
    assert (opened.show.title, len(opened.picture.seats), len(opened.prices)) == ("Nosferatu", 40, len(PRICES))
    assert [each.name for each in opened.ticket_types] == ["Adult", "Child"]
    assert (opened.state.free, opened.state.statuses) == (40, ())


def test_an_unknown_show_is_not_opened(cinema: Cinema) -> None:
    with pytest.raises(NotFoundError):
        cinema.till().call(seat_maps.open_show, show_id=10**6)


def test_an_unknown_hall_is_not_found(cinema: Cinema) -> None:
    with pytest.raises(NotFoundError):
        cinema.till().call(seat_maps.get_hall_picture, hall_id=10**6)


def test_a_picture_has_the_seats_and_areas_that_are_in_use(cinema: Cinema) -> None:
    cinema.execute("UPDATE boxoffice.seat SET retired_at = now() WHERE area_id = 2")
    cinema.execute("UPDATE boxoffice.seat SET kind = 'wheelchair' WHERE name = 'A1'")
    cinema.execute("""UPDATE boxoffice.hall SET plan = '{"shapes": [{"text": "Screen", "x": 1, "y": 2, "width": 3,
                   "height": 4, "is_screen": true}]}'""")
    picture = cinema.till().call(seat_maps.get_hall_picture, hall_id=cinema.hall_id)
    assert (len(picture.seats), [area.name for area in picture.areas]) == (32, ["Standard"])
    assert picture.seats[0].kind is SeatKind.WHEELCHAIR
    assert [(shape.text, shape.is_screen) for shape in picture.shapes] == [("Screen", True)]


def test_each_till_sees_its_own_seats_and_whose_the_others_are(cinema: Cinema) -> None:
    one, two = cinema.till("Counter 1"), cinema.till("Counter 2")
    hold(cinema, one, "A1")
    hold(cinema, two, "A2")
    sell(cinema, two, "A3")
    for name, kind in (("A4", "house"), ("A5", "reservation"), ("A6", "out_of_order")):
        keep(cinema, kind, "Counter 1", name)
    names = {seat_id: name for name, seat_id in cinema.seats.items()}
    state = one.call(seat_maps.read_map, show_id=cinema.show_id)
    looks = {names[status.seat_id]: (status.look, status.holder, status.mark) for status in state.statuses}
    assert looks == {
        "A1": (SeatLook.MINE, "Counter 1", "1"),
        "A2": (SeatLook.HELD, "Counter 2", "2"),
        "A3": (SeatLook.SOLD, None, None),
        "A4": (SeatLook.HOUSE, "Counter 1", "1"),
        "A5": (SeatLook.RESERVATION, "Counter 1", "1"),
        "A6": (SeatLook.OUT_OF_ORDER, "Counter 1", "1"),
    }
    assert (state.free, state.held, state.sold) == (34, 5, 1)


def test_who_may_not_read_names_sees_what_seats_are_kept_for_all_the_same(cinema: Cinema) -> None:
    hold(cinema, cinema.till("Counter 2"), "A1")
    for name, kind in (("A2", "house"), ("A3", "reservation"), ("A4", "out_of_order")):
        keep(cinema, kind, "Counter 1", name)
    cinema.execute(
        "DELETE FROM boxoffice.staff_permission WHERE permission IN ('sell', 'manage_schedule', 'manage_halls')"
    )
    statuses = cinema.till("Counter 1").call(seat_maps.read_map, show_id=cinema.show_id).statuses
    names = {seat_id: name for name, seat_id in cinema.seats.items()}
    assert {names[status.seat_id]: (status.look, status.kept_for) for status in statuses} == {
        "A1": (SeatLook.HELD, ""),
        "A2": (SeatLook.HOUSE, ""),
        "A3": (SeatLook.RESERVATION, ""),
        "A4": (SeatLook.OUT_OF_ORDER, ""),
    }


def test_a_hold_says_how_long_it_lasts_and_a_house_seat_has_no_end(cinema: Cinema) -> None:
    till = cinema.till()
    hold(cinema, till, "A1")
    keep(cinema, "house", "Counter 2", "A2")
    statuses = till.call(seat_maps.read_map, show_id=cinema.show_id).statuses
    expires = {status.look: status.expires_in for status in statuses}
    assert 295 < (expires[SeatLook.MINE] or 0) <= 300
    assert expires[SeatLook.HOUSE] is None


def test_an_expired_hold_is_free_on_the_map(cinema: Cinema) -> None:
    till = cinema.till()
    hold(cinema, till, "A1")
    expire(cinema, "A1")
    state = till.call(seat_maps.read_map, show_id=cinema.show_id)
    assert (state.statuses, state.free, state.held) == ((), 40, 0)


def test_the_activity_is_newest_first_with_counter_and_seats(cinema: Cinema) -> None:
    one, two = cinema.till("Counter 1"), cinema.till("Counter 2")
    held = hold(cinema, one, "A1", "A2")
    one.call(holds.release_seats, hold_id=held.hold_id, seats=cinema.keys("A2"))
    sell(cinema, two, "B1")
    activity = one.call(seat_maps.read_map, show_id=cinema.show_id).activity
    assert [(line.what, line.terminal_name, line.seat_names) for line in activity] == [
        ("sold", "Counter 2", ("B1",)),
        ("held", "Counter 2", ("B1",)),
        ("released", "Counter 1", ("A2",)),
        ("held", "Counter 1", ("A1", "A2")),
    ]
    assert str(activity[0].at.tzinfo) == "Europe/Zurich"


def test_a_long_list_of_seats_in_the_activity_ends_with_dots(cinema: Cinema) -> None:
    cinema.execute("UPDATE boxoffice.venue SET basket_limit = 100")
    till = cinema.till()
    hold(cinema, till, *[f"{row}{number}" for row in "AB" for number in range(1, 8)])
    names = till.call(seat_maps.read_map, show_id=cinema.show_id).activity[0].seat_names
    assert (len(names), names[-1]) == (13, "…")

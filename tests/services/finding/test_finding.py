from uuid import uuid4

import pytest

from boxoffice_desktop.domain.errors import NotAllowedError
from boxoffice_desktop.domain.reservations import Reservation
from boxoffice_desktop.domain.ticket_codes import short_code
from boxoffice_desktop.services import finding, house_seats, reservations
from boxoffice_desktop.services.finding import Found, FoundKind
from tests.support.cinema import Cinema, Till
from tests.support.seats import end_show, sell


def find(till: Till, query: str) -> tuple[Found, ...]:
    return till.call(finding.find_anything, query=query)


def kinds(till: Till, query: str) -> list[FoundKind]:
    return [found.kind for found in find(till, query)]


def reserve(cinema: Cinema, till: Till, *names: str, name: str = "Jürgen Müller-Straß") -> Reservation:
    return till.call(
        reservations.reserve_seats,
        hold_id=uuid4(),
        show_id=cinema.show_id,
        seat_ids=cinema.ids(*names),
        name=name,
        phone="+43 660 123456",
    )


@pytest.mark.parametrize(
    "query", ["muller", "JÜRGEN", "  müller-strass ", "660123456", "0660 123 456", "+43 660 123456"]
)
def test_a_reservation_is_found_by_name_and_phone_from_any_till(cinema: Cinema, query: str) -> None:
    made = reserve(cinema, cinema.till(), "A1")
    [found] = find(cinema.till("Counter 2"), query)
    assert found.reservation is not None
    assert found.reservation.hold_id == made.hold_id


def test_a_code_is_found_in_any_writing(cinema: Cinema) -> None:
    till = cinema.till()
    made = reserve(cinema, till, "A1")
    for written in (made.code, made.code.lower(), f"{made.code[:3]} {made.code[3:]}"):
        found = find(till, written)[0]
        assert found.reservation is not None
        assert found.reservation.code == made.code


def test_a_sale_is_found_by_its_number_and_its_tickets(cinema: Cinema) -> None:
    till, other = cinema.till(), cinema.till("Counter 2")
    sell(cinema, other, "B1")
    sale = sell(cinema, till, "A1", "A2")
    by_number = [found.sale_id for found in find(other, "1")]
    assert sale.sale_id in by_number
    assert len(by_number) == 2
    [by_serial] = find(other, "#2")
    assert by_serial.sale is not None
    assert (by_serial.sale.sale_id, by_serial.sale.terminal_name, by_serial.seat_names) == (
        sale.sale_id,
        "Counter 1",
        ("A1", "A2"),
    )


def test_a_sale_is_found_by_a_tickets_code(cinema: Cinema) -> None:
    sale = sell(cinema, cinema.till(), "A1")
    [found] = find(cinema.till("Counter 2"), short_code(sale.tickets[0].code))
    assert found.sale_id == sale.sale_id


def test_a_seat_is_found_with_who_has_it(cinema: Cinema) -> None:
    till = cinema.till()
    sale = sell(cinema, till, "A1")
    [found] = find(till, "a1")
    assert (found.kind, found.state, found.sale_id) == (FoundKind.SEAT, "sold", sale.sale_id)
    [free] = find(till, "A 2 nosfer")
    assert (free.seat_names, free.state, free.sale_id) == (("A2",), "available", None)
    assert kinds(till, "A2 metropolis") == []


def test_what_the_house_keeps_is_found_by_name_and_reason(cinema: Cinema) -> None:
    boss = cinema.till(user_name="sid")
    kept = boss.call(
        house_seats.keep_for_house,
        hold_id=uuid4(),
        show_id=cinema.show_id,
        seat_ids=cinema.ids("A1", "A2"),
        name="Max Schreck",
        reason="Guest of the director",
    )
    for query in ("schreck", "director"):
        [found] = find(cinema.till("Counter 2"), query)
        assert found.house == kept


def test_a_show_is_found_by_film_and_hall(cinema: Cinema) -> None:
    till = cinema.till()
    assert kinds(till, "nosf") == [FoundKind.SHOW]
    assert kinds(till, "hall 1") == [FoundKind.SHOW]


def test_what_is_over_is_found_by_code_and_number_only(cinema: Cinema) -> None:
    till = cinema.till()
    made = reserve(cinema, till, "A1")
    sell(cinema, till, "B1")
    end_show(cinema)
    assert kinds(till, "müller") == []
    assert kinds(till, "nosferatu") == []
    assert kinds(till, made.code) == [FoundKind.RESERVATION]
    assert kinds(till, "#1") == [FoundKind.SALE]


@pytest.mark.parametrize(
    "query", ["", " ", "x", "%", "_", "%%%", "'; DROP TABLE boxoffice.sale; --", "\\", "0", "#", "٣"]
)
def test_what_means_nothing_finds_nothing(cinema: Cinema, query: str) -> None:
    till = cinema.till()
    reserve(cinema, till, "A1")
    assert find(till, query) == ()


def test_another_venues_things_are_not_found(cinema: Cinema) -> None:
    reserve(cinema, cinema.till(), "A1")
    cinema.execute(
        "INSERT INTO boxoffice.venue (name, time_zone, currency, locale) VALUES ('Other', 'Europe/Zurich', 'EUR', 'en')"
    )
    cinema.execute("UPDATE boxoffice.reservation SET venue_id = 2")
    assert kinds(cinema.till(), "müller") == []


def test_only_who_sells_finds(cinema: Cinema) -> None:
    cinema.execute("DELETE FROM boxoffice.staff_permission WHERE permission = 'sell'")
    with pytest.raises(NotAllowedError):
        find(cinema.till(), "nosferatu")


def test_what_is_kept_in_a_show_is_listed_also_when_it_was_given_up(cinema: Cinema) -> None:
    till = cinema.till(user_name="sid")
    made = reserve(cinema, till, "A1", "A2")
    given_up = reserve(cinema, till, "B1")
    till.call(reservations.give_up_reservation, hold_id=given_up.hold_id)
    values = {"show_id": cinema.show_id, "seat_ids": cinema.ids("C1"), "name": "Jury", "reason": "festival"}
    till.call(house_seats.keep_for_house, hold_id=uuid4(), **values)
    kept = cinema.till("Counter 2").call(finding.list_kept, show_id=cinema.show_id)
    assert {found.reservation.code for found in kept if found.reservation} == {made.code, given_up.code}
    assert [found.seat_names for found in kept if found.kind is FoundKind.HOUSE] == [("C1",)]

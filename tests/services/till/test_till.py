import threading
from collections.abc import Callable
from uuid import uuid4

import pytest

from boxoffice_desktop.db.engine import Database
from boxoffice_desktop.domain.errors import (
    DatabaseUnavailableError,
    NotFoundError,
    NotSignedInError,
    SchemaMismatchError,
    SignInRefusedError,
)
from boxoffice_desktop.domain.permissions import CASHIER
from boxoffice_desktop.services import holds, seat_maps, tickets
from boxoffice_desktop.services.till import Till
from tests.support.cinema import Cinema
from tests.support.seats import sell
from tests.support.wire import Wire


def test_a_till_knows_what_and_where_it_is(cinema: Cinema, till: Till) -> None:
    facts = till.describe()
    assert (facts.venue_name, facts.venue_city, facts.currency, facts.locale) == ("Test Cinema", "Bern", "EUR", "en_GB")
    assert (facts.terminal_name, facts.terminal_mark, facts.is_demo) == ("Counter 1", "1", False)
    assert (facts.time_zone, facts.hold_seconds, facts.basket_limit) == ("Europe/Zurich", 300, 10)
    assert till.terminal_id == cinema.logins["Counter 1"][0]


def test_signing_in_says_who_it_is(till: Till) -> None:
    signed_in = till.sign_in("carla", "1234")
    assert (signed_in.display_name, signed_in.permissions) == ("Carla", CASHIER)


def test_a_wrong_pin_leaves_the_one_before_signed_in(cinema: Cinema, till: Till) -> None:
    with pytest.raises(SignInRefusedError):
        till.sign_in("sid", "0000")
    assert _hold(cinema, till, "A1")


def test_after_sign_out_nobody_sells(cinema: Cinema, till: Till) -> None:
    till.sign_out()
    with pytest.raises(NotSignedInError):
        _hold(cinema, till, "A1")


def test_signing_out_twice_is_harmless(till: Till) -> None:
    till.sign_out()
    till.sign_out()


def test_signing_out_over_a_dead_link_signs_out_here_all_the_same(cinema: Cinema, till: Till, wire: Wire) -> None:
    wire.cut("before", at=b"sign_out")
    wire.is_down = True
    with pytest.raises(DatabaseUnavailableError):
        till.sign_out()
    wire.is_down = False
    with pytest.raises(NotSignedInError):
        _hold(cinema, till, "A1")


def test_all_threads_of_a_till_work_for_the_same_person(cinema: Cinema, till: Till) -> None:
    together = threading.Barrier(3)

    def hold_with_others(name: str) -> None:
        together.wait(5)
        _hold(cinema, till, name)

    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(hold_with_others, ("A1", "B1", "C1")))
    assert cinema.query("SELECT DISTINCT staff_id FROM boxoffice.hold") == [(1,)]


def test_a_login_of_no_terminal_is_no_till(cinema: Cinema, make_till: Callable[..., Till]) -> None:
    cinema.execute("UPDATE boxoffice.terminal SET login = 'somebody_else' WHERE name = 'Counter 1'")
    with pytest.raises(NotFoundError):
        make_till()


@pytest.mark.parametrize(("revision", "newer"), [("9999_later", True), ("0001_tables", False)])
def test_a_till_refuses_another_schema(
    cinema: Cinema,
    make_till: Callable[..., Till],
    revision: str,
    newer: bool,  # noqa: FBT001
) -> None:
    cinema.execute("UPDATE boxoffice.alembic_version SET version_num = %s", revision)
    with pytest.raises(SchemaMismatchError) as refused:
        make_till()
    assert (refused.value.found, refused.value.newer) == (revision, newer)


def test_a_till_refuses_a_database_without_a_schema(cinema: Cinema, make_till: Callable[..., Till]) -> None:
    cinema.execute("DROP TABLE boxoffice.alembic_version")
    with pytest.raises(SchemaMismatchError) as refused:
        make_till()
    assert refused.value.found is None


def test_tickets_of_a_sale_come_as_a_pdf(cinema: Cinema, till: Till) -> None:
    sale = sell(cinema, cinema.till(), "A1", "A2")
    document = till.render_tickets(sale.sale_id)
    assert document.pdf.startswith(b"%PDF")
    assert document.warnings == ()


def test_tickets_say_what_was_sold(cinema: Cinema) -> None:
    counter = cinema.till()
    sale = sell(cinema, counter, "A1", "E2")
    first, second = counter.call(tickets.list_ticket_pages, sale_id=sale.sale_id)
    assert (first.movie_title, first.hall_name, first.row_label, first.seat_number) == ("Nosferatu", "Hall 1", "A", "1")
    assert (first.amount, first.tax, first.tax_label, first.serial) == (1200, 89, "VAT 8 %", 1)
    assert (second.area_name, second.serial, second.sale_number) == ("Premium", 2, 1)
    assert (first.journal_hash, first.code) == (sale.journal_hash, sale.tickets[0].code)
    assert (first.zone, str(first.starts_at.tzinfo)) == ("", "Europe/Zurich")


def test_the_zone_is_printed_where_it_is_part_of_the_seats_name(cinema: Cinema) -> None:
    cinema.execute("UPDATE boxoffice.seat SET zone = 'Balcony', name = 'Balcony A1' WHERE name = 'A1'")
    counter = cinema.till()
    sale = sell(cinema, counter, "A1")
    assert counter.call(tickets.list_ticket_pages, sale_id=sale.sale_id)[0].zone == "Balcony"


def test_tickets_are_printed_where_they_were_sold(cinema: Cinema, till: Till) -> None:
    sale = sell(cinema, cinema.till("Counter 2"), "A1")
    with pytest.raises(NotFoundError):
        till.render_tickets(sale.sale_id)


def test_a_closed_database_opens_again(cinema: Cinema) -> None:
    counter = cinema.till()
    assert isinstance(counter.database, Database)
    counter.database.close()
    assert counter.call(seat_maps.read_map, show_id=cinema.show_id).free == 40


def _hold(cinema: Cinema, till: Till, name: str) -> holds.HeldSeats:
    arguments = {"hold_id": uuid4(), "show_id": cinema.show_id, "seat_ids": cinema.ids(name)}
    return till.call(holds.hold_seats, arguments)

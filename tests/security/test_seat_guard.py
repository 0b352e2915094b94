"""The rules of show seats, attacked with a till's own login."""

from typing import Any
from uuid import uuid4

import psycopg
import pytest

from boxoffice_desktop.services import holds, sales
from tests.security.conftest import Attacker, attack_as
from tests.support.cinema import Cinema, Till, grant
from tests.support.seats import expire, hold, keep
from tests.support.threads import run_together

TAKE = (
    "UPDATE boxoffice.show_seat SET state = 'held', hold_id = %s, held_by = %s,"
    " held_until = clock_timestamp() + %s::interval WHERE seat_id = %s"
)
FREE = (
    "UPDATE boxoffice.show_seat SET state = 'available', hold_id = NULL, held_by = NULL, held_until = NULL,"
    " ticket_id = NULL WHERE seat_id = %s"
)
RETIRE = "UPDATE boxoffice.seat SET retired_at = clock_timestamp() WHERE seat_id = %s"


def test_a_free_seat_can_be_taken(house: Cinema, cashier: Till) -> None:
    # The control of all that follows: the statement as such works.
    with attack_as(house, cashier) as attacker:
        assert _take(house, attacker, "B1") == 1


def test_another_tills_live_hold_cannot_be_taken(house: Cinema, cashier: Till) -> None:
    _refuse(house, cashier, lambda attacker: _take(house, attacker, "A2"))


def test_another_tills_live_hold_cannot_be_freed(house: Cinema, cashier: Till) -> None:
    _refuse(house, cashier, lambda attacker: attacker.run(FREE, house.seats["A2"]))


def test_another_tills_live_hold_cannot_be_shortened(house: Cinema, cashier: Till) -> None:
    _refuse(
        house,
        cashier,
        lambda attacker: attacker.run(
            "UPDATE boxoffice.show_seat SET held_until = clock_timestamp() WHERE seat_id = %s", house.seats["A2"]
        ),
    )


def test_one_foreign_seat_among_free_ones_refuses_the_whole_statement(house: Cinema, cashier: Till) -> None:
    def attack(attacker: Attacker) -> int:
        hold_id = _new_hold(attacker)
        return attacker.run(
            TAKE.replace("= %s", "= ANY(%s)", 3)
            .replace("hold_id = ANY(%s)", "hold_id = %s")
            .replace("held_by = ANY(%s)", "held_by = %s"),
            hold_id,
            1,
            "1 minute",
            list(house.ids("B1", "A2")),
        )

    _refuse(house, cashier, attack)


def test_an_expired_hold_of_another_till_can_be_taken(cinema: Cinema) -> None:
    hold(cinema, cinema.till("Counter 2"), "A2")
    expire(cinema, "A2")
    with attack_as(cinema, cinema.till()) as attacker:
        assert _take(cinema, attacker, "A2") == 1


@pytest.mark.parametrize("lasting", ["301 seconds", "1 hour", "infinity", None])
def test_a_basket_does_not_outlast_the_venues_limit(house: Cinema, cashier: Till, lasting: str | None) -> None:
    # An end of NULL is the worst of them: it would never end.
    _refuse(house, cashier, lambda attacker: _take(house, attacker, "B1", lasting=lasting))


def test_a_basket_does_not_outlast_the_cap_of_its_hold(cinema: Cinema) -> None:
    till = cinema.till()
    held = hold(cinema, till, "A1")
    cinema.execute("UPDATE boxoffice.hold SET created_at = created_at - interval '850 seconds'")

    def attack(attacker: Attacker) -> int:
        return attacker.run(TAKE, held.hold_id, 1, "100 seconds", cinema.seats["A1"])

    _refuse(cinema, till, attack)


def test_a_hold_is_always_dated_now_and_the_tills_own(house: Cinema, cashier: Till) -> None:
    with attack_as(house, cashier) as attacker:
        attacker.run(
            "INSERT INTO boxoffice.hold (hold_id, kind, terminal_id, staff_id) VALUES (%s, 'basket', 2, 2)",
            hold_id := uuid4(),
        )
        row = attacker.connection.execute(
            "SELECT terminal_id, staff_id, created_at <= clock_timestamp() FROM boxoffice.hold WHERE hold_id = %s",
            (hold_id,),
        ).fetchone()
    assert row == (1, 1, True)


def test_a_hold_cannot_be_dated_at_all(house: Cinema, cashier: Till) -> None:
    with attack_as(house, cashier) as attacker, pytest.raises(psycopg.errors.InsufficientPrivilege):
        attacker.run(
            "INSERT INTO boxoffice.hold (hold_id, kind, terminal_id, created_at)"
            " VALUES (gen_random_uuid(), 'basket', 1, now() + interval '1 day')"
        )


def test_a_seat_is_not_held_for_another_terminal(house: Cinema, cashier: Till) -> None:
    _refuse(house, cashier, lambda attacker: _take(house, attacker, "B1", terminal=2))


def test_a_seat_is_not_held_with_another_terminals_hold(house: Cinema, cashier: Till) -> None:
    theirs = house.query("SELECT hold_id FROM boxoffice.hold WHERE terminal_id = 2")[0][0]
    _refuse(house, cashier, lambda attacker: _take(house, attacker, "B1", hold_id=theirs))


@pytest.mark.parametrize("kind", ["house", "out_of_order"])
def test_a_cashier_does_not_keep_seats_without_an_end(house: Cinema, cashier: Till, kind: str) -> None:
    _refuse(house, cashier, lambda attacker: _take(house, attacker, "B1", kind=kind, lasting=None))


def test_a_supervisor_keeps_seats_for_the_house(cinema: Cinema) -> None:
    with attack_as(cinema, cinema.till(user_name="sid")) as attacker:
        assert _take(cinema, attacker, "B1", kind="house", lasting=None) == 1


def test_a_kept_seat_is_freed_only_with_the_permission_to_keep_it(cinema: Cinema) -> None:
    keep(cinema, "out_of_order", "Counter 1", "A1")
    till = cinema.till()
    _refuse(cinema, till, lambda attacker: attacker.run(FREE, cinema.seats["A1"]))
    grant(cinema, "carla", *[each for each in type(next(iter(till.context.permissions))) if each == "manage_halls"])
    with attack_as(cinema, till) as attacker:
        assert attacker.run(FREE, cinema.seats["A1"]) == 1


@pytest.mark.parametrize("is_retired", [False, True])
def test_a_seat_that_left_its_hall_is_not_taken(cinema: Cinema, is_retired: bool) -> None:  # noqa: FBT001  a parameter of pytest
    till = cinema.till()
    if is_retired:
        cinema.execute(RETIRE, cinema.seats["B1"])
        _refuse(cinema, till, lambda attacker: _take(cinema, attacker, "B1"))
    else:
        # The control: the same statement, the same seat.
        with attack_as(cinema, till) as attacker:
            assert _take(cinema, attacker, "B1") == 1


def test_a_seat_that_left_its_hall_is_not_taken_from_a_hold_that_ended(cinema: Cinema) -> None:
    hold(cinema, cinema.till("Counter 2"), "B1", "B2")
    expire(cinema, "B1", "B2")
    cinema.execute(RETIRE, cinema.seats["B1"])
    till = cinema.till()
    _refuse(cinema, till, lambda attacker: _take(cinema, attacker, "B1"))
    with attack_as(cinema, till) as attacker:
        assert _take(cinema, attacker, "B2") == 1


def test_who_holds_a_seat_that_left_its_hall_keeps_sells_or_frees_it(cinema: Cinema) -> None:
    till = cinema.till()
    held = hold(cinema, till, "B1", "B2")
    cinema.execute(RETIRE, cinema.seats["B1"])
    with attack_as(cinema, till) as attacker:
        assert attacker.run(TAKE, held.hold_id, 1, "1 minute", cinema.seats["B1"]) == 1
        assert attacker.run(FREE, cinema.seats["B1"]) == 1
    sale = till.call(sales.complete_sale, order=cinema.order(held.hold_id, "B1", "B2"))
    assert len(sale.tickets) == 2


def test_with_nobody_signed_in_a_till_frees_its_own_basket(house: Cinema) -> None:
    with attack_as(house) as attacker:
        assert attacker.run(FREE, house.seats["A1"]) == 1


def test_with_nobody_signed_in_a_till_frees_no_kept_seat(house: Cinema) -> None:
    _refuse(house, None, lambda attacker: attacker.run(FREE, house.seats["A5"]))


def test_with_nobody_signed_in_a_till_takes_no_seat(cinema: Cinema) -> None:
    till = cinema.till()
    held = hold(cinema, till, "A1")
    with attack_as(cinema) as attacker, pytest.raises(psycopg.Error) as refused:
        attacker.run(TAKE, held.hold_id, 1, "1 minute", cinema.seats["B1"])
    assert refused.value.sqlstate == "BX401"


def test_a_sold_seat_cannot_be_freed_even_where_it_was_sold(house: Cinema, cashier: Till) -> None:
    _refuse(house, cashier, lambda attacker: attacker.run(FREE, house.seats["A3"]))


def test_a_seat_is_not_sold_without_a_ticket(house: Cinema, cashier: Till) -> None:
    with attack_as(house, cashier) as attacker, pytest.raises(psycopg.errors.CheckViolation):
        attacker.run(
            "UPDATE boxoffice.show_seat SET state = 'sold', hold_id = NULL, held_by = NULL, held_until = NULL"
            " WHERE seat_id = %s",
            house.seats["A1"],
        )


@pytest.mark.parametrize("seat", ["A3", "A4"])
def test_a_seat_is_not_sold_with_a_ticket_of_a_closed_sale(house: Cinema, cashier: Till, seat: str) -> None:
    ticket_id = house.query("SELECT ticket_id FROM boxoffice.show_seat WHERE seat_id = %s", house.seats[seat])[0][0]
    _refuse(
        house,
        cashier,
        lambda attacker: attacker.run(
            "UPDATE boxoffice.show_seat SET state = 'sold', ticket_id = %s WHERE seat_id = %s",
            ticket_id,
            house.seats["B1"],
        ),
    )


@pytest.mark.parametrize("column", ["show_id", "seat_id", "area_id"])
def test_a_show_seat_stays_what_it_is(house: Cinema, cashier: Till, column: str) -> None:
    with attack_as(house, cashier) as attacker, pytest.raises(psycopg.errors.InsufficientPrivilege):
        attacker.run(f"UPDATE boxoffice.show_seat SET {column} = {column}")


@pytest.mark.parametrize("status", ["draft", "closed", "cancelled"])
def test_seats_of_a_show_that_is_not_on_sale_are_not_taken(cinema: Cinema, status: str) -> None:
    till = cinema.till()
    cinema.execute("UPDATE boxoffice.show SET status = %s", status)
    with attack_as(cinema, till) as attacker, pytest.raises(psycopg.Error) as refused:
        _take(cinema, attacker, "B1")
    assert refused.value.sqlstate == "BX410"


END_SHOW = (
    "UPDATE boxoffice.show SET starts_at = clock_timestamp() - interval '2 hours',"
    " ends_at = clock_timestamp() + %s::interval, occupies = tstzrange(clock_timestamp() - interval '3 hours',"
    " clock_timestamp() + interval '1 hour')"
)


@pytest.mark.parametrize("is_over", [False, True])
def test_seats_of_a_show_that_is_over_are_not_taken(cinema: Cinema, is_over: bool) -> None:  # noqa: FBT001  parameter
    till = cinema.till()
    cinema.execute(END_SHOW, "-1 second" if is_over else "1 minute")
    with attack_as(cinema, till) as attacker:
        if not is_over:
            assert _take(cinema, attacker, "B1") == 1
            return
        with pytest.raises(psycopg.Error) as refused:
            _take(cinema, attacker, "B1")
        assert refused.value.sqlstate == "BX410"


def _take_all(cinema: Cinema, attacker: Attacker, *names: str) -> int:
    statement = TAKE.replace("seat_id = %s", "seat_id = ANY(%s)")
    return attacker.run(statement, _new_hold(attacker), 1, "1 minute", list(cinema.ids(*names)))


def test_a_terminal_holds_one_basket_and_no_more(cinema: Cinema) -> None:
    cinema.execute("UPDATE boxoffice.venue SET basket_limit = 3")
    till = cinema.till()
    _refuse(cinema, till, lambda attacker: _take_all(cinema, attacker, "B1", "B2", "B3", "B4"))
    with attack_as(cinema, till) as attacker:
        # The control, and new time for what is held already.
        assert _take_all(cinema, attacker, "B1", "B2", "B3") == 3
        assert _take_all(cinema, attacker, "B1", "B2", "B3") == 3
        with pytest.raises(psycopg.Error, match="at most 3 seats") as refused:
            _take_all(cinema, attacker, "B4")
    assert refused.value.sqlstate == "BX409"


def test_seats_that_ended_or_are_kept_do_not_fill_the_basket(cinema: Cinema) -> None:
    cinema.execute("UPDATE boxoffice.venue SET basket_limit = 2")
    till = cinema.till()
    hold(cinema, till, "A1", "A2")
    keep(cinema, "house", "Counter 1", "A3", "A4", "A5")
    expire(cinema, "A1", "A2")
    with attack_as(cinema, till) as attacker:
        assert _take_all(cinema, attacker, "B1", "B2") == 2
        # What ended comes back as new.
        with pytest.raises(psycopg.Error, match="at most 2 seats"):
            _take_all(cinema, attacker, "A1")


def test_a_basket_is_not_counted_in_a_snapshot_of_the_past(cinema: Cinema) -> None:
    # Two connections of one terminal would not see each other's seats.
    till = cinema.till()
    with attack_as(cinema, till) as attacker:
        attacker.connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        with pytest.raises(psycopg.Error, match="committed now") as refused:
            _take(cinema, attacker, "B1")
    assert refused.value.sqlstate == "BX409"


def test_connections_of_one_terminal_take_turns_with_its_basket(cinema: Cinema) -> None:
    cinema.execute("UPDATE boxoffice.venue SET basket_limit = 2")
    till = cinema.till()

    def take(*names: str) -> int | str | None:
        statement = TAKE.replace("seat_id = %s", "seat_id = ANY(%s)")
        with attack_as(cinema, till) as attacker:
            try:
                changed = attacker.run(statement, _new_hold(attacker), 1, "1 minute", list(cinema.ids(*names)))
            except psycopg.Error as refused:
                return refused.sqlstate
            attacker.connection.commit()
            return changed

    answers = run_together([lambda: take("B1", "B2"), lambda: take("B3", "B4")])
    assert sorted(answers, key=str) == [2, "BX409"]


def test_a_manager_makes_no_show_seat_that_is_held_from_birth(cinema: Cinema) -> None:
    till = cinema.till(user_name="mona")
    held = hold(cinema, till, "A1")
    cinema.execute("ALTER TABLE boxoffice.show_seat DISABLE TRIGGER ALL")
    cinema.execute("DELETE FROM boxoffice.show_seat WHERE seat_id = %s", cinema.seats["B1"])
    cinema.execute("ALTER TABLE boxoffice.show_seat ENABLE TRIGGER ALL")
    born_held = (
        "INSERT INTO boxoffice.show_seat (show_id, seat_id, area_id, state, hold_id, held_by)"
        " VALUES (%s, %s, 1, 'held', %s, 1)"
    )
    values = (cinema.show_id, cinema.seats["B1"], held.hold_id)
    with attack_as(cinema, till) as attacker, pytest.raises(psycopg.errors.InsufficientPrivilege):
        attacker.run(born_held, *values)
    # Not even the owner makes one.
    with pytest.raises(psycopg.Error) as refused:
        cinema.execute(born_held, *values)
    assert refused.value.sqlstate == "BX409"
    with attack_as(cinema, till) as attacker:
        statement = "INSERT INTO boxoffice.show_seat (show_id, seat_id, area_id) VALUES (%s, %s, 1)"
        assert attacker.run(statement, *values[:2]) == 1


def test_the_activity_names_who_did_it_whatever_the_till_says(cinema: Cinema) -> None:
    till = cinema.till()
    till.context = cinema.till("Counter 2", user_name=None).context
    with pytest.raises(Exception, match="Nobody is signed in"):
        till.call(holds.hold_seats, hold_id=uuid4(), show_id=cinema.show_id, seat_ids=cinema.ids("A1"))


def _new_hold(attacker: Attacker, kind: str = "basket") -> Any:
    return attacker.ask(
        "INSERT INTO boxoffice.hold (hold_id, kind, terminal_id) VALUES (gen_random_uuid(), %s, 1) RETURNING hold_id",
        kind,
    )


def _take(
    house: Cinema,
    attacker: Attacker,
    seat: str,
    *,
    kind: str = "basket",
    hold_id: Any = None,
    terminal: int = 1,
    lasting: str | None = "300 seconds",
) -> int:
    return attacker.run(TAKE, hold_id or _new_hold(attacker, kind), terminal, lasting, house.seats[seat])


def _refuse(house: Cinema, till: Till | None, attack: Any) -> None:
    with attack_as(house, till) as attacker, pytest.raises(psycopg.Error) as refused:
        attack(attacker)
    assert refused.value.sqlstate == "BX409"

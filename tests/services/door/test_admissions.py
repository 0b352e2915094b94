"""What the door says to a ticket, with the server."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from boxoffice_desktop.domain.admission import DoorPlace, Outcome
from boxoffice_desktop.domain.errors import ConflictError, NotAllowedError
from boxoffice_desktop.domain.ticket_codes import Reading, read_scan, short_code
from boxoffice_desktop.services import programme
from boxoffice_desktop.services.door import admissions
from tests.support.cinema import Cinema, Till
from tests.support.door import ANYWHERE, add_copy, code_of, play_today, scan, void
from tests.support.seats import sell


@pytest.fixture
def till(cinema: Cinema) -> Till:
    """Counter 1, which has sold A1 and A2 of the show that begins in half an hour."""
    play_today(cinema)
    till = cinema.till()
    sell(cinema, till, "A1", "A2")
    return till


def test_a_good_ticket_opens_the_door_once(cinema: Cinema, till: Till) -> None:
    answer = scan(till, code_of(cinema, "A1"))
    assert answer.outcome is Outcome.ADMITTED
    assert (answer.title, answer.hall_name, answer.seat_name, answer.ticket_type) == (
        "Nosferatu",
        "Hall 1",
        "A1",
        "Adult",
    )
    assert cinema.query("SELECT ticket_id, door FROM boxoffice.admission") == [(1, "Front door")]


def test_the_second_time_it_says_when_and_where_and_who(cinema: Cinema, till: Till) -> None:
    first = scan(till, code_of(cinema, "A1"), DoorPlace(name="Door 1"))
    again = scan(cinema.till("Counter 2", "sid"), code_of(cinema, "A1"), DoorPlace(name="Door 2"))
    assert (again.outcome, again.place, again.person) == (Outcome.ALREADY_IN, "Door 1", "Carla")
    assert again.since == first.since


def test_the_same_scan_asked_again_has_the_same_answer(cinema: Cinema, till: Till) -> None:
    # The answer to the first may have been lost on its way.
    scan_id = uuid4()
    outcomes = [scan(till, code_of(cinema, "A1"), scan_id=scan_id).outcome for _ in range(2)]
    assert outcomes == [Outcome.ADMITTED, Outcome.ADMITTED]
    assert cinema.query("SELECT count(*) FROM boxoffice.admission") == [(1,)]


@pytest.mark.parametrize("code", [b"", b"x", bytes(16), bytes(8), bytes(17)])
def test_a_bad_code_is_an_answer_and_no_error(till: Till, code: bytes) -> None:
    assert scan(till, code).outcome is Outcome.UNKNOWN


def test_nothing_scanned_is_unknown(till: Till) -> None:
    answer = till.call(admissions.admit, readings=(), place=ANYWHERE, scan_id=uuid4())
    assert answer.outcome is Outcome.UNKNOWN


def test_the_short_code_is_enough_for_the_server(cinema: Cinema, till: Till) -> None:
    readings = read_scan(short_code(code_of(cinema, "A1")).lower())
    answer = till.call(admissions.admit, readings=readings, place=ANYWHERE, scan_id=uuid4())
    assert (answer.outcome, answer.seat_name) == (Outcome.ADMITTED, "A1")


def test_a_short_code_that_two_tickets_have_is_nobodys(cinema: Cinema, till: Till) -> None:
    code = code_of(cinema, "A1")
    twin = code[:8] + bytes(8)
    with cinema.admin() as admin:
        admin.execute("SET session_replication_role = replica")
        admin.execute("UPDATE boxoffice.ticket SET code = %s WHERE seat_id = %s", (twin, cinema.seats["A2"]))
    assert scan(till, code[:8]).outcome is Outcome.UNKNOWN
    assert scan(till, code).outcome is Outcome.ADMITTED


def test_a_reading_that_is_unknown_gives_way_to_the_next(cinema: Cinema, till: Till) -> None:
    readings = (Reading(code=bytes(16)), Reading(code=code_of(cinema, "A1")))
    answer = till.call(admissions.admit, readings=readings, place=ANYWHERE, scan_id=uuid4())
    assert answer.outcome is Outcome.ADMITTED


def test_a_voided_ticket_opens_nothing(cinema: Cinema, till: Till) -> None:
    void(cinema, "A1")
    assert scan(till, code_of(cinema, "A1")).outcome is Outcome.VOIDED
    assert scan(till, code_of(cinema, "A2")).outcome is Outcome.ADMITTED


def test_another_shows_ticket_is_told_where_to_go(cinema: Cinema, till: Till) -> None:
    other = _add_show(cinema, hall="Hall 2")
    hall_id = cinema.query("SELECT hall_id FROM boxoffice.show WHERE show_id = %s", other)[0][0]
    at_other = scan(till, code_of(cinema, "A1"), DoorPlace(name="Door", show_id=other))
    assert (at_other.outcome, at_other.hall_name) == (Outcome.WRONG_HALL, "Hall 1")
    at_hall = scan(till, code_of(cinema, "A1"), DoorPlace(name="Door", hall_id=hall_id))
    assert at_hall.outcome is Outcome.WRONG_HALL
    same_hall = _add_show(cinema, hall="Hall 1", hours=6)
    assert scan(till, code_of(cinema, "A1"), DoorPlace(name="Door", show_id=same_hall)).outcome is Outcome.WRONG_SHOW
    assert scan(till, code_of(cinema, "A1"), DoorPlace(name="Door", hall_id=cinema.hall_id)).outcome is Outcome.ADMITTED


def test_tomorrows_ticket_is_for_another_day(cinema: Cinema, till: Till) -> None:
    play_today(cinema, minutes=24 * 60)
    assert scan(till, code_of(cinema, "A1")).outcome is Outcome.WRONG_DAY
    # Unless the door was set to just that show.
    assert scan(till, code_of(cinema, "A1"), DoorPlace(name="Door", show_id=cinema.show_id)).outcome is Outcome.ADMITTED


def test_after_the_show_its_ticket_opens_nothing(cinema: Cinema, till: Till) -> None:
    play_today(cinema, minutes=-125)
    assert scan(till, code_of(cinema, "A1")).outcome is Outcome.SHOW_OVER


def test_a_cancelled_show_lets_nobody_in(cinema: Cinema, till: Till) -> None:
    cinema.execute("UPDATE boxoffice.show SET status = 'cancelled'")
    assert scan(till, code_of(cinema, "A1")).outcome is Outcome.CANCELLED


def test_who_may_not_admit_lets_nobody_in(cinema: Cinema, till: Till) -> None:
    cinema.execute("DELETE FROM boxoffice.staff_permission WHERE permission = 'admit'")
    with pytest.raises(NotAllowedError):
        scan(till, code_of(cinema, "A1"))
    till.context = replace(till.context, permissions=frozenset())
    with pytest.raises(NotAllowedError):
        scan(till, code_of(cinema, "A1"))


def test_an_admission_is_undone_by_who_may_approve_and_the_ticket_works_again(cinema: Cinema, till: Till) -> None:
    answer = scan(till, code_of(cinema, "A1"))
    with pytest.raises(NotAllowedError):
        till.call(admissions.undo_admission, admission_id=answer.admission_id, show_id=answer.show_id)
    supervisor = cinema.till("Counter 2", "sid")
    supervisor.call(admissions.undo_admission, admission_id=answer.admission_id, show_id=answer.show_id)
    assert cinema.query(
        "SELECT s.user_name, t.name FROM boxoffice.admission a JOIN boxoffice.staff s ON s.staff_id = a.undone_by"
        " JOIN boxoffice.terminal t ON t.terminal_id = a.undone_terminal_id"
    ) == [("sid", "Counter 2")]
    assert scan(till, code_of(cinema, "A1")).outcome is Outcome.ADMITTED
    with pytest.raises(ConflictError):
        supervisor.call(admissions.undo_admission, admission_id=answer.admission_id, show_id=answer.show_id)


def test_the_counts_of_the_day_follow(cinema: Cinema, till: Till) -> None:
    before = till.call(admissions.list_door_shows)
    scan(till, code_of(cinema, "A1"))
    after = till.call(admissions.list_door_shows)
    assert [(show.sold, show.admitted) for show in (*before, *after)] == [(2, 0), (2, 1)]
    assert not after[0].is_over
    play_today(cinema, minutes=24 * 60)
    assert till.call(admissions.list_door_shows) == ()


def test_what_this_terminal_let_in_lately_is_told_newest_first(cinema: Cinema, till: Till) -> None:
    for seat in ("A1", "A2"):
        scan(till, code_of(cinema, seat))
    assert [line.seat_name for line in till.call(admissions.list_latest_admissions)] == ["A2", "A1"]
    assert cinema.till("Counter 2").call(admissions.list_latest_admissions) == ()


def _add_show(cinema: Cinema, *, hall: str, hours: int = 1) -> int:
    manager = cinema.till("Counter 3", "mona")
    if hall != "Hall 1":
        cinema.execute(
            "INSERT INTO boxoffice.hall (venue_id, name, width, height, best_x, best_y)"
            " VALUES (%s, %s, 300, 250, 130, 160)",
            cinema.venue_id,
            hall,
        )
    hall_id = cinema.query("SELECT hall_id FROM boxoffice.hall WHERE name = %s", hall)[0][0]
    cinema.execute("UPDATE boxoffice.show SET occupies = tstzrange(starts_at, ends_at)")
    starts_at = cinema.query("SELECT starts_at FROM boxoffice.show")[0][0] + timedelta(hours=hours)
    return manager.call(programme.create_show, movie_id=cinema.movie_id, hall_id=hall_id, starts_at=starts_at)


def test_a_refunded_ticket_says_who_and_when(cinema: Cinema, till: Till) -> None:
    void(cinema, "A1")
    with cinema.admin() as admin:
        admin.execute("SET session_replication_role = replica")
        admin.execute(
            "INSERT INTO boxoffice.refund (refund_id, sale_id, kind, terminal_id, staff_id, shift_id, number,"
            " refunded_at, currency, total)"
            " SELECT voided_by, sale_id, 'refund', 2, 2, gen_random_uuid(), 1, now(), 'EUR', 1200"
            " FROM boxoffice.ticket WHERE voided_by IS NOT NULL"
        )
    answer = scan(till, code_of(cinema, "A1"))
    assert (answer.outcome, answer.place, answer.person, answer.detail) == (
        Outcome.VOIDED,
        "Counter 2",
        "Sid",
        "refund",
    )
    assert answer.since is not None


def test_a_reprint_ends_every_earlier_copy(cinema: Cinema, till: Till) -> None:
    second = add_copy(cinema, "A1", 2)
    third = add_copy(cinema, "A1", 3)
    for old in (code_of(cinema, "A1"), second):
        answer = scan(till, old)
        assert (answer.outcome, answer.detail, answer.seat_name) == (Outcome.REPLACED, "3", "A1")
        assert (answer.place, answer.person) == ("Counter 2", "Sid")
        assert answer.since is not None
    assert scan(till, third[:8]).outcome is Outcome.ADMITTED
    assert scan(till, third).outcome is Outcome.ALREADY_IN
    assert scan(till, code_of(cinema, "A2")).outcome is Outcome.ADMITTED


def test_a_replaced_ticket_for_another_day_is_replaced(cinema: Cinema, till: Till) -> None:
    add_copy(cinema, "A1", 2)
    play_today(cinema, minutes=24 * 60)
    assert scan(till, code_of(cinema, "A1")).outcome is Outcome.REPLACED
    assert scan(till, code_of(cinema, "A2")).outcome is Outcome.WRONG_DAY

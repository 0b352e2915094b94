from datetime import date, datetime, timedelta

import pytest

from boxoffice_desktop.domain.errors import BoxOfficeError, InvalidInputError, NotAllowedError, SeatsUnavailableError
from boxoffice_desktop.domain.layout.moving import remove
from boxoffice_desktop.services import audit, holds, programme
from boxoffice_desktop.services.layouts.broken import give_back, plan_out_of_order, take_out_of_order
from boxoffice_desktop.services.layouts.planning import plan_layout_change
from boxoffice_desktop.services.layouts.reading import load_layout
from boxoffice_desktop.services.layouts.saving import save_layout
from boxoffice_desktop.services.schedule.discarding import discard_drafts
from boxoffice_desktop.services.schedule.drafts import NewShow, ShowChange, change_show, create_drafts
from boxoffice_desktop.services.schedule.locking import ShowStamp
from tests.support.cinema import Cinema, Till
from tests.support.seats import expire, hold, keep, seat_rows, sell


def period(cinema: Cinema, *names: str, days: int = 1) -> dict[str, object]:
    first = cinema.starts_at.date() - timedelta(days=1)
    seats = cinema.ids(*names)
    return {"hall_id": cinema.hall_id, "seat_ids": seats, "first": first, "last": first + timedelta(days=days)}


def mending(cinema: Cinema, *names: str, day: date | None = None) -> dict[str, object]:
    first = day or cinema.starts_at.date() - timedelta(days=1)
    return {"hall_id": cinema.hall_id, "seat_ids": cinema.ids(*names), "first": first}


def draft(cinema: Cinema, planner: Till, starts_at: datetime) -> ShowStamp:
    show = NewShow(movie_id=cinema.movie_id, hall_id=cinema.hall_id, starts_at=starts_at)
    return planner.call(create_drafts, shows=(show,))[0]


def kept(cinema: Cinema, show_id: int) -> set[str]:
    """Seats of a show that are out of order."""
    rows = cinema.query(
        "SELECT e.name FROM boxoffice.show_seat ss JOIN boxoffice.hold h USING (hold_id) JOIN boxoffice.seat e"
        " USING (seat_id) WHERE ss.show_id = %s AND h.kind = 'out_of_order'",
        show_id,
    )
    return {row[0] for row in rows}


def test_a_broken_seat_is_kept_from_sale_and_given_back_at_any_till(cinema: Cinema) -> None:
    met = cinema.till("Counter 3", "mona").call(take_out_of_order, **period(cinema, "A1", "A2"), reason="spring")
    assert (met.free, met.shows, met.taken) == (2, 1, ())
    with pytest.raises(SeatsUnavailableError) as refusal:
        hold(cinema, cinema.till(), "A1")
    assert refusal.value.seats[0].state == "out_of_order"
    other = cinema.till("Counter 2", "mona")
    planned = other.call(plan_out_of_order, **period(cinema, "A1", "A2"))
    assert (planned.free, planned.kept) == (0, 2)
    first, _ = planned.outages
    assert (first.seat_name, first.reason, first.person) == ("A1", "spring", "Mona")
    assert (first.first, first.last) == (period(cinema)["first"], period(cinema)["last"])
    assert other.call(give_back, **mending(cinema, "A1", "A2")) == 2
    assert other.call(plan_out_of_order, **period(cinema, "A1", "A2")).outages == ()
    hold(cinema, cinema.till(), "A1")


def test_drafts_and_shows_that_are_made_later_have_the_broken_seat_too(cinema: Cinema) -> None:
    planner = cinema.till("Counter 2", "mona")
    early = draft(cinema, planner, cinema.starts_at + timedelta(days=1))
    cinema.till("Counter 3", "mona").call(take_out_of_order, **period(cinema, "A1", days=3), reason="spring")
    late = draft(cinema, planner, cinema.starts_at + timedelta(days=1, hours=4))
    after = draft(cinema, planner, cinema.starts_at + timedelta(days=9))
    assert [kept(cinema, stamp.show_id) for stamp in (early, late, after)] == [{"A1"}, {"A1"}, set()]
    planner.call(programme.put_on_sale, show_ids=(late.show_id,))
    with pytest.raises(SeatsUnavailableError):
        cinema.till().call(
            holds.hold_seats, hold_id=keep(cinema, "house", "Counter 1"), show_id=late.show_id,
            seat_ids=cinema.ids("A1"),
        )  # fmt: skip
    # A draft with nothing but a broken seat is still only a draft.
    planner.call(discard_drafts, stamps=(early,))
    assert cinema.query("SELECT count(*) FROM boxoffice.show WHERE show_id = %s", early.show_id) == [(0,)]


def test_a_show_that_moves_finds_what_is_broken_then(cinema: Cinema) -> None:
    """Also when the planner may not touch halls."""
    cinema.execute("DELETE FROM boxoffice.staff_permission WHERE staff_id = 2")
    cinema.execute("INSERT INTO boxoffice.staff_permission VALUES (2, 'manage_schedule')")
    planner = cinema.till("Counter 2", "sid")
    cinema.till("Counter 3", "mona").call(take_out_of_order, **period(cinema, "A1", days=3), reason="spring")
    stamp = draft(cinema, planner, cinema.starts_at + timedelta(days=1))
    assert kept(cinema, stamp.show_id) == {"A1"}
    changes = {"show_id": stamp.show_id, "version": stamp.version}
    away = planner.call(change_show, **changes, change=ShowChange(starts_at=cinema.starts_at + timedelta(days=9)))
    assert kept(cinema, stamp.show_id) == set()
    changes["version"] = away.after.version
    planner.call(change_show, **changes, change=ShowChange(starts_at=cinema.starts_at + timedelta(days=1)))
    assert kept(cinema, stamp.show_id) == {"A1"}


def test_seats_that_somebody_has_are_listed_and_left_until_they_are_free(cinema: Cinema) -> None:
    cashier = cinema.till("Counter 2")
    sale = sell(cinema, cinema.till(), "A1")
    held = hold(cinema, cashier, "A2")
    till = cinema.till("Counter 3", "mona")
    planned = till.call(plan_out_of_order, **period(cinema, "A1", "A2", "A3"))
    assert [(t.seat_name, t.state, t.sale_number) for t in planned.taken] == [
        ("A1", "sold", sale.number),
        ("A2", "basket", None),
    ]
    assert till.call(take_out_of_order, **period(cinema, "A1", "A2", "A3"), reason="wet").taken == planned.taken
    assert [(row[1], row[3]) for row in seat_rows(cinema, "A1", "A2", "A3")] == [
        ("sold", None),
        ("held", "Counter 2"),
        ("held", "Counter 3"),
    ]
    # The customer does not want it after all: nobody else gets it.
    cashier.call(holds.release_seats, hold_id=held.hold_id, seats=cinema.keys("A2"))
    assert kept(cinema, cinema.show_id) == {"A2", "A3"}


def test_a_basket_that_ended_on_a_broken_seat_is_not_taken_over(cinema: Cinema) -> None:
    hold(cinema, cinema.till("Counter 2"), "A2", "B2")
    cinema.till("Counter 3", "mona").call(take_out_of_order, **period(cinema, "A2"), reason="wet")
    expire(cinema, "A2", "B2")
    with pytest.raises(BoxOfficeError, match="out of order"):
        hold(cinema, cinema.till(), "A2")
    hold(cinema, cinema.till(), "B2")


def test_a_show_on_sale_with_nothing_but_a_broken_seat_may_move(cinema: Cinema) -> None:
    manager = cinema.till("Counter 3", "mona")
    manager.call(take_out_of_order, **period(cinema, "A1"), reason="spring")
    later = ShowChange(starts_at=cinema.starts_at + timedelta(minutes=30))
    manager.call(change_show, show_id=cinema.show_id, version=version_of(cinema), change=later)
    assert kept(cinema, cinema.show_id) == {"A1"}
    # The control: somebody's seat keeps it where it is.
    hold(cinema, cinema.till(), "B1")
    with pytest.raises(BoxOfficeError):
        manager.call(change_show, show_id=cinema.show_id, version=version_of(cinema), change=ShowChange(format="3D"))


def version_of(cinema: Cinema) -> int:
    return int(cinema.query("SELECT xmin::text::bigint FROM boxoffice.show WHERE show_id = %s", cinema.show_id)[0][0])


def test_mending_from_a_day_on_leaves_the_days_before(cinema: Cinema) -> None:
    manager = cinema.till("Counter 3", "mona")
    manager.call(take_out_of_order, **period(cinema, "A1", days=5), reason="spring")
    later = draft(cinema, manager, cinema.starts_at + timedelta(days=3))
    mended = cinema.starts_at.date() + timedelta(days=2)
    assert manager.call(give_back, **mending(cinema, "A1", day=mended)) == 1
    assert (kept(cinema, cinema.show_id), kept(cinema, later.show_id)) == ({"A1"}, set())
    (outage,) = manager.call(plan_out_of_order, **period(cinema, "A1")).outages
    assert outage.last == mended - timedelta(days=1)


def test_a_seat_broken_twice_stays_until_the_second_is_mended(cinema: Cinema) -> None:
    manager = cinema.till("Counter 3", "mona")
    for reason in ("spring", "cushion"):
        manager.call(take_out_of_order, **period(cinema, "A1"), reason=reason)
    cinema.execute("UPDATE boxoffice.broken_seat SET mended_at = now() WHERE broken_seat_id = 1")
    assert kept(cinema, cinema.show_id) == {"A1"}
    cinema.execute("UPDATE boxoffice.broken_seat SET mended_at = now() WHERE broken_seat_id = 2")
    assert kept(cinema, cinema.show_id) == set()


def test_what_was_kept_for_one_show_alone_is_given_back_too(cinema: Cinema) -> None:
    keep(cinema, "out_of_order", "Counter 1", "A1")
    assert cinema.till("Counter 3", "mona").call(give_back, **mending(cinema, "A1")) == 1
    hold(cinema, cinema.till(), "A1")


def test_a_broken_seat_that_leaves_its_hall_is_gone_and_asks_nobody(cinema: Cinema) -> None:
    manager = cinema.till("Counter 3", "mona")
    manager.call(take_out_of_order, **period(cinema, "A1"), reason="spring")
    old = manager.call(load_layout, hall_id=cinema.hall_id)
    document = remove(old, frozenset(cinema.ids("A1")))
    assert manager.call(plan_layout_change, hall_id=cinema.hall_id, document=document).affected == ()
    manager.call(save_layout, hall_id=cinema.hall_id, document=document, expected_version=old.layout_version)
    assert kept(cinema, cinema.show_id) == set()
    assert cinema.query("SELECT mended_at IS NOT NULL FROM boxoffice.broken_seat") == [(True,)]


def test_the_audit_knows_who_took_which_seat_out_of_order(cinema: Cinema) -> None:
    manager = cinema.till("Counter 3", "mona")
    manager.call(take_out_of_order, **period(cinema, "A1"), reason="spring")
    manager.call(give_back, **mending(cinema, "A1"))
    entries = manager.call(audit.list_audit, query=audit.AuditQuery(table="broken_seat")).entries
    assert [(entry.person, entry.subject, entry.operation) for entry in entries] == [
        ("Mona", "A1", "update"),
        ("Mona", "A1", "insert"),
    ]


def test_shows_outside_the_period_are_left_alone(cinema: Cinema) -> None:
    till = cinema.till("Counter 3", "mona")
    values = period(cinema, "A1") | {"first": date(2020, 1, 1), "last": date(2020, 1, 2)}
    assert till.call(take_out_of_order, **values, reason="spring").free == 0
    hold(cinema, cinema.till(), "A1")


@pytest.mark.parametrize(
    "wrong", [{"seat_ids": ()}, {"last": date(2020, 1, 1)}, {"reason": " "}, {"seat_ids": tuple(range(600))}]
)
def test_nonsense_is_refused(shared_cinema: Cinema, wrong: dict[str, object]) -> None:
    till = shared_cinema.till("Counter 3", "mona")
    with pytest.raises(InvalidInputError):
        till.call(take_out_of_order, **({**period(shared_cinema, "A1"), "reason": "spring"} | wrong))


def test_a_cashier_takes_no_seat_out_of_order(shared_cinema: Cinema) -> None:
    cashier = shared_cinema.till()
    for service, arguments in (
        (plan_out_of_order, period(shared_cinema, "A1")),
        (take_out_of_order, {**period(shared_cinema, "A1"), "reason": "x"}),
        (give_back, mending(shared_cinema, "A1")),
    ):
        with pytest.raises(NotAllowedError):
            cashier.call(service, **arguments)

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import uuid4

import psycopg
import pytest

from boxoffice_desktop.domain.errors import (
    ConflictError,
    InvalidInputError,
    NotAllowedError,
    NotFoundError,
    NotSignedInError,
)
from boxoffice_desktop.domain.schedule import ClashKind, HallTakenError, ShowHasSalesError, ShowStatus, WrongStatusError
from boxoffice_desktop.services import holds, programme, seat_maps
from boxoffice_desktop.services.schedule import discarding, drafts, reading
from boxoffice_desktop.services.schedule.locking import ShowStamp, StaleShowError
from boxoffice_desktop.services.schedule.status import change_status
from tests.services.schedule.conftest import Office, stamp
from tests.support.seats import hold, sell


def test_a_draft_has_its_hall_its_lengths_and_every_seat(office: Office) -> None:
    block = office.create(office.at(20), advertising_minutes=20, format="3D", language="OmU")
    assert (block.hall_name, block.status, block.title) == ("Hall 1", ShowStatus.DRAFT, "Nosferatu")
    assert (block.advertising_minutes, block.running_minutes, block.pause_minutes) == (20, 94, 15)
    assert (block.capacity, block.sold, block.held) == (40, 0, 0)
    assert (block.format, block.language, block.day) == ("3D", "OmU", office.day)
    assert block.span.starts_at.isoformat() == office.at(20).isoformat()


def test_the_schedule_shows_every_hall_and_the_shows_of_the_day(office: Office) -> None:
    late = office.create(office.at(1, days=1))
    early = office.create(office.at(20), hall_id=office.other_hall_id)
    office.create(office.at(7, days=1))
    schedule = office.till.call(reading.read_schedule, first_day=office.day)
    assert [(hall.name, hall.capacity, hall.cleaning_minutes) for hall in schedule.halls] == [
        ("Hall 1", 40, 15),
        ("Hall 2", 24, 20),
    ]
    assert [block.show_id for block in schedule.blocks] == [late.show_id, early.show_id]
    assert schedule.days[0].starts_at == office.at(6)


def test_sales_and_live_holds_are_on_the_block(office: Office) -> None:
    office.put_on_sale(office.at(20))
    sell(office.cinema, office.cashier, "A1", "A2")
    hold(office.cinema, office.cashier, "B1")
    block = office.read(office.cinema.show_id)
    assert (block.sold, block.held, block.capacity) == (2, 1, 40)


def test_drafts_stay_off_the_tills(office: Office) -> None:
    office.create(office.at(20))
    assert office.till.call(programme.list_shows, day=office.day) == ()


def test_a_taken_hall_is_refused_with_the_show_and_the_minutes(office: Office) -> None:
    there = office.create(office.at(20))
    with pytest.raises(HallTakenError) as refused:
        office.create(office.at(21, 29))
    clash = refused.value.clash
    assert (clash.kind, clash.other.key, clash.minutes, clash.is_before) == (
        ClashKind.OVERLAP,
        there.show_id,
        20,
        True,
    )


def test_too_short_cleaning_is_refused_with_the_minutes_that_lack(office: Office) -> None:
    office.create(office.at(20))
    with pytest.raises(HallTakenError) as refused:
        office.create(office.at(21, 55))
    assert (refused.value.clash.kind, refused.value.clash.minutes) == (ClashKind.CLEANING, 9)


def test_the_hall_is_free_the_minute_that_cleaning_ends(office: Office) -> None:
    office.create(office.at(20))
    assert office.create(office.at(22, 4)).span.starts_at == office.at(22, 4)


def test_shows_made_together_may_not_overlap_each_other_and_then_none_is_made(office: Office) -> None:
    with pytest.raises(HallTakenError):
        office.till.call(drafts.create_drafts, shows=[office.new(office.at(20)), office.new(office.at(21))])
    assert office.blocks() == ()


def test_two_managers_cannot_fill_the_same_hour(office: Office) -> None:
    tills = [office.till, office.other_till]
    show = office.new(office.at(20))

    def create(place: int) -> bool:
        try:
            tills[place].call(drafts.create_drafts, shows=[show])
        except ConflictError:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(create, (0, 1))) == [False, True]
    assert len(office.blocks()) == 1


def test_the_constraint_stands_behind_who_writes_past_the_service(office: Office) -> None:
    there = office.create(office.at(20))
    with pytest.raises(psycopg.errors.ExclusionViolation, match="show_hall_is_free"):
        office.cinema.execute(
            "INSERT INTO boxoffice.show (movie_id, hall_id, starts_at, ends_at, occupies)"
            " SELECT movie_id, hall_id, starts_at, ends_at, occupies FROM boxoffice.show WHERE show_id = %s",
            there.show_id,
        )


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"advertising_minutes": -1}, "advertising"),
        ({"advertising_minutes": 91}, "advertising"),
        ({"pause_minutes": 14}, "pause"),
        ({"pause_minutes": 601}, "pause"),
        ({"format": "x" * 61}, "format"),
    ],
)
def test_lengths_no_show_has_are_refused(office: Office, changes: dict[str, object], field: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        office.create(office.at(20), **changes)
    assert refused.value.field == field


def test_a_start_that_is_over_is_refused(office: Office) -> None:
    with pytest.raises(InvalidInputError, match="over"):
        office.create(office.at(20) - timedelta(days=4000))


def test_a_film_without_running_time_cannot_be_put_on(office: Office) -> None:
    with pytest.raises(InvalidInputError, match="running time"):
        office.create(office.at(20), movie_id=3)


@pytest.mark.parametrize("changes", [{"movie_id": 99}, {"hall_id": 99}])
def test_an_unknown_film_or_hall_is_not_found(office: Office, changes: dict[str, int]) -> None:
    with pytest.raises(NotFoundError):
        office.create(office.at(20), **changes)


def test_a_cashier_may_not_plan(office: Office) -> None:
    with pytest.raises(NotAllowedError):
        office.cashier.call(drafts.create_drafts, shows=[office.new(office.at(20))])
    with pytest.raises(NotSignedInError):
        office.cinema.till("Counter 1", None).call(reading.read_schedule)


def test_a_draft_moves_within_its_hall_and_keeps_its_seats(office: Office) -> None:
    block = office.create(office.at(20), pause_minutes=30)
    moved = office.change(block, starts_at=office.at(20, 5))
    assert moved.before == block
    assert moved.after.show_id == block.show_id
    assert moved.after.span.starts_at == office.at(20, 5)
    assert (moved.after.pause_minutes, moved.after.capacity) == (30, 40)


def test_a_draft_moves_into_another_hall_with_that_halls_seats_and_cleaning(office: Office) -> None:
    block = office.create(office.at(20))
    moved = office.change(block, hall_id=office.other_hall_id).after
    assert (moved.hall_id, moved.capacity, moved.pause_minutes) == (office.other_hall_id, 24, 20)
    assert [each.show_id for each in office.blocks()] == [moved.show_id]
    with pytest.raises(NotFoundError):
        office.read(block.show_id)


def test_moving_there_and_back_leaves_nothing_behind(office: Office) -> None:
    count = "SELECT count(*) FROM boxoffice.show"
    block = office.create(office.at(20))
    before = office.cinema.query(count)
    moved = office.change(block, hall_id=office.other_hall_id).after
    back = office.change(moved, hall_id=office.hall_id).after
    assert (back.span, back.capacity, office.cinema.query(count)) == (block.span, 40, before)


def test_a_show_that_moves_back_has_the_halls_seats_of_now(office: Office) -> None:
    block = office.create(office.at(20))
    moved = office.change(block, hall_id=office.other_hall_id).after
    retire = "UPDATE boxoffice.seat SET retired_at = %s WHERE name = 'A8' AND hall_id = 1"
    office.cinema.execute(retire, office.at(20))
    back = office.change(moved, hall_id=office.hall_id).after
    office.cinema.execute(retire, None)
    assert back.show_id != block.show_id
    assert back.capacity == 39


def test_a_show_may_move_by_less_than_its_own_length(office: Office) -> None:
    block = office.create(office.at(20))
    assert office.change(block, starts_at=office.at(21)).after.span.starts_at == office.at(21)


def test_a_longer_break_is_refused_where_it_reaches_the_next_show(office: Office) -> None:
    block = office.create(office.at(20))
    office.create(office.at(22, 30))
    assert office.change(block, pause_minutes=41).after.pause_minutes == 41
    with pytest.raises(HallTakenError) as refused:
        office.change(office.read(block.show_id), pause_minutes=45)
    assert (refused.value.clash.minutes, refused.value.clash.is_before) == (4, False)


def test_the_second_of_two_managers_is_shown_the_change_of_the_first(office: Office) -> None:
    block = office.create(office.at(20))
    office.change(block, till=office.other_till, starts_at=office.at(19))
    with pytest.raises(StaleShowError) as stale:
        office.change(block, starts_at=office.at(21))
    assert stale.value.current is not None
    assert stale.value.current.span.starts_at == office.at(19)
    again = office.change(stale.value.current, starts_at=office.at(21))
    assert again.after.span.starts_at == office.at(21)


def test_a_draft_that_somebody_took_off_cannot_be_changed(office: Office) -> None:
    block = office.create(office.at(20))
    office.till.call(discarding.discard_drafts, stamps=[stamp(block)])
    with pytest.raises(StaleShowError) as stale:
        office.change(block, starts_at=office.at(21))
    assert stale.value.current is None


def test_a_draft_is_deleted_with_its_seats_and_made_anew(office: Office) -> None:
    block = office.create(office.at(20), format="3D", language="OmU")
    gone = office.till.call(discarding.discard_drafts, stamps=[stamp(block)])
    assert office.blocks() == ()
    assert office.till.call(programme.list_shows, day=office.day) == ()
    left = "SELECT count(*) FROM boxoffice.{} WHERE show_id = %s"
    assert [office.cinema.query(left.format(table), block.show_id)[0][0] for table in ("show", "show_seat")] == [0, 0]
    (made,) = office.till.call(discarding.restore_drafts, drafts=gone)
    (again,) = office.blocks()
    assert (again.show_id, again.span, again.format, again.language) == (made.show_id, block.span, "3D", "OmU")
    assert (again.status, again.capacity) == (ShowStatus.DRAFT, 40)


def test_a_deleted_draft_is_in_the_audit_with_what_it_was(office: Office) -> None:
    block = office.create(office.at(20))
    office.till.call(discarding.discard_drafts, stamps=[stamp(block)])
    ((before, staff_id),) = office.cinema.query(
        "SELECT before, staff_id FROM boxoffice.audit"
        " WHERE table_name = 'show' AND operation = 'delete' AND row_key = %s",
        str(block.show_id),
    )
    assert (before["movie_id"], before["status"], staff_id) == (1, "draft", office.till.context.staff_id)


def test_a_price_list_that_was_chosen_for_a_draft_comes_back_with_it(office: Office) -> None:
    block = office.create(office.at(20))
    office.cinema.execute(
        "UPDATE boxoffice.show SET price_list_id = 1, is_price_list_chosen = true WHERE show_id = %s", block.show_id
    )
    gone = office.till.call(discarding.discard_drafts, stamps=[stamp(office.read(block.show_id))])
    (made,) = office.till.call(discarding.restore_drafts, drafts=gone)
    assert office.cinema.query(
        "SELECT price_list_id, is_price_list_chosen FROM boxoffice.show WHERE show_id = %s", made.show_id
    ) == [(1, True)]


def test_drafts_are_deleted_all_or_none(office: Office) -> None:
    draft, sold = office.create(office.at(14)), office.put_on_sale(office.at(20))
    with pytest.raises(WrongStatusError):
        office.till.call(discarding.discard_drafts, stamps=[stamp(draft), stamp(sold)])
    assert len(office.blocks()) == 2


def test_a_draft_whose_tickets_were_paid_back_keeps_its_show(office: Office) -> None:
    block = office.put_on_sale(office.at(20))
    sell(office.cinema, office.cashier, "A1")
    with office.cinema.admin() as admin, admin.transaction():
        # What a refund leaves behind, put there past its guards.
        admin.execute("SET LOCAL session_replication_role = replica")
        admin.execute("UPDATE boxoffice.ticket SET voided_by = sale_id WHERE show_id = %s", (block.show_id,))
        admin.execute(
            "UPDATE boxoffice.show_seat SET state = 'available', ticket_id = NULL WHERE show_id = %s", (block.show_id,)
        )
        admin.execute("DELETE FROM boxoffice.show_price WHERE show_id = %s", (block.show_id,))
        admin.execute("UPDATE boxoffice.show SET status = 'draft' WHERE show_id = %s", (block.show_id,))
    with pytest.raises(ConflictError, match="Only drafts"):
        office.till.call(discarding.discard_drafts, stamps=[stamp(office.read(block.show_id))])
    moved = office.change(office.read(block.show_id), hall_id=office.other_hall_id)
    assert office.read(block.show_id).status is ShowStatus.CANCELLED
    assert moved.after.status is ShowStatus.DRAFT


def test_a_draft_does_not_come_back_where_another_show_is(office: Office) -> None:
    block = office.create(office.at(20))
    gone = office.till.call(discarding.discard_drafts, stamps=[stamp(block)])
    office.create(office.at(20), hall_id=office.hall_id, movie_id=office.short_movie_id)
    with pytest.raises(HallTakenError):
        office.till.call(discarding.restore_drafts, drafts=gone)


def test_what_is_on_sale_is_no_draft_to_take_off(office: Office) -> None:
    block = office.put_on_sale(office.at(20))
    with pytest.raises(WrongStatusError):
        office.till.call(discarding.discard_drafts, stamps=[stamp(block)])


def test_a_cancelled_show_is_not_changed_any_more(office: Office) -> None:
    block = office.put_on_sale(office.at(20))
    report = office.till.call(change_status, stamps=[stamp(block)], status=ShowStatus.CANCELLED)
    with pytest.raises(WrongStatusError):
        office.change(report.changed[0], starts_at=office.at(21))


@pytest.mark.parametrize("what", ["time", "hall", "film", "format"])
def test_a_show_with_sales_is_not_changed_and_the_count_is_said(office: Office, what: str) -> None:
    office.put_on_sale(office.at(20))
    sell(office.cinema, office.cashier, "A1", "A2")
    changes = {
        "time": {"starts_at": office.at(21)},
        "hall": {"hall_id": office.other_hall_id},
        "film": {"movie_id": office.short_movie_id},
        "format": {"format": "3D"},
    }
    with pytest.raises(ShowHasSalesError) as refused:
        office.change(office.read(office.cinema.show_id), **changes[what])
    assert (refused.value.sold, refused.value.held) == (2, 0)


def test_a_show_that_somebody_is_buying_is_not_moved(office: Office) -> None:
    block = office.put_on_sale(office.at(20))
    hold(office.cinema, office.cashier, "A1")
    with pytest.raises(ShowHasSalesError) as refused:
        office.change(block, starts_at=office.at(21))
    assert (refused.value.sold, refused.value.held) == (0, 1)


def test_language_and_break_of_a_show_with_sales_may_change(office: Office) -> None:
    block = office.put_on_sale(office.at(20))
    sell(office.cinema, office.cashier, "A1")
    after = office.change(block, language="OmU", pause_minutes=25).after
    assert (after.language, after.pause_minutes, after.sold) == ("OmU", 25, 1)


def test_an_unsold_show_on_sale_moves_and_gets_the_prices_of_its_new_time(office: Office) -> None:
    block = office.put_on_sale(office.at(20))
    office.cinema.execute(
        "INSERT INTO boxoffice.price_list (venue_id, name, priority, from_time, to_time)"
        " VALUES (1, 'Matinee', 5, '00:00', '16:00')"
    )
    office.cinema.execute(
        "INSERT INTO boxoffice.price SELECT 2, area_id, ticket_type_id, amount - 300, tax_rate_id FROM boxoffice.price"
    )
    moved = office.change(block, starts_at=office.at(14)).after
    opened = office.cashier.call(seat_maps.open_show, show_id=moved.show_id)
    assert moved.status is ShowStatus.ON_SALE
    assert min(price.amount for price in opened.prices) == 500


def test_an_unsold_show_on_sale_moves_into_another_hall_and_stays_on_sale(office: Office) -> None:
    block = office.put_on_sale(office.at(20))
    moved = office.change(block, hall_id=office.other_hall_id, starts_at=office.at(21)).after
    assert (moved.status, moved.capacity) == (ShowStatus.ON_SALE, 24)
    tiles = office.till.call(programme.list_shows, day=office.day)
    assert [tile.show_id for tile in tiles] == [moved.show_id]
    seat_id = office.cinema.query("SELECT min(seat_id) FROM boxoffice.seat WHERE hall_id = 2")[0][0]
    held = office.cashier.call(holds.hold_seats, hold_id=uuid4(), show_id=moved.show_id, seat_ids=(seat_id,))
    assert len(held.seats) == 1


def test_too_many_shows_at_once_are_refused(office: Office) -> None:
    with pytest.raises(InvalidInputError):
        office.till.call(drafts.create_drafts, shows=[office.new(office.at(20))] * 2001)


def test_unknown_shows_are_not_found(office: Office) -> None:
    with pytest.raises(StaleShowError):
        office.till.call(discarding.discard_drafts, stamps=[ShowStamp(show_id=999_999, version=1)])

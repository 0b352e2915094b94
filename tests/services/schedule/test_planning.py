from datetime import date, time, timedelta

import pytest

from boxoffice_desktop.domain.errors import InvalidInputError
from boxoffice_desktop.domain.schedule import HallTakenError, ShowStatus
from boxoffice_desktop.domain.seat_moves import SeatMatch
from boxoffice_desktop.domain.week_plan import FilmWish, PlanTrouble
from boxoffice_desktop.services.schedule import planning, reading
from boxoffice_desktop.services.schedule.moves import preview_move
from boxoffice_desktop.services.schedule.status import change_status
from tests.services.schedule.conftest import Office, stamp
from tests.support.seats import sell


def wish(office: Office, **changes: object) -> FilmWish:
    values: dict[str, object] = {
        "movie_id": office.movie_id,
        "title": "Nosferatu",
        "running_minutes": 94,
        "hall_ids": (office.hall_id, office.other_hall_id),
        "times": (time(15), time(20)),
        "days": tuple(office.day + timedelta(days=ahead) for ahead in range(7)),
    }
    return FilmWish(**{**values, **changes})  # type: ignore[arg-type]  # a test's own words


def test_a_generated_week_is_only_proposed_until_it_is_written(office: Office) -> None:
    plan = office.till.call(planning.preview_week, wishes=[wish(office)])
    assert (len(plan.shows), plan.conflicts) == (14, ())
    assert office.blocks(7) == ()
    stamps = office.till.call(planning.write_plan, shows=plan.shows)
    blocks = office.blocks(7)
    assert len(stamps) == len(blocks) == 14
    assert {block.status for block in blocks} == {ShowStatus.DRAFT}
    assert {(block.hall_id, block.span.starts_at) for block in blocks} == {
        (show.hall_id, show.span.starts_at) for show in plan.shows
    }


def test_the_plan_goes_round_what_stands_already(office: Office) -> None:
    office.create(office.at(19, 30))
    plan = office.till.call(
        planning.preview_week, wishes=[wish(office, hall_ids=(office.hall_id,), times=(time(20),), days=(office.day,))]
    )
    assert plan.shows == ()
    assert plan.conflicts[0].trouble is PlanTrouble.NO_ROOM
    assert plan.conflicts[0].clash is not None
    assert plan.conflicts[0].clash.other.title == "Nosferatu"


def test_a_show_that_came_in_between_refuses_the_whole_plan(office: Office) -> None:
    plan = office.till.call(planning.preview_week, wishes=[wish(office, hall_ids=(office.hall_id,))])
    office.create(office.at(20))
    with pytest.raises(HallTakenError):
        office.till.call(planning.write_plan, shows=plan.shows)
    assert len(office.blocks(7)) == 1


@pytest.mark.parametrize("changes", [{"days": ()}, {"times": ()}, {"hall_ids": ()}])
def test_wishing_for_nothing_is_refused(office: Office, changes: dict[str, object]) -> None:
    with pytest.raises(InvalidInputError):
        office.till.call(planning.preview_week, wishes=[wish(office, **changes)])


def test_a_day_is_copied_with_halls_times_formats_and_breaks(office: Office) -> None:
    office.create(office.at(20), format="3D", language="OV", pause_minutes=40, advertising_minutes=10)
    office.create(office.at(0, 30, days=1), hall_id=office.other_hall_id)
    plan = office.till.call(planning.preview_copy, from_day=office.day, to_day=office.day + timedelta(days=3))
    office.till.call(planning.write_plan, shows=plan.shows)
    copies = [block for block in office.blocks(7) if block.day == office.day + timedelta(days=3)]
    assert [(block.span.starts_at, block.hall_id) for block in copies] == [
        (office.at(20, days=3), office.hall_id),
        (office.at(0, 30, days=4), office.other_hall_id),
    ]
    assert [show.span.starts_at for show in plan.shows] == [office.at(20, days=3), office.at(0, 30, days=4)]
    assert (copies[0].format, copies[0].language) == ("3D", "OV")
    assert (copies[0].pause_minutes, copies[0].advertising_minutes) == (40, 10)


def test_a_copied_week_leaves_out_what_was_cancelled_and_names_what_does_not_fit(office: Office) -> None:
    office.create(office.at(20))
    office.create(office.at(20, days=2))
    cancelled = office.put_on_sale(office.at(20, days=3))
    office.till.call(change_status, stamps=[stamp(cancelled)], status=ShowStatus.CANCELLED)
    office.create(office.at(21, days=9))
    plan = office.till.call(planning.preview_copy, from_day=office.day, to_day=office.day + timedelta(days=7), days=7)
    assert [show.span.starts_at for show in plan.shows] == [office.at(20, days=7)]
    assert [(each.day, each.trouble) for each in plan.conflicts] == [
        (office.day + timedelta(days=9), PlanTrouble.NO_ROOM)
    ]


def test_days_are_not_copied_onto_themselves_nor_into_the_past(office: Office) -> None:
    office.create(office.at(20))
    with pytest.raises(InvalidInputError):
        office.till.call(planning.preview_copy, from_day=office.day, to_day=office.day + timedelta(days=3), days=7)
    past = office.till.call(planning.preview_copy, from_day=office.day, to_day=date(2001, 1, 5))
    assert [each.trouble for each in past.conflicts] == [PlanTrouble.PAST]


def test_the_catalogue_finds_films_and_counts_their_shows_ahead(office: Office) -> None:
    office.create(office.at(20))
    films = office.till.call(reading.list_films, search="NOSFER")
    assert [film.title for film in films] == ["Nosferatu"]
    assert films[0].shows_ahead > 0
    assert office.till.call(reading.list_films, search="%") == ()
    assert office.till.call(reading.list_films)[0].title == "Nosferatu"


def test_a_week_is_a_month_at_most(office: Office) -> None:
    with pytest.raises(InvalidInputError):
        office.till.call(reading.read_schedule, days=32)


def test_moving_to_another_time_keeps_every_seat(office: Office) -> None:
    block = office.put_on_sale(office.at(20))
    sell(office.cinema, office.cashier, "A1", "D4")
    preview = office.till.call(preview_move, show_id=block.show_id, starts_at=office.at(21))
    assert [ticket.to_seat for ticket in preview.tickets] == ["A1", "D4"]
    assert (preview.count(SeatMatch.SAME), preview.clash) == (2, None)


def test_moving_to_a_smaller_hall_lists_who_must_change(office: Office) -> None:
    block = office.put_on_sale(office.at(20))
    sell(office.cinema, office.cashier, "A1", "D4")
    office.create(office.at(20), hall_id=office.other_hall_id)
    preview = office.till.call(preview_move, show_id=block.show_id, hall_id=office.other_hall_id)
    assert [(ticket.from_seat, ticket.to_seat) for ticket in preview.tickets] == [("A1", "A1"), ("D4", "A2")]
    assert (preview.count(SeatMatch.SAME), preview.count(SeatMatch.NEAREST)) == (1, 1)
    assert preview.clash is not None
    assert preview.tickets[0].sale.startswith("Counter 1 · ")
    assert office.read(block.show_id).hall_id == office.hall_id

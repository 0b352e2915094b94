from typing import Any
from uuid import uuid4

import pytest

from boxoffice_desktop.domain.errors import (
    InvalidInputError,
    NotAllowedError,
    SeatsUnavailableError,
    ShowNotOnSaleError,
)
from boxoffice_desktop.services import house_seats
from boxoffice_desktop.services.house_seats import HouseHold
from tests.support.cinema import Cinema, Till
from tests.support.seats import hold, sell


def keep(cinema: Cinema, till: Till, *names: str, **changes: Any) -> HouseHold:
    values: dict[str, Any] = {
        "hold_id": uuid4(),
        "show_id": cinema.show_id,
        "seat_ids": cinema.ids(*names),
        "name": "Ms Kinski",
        "reason": "The  director's guests",
    }
    return till.call(house_seats.keep_for_house, **{**values, **changes})


def test_the_house_keeps_seats_for_somebody_with_a_reason_and_no_end(cinema: Cinema) -> None:
    kept = keep(cinema, cinema.till(user_name="sid"), "A1", "A2")
    assert (kept.name, kept.reason, kept.seat_names, kept.kept_by) == (
        "Ms Kinski",
        "The director's guests",
        ("A1", "A2"),
        "Sid",
    )
    assert cinema.query("SELECT DISTINCT held_until FROM boxoffice.show_seat WHERE hold_id = %s", kept.hold_id) == [
        (None,)
    ]


def test_a_cashier_keeps_nothing_for_the_house(cinema: Cinema) -> None:
    with pytest.raises(NotAllowedError):
        keep(cinema, cinema.till(), "A1")


def test_nobody_buys_or_takes_them(cinema: Cinema) -> None:
    keep(cinema, cinema.till(user_name="sid"), "A1")
    with pytest.raises(SeatsUnavailableError):
        hold(cinema, cinema.till("Counter 2"), "A1")


def test_what_somebody_has_is_not_kept(cinema: Cinema) -> None:
    sell(cinema, cinema.till("Counter 2"), "A1")
    with pytest.raises(SeatsUnavailableError) as refused:
        keep(cinema, cinema.till(user_name="sid"), "A1", "A2")
    assert [seat.seat_name for seat in refused.value.seats] == ["A1"]


def test_any_supervisor_gives_them_back_at_any_till(cinema: Cinema) -> None:
    kept = keep(cinema, cinema.till(user_name="sid"), "A1", "A2")
    other = cinema.till("Counter 2", "mona")
    freed = other.call(
        house_seats.give_house_seats_back, hold_id=kept.hold_id, show_id=cinema.show_id, seat_ids=cinema.ids("A1")
    )
    assert freed == 1
    [left] = other.call(house_seats.list_house_holds, show_id=cinema.show_id)
    assert left.seat_names == ("A2",)
    hold(cinema, cinema.till(), "A1")


def test_a_cashier_gives_nothing_back(cinema: Cinema) -> None:
    kept = keep(cinema, cinema.till(user_name="sid"), "A1")
    with pytest.raises(NotAllowedError):
        cinema.till("Counter 2").call(
            house_seats.give_house_seats_back, hold_id=kept.hold_id, show_id=cinema.show_id, seat_ids=cinema.ids("A1")
        )


@pytest.mark.parametrize(
    ("field", "changes"),
    [("reason", {"reason": " "}), ("reason", {"reason": "x" * 501}), ("seats", {"seat_ids": ()})],
)
def test_bad_input_is_refused_at_its_field(cinema: Cinema, field: str, changes: dict[str, Any]) -> None:
    with pytest.raises(InvalidInputError) as refused:
        keep(cinema, cinema.till(user_name="sid"), "A1", **changes)
    assert refused.value.field == field


def test_a_closed_show_keeps_no_seats(cinema: Cinema) -> None:
    cinema.execute("UPDATE boxoffice.show SET status = 'closed'")
    with pytest.raises(ShowNotOnSaleError):
        keep(cinema, cinema.till(user_name="sid"), "A1")

"""A till whose search answers by query, and things to be found."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

import pytest

from boxoffice_desktop.domain.reservations import Reservation, ReservedSeat, ReservedSeatState
from boxoffice_desktop.services.finding import Found, FoundKind, find_anything
from boxoffice_desktop.services.house_seats import HouseHold
from tests.ui.fakes import FakeDesk

T = TypeVar("T")
STARTS = datetime(2026, 11, 20, 20, 15, tzinfo=UTC)
SHOW: dict[str, Any] = {"show_id": 33, "title": "Nosferatu", "hall_name": "Hall 2", "starts_at": STARTS}


def make_reservation(*states: ReservedSeatState, name: str = "Ada Lovelace", code: str = "K7F2QX") -> Reservation:
    return Reservation(
        hold_id=UUID(int=7),
        code=code,
        name=name,
        phone="0660123",
        collect_by=STARTS - timedelta(minutes=30),
        made_by="Counter 2",
        seats=tuple(
            ReservedSeat(seat_id=number, seat_name=f"E{number}", state=state) for number, state in enumerate(states, 1)
        ),
        **SHOW,
    )


def find_reservation(*states: ReservedSeatState, **changes: str) -> Found:
    made = make_reservation(*(states or (ReservedSeatState.KEPT,)), **changes)
    names = tuple(seat.seat_name for seat in made.seats)
    return Found(kind=FoundKind.RESERVATION, reservation=made, seat_names=names, **SHOW)


def find_house() -> Found:
    house = HouseHold(
        hold_id=UUID(int=8),
        name="Jury",
        reason="Festival",
        kept_by="Sid",
        kept_at=STARTS,
        seat_ids=(1, 2),
        seat_names=("B1", "B2"),
        **SHOW,
    )
    return Found(kind=FoundKind.HOUSE, house=house, seat_names=house.seat_names, **SHOW)


def find_seat(name: str = "E7", state: str = "available") -> Found:
    return Found(kind=FoundKind.SEAT, seat_names=(name,), seat_id=7, state=state, **SHOW)


def find_show() -> Found:
    return Found(kind=FoundKind.SHOW, **SHOW)


class SearchDesk(FakeDesk):
    """Finds what `found` says of a query, else nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, tuple[Found, ...]] = {}
        self.queries: list[str] = []

    def call(self, operation: Callable[..., T], arguments: Mapping[str, object]) -> T:
        if operation is find_anything and operation not in self.answers:
            query = str(arguments["query"])
            self.queries.append(query)
            self.wait_at_gate()
            return self.found.get(query, ())  # type: ignore[return-value]  # the search's own type
        return super().call(operation, arguments)


@pytest.fixture
def desk() -> SearchDesk:
    return SearchDesk()

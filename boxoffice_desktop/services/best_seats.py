"""The best free seats side by side for who does not choose: found on an unlocked read, held like any others."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID
from weakref import WeakKeyDictionary

from sqlalchemy import select
from sqlalchemy.orm import Session

from boxoffice_desktop.domain.best_available import RowIndex, find_best_seats, prepare_rows
from boxoffice_desktop.domain.errors import NotFoundError, SeatsUnavailableError
from boxoffice_desktop.domain.permissions import Permission
from boxoffice_desktop.domain.seats import SeatKey, SeatKind
from boxoffice_desktop.models import Hall, Show, ShowSeat
from boxoffice_desktop.services.context import Context
from boxoffice_desktop.services.holds import HeldSeats, hold_seats
from boxoffice_desktop.services.seat_maps import get_hall_picture, read_map

PLAIN_KINDS: Final = frozenset({SeatKind.STANDARD, SeatKind.RECLINER})
_BEST_TRIES: Final = 4


def hold_best_seats(
    session: Session,
    context: Context,
    *,
    hold_id: UUID,
    show_id: int,
    count: int,
    kinds: frozenset[SeatKind] = PLAIN_KINDS,
    area_id: int | None = None,
    basket: tuple[SeatKey, ...] = (),
) -> HeldSeats:
    """Hold the `count` best free seats side by side.

    The choice is made on an unlocked read; when another till was quicker it is made again on a fresh one.

    Raises:
        NotEnoughSeatsError: there are not that many free seats side by side.
        SeatsUnavailableError: other tills were quicker every time.
        BasketFullError, ShowNotOnSaleError, NotFoundError: see `hold_seats`.
    """
    context.permit(Permission.SELL)
    hall = _prepare_hall(session, context, show_id)
    refusal: SeatsUnavailableError | None = None
    absent: frozenset[int] = frozenset()
    for _ in range(_BEST_TRIES):
        taken = {status.seat_id for status in read_map(session, context, show_id=show_id).statuses}
        best = find_best_seats(
            hall.rows,
            hall.seat_ids - taken - absent,
            count,
            best_x=hall.best_x,
            best_y=hall.best_y,
            kinds=kinds,
            area_id=area_id,
        )
        try:
            with session.begin_nested():
                return hold_seats(
                    session, context, hold_id=hold_id, show_id=show_id, seat_ids=tuple(best), basket=basket
                )
        except SeatsUnavailableError as error:
            refusal = error
        except NotFoundError:
            # Rare enough to be looked up only then: seats that came to the hall too late for this show.
            absent = _list_absent(session, show_id, hall)
    raise refusal or SeatsUnavailableError(())


@dataclass(frozen=True)
class _PreparedHall:
    rows: RowIndex
    seat_ids: frozenset[int]
    best_x: float
    best_y: float


# By database, then hall and layout version: a layout never changes under its version, and reading one takes longer
# than choosing seats in it.
_prepared: WeakKeyDictionary[object, dict[tuple[int, int], _PreparedHall]] = WeakKeyDictionary()


def _prepare_hall(session: Session, context: Context, show_id: int) -> _PreparedHall:
    found = session.execute(
        select(Hall.hall_id, Hall.layout_version)
        .join(Show, Show.hall_id == Hall.hall_id)
        .where(Show.show_id == show_id)
    ).one_or_none()
    if found is None:
        raise NotFoundError("show", show_id)
    halls = _prepared.setdefault(session.get_bind(), {})
    key = (found.hall_id, found.layout_version)
    if key not in halls:
        picture = get_hall_picture(session, context, hall_id=found.hall_id)
        for old in [old for old in halls if old[0] == found.hall_id]:
            halls.pop(old, None)
        halls[key] = _PreparedHall(
            rows=prepare_rows(picture.seats),
            seat_ids=frozenset(seat.seat_id for seat in picture.seats),
            best_x=picture.best_x,
            best_y=picture.best_y,
        )
    return halls[key]


def _list_absent(session: Session, show_id: int, hall: _PreparedHall) -> frozenset[int]:
    present = session.execute(select(ShowSeat.seat_id).where(ShowSeat.show_id == show_id)).scalars()
    return hall.seat_ids.difference(present)

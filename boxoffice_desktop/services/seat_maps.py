"""The picture of a hall and the state of its seats in a show, as one till sees them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from boxoffice_desktop.domain.errors import NotFoundError
from boxoffice_desktop.domain.halls import Area as AreaView
from boxoffice_desktop.domain.halls import HallPicture
from boxoffice_desktop.domain.seating_plan_shapes import restore_shape
from boxoffice_desktop.domain.seats import HoldKind, SeatKind, SeatLook, SeatState, SeatStatus
from boxoffice_desktop.domain.seats import Seat as SeatView
from boxoffice_desktop.domain.selling import ShowPrice, TicketType
from boxoffice_desktop.models import Area, Hall, Seat, Venue
from boxoffice_desktop.services.context import Context
from boxoffice_desktop.services.pricing import list_show_prices, list_ticket_types
from boxoffice_desktop.services.programme import ShowTile, get_show

_ACTIVITY_LINES: Final = 30
_NAMES_PER_LINE: Final = 12

_LOOK_OF_HOLD: Final = {
    HoldKind.BASKET: SeatLook.HELD,
    HoldKind.RESERVATION: SeatLook.RESERVATION,
    HoldKind.HOUSE: SeatLook.HOUSE,
    HoldKind.OUT_OF_ORDER: SeatLook.OUT_OF_ORDER,
}

# Only what is not free: an empty hall costs nothing to read, and an expired hold is free already.
_STATUSES: Final = text(
    """
    SELECT ss.seat_id, ss.state, ss.held_by, h.kind, t.name, t.mark,
           extract(epoch FROM ss.held_until - clock_timestamp())::float8,
           CASE h.kind WHEN 'reservation' THEN h.name
                       WHEN 'house' THEN concat_ws(', ', nullif(h.name, ''), nullif(h.reason, '')) END
      FROM boxoffice.show_seat ss
      LEFT JOIN boxoffice.hold h ON h.hold_id = ss.hold_id
      LEFT JOIN boxoffice.terminal t ON t.terminal_id = ss.held_by
     WHERE ss.show_id = :show_id
       AND (ss.state = 'sold'
            OR (ss.state = 'held' AND (ss.held_until IS NULL OR ss.held_until > clock_timestamp())))
    """
)
# What makes a seat part of a show: it stands in the hall, or somebody has it all the same. A seat that was retired
# stays with who has it and is nobody's afterwards.
IN_SHOW: Final = """
    (ss.state = 'sold'
     OR (ss.state = 'held' AND (ss.held_until IS NULL OR ss.held_until > clock_timestamp()))
     OR ss.seat_id <> ALL (ARRAY(SELECT e.seat_id FROM boxoffice.seat e WHERE e.retired_at IS NOT NULL)))
"""
_CAPACITY: Final = text(
    f"""
    SELECT count(*), (SELECT h.layout_version FROM boxoffice.show s JOIN boxoffice.hall h ON h.hall_id = s.hall_id
                       WHERE s.show_id = :show_id)
      FROM boxoffice.show_seat ss WHERE ss.show_id = :show_id AND {IN_SHOW}
    """  # noqa: S608  ours
)
# The area is the show's: what is on sale keeps the prices that it was put on sale with.
_SHOW_SEATS: Final = text(
    f"""
    SELECT e.seat_id, e.zone, e.row_label, e.number, e.name, e.x, e.y, ss.area_id, e.kind
      FROM boxoffice.show_seat ss JOIN boxoffice.seat e ON e.seat_id = ss.seat_id
     WHERE ss.show_id = :show_id AND {IN_SHOW} ORDER BY e.seat_id
    """  # noqa: S608  ours
)
_ACTIVITY: Final = text(
    """
    SELECT a.at, coalesce(t.name, ''), a.what, a.seat_ids
      FROM boxoffice.seat_activity a LEFT JOIN boxoffice.terminal t ON t.terminal_id = a.terminal_id
     WHERE a.show_id = :show_id ORDER BY a.activity_id DESC LIMIT :lines
    """
)


@dataclass(frozen=True, kw_only=True)
class ActivityLine:
    """What happened to seats of a show: `what` is `held`, `released` or `sold`; `at` is in the venue's zone."""

    at: datetime
    terminal_name: str
    what: str
    seat_names: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class MapState:
    """The seats of a show that are not available, the counts of all, and the latest activity, newest first.

    `layout_version` is the hall's as it is now: a picture of another version is old.
    """

    show_id: int
    statuses: tuple[SeatStatus, ...]
    free: int
    held: int
    sold: int
    activity: tuple[ActivityLine, ...]
    layout_version: int


@dataclass(frozen=True, kw_only=True)
class OpenedShow:
    """Everything that selling a show needs, in one answer."""

    show: ShowTile
    picture: HallPicture
    ticket_types: tuple[TicketType, ...]
    prices: tuple[ShowPrice, ...]
    state: MapState


def open_show(session: Session, context: Context, *, show_id: int) -> OpenedShow:
    """Read a show with its hall, prices and seats.

    Raises:
        NotFoundError: no such show.
    """
    show = get_show(session, context, show_id=show_id)
    return OpenedShow(
        show=show,
        picture=get_hall_picture(session, context, hall_id=show.hall_id, show_id=show_id),
        ticket_types=list_ticket_types(session, context),
        prices=list_show_prices(session, context, show_id=show_id),
        state=read_map(session, context, show_id=show_id),
    )


def read_map(session: Session, context: Context, *, show_id: int) -> MapState:
    """The state of a show's seats by the database's clock, as this terminal sees them."""
    connection = session.connection()
    rows = connection.execute(_STATUSES, {"show_id": show_id}).all()
    statuses = tuple(_as_status(context.terminal_id, *row) for row in rows)
    sold = sum(status.look is SeatLook.SOLD for status in statuses)
    capacity, layout_version = connection.execute(_CAPACITY, {"show_id": show_id}).one()
    return MapState(
        show_id=show_id,
        statuses=statuses,
        free=capacity - len(statuses),
        held=len(statuses) - sold,
        sold=sold,
        activity=_read_activity(session, context, show_id),
        layout_version=layout_version or 0,
    )


def get_hall_picture(
    session: Session,
    context: Context,  # noqa: ARG001  a service's shape
    *,
    hall_id: int,
    show_id: int | None = None,
) -> HallPicture:
    """The hall as it is drawn, retired seats left out. With `show_id` the hall as that show has it: with the areas that
    it was put on sale with, the retired seats that somebody has in it, and without seats that came too late for it.

    Raises:
        NotFoundError: no such hall.
    """
    hall = session.get(Hall, hall_id)
    if hall is None:
        raise NotFoundError("hall", hall_id)
    areas = session.execute(select(Area).where(Area.venue_id == hall.venue_id).order_by(Area.area_id)).scalars().all()
    seats = _read_seats(session, hall_id, show_id)
    used = {seat.area_id for seat in seats}
    return HallPicture(
        hall_id=hall_id,
        name=hall.name,
        layout_version=hall.layout_version,
        width=hall.width,
        height=hall.height,
        best_x=hall.best_x,
        best_y=hall.best_y,
        seats=seats,
        areas=tuple(
            AreaView(area_id=area.area_id, name=area.name, letter=area.letter, colour=area.colour)
            for area in areas
            if area.area_id in used
        ),
        shapes=tuple(restore_shape(shape) for shape in hall.plan.get("shapes", ())),
    )


def name_seats(session: Session, seat_ids: Iterable[int]) -> dict[int, str]:
    """What cashiers call these seats."""
    rows = session.connection().execute(
        text("SELECT seat_id, name FROM boxoffice.seat WHERE seat_id = ANY(:ids)"), {"ids": list(seat_ids)}
    )
    return {row[0]: row[1] for row in rows}


def _read_seats(session: Session, hall_id: int, show_id: int | None) -> tuple[SeatView, ...]:
    columns = (Seat.seat_id, Seat.zone, Seat.row_label, Seat.number, Seat.name, Seat.x, Seat.y, Seat.area_id, Seat.kind)
    if show_id is not None:
        rows = session.connection().execute(_SHOW_SEATS, {"show_id": show_id}).all()
    else:
        here = select(*columns).where(Seat.hall_id == hall_id, Seat.retired_at.is_(None)).order_by(Seat.seat_id)
        rows = session.connection().execute(here).all()
    kinds = {kind.value: kind for kind in SeatKind}
    return tuple(
        SeatView(
            seat_id=seat_id,
            zone=zone,
            row_label=row_label,
            number=number,
            x=x,
            y=y,
            area_id=area_id,
            kind=kinds[kind],
            name=name,
        )
        for seat_id, zone, row_label, number, name, x, y, area_id, kind in rows
    )


def _as_status(
    me: int,
    seat_id: int,
    state: str,
    held_by: int | None,
    kind: str | None,
    holder: str | None,
    mark: str | None,
    expires_in: float | None,
    kept_for: str | None,
) -> SeatStatus:
    if state == SeatState.SOLD:
        return SeatStatus(seat_id=seat_id, look=SeatLook.SOLD)
    # Holds with a name are hidden from who may not read names. What they are for shows in their end: only the house
    # keeps seats without one, and baskets hide from nobody.
    hidden = HoldKind.HOUSE if expires_in is None else HoldKind.RESERVATION
    look = _LOOK_OF_HOLD[HoldKind(kind or hidden)]
    if look is SeatLook.HELD and held_by == me:
        look = SeatLook.MINE
    return SeatStatus(
        seat_id=seat_id, look=look, holder=holder, mark=mark, expires_in=expires_in, kept_for=kept_for or ""
    )


def _read_activity(session: Session, context: Context, show_id: int) -> tuple[ActivityLine, ...]:
    rows = session.connection().execute(_ACTIVITY, {"show_id": show_id, "lines": _ACTIVITY_LINES}).all()
    names = name_seats(session, {seat for row in rows for seat in row[3][:_NAMES_PER_LINE]})
    zone = ZoneInfo(session.execute(select(Venue.time_zone).where(Venue.venue_id == context.venue_id)).scalar_one())
    return tuple(
        ActivityLine(
            at=at.astimezone(zone),
            terminal_name=terminal,
            what=what,
            seat_names=tuple(names[seat] for seat in seats[:_NAMES_PER_LINE])
            + (("…",) if len(seats) > _NAMES_PER_LINE else ()),
        )
        for at, terminal, what, seats in rows
    )

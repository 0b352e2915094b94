"""Halls and their layouts as the editor reads them."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from boxoffice_desktop.domain.errors import NotFoundError
from boxoffice_desktop.domain.halls import Area as AreaView
from boxoffice_desktop.domain.layout.document import HallDocument, LayoutSeat, tidy
from boxoffice_desktop.domain.layout.storage import restore_drawing
from boxoffice_desktop.domain.permissions import Permission
from boxoffice_desktop.domain.seats import SeatKind
from boxoffice_desktop.models import Area, Hall, Seat, Show
from boxoffice_desktop.services.context import Context


@dataclass(frozen=True, kw_only=True)
class HallSummary:
    """A hall in the list. `shows` counts those that are not over and not cancelled."""

    hall_id: int
    name: str
    seats: int
    shows: int


def list_halls(session: Session, context: Context) -> tuple[HallSummary, ...]:
    """The venue's halls by name."""
    context.permit(Permission.MANAGE_HALLS)
    seats = (
        select(func.count())
        .where(Seat.hall_id == Hall.hall_id, Seat.retired_at.is_(None))
        .correlate(Hall)
        .scalar_subquery()
    )
    shows = (
        select(func.count())
        .where(Show.hall_id == Hall.hall_id, Show.ends_at > func.clock_timestamp(), Show.status != "cancelled")
        .correlate(Hall)
        .scalar_subquery()
    )
    rows = session.execute(
        select(Hall.hall_id, Hall.name, seats, shows).where(Hall.venue_id == context.venue_id).order_by(Hall.name)
    )
    return tuple(HallSummary(hall_id=row[0], name=row[1], seats=row[2], shows=row[3]) for row in rows)


def list_areas(session: Session, context: Context) -> tuple[AreaView, ...]:
    """The venue's price areas."""
    rows = session.execute(select(Area).where(Area.venue_id == context.venue_id).order_by(Area.area_id)).scalars()
    return tuple(AreaView(area_id=a.area_id, name=a.name, letter=a.letter, colour=a.colour) for a in rows)


def load_layout(session: Session, context: Context, *, hall_id: int) -> HallDocument:
    """The hall as a document, with the version that a save must name.

    Raises:
        NotFoundError: no such hall in this venue.
    """
    context.permit(Permission.MANAGE_HALLS)
    hall = session.execute(
        select(Hall).where(Hall.hall_id == hall_id, Hall.venue_id == context.venue_id)
    ).scalar_one_or_none()
    if hall is None:
        raise NotFoundError("hall", hall_id)
    document = HallDocument(
        hall_id=hall_id,
        name=hall.name,
        layout_version=hall.layout_version,
        width=tidy(hall.width),
        height=tidy(hall.height),
        best_x=tidy(hall.best_x),
        best_y=tidy(hall.best_y),
        seats=_read_seats(session, hall_id),
        shapes=(),
        areas=list_areas(session, context),
    )
    return restore_drawing(document, hall.plan)


def _read_seats(session: Session, hall_id: int) -> tuple[LayoutSeat, ...]:
    columns = (Seat.seat_id, Seat.zone, Seat.row_label, Seat.number, Seat.x, Seat.y, Seat.area_id, Seat.kind, Seat.guid)
    rows = session.execute(
        select(*columns).where(Seat.hall_id == hall_id, Seat.retired_at.is_(None)).order_by(Seat.seat_id)
    )
    kinds = {kind.value: kind for kind in SeatKind}
    return tuple(
        LayoutSeat(
            key=seat_id,
            zone=zone,
            row_label=row_label,
            number=number,
            x=tidy(x),
            y=tidy(y),
            area_id=area_id,
            kind=kinds[kind],
            guid=guid,
        )
        for seat_id, zone, row_label, number, x, y, area_id, kind, guid in rows
    )

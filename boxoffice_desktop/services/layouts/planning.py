"""What a change of a layout would do: to seats, and to sales and holds of shows that are not over."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from boxoffice_desktop.domain.layout.changes import LayoutChanges, compare
from boxoffice_desktop.domain.layout.document import HallDocument, fit_size
from boxoffice_desktop.domain.permissions import Permission
from boxoffice_desktop.domain.seats import SeatKey
from boxoffice_desktop.services.context import Context
from boxoffice_desktop.services.layouts.reading import load_layout


class Effect(StrEnum):
    """What a change does to a seat that somebody has."""

    RETIRED = "retired"
    RENAMED = "renamed"


@dataclass(frozen=True, kw_only=True)
class AffectedSeat:
    """A sold or held seat of a show that is not over, and what would happen to it.

    Attributes:
        state: `sold`, or the kind of the hold.
        new_name: what a renamed seat will be called; the ticket that is out says `seat_name`.
        sale_id, sale_number: of the sale at `holder`, None when it is only held; what pays it back asks for the id.
        note: the name on a reservation, or the reason of a hold.
        starts_at: in the venue's zone.
        value: what a sold seat's ticket is worth with its fees, in minor units.
        may_pay_back: its seat goes, its holder is not inside, and who asks may give money back.
        may_move: everything but a basket of another terminal, whose customer is choosing right now. A sold seat moves
            by an exchange: the customer gets a new ticket, the old code is dead.
    """

    key: SeatKey
    effect: Effect
    seat_name: str
    new_name: str
    title: str
    starts_at: datetime
    state: str
    holder: str
    sale_id: UUID | None
    sale_number: int | None
    note: str
    may_move: bool
    value: int = 0
    may_pay_back: bool = False


@dataclass(frozen=True, kw_only=True)
class LayoutPlan:
    """Everything that saving would do.

    Attributes:
        shows: how many shows would get the new seats.
        left_out: title and local start of shows on sale that have no price for the area of a new seat; they go on
            without it.
    """

    changes: LayoutChanges
    affected: tuple[AffectedSeat, ...]
    shows: int
    left_out: tuple[tuple[str, datetime], ...]


_AFFECTED: Final = text(
    """
    SELECT ss.show_id, ss.seat_id, e.name, m.title, s.starts_at, ss.state, h.kind, t.name AS holder,
           ss.held_by, sa.sale_id, sa.number AS sale_number,
           (SELECT v.amount FROM boxoffice.ticket_values(k.sale_id, true) v WHERE v.ticket_id = k.ticket_id) AS value,
           EXISTS (SELECT FROM boxoffice.admission a WHERE a.ticket_id = k.ticket_id AND a.undone_at IS NULL)
             AS is_inside,
           concat_ws(' ', nullif(h.name, ''), nullif(h.reason, '')) AS note
      FROM boxoffice.show s
      JOIN boxoffice.show_seat ss ON ss.show_id = s.show_id
      JOIN boxoffice.seat e ON e.seat_id = ss.seat_id
      JOIN boxoffice.movie m ON m.movie_id = s.movie_id
      LEFT JOIN boxoffice.hold h ON h.hold_id = ss.hold_id
      LEFT JOIN boxoffice.ticket k ON k.ticket_id = ss.ticket_id
      LEFT JOIN boxoffice.sale sa ON sa.sale_id = k.sale_id
      LEFT JOIN boxoffice.terminal t ON t.terminal_id = coalesce(ss.held_by, k.terminal_id)
     WHERE s.hall_id = :hall AND s.ends_at > clock_timestamp()
       AND ss.seat_id = ANY(CAST(:seats AS int[]))
       AND (ss.state = 'sold'
            OR (ss.state = 'held' AND h.kind <> 'out_of_order'
                AND (ss.held_until IS NULL OR ss.held_until > clock_timestamp())))
     ORDER BY s.starts_at, ss.seat_id
    """
)
_ZONE: Final = text("SELECT time_zone FROM boxoffice.venue WHERE venue_id = :venue")

# A show on sale takes a seat only with a price for its area; a draft gets its prices later.
NEW_SEAT_SHOWS: Final = """
    FROM boxoffice.show s
   WHERE s.hall_id = :hall AND s.starts_at > clock_timestamp() AND s.status IN ('draft', 'on_sale', 'closed')
"""
_SHOWS: Final = text(f"SELECT count(*) {NEW_SEAT_SHOWS}")
_LEFT_OUT: Final = text(
    f"""
    SELECT m.title, s.starts_at
      FROM (SELECT s.* {NEW_SEAT_SHOWS}) s JOIN boxoffice.movie m ON m.movie_id = s.movie_id
     WHERE s.status <> 'draft'
       AND EXISTS (SELECT FROM unnest(CAST(:areas AS int[])) AS a (area_id)
                    WHERE NOT EXISTS (SELECT FROM boxoffice.show_price p
                                       WHERE p.show_id = s.show_id AND p.area_id = a.area_id))
     ORDER BY s.starts_at
    """  # noqa: S608  both parts are ours
)


def plan_layout_change(session: Session, context: Context, *, hall_id: int, document: HallDocument) -> LayoutPlan:
    """What saving `document` over the hall as it is now would do. Changes nothing.

    Raises:
        NotFoundError: no such hall.
    """
    context.permit(Permission.MANAGE_HALLS)
    return plan_against(session, context, load_layout(session, context, hall_id=hall_id), document)


def plan_against(session: Session, context: Context, current: HallDocument, document: HallDocument) -> LayoutPlan:
    """The plan for going from the hall as it is to `document`."""
    changes = compare(current, fit_size(document))
    values = {"hall": current.hall_id}
    areas = sorted({seat.area_id for seat in changes.added})
    zone = _read_zone(session, context)
    left_out = session.execute(_LEFT_OUT, {**values, "areas": areas}).all() if areas else []
    return LayoutPlan(
        changes=changes,
        affected=find_affected(session, context, current, changes),
        shows=session.execute(_SHOWS, values).scalar_one() if areas else 0,
        left_out=tuple((row.title, row.starts_at.astimezone(zone)) for row in left_out),
    )


def find_affected(
    session: Session, context: Context, current: HallDocument, changes: LayoutChanges
) -> tuple[AffectedSeat, ...]:
    """Sold and held seats that would be retired, and sold ones whose ticket would carry an old name."""
    names = {c.after.key: f"{c.after.row_label}{c.after.number}" for c in changes.renamed}
    retired = {seat.key for seat in changes.retired}
    seats = sorted(retired | names.keys())
    if not seats:
        return ()
    rows = session.execute(_AFFECTED, {"hall": current.hall_id, "seats": seats}).all()
    zone = _read_zone(session, context)
    found = (_as_affected(row, zone, context, retired, names) for row in rows)
    return tuple(seat for seat in found if seat.effect is Effect.RETIRED or seat.state == "sold")


def _as_affected(
    row: Row[tuple[object, ...]], zone: ZoneInfo, context: Context, retired: Iterable[int], names: dict[int, str]
) -> AffectedSeat:
    is_retired = row.seat_id in retired
    may_refund = is_retired and Permission.REFUND in context.permissions
    return AffectedSeat(
        key=SeatKey(row.show_id, row.seat_id),
        effect=Effect.RETIRED if is_retired else Effect.RENAMED,
        seat_name=row.name,
        new_name=names.get(row.seat_id, ""),
        title=row.title,
        starts_at=row.starts_at.astimezone(zone),
        state=row.kind or row.state,
        holder=row.holder or "",
        sale_id=row.sale_id,
        sale_number=row.sale_number,
        note=row.note,
        may_move=row.kind != "basket" or row.held_by == context.terminal_id,
        value=row.value or 0,
        may_pay_back=may_refund and row.sale_id is not None and not row.is_inside,
    )


def _read_zone(session: Session, context: Context) -> ZoneInfo:
    return ZoneInfo(session.execute(_ZONE, {"venue": context.venue_id}).scalar_one())

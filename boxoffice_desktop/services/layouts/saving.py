"""Saving a layout: all of it or nothing, never over somebody else's change, and never over a sale.

A seat is retired, not deleted, and so is its place in shows that are to come: it stays while somebody has it and
is free for nobody afterwards (see `services.holds` and `services.seat_maps`).
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import func, insert, select, text, update
from sqlalchemy.orm import Session

from boxoffice_desktop.db.engine import add_hint
from boxoffice_desktop.domain.errors import ConflictError, InvalidInputError
from boxoffice_desktop.domain.layout.changes import LayoutChanges
from boxoffice_desktop.domain.layout.checks import check_document
from boxoffice_desktop.domain.layout.document import HallDocument, LayoutSeat, fit_size
from boxoffice_desktop.domain.layout.storage import store_drawing
from boxoffice_desktop.domain.permissions import Permission
from boxoffice_desktop.domain.seats import SeatKey, seat_name
from boxoffice_desktop.models import Area, Hall, Seat
from boxoffice_desktop.services.context import Context
from boxoffice_desktop.services.edits import refuse_stale
from boxoffice_desktop.services.layouts.planning import AffectedSeat, Effect, plan_against
from boxoffice_desktop.services.layouts.reading import load_layout
from boxoffice_desktop.services.layouts.tickets import PaidBack, move_tickets, pay_back_tickets
from boxoffice_desktop.services.refunds import lock_sales


@dataclass(frozen=True, kw_only=True)
class SeatDecision:
    """What the manager decided about a seat that somebody has: it stays theirs, or hold or ticket move to `move_to`, or
    the ticket of the sale `pay_back` ends and its money goes back.
    """

    key: SeatKey
    effect: Effect
    move_to: int | None = None
    pay_back: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class SavedLayout:
    """A saved layout; `seat_ids` and `area_ids` are the ids that came into being, by the document's keys.

    `paid_back` is what the customers of seats that went get back.
    """

    hall_id: int
    layout_version: int
    document: HallDocument
    seat_ids: dict[int, int]
    area_ids: dict[int, int]
    paid_back: tuple[PaidBack, ...] = ()


class StaleLayoutError(ConflictError):
    """Somebody else saved this hall since it was read.

    Attributes:
        current: the hall as it is now.
        changed_by: who saved it, or `Somebody` when that is not known.
        changed_at: when, aware; None when not known.
    """

    def __init__(self, current: HallDocument, *, changed_by: str = "", changed_at: datetime | None = None) -> None:
        self.current = current
        self.changed_by = changed_by or "Somebody"
        self.changed_at = changed_at
        super().__init__(f"{self.changed_by} has saved {current.name} since you opened it.")


class UndecidedSeatsError(ConflictError):
    """Seats that somebody has and that nobody has decided about, perhaps since a moment ago. Nothing was saved."""

    def __init__(self, seats: tuple[AffectedSeat, ...]) -> None:
        super().__init__(f"Somebody has {len(seats)} of the seats that would change.")
        self.seats = seats


# Before their seats, as everywhere: what changes of a seat changes its shows.
_LOCK_SHOWS: Final = text(
    "SELECT show_id FROM boxoffice.show WHERE hall_id = :hall AND ends_at > clock_timestamp()"
    " ORDER BY show_id FOR NO KEY UPDATE"
)
# The same order as everywhere; a till that is taking one of these seats comes first or finds it gone.
_LOCK_SEATS: Final = text(
    """
    SELECT ss.show_id, ss.seat_id
      FROM boxoffice.show s JOIN boxoffice.show_seat ss ON ss.show_id = s.show_id
     WHERE s.hall_id = :hall AND s.ends_at > clock_timestamp() AND ss.seat_id = ANY(CAST(:seats AS int[]))
     ORDER BY ss.show_id, ss.seat_id FOR UPDATE OF ss
    """
)
# Out of the way first: a row numbered the other way round would collide with itself half-way.
_PARK_LABELS: Final = text(
    "UPDATE boxoffice.seat SET zone = '', row_label = '~', number = seat_id::text"
    " WHERE seat_id = ANY(CAST(:seats AS int[]))"
)
_CHANGE_SEATS: Final = text(
    """
    UPDATE boxoffice.seat e
       SET zone = n.zone, row_label = n.row_label, number = n.number, name = n.name, x = n.x, y = n.y,
           area_id = n.area_id, kind = n.kind, guid = n.guid
      FROM unnest(CAST(:seat_id AS int[]), CAST(:zone AS text[]), CAST(:row_label AS text[]), CAST(:number AS text[]),
                  CAST(:name AS text[]), CAST(:x AS float8[]), CAST(:y AS float8[]), CAST(:area_id AS int[]),
                  CAST(:kind AS text[]), CAST(:guid AS text[]))
           AS n (seat_id, zone, row_label, number, name, x, y, area_id, kind, guid)
     WHERE e.seat_id = n.seat_id
       AND (e.zone, e.row_label, e.number, e.name, e.x, e.y, e.area_id, e.kind, e.guid)
           IS DISTINCT FROM (n.zone, n.row_label, n.number, n.name, n.x, n.y, n.area_id, n.kind, n.guid)
    """
)
_ADD_SHOW_SEATS: Final = text(
    """
    INSERT INTO boxoffice.show_seat (show_id, seat_id, area_id)
    SELECT s.show_id, e.seat_id, e.area_id
      FROM boxoffice.show s, boxoffice.seat e
     WHERE s.hall_id = :hall AND s.starts_at > clock_timestamp() AND e.seat_id = ANY(CAST(:seats AS int[]))
       -- A show without prices is a draft, or one that was taken off the schedule and may come back.
       AND (s.status = 'draft'
            OR (s.status = 'cancelled' AND NOT EXISTS (SELECT FROM boxoffice.show_price p WHERE p.show_id = s.show_id))
            OR (s.status IN ('on_sale', 'closed')
                AND EXISTS (SELECT FROM boxoffice.show_price p WHERE p.show_id = s.show_id AND p.area_id = e.area_id)))
    """
)
_SHOWS_TO_TELL: Final = text(
    "SELECT show_id FROM boxoffice.show WHERE hall_id = :hall AND status = 'on_sale' AND ends_at > clock_timestamp()"
)
_MOVE_HOLD: Final = text(
    """
    WITH old AS (
      SELECT ss.hold_id, ss.held_by, ss.held_until
        FROM boxoffice.show_seat ss JOIN boxoffice.hold h ON h.hold_id = ss.hold_id
       WHERE ss.show_id = :show AND ss.seat_id = :old AND ss.state = 'held'
         AND (ss.held_by = :terminal OR h.kind <> 'basket')
    ), listed AS (
      -- A reservation keeps the seats that it lists.
      INSERT INTO boxoffice.reservation_seat (hold_id, seat_id)
      SELECT r.hold_id, :new FROM old JOIN boxoffice.reservation r ON r.hold_id = old.hold_id
    )
    UPDATE boxoffice.show_seat ss
       SET state = 'held', hold_id = old.hold_id, held_by = old.held_by, held_until = old.held_until
      FROM old
     WHERE ss.show_id = :show AND ss.seat_id = :new
       AND (ss.state = 'available' OR (ss.state = 'held' AND ss.held_until <= clock_timestamp()))
    RETURNING ss.seat_id
    """
)
_FREE_SEAT: Final = text(
    "UPDATE boxoffice.show_seat SET state = 'available', hold_id = NULL, held_by = NULL, held_until = NULL"
    " WHERE show_id = :show AND seat_id = :old AND state = 'held'"
)


def save_layout(
    session: Session,
    context: Context,
    *,
    hall_id: int,
    document: HallDocument,
    expected_version: int,
    decisions: tuple[SeatDecision, ...] = (),
) -> SavedLayout:
    """Make the hall what the document says. Shows to come get the new seats; retired ones stay only with who has them.

    Raises:
        StaleLayoutError: the hall is not at `expected_version` any more; carries what it is now.
        UndecidedSeatsError: a sold or held seat would change and `decisions` does not name it.
        InvalidInputError: the document has problems that block.
        NotAllowedError: also without `manage_schedule` when shows to come must get new seats, and without `refund` when
            a ticket is to be paid back.
        AlreadyRefundedError: the holder of a ticket that is to be paid back is inside.
        ConflictError: the hall's name is taken, or a hold or a ticket cannot move where it should.
        ShiftClosedError: a ticket moves, and no shift is open at this till for its exchange.
    """
    context.permit(Permission.MANAGE_HALLS)
    version = session.execute(
        # The strong lock, which the foreign key of a new show waits for: a show that is being planned meanwhile gets
        # the new seats too, either from here or because it reads them afterwards.
        select(Hall.layout_version).where(Hall.hall_id == hall_id, Hall.venue_id == context.venue_id).with_for_update()
    ).scalar()
    current = load_layout(session, context, hall_id=hall_id)
    if version != expected_version:
        late = refuse_stale(session, "hall", hall_id, current)
        raise StaleLayoutError(current, changed_by=late.changed_by, changed_at=late.changed_at)
    document = _check(session, context, document)
    plan = plan_against(session, context, current, document)
    touched = [s.key for s in plan.changes.retired] + [c.after.key for c in plan.changes.renamed]
    lock_sales(session, [seat.sale_id for seat in plan.affected if seat.sale_id is not None])
    session.execute(_LOCK_SHOWS, {"hall": hall_id})
    session.execute(_LOCK_SEATS, {"hall": hall_id, "seats": sorted(touched)})
    # Asked again under the locks: what was sold a moment ago counts.
    affected = plan_against(session, context, current, document).affected
    _require_decisions(affected, decisions)
    area_ids = _create_areas(session, context, document)
    session.execute(update(Hall).where(Hall.hall_id == hall_id).values(**_hall_values(document, expected_version + 1)))
    living = {seat.key for seat in document.seats}
    sold = {seat.key: seat.sale_id for seat in affected if seat.sale_id is not None}
    _move_holds(session, context, [each for each in decisions if each.key not in sold], living)
    move_tickets(session, context, {each.key: each.move_to for each in decisions if each.key in sold}, sold, living)
    seat_ids = _write_seats(session, hall_id, document, plan.changes, area_ids)
    # Only now: a ticket ends like that because its seat is gone.
    returned = {each.key: each.pay_back for each in decisions if each.pay_back is not None and each.key in sold}
    paid_back = pay_back_tickets(session, context, returned, version=f"{hall_id} {expected_version}")
    if seat_ids and plan.shows:
        context.permit(Permission.MANAGE_SCHEDULE)
    if seat_ids and Permission.MANAGE_SCHEDULE in context.permissions:
        session.execute(_ADD_SHOW_SEATS, {"hall": hall_id, "seats": sorted(seat_ids.values())})
    for show_id in session.execute(_SHOWS_TO_TELL, {"hall": hall_id}).scalars():
        add_hint(session, show_id, ())
    saved = _as_saved(document, hall_id, expected_version + 1, seat_ids, area_ids)
    return replace(saved, paid_back=paid_back)


def create_hall(session: Session, context: Context, *, document: HallDocument) -> SavedLayout:
    """Create the hall that the document says.

    Raises:
        InvalidInputError: the document has problems that block.
        ConflictError: the hall's name is taken.
    """
    context.permit(Permission.MANAGE_HALLS)
    document = _check(session, context, replace(document, hall_id=None))
    area_ids = _create_areas(session, context, document)
    hall = Hall(venue_id=context.venue_id, **_hall_values(document, 1))
    session.add(hall)
    session.flush()
    seat_ids = _insert_seats(session, hall.hall_id, document, document.seats, area_ids)
    return _as_saved(document, hall.hall_id, 1, seat_ids, area_ids)


def _check(session: Session, context: Context, document: HallDocument) -> HallDocument:
    document = fit_size(replace(document, name=document.name.strip()))
    blocking = next((problem for problem in check_document(document) if problem.blocks), None)
    if blocking is not None:
        raise InvalidInputError("layout", blocking.text)
    taken = select(Hall.hall_id).where(Hall.venue_id == context.venue_id, Hall.name == document.name)
    if session.execute(taken.where(Hall.hall_id != (document.hall_id or 0))).first():
        raise ConflictError(f"There is a hall '{document.name}' already.")
    return document


def _require_decisions(affected: tuple[AffectedSeat, ...], decisions: tuple[SeatDecision, ...]) -> None:
    decided = {(decision.key, decision.effect): decision for decision in decisions}
    open_ones = tuple(seat for seat in affected if not _is_decided(seat, decided.get((seat.key, seat.effect))))
    if open_ones:
        raise UndecidedSeatsError(open_ones)


def _is_decided(seat: AffectedSeat, decision: SeatDecision | None) -> bool:
    """Money goes back to the customer who was meant, not to who bought the seat since."""
    return decision is not None and decision.pay_back in {None, seat.sale_id}


def _create_areas(session: Session, context: Context, document: HallDocument) -> dict[int, int]:
    """The ids of the document's new areas that have seats; one that somebody else made meanwhile is used."""
    used = {seat.area_id for seat in document.seats}
    known = session.execute(select(Area).where(Area.venue_id == context.venue_id)).scalars().all()
    by_name = {area.name.casefold(): area.area_id for area in known}
    ids: dict[int, int] = {}
    for area in document.areas:
        if area.area_id > 0 or area.area_id not in used:
            continue
        found = by_name.get(area.name.casefold())
        if found is None:
            new = Area(venue_id=context.venue_id, name=area.name, letter=area.letter, colour=area.colour)
            session.add(new)
            session.flush()
            found = new.area_id
        ids[area.area_id] = found
    return ids


def _hall_values(document: HallDocument, version: int) -> dict[str, Any]:
    return {
        "name": document.name,
        "layout_version": version,
        "width": document.width,
        "height": document.height,
        "best_x": document.best_x,
        "best_y": document.best_y,
        "plan": store_drawing(document),
    }


def _move_holds(session: Session, context: Context, decisions: Iterable[SeatDecision], living: set[int]) -> None:
    for decision in decisions:
        if decision.move_to is None:
            continue
        show_id, old = decision.key
        values = {"show": show_id, "old": old, "new": decision.move_to, "terminal": context.terminal_id}
        if decision.move_to not in living or session.execute(_MOVE_HOLD, values).first() is None:
            raise ConflictError("A held seat can only move to a free one, and a basket only where it is being filled.")
        session.execute(_FREE_SEAT, values)
        add_hint(session, show_id, (old, decision.move_to))


def _write_seats(
    session: Session, hall_id: int, document: HallDocument, changes: LayoutChanges, area_ids: dict[int, int]
) -> dict[int, int]:
    gone = [seat.key for seat in changes.retired]
    if gone:
        session.execute(update(Seat).where(Seat.seat_id.in_(gone)).values(retired_at=func.clock_timestamp()))
    new = {seat.key for seat in changes.added}
    session.execute(_PARK_LABELS, {"seats": [change.after.key for change in changes.renamed]})
    rows = _seat_values(document, [seat for seat in document.seats if seat.key not in new], area_ids)
    columns = ("seat_id", "zone", "row_label", "number", "name", "x", "y", "area_id", "kind", "guid")
    session.execute(_CHANGE_SEATS, {column: [row[column] for row in rows] for column in columns})
    return _insert_seats(session, hall_id, document, changes.added, area_ids)


def _insert_seats(
    session: Session,
    hall_id: int,
    document: HallDocument,
    seats: tuple[LayoutSeat, ...],
    area_ids: dict[int, int],
) -> dict[int, int]:
    if not seats:
        return {}
    rows = _seat_values(document, seats, area_ids)
    for row in rows:
        row |= {"hall_id": hall_id}
        del row["seat_id"]
    ids = session.execute(insert(Seat).returning(Seat.seat_id, sort_by_parameter_order=True), rows).scalars().all()
    return {seat.key: seat_id for seat, seat_id in zip(seats, ids, strict=True)}


def _seat_values(document: HallDocument, seats: Iterable[LayoutSeat], area_ids: dict[int, int]) -> list[dict[str, Any]]:
    several = len({seat.zone for seat in document.seats}) > 1
    return [
        {
            "seat_id": seat.key,
            "zone": seat.zone,
            "row_label": seat.row_label,
            "number": seat.number,
            "name": seat_name(seat.zone if several else None, seat.row_label, seat.number),
            "x": seat.x,
            "y": seat.y,
            "area_id": area_ids.get(seat.area_id, seat.area_id),
            "kind": seat.kind.value,
            "guid": seat.guid,
        }
        for seat in seats
    ]


def _as_saved(
    document: HallDocument, hall_id: int, version: int, seat_ids: dict[int, int], area_ids: dict[int, int]
) -> SavedLayout:
    return SavedLayout(
        hall_id=hall_id,
        layout_version=version,
        document=replace(document, hall_id=hall_id, layout_version=version),
        seat_ids=seat_ids,
        area_ids=area_ids,
    )

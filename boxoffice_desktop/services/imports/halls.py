"""A seating plan made into a hall with its areas and seats."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from boxoffice_desktop.domain.errors import ConflictError, InvalidInputError, NotFoundError
from boxoffice_desktop.domain.layout.exchange import read_plan
from boxoffice_desktop.domain.layout.storage import store_drawing
from boxoffice_desktop.domain.permissions import Permission
from boxoffice_desktop.domain.seating_plan import (
    AREA_COLOURS,
    BEST_KEY,
    MAX_NAME,
    ParsedPlan,
    PlanAreas,
    choose_letter,
    default_best_point,
    plan_to_areas_and_kinds,
)
from boxoffice_desktop.domain.seating_plan_shapes import store_shape
from boxoffice_desktop.domain.seats import SeatKind, seat_name
from boxoffice_desktop.models import Area, Hall, Seat, Venue
from boxoffice_desktop.services.context import Context

# Any number that no other advisory lock of this application uses.
_IMPORT_LOCK: Final = 7_146_002
_COMPARED: Final = ("zone", "row_label", "number", "name", "x", "y", "area_id", "kind", "guid")


@dataclass(frozen=True, kw_only=True)
class HallImportReport:
    """What became of a plan. `status` is `added`, or `unchanged` when the hall was there with this very layout.

    With `dry_run` nothing was kept and `hall_id` is None.
    """

    status: str
    hall_id: int | None
    hall_name: str
    venue_name: str
    seats: int
    seats_by_kind: Mapping[SeatKind, int]
    seats_by_area: Mapping[str, int]
    new_areas: tuple[str, ...]
    warnings: tuple[str, ...]
    dry_run: bool


def import_hall(
    session: Session,
    context: Context,
    *,
    plan: ParsedPlan,
    venue_name: str,
    hall_name: str,
    dry_run: bool = False,
) -> HallImportReport:
    """Create a hall from a plan, with the price areas that the venue lacks. All of it, or nothing.

    Running it twice changes nothing. With `dry_run` everything is tried and taken back.

    Raises:
        NotAllowedError: the signed-in person may not manage halls.
        InvalidInputError: the hall's name is empty or longer than 100 characters.
        NotFoundError: no such venue.
        ConflictError: the hall exists with another layout; the layout editor changes halls, an import never does.
    """
    context.permit(Permission.MANAGE_HALLS)
    hall_name = _check_name(hall_name)
    venue_id = session.execute(select(Venue.venue_id).where(Venue.name == venue_name)).scalar_one_or_none()
    if venue_id is None:
        raise NotFoundError("venue", f"'{venue_name}'")
    use = plan_to_areas_and_kinds(plan)
    with session.begin_nested() as savepoint:
        # Two imports into one venue would choose the same letters.
        session.execute(select(func.pg_advisory_xact_lock(_IMPORT_LOCK, venue_id)))
        area_ids, new_areas = _ensure_areas(session, venue_id, use)
        seats = _seat_rows(plan, use, area_ids)
        hall = session.execute(
            select(Hall).where(Hall.venue_id == venue_id, Hall.name == hall_name)
        ).scalar_one_or_none()
        if hall is not None:
            _require_same_layout(session, hall, plan, seats)
        hall_id = hall.hall_id if hall is not None else _create_hall(session, venue_id, hall_name, plan, seats)
        if dry_run:
            savepoint.rollback()
    return HallImportReport(
        status="added" if hall is None else "unchanged",
        hall_id=None if dry_run else hall_id,
        hall_name=hall_name,
        venue_name=venue_name,
        seats=len(seats),
        seats_by_kind=Counter(use.by_category[seat.category].kind for seat in plan.seats),
        seats_by_area=Counter(use.by_category[seat.category].area for seat in plan.seats),
        new_areas=new_areas,
        warnings=plan.warnings,
        dry_run=dry_run,
    )


def _check_name(name: str) -> str:
    name = name.strip()
    if not name or len(name) > MAX_NAME or not name.isprintable():
        raise InvalidInputError("hall_name", f"A hall needs a name of 1 to {MAX_NAME} characters.")
    return name


def _ensure_areas(session: Session, venue_id: int, use: PlanAreas) -> tuple[dict[str, int], tuple[str, ...]]:
    """Ids of the plan's areas by name; those that the venue lacks are created with a letter and colour of their own."""
    known = session.execute(select(Area).where(Area.venue_id == venue_id).order_by(Area.area_id)).scalars().all()
    ids = {area.name.casefold(): area.area_id for area in known}
    letters = {area.letter for area in known}
    colours = [area.colour for area in known]
    new: list[str] = []
    for wanted in use.areas:
        if wanted.name.casefold() in ids:
            continue
        letter = choose_letter(wanted.name, letters)
        # The colour that is used least, in the order of the series.
        colour = min(range(AREA_COLOURS), key=colours.count)
        area = Area(venue_id=venue_id, name=wanted.name, letter=letter, colour=colour)
        session.add(area)
        session.flush()
        ids[wanted.name.casefold()] = area.area_id
        letters.add(letter)
        colours.append(colour)
        new.append(wanted.name)
    return {area.name: ids[area.name.casefold()] for area in use.areas}, tuple(new)


def _seat_rows(plan: ParsedPlan, use: PlanAreas, area_ids: Mapping[str, int]) -> list[dict[str, Any]]:
    several_zones = len({seat.zone for seat in plan.seats}) > 1
    return [
        {
            "zone": seat.zone,
            "row_label": seat.row_label,
            "number": seat.number,
            "name": seat_name(seat.zone if several_zones else None, seat.row_label, seat.number),
            "x": seat.x,
            "y": seat.y,
            "area_id": area_ids[use.by_category[seat.category].area],
            "kind": use.by_category[seat.category].kind.value,
            "guid": seat.guid,
        }
        for seat in plan.seats
    ]


def _create_hall(
    session: Session, venue_id: int, name: str, plan: ParsedPlan, seats: Sequence[Mapping[str, Any]]
) -> int:
    document = read_plan(plan, ())
    best = (document.best_x, document.best_y) if BEST_KEY in plan.raw else default_best_point(plan.seats)
    hall = Hall(
        venue_id=venue_id,
        name=name,
        width=plan.width,
        height=plan.height,
        best_x=best[0],
        best_y=best[1],
        plan=store_drawing(document) | {"shapes": _shapes(plan)},
    )
    session.add(hall)
    session.flush()
    session.execute(insert(Seat), [{"hall_id": hall.hall_id, **seat} for seat in seats])
    return hall.hall_id


def _shapes(plan: ParsedPlan) -> list[dict[str, Any]]:
    return [store_shape(shape) for shape in plan.shapes]


def _require_same_layout(session: Session, hall: Hall, plan: ParsedPlan, wanted: Sequence[Mapping[str, Any]]) -> None:
    rows = session.execute(
        select(*(getattr(Seat, name) for name in _COMPARED)).where(
            Seat.hall_id == hall.hall_id, Seat.retired_at.is_(None)
        )
    )
    present = {tuple(row) for row in rows}
    asked = {tuple(seat[name] for name in _COMPARED) for seat in wanted}
    drawn = (hall.width, hall.height, hall.plan.get("shapes"))
    if present == asked and drawn == (plan.width, plan.height, _shapes(plan)):
        return
    places = len({seat[:3] for seat in present ^ asked})
    what = f"{places:,} of its seats differ" if places else "its drawing differs"
    raise ConflictError(
        f"'{hall.name}' exists with another layout ({what}). Nothing was changed: "
        "choose another name, or change the hall in the layout editor."
    )

"""Price lists, ticket types and tax rates as a manager edits them. What is on sale keeps its prices for now."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from sqlalchemy import delete, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from boxoffice_desktop.domain.edits import InvalidFieldsError, require_fields
from boxoffice_desktop.domain.errors import NotFoundError
from boxoffice_desktop.domain.permissions import Permission
from boxoffice_desktop.domain.price_editing import (
    Cell,
    PriceListDraft,
    TicketTypeDraft,
    check_area,
    check_name,
    check_price_list,
    check_ticket_type,
    tidy_name,
)
from boxoffice_desktop.models import Area, Movie, Price, PriceList, TaxRate, TicketTypeRow
from boxoffice_desktop.services.context import Context
from boxoffice_desktop.services.edits import refuse_stale

_MOST_BASIS_POINTS: Final = 10_000
T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class AreaName:
    """A price area; `colour` is its place in the series, `letter` stands beside it."""

    area_id: int
    name: str
    letter: str
    colour: int


@dataclass(frozen=True, kw_only=True)
class TicketTypeDetails:
    """A stored ticket type with the version that a save must carry."""

    ticket_type_id: int
    version: int
    draft: TicketTypeDraft


@dataclass(frozen=True, kw_only=True)
class TaxRateDetails:
    """A stored tax rate; `basis_points` 800 is 8 %."""

    tax_rate_id: int
    version: int
    name: str
    basis_points: int


@dataclass(frozen=True, kw_only=True)
class PriceListDetails:
    """A stored price list with the version that a save must carry; `movie_title` is empty for any film."""

    price_list_id: int
    version: int
    draft: PriceListDraft
    movie_title: str


@dataclass(frozen=True, kw_only=True)
class PriceBook:
    """Everything about prices: lists by priority, the highest first; ticket types by their keys."""

    areas: tuple[AreaName, ...]
    ticket_types: tuple[TicketTypeDetails, ...]
    tax_rates: tuple[TaxRateDetails, ...]
    lists: tuple[PriceListDetails, ...]


def get_price_book(session: Session, context: Context) -> PriceBook:
    """Areas, ticket types, tax rates and price lists of the venue, those out of use among them."""
    context.permit(Permission.MANAGE_PRICES)
    venue_id = context.venue_id
    areas = session.execute(
        select(Area).where(Area.venue_id == venue_id).order_by(Area.area_id),
        execution_options={"populate_existing": True},
    ).scalars()
    types = session.execute(
        select(TicketTypeRow)
        .where(TicketTypeRow.venue_id == venue_id)
        .order_by(TicketTypeRow.is_active.desc(), TicketTypeRow.position.nulls_last(), TicketTypeRow.name),
        execution_options={"populate_existing": True},
    ).scalars()
    rates = session.execute(
        select(TaxRate).where(TaxRate.venue_id == venue_id).order_by(TaxRate.tax_rate_id),
        execution_options={"populate_existing": True},
    ).scalars()
    return PriceBook(
        areas=tuple(map(_as_area, areas)),
        ticket_types=tuple(map(_as_type, types)),
        tax_rates=tuple(map(_as_rate, rates)),
        lists=list_price_lists(session, venue_id),
    )


def save_price_list(
    session: Session,
    context: Context,
    *,
    draft: PriceListDraft,
    price_list_id: int | None = None,
    version: int | None = None,
) -> PriceListDetails:
    """Store a new price list (`price_list_id` None) or the changes of one that was read with `version`.

    Shows that are on sale keep their prices; `services.repricing` lists them and re-applies.

    Raises:
        InvalidFieldsError: a field cannot be used; field `amounts` for prices.
        NotFoundError: no such list.
        StaleEditError: somebody else saved it since; carries `PriceListDetails`.
    """
    context.permit(Permission.MANAGE_PRICES)
    require_fields(check_price_list(draft))
    if price_list_id is not None:
        _require_version(
            session, PriceList, PriceList.price_list_id, price_list_id, version, _reader(_get_list, context)
        )
    values = {name: value for name, value in vars(draft).items() if name not in {"amounts", "tax_rate_id"}}
    values |= {"name": tidy_name(draft.name), "weekdays": sorted(draft.weekdays) if draft.weekdays else None}
    price_list_id = _store(
        session,
        PriceList,
        PriceList.price_list_id,
        price_list_id,
        {"venue_id": context.venue_id, **values},
        "price list",
    )
    _store_prices(session, price_list_id, draft)
    return _get_list(session, context, price_list_id)


def save_ticket_type(
    session: Session,
    context: Context,
    *,
    draft: TicketTypeDraft,
    ticket_type_id: int | None = None,
    version: int | None = None,
) -> TicketTypeDetails:
    """Store a new ticket type (`ticket_type_id` None) or the changes of one that was read with `version`.

    Raises:
        InvalidFieldsError: a field cannot be used, or its key is another active type's.
        NotFoundError: no such ticket type.
        StaleEditError: somebody else saved it since; carries `TicketTypeDetails`.
    """
    context.permit(Permission.MANAGE_PRICES)
    require_fields(check_ticket_type(draft) | _check_key(session, context, draft, ticket_type_id))
    if ticket_type_id is not None:
        reader = _reader(_get_type, context)
        _require_version(session, TicketTypeRow, TicketTypeRow.ticket_type_id, ticket_type_id, version, reader)
    values = {**vars(draft), "name": tidy_name(draft.name), "venue_id": context.venue_id}
    key = TicketTypeRow.ticket_type_id
    ticket_type_id = _store(session, TicketTypeRow, key, ticket_type_id, values, "ticket type")
    return _get_type(session, context, ticket_type_id)


def save_area(
    session: Session,
    context: Context,
    *,
    name: str,
    letter: str,
    colour: int,
    was: AreaName | None = None,
) -> AreaName:
    """Store a new price area (`was` None) or the changes of one that was read as `was`.

    Raises:
        NotAllowedError: areas belong to the halls; who changes them manages halls.
        InvalidFieldsError: a field cannot be used, or is another area's.
        NotFoundError: no such area.
        StaleEditError: somebody else changed it since; carries `AreaName`.
    """
    context.permit(Permission.MANAGE_HALLS)
    require_fields(check_area(name, letter, colour))
    if was is not None:
        _require_same_area(session, was)
    values = {"venue_id": context.venue_id, "name": tidy_name(name), "letter": letter.strip(), "colour": colour}
    try:
        area_id = _store(session, Area, Area.area_id, was.area_id if was else None, values, "area")
    except InvalidFieldsError:
        taken = session.execute(
            select(Area.name).where(Area.venue_id == context.venue_id, Area.letter == values["letter"])
        ).scalar()
        if taken is None or (was is not None and taken == was.name):
            raise
        raise InvalidFieldsError({"letter": f"{values['letter']} is the letter of {taken}."}) from None
    return _as_area(session.get_one(Area, area_id, populate_existing=True))


def save_tax_rate(
    session: Session,
    context: Context,
    *,
    name: str,
    basis_points: int,
    tax_rate_id: int | None = None,
    version: int | None = None,
) -> TaxRateDetails:
    """Store a new tax rate (`tax_rate_id` None) or the changes of one that was read with `version`.

    Raises:
        InvalidFieldsError: a field cannot be used.
        NotFoundError: no such tax rate.
        StaleEditError: somebody else saved it since; carries `TaxRateDetails`.
    """
    context.permit(Permission.MANAGE_PRICES)
    problems = check_name(name)
    if not 0 <= basis_points <= _MOST_BASIS_POINTS:
        problems["basis_points"] = "From 0 to 100 %."
    require_fields(problems)
    if tax_rate_id is not None:
        _require_version(session, TaxRate, TaxRate.tax_rate_id, tax_rate_id, version, _reader(_get_rate, context))
    values = {"venue_id": context.venue_id, "name": tidy_name(name), "basis_points": basis_points}
    tax_rate_id = _store(session, TaxRate, TaxRate.tax_rate_id, tax_rate_id, values, "tax rate")
    return _get_rate(session, context, tax_rate_id)


def _check_key(
    session: Session, context: Context, draft: TicketTypeDraft, ticket_type_id: int | None
) -> dict[str, str]:
    if draft.position is None or not draft.is_active:
        return {}
    other = session.execute(
        select(TicketTypeRow.name).where(
            TicketTypeRow.venue_id == context.venue_id,
            TicketTypeRow.position == draft.position,
            TicketTypeRow.is_active,
            TicketTypeRow.ticket_type_id != (ticket_type_id or 0),
        )
    ).scalar()
    return {"position": f"F{draft.position} is {other}'s."} if other else {}


def _reader(read: Callable[[Session, Context, int], T], context: Context) -> Callable[[Session, int], T]:
    return lambda session, key: read(session, context, key)


def _require_version(
    session: Session, model: Any, column: Any, key: int, version: int | None, read: Callable[[Session, int], object]
) -> None:
    found = session.execute(select(model.version).where(column == key).with_for_update()).scalar_one_or_none()
    if found is None:
        raise NotFoundError(model.__tablename__.replace("_", " "), key)
    if found != version:
        raise refuse_stale(session, model.__tablename__, key, read(session, key))


def _store(session: Session, model: Any, column: Any, key: int | None, values: dict[str, Any], what: str) -> int:
    try:
        with session.begin_nested():
            if key is None:
                new: int = session.execute(insert(model).values(values).returning(column)).scalar_one()
                return new
            session.execute(update(model).where(column == key).values(values))
    except IntegrityError as error:
        raise InvalidFieldsError({"name": f"There is a {what} with this name."}) from error
    return key


def _store_prices(session: Session, price_list_id: int, draft: PriceListDraft) -> None:
    """Only cells that differ are written, so that the audit says what a manager changed."""
    rows = session.execute(select(Price).where(Price.price_list_id == price_list_id)).scalars()
    present = {(row.area_id, row.ticket_type_id): (row.amount, row.tax_rate_id) for row in rows}
    wanted = {cell: (amount, draft.tax_rate_id) for cell, amount in draft.amounts.items()}
    for area_id, ticket_type_id in sorted(present.keys() - wanted.keys()):
        session.execute(
            delete(Price).where(
                Price.price_list_id == price_list_id,
                Price.area_id == area_id,
                Price.ticket_type_id == ticket_type_id,
            )
        )
    changed = [
        {
            "price_list_id": price_list_id,
            "area_id": cell[0],
            "ticket_type_id": cell[1],
            "amount": value[0],
            "tax_rate_id": value[1],
        }
        for cell, value in sorted(wanted.items())
        if present.get(cell) != value
    ]
    if changed:
        statement = upsert(Price).values(changed)
        session.execute(
            statement.on_conflict_do_update(
                index_elements=["price_list_id", "area_id", "ticket_type_id"],
                set_={"amount": statement.excluded.amount, "tax_rate_id": statement.excluded.tax_rate_id},
            )
        )


def list_price_lists(session: Session, venue_id: int, price_list_id: int | None = None) -> tuple[PriceListDetails, ...]:
    """The venue's lists, those in use first, by priority; or one of them."""
    statement = select(PriceList, Movie.title).outerjoin(Movie, Movie.movie_id == PriceList.movie_id)
    if price_list_id is None:
        statement = statement.where(PriceList.venue_id == venue_id)
    else:
        statement = statement.where(PriceList.price_list_id == price_list_id)
    rows = session.execute(
        statement.order_by(PriceList.is_active.desc(), PriceList.priority.desc(), PriceList.price_list_id.desc()),
        execution_options={"populate_existing": True},
    ).all()
    cells: dict[int, dict[Cell, int]] = {}
    rates: dict[int, int] = {}
    wanted = [row[0].price_list_id for row in rows]
    prices = select(Price).where(Price.price_list_id.in_(wanted))
    for price in session.execute(prices, execution_options={"populate_existing": True}).scalars():
        cells.setdefault(price.price_list_id, {})[price.area_id, price.ticket_type_id] = price.amount
        rates[price.price_list_id] = price.tax_rate_id
    return tuple(_as_list(row[0], row[1] or "", cells, rates) for row in rows)


def _as_list(
    row: PriceList, movie_title: str, cells: Mapping[int, Mapping[Cell, int]], rates: Mapping[int, int]
) -> PriceListDetails:
    return PriceListDetails(
        price_list_id=row.price_list_id,
        version=row.version,
        movie_title=movie_title,
        draft=PriceListDraft(
            name=row.name,
            tax_rate_id=rates.get(row.price_list_id, 0),
            priority=row.priority,
            weekdays=frozenset(row.weekdays) if row.weekdays else None,
            from_time=row.from_time,
            to_time=row.to_time,
            valid_from=row.valid_from,
            valid_to=row.valid_to,
            format=row.format,
            movie_id=row.movie_id,
            is_active=row.is_active,
            amounts=cells.get(row.price_list_id, {}),
        ),
    )


def _require_same_area(session: Session, was: AreaName) -> None:
    found = session.execute(
        select(Area).where(Area.area_id == was.area_id).with_for_update(), execution_options={"populate_existing": True}
    ).scalar_one_or_none()
    if found is None:
        raise NotFoundError("area", was.area_id)
    if _as_area(found) != was:
        raise refuse_stale(session, "area", was.area_id, _as_area(found))


def _as_area(row: Area) -> AreaName:
    return AreaName(area_id=row.area_id, name=row.name, letter=row.letter, colour=row.colour)


def _as_type(row: TicketTypeRow) -> TicketTypeDetails:
    return TicketTypeDetails(
        ticket_type_id=row.ticket_type_id,
        version=row.version,
        draft=TicketTypeDraft(
            name=row.name,
            position=row.position,
            is_active=row.is_active,
            needs_age_proof=row.needs_age_proof,
            is_for_members=row.is_for_members,
            group_from=row.group_from,
        ),
    )


def _as_rate(row: TaxRate) -> TaxRateDetails:
    return TaxRateDetails(
        tax_rate_id=row.tax_rate_id, version=row.version, name=row.name, basis_points=row.basis_points
    )


def _get_list(session: Session, context: Context, price_list_id: int) -> PriceListDetails:
    return list_price_lists(session, context.venue_id, price_list_id)[0]


def _get_type(session: Session, context: Context, ticket_type_id: int) -> TicketTypeDetails:  # noqa: ARG001  as the others
    return _as_type(session.get_one(TicketTypeRow, ticket_type_id, populate_existing=True))


def _get_rate(session: Session, context: Context, tax_rate_id: int) -> TaxRateDetails:  # noqa: ARG001  as the others
    return _as_rate(session.get_one(TaxRate, tax_rate_id, populate_existing=True))

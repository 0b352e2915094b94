"""Promotions, their codes and the booking fee: what a till may offer, what a code opens, what a manager sets."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import Row, exists, insert, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from boxoffice_desktop.db.engine import add_hint
from boxoffice_desktop.domain.basket_lines import BookingFee
from boxoffice_desktop.domain.edits import InvalidFieldsError, require_fields
from boxoffice_desktop.domain.errors import BoxOfficeError, NotFoundError
from boxoffice_desktop.domain.permissions import Permission
from boxoffice_desktop.domain.price_editing import MAX_AMOUNT, tidy_name
from boxoffice_desktop.domain.price_rules import included_tax
from boxoffice_desktop.domain.promotions import (
    Promotion,
    PromotionDraft,
    PromotionKind,
    check_code,
    check_promotion,
)
from boxoffice_desktop.models import BookingFeeRow, PromotionRow, PromotionUse, TaxRate, Venue
from boxoffice_desktop.services.context import Context
from boxoffice_desktop.services.edits import refuse_stale

OFFERS_HINT: Final = 0
"""The hint that what tills offer has changed: promotions, the fee. No show has this id."""


class CodeRefusedError(BoxOfficeError):
    """A code that opens nothing. `why` is one of unknown, expired, used, wait; `wait_seconds` until the next try."""

    def __init__(self, why: str, wait_seconds: int = 0) -> None:
        self.why = why
        self.wait_seconds = wait_seconds
        words = {"expired": "This code has expired.", "used": "This code was used already."}
        waiting = f"Too many wrong codes. Try again in {wait_seconds} seconds."
        super().__init__(waiting if why == "wait" else words.get(why, "There is no such code. Look at it again."))


@dataclass(frozen=True, kw_only=True)
class Offers:
    """What a till needs to price a basket: the promotions of the venue, with and without codes, its fee and its day.

    Attributes:
        fee: None where there is none.
        group_from: ticket types that are for groups of so many only.
        asked: what the cashier asks for, by ticket type: `age` and `member`.
    """

    promotions: tuple[Promotion, ...]
    fee: BookingFee | None
    day_ends_at: time
    group_from: Mapping[int, int]
    asked: Mapping[int, tuple[str, ...]]


@dataclass(frozen=True, kw_only=True)
class OpenedCode:
    """What a code is for: a promotion, or a gift card with its balance in minor units."""

    promotion: Promotion | None = None
    promotion_code_id: int | None = None
    gift_card_id: int | None = None
    balance: int = 0


@dataclass(frozen=True, kw_only=True)
class OfferedCode:
    """The answer to the first half of trying a code."""

    outcome: str
    wait_seconds: int

    def accept(self) -> None:
        """Go on to `open_code`.

        Raises:
            CodeRefusedError: too many wrong codes just now.
        """
        if self.outcome != "offered":
            raise CodeRefusedError(self.outcome, self.wait_seconds)


@dataclass(frozen=True, kw_only=True)
class PromotionDetails:
    """A stored promotion with the version that a save must carry; `used` counts the sales that have it."""

    promotion_id: int
    version: int
    draft: PromotionDraft
    used: int
    movie_title: str = ""


@dataclass(frozen=True, kw_only=True)
class FeeDetails:
    """The booking fee, minor units for each ticket; `version` None while none was ever set."""

    amount: int = 0
    tax_rate_id: int = 0
    version: int | None = None


@dataclass(frozen=True, kw_only=True)
class ShowOption:
    """A show that a promotion may be for; `starts_at` in the venue's zone."""

    show_id: int
    movie_id: int
    title: str
    hall_name: str
    starts_at: datetime


_SHOW_OPTIONS: Final = text(
    """
    SELECT w.show_id, w.movie_id, m.title, h.name AS hall_name, w.starts_at, v.time_zone
      FROM boxoffice.show w
      JOIN boxoffice.movie m ON m.movie_id = w.movie_id
      JOIN boxoffice.hall h ON h.hall_id = w.hall_id AND h.venue_id = :venue
      JOIN boxoffice.venue v ON v.venue_id = h.venue_id
     WHERE w.ends_at > clock_timestamp() AND w.status <> 'cancelled'
        OR w.show_id IN (SELECT p.show_id FROM boxoffice.promotion p WHERE p.venue_id = :venue)
     ORDER BY w.starts_at, h.name, w.show_id
    """
)


def list_offers(session: Session, context: Context) -> Offers:
    """What holds at the venue's counters now; a promotion that is used up does not."""
    venue = session.execute(select(Venue.day_ends_at).where(Venue.venue_id == context.venue_id)).scalar_one()
    used_up = exists().where(
        PromotionUse.promotion_id == PromotionRow.promotion_id, PromotionUse.used >= PromotionRow.uses_limit
    )
    rows = session.execute(
        select(PromotionRow).where(PromotionRow.venue_id == context.venue_id, PromotionRow.is_active, ~used_up),
        execution_options={"populate_existing": True},
    ).scalars()
    fee = session.execute(
        select(BookingFeeRow.amount, BookingFeeRow.tax, BookingFeeRow.tax_rate_id).where(
            BookingFeeRow.venue_id == context.venue_id, BookingFeeRow.amount > 0
        )
    ).one_or_none()
    types = session.execute(
        text(
            "SELECT ticket_type_id, group_from, needs_age_proof, is_for_members FROM boxoffice.ticket_type"
            " WHERE venue_id = :venue AND (group_from IS NOT NULL OR needs_age_proof OR is_for_members)"
        ),
        {"venue": context.venue_id},
    ).all()
    return Offers(
        promotions=tuple(map(_as_promotion, rows)),
        fee=None if fee is None else BookingFee(amount=fee.amount, tax=fee.tax, tax_rate_id=fee.tax_rate_id),
        day_ends_at=venue,
        group_from={row.ticket_type_id: row.group_from for row in types if row.group_from is not None},
        asked={row.ticket_type_id: _asked_for(row) for row in types if row.needs_age_proof or row.is_for_members},
    )


def offer_code(session: Session, context: Context, *, code: str) -> OfferedCode:
    """The first half of trying a code: counts it as wrong until `open_code`, in a transaction of its own, answers.

    Raises:
        InvalidFieldsError: field `code`; no code looks like that.
    """
    context.permit(Permission.SELL)
    row = session.execute(text("SELECT * FROM boxoffice.offer_code(:code)"), {"code": check_code(code)}).one()
    return OfferedCode(outcome=row.outcome, wait_seconds=row.wait_seconds)


def open_code(session: Session, context: Context) -> OpenedCode | CodeRefusedError:
    """The second half: what the code that this till offered last is for, or why it is for nothing.

    A refusal is returned and not raised: raising would undo what was counted.
    """
    context.permit(Permission.SELL)
    row = session.execute(text("SELECT * FROM boxoffice.open_code()")).one()
    if row.outcome == "promotion":
        promotion = session.get_one(PromotionRow, row.promotion_id, populate_existing=True)
        return OpenedCode(promotion=_as_promotion(promotion), promotion_code_id=row.promotion_code_id)
    if row.outcome == "gift_card":
        return OpenedCode(gift_card_id=row.gift_card_id, balance=row.balance)
    return CodeRefusedError(row.outcome)


def list_promotions(session: Session, context: Context) -> tuple[PromotionDetails, ...]:
    """All promotions of the venue, those in use first, by name."""
    context.permit(Permission.MANAGE_PRICES)
    return _read_details(session, context)


def save_promotion(
    session: Session,
    context: Context,
    *,
    draft: PromotionDraft,
    promotion_id: int | None = None,
    version: int | None = None,
) -> PromotionDetails:
    """Store a new promotion (`promotion_id` None) or the changes of one that was read with `version`.

    Raises:
        InvalidFieldsError: a field cannot be used.
        NotFoundError: no such promotion.
        StaleEditError: somebody else saved it since; carries `PromotionDetails`.
    """
    context.permit(Permission.MANAGE_PRICES)
    require_fields(check_promotion(draft))
    if promotion_id is not None:
        _require_version(session, context, promotion_id, version)
    values = dict(vars(draft)) | {
        "name": tidy_name(draft.name),
        "kind": draft.kind.value,
        "weekdays": sorted(draft.weekdays) if draft.weekdays else None,
        "ticket_type_ids": sorted(draft.ticket_type_ids) if draft.ticket_type_ids else None,
    }
    try:
        with session.begin_nested():
            promotion_id = _write_promotion(session, context, promotion_id, values)
    except IntegrityError as error:
        raise InvalidFieldsError({"name": "There is a promotion with this name."}) from error
    add_hint(session, OFFERS_HINT, ())
    return _read_details(session, context, promotion_id)[0]


def list_show_options(session: Session, context: Context) -> tuple[ShowOption, ...]:
    """The shows that are still to come, and those that stored promotions are for, in the order of their start."""
    context.permit(Permission.MANAGE_PRICES)
    return tuple(
        ShowOption(
            show_id=row.show_id,
            movie_id=row.movie_id,
            title=row.title,
            hall_name=row.hall_name,
            starts_at=row.starts_at.astimezone(ZoneInfo(row.time_zone)),
        )
        for row in session.connection().execute(_SHOW_OPTIONS, {"venue": context.venue_id})
    )


def get_fee(session: Session, context: Context) -> FeeDetails:
    """The venue's booking fee; its amount is 0 while there is none."""
    row = session.execute(
        select(BookingFeeRow.amount, BookingFeeRow.tax_rate_id, BookingFeeRow.version).where(
            BookingFeeRow.venue_id == context.venue_id
        )
    ).one_or_none()
    return FeeDetails() if row is None else FeeDetails(amount=row[0], tax_rate_id=row[1], version=row[2])


def save_fee(
    session: Session, context: Context, *, amount: int, tax_rate_id: int, version: int | None = None
) -> FeeDetails:
    """Set the booking fee for each ticket, minor units; 0 for none. Baskets that are open ask again.

    Raises:
        InvalidFieldsError: field `amount` or `tax_rate_id`.
        StaleEditError: somebody else changed it since; carries `FeeDetails`.
    """
    context.permit(Permission.MANAGE_PRICES)
    rate = session.execute(
        select(TaxRate.basis_points).where(TaxRate.tax_rate_id == tax_rate_id, TaxRate.venue_id == context.venue_id)
    ).scalar_one_or_none()
    require_fields(
        ({} if 0 <= amount <= MAX_AMOUNT else {"amount": "A fee is negative or too large."})
        | ({} if rate is not None else {"tax_rate_id": "Choose the tax rate of the fee."})
    )
    found = get_fee(session, context)
    if found.version != version:
        raise refuse_stale(session, "booking_fee", context.venue_id, found)
    values = {"amount": amount, "tax": included_tax(amount, rate or 0), "tax_rate_id": tax_rate_id}
    statement = upsert(BookingFeeRow).values(venue_id=context.venue_id, **values)
    session.execute(statement.on_conflict_do_update(index_elements=["venue_id"], set_=values))
    add_hint(session, OFFERS_HINT, ())
    return get_fee(session, context)


def _asked_for(row: Row[Any]) -> tuple[str, ...]:
    return tuple(word for word, asked in (("age", row.needs_age_proof), ("member", row.is_for_members)) if asked)


def _as_promotion(row: PromotionRow) -> Promotion:
    return Promotion(
        promotion_id=row.promotion_id,
        name=row.name,
        kind=PromotionKind(row.kind),
        value=row.value,
        take=row.take,
        pay=row.pay,
        is_combinable=row.is_combinable,
        needs_code=row.needs_code,
        weekdays=frozenset(row.weekdays) if row.weekdays else None,
        from_time=row.from_time,
        to_time=row.to_time,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        movie_id=row.movie_id,
        show_id=row.show_id,
        ticket_type_ids=frozenset(row.ticket_type_ids) if row.ticket_type_ids else None,
        most_tickets=row.most_tickets,
    )


def _write_promotion(session: Session, context: Context, promotion_id: int | None, values: dict[str, Any]) -> int:
    if promotion_id is not None:
        session.execute(update(PromotionRow).where(PromotionRow.promotion_id == promotion_id).values(values))
        return promotion_id
    new: int = session.execute(
        insert(PromotionRow).values(venue_id=context.venue_id, **values).returning(PromotionRow.promotion_id)
    ).scalar_one()
    return new


def _require_version(session: Session, context: Context, promotion_id: int, version: int | None) -> None:
    found = session.execute(
        select(PromotionRow.version)
        .where(PromotionRow.promotion_id == promotion_id, PromotionRow.venue_id == context.venue_id)
        .with_for_update()
    ).scalar_one_or_none()
    if found is None:
        raise NotFoundError("promotion", promotion_id)
    if found != version:
        raise refuse_stale(session, "promotion", promotion_id, _read_details(session, context, promotion_id)[0])


def _read_details(session: Session, context: Context, promotion_id: int | None = None) -> tuple[PromotionDetails, ...]:
    rows = session.execute(
        text(
            """
            SELECT p.*, m.title AS movie_title,
                   (SELECT count(*) FROM boxoffice.promotion_redemption r
                     WHERE r.promotion_id = p.promotion_id
                       AND NOT EXISTS (SELECT FROM boxoffice.promotion_return b
                                        WHERE b.redemption_id = r.redemption_id)) AS times
              FROM boxoffice.promotion p LEFT JOIN boxoffice.movie m ON m.movie_id = p.movie_id
             WHERE p.venue_id = :venue AND p.promotion_id = coalesce(:only, p.promotion_id)
             ORDER BY p.is_active DESC, p.name
            """
        ),
        {"venue": context.venue_id, "only": promotion_id},
    )
    return tuple(
        PromotionDetails(
            promotion_id=row.promotion_id,
            version=row.version,
            used=row.times,
            movie_title=row.movie_title or "",
            draft=PromotionDraft(
                **{
                    name: getattr(row, name)
                    for name in PromotionDraft.__dataclass_fields__
                    if name not in {"kind", "weekdays", "ticket_type_ids"}
                },
                kind=PromotionKind(row.kind),
                weekdays=frozenset(row.weekdays) if row.weekdays else None,
                ticket_type_ids=frozenset(row.ticket_type_ids) if row.ticket_type_ids else None,
            ),
        )
        for row in rows
    )

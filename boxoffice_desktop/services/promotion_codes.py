"""The codes of promotions, for who manages prices: made, listed and blocked. No till reads them."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from boxoffice_desktop.domain.edits import InvalidFieldsError, require_fields
from boxoffice_desktop.domain.permissions import Permission
from boxoffice_desktop.domain.promotions import MOST_CODES, MOST_USES, check_code, make_code
from boxoffice_desktop.models import PromotionCode
from boxoffice_desktop.services.context import Context


@dataclass(frozen=True, kw_only=True)
class CodeDetails:
    """A stored code, for who manages prices. `valid_until` is its last day."""

    promotion_code_id: int
    code: str
    uses_limit: int | None
    used: int
    valid_until: date | None
    is_active: bool


def make_codes(
    session: Session,
    context: Context,
    *,
    promotion_id: int,
    count: int,
    uses_limit: int | None = 1,
    valid_until: date | None = None,
) -> tuple[str, ...]:
    """Make `count` new codes that nobody guesses, each good for `uses_limit` sales (None: any number).

    Raises:
        InvalidFieldsError: field `count`, `uses_limit` or `valid_until`.
    """
    context.permit(Permission.MANAGE_PRICES)
    require_fields(
        _check_codes(session, context, uses_limit, valid_until)
        | ({} if 1 <= count <= MOST_CODES else {"count": f"From 1 to {MOST_CODES:,} codes."})
    )
    codes = {make_code() for _ in range(count)}
    while len(codes) < count:
        codes.add(make_code())
    ordered = tuple(sorted(codes))
    _insert_codes(session, promotion_id, ordered, uses_limit, valid_until)
    return ordered


def add_code(
    session: Session,
    context: Context,
    *,
    promotion_id: int,
    code: str,
    uses_limit: int | None = None,
    valid_until: date | None = None,
) -> str:
    """Add a code that people remember, e.g. SUMMER26; returns it folded.

    Raises:
        InvalidFieldsError: field `code`, `uses_limit` or `valid_until`; also a code that is taken.
    """
    context.permit(Permission.MANAGE_PRICES)
    require_fields(_check_codes(session, context, uses_limit, valid_until))
    folded = check_code(code)
    try:
        with session.begin_nested():
            _insert_codes(session, promotion_id, (folded,), uses_limit, valid_until)
    except IntegrityError as error:
        raise InvalidFieldsError({"code": "This code is taken."}) from error
    return folded


def list_codes(session: Session, context: Context, *, promotion_id: int) -> tuple[CodeDetails, ...]:
    """The codes of a promotion, oldest first."""
    context.permit(Permission.MANAGE_PRICES)
    rows = session.execute(text("SELECT * FROM boxoffice.list_promotion_codes(:id)"), {"id": promotion_id})
    return tuple(CodeDetails(**row._mapping) for row in rows)  # noqa: SLF001  SQLAlchemy's public name of a row's dict


def block_codes(session: Session, context: Context, *, promotion_code_ids: tuple[int, ...]) -> None:
    """Let codes open nothing any more."""
    context.permit(Permission.MANAGE_PRICES)
    session.execute(
        update(PromotionCode)
        .where(PromotionCode.promotion_code_id.in_(promotion_code_ids))
        .values(is_active=False)
        .execution_options(synchronize_session=False)
    )


def _check_codes(
    session: Session, context: Context, uses_limit: int | None, valid_until: date | None
) -> dict[str, str]:
    problems = {}
    if uses_limit is not None and not 1 <= uses_limit <= MOST_USES:
        problems["uses_limit"] = f"From 1 to {MOST_USES:,} uses, or empty."
    if valid_until is not None and valid_until < _today(session, context):
        problems["valid_until"] = "That day is over."
    return problems


def _today(session: Session, context: Context) -> date:
    row = session.execute(
        text("SELECT clock_timestamp() AS now, time_zone FROM boxoffice.venue WHERE venue_id = :venue"),
        {"venue": context.venue_id},
    ).one()
    now: datetime = row.now
    return now.astimezone(ZoneInfo(row.time_zone)).date()


def _insert_codes(
    session: Session, promotion_id: int, codes: tuple[str, ...], uses_limit: int | None, valid_until: date | None
) -> None:
    session.execute(
        text(
            """
            INSERT INTO boxoffice.promotion_code (promotion_id, code, uses_limit, valid_until)
            SELECT :promotion, c.code, :uses, CAST(:until AS date) FROM unnest(CAST(:codes AS text[])) AS c (code)
            """
        ),
        {"promotion": promotion_id, "codes": list(codes), "uses": uses_limit, "until": valid_until},
    )

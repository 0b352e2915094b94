"""Selling: a basket of held seats becomes a sale, once.

The till makes the sale's id. If it must ask again, because the link died around COMMIT, the same id finds the same
sale.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias
from uuid import UUID

from sqlalchemy import Connection, text
from sqlalchemy.orm import Session

from boxoffice_desktop.db.engine import add_hint
from boxoffice_desktop.domain.basket_lines import find_small_groups
from boxoffice_desktop.domain.errors import (
    BasketFullError,
    ConflictError,
    GroupTooSmallError,
    HoldExpiredError,
    NotFoundError,
    ShowNotOnSaleError,
)
from boxoffice_desktop.domain.permissions import Permission
from boxoffice_desktop.domain.seats import SeatKey, SeatState
from boxoffice_desktop.domain.selling import (
    CompletedSale,
    SaleLine,
    SaleOrder,
    SoldTicket,
)
from boxoffice_desktop.services.context import Context
from boxoffice_desktop.services.holds import refuse_seats
from boxoffice_desktop.services.promotion_uses import hint_last_use
from boxoffice_desktop.services.sale_lines import check_order, insert_adjustments, prepare_lines

_LockedLine: TypeAlias = Any

# The show is share-locked: cancelling or moving it waits until this sale is through, and the other way round.
_LOCK_LINES: Final = text(
    """
    SELECT ss.show_id, ss.seat_id, ss.state, ss.area_id, ss.hold_id, e.name,
           CASE WHEN s.status = 'on_sale' AND s.ends_at < clock_timestamp() THEN 'over' ELSE s.status END AS status,
           v.basket_limit, v.currency, p.amount, p.tax, p.tax_rate_id, y.group_from, y.name AS type_name,
           EXISTS (SELECT FROM boxoffice.sale o WHERE o.sale_id = :sale) AS is_stored
      FROM unnest(CAST(:shows AS int[]), CAST(:seats AS int[]), CAST(:types AS int[]))
           AS k (show_id, seat_id, ticket_type_id)
      JOIN boxoffice.show_seat ss ON ss.show_id = k.show_id AND ss.seat_id = k.seat_id
      JOIN boxoffice.seat e ON e.seat_id = ss.seat_id
      JOIN boxoffice.show s ON s.show_id = ss.show_id
      JOIN boxoffice.venue v ON v.venue_id = :venue
      LEFT JOIN boxoffice.show_price p
        ON p.show_id = k.show_id AND p.area_id = ss.area_id AND p.ticket_type_id = k.ticket_type_id
      LEFT JOIN boxoffice.ticket_type y ON y.ticket_type_id = k.ticket_type_id
     ORDER BY ss.show_id, ss.seat_id
       FOR SHARE OF s FOR UPDATE OF ss
    """
)

_INSERT_SALE: Final = text(
    """
    INSERT INTO boxoffice.sale (sale_id, ticket_count, currency, total)
    VALUES (:sale, :count, :currency, :total) RETURNING number, first_serial, sold_at
    """
)

# Tickets, payments and seats in one message. A seat counts as this hold's also past its time when the sale resumes an
# attempt (money may have been taken) and nobody else has taken the seat since.
_INSERT_LINES: Final = text(
    """
    WITH made AS (
      INSERT INTO boxoffice.ticket (sale_id, line, terminal_id, serial, show_id, seat_id, area_id, ticket_type_id,
                                    amount, tax, tax_rate_id, code)
      SELECT :sale, k.line, :terminal, :first_serial + k.line - 1, k.show_id, k.seat_id, k.area_id, k.ticket_type_id,
             k.amount, k.tax, k.tax_rate_id, k.code
        FROM unnest(CAST(:lines AS int[]), CAST(:shows AS int[]), CAST(:seats AS int[]), CAST(:areas AS int[]),
                    CAST(:types AS int[]), CAST(:amounts AS bigint[]), CAST(:taxes AS bigint[]),
                    CAST(:rates AS int[]), CAST(:codes AS bytea[]))
          AS k (line, show_id, seat_id, area_id, ticket_type_id, amount, tax, tax_rate_id, code)
      RETURNING ticket_id, show_id, seat_id
    ), paid AS (
      INSERT INTO boxoffice.payment (sale_id, line, kind, amount, given, reference, rounding, gift_card_id, origin)
      SELECT :sale, p.line, p.kind, p.amount, p.given, p.reference, p.rounding, p.gift_card_id, p.origin
        FROM unnest(CAST(:pay_lines AS int[]), CAST(:pay_kinds AS text[]), CAST(:pay_amounts AS bigint[]),
                    CAST(:pay_given AS bigint[]), CAST(:pay_references AS text[]), CAST(:pay_roundings AS int[]),
                    CAST(:pay_gift_cards AS bigint[]), CAST(:pay_origins AS text[]))
          AS p (line, kind, amount, given, reference, rounding, gift_card_id, origin)
    )
    UPDATE boxoffice.show_seat ss
       SET state = 'sold', ticket_id = m.ticket_id, hold_id = NULL, held_by = NULL, held_until = NULL
      FROM made m
     WHERE ss.show_id = m.show_id AND ss.seat_id = m.seat_id
       AND ((ss.state = 'held' AND ss.hold_id = :hold AND (:resuming OR ss.held_until > clock_timestamp()))
            OR (:resuming AND (ss.state = 'available' OR ss.held_until <= clock_timestamp())))
 RETURNING ss.show_id, ss.seat_id
    """
)


@dataclass(frozen=True, kw_only=True)
class _StoredSale:
    terminal_id: int
    sale: CompletedSale


def complete_sale(
    session: Session, context: Context, *, order: SaleOrder, resuming: bool = False, exchanging: bool = False
) -> CompletedSale:
    """Sell what `order` says, or return the sale if it was stored before.

    Afterwards all seats are sold, tickets and payments stand, and the journal has its entry; or nothing has changed.
    `resuming` asks again for an order whose outcome was unknown: seats whose hold has ended since are still sold if
    nobody else has taken them. `exchanging` sells for tickets that have just ended: one of a group may go alone.

    Raises:
        HoldExpiredError: the hold ended; names the seats. Take no money.
        SeatsUnavailableError: seats are someone else's now.
        GroupTooSmallError: a ticket type is for larger groups.
        ShowNotOnSaleError: a show was closed or cancelled meanwhile, or is over.
        InvalidInputError: the payments do not cover the sale, or a reference looks like a card number.
        ConflictError: a price has changed; or the id belongs to a sale of another terminal.
    """
    context.permit(Permission.SELL)
    check_order(order)
    lines = sorted(order.lines, key=lambda line: line.key)
    locked = _lock_lines(session, context, order.sale_id, lines)
    stored = _find_stored(session, order.sale_id, locked)
    if stored is not None:
        if stored.terminal_id != context.terminal_id:
            raise ConflictError("This sale was made at another till.")
        return stored.sale
    _judge(session, order, lines, locked, resuming=resuming)
    if not exchanging:
        _judge_groups(lines, locked)
    return _store(session, context, order, lines, locked, resuming=resuming)


def _find_stored(session: Session, sale_id: UUID, locked: list[_LockedLine]) -> _StoredSale | None:
    # `is_stored` is as old as the statement; the first try of this very sale may have committed while we waited for
    # the locks. Then its seats are sold, and a fresh statement sees it.
    if not locked or locked[0].is_stored or any(row.state == SeatState.SOLD for row in locked):
        return _find_sale(session, sale_id)
    return None


def _require_stored(session: Session, context: Context, order: SaleOrder) -> CompletedSale:
    """The sale whose gift cards are there already: its first try was stored while this one was under way."""
    stored = _find_sale(session, order.sale_id)
    if stored is None or stored.terminal_id != context.terminal_id:
        raise ConflictError("There is a gift card with this code.")
    return stored.sale


def _lock_lines(session: Session, context: Context, sale_id: UUID, lines: Sequence[SaleLine]) -> list[_LockedLine]:
    rows = session.connection().execute(
        _LOCK_LINES,
        {
            "shows": [line.key.show_id for line in lines],
            "seats": [line.key.seat_id for line in lines],
            "types": [line.ticket_type_id for line in lines],
            "venue": context.venue_id,
            "sale": sale_id,
        },
    )
    return list(rows)


def _judge(
    session: Session, order: SaleOrder, lines: Sequence[SaleLine], locked: list[_LockedLine], *, resuming: bool
) -> None:
    if len(locked) != len(lines):
        raise NotFoundError("seat in this show")
    if not lines:
        return
    if len(lines) > locked[0].basket_limit:
        raise BasketFullError(locked[0].basket_limit)
    for line, row in zip(lines, locked, strict=True):
        if row.status != "on_sale":
            raise ShowNotOnSaleError(row.status)
        if row.amount is None or row.amount != line.amount:
            raise ConflictError(f"The price of {row.name} has changed. Take the seat again.")
    lost = [row for row in locked if row.hold_id != order.hold_id and not (resuming and row.state != SeatState.SOLD)]
    if lost and all(row.state == SeatState.AVAILABLE for row in lost):
        raise HoldExpiredError(tuple(row.name for row in lost))
    if lost:
        raise refuse_seats(session, lost)


def _judge_groups(lines: Sequence[SaleLine], locked: list[_LockedLine]) -> None:
    grouped = {line.ticket_type_id: row for line, row in zip(lines, locked, strict=True) if row.group_from is not None}
    small = find_small_groups(
        ((line.key, line.ticket_type_id) for line in lines),
        {type_id: row.group_from for type_id, row in grouped.items()},
    )
    if small:
        type_id, (had, wanted) = next(iter(small.items()))
        raise GroupTooSmallError(grouped[type_id].type_name, had, wanted)


def _store(
    session: Session,
    context: Context,
    order: SaleOrder,
    lines: Sequence[SaleLine],
    locked: list[_LockedLine],
    *,
    resuming: bool,
) -> CompletedSale:
    connection = session.connection()
    # Before the sale's own row, which locks the terminal's chain.
    gift_cards = prepare_lines(connection, order)
    if gift_cards is None:
        return _require_stored(session, context, order)
    number, first_serial, sold_at = connection.execute(
        _INSERT_SALE,
        {
            "sale": order.sale_id,
            "count": len(lines),
            "currency": _currency(connection, context, locked),
            "total": order.total,
        },
    ).one()
    codes = [secrets.token_bytes(16) for _ in lines]
    values = {
        "sale": order.sale_id,
        "hold": order.hold_id,
        "terminal": context.terminal_id,
        "first_serial": first_serial,
        "resuming": resuming,
        **_line_arrays(lines, locked, codes),
        **_payment_arrays(order),
    }
    sold = {tuple(row) for row in connection.execute(_INSERT_LINES, values)}
    if len(sold) != len(lines):
        lost = [row for row in locked if (row.show_id, row.seat_id) not in sold]
        # They were this hold's when locked, so its time ran out; a resumed sale finds them with someone else.
        raise refuse_seats(session, lost) if resuming else HoldExpiredError(tuple(row.name for row in lost))
    if order.adjustments:
        insert_adjustments(connection, order, locked, gift_cards)
    journal_hash: bytes = connection.execute(
        text("SELECT boxoffice.seal_sale(:sale)"), {"sale": order.sale_id}
    ).scalar_one()
    for line in lines:
        add_hint(session, line.key.show_id, (line.key.seat_id,))
    hint_last_use(session, order)
    return CompletedSale(
        sale_id=order.sale_id,
        number=number,
        sold_at=sold_at,
        total=order.total,
        change=sum(payment.given - payment.amount - payment.rounding for payment in order.payments),
        journal_hash=journal_hash.hex(),
        tickets=tuple(
            SoldTicket(
                key=line.key,
                serial=first_serial + index,
                ticket_type_id=line.ticket_type_id,
                amount=line.amount,
                code=code,
            )
            for index, (line, code) in enumerate(zip(lines, codes, strict=True))
        ),
    )


def _currency(connection: Connection, context: Context, locked: list[_LockedLine]) -> str:
    if locked:
        locked_currency: str = locked[0].currency
        return locked_currency
    # Nothing but gift cards.
    statement = text("SELECT currency FROM boxoffice.venue WHERE venue_id = :venue")
    found: str = connection.execute(statement, {"venue": context.venue_id}).scalar_one()
    return found


def _line_arrays(lines: Sequence[SaleLine], locked: list[_LockedLine], codes: list[bytes]) -> dict[str, list[Any]]:
    return {
        "lines": list(range(1, len(lines) + 1)),
        "shows": [line.key.show_id for line in lines],
        "seats": [line.key.seat_id for line in lines],
        "areas": [row.area_id for row in locked],
        "types": [line.ticket_type_id for line in lines],
        "amounts": [row.amount for row in locked],
        "taxes": [row.tax for row in locked],
        "rates": [row.tax_rate_id for row in locked],
        "codes": codes,
    }


def _payment_arrays(order: SaleOrder) -> dict[str, list[Any]]:
    return {
        "pay_lines": list(range(1, len(order.payments) + 1)),
        "pay_kinds": [payment.kind.value for payment in order.payments],
        "pay_amounts": [payment.amount for payment in order.payments],
        "pay_given": [payment.given for payment in order.payments],
        "pay_references": [payment.reference for payment in order.payments],
        "pay_roundings": [payment.rounding for payment in order.payments],
        "pay_gift_cards": [payment.gift_card_id for payment in order.payments],
        "pay_origins": [payment.origin for payment in order.payments],
    }


def _find_sale(session: Session, sale_id: UUID) -> _StoredSale | None:
    connection = session.connection()
    sale = connection.execute(
        text(
            """
            SELECT s.terminal_id, s.number, s.sold_at, s.total, j.hash,
                   (SELECT coalesce(sum(p.given - p.amount - p.rounding), 0)
                      FROM boxoffice.payment p WHERE p.sale_id = s.sale_id) AS change
              FROM boxoffice.sale s JOIN boxoffice.journal j ON j.sale_id = s.sale_id AND j.kind = 'sale'
             WHERE s.sale_id = :sale
            """
        ),
        {"sale": sale_id},
    ).one_or_none()
    if sale is None:
        return None
    tickets = connection.execute(
        text(
            """
            SELECT t.show_id, t.seat_id, t.serial, t.ticket_type_id, t.amount, c.code
              FROM boxoffice.ticket t JOIN boxoffice.ticket_codes(:sale) c ON c.line = t.line
             WHERE t.sale_id = :sale ORDER BY t.line
            """
        ),
        {"sale": sale_id},
    )
    return _StoredSale(
        terminal_id=sale.terminal_id,
        sale=CompletedSale(
            sale_id=sale_id,
            number=sale.number,
            sold_at=sale.sold_at,
            total=sale.total,
            change=int(sale.change),
            journal_hash=sale.hash.hex(),
            tickets=tuple(
                SoldTicket(
                    key=SeatKey(row.show_id, row.seat_id),
                    serial=row.serial,
                    ticket_type_id=row.ticket_type_id,
                    amount=row.amount,
                    code=row.code,
                )
                for row in tickets
            ),
            repeated=True,
        ),
    )

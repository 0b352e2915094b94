"""What a sale has besides its tickets: discounts, fees and gift cards that it sells, and how it is paid.

The guard `check_adjustments` has the last word; what is checked here is told in friendlier words.
"""

from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from typing import Any, Final

from sqlalchemy import Connection, text

from boxoffice_desktop.domain.basket_lines import tax_of
from boxoffice_desktop.domain.cards import looks_like_card_number, refuse_card_number
from boxoffice_desktop.domain.errors import InvalidInputError
from boxoffice_desktop.domain.promotions import fold_code
from boxoffice_desktop.domain.selling import AdjustmentKind, PaymentKind, SaleAdjustment, SaleOrder

_REFERENCE_LENGTH: Final = 40
_MOST_PAYMENTS: Final = 10

_INSERT_ADJUSTMENTS: Final = text(
    """
    INSERT INTO boxoffice.adjustment (sale_id, line, ticket_line, kind, amount, tax, tax_rate_id, promotion_id,
                                      promotion_code_id, approval_id, gift_card_id, reason, carried_from)
    SELECT :sale, a.line, a.ticket_line, a.kind, a.amount, a.tax, a.tax_rate_id, a.promotion_id, a.promotion_code_id,
           a.approval_id, a.gift_card_id, a.reason, a.carried_from
      FROM unnest(CAST(:lines AS int[]), CAST(:ticket_lines AS int[]), CAST(:kinds AS text[]),
                  CAST(:amounts AS bigint[]), CAST(:taxes AS bigint[]), CAST(:rates AS int[]),
                  CAST(:promotions AS int[]), CAST(:codes AS bigint[]), CAST(:approvals AS uuid[]),
                  CAST(:gift_cards AS bigint[]), CAST(:reasons AS text[]), CAST(:sources AS bigint[]))
        AS a (line, ticket_line, kind, amount, tax, tax_rate_id, promotion_id, promotion_code_id, approval_id,
              gift_card_id, reason, carried_from)
    """
)


def check_order(order: SaleOrder) -> None:
    """Refuse what no sale can be.

    Raises:
        InvalidInputError: field `lines`, `adjustments`, `payments`, `given` or `reference`.
    """
    keys = [line.key for line in order.lines]
    sells_gift_card = any(line.kind is AdjustmentKind.GIFT_CARD for line in order.adjustments)
    if not (keys or sells_gift_card) or len(set(keys)) != len(keys):
        raise InvalidInputError("lines", "A sale needs seats, each of them once.")
    seats = set(keys)
    if any((line.key is None) != (line.kind is AdjustmentKind.GIFT_CARD) for line in order.adjustments) or any(
        line.key not in seats for line in order.adjustments if line.key is not None
    ):
        raise InvalidInputError("adjustments", "A discount belongs to a seat of the sale.")
    _check_payments(order, sells_gift_card=sells_gift_card)


def _check_payments(order: SaleOrder, *, sells_gift_card: bool) -> None:
    if sum(payment.amount for payment in order.payments) != order.total:
        raise InvalidInputError("payments", "The payments do not cover the sale.")
    if len(order.payments) > _MOST_PAYMENTS or (
        len(order.payments) > 1 and not all(payment.amount for payment in order.payments)
    ):
        raise InvalidInputError("payments", "The sale has more payments than it needs.")
    for payment in order.payments:
        if payment.amount < 0 or payment.given < payment.amount + payment.rounding:
            raise InvalidInputError("given", "That is less than the price.")
        if payment.kind is not PaymentKind.CASH and payment.given != payment.amount:
            raise InvalidInputError("given", "A card pays the exact amount.")
        if sells_gift_card and payment.kind is PaymentKind.GIFT_CARD:
            raise InvalidInputError("payments", "A gift card does not pay for a gift card.")
        if len(payment.reference) > _REFERENCE_LENGTH:
            raise InvalidInputError("reference", f"A reference has at most {_REFERENCE_LENGTH} characters.")
        if looks_like_card_number(payment.reference):
            raise InvalidInputError("reference", "This looks like a card number. It is never stored.")
    for line in order.adjustments:
        refuse_card_number("reason", line.reason)


def prepare_lines(connection: Connection, order: SaleOrder) -> Mapping[str, int] | None:
    """Lock what has a limit and make the gift cards that are sold: their ids by code.

    None when a card with such a code is there: then this very sale may have been stored a moment ago. A plain sale asks
    the database nothing.
    """
    used = [line for line in order.adjustments if line.carried_from is None]
    promotions = {line.promotion_id for line in used if line.promotion_id is not None}
    codes = {line.promotion_code_id for line in used if line.promotion_code_id is not None}
    if promotions:
        connection.execute(
            text("SELECT boxoffice.lock_promotions(CAST(:promotions AS int[]), CAST(:codes AS bigint[]))"),
            {"promotions": sorted(promotions), "codes": sorted(codes)},
        )
    paying = {payment.gift_card_id for payment in order.payments if payment.gift_card_id is not None}
    if paying:
        connection.execute(
            text("SELECT boxoffice.lock_gift_cards(CAST(:cards AS bigint[]))"), {"cards": sorted(paying)}
        )
    made: dict[str, int] = {}
    for line in order.adjustments:
        if line.kind is AdjustmentKind.GIFT_CARD:
            card: int | None = connection.execute(
                text("SELECT boxoffice.make_gift_card(:hash)"), {"hash": hash_code(line.gift_card_code)}
            ).scalar_one()
            if card is None:
                return None
            # Its paper may be printed by another till, should this one die.
            connection.execute(
                text("SELECT boxoffice.keep_gift_card_code(:card, :code)"),
                {"card": card, "code": fold_code(line.gift_card_code)},
            )
            made[line.gift_card_code] = card
    return made


def insert_adjustments(
    connection: Connection, order: SaleOrder, tickets: Sequence[Any], gift_cards: Mapping[str, int]
) -> None:
    """Store the lines in the order they were decided in: what is left of a ticket before each follows from it.

    `tickets` have `amount`, `tax` and `tax_rate_id` of the tickets in the order of their lines.
    """
    places = {key: place for place, key in enumerate(sorted(line.key for line in order.lines))}
    found = [(line, None if line.key is None else places[line.key]) for line in order.adjustments]
    connection.execute(
        _INSERT_ADJUSTMENTS,
        {
            "sale": order.sale_id,
            "lines": list(range(1, len(found) + 1)),
            "ticket_lines": [None if place is None else place + 1 for _, place in found],
            "kinds": [line.kind.value for line, _ in found],
            "amounts": [line.amount for line, _ in found],
            "taxes": list(_list_taxes(found, tickets)),
            "rates": [
                line.tax_rate_id or (None if place is None else tickets[place].tax_rate_id) for line, place in found
            ],
            "promotions": [line.promotion_id for line, _ in found],
            "codes": [line.promotion_code_id for line, _ in found],
            "approvals": [line.approval_id for line, _ in found],
            "gift_cards": [gift_cards.get(line.gift_card_code) for line, _ in found],
            "reasons": [line.reason for line, _ in found],
            "sources": [line.carried_from for line, _ in found],
        },
    )


def _list_taxes(found: Sequence[tuple[SaleAdjustment, int | None]], tickets: Sequence[Any]) -> Iterator[int]:
    """The tax of each line; of a discount that is carried over what it takes of the new ticket's."""
    left = {place: ticket.amount for place, ticket in enumerate(tickets)}
    for line, place in found:
        if line.carried_from is None or line.kind is AdjustmentKind.FEE or place is None:
            yield line.tax
            continue
        ticket, before = tickets[place], left[place]
        left[place] = before + line.amount
        yield tax_of(ticket.amount, ticket.tax, left[place]) - tax_of(ticket.amount, ticket.tax, before)


def hash_code(code: str) -> bytes:
    """What the database keeps of a gift card's code."""
    return sha256(fold_code(code).encode()).digest()

"""What a ticket takes along when it is exchanged. The database has the same rule, in `check_carried`."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from boxoffice_desktop.domain.promotions import Promotion, PromotionKind
from boxoffice_desktop.domain.selling import AdjustmentKind, SaleAdjustment, SaleLine


@dataclass(frozen=True, kw_only=True, slots=True)
class TicketLine:
    """A discount, an approved price or a fee as it stands on a sold ticket: minor units with its sign, tax inside.

    `promotion` is what the promotion is by now.
    """

    kind: AdjustmentKind
    amount: int
    tax: int = 0
    tax_rate_id: int | None = None
    promotion: Promotion | None = None
    promotion_code_id: int | None = None
    approval_id: UUID | None = None
    reason: str = ""


def carry_lines(
    ticket_id: int, ticket_type_id: int, price: int, lines: Sequence[TicketLine], target: SaleLine
) -> tuple[SaleAdjustment, ...]:
    """The lines of a sold ticket on the ticket `target` that it is exchanged for; `price` is its old list price.

    At the same price everything stays as it was. At another one, in the old order:
    - a promotion gives what its rule gives on the new price: its percents of it, or its amount, never more than is
      left; one that was changed since the same share or amount; n for m what the free ticket cost;
    - an approved price takes the same amount off, or adds it; a free ticket for a dearer seat costs the difference;
    - the booking fee stays what it was.
    A promotion that is not for the new ticket type is left behind. No code is used again, and no limit, day or show of
    the promotion is asked again: the customer has it. The tax of a discount follows from the new ticket's and is filled
    in when that is sold; the fee's is what it was.
    """
    carried = []
    rest, new_rest = price, target.amount
    for line in lines:
        if line.kind is AdjustmentKind.FEE:
            carried.append(_make(line, ticket_id, target, line.amount))
            continue
        is_for_type = (
            ticket_type_id == target.ticket_type_id
            or line.promotion is None
            or line.promotion.ticket_type_ids is None
            or target.ticket_type_id in line.promotion.ticket_type_ids
        )
        amount = _carry_amount(line, rest, new_rest) if is_for_type else 0
        if amount:
            carried.append(_make(line, ticket_id, target, amount))
        rest += line.amount
        new_rest += amount
    return tuple(carried)


def _carry_amount(line: TicketLine, rest: int, new_rest: int) -> int:
    off, promotion = -line.amount, line.promotion
    if off < 0:
        return line.amount
    if promotion is not None and promotion.kind is not PromotionKind.N_FOR_M and promotion.take_off(rest) == off:
        return -promotion.take_off(new_rest)
    if promotion is not None and promotion.kind is PromotionKind.PERCENT:
        return -((new_rest * off * 2 + rest) // (rest * 2))
    return -min(off, new_rest)


def _make(line: TicketLine, ticket_id: int, target: SaleLine, amount: int) -> SaleAdjustment:
    # What is not wholly free any more is another price.
    is_free = line.kind is AdjustmentKind.COMPLIMENTARY and amount == -target.amount
    kind = AdjustmentKind.MANUAL if line.kind is AdjustmentKind.COMPLIMENTARY and not is_free else line.kind
    return SaleAdjustment(
        kind=kind,
        key=target.key,
        amount=amount,
        tax=line.tax if line.kind is AdjustmentKind.FEE else 0,
        tax_rate_id=line.tax_rate_id if line.kind is AdjustmentKind.FEE else None,
        promotion_id=None if line.promotion is None else line.promotion.promotion_id,
        promotion_code_id=line.promotion_code_id,
        approval_id=line.approval_id,
        reason=line.reason,
        carried_from=ticket_id,
    )

"""Taking back: voids, refunds and exchanges, each in one transaction and each once.

The till makes the key of the refund. If it must ask again, because the link died around COMMIT, the same key finds the
same refund. The database decides what may be taken back (`take_back`); here the orders are made and put into words.
"""

from collections.abc import Iterable, Sequence
from typing import Any, Final
from uuid import UUID, uuid4

from sqlalchemy import text
from sqlalchemy.orm import Session

from boxoffice_desktop.db.engine import add_hint
from boxoffice_desktop.domain.cards import looks_like_card_number, refuse_card_number
from boxoffice_desktop.domain.carrying import carry_lines
from boxoffice_desktop.domain.errors import ConflictError, InvalidInputError
from boxoffice_desktop.domain.permissions import Permission
from boxoffice_desktop.domain.refunding import (
    CompletedExchange,
    CompletedRefund,
    ExchangeOrder,
    MoneyBack,
    RefundKind,
    RefundOrder,
    carry_over,
    round_payment,
    split_money,
)
from boxoffice_desktop.domain.seats import SeatKey
from boxoffice_desktop.domain.selling import PaymentGiven, SaleAdjustment, SaleLine, SaleOrder
from boxoffice_desktop.services import sales
from boxoffice_desktop.services.context import Context
from boxoffice_desktop.services.promotion_uses import hint_given_back
from boxoffice_desktop.services.sale_details import SaleDetails

_LONGEST_REASON: Final = 500
_LONGEST_REFERENCE: Final = 40

_TAKE_BACK: Final = text(
    """
    SELECT * FROM boxoffice.take_back(
      :refund, :kind, :sale, CAST(:tickets AS bigint[]), :reason, :approval, :new_sale,
      CAST(:shows AS int[]), CAST(:seats AS int[]),
      CAST(:payments AS bigint[]), CAST(:kinds AS text[]), CAST(:amounts AS bigint[]), CAST(:references AS text[]))
    """
)
_STORED: Final = text(
    """
    SELECT r.refund_id, r.sale_id, r.kind, r.number, r.refunded_at, r.total, r.terminal_id
      FROM boxoffice.refund r WHERE r.refund_id = :refund
    """
)
_MONEY: Final = text(
    "SELECT payment_id, kind, amount, reference, rounding FROM boxoffice.refund_payment"
    " WHERE refund_id = :refund ORDER BY line"
)
_SEATS: Final = text(
    "SELECT k.show_id, k.seat_id FROM boxoffice.refund_line l"
    " JOIN boxoffice.ticket k ON k.ticket_id = l.ticket_id WHERE l.refund_id = :refund"
)


def lock_sales(session: Session, sale_ids: Iterable[UUID]) -> None:
    """Lock sales before their shows and seats, in the one order; for who moves or takes back tickets of many sales."""
    statement = text("SELECT boxoffice.lock_sales(CAST(:sales AS uuid[]))")
    session.connection().execute(statement, {"sales": sorted(set(sale_ids))})


def plan_refund(
    sale: SaleDetails,
    ticket_ids: Sequence[int],
    *,
    kind: RefundKind = RefundKind.REFUND,
    reason: str = "",
    reference: str = "",
    refund_id: UUID | None = None,
    approval_id: UUID | None = None,
) -> RefundOrder:
    """An order that takes tickets of a sale back, and gives the money back the way it came.

    A void takes the gift cards back as well that were sold with them; a sale of nothing else has no tickets to name.

    Raises:
        InvalidInputError: less than that is left of the payments.
    """
    worth = sale.worth(frozenset(ticket_ids), with_fees=kind is not RefundKind.REFUND)
    if kind is RefundKind.VOID:
        worth += sale.gift_cards
    return RefundOrder(
        refund_id=refund_id or uuid4(),
        kind=kind,
        sale_id=sale.sale_id,
        ticket_ids=tuple(ticket_ids),
        money=split_money(
            sale.payments,
            worth,
            currency=sale.currency,
            reference=reference,
            cash_as="owed" if kind is RefundKind.CANCELLATION else "cash",
        ),
        reason=reason,
        approval_id=approval_id,
    )


def list_carried(sale: SaleDetails, ticket_ids: Sequence[int], lines: Sequence[SaleLine]) -> tuple[SaleAdjustment, ...]:
    """The discounts and fees that the tickets take along when the first becomes the first line, and so on."""
    tickets = {ticket.ticket_id: ticket for ticket in sale.tickets}
    carried: list[SaleAdjustment] = []
    for ticket_id, line in zip(ticket_ids, lines, strict=False):
        if (ticket := tickets.get(ticket_id)) is not None:
            carried += carry_lines(ticket_id, ticket.ticket_type_id, ticket.price, ticket.lines, line)
    return tuple(carried)


def plan_exchange(
    sale: SaleDetails,
    ticket_ids: Sequence[int],
    *,
    hold_id: UUID,
    lines: Sequence[SaleLine],
    payments: Sequence[PaymentGiven] = (),
    carried: int | None = None,
    reason: str = "",
    reference: str = "",
    approval_id: UUID | None = None,
) -> ExchangeOrder:
    """An order that ends tickets and sells `lines` for their value.

    The first ticket becomes the first line and takes its discounts and its fee along (see `carry_lines`), and so on; a
    line without a ticket costs what its show asks, a ticket without a line goes back whole. `payments` are what the
    customer pays on top, cash before it is rounded; what is left over goes back the way it came. `carried` is how much
    of the value goes over: as much as the new sale takes, unless the payment itself is to be corrected. `hold_id` is
    the basket with the seats that are new.
    """
    worth = sale.worth(frozenset(ticket_ids), with_fees=True)
    adjustments = list_carried(sale, ticket_ids, lines)
    total = sum(line.amount for line in lines) + sum(each.amount for each in adjustments)
    over = min(worth, total) if carried is None else carried
    sale_id = uuid4()
    money = split_money(sale.payments, worth, currency=sale.currency, carried=over, reference=reference)
    return ExchangeOrder(
        refund=RefundOrder(
            refund_id=uuid4(),
            kind=RefundKind.EXCHANGE,
            sale_id=sale.sale_id,
            ticket_ids=tuple(ticket_ids),
            money=money,
            reason=reason,
            approval_id=approval_id,
        ),
        sale=SaleOrder(
            sale_id=sale_id,
            hold_id=hold_id,
            lines=tuple(lines),
            payments=(
                *carry_over(sale.payments, money),
                *(round_payment(payment, sale.currency) for payment in payments),
            ),
            adjustments=adjustments,
        ),
    )


def refund_tickets(session: Session, context: Context, *, order: RefundOrder) -> CompletedRefund:
    """Take tickets back, or return the refund if it was stored before. Their seats are free afterwards.

    Raises:
        AlreadyRefundedError: a ticket or gift card was taken back before, or its holder is inside; says who and when.
        ApprovalRefusedError: the approval is not for this, or has run out.
        NotAllowedError: this needs the permission `refund` or an approval.
        InvalidInputError: a reason or reference that cannot be stored.
        ConflictError: the money is not what the tickets are worth, or would go another way than it came; or a gift card
            that would go back was used, says where.
        ShiftClosedError: no shift is open at this till.
    """
    context.permit(Permission.SELL)
    if order.kind is RefundKind.EXCHANGE:
        raise InvalidInputError("kind", "An exchange is made with its new sale.")
    _check(order)
    return _take_back(session, order, None, ())


def exchange_tickets(session: Session, context: Context, *, order: ExchangeOrder) -> CompletedExchange:
    """End tickets and sell others for their value, both or neither; or return both if they were stored before.

    Seats of the old tickets that the new sale takes again are the customer's all the time. New seats are those of the
    basket `order.sale.hold_id`, or free ones.

    Raises:
        SeatsUnavailableError: a new seat is somebody else's.
        BoxOfficeError: as `refund_tickets` and `complete_sale` raise.
    """
    context.permit(Permission.SELL)
    _check(order.refund)
    refund = _take_back(session, order.refund, order.sale.sale_id, [line.key for line in order.sale.lines])
    # The old seats are free for the moment that nobody else sees: the sale takes them like one that is resumed.
    sale = sales.complete_sale(session, context, order=order.sale, resuming=True, exchanging=True)
    return CompletedExchange(refund=refund, sale=sale)


def _check(order: RefundOrder) -> None:
    if not order.ticket_ids and order.kind is not RefundKind.VOID:
        raise InvalidInputError("tickets", "Choose the tickets that go back.")
    if len(order.reason) > _LONGEST_REASON:
        raise InvalidInputError("reason", f"A reason has at most {_LONGEST_REASON} characters.")
    refuse_card_number("reason", order.reason)
    for money in order.money:
        if money.kind == "card" and not money.reference.strip():
            raise InvalidInputError("reference", "Type the reference of the card terminal.")
        if len(money.reference) > _LONGEST_REFERENCE:
            raise InvalidInputError("reference", f"A reference has at most {_LONGEST_REFERENCE} characters.")
        if looks_like_card_number(money.reference):
            raise InvalidInputError("reference", "This looks like a card number. It is never stored.")


def _take_back(
    session: Session, order: RefundOrder, new_sale: UUID | None, new_seats: Sequence[SeatKey]
) -> CompletedRefund:
    connection = session.connection()
    connection.execute(
        _TAKE_BACK,
        {
            "refund": order.refund_id,
            "kind": order.kind.value,
            "sale": order.sale_id,
            "tickets": list(order.ticket_ids),
            "reason": order.reason,
            "approval": order.approval_id,
            "new_sale": new_sale,
            "shows": [key.show_id for key in new_seats],
            "seats": [key.seat_id for key in new_seats],
            "payments": [money.payment_id for money in order.money],
            "kinds": [money.kind for money in order.money],
            "amounts": [money.amount for money in order.money],
            "references": [money.reference for money in order.money],
        },
    )
    made = find_refund(session, order.refund_id)
    if made is None:
        raise ConflictError("The refund was not stored.")
    for show_id, seat_id in connection.execute(_SEATS, {"refund": order.refund_id}):
        add_hint(session, show_id, (seat_id,))
    hint_given_back(session, order.refund_id)
    return made


def find_refund(session: Session, refund_id: UUID) -> CompletedRefund | None:
    """A stored refund."""
    row: Any = session.connection().execute(_STORED, {"refund": refund_id}).one_or_none()
    if row is None:
        return None
    money = session.connection().execute(_MONEY, {"refund": refund_id})
    return CompletedRefund(
        refund_id=row.refund_id,
        sale_id=row.sale_id,
        kind=RefundKind(row.kind),
        number=row.number,
        refunded_at=row.refunded_at,
        total=row.total,
        money=tuple(
            MoneyBack(
                payment_id=each.payment_id,
                kind=each.kind,
                amount=each.amount,
                reference=each.reference,
                rounding=each.rounding,
            )
            for each in money
        ),
    )

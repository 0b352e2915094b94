"""Promotions, codes and priced baskets for tests."""

from collections.abc import Sequence
from datetime import UTC, datetime, time
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from boxoffice_desktop.domain.basket_lines import Granted, price_basket
from boxoffice_desktop.domain.business_day import business_day_of
from boxoffice_desktop.domain.price_rules import included_tax
from boxoffice_desktop.domain.promotions import Offer, PricedTicket, PromotionDraft, PromotionKind
from boxoffice_desktop.domain.seats import SeatKey
from boxoffice_desktop.domain.selling import AdjustmentKind, PaymentGiven, PaymentKind, SaleLine, SaleOrder
from boxoffice_desktop.services import promotions, staff
from boxoffice_desktop.services.promotions import CodeRefusedError, Offers, OpenedCode, PromotionDetails
from tests.support.cinema import ADULT, PINS, PRICES, Cinema, Till, derive_key
from tests.support.seats import hold

ZONE = ZoneInfo("Europe/Zurich")


def save(manager: Till, name: str = "Half price", **values: Any) -> PromotionDetails:
    """A promotion, half price unless `values` say otherwise."""
    given = {"kind": PromotionKind.PERCENT, "value": 5000, **values}
    return manager.call(promotions.save_promotion, draft=PromotionDraft(name=name, **given))


def open_code(till: Till, code: str) -> OpenedCode:
    """Try a code as a till does: two transactions."""
    till.call(promotions.offer_code, code=code).accept()
    answer = till.call(promotions.open_code)
    if isinstance(answer, CodeRefusedError):
        raise answer
    return answer


def priced(cinema: Cinema, names: Sequence[str], types: Sequence[int]) -> list[PricedTicket]:
    starts_at = cinema.starts_at if cinema.starts_at.tzinfo else cinema.starts_at.replace(tzinfo=UTC)
    local: datetime = starts_at.astimezone(ZONE)
    return [
        PricedTicket(
            key=SeatKey(cinema.show_id, cinema.seats[name]),
            ticket_type_id=kind,
            amount=(amount := PRICES[2 if name[0] == "E" else 1, kind]),
            tax=included_tax(amount, 800),
            movie_id=cinema.movie_id,
            day=business_day_of(starts_at, ZONE, time(6)),
            at=local.time(),
        )
        for name, kind in zip(names, types, strict=True)
    ]


def order_for(
    till: Till,
    tickets: Sequence[PricedTicket],
    hold_id: UUID,
    *,
    codes: Sequence[OpenedCode] = (),
    granted: Sequence[Granted] = (),
    sale_id: UUID | None = None,
    offers: Offers | None = None,
) -> SaleOrder:
    """The order of a basket as the till would make it, paid in cash; by `offers` that it has read before, or now."""
    offers = offers or till.call(promotions.list_offers)
    usable = [Offer(promotion=each) for each in offers.promotions if not each.needs_code]
    usable += [
        Offer(promotion=each.promotion, promotion_code_id=each.promotion_code_id) for each in codes if each.promotion
    ]
    lines = price_basket(tickets, usable, day_ends_at=offers.day_ends_at, granted=granted, fee=offers.fee)
    total = sum(each.amount for each in tickets) + sum(line.amount for line in lines)
    return SaleOrder(
        sale_id=sale_id or uuid4(),
        hold_id=hold_id,
        lines=tuple(SaleLine(key=each.key, ticket_type_id=each.ticket_type_id, amount=each.amount) for each in tickets),
        payments=(PaymentGiven(kind=PaymentKind.CASH, amount=total, given=total),),
        adjustments=lines,
    )


def basket(cinema: Cinema, till: Till, *names: str, types: Sequence[int] = (), **arguments: Any) -> SaleOrder:
    """Hold seats and make their order."""
    held = hold(cinema, till, *names)
    return order_for(till, priced(cinema, names, types or [ADULT] * len(names)), held.hold_id, **arguments)


def approve(till: Till, sale_id: UUID, kind: AdjustmentKind, amount: int, user_name: str = "sid") -> UUID:
    """A supervisor's yes at the cashier's till, by PIN."""
    from boxoffice_desktop.services import approvals

    salt = till.call(staff.get_sign_in_salt, user_name=user_name)
    till.call(staff.offer_key, user_name=user_name, key=derive_key(PINS[user_name], salt))
    act = "manual_price" if kind is AdjustmentKind.MANUAL else kind.value
    request = approvals.ApprovalRequest(act=act, subject=sale_id, amount=amount, reason="asked for")
    return till.call(approvals.grant_approval, request=request).accept().approval_id

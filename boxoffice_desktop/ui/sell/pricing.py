"""What the basket costs besides its tickets: promotions, codes, granted prices, the fee, gift cards that are sold."""

from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

from PySide6.QtCore import QObject, QTimer, Signal

from boxoffice_desktop.domain.basket_lines import Granted, find_small_groups, price_basket
from boxoffice_desktop.domain.edits import InvalidFieldsError
from boxoffice_desktop.domain.errors import InvalidInputError
from boxoffice_desktop.domain.promotions import Offer, PricedTicket, make_code
from boxoffice_desktop.domain.seats import SeatKey
from boxoffice_desktop.domain.selling import AdjustmentKind, SaleAdjustment
from boxoffice_desktop.services import promotions
from boxoffice_desktop.services.promotions import CodeRefusedError, OfferedCode, Offers, OpenedCode
from boxoffice_desktop.ui.sell.till_basket import TillBasket
from boxoffice_desktop.ui.tasks.runner import TaskRunner

# Hints bring changes at once; this is for those that were lost.
_REFRESH_MS = 15_000


class BasketPricing(QObject):
    """Prices the basket anew whenever it changes, by the rules that were read last; the database checks the result.

    Signals:
        changed: the lines or the total are different.
        code_refused: words for the field of the code; what was typed stays.
        code_opened: the `OpenedCode`.
        offers_ended: the names of promotions that were in the basket's price and do not hold any more.
        failed: an exception for the shell's presenter.
    """

    changed = Signal()
    code_refused = Signal(str)
    code_opened = Signal(object)
    offers_ended = Signal(object)
    failed = Signal(object)

    def __init__(self, tasks: TaskRunner, basket: TillBasket, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self._basket = basket
        self._offers: Offers | None = None
        self._next_offers: Offers | None = None
        self._is_frozen = False
        self._tells_ended = True
        self._timer = QTimer(self, interval=_REFRESH_MS)
        self._timer.timeout.connect(self.refresh)
        self._codes: dict[int, OpenedCode] = {}
        self._granted: dict[SeatKey, Granted] = {}
        self._sold_cards: tuple[SaleAdjustment, ...] = ()
        self._asked: frozenset[int] = frozenset()
        self._hold_id = basket.hold_id
        self.gift_card: OpenedCode | None = None
        self.sale_id = uuid4()
        self.lines: tuple[SaleAdjustment, ...] = ()

    @property
    def total(self) -> int:
        """What the customer pays, in minor units."""
        return self._basket.basket.total + sum(line.amount for line in self.lines)

    @property
    def is_payable(self) -> bool:
        """There is something to pay, and every seat has a price."""
        return self._basket.basket.is_payable or bool(self._sold_cards and not self._basket.basket.lines)

    def start(self) -> None:
        """Read the promotions, the fee and the rules of the ticket types, and go on reading them."""
        self._timer.start()
        self._read(self.failed.emit)

    def stop(self) -> None:
        """Nobody looks."""
        self._timer.stop()

    def refresh(self) -> None:
        """Read them again; a failure keeps those that are known, and the next reading comes."""
        self._read(lambda _: None)

    def freeze(self, *, frozen: bool) -> None:
        """While frozen the price stays as it was told; what was read meanwhile counts afterwards."""
        self._is_frozen = frozen
        if not frozen and self._next_offers is not None:
            self._take_offers(self._next_offers)

    def start_over(self) -> None:
        """The database refused the price: read everything again, and ask for the codes again."""
        self._codes, self.gift_card = {}, None
        # The refusal has told it already.
        self._tells_ended = False
        self._refresh()
        self._read(self.failed.emit)

    def follow(self) -> None:
        """The basket has changed: price it anew. What belonged to a customer who has gone is forgotten."""
        if self._hold_id != self._basket.hold_id:
            self._hold_id = self._basket.hold_id
            self._codes, self._granted, self._sold_cards, self.gift_card = {}, {}, (), None
            self._asked = frozenset()
            self.sale_id = uuid4()
        self._granted = {key: each for key, each in self._granted.items() if key in self._basket.basket.keys}
        self.lines = (*self._price(), *self._sold_cards)

    def try_code(self, code: str) -> None:
        """Ask the database what a code is for; `code_opened` or `code_refused` answers."""
        self._tasks.write(
            self, promotions.offer_code, {"code": code}, done=self._on_code_offered, failed=self._on_code_failed
        )

    def grant(self, keys: Collection[SeatKey], kind: AdjustmentKind, price: int, reason: str) -> None:
        """Set another price for these seats, which somebody approves before it is paid."""
        # Each line alone, so that one that cannot have the price changes nothing.
        wanted = {key: Granted(key=key, kind=kind, price=price, reason=reason) for key in keys}
        before = self._granted
        self._granted = before | wanted
        try:
            self._refresh()
        except InvalidInputError:
            self._granted = before
            raise

    def take_back_prices(self, keys: Collection[SeatKey]) -> None:
        """The price of the list again."""
        self._granted = {key: each for key, each in self._granted.items() if key not in keys}
        self._refresh()

    def sell_gift_card(self, amount: int) -> None:
        """Add a new gift card of `amount` minor units to the sale."""
        card = SaleAdjustment(kind=AdjustmentKind.GIFT_CARD, amount=amount, gift_card_code=make_code())
        self._sold_cards = (*self._sold_cards, card)
        self._refresh()

    def take_back_gift_cards(self) -> None:
        """Sell no gift card after all."""
        self._sold_cards = ()
        self._refresh()

    def next_approval(self) -> tuple[AdjustmentKind, int, str] | None:
        """What somebody has to say yes to before it is paid: kind, minor units, reason. None when nothing is left."""
        for kind in (AdjustmentKind.COMPLIMENTARY, AdjustmentKind.MANUAL):
            found = [line for line in self.lines if line.kind is kind]
            if found and not all(line.approval_id for line in found):
                return kind, sum(abs(line.amount) for line in found), found[0].reason
        return None

    def use_approval(self, kind: AdjustmentKind, approval_id: UUID | None) -> None:
        """Somebody said yes to all granted prices of this kind; None: it is asked for again."""
        self._granted = {
            key: replace(each, approval_id=approval_id) if each.kind is kind else each
            for key, each in self._granted.items()
        }
        self._refresh()

    def forget_approvals(self) -> None:
        """Ask again: they are good for two minutes and for just these prices."""
        for kind in (AdjustmentKind.COMPLIMENTARY, AdjustmentKind.MANUAL):
            self.use_approval(kind, None)

    def list_small_groups(self) -> dict[int, tuple[int, int]]:
        """Ticket types for groups that have too few tickets: type to (had, wanted)."""
        if self._offers is None:
            return {}
        lines = [(line.key, line.ticket_type_id or 0) for line in self._basket.basket.lines]
        return find_small_groups(lines, self._offers.group_from)

    def ask_for(self) -> dict[int, tuple[str, ...]]:
        """What the cashier has to look at, by ticket type, and has not confirmed yet: `age`, `member`."""
        if self._offers is None:
            return {}
        types = {line.ticket_type_id for line in self._basket.basket.lines}
        return {key: words for key, words in self._offers.asked.items() if key in types and key not in self._asked}

    def confirm_asked(self) -> None:
        """The cashier has looked at what was asked for."""
        self._asked |= self.ask_for().keys()

    def _refresh(self) -> None:
        self.lines = (*self._price(), *self._sold_cards)
        self.changed.emit()

    def _price(self) -> tuple[SaleAdjustment, ...]:
        offers = self._offers
        if offers is None or not self._basket.basket.is_payable:
            return ()
        usable = [Offer(promotion=each) for each in offers.promotions if not each.needs_code]
        usable += [
            Offer(promotion=each.promotion, promotion_code_id=each.promotion_code_id)
            for each in self._codes.values()
            if each.promotion is not None
        ]
        return price_basket(
            self._tickets(offers),
            usable,
            day_ends_at=offers.day_ends_at,
            granted=self._granted.values(),
            fee=offers.fee,
        )

    def _tickets(self, offers: Offers) -> list[PricedTicket]:
        found = []
        for line in self._basket.basket.lines:
            if line.ticket_type_id is None or line.amount is None:
                continue
            # The tile's times are in the venue's zone.
            show = self._basket.shows[line.key.show_id]
            at = show.starts_at.time()
            found.append(
                PricedTicket(
                    key=line.key,
                    ticket_type_id=line.ticket_type_id,
                    amount=line.amount,
                    tax=self._basket.prices.find_tax(line.key.show_id, line.area_id, line.ticket_type_id),
                    movie_id=show.movie_id,
                    day=show.starts_at.date() - timedelta(days=at < offers.day_ends_at),
                    at=at,
                )
            )
        return found

    def _read(self, failed: Callable[[Exception], object]) -> None:
        self._tasks.read(self, promotions.list_offers, {}, done=self._on_offers_read, failed=failed, key="offers")

    def _on_offers_read(self, offers: Offers) -> None:
        if self._is_frozen:
            self._next_offers = offers
            return
        if offers != self._offers:
            self._take_offers(offers)
        self._tells_ended = True

    def _take_offers(self, offers: Offers) -> None:
        known = {each.promotion_id: each.name for each in self._offers.promotions} if self._offers else {}
        known |= {each.promotion.promotion_id: each.promotion.name for each in self._codes.values() if each.promotion}
        used = {line.promotion_id for line in self.lines}
        self._offers, self._next_offers = offers, None
        now = {each.promotion_id: each for each in offers.promotions}
        self._codes = {
            key: replace(each, promotion=now[each.promotion.promotion_id])
            for key, each in self._codes.items()
            if each.promotion is not None and each.promotion.promotion_id in now
        }
        self._refresh()
        ended = used - {line.promotion_id for line in self.lines} - {None}
        if ended and self._tells_ended:
            self.offers_ended.emit(tuple(known[each] for each in ended if each in known))

    def _on_code_offered(self, answer: OfferedCode) -> None:
        try:
            answer.accept()
        except CodeRefusedError as error:
            self.code_refused.emit(str(error))
        else:
            self._tasks.write(self, promotions.open_code, {}, done=self._on_code_answered, failed=self._on_code_failed)

    def _on_code_answered(self, answer: OpenedCode | CodeRefusedError) -> None:
        if isinstance(answer, CodeRefusedError):
            self.code_refused.emit(str(answer))
            return
        if answer.promotion_code_id is not None:
            self._codes[answer.promotion_code_id] = answer
        else:
            self.gift_card = answer
        self._refresh()
        self.code_opened.emit(answer)

    def _on_code_failed(self, error: Exception) -> None:
        if isinstance(error, InvalidFieldsError):
            self.code_refused.emit(str(error))
        else:
            self.code_refused.emit(self.tr("The code could not be asked for. Try again."))
            self.failed.emit(error)

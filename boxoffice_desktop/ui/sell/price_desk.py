"""Codes, other prices, gift cards, and what is settled before the payment: the questions around a basket's price."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt

from boxoffice_desktop.domain.errors import InvalidInputError
from boxoffice_desktop.domain.selling import AdjustmentKind
from boxoffice_desktop.services.approvals import Approval, ApprovalRequest
from boxoffice_desktop.services.promotions import OpenedCode
from boxoffice_desktop.ui.approval.approval_dialog import ApprovalDialog
from boxoffice_desktop.ui.sell.notices import SellNotices
from boxoffice_desktop.ui.sell.price_dialogs import GiftCardDialog, PriceDialog
from boxoffice_desktop.ui.sell.pricing import BasketPricing
from boxoffice_desktop.ui.sell.till_basket import TillBasket
from boxoffice_desktop.ui.tasks.runner import TaskRunner

if TYPE_CHECKING:
    from boxoffice_desktop.ui.sell.sell_page import SellPage


class PriceDesk(QObject):
    """Stands between the keys of the basket's column and its `BasketPricing`."""

    def __init__(
        self, page: "SellPage", tasks: TaskRunner, pricing: BasketPricing, basket: TillBasket, notices: SellNotices
    ) -> None:
        super().__init__(page)
        self._page = page
        self._tasks = tasks
        self._pricing = pricing
        self._basket = basket
        self._notices = notices
        row = page.basket_panel.code_row
        row.code_given.connect(pricing.try_code)
        row.closed.connect(page.view.focus_map)
        row.price_requested.connect(self.ask_price)
        row.gift_card_requested.connect(self.ask_gift_card)
        pricing.code_refused.connect(row.refuse)
        pricing.code_opened.connect(self._on_code_opened)
        pricing.offers_ended.connect(self._on_offers_ended)

    def press_letter(self, key: Qt.Key) -> bool:
        """V, M and G while seats are chosen. Whether the key was one of these."""
        row = self._page.basket_panel.code_row
        buttons = {Qt.Key.Key_V: row.code_button, Qt.Key.Key_M: row.price_button, Qt.Key.Key_G: row.card_button}
        if key not in buttons:
            return False
        buttons[key].click()
        return True

    def ask_price(self) -> None:
        """Ask which other price the selected lines have, or all."""
        keys = self._page.basket_panel.lines.selected_keys() or self._basket.basket.keys
        if not keys:
            return
        dialog = PriceDialog(self._page.formats, ", ".join(self._basket.seat_names(keys)), self._page)

        def grant(answer: tuple[AdjustmentKind, int, str]) -> None:
            try:
                self._pricing.grant(keys, *answer)
            except InvalidInputError as error:
                self._notices.tell(str(error), "warn")

        dialog.chosen.connect(grant)
        dialog.list_price_chosen.connect(lambda: self._pricing.take_back_prices(keys))
        dialog.finished.connect(self._page.view.focus_map)
        dialog.open()

    def ask_gift_card(self) -> None:
        """Ask how much a new gift card is worth."""
        dialog = GiftCardDialog(self._page.formats, self._page)
        dialog.chosen.connect(self._pricing.sell_gift_card)
        dialog.finished.connect(self._page.view.focus_map)
        dialog.open()

    def settle(self, go_on: Callable[[], None]) -> None:
        """Go on to the payment when nothing is left to ask: groups, proofs, a supervisor's yes."""
        small = self._pricing.list_small_groups()
        names = {kind.ticket_type_id: kind.name for kind in self._basket.ticket_types.values()}
        if small:
            type_id, (had, wanted) = next(iter(small.items()))
            words = self.tr("{kind} is for {wanted} people or more; here are {had}.")
            self._notices.tell(words.format(kind=names.get(type_id, ""), wanted=wanted, had=had), "warn")
            return
        asked = self._pricing.ask_for()
        if asked:
            self._pricing.confirm_asked()
            what = {"age": self.tr("proof of age"), "member": self.tr("membership card")}
            lines = [f"{names.get(key, '')}: {', '.join(what[word] for word in words)}" for key, words in asked.items()]
            self._notices.tell(self.tr("Seen? {what}. Enter confirms.").format(what=" · ".join(lines)), "warn")
            return
        self._pricing.forget_approvals()
        self._ask_approval(go_on)

    def _ask_approval(self, go_on: Callable[[], None]) -> None:
        wanted = self._pricing.next_approval()
        if wanted is None:
            go_on()
            return
        kind, amount, reason = wanted
        is_free = kind is AdjustmentKind.COMPLIMENTARY
        act = kind.value if is_free else "manual_price"
        request = ApprovalRequest(act=act, subject=self._pricing.sale_id, amount=amount, reason=reason)
        words = self.tr("Complimentary tickets worth {amount}: {reason}")
        if not is_free:
            words = self.tr("Another price, {amount} from the list: {reason}")
        dialog = ApprovalDialog(
            self._tasks, request, words.format(amount=self._page.formats.money(amount), reason=reason), self._page
        )

        def take(approval: Approval) -> None:
            self._pricing.use_approval(kind, approval.approval_id)
            self._ask_approval(go_on)

        dialog.approved.connect(take)
        dialog.failed.connect(self._pricing.failed)
        dialog.open()

    def _on_offers_ended(self, names: tuple[str, ...]) -> None:
        words = self.tr("{offer} has ended: the total is new.").format(offer=", ".join(names))
        self._notices.tell(words, "warn")

    def _on_code_opened(self, code: OpenedCode) -> None:
        self._page.basket_panel.code_row.close_field()
        if code.promotion is None:
            left = self._page.formats.money(code.balance)
            self._notices.tell(self.tr("Gift card with {left} on it: it pays first.").format(left=left))
            return
        used = {line.promotion_code_id for line in self._pricing.lines}
        words = (
            self.tr("{name} is taken off.")
            if code.promotion_code_id in used
            else self.tr("{name} is noted. It does not hold for these seats, or another offer is better.")
        )
        self._notices.tell(words.format(name=code.promotion.name))

"""While the database or the terminal is away the sale stands still: nothing is taken, paid, given back or forgotten."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from boxoffice_desktop.ui.sell.notices import SellNotices
from boxoffice_desktop.ui.sell.till_basket import TillBasket

if TYPE_CHECKING:
    from boxoffice_desktop.ui.sell.sell_page import SellPage


class OfflineStop:
    """Stops a sale page and its basket, and lets them go on."""

    def __init__(self, page: "SellPage", basket: TillBasket, notices: SellNotices) -> None:
        self._page = page
        self._basket = basket
        self._notices = notices
        self._is_offline = False

    def set_offline(self, *, offline: bool) -> None:
        """Stop or go on; the shell's banner says why."""
        if offline == self._is_offline:
            return
        self._is_offline = offline
        self._basket.set_offline(offline=offline)
        self._page.basket_panel.set_offline(offline=offline)
        self._page.payment_panel.set_offline(offline=offline)
        self._page.view.set_offline(offline=offline)
        if not offline:
            self._page.messages.take_back(_words())

    def refuses(self) -> bool:
        """Whether nothing can be changed now; the cashier, who has just tried, is told."""
        if self._is_offline:
            self._notices.tell(_words(), "warn")
        return self._is_offline


def _words() -> str:
    return QCoreApplication.translate(
        "sell", "Seats cannot be taken, given back or paid now; the strip above says why."
    )

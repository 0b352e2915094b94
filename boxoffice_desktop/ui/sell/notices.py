"""What the selling screen tells the cashier over the map."""

from PySide6.QtCore import QCoreApplication

from boxoffice_desktop.domain.basket import BasketLine
from boxoffice_desktop.ui.sell.message_bar import MessageBar, Notice
from boxoffice_desktop.ui.sell.till_basket import TillBasket
from boxoffice_desktop.ui.sell.wording import join_names


class SellNotices:
    """Words the message bar shows, some with a way back."""

    def __init__(self, bar: MessageBar, basket: TillBasket) -> None:
        self._bar = bar
        self._basket = basket

    def tell(self, words: str, tone: str = "muted") -> None:
        """Say something; an error stays until the cashier goes on."""
        self._bar.show_notice(Notice(text=words, tone=tone, stays=tone == "error"))

    def offer_again(self, words: str, lines: tuple[BasketLine, ...], tone: str = "muted") -> None:
        """Say that seats went back (`{seats}` in the words names them) and offer to take them again.

        What did not come from the cashier, a warning or an error, stays until the next step.
        """
        names = join_names(tuple(line.seat_name for line in lines))
        self._bar.show_notice(
            Notice(
                text=words.replace("{seats}", names),
                tone=tone,
                action=QCoreApplication.translate("sell", "Take again  Ctrl+Z"),
                act=lambda: self._basket.take_again(lines),
                stays=tone != "muted",
            )
        )

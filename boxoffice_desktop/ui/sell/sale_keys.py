"""What keys mean at each stage of a sale."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from boxoffice_desktop.ui.sell.phase import Phase

if TYPE_CHECKING:
    from boxoffice_desktop.ui.sell.controller import SellController
    from boxoffice_desktop.ui.sell.sell_page import SellPage


class SaleKeys:
    """Stands between the keyboard and the controller; Enter and Esc, which also have buttons, are the controller's."""

    def __init__(self, page: "SellPage", controller: "SellController") -> None:
        self._page, self._controller = page, controller

    def press_function_key(self, place: int) -> None:
        """F1 to F10: a ticket type; in payment F1 is cash and F2 card."""
        controller = self._controller
        if controller.phase is Phase.CHOOSING:
            types = {kind.position: kind.ticket_type_id for kind in controller.basket.ticket_types.values()}
            if place in types:
                controller.press_type(types[place])
        elif controller.phase is Phase.PAYING:
            self._page.payment_panel.press_function_key(place)

    def press_quick_amount(self, place: int) -> None:
        """Alt and a digit: one of the amounts that customers hand over; `place` counts from 0."""
        panel, controller = self._page.payment_panel, self._controller
        if controller.phase is Phase.PAYING and not controller.payment.is_sending() and not panel.is_card():
            panel.cash.press_quick_amount(place)

    def press_letter(self, key: Qt.Key) -> bool:
        """Keys that mean something only now. Whether this one did."""
        controller, phase = self._controller, self._controller.phase
        if phase is Phase.PAYING and key == Qt.Key.Key_C:
            self._page.payment_panel.choose_card()
        elif phase is Phase.DONE and key in (Qt.Key.Key_P, Qt.Key.Key_R, Qt.Key.Key_S):
            controller.payment.press_letter(key)
        elif phase is Phase.DONE and key == Qt.Key.Key_Space:
            controller.serve_next()
        elif phase is Phase.CHOOSING and controller.opened and Qt.Key.Key_0 <= key <= Qt.Key.Key_9:
            # The focus was somewhere else, in the basket perhaps; the digit is meant for the map.
            controller.take_best(key - Qt.Key.Key_0 or 10)
        else:
            return phase is Phase.CHOOSING and controller.prices.press_letter(key)
        return True

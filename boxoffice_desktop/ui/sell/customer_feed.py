"""Tells what the customer may see of the sale that is under way."""

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from boxoffice_desktop.domain.customer_view import CustomerExtra, CustomerLine, CustomerStage, CustomerView
from boxoffice_desktop.domain.seats import SeatLook
from boxoffice_desktop.domain.selling import AdjustmentKind, CompletedSale, SaleAdjustment
from boxoffice_desktop.services.seat_maps import MapState
from boxoffice_desktop.ui.sell.phase import Phase

if TYPE_CHECKING:
    from boxoffice_desktop.ui.sell.controller import SellController


class CustomerFeed(QObject):
    """Watches the controller; a view is sent when it differs from the last.

    Signals:
        changed: a `CustomerView`.
    """

    changed = Signal(object)

    def __init__(self, controller: "SellController") -> None:
        super().__init__(controller)
        self._controller = controller
        self._taken: dict[int, frozenset[int]] = {}
        self.view = CustomerView()
        controller.basket.changed.connect(self.update)
        controller.pricing.changed.connect(self.update)
        controller.map_feed.opened.connect(lambda opened: self._on_state_read(opened.state))
        controller.map_feed.redrawn.connect(lambda opened: self._on_state_read(opened.state))
        controller.map_feed.state_read.connect(self._on_state_read)
        controller.sold.connect(self._on_sold)

    def update(self) -> None:
        """See what there is to show now."""
        lines = self._controller.basket.basket.lines or self._controller.pricing.lines
        if self._controller.phase is Phase.CHOOSING:
            self._send(self._look(CustomerStage.CHOOSING) if lines else CustomerView())
        elif self._controller.phase is Phase.PAYING and lines:
            self._send(self._look(CustomerStage.PAYING))
        # Once it is sold the basket is empty: what was bought stays in sight until the next customer.

    def _look(self, stage: CustomerStage) -> CustomerView:
        basket, opened = self._controller.basket, self._controller.opened
        lines, extras = basket.basket.lines, self._list_extras(self._controller.pricing.lines)
        if not lines:
            # A gift card alone.
            return CustomerView(stage=stage, extras=extras, total=self._controller.pricing.total)
        show = basket.shows[lines[-1].key.show_id]
        names = {kind.ticket_type_id: kind.name for kind in basket.ticket_types.values()}
        return CustomerView(
            stage=stage,
            title=show.title,
            starts_at=show.starts_at,
            hall_name=show.hall_name,
            picture=opened.picture if opened is not None and opened.show.show_id == show.show_id else None,
            own=frozenset(line.key.seat_id for line in lines if line.key.show_id == show.show_id),
            taken=self._taken.get(show.show_id, frozenset()),
            lines=tuple(
                CustomerLine(
                    seat_name=line.seat_name,
                    ticket_type=names.get(line.ticket_type_id or 0, ""),
                    amount=line.amount,
                    show_title=basket.shows[line.key.show_id].title,
                )
                for line in lines
            ),
            extras=extras,
            total=self._controller.pricing.total,
        )

    def _list_extras(self, adjustments: Iterable[SaleAdjustment]) -> tuple[CustomerExtra, ...]:
        # Why a supervisor has said yes is the cashier's note; the name of a promotion is for everybody.
        words = {
            AdjustmentKind.COMPLIMENTARY: self.tr("Complimentary"),
            AdjustmentKind.MANUAL: self.tr("Special price"),
            AdjustmentKind.FEE: self.tr("Booking fee"),
            AdjustmentKind.GIFT_CARD: self.tr("Gift card"),
        }
        sums: dict[str, int] = {}
        for line in adjustments:
            name = words.get(line.kind, line.reason)
            sums[name] = sums.get(name, 0) + line.amount
        return tuple(CustomerExtra(text=text, amount=amount) for text, amount in sums.items())

    def _send(self, view: CustomerView) -> None:
        if view != self.view:
            self.view = view
            self.changed.emit(view)

    def _on_state_read(self, state: MapState) -> None:
        others = (status.seat_id for status in state.statuses if status.look is not SeatLook.MINE)
        # Of one show only: what is not on the map is not remembered either.
        self._taken = {state.show_id: frozenset(others)}
        self.update()

    def _on_sold(self, sale: CompletedSale) -> None:
        self._send(replace(self.view, stage=CustomerStage.DONE, total=sale.total, change=sale.change))

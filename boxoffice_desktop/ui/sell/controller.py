"""Runs a sale: from the choice of a show to the next customer."""

from time import monotonic
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from boxoffice_desktop.domain.basket import BasketLine
from boxoffice_desktop.domain.errors import BoxOfficeError, SeatsUnavailableError
from boxoffice_desktop.domain.seats import Seat, SeatKey
from boxoffice_desktop.services.programme import ShowTile
from boxoffice_desktop.services.promotions import OFFERS_HINT
from boxoffice_desktop.services.seat_maps import MapState, OpenedShow
from boxoffice_desktop.ui.sell.map_picture import MapPicture
from boxoffice_desktop.ui.sell.notices import SellNotices
from boxoffice_desktop.ui.sell.offline import OfflineStop
from boxoffice_desktop.ui.sell.payment_flow import PaymentFlow
from boxoffice_desktop.ui.sell.phase import Phase
from boxoffice_desktop.ui.sell.price_desk import PriceDesk
from boxoffice_desktop.ui.sell.pricing import BasketPricing
from boxoffice_desktop.ui.sell.programme_feed import ProgrammeFeed
from boxoffice_desktop.ui.sell.till_basket import TillBasket
from boxoffice_desktop.ui.sell.type_keys import list_type_keys
from boxoffice_desktop.ui.sell.wording import describe_refusal
from boxoffice_desktop.ui.tasks.map_feed import MapFeed
from boxoffice_desktop.ui.tasks.runner import TaskRunner

if TYPE_CHECKING:
    from boxoffice_desktop.ui.sell.sell_page import SellPage

# Enter hit twice: nobody has read the change yet.
_TOO_QUICK_TO_READ = 1.5


class SellController(QObject):
    """Holds the page and the task runner; knows which show is open and where the sale stands.

    Signals:
        message_posted: an exception for the shell's presenter.
        sold: a `CompletedSale`.
        attempts_resumed: a tuple of `ResumedAttempt`s of earlier sales.
    """

    message_posted = Signal(object)
    sold = Signal(object)
    attempts_resumed = Signal(object)

    def __init__(self, page: "SellPage", tasks: TaskRunner) -> None:
        super().__init__(page)
        self._page = page
        self._facts = tasks.desk.describe()
        self.phase = Phase.CHOOSING
        self.opened: OpenedShow | None = None
        self._picture = MapPicture()
        self._own: tuple[SeatKey, ...] = ()
        self._pays_when_settled = False
        self._has_focused_picker = False
        self._is_map_old = False
        self._done_at = 0.0
        self.programme = ProgrammeFeed(tasks, self)
        self.map_feed = MapFeed(tasks, self)
        self.basket = TillBasket(tasks, self)
        self._notices = SellNotices(page.messages, self.basket)
        self.pricing = BasketPricing(tasks, self.basket, self)
        self.prices = PriceDesk(page, tasks, self.pricing, self.basket, self._notices)
        self.payment = PaymentFlow(page, tasks, self.basket, self.pricing, self)
        self.offline = OfflineStop(page, self.basket, self._notices)
        self._connect()

    def start(self) -> None:
        """The page is on the screen: read what is on, and keep it and the map up to date."""
        self.programme.start()
        self.pricing.start()
        self.map_feed.set_active(active=True)

    def rest(self) -> None:
        """The page is not on the screen."""
        self.programme.stop()
        self.pricing.stop()
        self.map_feed.set_active(active=False)

    def may_leave(self) -> bool:
        """Whether nothing would be lost; if something would, the cashier is told."""
        if self.payment.is_sending():
            self._notices.tell(self.tr("A sale is being saved. Wait until it is known how it ended."), "warn")
        return not self.payment.is_sending()

    def leave(self) -> None:
        """Give everything back, unless a sale is under way: its outcome decides then."""
        if self.payment.is_sending():
            return
        if self.phase is Phase.DONE:
            self.serve_next()
        self.basket.outlive_page()
        self.enter_phase(Phase.CHOOSING)
        self._page.messages.clear()

    def on_hint(self, show_id: int | None) -> None:
        """Seats of a show were changed by somebody, or what tills offer; None: everything may have."""
        if show_id in {None, OFFERS_HINT}:
            self.pricing.refresh()
        if show_id != OFFERS_HINT:
            self.map_feed.hint(show_id)
            self.programme.hint(show_id)

    def come_back(self) -> None:
        """The connection was gone and is back: read everything again, and see whether the basket is still ours."""
        self.on_hint(None)
        self.basket.check()

    def press_enter(self) -> None:
        """The next step of the sale: pay, paid, next customer."""
        if self.phase is Phase.PAYING:
            self._page.payment_panel.submit()
        elif self.phase is Phase.DONE:
            self.serve_next()
        elif self.basket.is_asking():
            # Typed ahead of the database's answer: pay as soon as the seats are there.
            self._pays_when_settled = True
        else:
            self.pay()

    def press_escape(self) -> None:
        """One step back: from the payment to the basket, from the basket to none."""
        if self.phase is Phase.PAYING:
            if not self._page.payment_panel.undo_part():
                self.back_to_basket()
        elif self.phase is Phase.CHOOSING:
            self.clear()

    def take_best(self, count: int) -> None:
        """Take so many of the best seats of the open show."""
        if self.opened is not None and self._may_choose():
            self.basket.take_best(self.opened.show.show_id, count, self._page.view.wanted_kinds())

    def remove_selected(self) -> None:
        """Give back the selected lines, or the last one when none is selected."""
        keys = self._page.basket_panel.lines.selected_keys() or self.basket.basket.keys[-1:]
        if self.phase is Phase.CHOOSING and keys:
            self.give_back(keys)

    def give_back(self, keys: tuple[SeatKey, ...]) -> None:
        """Give back some lines; they can be taken again."""
        if self.offline.refuses():
            return
        lines = tuple(line for line in self.basket.basket.lines if line.key in keys)
        self.basket.give_back(keys)
        self._notices.offer_again(self.tr("{seats} given back."), lines)

    def clear(self) -> None:
        """Give back the whole basket; it can be taken again."""
        if self.offline.refuses():
            return
        self._pays_when_settled = False
        lines = self.basket.let_go()
        self._page.view.forget_kinds()
        if lines:
            self._notices.offer_again(self.tr("{seats} given back."), lines)
        self._page.view.focus_map()

    def press_type(self, ticket_type_id: int) -> None:
        """Set the type of the selected lines, of all when none is selected, of the next seats when there are none."""
        keys = self._page.basket_panel.lines.selected_keys() or self.basket.basket.keys
        if keys:
            self.basket.set_type(ticket_type_id, keys)
        else:
            is_same = self.basket.next_type_id == ticket_type_id
            self.basket.set_next_type(None if is_same else ticket_type_id)

    def pay(self) -> None:
        """Go on to the payment."""
        if self.offline.refuses():
            return
        if not self.basket.basket.lines and not self.pricing.is_payable:
            self._notices.tell(self.tr("Choose seats first: a digit takes that many."))
        elif not self.pricing.is_payable:
            self._notices.tell(self.tr("Every seat needs a ticket type: choose one with an F key."), "warn")
        else:
            self._page.messages.clear()
            self.prices.settle(self._start_payment)

    def _start_payment(self) -> None:
        self.enter_phase(Phase.PAYING)
        self.payment.start()

    def back_to_basket(self) -> None:
        """Leave the payment; the seats stay."""
        if not self.payment.is_sending():
            self.enter_phase(Phase.CHOOSING)

    def serve_next(self) -> None:
        """The next customer: an empty basket, the same show."""
        self.payment.forget()
        self._page.messages.clear()
        if monotonic() - self._done_at < _TOO_QUICK_TO_READ:
            self._notices.tell(self._page.done_panel.summary())
        self._page.view.forget_kinds()
        self.enter_phase(Phase.CHOOSING)
        self.map_feed.read()

    def enter_phase(self, phase: Phase) -> None:
        """Let the right column follow, and put the focus where the next key belongs."""
        self.phase = phase
        self._pays_when_settled = False
        # What the customer was told stands while it is paid.
        self.pricing.freeze(frozen=phase is Phase.PAYING)
        self._page.show_side(phase)
        if phase is Phase.CHOOSING and self.opened is not None:
            self._page.view.focus_map()

    def end_hold(self, lines: tuple[BasketLine, ...], words: str) -> None:
        """The seats went back although nobody gave them back; say so and offer them again."""
        self.enter_phase(Phase.CHOOSING)
        self._notices.offer_again(words, lines, "warn")

    def _connect(self) -> None:
        page = self._page
        self.programme.days_read.connect(page.picker.show_days)
        self.programme.shows_read.connect(self._on_shows_read)
        self.programme.poster_read.connect(page.picker.tiles.show_poster)
        self.programme.failed.connect(self.message_posted)
        page.picker.day_chosen.connect(self.programme.choose_day)
        page.picker.poster_wanted.connect(self.programme.read_poster)
        page.picker.show_chosen.connect(self._on_show_chosen)
        self.map_feed.opened.connect(self._on_opened)
        self.map_feed.redrawn.connect(self._on_redrawn)
        self.map_feed.state_read.connect(self._on_state_read)
        self.map_feed.failed.connect(self.message_posted)
        page.view.seat_activated.connect(self._on_seat_activated)
        page.view.best_requested.connect(self.take_best)
        page.view.let_go_requested.connect(self.press_escape)
        page.view.seats_expired.connect(self.map_feed.read)
        page.basket_panel.type_pressed.connect(self.press_type)
        page.basket_panel.remove_requested.connect(self.give_back)
        page.basket_panel.selection_changed.connect(self._show_types)
        page.basket_panel.pay_requested.connect(self.press_enter)
        page.basket_panel.clear_requested.connect(self.clear)
        page.payment_panel.back_requested.connect(self.back_to_basket)
        page.done_panel.next_requested.connect(self.serve_next)
        self.pricing.changed.connect(self._show_basket)
        self.pricing.failed.connect(self.message_posted)
        self.basket.changed.connect(self._on_basket_changed)
        self.basket.settled.connect(self._on_basket_settled)
        self.basket.refused.connect(self._on_refused)
        self.basket.expired.connect(self._on_expired)
        self.payment.finished.connect(self._on_finished)
        self.payment.refused.connect(self._on_sale_refused)
        self.payment.price_refused.connect(self._on_price_refused)
        self.payment.message_posted.connect(self.message_posted)
        self.payment.attempts_resumed.connect(self.attempts_resumed)

    def _on_shows_read(self, shows: tuple[ShowTile, ...]) -> None:
        self._page.picker.show_shows(shows)
        if not self._has_focused_picker and self._page.isVisible():
            self._has_focused_picker = True
            self._page.picker.focus_tiles()

    def _on_show_chosen(self, tile: ShowTile) -> None:
        if self.phase is Phase.PAYING:
            self._notices.tell(self.tr("Finish the payment first, or go back with Esc."))
        elif tile.status != "on_sale":
            self._notices.tell(self.tr("{title} is not on sale.").format(title=tile.title), "warn")
        else:
            if self.phase is Phase.DONE:
                self.serve_next()
            self.map_feed.open_show(tile.show_id)

    def _on_opened(self, opened: OpenedShow) -> None:
        self._on_redrawn(opened)
        self._page.show_map()
        self._page.picker.mark_open(opened.show.show_id)
        if self.phase is Phase.CHOOSING:
            self._page.view.focus_map()

    def _on_redrawn(self, opened: OpenedShow) -> None:
        self.opened = opened
        self.basket.learn_show(opened)
        self._page.view.show_opened(opened)
        self._on_state_read(opened.state)
        self._show_basket()

    def _on_state_read(self, state: MapState) -> None:
        self._picture.take_state(state, self.basket.basket.keys, self._facts.terminal_name)
        self._show_picture()
        self._page.view.show_activity(state.activity)

    def _show_picture(self) -> None:
        now = self._picture
        self._page.view.show_statuses(tuple(now.statuses.values()), free=now.free, held=now.held, sold=now.sold)

    def _on_seat_activated(self, seat: Seat) -> None:
        if self.opened is None or not self._may_choose():
            return
        key = SeatKey(self.opened.show.show_id, seat.seat_id)
        if key in self.basket.basket.keys:
            self.basket.give_back((key,))
        else:
            self.basket.take(key.show_id, (key.seat_id,))

    def _may_choose(self) -> bool:
        """Whether seats may be taken now; after a sale this is the next customer already."""
        if self.phase is Phase.PAYING:
            self._page.payment_panel.focus_field()
            self._notices.tell(self.tr("Esc goes back to the basket."))
            return False
        if self.offline.refuses():
            return False
        if self.phase is Phase.DONE:
            self.serve_next()
        self._page.messages.clear()
        return True

    def _on_basket_changed(self) -> None:
        own = self.basket.basket.keys
        gone = tuple(key for key in self._own if key not in own)
        if own != self._own:
            self._own = own
            self._picture.lay_own(own, gone, self._facts.terminal_name)
            self._show_picture()
            self._is_map_old = True
            self.map_feed.note_own_change()
        self._show_basket()

    def _on_basket_settled(self) -> None:
        if self._is_map_old:
            # Only now has the database what the screen shows; what was read in between may be older.
            self._is_map_old = False
            self.map_feed.read_own_change()
        if self._pays_when_settled:
            self._pays_when_settled = False
            if self.phase is Phase.CHOOSING and self.basket.basket.lines:
                self.pay()

    def _show_basket(self) -> None:
        basket, panel = self.basket, self._page.basket_panel
        names = {kind.ticket_type_id: kind.name for kind in basket.ticket_types.values()}
        self.pricing.follow()
        open_show = self.opened.show if self.opened else None
        panel.show_basket(basket.basket, basket.shows, names, open_show, self.pricing.lines)
        panel.show_deadline(basket.ends_at, self._facts.hold_seconds)
        self._page.payment_panel.show_deadline(basket.ends_at, self._facts.hold_seconds)
        self._show_types()

    def _show_types(self) -> None:
        selected = self._page.basket_panel.lines.selected_keys()
        self._page.basket_panel.show_types(list_type_keys(self.basket, self.opened, selected))

    def _on_refused(self, error: Exception) -> None:
        words = describe_refusal(error)
        if isinstance(error, SeatsUnavailableError):
            self._page.view.flash_refused([seat.seat_id for seat in error.seats])
        if words:
            self._notices.tell(words, "warn")
        else:
            self.message_posted.emit(error)
        self._pays_when_settled = False
        self.map_feed.read_own_change()

    def _on_expired(self, lines: tuple[BasketLine, ...]) -> None:
        words = self.tr("Hold ended, seats are free again: {seats}.")
        if self.phase is Phase.PAYING:
            words += " " + self.tr("Nothing was sold, take no money.")
        self.end_hold(lines, words)

    def _on_finished(self, sale: object) -> None:
        self._picture.mark_sold(self._own, self._facts.terminal_name)
        self._own = ()
        self.basket.forget_sold()
        self._show_picture()
        self.enter_phase(Phase.DONE)
        self._done_at = monotonic()
        self._page.done_panel.focus_next()
        self.map_feed.read_own_change()
        self.programme.refresh()
        self.sold.emit(sale)

    def _on_price_refused(self, words: str) -> None:
        """A discount or a fee has changed meanwhile: the seats stay, and the basket shows what it costs now."""
        self.enter_phase(Phase.CHOOSING)
        self.pricing.start_over()
        self._notices.tell(words, "error")

    def _on_sale_refused(self, error: BoxOfficeError) -> None:
        """The seats are not ours any more: nothing was sold."""
        words = describe_refusal(error) + " " + self.tr("Nothing was sold. If you took money, give it back.")
        lines = self.basket.basket.lines
        if isinstance(error, SeatsUnavailableError):
            lost = {seat.seat_id for seat in error.seats}
            self._page.view.flash_refused(lost)
            lines = tuple(line for line in lines if line.key.seat_id not in lost)
        self.basket.let_go()
        self.enter_phase(Phase.CHOOSING)
        if lines:
            self._notices.offer_again(words, lines, "error")
        else:
            self._notices.tell(words, "error")

"""What the till tells the customer's screen while it sells."""

import pytest
from PySide6.QtCore import Qt

from boxoffice_desktop.domain.basket_lines import BookingFee
from boxoffice_desktop.domain.customer_view import CustomerExtra, CustomerStage, CustomerView
from boxoffice_desktop.domain.selling import AdjustmentKind
from boxoffice_desktop.ui.customer.display import CustomerWindow
from tests.ui.sell.conftest import Counter
from tests.ui.sell.shows import ME, OTHER
from tests.ui.sell.test_prices_at_the_counter import HALF, offer

Key = Qt.Key


@pytest.fixture
def views(open_counter: Counter) -> list[CustomerView]:
    views: list[CustomerView] = []
    open_counter.page.customer_view_changed.connect(views.append)
    return views


def test_the_sale_is_told_from_the_first_seat_to_the_change(open_counter: Counter, views: list[CustomerView]) -> None:
    open_counter.press("2", Key.Key_Return)
    open_counter.press("5", "0", Key.Key_Return)
    assert [view.stage for view in views] == [CustomerStage.CHOOSING, CustomerStage.PAYING, CustomerStage.DONE]
    first, _, last = views
    assert (first.title, first.hall_name, len(first.lines), len(first.own)) == ("Nosferatu", "Hall 2", 2, 2)
    assert {line.ticket_type for line in first.lines} == {"Adult"}
    assert (last.total, last.change) == (first.total, 5000 - first.total)
    assert last.lines == first.lines


def test_discounts_and_fees_are_shown_and_come_to_the_total(open_counter: Counter, views: list[CustomerView]) -> None:
    offer(open_counter, promotions=(HALF,), fee=BookingFee(amount=100, tax=7, tax_rate_id=1))
    open_counter.press("2")
    chosen = views[-1]
    assert chosen.extras == (
        CustomerExtra(text="Half price", amount=-1200),
        CustomerExtra(text="Booking fee", amount=200),
    )
    assert sum(line.amount or 0 for line in (*chosen.lines, *chosen.extras)) == chosen.total == 1400
    open_counter.press(Key.Key_Return, "2", "0", Key.Key_Return)
    assert (views[-1].extras, views[-1].total, views[-1].change) == (chosen.extras, 1400, 600)


def test_why_a_ticket_is_free_stays_with_the_cashier(open_counter: Counter, views: list[CustomerView]) -> None:
    open_counter.press("1")
    pricing = open_counter.page.controller.pricing
    pricing.grant(open_counter.page.controller.basket.basket.keys, AdjustmentKind.COMPLIMENTARY, 0, "Spilt beer")
    assert (views[-1].extras, views[-1].total) == ((CustomerExtra(text="Complimentary", amount=-1200),), 0)
    assert "Spilt" not in repr(views)


def test_a_gift_card_that_is_bought_alone_is_shown_too(open_counter: Counter, views: list[CustomerView]) -> None:
    open_counter.page.controller.pricing.sell_gift_card(5000)
    assert (views[-1].stage, views[-1].total) == (CustomerStage.CHOOSING, 5000)
    assert views[-1].extras == (CustomerExtra(text="Gift card", amount=5000),)


def test_the_next_customer_begins_with_nothing(open_counter: Counter, views: list[CustomerView]) -> None:
    open_counter.press("2", Key.Key_Return, Key.Key_Return, Key.Key_Return)
    assert views[-1] == CustomerView()
    open_counter.press("1")
    assert len(views[-1].lines) == 1


def test_seats_given_back_go_from_the_screen(open_counter: Counter, views: list[CustomerView]) -> None:
    open_counter.press("2", Key.Key_Delete)
    assert len(views[-1].own) == 1
    open_counter.press(Key.Key_Escape)
    assert views[-1].stage is CustomerStage.IDLE


def test_the_same_state_is_told_once(open_counter: Counter, views: list[CustomerView]) -> None:
    open_counter.press("2")
    told = len(views)
    open_counter.page.on_hint(33)
    open_counter.settle()
    assert len(views) == told


def test_a_customer_reads_nothing_of_anybody_else_and_nothing_of_the_cashiers(
    open_counter: Counter, views: list[CustomerView]
) -> None:
    open_counter.desk.take_elsewhere(33, "A1", "A2")
    open_counter.page.on_hint(33)
    open_counter.press("2")
    open_counter.settle()
    window = CustomerWindow(open_counter.tasks)
    open_counter.qtbot.addWidget(window)
    window.resize(1000, 600)
    window.show()
    window.show_view(views[-1])
    texts = " ".join(window.sale.texts())
    assert "Nosferatu" in texts
    assert not any(word in texts for word in (ME, OTHER, "free", "held", "sold", "left"))
    others = [window.sale.seat_map.status_of(seat_id) for seat_id in views[-1].taken]
    assert len(others) >= 2
    assert {(status.look.value, status.holder, status.mark) for status in others if status} == {("sold", None, None)}

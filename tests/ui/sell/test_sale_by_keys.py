"""A whole sale with the keyboard."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from boxoffice_desktop.domain.errors import NotFoundError
from boxoffice_desktop.domain.selling import PaymentKind
from boxoffice_desktop.ui.sell.phase import Phase
from tests.ui.sell.conftest import Counter
from tests.ui.sell.shows import CHILD

Key = Qt.Key


def test_two_seats_of_an_open_show_take_at_most_six_keys(open_counter: Counter) -> None:
    sold: list[object] = []
    open_counter.page.sold.connect(sold.append)
    open_counter.press("2", Key.Key_Return, Key.Key_Return, Key.Key_Return)
    assert len(sold) == 1
    assert open_counter.phase is Phase.CHOOSING
    assert open_counter.basket() == []
    assert open_counter.keys_pressed <= 6


def test_the_next_customer_finds_the_same_show_open_and_the_map_focused(open_counter: Counter) -> None:
    open_counter.press("2", Key.Key_Return, Key.Key_Return, Key.Key_Return, "3")
    assert len(open_counter.basket()) == 3
    assert QApplication.focusWidget() is open_counter.page.view.map_panel.seat_map


def test_space_goes_on_to_the_next_customer(open_counter: Counter) -> None:
    open_counter.press("1", Key.Key_Return, Key.Key_Return)
    assert open_counter.phase is Phase.DONE
    open_counter.press(Key.Key_Space)
    assert open_counter.phase is Phase.CHOOSING


def test_keys_typed_ahead_of_the_database_are_not_lost(open_counter: Counter) -> None:
    open_counter.desk.gate.clear()
    open_counter.hit("2")
    open_counter.hit(Key.Key_Return)
    assert open_counter.phase is Phase.CHOOSING
    open_counter.desk.gate.set()
    open_counter.wait(lambda: open_counter.phase is Phase.PAYING)
    open_counter.settle()
    assert len(open_counter.desk.held_by_me()) == 2


def test_a_key_held_down_pays_once(open_counter: Counter) -> None:
    open_counter.press("1")
    page = open_counter.page
    assert page._use_key(Key.Key_Return, is_repeat=True)
    assert open_counter.phase is Phase.CHOOSING


def test_enter_on_an_empty_basket_says_what_to_do(open_counter: Counter) -> None:
    open_counter.press(Key.Key_Return)
    assert "Choose seats first" in open_counter.message
    assert open_counter.phase is Phase.CHOOSING


def test_the_change_is_shown_while_typing_and_after_the_sale(open_counter: Counter) -> None:
    open_counter.press("2", Key.Key_Return, "5", "0")
    assert open_counter.page.payment_panel.cash._change.text() == "€26.00"
    open_counter.press(Key.Key_Return)
    assert open_counter.page.done_panel._change.text() == "€26.00"
    payment = open_counter.desk.orders[0].payments[0]
    assert (payment.kind, payment.amount, payment.given) == (PaymentKind.CASH, 2400, 5000)


def test_too_little_cash_is_refused_at_its_field(open_counter: Counter) -> None:
    open_counter.press("2", Key.Key_Return, "2", "0", Key.Key_Return)
    assert open_counter.phase is Phase.PAYING
    assert open_counter.page.payment_panel.cash._problem.text() == "€4.00 short"
    assert open_counter.desk.orders == []


def test_a_quick_amount_goes_by_its_key(open_counter: Counter) -> None:
    open_counter.press("2", Key.Key_Return)
    open_counter.press(Key.Key_2, modifier=Qt.KeyboardModifier.AltModifier)
    open_counter.press(Key.Key_Return)
    assert open_counter.desk.orders[0].payments[0].given == 2500


def test_escape_goes_back_to_the_basket_with_its_seats(open_counter: Counter) -> None:
    open_counter.press("2", Key.Key_Return, Key.Key_Escape)
    assert open_counter.phase is Phase.CHOOSING
    assert len(open_counter.desk.held_by_me()) == 2


@pytest.mark.parametrize("key", [Key.Key_C, Key.Key_F2])
def test_a_card_sale_keeps_the_terminals_reference(open_counter: Counter, key: Key) -> None:
    open_counter.press("1", Key.Key_Return, key, *"004512", Key.Key_Return)
    payment = open_counter.desk.orders[0].payments[0]
    assert (payment.kind, payment.given, payment.reference) == (PaymentKind.CARD, 1200, "004512")
    assert open_counter.phase is Phase.DONE


def test_a_card_needs_a_reference(open_counter: Counter) -> None:
    open_counter.press("1", Key.Key_Return, Key.Key_C, Key.Key_Return)
    assert open_counter.desk.orders == []
    assert open_counter.page.payment_panel.card._problem.text()


def test_a_card_number_is_refused_wiped_and_never_sent(open_counter: Counter) -> None:
    open_counter.press("1", Key.Key_Return, Key.Key_C)
    field = open_counter.page.payment_panel.card.reference
    open_counter.qtbot.keyClicks(field, "4111 1111 1111 1111")
    open_counter.press(Key.Key_Return)
    assert open_counter.desk.orders == []
    assert field.text() == ""
    assert not field.isUndoAvailable()
    assert "card number" in open_counter.page.payment_panel.card._problem.text()


def test_a_card_number_goes_by_itself_without_enter(open_counter: Counter) -> None:
    open_counter.press("1", Key.Key_Return, Key.Key_C)
    field = open_counter.page.payment_panel.card.reference
    open_counter.qtbot.keyClicks(field, "4111111111111111")
    open_counter.wait(lambda: field.text() == "")


def test_f_keys_set_the_type_of_every_line(open_counter: Counter) -> None:
    open_counter.press("2", Key.Key_F2)
    assert [line[1:] for line in open_counter.basket()] == [("Child", "8.00")] * 2
    assert open_counter.page.basket_panel._total.text() == "€16.00"


def test_f_keys_set_only_the_selected_line(open_counter: Counter) -> None:
    open_counter.press("2")
    open_counter.page.basket_panel.lines.setFocus()
    open_counter.press(Key.Key_Down, Key.Key_Down, Key.Key_F2)
    assert [line[1] for line in open_counter.basket()] == ["Adult", "Child"]


def test_an_f_key_on_an_empty_basket_sets_the_type_of_the_next_seats(open_counter: Counter) -> None:
    open_counter.press(Key.Key_F2, "2", Key.Key_Return, Key.Key_Return)
    assert [line.ticket_type_id for line in open_counter.desk.orders[0].lines] == [CHILD, CHILD]
    open_counter.press(Key.Key_Return, "1")
    assert open_counter.basket()[0][1] == "Adult"


def test_a_type_that_is_not_sold_in_the_area_is_disabled_with_its_reason(open_counter: Counter) -> None:
    open_counter.click_seat("J3")
    child = next(b for b in open_counter.page.basket_panel._type_buttons if "Child" in b.text())
    assert not child.isEnabled()
    assert child.toolTip() == "Child is not sold in Premium"


def test_the_tickets_are_saved_under_the_sales_number(open_counter: Counter, tmp_path: Path) -> None:
    open_counter.press("1", Key.Key_Return, Key.Key_Return)
    assert open_counter.page.done_panel.status_text() == "Tickets ready (PDF)"
    assert (tmp_path / "tickets" / "counter-1-001041.pdf").read_bytes() == open_counter.desk.pdf


def test_tickets_that_fail_can_be_made_again_and_the_sale_stands(open_counter: Counter) -> None:
    open_counter.desk.faults["render_tickets"] = NotFoundError("font")
    open_counter.press("1", Key.Key_Return, Key.Key_Return)
    assert "The sale is safe" in open_counter.page.done_panel.status_text()
    open_counter.desk.faults.clear()
    open_counter.press(Key.Key_S)
    assert open_counter.page.done_panel.status_text() == "Tickets ready (PDF)"


def test_a_folder_that_cannot_be_written_is_told_and_costs_only_the_file(open_counter: Counter, tmp_path: Path) -> None:
    (tmp_path / "tickets").write_text("in the way")
    open_counter.press("1", Key.Key_Return, Key.Key_Return)
    panel = open_counter.page.done_panel
    assert "could not be saved" in panel.status_text()
    asked: list[object] = []
    open_counter.page.tickets_requested.connect(asked.append)
    open_counter.press(Key.Key_P)
    assert asked == list(open_counter.desk.sales.values())
    assert "could not be saved" in panel.status_text()
    (tmp_path / "tickets").unlink()
    open_counter.press(Key.Key_S)
    assert panel.status_text() == "Tickets ready (PDF)"
    assert (tmp_path / "tickets" / "counter-1-001041.pdf").read_bytes() == open_counter.desk.pdf


def test_p_asks_for_the_tickets_and_leaves_the_sale_on_the_screen(open_counter: Counter) -> None:
    asked: list[object] = []
    open_counter.page.tickets_requested.connect(asked.append)
    open_counter.press("1", Key.Key_Return, Key.Key_Return, Key.Key_P)
    assert asked == list(open_counter.desk.sales.values())
    assert open_counter.phase is Phase.DONE


def test_change_that_went_by_too_quickly_can_still_be_read(open_counter: Counter) -> None:
    open_counter.press("2", Key.Key_Return, "5", "0", Key.Key_Return, Key.Key_Return)
    assert open_counter.message == "Sale 1041 · Change €26.00"
    open_counter.press("1")
    assert open_counter.message == ""

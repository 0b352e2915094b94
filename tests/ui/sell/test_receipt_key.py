"""The receipt after a sale: one key, one job, and another try when the line was cut."""

from PySide6.QtCore import Qt

from boxoffice_desktop.domain.errors import DatabaseUnavailableError
from boxoffice_desktop.domain.printing import DocumentKind
from tests.ui.sell.conftest import Counter

Key = Qt.Key


def test_r_asks_for_the_receipt_of_the_sale_once(open_counter: Counter) -> None:
    open_counter.press("2", Key.Key_Return, Key.Key_Return)
    open_counter.press(Key.Key_R, Key.Key_R)
    (order,) = open_counter.desk.orders
    assert list(open_counter.desk.asked_prints.values()) == [(DocumentKind.RECEIPT, str(order.sale_id))]
    assert not open_counter.page.done_panel._receipt.isEnabled()


def test_the_next_sale_has_a_receipt_of_its_own(open_counter: Counter) -> None:
    for _ in range(2):
        open_counter.press("1", Key.Key_Return, Key.Key_Return, Key.Key_R, Key.Key_Return)
    assert len(open_counter.desk.asked_prints) == len(open_counter.desk.orders) == 2


def test_without_a_sale_r_prints_nothing(open_counter: Counter) -> None:
    open_counter.press("2", Key.Key_R)
    assert open_counter.desk.asked_prints == {}


def test_after_a_cut_line_the_receipt_can_be_asked_for_again(open_counter: Counter) -> None:
    messages: list[Exception] = []
    open_counter.page.message_posted.connect(messages.append)
    open_counter.desk.faults["request_print"] = DatabaseUnavailableError("gone")
    open_counter.press("1", Key.Key_Return, Key.Key_Return, Key.Key_R)
    assert [type(message) for message in messages] == [DatabaseUnavailableError]
    del open_counter.desk.faults["request_print"]
    open_counter.page.done_panel._receipt.click()
    open_counter.settle()
    assert len(open_counter.desk.asked_prints) == 1

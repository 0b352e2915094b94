"""The drawer opens when cash comes in or goes back, on the real window with a receipt printer."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from boxoffice_desktop.domain.printing import DocumentKind
from tests.support.cinema import Cinema
from tests.support.desktop import Counter, Counters
from tests.support.fake_printer import FakePrinter
from tests.support.seats import sell

_PATIENCE_MS = 10_000


@pytest.fixture
def printer() -> Iterator[FakePrinter]:
    fake = FakePrinter().start()
    yield fake
    fake.stop()


def void_last_sale(qtbot: QtBot, counter: Counter) -> None:
    corrections = counter.desktop.corrections
    corrections.open_last()
    qtbot.waitUntil(lambda: corrections.dialog is not None, timeout=_PATIENCE_MS)
    dialog = corrections.dialog
    assert dialog is not None
    next(button for button in dialog.findChildren(QPushButton) if button.text().startswith("Void")).click()
    qtbot.waitUntil(lambda: corrections.done is not None, timeout=_PATIENCE_MS)


def test_it_opens_for_a_cash_sale_and_for_its_void_and_for_no_paper(
    qtbot: QtBot, cinema: Cinema, counters: Counters, printer: FakePrinter
) -> None:
    sell(cinema, till := cinema.till(), "A1")
    till.database.close()
    counter = counters.open()
    # The drawer hangs on the receipt printer; tickets go into the folder.
    counter.desktop.printing.choices.save(DocumentKind.RECEIPT, printer.choice())
    counter.sign_in(qtbot)
    qtbot.waitUntil(lambda: printer.events == ["drawer"], timeout=_PATIENCE_MS)

    void_last_sale(qtbot, counter)
    qtbot.waitUntil(lambda: printer.events == ["drawer", "drawer"], timeout=_PATIENCE_MS)

    done = counter.desktop.corrections.done
    assert done is not None
    QTest.keyClick(done, Qt.Key.Key_R)
    qtbot.waitUntil(lambda: len(printer.pages) == 1, timeout=_PATIENCE_MS)
    assert printer.events.count("drawer") == 2
    QTest.keyClick(done, Qt.Key.Key_Return)
    qtbot.waitUntil(counter.desktop.tasks.is_idle, timeout=_PATIENCE_MS)

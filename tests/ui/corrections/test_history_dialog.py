from datetime import UTC, datetime
from uuid import UUID

from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from boxoffice_desktop.services.history import HistoryLine
from boxoffice_desktop.ui.corrections.history_dialog import HistoryDialog

SALE = UUID(int=5)


def line(what: str, hour: int, sale_id: UUID | None = None, detail: str = "") -> HistoryLine:
    at = datetime(2026, 3, 20, hour, tzinfo=UTC)
    return HistoryLine(at=at, what=what, place="Counter 1", person="Anna", detail=detail, sale_id=sale_id)


def test_every_line_says_when_what_where_and_who(qtbot: QtBot) -> None:
    dialog = HistoryDialog("C4", (line("sold", 18, SALE, "17"), line("held", 17)), "en_GB")
    qtbot.addWidget(dialog)
    assert dialog.texts == [
        "20 Mar 2026, 18:00  sold · 17 · Counter 1 · Anna",
        "20 Mar 2026, 17:00  held · Counter 1 · Anna",
    ]


def test_the_sale_is_one_click_away(qtbot: QtBot) -> None:
    dialog = HistoryDialog("C4", (line("sold", 18, SALE),), "en_GB")
    qtbot.addWidget(dialog)
    (button,) = [each for each in dialog.findChildren(QPushButton) if each.text() == "Open the sale"]
    with qtbot.waitSignal(dialog.sale_requested) as asked:
        button.click()
    assert asked.args == [SALE]


def test_a_seat_without_a_sale_leads_to_none(qtbot: QtBot) -> None:
    dialog = HistoryDialog("C4", (), "en_GB")
    qtbot.addWidget(dialog)
    assert "Open the sale" not in {each.text() for each in dialog.findChildren(QPushButton)}

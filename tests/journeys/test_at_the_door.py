"""An evening at the door, on real windows and a real PostgreSQL: in, twice, undone, an outage, and what came of it."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolButton
from pytestqt.qtbot import QtBot

from boxoffice_desktop.domain.ticket_codes import payload_text, short_code
from boxoffice_desktop.services import tickets
from boxoffice_desktop.services.door.signing import TicketSigner
from boxoffice_desktop.ui.door.page import DoorPage
from boxoffice_desktop.ui.door.words import Tone
from tests.support.cinema import Cinema
from tests.support.desktop import Counter, Counters
from tests.support.door import code_of, play_today, scan
from tests.support.seats import sell

SEATS = ("A1", "A2", "A3", "A4")
# What a server that is switched off does to a door: its connections end, and no new one is let in.
END = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = %s"


@pytest.fixture
def printed(cinema: Cinema, tmp_path: Path) -> dict[str, str]:
    """What the QR codes of four tickets say, sold at Counter 1."""
    play_today(cinema)
    till = cinema.till("Counter 1")
    till.context = replace(till.context, signer=TicketSigner(tmp_path / "till.key"))
    sale = sell(cinema, till, *SEATS)
    pages = till.call(tickets.list_ticket_pages, sale_id=sale.sale_id)
    return dict(zip(SEATS, (payload_text(page.qr_data) for page in pages), strict=True))


@pytest.fixture
def door(qtbot: QtBot, counters: Counters, printed: dict[str, str]) -> Iterator["Door"]:
    """Counter 2's window with a supervisor, at its door."""
    assert printed
    counter = counters.open("Counter 2")
    counter.sign_in(qtbot, "sid")
    counter.desktop.shell.go_to("door")
    page = counter.desktop.shell.page("door")
    assert isinstance(page, DoorPage)
    hands = Door(counter, page, qtbot)
    hands.settle()
    assert QApplication.focusWidget() is page.field
    yield hands
    # Tills say goodbye to a server that answers.
    counters.cinema.execute(f"ALTER ROLE {counters.cinema.logins['Counter 2'][1]} LOGIN")


class Door:
    def __init__(self, counter: Counter, page: DoorPage, qtbot: QtBot) -> None:
        self.counter, self.page, self.qtbot = counter, page, qtbot

    def settle(self) -> None:
        self.qtbot.waitUntil(self.counter.desktop.tasks.is_idle, timeout=15_000)

    def scan(self, text: str) -> str:
        """Type like a scanner; what the door says."""
        QTest.keyClicks(self.page.field, text)
        QTest.keyClick(self.page.field, Qt.Key.Key_Return)
        self.settle()
        return self.page.verdict.saying.headline

    def count(self) -> str:
        item = self.page.side.shows.topLevelItem(0)
        return item.text(3) if item else ""


def test_an_evening_at_the_door(cinema: Cinema, printed: dict[str, str], door: Door, counters: Counters) -> None:
    # Somebody has touched the rail: the scanner's Enter signs nobody out.
    button = door.counter.desktop.window.rail.findChildren(QToolButton)[-1]
    button.setFocus()
    for letter in printed["A1"]:
        QTest.keyClicks(QApplication.focusWidget() or button, letter)
    QTest.keyClick(QApplication.focusWidget() or button, Qt.Key.Key_Return)
    door.settle()
    assert door.page.verdict.saying.headline == "Let in"
    assert door.scan(short_code(code_of(cinema, "A2"))) == "Let in"
    door.qtbot.waitUntil(lambda: door.count() == "2 of 4", timeout=5000)
    # Somebody gives the ticket to a friend behind.
    door.page.controller.clear()
    door.page.controller._last = (b"", 0.0)
    assert door.scan(printed["A1"]) == "Already in"
    assert "Counter 2" in door.page.verdict.saying.why
    # The last one was a mistake, and is taken back.
    door.page.side.scans.setCurrentRow(1)
    door.page.side.undo.click()
    door.settle()
    assert cinema.query("SELECT count(*) FROM boxoffice.admission WHERE undone_at IS NULL") == [(1,)]
    # Another counter sees the numbers of this one.
    other = counters.open("Counter 3")
    other.sign_in(door.qtbot, "carla")
    other.desktop.shell.go_to("door")
    page = other.desktop.shell.page("door")
    assert isinstance(page, DoorPage)
    assert door.scan(short_code(code_of(cinema, "A2"))) == "Let in"

    def count() -> str:
        item = page.side.shows.topLevelItem(0)
        return item.text(3) if item else ""

    door.qtbot.waitUntil(lambda: count() == "2 of 4", timeout=5000)


def test_an_outage_at_the_door_lets_in_signed_tickets_and_tells_the_server_afterwards(
    cinema: Cinema, printed: dict[str, str], door: Door
) -> None:
    door.qtbot.waitUntil((door.counter.folder / "window.door" / "book.json").exists, timeout=5000)
    login = cinema.logins["Counter 2"][1]
    cinema.execute(f"ALTER ROLE {login} NOLOGIN")
    cinema.query(END, login)
    assert door.scan(printed["A3"]) == "Let in"
    assert "without the server" in door.page.verdict.saying.why
    assert door.scan(short_code(code_of(cinema, "A4"))) == "Cannot be checked now"
    assert door.page.verdict.saying.tone is Tone.ASK
    assert cinema.query("SELECT count(*) FROM boxoffice.admission") == [(0,)]
    # Meanwhile the same ticket is scanned at a door that still has the server: a copy of the paper.
    till = cinema.till("Counter 1")

    assert scan(till, code_of(cinema, "A3")).outcome.value == "admitted"
    cinema.execute(f"ALTER ROLE {login} LOGIN")
    door.qtbot.waitUntil(lambda: not door.page.side.conflicts.isHidden(), timeout=30_000)
    assert "two people on one ticket (Counter 2, Sid)" in door.page.side.conflicts.item(0).text()
    door.settle()
    assert cinema.query("SELECT outcome FROM boxoffice.late_scan") == [("already_in",)]
    assert not (door.counter.folder / "window.door" / "scans.jsonl").exists()

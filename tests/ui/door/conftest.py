"""A door's page on a till without a database, and hands for it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from PySide6.QtCore import QSettings, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from boxoffice_desktop.domain.admission import BookShow, DoorBook, Judgement, Outcome
from boxoffice_desktop.domain.permissions import CASHIER, SUPERVISOR
from boxoffice_desktop.domain.ticket_codes import SignedFacts, pack_facts, payload_text
from boxoffice_desktop.services.door import admissions
from boxoffice_desktop.services.door.admissions import DoorShow
from boxoffice_desktop.services.door.book import read_book
from boxoffice_desktop.ui.door.page import DoorPage
from boxoffice_desktop.ui.door.settings import DoorSettings
from boxoffice_desktop.ui.tasks.runner import TaskRunner
from boxoffice_desktop.ui.widgets.theme import apply_theme
from tests.support.windows import show_in_front
from tests.ui.fakes import KOWALSKA, FakeDesk

NOW = datetime(2026, 11, 20, 20, tzinfo=UTC)
CODE = bytes(range(16))
KEY = Ed25519PrivateKey.generate()
SHOW = DoorShow(
    show_id=7,
    title="Nosferatu",
    hall_id=2,
    hall_name="Hall 2",
    starts_at=NOW + timedelta(minutes=15),
    ends_at=NOW + timedelta(hours=2),
    colour=0,
    is_over=False,
    sold=112,
    admitted=47,
)
BOOK = DoorBook(
    read_at=NOW,
    time_zone="Europe/Warsaw",
    day_ends_at=time(6),
    keys={1: KEY.public_key().public_bytes_raw()},
    shows={
        7: BookShow(
            show_id=7,
            title="Nosferatu",
            hall_id=2,
            hall_name="Hall 2",
            starts_at=SHOW.starts_at,
            ends_at=SHOW.ends_at,
            is_cancelled=False,
            sold=112,
            admitted=frozenset({b"an earlier guest"}),
        )
    },
    seats={5: "E7"},
)
IN = Judgement(
    scan_id=uuid4(),
    outcome=Outcome.ADMITTED,
    admission_id=31,
    show_id=7,
    title="Nosferatu",
    hall_name="Hall 2",
    starts_at=SHOW.starts_at,
    seat_name="E7",
    ticket_type="Adult",
    since=NOW,
)


def signed_text(code: bytes = CODE) -> str:
    """What the QR code of a ticket says that a till has signed."""
    body = pack_facts(SignedFacts(key_id=1, show_id=7, seat_id=5, serial=1, copy=1, code=code))
    assert body is not None
    return payload_text(body + KEY.sign(body))


@dataclass
class DoorHands:
    """The page and what somebody does there."""

    page: DoorPage
    tasks: TaskRunner
    desk: FakeDesk
    qtbot: QtBot

    def type(self, text: str, *, enter: bool = True) -> None:
        """Keys into whatever has the focus, as a scanner sends them."""
        for letter in text:
            self.qtbot.keyClicks(QApplication.focusWidget() or self.page, letter)
        if enter:
            self.qtbot.keyClick(QApplication.focusWidget() or self.page, Qt.Key.Key_Return)
            self.settle()

    def settle(self) -> None:
        self.qtbot.waitUntil(self.tasks.is_idle, timeout=5000)

    def answers(self, operation: Callable[..., Any], answer: Any) -> None:
        self.desk.answers[operation] = answer

    def asked(self, operation: Callable[..., Any]) -> list[dict[str, object]]:
        return [arguments for asked, arguments in self.desk.asked if asked == operation]

    @property
    def headline(self) -> str:
        return self.page.verdict.saying.headline

    def scans(self) -> list[str]:
        scans = self.page.side.scans
        return [scans.item(row).text() for row in range(scans.count())]


OpenDoor = Callable[..., DoorHands]


@pytest.fixture
def open_door(
    qapp: QApplication, qtbot: QtBot, desk: FakeDesk, tasks: TaskRunner, tmp_path: Path
) -> Iterator[OpenDoor]:
    apply_theme(qapp, dark=False)
    desk.answers |= {
        admissions.list_door_shows: (SHOW,),
        admissions.list_latest_admissions: (),
        admissions.list_conflicts: (),
        read_book: BOOK,
        admissions.admit: IN,
    }

    def open_door(*, supervisor: bool = False) -> DoorHands:
        person = replace(KOWALSKA, permissions=SUPERVISOR if supervisor else CASHIER)
        store = QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)
        page = DoorPage(tasks, person, DoorSettings(folder=tmp_path / "door", venue_now=lambda: NOW, store=store))
        page.controller.sound._beep = lambda: None
        page.controller.sound._effects = {}
        qtbot.addWidget(page)
        page.resize(1200, 700)
        show_in_front(qtbot, page)
        hands = DoorHands(page, tasks, desk, qtbot)
        hands.settle()
        return hands

    yield open_door
    desk.let_go()


@pytest.fixture
def door(open_door: OpenDoor) -> DoorHands:
    return open_door()

"""The settings page: facts from a worker, a test of the connection, and a printer that is remembered."""

from dataclasses import replace
from datetime import time
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtWidgets import QComboBox
from pytestqt.qtbot import QtBot

from boxoffice_desktop.db import credentials
from boxoffice_desktop.db.credentials import MailPassword
from boxoffice_desktop.domain.edits import InvalidFieldsError, StaleEditError
from boxoffice_desktop.domain.errors import DatabaseUnavailableError
from boxoffice_desktop.domain.printing import DocumentKind, PrinterChoice, PrinterKind
from boxoffice_desktop.services.cash_limits import CashLimits, get_cash_limits
from boxoffice_desktop.services.setup.link import LinkReport, examine_link
from boxoffice_desktop.services.venue_paper import VenuePaper, get_venue_paper
from boxoffice_desktop.services.venue_settings import SellingRules, get_selling_rules, save_selling_rules
from boxoffice_desktop.ui.settings import settings_page
from boxoffice_desktop.ui.settings.settings_page import SettingsPage
from boxoffice_desktop.ui.tasks.runner import TaskRunner
from boxoffice_desktop.ui.widgets.mail_store import MailStore
from boxoffice_desktop.ui.widgets.printer_choices import PrinterChoices
from boxoffice_desktop.ui.widgets.printers import SystemPrinters
from tests.support.fake_printer import FakePrinter
from tests.ui.fakes import FakeDesk

REPORT = LinkReport(
    server="db.cinema.example:5432",
    database="boxoffice",
    login="till_9f2c41aa07",
    version="15.18",
    round_trip_ms=0.42,
    clock_ahead=0.03,
    tls="TLSv1.3 TLS_AES_256_GCM_SHA384",
    is_verified=True,
    is_local=False,
    schema="0009_venue_settings",
    is_current=True,
)
RULES = SellingRules(
    hold_seconds=300,
    hold_cap_seconds=900,
    basket_limit=10,
    day_ends_at=time(6),
    reservation_minutes=30,
    reservation_limit=30,
)
PRINTERS = SystemPrinters(names=("Receipts", "Office"), default="Office")


@pytest.fixture
def store(tmp_path: Path) -> QSettings:
    return QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat)


@pytest.fixture
def choices(store: QSettings) -> PrinterChoices:
    return PrinterChoices(store)


@pytest.fixture
def page(
    qtbot: QtBot,
    desk: FakeDesk,
    tasks: TaskRunner,
    choices: PrinterChoices,
    store: QSettings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> SettingsPage:
    desk.answers[examine_link] = REPORT
    desk.answers[get_selling_rules] = RULES
    desk.answers[get_venue_paper] = VenuePaper()
    desk.answers[get_cash_limits] = CashLimits(pay_out_limit=5000, difference_limit=500)
    monkeypatch.setattr(settings_page, "list_printers", lambda: PRINTERS)
    made = SettingsPage(tasks, choices, MailStore(store, MailPassword(tmp_path, "till")), Path("/tickets"))
    qtbot.addWidget(made)
    return made


def show(qtbot: QtBot, tasks: TaskRunner, page: SettingsPage) -> None:
    page.show()
    qtbot.waitUntil(tasks.is_idle)


def test_the_page_tells_server_and_connection_when_it_is_shown(
    qtbot: QtBot, tasks: TaskRunner, page: SettingsPage
) -> None:
    show(qtbot, tasks, page)
    for part in ("db.cinema.example:5432", "boxoffice as till_9f2c41aa07", "TLSv1.3, server verified", "15.18"):
        assert part in page.link.words
    assert "0.4 ms" in page.link.words
    assert "in step with the server" in page.link.words
    assert "The connection works." in page.link.words


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"clock_ahead": 90_000.0}, "25 h behind the server"),
        ({"clock_ahead": 150.0}, "2 min behind the server"),
        ({"clock_ahead": -5.0}, "5 s ahead of the server"),
        ({"tls": ""}, "the connection is not safe"),
        ({"is_verified": False}, "TLSv1.3, not verified"),
        ({"round_trip_ms": 80.0}, "the server answers slowly"),
        ({"is_current": False}, "the schema is another release's"),
        ({"server": "", "tls": "", "is_local": True}, "it stays on this machine"),
    ],
)
def test_what_is_wrong_is_said(
    qtbot: QtBot,
    tasks: TaskRunner,
    desk: FakeDesk,
    page: SettingsPage,
    changes: dict[str, object],
    words: str,
) -> None:
    desk.answers[examine_link] = replace(REPORT, **changes)  # type: ignore[arg-type]  # the table above has the types
    show(qtbot, tasks, page)
    assert words in page.link.words


def test_the_button_tests_again_and_says_when_nobody_answers(
    qtbot: QtBot, tasks: TaskRunner, desk: FakeDesk, page: SettingsPage
) -> None:
    show(qtbot, tasks, page)
    desk.answers[examine_link] = DatabaseUnavailableError("The database does not answer.")
    desk.block()
    qtbot.mouseClick(page.link.button, Qt.MouseButton.LeftButton)
    assert "Testing…" in page.link.words
    desk.let_go()
    qtbot.waitUntil(tasks.is_idle)
    assert "The server does not answer." in page.link.words
    assert page.link.button.hasFocus()  # the next press tries again
    assert "db.cinema.example" in page.link.words  # what was known stays


def choose(box: QComboBox, data: object) -> None:
    """As a person does it: the box tells that it was used."""
    box.setCurrentIndex(box.findData(data))
    box.activated.emit(box.currentIndex())


def test_a_printer_of_the_system_is_chosen_for_one_kind_of_document_and_remembered(
    qtbot: QtBot, tasks: TaskRunner, page: SettingsPage, store: QSettings
) -> None:
    show(qtbot, tasks, page)
    panel = page.printers
    assert panel.kind.currentData() == PrinterKind.FOLDER
    choose(panel.kind, PrinterKind.SYSTEM)
    assert [panel.system.itemText(n) for n in range(panel.system.count())] == ["Receipts", "Office (the system's)"]
    choose(panel.system, "Receipts")
    panel.tray.setText("Lower")
    panel.tray.editingFinished.emit()
    choose(panel.design, "ticket-a6")
    store.sync()
    again = PrinterChoices(QSettings(store.fileName(), QSettings.Format.IniFormat))
    found = again.find(DocumentKind.TICKETS)
    assert (found.kind, found.address, found.tray, found.design) == (
        PrinterKind.SYSTEM,
        "Receipts",
        "Lower",
        "ticket-a6",
    )
    assert again.find(DocumentKind.REPORT) == PrinterChoice()


def test_a_printer_that_is_away_stays_chosen(
    qtbot: QtBot, tasks: TaskRunner, page: SettingsPage, choices: PrinterChoices
) -> None:
    kiosk = PrinterChoice(kind=PrinterKind.SYSTEM, address="Kiosk")
    choices.save(DocumentKind.TICKETS, kiosk)
    show(qtbot, tasks, page)
    assert page.printers.system.currentText() == "Kiosk (away)"
    assert page.printers.choice() == kiosk
    assert choices.find(DocumentKind.TICKETS) == kiosk


@pytest.mark.parametrize(
    ("kind", "typed", "word"),
    [
        (PrinterKind.NETWORK, "two words", "An address"),
        (PrinterKind.NETWORK, "printer:99999", "An address"),
        (PrinterKind.USB, "Epson", "Vendor and product"),
        (PrinterKind.FILE, " ", "The path"),
    ],
)
def test_an_address_that_cannot_be_used_is_said_at_its_field_and_not_kept(
    qtbot: QtBot,
    tasks: TaskRunner,
    page: SettingsPage,
    choices: PrinterChoices,
    kind: PrinterKind,
    typed: str,
    word: str,
) -> None:
    show(qtbot, tasks, page)
    choose(page.printers.kind, kind)
    page.printers.address.setText(typed)
    page.printers.address.editingFinished.emit()
    assert word in page.printers.form.problems()["address"]
    assert choices.find(DocumentKind.TICKETS) == PrinterChoice()


def test_a_receipt_printer_with_a_drawer_prints_a_test_page(
    qtbot: QtBot, tasks: TaskRunner, page: SettingsPage, choices: PrinterChoices
) -> None:
    printer = FakePrinter().start()
    show(qtbot, tasks, page)
    panel = page.printers
    choose(panel.document, DocumentKind.RECEIPT)
    choose(panel.kind, PrinterKind.NETWORK)
    panel.address.setText(printer.choice().address)
    panel.has_drawer.click()
    panel.button.click()
    qtbot.waitUntil(tasks.is_idle)
    assert panel.words == "It went to the printer."
    assert printer.events[0] == "drawer"
    assert (printer.pages[0].width, printer.events.count("page")) == (576, 1)
    assert choices.find(DocumentKind.RECEIPT).has_drawer
    printer.stop()
    panel.button.click()
    qtbot.waitUntil(tasks.is_idle)
    assert "switched on" in panel.words


def test_the_mail_server_is_saved_without_its_password_in_the_settings(
    qtbot: QtBot,
    tasks: TaskRunner,
    page: SettingsPage,
    store: QSettings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Whoever runs the tests keeps their own keyring.
    for name, answer in (("_has_keyring", False), ("_remove_from_keyring", None), ("_find_in_keyring", "")):
        monkeypatch.setattr(credentials, name, lambda *_key, answer=answer: answer)
    show(qtbot, tasks, page)
    panel = page.mail
    for field, text in (("host", "smtp.cinema.example"), ("sender", "nobody"), ("user", "u"), ("password", "geheim")):
        panel.form.set_text(field, text)
    panel.button.click()
    assert "One e-mail address" in panel.form.problems()["sender"]
    assert not page._mail_store.find().is_on
    panel.form.set_text("sender", "tickets@cinema.example")
    panel.button.click()
    qtbot.waitUntil(tasks.is_idle)
    assert panel.words.startswith("Saved.")
    assert page._mail_store.find().is_on
    store.sync()
    assert "geheim" not in Path(store.fileName()).read_text()
    assert MailPassword(tmp_path, "till").read() == "geheim"
    assert panel.form.text("password") == ""


def test_an_unexpected_failure_goes_to_the_presenter(
    qtbot: QtBot, tasks: TaskRunner, desk: FakeDesk, page: SettingsPage
) -> None:
    desk.answers[examine_link] = ZeroDivisionError()
    with qtbot.waitSignal(page.message_posted):
        page.show()
    assert "The test did not work." in page.link.words
    qtbot.waitUntil(tasks.is_idle)


def test_the_system_is_asked_for_its_printers_off_the_gui_thread(qtbot: QtBot, tasks: TaskRunner) -> None:
    from boxoffice_desktop.ui.widgets.printers import list_printers

    answers: list[SystemPrinters] = []
    tasks.read_call(tasks, list_printers, done=answers.append)
    qtbot.waitUntil(lambda: bool(answers), timeout=20_000)
    assert isinstance(answers[0].names, tuple)


def saves(desk: FakeDesk) -> list[dict[str, object]]:
    return [arguments for operation, arguments in desk.asked if operation is save_selling_rules]


def test_the_rules_of_selling_are_typed_and_saved(
    qtbot: QtBot, tasks: TaskRunner, desk: FakeDesk, page: SettingsPage
) -> None:
    show(qtbot, tasks, page)
    form = page.selling.form
    names = ("hold_seconds", "hold_cap_seconds", "basket_limit", "day_ends_at")
    names += ("reservation_minutes", "reservation_limit")
    assert [form.text(name) for name in names] == ["5", "15", "10", "06:00", "30", "30"]
    for name, text in zip(names, ("2,5", "10", "8", "05:30", "20", "12"), strict=True):
        form.focus_field(name)
        qtbot.keyClicks(page.focusWidget(), text)
    wanted = SellingRules(
        hold_seconds=150,
        hold_cap_seconds=600,
        basket_limit=8,
        day_ends_at=time(5, 30),
        reservation_minutes=20,
        reservation_limit=12,
    )
    desk.answers[save_selling_rules] = wanted
    qtbot.keyClick(page.focusWidget(), Qt.Key.Key_Return)
    qtbot.waitUntil(tasks.is_idle)
    assert saves(desk) == [{"rules": wanted, "read": RULES}]
    assert page.selling.words == "Saved."
    assert form.text("hold_seconds") == "2.5"


def type_into(qtbot: QtBot, page: SettingsPage, name: str, text: str) -> None:
    """Replace what stands in a field of the rules by keys."""
    page.selling.form.focus_field(name)
    qtbot.keyClick(page.focusWidget(), Qt.Key.Key_Delete)
    qtbot.keyClicks(page.focusWidget(), text)


@pytest.mark.parametrize("text", ["", "x", "-1", "nan", "1e9", "5.12345"])
def test_what_are_no_minutes_is_said_at_the_field(
    qtbot: QtBot, tasks: TaskRunner, desk: FakeDesk, page: SettingsPage, text: str
) -> None:
    show(qtbot, tasks, page)
    type_into(qtbot, page, "hold_seconds", text)
    qtbot.mouseClick(page.selling.button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(tasks.is_idle)
    assert set(page.selling.form.problems()) == {"hold_seconds"}
    assert saves(desk) == []


def test_what_the_service_refuses_is_said_at_the_field(
    qtbot: QtBot, tasks: TaskRunner, desk: FakeDesk, page: SettingsPage
) -> None:
    show(qtbot, tasks, page)
    desk.answers[save_selling_rules] = InvalidFieldsError({"basket_limit": "From 1 to 100 seats."})
    type_into(qtbot, page, "basket_limit", "101")
    qtbot.mouseClick(page.selling.button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(tasks.is_idle)
    assert page.selling.form.problems() == {"basket_limit": "From 1 to 100 seats."}
    assert page.selling.form.text("basket_limit") == "101"
    assert page.selling.button.isEnabled()


def test_who_is_late_is_told_and_saves_again_over_what_stands_there(
    qtbot: QtBot, tasks: TaskRunner, desk: FakeDesk, page: SettingsPage
) -> None:
    show(qtbot, tasks, page)
    theirs = replace(RULES, basket_limit=6)
    desk.answers[save_selling_rules] = StaleEditError(theirs, changed_by="Mona")
    type_into(qtbot, page, "basket_limit", "8")
    qtbot.mouseClick(page.selling.button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(tasks.is_idle)
    assert "Mona has just set 5 minutes, at most 15, 6 seats" in page.selling.words
    assert page.selling.form.text("basket_limit") == "8"
    mine = desk.answers[save_selling_rules] = replace(RULES, basket_limit=8)
    qtbot.mouseClick(page.selling.button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(tasks.is_idle)
    assert saves(desk)[-1] == {"rules": mine, "read": theirs}
    assert page.selling.words == "Saved."


def test_what_was_typed_keeps_the_page_until_it_is_saved_or_discarded(
    qtbot: QtBot, tasks: TaskRunner, desk: FakeDesk, page: SettingsPage
) -> None:
    show(qtbot, tasks, page)
    assert page.may_leave()
    page.selling.form.focus_field("basket_limit")
    qtbot.keyClicks(page.focusWidget(), "8")
    assert not page.may_leave()
    assert page.describe_unsaved() == "the rules of selling have changes that are not saved"
    qtbot.mouseClick(page.selling.discard_button, Qt.MouseButton.LeftButton)
    assert page.may_leave()
    assert page.selling.form.text("basket_limit") == "10"
    page.selling.form.focus_field("basket_limit")
    qtbot.keyClicks(page.focusWidget(), "8")
    desk.answers[save_selling_rules] = replace(RULES, basket_limit=8)
    qtbot.keyClick(page.focusWidget(), Qt.Key.Key_Return)
    qtbot.waitUntil(tasks.is_idle)
    assert page.may_leave()

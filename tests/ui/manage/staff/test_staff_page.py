from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from PySide6.QtCore import QDate
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from boxoffice_desktop.domain.edits import InvalidFieldsError, StaleEditError
from boxoffice_desktop.domain.errors import InvalidInputError, NotAllowedError
from boxoffice_desktop.domain.permissions import CASHIER, MANAGER, SUPERVISOR, Permission
from boxoffice_desktop.services import audit, people, terminals
from boxoffice_desktop.services.audit import AuditChange, AuditEntry, AuditPage, AuditQuery
from boxoffice_desktop.services.context import SignedIn
from boxoffice_desktop.services.people import Person, PersonDraft, Presence
from boxoffice_desktop.services.terminals import TerminalState
from boxoffice_desktop.ui.manage.staff.staff_page import StaffPage
from boxoffice_desktop.ui.manage.staff.words import describe_permissions
from boxoffice_desktop.ui.tasks.runner import TaskRunner
from boxoffice_desktop.ui.widgets.date_field import CalendarPopup
from boxoffice_desktop.ui.widgets.dialogs import ChoiceDialog, StaleDialog
from boxoffice_desktop.ui.widgets.form import Form
from tests.support.windows import show_in_front
from tests.ui.fakes import FakeDesk

NOON = datetime(2026, 3, 20, 12, tzinfo=UTC)
ANNA = Person(
    staff_id=1,
    version=2,
    draft=PersonDraft(user_name="anna", display_name="Anna", permissions=CASHIER),
    has_pin=True,
    failures=3,
    locked_until=NOON,
    presences=(Presence(terminal_name="Counter 1", started_at=NOON),),
    may_change=True,
)
BOSS = replace(
    ANNA,
    staff_id=2,
    draft=PersonDraft(user_name="boss", display_name="Boss", permissions=frozenset(Permission)),
    failures=0,
    locked_until=None,
    presences=(),
    may_change=False,
)
ENTRY = AuditEntry(
    audit_id=5,
    at=NOON,
    person="Maria",
    terminal="Counter 1",
    table="movie",
    subject="Nosferatu",
    operation="update",
    changes=(AuditChange(column="genre", before="Drama", after="Horror"),),
)


class Page:
    def __init__(self, page: StaffPage, desk: FakeDesk, tasks: TaskRunner, qtbot: QtBot) -> None:
        self.page, self.desk, self._tasks, self._qtbot = page, desk, tasks, qtbot
        self.form = page.people.form
        self.errors: list[object] = []
        page.message_posted.connect(self.errors.append)

    def settle(self) -> None:
        self._qtbot.waitUntil(self._tasks.is_idle)

    def asked(self, operation: Callable[..., object]) -> list[dict[str, object]]:
        return [arguments for each, arguments in self.desk.asked if each == operation]

    def dialog(self, kind: type[ChoiceDialog] = ChoiceDialog) -> ChoiceDialog:
        (found,) = [each for each in self.page.findChildren(kind) if each.isVisible()]
        return found

    def press(self, text: str) -> None:
        next(each for each in self.dialog().findChildren(QPushButton) if each.text() == text).click()
        self.settle()


@pytest.fixture
def page(qtbot: QtBot, desk: FakeDesk, tasks: TaskRunner) -> Iterator[Page]:
    desk.answers = {
        people.list_people: (ANNA, BOSS),
        terminals.list_terminals: (
            TerminalState(
                terminal_id=1,
                name="Counter 1",
                mark="1",
                login="till_1",
                revoked_at=None,
                connected_since=NOON,
                person="Anna",
                is_this=True,
            ),
            TerminalState(
                terminal_id=2,
                name="Lost",
                mark="2",
                login="till_2",
                revoked_at=NOON,
                connected_since=None,
                person="",
                is_this=False,
            ),
        ),
        audit.list_audit: AuditPage(entries=(ENTRY,), next_before=5),
        audit.list_audit_people: ((1, "Anna"), (3, "Maria")),
    }
    widget = StaffPage(tasks, SignedIn(staff_id=7, display_name="Maria", permissions=MANAGER))
    qtbot.addWidget(widget)
    widget.resize(1290, 740)
    show_in_front(qtbot, widget)
    hands = Page(widget, desk, tasks, qtbot)
    hands.settle()
    yield hands
    hands.settle()


def row(page: Page, number: int) -> list[str]:
    model = page.page.people.model
    return [str(model.index(number, column).data()) for column in range(model.columnCount())]


def test_people_stand_with_what_they_may_and_where_they_are(page: Page) -> None:
    assert row(page, 0) == ["Anna", "anna", "Cashier", "Counter 1 (13:00)", "waits until 13:00"]
    assert row(page, 1) == ["Boss", "boss", "Administrator", "", ""]


def test_somebody_who_may_more_cannot_be_changed(page: Page) -> None:
    page.page.people.table.select_row(1)
    assert not page.form._new_pin.isEnabled()
    assert not any(box.isEnabled() for box in page.form._boxes.values())


def test_nobody_gives_what_he_lacks(page: Page) -> None:
    boxes = page.form._boxes
    assert [permission for permission, box in boxes.items() if not box.isEnabled()] == [Permission.MANAGE_TERMINALS]


def test_a_ready_made_set_fills_the_permissions(page: Page) -> None:
    page.form._sets[1].click()
    page.desk.answers[people.save_person] = ANNA
    page.form.save()
    page.settle()
    (sent,) = page.asked(people.save_person)
    assert sent == {"draft": replace(ANNA.draft, permissions=SUPERVISOR), "staff_id": 1, "version": 2, "pin": None}


def test_a_new_person_is_sent_with_a_pin_and_refused_at_the_fields(page: Page) -> None:
    page.page.people.add_person()
    page.form.form.set_text("display_name", "Nora")
    page.form.form.set_text("user_name", "nora")
    page.form.form.set_text("pin", "12")
    page.desk.answers[people.save_person] = InvalidFieldsError({"pin": "Too short."})
    page.form.save()
    page.settle()
    (sent,) = page.asked(people.save_person)
    assert (sent["staff_id"], sent["pin"]) == (None, "12")
    assert page.form.form.problems() == {"pin": "Too short."}


def test_the_others_change_is_shown_and_can_be_saved_over(page: Page) -> None:
    theirs = replace(ANNA, version=3, draft=replace(ANNA.draft, display_name="Anja"))
    page.desk.answers[people.save_person] = StaleEditError(theirs, changed_by="Sam", changed_at=NOON)
    page.form._sets[1].click()
    page.form.save()
    page.settle()
    page.desk.answers[people.save_person] = ANNA
    assert page.dialog(StaleDialog)
    page.press("Save mine over it")
    assert page.asked(people.save_person)[-1]["version"] == 3


def test_a_new_pin_is_typed_twice(page: Page) -> None:
    page.form._new_pin.click()
    form = page.dialog().findChild(Form)
    assert isinstance(form, Form)
    form.set_text("pin", "9999")
    page.press("Set PIN")
    assert page.asked(people.reset_pin) == []
    form.set_text("again", "9999")
    page.desk.answers[people.reset_pin] = InvalidInputError("pin", "Too easy.")
    page.press("Set PIN")
    assert form.problems() == {"pin": "Too easy."}
    page.desk.answers[people.reset_pin] = None
    page.press("Set PIN")
    assert page.asked(people.reset_pin)[-1] == {"staff_id": 1, "pin": "9999"}


def test_ones_own_pin_needs_the_old_one(page: Page) -> None:
    page.desk.answers[people.list_people] = (replace(ANNA, staff_id=7),)
    page.page.people.reload()
    page.settle()
    page.form._new_pin.click()
    form = page.dialog().findChild(Form)
    assert isinstance(form, Form)
    for field, text in (("old", "1111"), ("pin", "9999"), ("again", "9999")):
        form.set_text(field, text)
    page.desk.answers[people.offer_own_pin] = 4
    page.press("Set PIN")
    assert page.asked(people.change_own_pin) == []
    assert form.problems() == {"old": "That is not your PIN. Wait 4 s."}
    page.desk.answers[people.offer_own_pin] = None
    page.desk.answers[people.change_own_pin] = 0
    page.press("Set PIN")
    assert form.problems() == {"old": "That is not your PIN."}
    page.desk.answers[people.change_own_pin] = 4
    page.press("Set PIN")
    assert form.problems() == {"old": "That is not your PIN. Wait 4 s."}
    page.desk.answers[people.change_own_pin] = None
    page.press("Set PIN")
    assert page.asked(people.offer_own_pin)[-1] == {"old_pin": "1111"}
    assert page.asked(people.change_own_pin)[-1] == {"new_pin": "9999"}


def test_a_lock_is_taken_back_with_one_button(page: Page) -> None:
    page.desk.answers[people.unlock_person] = None
    page.form._unlock.click()
    page.settle()
    assert page.asked(people.unlock_person) == [{"staff_id": 1}]


def test_signing_somebody_out_asks_once(page: Page) -> None:
    page.desk.answers[people.sign_out_person] = 1
    page.form._out.click()
    assert page.asked(people.sign_out_person) == []
    page.press("Sign out")
    assert page.asked(people.sign_out_person) == [{"staff_id": 1}]


def test_what_is_refused_goes_to_the_shell(page: Page) -> None:
    page.desk.answers[people.unlock_person] = NotAllowedError("manage_staff")
    page.form._unlock.click()
    page.settle()
    assert len(page.errors) == 1


def test_terminals_say_how_they_stand(page: Page) -> None:
    page.page.tabs.setCurrentIndex(1)
    page.settle()
    model = page.page.terminals.model
    assert [model.index(number, 0).data() for number in range(2)] == ["Counter 1 (this one)", "Lost"]
    assert [str(model.index(number, 2).data()).split()[0] for number in range(2)] == ["connected", "revoked"]


def test_the_audit_shows_before_and_after_and_goes_on(page: Page) -> None:
    page.page.tabs.setCurrentIndex(2)
    page.settle()
    tab = page.page.audit
    assert [tab.changes.index(0, column).data() for column in range(3)] == ["genre", "Drama", "Horror"]
    page.desk.answers[audit.list_audit] = AuditPage(entries=(replace(ENTRY, audit_id=4),), next_before=None)
    tab._more.click()
    page.settle()
    assert page.asked(audit.list_audit)[-1] == {"query": AuditQuery(), "before": 5}
    assert ([entry.audit_id for entry in tab.model.rows], tab._more.isHidden()) == ([5, 4], True)


def test_the_filters_of_the_audit_are_asked_for(page: Page, qtbot: QtBot) -> None:
    page.page.tabs.setCurrentIndex(2)
    page.settle()
    tab = page.page.audit
    tab._person.setCurrentIndex(2)
    tab._table_box.setCurrentIndex(1)
    tab.filter.set_text("first_day", "x")
    tab.search()
    assert tab.filter.problems().keys() == {"first_day"}
    tab.filter.set_text("first_day", "")
    tab.filter.set_text("text", "Horror")
    tab.search()
    page.settle()
    assert page.asked(audit.list_audit)[-1] == {"query": AuditQuery(staff_id=3, table="movie", text="Horror")}


@pytest.mark.qt_log_ignore("This plugin does not support")
def test_the_days_of_the_audit_are_chosen_from_a_calendar(page: Page, qtbot: QtBot) -> None:
    page.page.tabs.setCurrentIndex(2)
    page.settle()
    field = page.page.audit.filter.day_field("first_day")
    assert field is not None
    field.button.click()
    (popup,) = field.findChildren(CalendarPopup)
    popup.calendar.activated.emit(QDate(2026, 3, 28))
    asked = {"query": AuditQuery(first_day=date(2026, 3, 28))}
    qtbot.waitUntil(lambda: page.asked(audit.list_audit)[-1] == asked)


@pytest.mark.parametrize(
    ("permissions", "words"),
    [
        (frozenset(), "none"),
        (CASHIER, "Cashier"),
        (CASHIER | {Permission.REFUND}, "Cashier + 1"),
        (frozenset({Permission.VIEW_REPORTS}), "1 permissions"),
        (frozenset(Permission), "Administrator"),
    ],
)
def test_permissions_are_named_by_the_set_they_contain(permissions: frozenset[Permission], words: str) -> None:
    assert describe_permissions(permissions) == words

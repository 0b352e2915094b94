"""Staff and terminals, and who changed what."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QLabel, QTabWidget, QVBoxLayout, QWidget

from boxoffice_desktop.domain.permissions import Permission
from boxoffice_desktop.services.context import SignedIn
from boxoffice_desktop.ui.manage.staff.audit_tab import AuditTab
from boxoffice_desktop.ui.manage.staff.people_tab import PeopleTab
from boxoffice_desktop.ui.manage.staff.terminals_tab import TerminalsTab
from boxoffice_desktop.ui.tasks.runner import TaskRunner
from boxoffice_desktop.ui.widgets.dialogs import say_unsaved
from boxoffice_desktop.ui.widgets.theme import SPACE_BETWEEN, SPACE_INSIDE


class StaffPage(QWidget):
    """A page of the window.

    Signals:
        message_posted: an exception that the shell's presenter words and shows.
        told: a sentence of good news.
    """

    message_posted = Signal(object)
    told = Signal(str)

    def __init__(self, tasks: TaskRunner, me: SignedIn, parent: QWidget | None = None) -> None:
        """`me` is who is signed in."""
        super().__init__(parent)
        self.people = PeopleTab(tasks, me)
        self.terminals = TerminalsTab(tasks, may_rename=Permission.MANAGE_TERMINALS in me.permissions)
        self.audit = AuditTab(tasks)
        self.tabs = QTabWidget()
        self._build()
        self.people.reload()

    def may_leave(self) -> bool:
        """Whether nothing is unsaved."""
        return not self.people.form.is_dirty

    def leave(self) -> None:
        """Nothing is held."""

    def describe_unsaved(self) -> str:
        """What is not saved, for who wants to leave."""
        return say_unsaved(self.tr("the person"))

    def list_keys(self) -> Sequence[tuple[str, str]]:
        """The keys of this page, for the help."""
        return (
            ("Ctrl+N", self.tr("New person")),
            ("Ctrl+S", self.tr("Save the person")),
            ("F5", self.tr("Look again")),
        )

    def _build(self) -> None:
        title = QLabel(self.tr("Staff"))
        title.setProperty("role", "title")
        self.tabs.setDocumentMode(True)
        self.tabs.addTab(self.people, self.tr("People"))
        self.tabs.addTab(self.terminals, self.tr("Terminals"))
        self.tabs.addTab(self.audit, self.tr("Who changed what"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE_BETWEEN, SPACE_BETWEEN, SPACE_BETWEEN, SPACE_BETWEEN)
        layout.setSpacing(SPACE_INSIDE)
        layout.addWidget(title)
        layout.addWidget(self.tabs, 1)
        self.setFocusProxy(self.people.table)
        for tab in (self.people, self.terminals, self.audit):
            tab.failed.connect(self.message_posted)
        self.people.told.connect(self.told)
        self.tabs.currentChanged.connect(self._reload)
        for keys, act in (
            ("Ctrl+N", self._add_person),
            ("Ctrl+S", self.people.form.save),
            ("F5", self._reload),
        ):
            shortcut = QShortcut(QKeySequence(keys), self, context=Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(act)

    def _add_person(self) -> None:
        self.tabs.setCurrentWidget(self.people)
        self.people.add_person()

    def _reload(self) -> None:
        (self.people.reload, self.terminals.reload, self.audit.reload)[self.tabs.currentIndex()]()

"""Saving from the editor: the list of what changes, decisions, and what to do when somebody else was first."""

from collections.abc import Callable, Mapping
from zoneinfo import ZoneInfo

from PySide6.QtCore import QObject, Signal

from boxoffice_desktop.documents.formatting import format_date_time, format_money
from boxoffice_desktop.domain.errors import BoxOfficeError
from boxoffice_desktop.domain.layout.changes import compare
from boxoffice_desktop.domain.layout.checks import check_document
from boxoffice_desktop.domain.layout.document import HallDocument
from boxoffice_desktop.services.layouts.planning import LayoutPlan, plan_layout_change
from boxoffice_desktop.services.layouts.saving import (
    SavedLayout,
    SeatDecision,
    StaleLayoutError,
    UndecidedSeatsError,
    create_hall,
    save_layout,
)
from boxoffice_desktop.ui.manage.halls.actions import tr
from boxoffice_desktop.ui.manage.halls.dialogs import ChangesDialog, StaleDialog
from boxoffice_desktop.ui.manage.halls.editor import HallEditor
from boxoffice_desktop.ui.manage.halls.paid_back_dialog import PaidBackDialog
from boxoffice_desktop.ui.manage.halls.session import EditSession
from boxoffice_desktop.ui.tasks.runner import TaskRunner


class SaveFlow(QObject):
    """Takes the editor's hall to the database.

    Signals:
        saved: the hall's id.
    """

    saved = Signal(int)

    def __init__(self, editor: HallEditor, tasks: TaskRunner) -> None:
        super().__init__(editor)
        self._editor, self._tasks = editor, tasks
        self._version: int | None = None
        self._sent: tuple[EditSession, HallDocument] | None = None

    def start(self) -> None:
        """Check, ask and save."""
        session = self._editor.session
        if session is None or self._sent is not None:
            return
        blocking = next((problem for problem in check_document(session.document) if problem.blocks), None)
        if blocking is not None:
            session.select(blocking.keys)
            self._editor.tell(blocking.text, "error")
        elif session.document.hall_id is None:
            self._send(session, create_hall, {"document": session.document})
        else:
            self._ask_plan(session, session.document.layout_version)

    def _ask_plan(self, session: EditSession, version: int) -> None:
        self._version = version
        arguments = {"hall_id": session.document.hall_id, "document": session.document}
        self._tasks.read(self._editor, plan_layout_change, arguments, done=self._on_planned, key="plan")

    def _on_planned(self, plan: LayoutPlan) -> None:
        session = self._editor.session
        if session is None:
            return
        if plan.changes.is_empty:
            self._editor.tell(tr("Nothing to save."))
            session.history.mark_saved()
            return
        locale = self._tasks.desk.describe().locale
        dialog = ChangesDialog(plan, session.document, locale, self._money, self._editor)
        dialog.save_requested.connect(self._on_save_requested)
        dialog.open()

    def _on_save_requested(self, decisions: tuple[SeatDecision, ...]) -> None:
        session = self._editor.session
        if session is None:
            return
        arguments = {
            "hall_id": session.document.hall_id,
            "document": session.document,
            "expected_version": self._version,
            "decisions": decisions,
        }
        self._send(session, save_layout, arguments)

    def _send(
        self, session: EditSession, operation: Callable[..., SavedLayout], arguments: Mapping[str, object]
    ) -> None:
        self._sent = (session, session.document)
        self._editor.tell(tr("Saving…"))
        self._tasks.write(
            self._editor,
            operation,
            arguments,
            done=self._on_saved,
            failed=self._on_failed,
        )

    def _on_saved(self, saved: SavedLayout) -> None:
        sent, self._sent = self._sent, None
        if sent is None or sent[0] is not self._editor.session:
            return
        session, document = sent
        session.base = session.history.rebase(document, saved.document, saved.seat_ids, saved.area_ids)
        session.changed.emit()
        self._editor.tell(tr("Saved."), "ok")
        if saved.paid_back:
            PaidBackDialog(saved.paid_back, self._money, self._editor).open()
        self.saved.emit(saved.hall_id)

    def _money(self, amount: int) -> str:
        facts = self._tasks.desk.describe()
        return format_money(amount, facts.currency, facts.locale)

    def _on_failed(self, error: Exception) -> None:
        sent, self._sent = self._sent, None
        if sent is None:
            return
        if isinstance(error, StaleLayoutError):
            self._ask_whose(sent[0], error)
        elif isinstance(error, UndecidedSeatsError):
            # Somebody bought or held one of them while the list was read.
            self._ask_plan(sent[0], self._version or 0)
        elif isinstance(error, BoxOfficeError):
            self._editor.tell(str(error), "error")
        else:
            self._tasks.failed.emit(error)

    def _ask_whose(self, session: EditSession, error: StaleLayoutError) -> None:
        current = error.current
        dialog = StaleDialog(self._word_other(error), compare(session.base, current), self._editor)

        def choose(key: str) -> None:
            if key == "theirs":
                session.push(current, tr("Take theirs"), frozenset())
                session.history.mark_saved()
                session.base = current
                session.changed.emit()
            else:
                self._ask_plan(session, current.layout_version)

        dialog.chosen.connect(choose)
        dialog.open()

    def _word_other(self, error: StaleLayoutError) -> str:
        facts = self._tasks.desk.describe()
        if error.changed_at is None:
            return tr("{person} saved this hall while you worked on it:").format(person=error.changed_by)
        when = format_date_time(error.changed_at.astimezone(ZoneInfo(facts.time_zone)), facts.locale)
        words = tr("{person} saved this hall while you worked on it ({when}):")
        return words.format(person=error.changed_by, when=when)

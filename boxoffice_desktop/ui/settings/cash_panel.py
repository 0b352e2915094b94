"""From which amounts on cash needs more than a cashier's word, with a button that saves it for every till."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from boxoffice_desktop.documents.formatting import format_amount, parse_amount
from boxoffice_desktop.domain.edits import InvalidFieldsError, StaleEditError
from boxoffice_desktop.domain.errors import InvalidInputError
from boxoffice_desktop.services.cash_limits import CashLimits, get_cash_limits, save_cash_limits
from boxoffice_desktop.ui.tasks.runner import TaskRunner
from boxoffice_desktop.ui.widgets.dialogs import make_label
from boxoffice_desktop.ui.widgets.form import Form
from boxoffice_desktop.ui.widgets.theme import SPACE_BETWEEN, restyle


class CashPanel(QFrame):
    """Reads and saves the limits by itself; what is typed stays until it is saved or discarded.

    Signals:
        failed: an exception for the window.
    """

    failed = Signal(object)

    def __init__(self, tasks: TaskRunner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tasks = tasks
        facts = tasks.desk.describe()
        self._currency, self._locale = facts.currency, facts.locale
        self._read: CashLimits | None = None
        self.is_dirty = False
        """Whether something was typed that is not saved."""
        self.form = Form(columns=2)
        self.button = QPushButton(self.tr("Save the &limits"))
        self.discard_button = QPushButton(self.tr("Discard"))
        self._verdict = QLabel()
        self._build()
        self.form.edited.connect(lambda: self._set_dirty(dirty=True))
        self.form.submitted.connect(self._save)
        self.button.clicked.connect(lambda _checked=False: self._save())
        self.discard_button.clicked.connect(lambda _checked=False: self._discard())
        self._set_dirty(dirty=False)

    def reload(self) -> None:
        """Read the limits, unless something was typed."""
        if not self.is_dirty:
            self._tasks.read(self, get_cash_limits, {}, done=self.show_limits, failed=self._on_failed, key="limits")

    def show_limits(self, limits: CashLimits) -> None:
        """Show the limits as they stand in the database."""
        self._read = limits
        for name in ("pay_out_limit", "difference_limit"):
            self.form.set_text(name, format_amount(getattr(limits, name), self._currency, self._locale))
        self.form.show_problems({})
        self._set_dirty(dirty=False)

    @property
    def words(self) -> str:
        """What the panel says of the last save, for tests and screen readers."""
        return self._verdict.text()

    def _build(self) -> None:
        self.setProperty("card", True)
        title = make_label(self.tr("Cash, at every till of the venue"), "title")
        self.form.add_line("pay_out_limit", self.tr("A pay-out above … needs an approval"))
        self.form.add_line("difference_limit", self.tr("A count that is off by more than … needs a reason"))
        self._verdict.setWordWrap(True)
        self._verdict.setAccessibleName(self.tr("Result of saving"))
        below = QHBoxLayout()
        below.setSpacing(SPACE_BETWEEN)
        below.addWidget(self.button)
        below.addWidget(self.discard_button)
        below.addWidget(self._verdict, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_BETWEEN, SPACE_BETWEEN, SPACE_BETWEEN, SPACE_BETWEEN)
        column.setSpacing(SPACE_BETWEEN)
        column.addWidget(title)
        column.addWidget(self.form)
        column.addLayout(below)

    def _save(self) -> None:
        read = self._read
        if read is None or not self.button.isEnabled():
            return
        values, problems = {}, {}
        for name in ("pay_out_limit", "difference_limit"):
            try:
                values[name] = parse_amount(self.form.text(name), self._currency, self._locale)
            except InvalidInputError as error:
                problems[name] = str(error)
        self.form.show_problems(problems)
        if problems:
            return
        self.button.setEnabled(False)
        self._tasks.write(
            self,
            save_cash_limits,
            {"limits": CashLimits(**values), "read": read},
            done=self._on_saved,
            failed=self._on_failed,
        )

    def _on_saved(self, limits: CashLimits) -> None:
        self.show_limits(limits)
        self._say("ok", self.tr("Saved."))

    def _on_failed(self, error: Exception) -> None:
        self.button.setEnabled(self.is_dirty)
        if isinstance(error, InvalidFieldsError):
            self.form.show_problems(error.problems)
        elif isinstance(error, StaleEditError) and isinstance(error.current, CashLimits):
            self._read = error.current
            words = self.tr("Not saved: {who} has just set {pay_out} and {difference}. Save again to put yours there.")
            self._say(
                "warn",
                words.format(
                    who=error.changed_by,
                    pay_out=format_amount(error.current.pay_out_limit, self._currency, self._locale),
                    difference=format_amount(error.current.difference_limit, self._currency, self._locale),
                ),
            )
        else:
            self._say("error", self.tr("Not saved."))
            self.failed.emit(error)

    def _discard(self) -> None:
        if self._read is not None:
            self.show_limits(self._read)

    def _set_dirty(self, *, dirty: bool) -> None:
        self.is_dirty = dirty
        self.button.setEnabled(dirty and self._read is not None)
        self.discard_button.setEnabled(dirty)
        self._say("muted", "")

    def _say(self, role: str, words: str) -> None:
        self._verdict.setText(words)
        self._verdict.setProperty("role", role)
        restyle(self._verdict)

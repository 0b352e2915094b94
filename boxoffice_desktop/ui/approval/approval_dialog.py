"""A supervisor's name and PIN on the cashier's screen, for one act. The cashier stays signed in."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QDialog, QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from boxoffice_desktop.domain.errors import InvalidInputError, NotAllowedError, SignInRefusedError
from boxoffice_desktop.services.approvals import Approval, ApprovalRequest, Approver, list_approvers
from boxoffice_desktop.ui.tasks.runner import TaskRunner
from boxoffice_desktop.ui.widgets.dialogs import make_label
from boxoffice_desktop.ui.widgets.keypad import Keypad
from boxoffice_desktop.ui.widgets.theme import SPACE_AROUND, SPACE_BETWEEN, SPACE_INSIDE, restyle

_WIDTH = 600


class ApprovalDialog(QDialog):
    """Asks for a supervisor's name and PIN and stays open until somebody approved or nobody will.

    Open it with `open()`. The PIN leaves the field with every try. Deletes itself when it is closed.

    Signals:
        approved: the `Approval`; the dialog has closed.
        failed: an exception that has nothing to do with name and PIN; the dialog has closed.
    """

    approved = Signal(object)
    failed = Signal(object)

    def __init__(self, tasks: TaskRunner, request: ApprovalRequest, words: str, parent: QWidget | None = None) -> None:
        """`words` say what is approved, with the amount in the venue's money, e.g. `Refund 24.00 € of sale 17`."""
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._tasks = tasks
        self._request = request
        self._words = words
        self._names = QComboBox()
        self._pin = QLineEdit()
        self._verdict = QLabel()
        self._keypad = Keypad()
        self._yes = QPushButton(self.tr("Approve"))
        self._no = QPushButton(self.tr("Cancel"))
        self._build()
        self._connect()
        self._tasks.read(self, list_approvers, {}, done=self.show_names, failed=self._on_failed)

    @property
    def verdict(self) -> str:
        """What the dialog says about the last try; empty when there is nothing to say."""
        return self._verdict.text()

    def show_names(self, approvers: Sequence[Approver]) -> None:
        """Offer these people; the keyboard goes to the PIN when there is only one."""
        self._names.clear()
        for approver in approvers:
            self._names.addItem(approver.display_name, approver.user_name)
        self._yes.setEnabled(bool(approvers))
        if not approvers:
            self._say(self.tr("Nobody here may approve. A manager gives the permission."))
        (self._pin if len(approvers) == 1 else self._names).setFocus()

    def try_pin(self) -> None:
        """Ask the database about what was typed."""
        pin = self._pin.text()
        self._pin.clear()
        if not pin:
            self._pin.setFocus()
            self._say(self.tr("Type the PIN, then Enter."))
            return
        self._set_busy(True)
        self._tasks.write_call(
            self,
            self._tasks.desk.approve,
            str(self._names.currentData()),
            pin,
            self._request,
            done=self._on_approved,
            failed=self._on_failed,
        )

    def _build(self) -> None:
        self.setWindowTitle(self.tr("Approval"))
        self.setMinimumWidth(_WIDTH)
        # Beside each other: on a screen of 600 pixels a keypad below the fields would not have the room.
        middle = QHBoxLayout()
        middle.setSpacing(SPACE_AROUND)
        middle.addLayout(self._build_fields(), 1)
        middle.addWidget(self._keypad, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_AROUND, SPACE_AROUND, SPACE_AROUND, SPACE_BETWEEN)
        column.setSpacing(SPACE_BETWEEN)
        column.addLayout(middle, 1)
        buttons = QHBoxLayout()
        buttons.setSpacing(SPACE_INSIDE)
        for button in (self._no, self._yes):
            button.setProperty("tall", True)
            button.setAutoDefault(False)
            buttons.addWidget(button, 1)
        self._yes.setProperty("kind", "primary")
        self._yes.setEnabled(False)
        column.addLayout(buttons)

    def _build_fields(self) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(SPACE_INSIDE)
        column.addWidget(make_label(self._words, "title"))
        column.addWidget(
            make_label(self.tr("Somebody who may approve signs for this once. You stay signed in."), "muted")
        )
        for caption, field in ((self.tr("Name"), self._names), (self.tr("PIN"), self._pin)):
            label = make_label(caption, "small")
            label.setBuddy(field)
            field.setAccessibleName(caption)
            field.setProperty("tall", True)
            column.addWidget(label)
            column.addWidget(field)
        self._pin.setEchoMode(QLineEdit.EchoMode.Password)
        self._pin.setInputMethodHints(
            Qt.InputMethodHint.ImhSensitiveData
            | Qt.InputMethodHint.ImhPreferNumbers
            | Qt.InputMethodHint.ImhNoPredictiveText
        )
        self._verdict.setWordWrap(True)
        self._verdict.setTextFormat(Qt.TextFormat.PlainText)
        self._verdict.setProperty("role", "error")
        self._verdict.setMinimumHeight(self._verdict.fontMetrics().height() * 2)
        column.addWidget(self._verdict)
        column.addStretch(1)
        return column

    def _connect(self) -> None:
        self._pin.returnPressed.connect(self._on_return)
        self._pin.textEdited.connect(lambda _: self._say(""))
        self._names.currentIndexChanged.connect(lambda _: self._say(""))
        self._names.activated.connect(lambda _: self._pin.setFocus())
        self._keypad.digit_pressed.connect(self._on_digit)
        self._keypad.back_pressed.connect(self._pin.backspace)
        self._keypad.clear_pressed.connect(self._pin.clear)
        self._yes.clicked.connect(self._on_return)
        self._no.clicked.connect(self.reject)

    def _on_return(self) -> None:
        if self._yes.isEnabled():
            self.try_pin()

    def _on_digit(self, digit: str) -> None:
        self._pin.setFocus()
        self._pin.insert(digit)
        self._say("")

    def _on_approved(self, approval: Approval) -> None:
        self.approved.emit(approval)
        self.accept()

    def _on_failed(self, error: Exception) -> None:
        self._set_busy(False)
        if isinstance(error, SignInRefusedError):
            self._say(self._word_refusal(error))
        elif isinstance(error, NotAllowedError) and error.permission is not None:
            self._say(self.tr("This person may not approve."))
        elif isinstance(error, InvalidInputError):
            self._say(str(error))
        else:
            self.failed.emit(error)
            self.reject()

    def _word_refusal(self, error: SignInRefusedError) -> str:
        if error.locked:
            return self.tr("Too many wrong PINs. Locked for a while; a manager can unlock it.")
        if error.wait_seconds:
            words = self.tr("That name and PIN do not go together. Next try in {seconds} s.")
            return words.format(seconds=error.wait_seconds)
        return self.tr("That name and PIN do not go together.")

    def _say(self, words: str) -> None:
        self._verdict.setText(words)
        self._pin.setProperty("error", bool(words))
        restyle(self._pin)

    def _set_busy(self, busy: bool) -> None:  # noqa: FBT001 - a switch of this dialog alone
        for widget in (self._names, self._pin, self._keypad, self._yes):
            widget.setEnabled(not busy)
        self._yes.setText(self.tr("Checking…") if busy else self.tr("Approve"))
        if not busy:
            self._pin.setFocus()

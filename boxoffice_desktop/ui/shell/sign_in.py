"""The first screen: who is at the counter?"""

from collections.abc import Sequence
from time import monotonic

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from boxoffice_desktop.domain.errors import BoxOfficeError, SignInRefusedError
from boxoffice_desktop.services.context import SignedIn, TillFacts
from boxoffice_desktop.services.staff import SignInName, list_sign_in_names
from boxoffice_desktop.ui.shell.message import Severity
from boxoffice_desktop.ui.shell.name_list import NameList
from boxoffice_desktop.ui.shell.words import describe
from boxoffice_desktop.ui.tasks.runner import TaskRunner
from boxoffice_desktop.ui.widgets.keypad import Keypad
from boxoffice_desktop.ui.widgets.theme import SPACE_AROUND, SPACE_BETWEEN, SPACE_INSIDE, restyle

_LONGEST_PIN = 64
_CARD_WIDTH = 800
_MINUTE = 60


class SignInPage(QWidget):
    """Name, PIN, done. The field is emptied after every try; the names wait no longer than the till has to.

    Signals:
        signed_in: a `SignedIn`.
        failed: an exception that is not about name and PIN; the error presenter shows it.
    """

    signed_in = Signal(object)
    failed = Signal(object)

    def __init__(self, tasks: TaskRunner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self._busy = False
        self._free_at: dict[str, float] = {}  # user name → when the next try may come, by `monotonic`
        self._locked: set[str] = set()
        self._second = QTimer(self)
        self._second.setInterval(250)
        self._names = NameList()
        self._pin = QLineEdit()
        self._keypad = Keypad()
        self._verdict = QLabel()
        self._enter = QPushButton(self.tr("Sign in"))
        self._progress = QProgressBar()
        self._no_names = QWidget()
        self._no_names_text = QLabel()
        self._again = QPushButton(self.tr("Try again"))
        self._build()
        self._connect()

    def _build(self) -> None:
        card = QFrame()
        card.setProperty("card", True)
        card.setMinimumWidth(_CARD_WIDTH)
        columns = QHBoxLayout(card)
        columns.setContentsMargins(SPACE_AROUND, SPACE_AROUND, SPACE_AROUND, SPACE_AROUND)
        columns.setSpacing(SPACE_AROUND)
        columns.addLayout(self._build_left(), 1)
        columns.addLayout(self._build_right())
        column = QVBoxLayout()
        column.setSpacing(SPACE_BETWEEN)
        column.addStretch(2)
        column.addLayout(self._build_heading(self._tasks.desk.describe()))
        column.addWidget(card)
        column.addStretch(3)
        all_of_it = QWidget()
        middle = QHBoxLayout(all_of_it)
        middle.addStretch(1)
        middle.addLayout(column)
        middle.addStretch(1)
        # On a small screen with large type it scrolls, instead of pushing the window out of the screen.
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(all_of_it)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(scroll)

    def _build_heading(self, facts: TillFacts) -> QVBoxLayout:
        venue = QLabel(facts.venue_name)
        venue.setProperty("role", "figure")
        place = QLabel(" · ".join(part for part in (facts.venue_city, facts.terminal_name) if part))
        place.setProperty("role", "muted")
        for label in (venue, place):
            label.setTextFormat(Qt.TextFormat.PlainText)
        badge = QLabel(self.tr("Demo"))
        badge.setProperty("role", "badge")
        badge.setToolTip(self.tr("An invented cinema to try things out; the PINs stand beside the names."))
        badge.setVisible(facts.is_demo)
        below = QHBoxLayout()
        below.addWidget(place)
        below.addWidget(badge)
        below.addStretch(1)
        heading = QVBoxLayout()
        heading.setSpacing(4)
        heading.addWidget(venue)
        heading.addLayout(below)
        return heading

    def _build_left(self) -> QVBoxLayout:
        heading = QLabel(self.tr("Who is at the counter?"))
        heading.setProperty("role", "title")
        self._no_names_text.setWordWrap(True)
        self._no_names_text.setProperty("role", "muted")
        empty = QVBoxLayout(self._no_names)
        empty.setContentsMargins(0, 0, 0, 0)
        empty.addWidget(self._no_names_text)
        empty.addWidget(self._again, 0, Qt.AlignmentFlag.AlignLeft)
        empty.addStretch(1)
        self._no_names.hide()
        left = QVBoxLayout()
        left.setSpacing(SPACE_BETWEEN)
        left.addWidget(heading)
        left.addWidget(self._names, 1)
        left.addWidget(self._no_names, 1)
        return left

    def _build_right(self) -> QVBoxLayout:
        heading = QLabel(self.tr("PIN"))
        heading.setProperty("role", "title")
        heading.setBuddy(self._pin)
        self._pin.setProperty("role", "figure")
        self._pin.setEchoMode(QLineEdit.EchoMode.Password)
        self._pin.setMaxLength(_LONGEST_PIN)
        self._pin.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._pin.setAccessibleName(self.tr("PIN"))
        self._pin.setInputMethodHints(
            Qt.InputMethodHint.ImhSensitiveData
            | Qt.InputMethodHint.ImhPreferNumbers
            | Qt.InputMethodHint.ImhNoPredictiveText
        )
        self._verdict.setWordWrap(True)
        self._verdict.setTextFormat(Qt.TextFormat.PlainText)
        self._verdict.setProperty("role", "error")
        self._verdict.setMinimumHeight(36)
        self._verdict.setAlignment(Qt.AlignmentFlag.AlignVCenter)
        self._enter.setProperty("kind", "primary")
        self._enter.setProperty("tall", True)
        self._progress.setRange(0, 0)
        policy = self._progress.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self._progress.setSizePolicy(policy)
        self._progress.hide()
        right = QVBoxLayout()
        right.setSpacing(SPACE_INSIDE)
        right.addWidget(heading)
        right.addSpacing(SPACE_BETWEEN - SPACE_INSIDE)
        for widget in (self._pin, self._progress, self._verdict, self._keypad):
            right.addWidget(widget)
        right.addStretch(1)
        right.addWidget(self._enter)
        return right

    def _connect(self) -> None:
        self._names.chosen.connect(self._on_name_chosen)
        self._names.confirmed.connect(self._pin.setFocus)
        self._names.digit_typed.connect(self._on_digit)
        self._keypad.digit_pressed.connect(self._on_digit)
        self._keypad.back_pressed.connect(self._pin.backspace)
        self._keypad.clear_pressed.connect(self._pin.clear)
        self._pin.returnPressed.connect(self._try)
        self._pin.textEdited.connect(self._on_pin_edited)
        self._enter.clicked.connect(self._try)
        self._again.clicked.connect(self.read_names)
        self._second.timeout.connect(self._show_waiting)

    def read_names(self) -> None:
        """Ask the till for the names again."""
        self._no_names.hide()
        self._tasks.read(self, list_sign_in_names, {}, done=self.show_names, failed=self._on_names_failed, key="names")

    def read_missing_names(self) -> None:
        """Ask again if the names could not be read before; whoever is typing is left alone."""
        if self._again.isVisibleTo(self):
            self.read_names()

    def show_names(self, names: Sequence[SignInName]) -> None:
        """Offer these names; the keyboard goes to them, or to the PIN when there is only one."""
        self._names.show_names(names)
        self._names.setVisible(bool(names))
        self._no_names.setVisible(not names)
        self._again.setVisible(False)
        self._no_names_text.setText(self.tr("Nobody may sign in at this counter yet. A manager adds people."))
        if len(names) == 1:
            self._pin.setFocus()
        else:
            self._names.take_focus()

    @property
    def user_name(self) -> str:
        """The chosen name; empty when there is none."""
        return self._names.choice.user_name if self._names.choice else ""

    @property
    def verdict(self) -> str:
        """What the page says about the last try; empty when there is nothing to say."""
        return self._verdict.text()

    def _on_names_failed(self, error: Exception) -> None:
        message = describe(error)
        self._names.hide()
        self._no_names_text.setText(f"{message.title}. {message.text}")
        self._again.show()
        self._no_names.show()
        if not isinstance(error, BoxOfficeError):
            self.failed.emit(error)

    def _on_name_chosen(self, _user_name: str) -> None:
        self._pin.clear()
        self._say("")
        self._show_waiting()

    def _on_digit(self, digit: str) -> None:
        if self._pin.isEnabled():
            self._pin.setFocus()
            self._pin.insert(digit)
            self._on_pin_edited()

    def _on_pin_edited(self) -> None:
        if not self._seconds_to_wait():
            self._say("")

    def _try(self) -> None:
        pin, user_name = self._pin.text(), self.user_name
        self._pin.clear()
        if self._busy or not user_name or self._seconds_to_wait():
            return
        if not pin:
            self._say(self.tr("Type the PIN, then Enter."))
            self._pin.setFocus()
            return
        self._set_busy(True)
        self._tasks.write_call(
            self,
            self._tasks.desk.sign_in,
            user_name,
            pin,
            done=self._on_signed_in,
            failed=lambda error: self._on_sign_in_failed(user_name, error),
        )

    def _on_signed_in(self, person: SignedIn) -> None:
        self._set_busy(False)
        self._say("")
        self._free_at.clear()
        self._locked.clear()
        self.signed_in.emit(person)

    def _on_sign_in_failed(self, user_name: str, error: Exception) -> None:
        self._set_busy(False)
        if isinstance(error, SignInRefusedError):
            self._locked.discard(user_name)
            if error.locked:
                self._locked.add(user_name)
            self._free_at[user_name] = monotonic() + error.wait_seconds
            self._say(describe(error).title + ".")
            self._show_waiting()
        else:
            message = describe(error)
            self._say(f"{message.title}.")
            if message.severity is not Severity.NOTICE:
                self.failed.emit(error)
        if self._pin.isEnabled():
            self._pin.setFocus()

    def _seconds_to_wait(self) -> int:
        return max(0, -int(-(self._free_at.get(self.user_name, 0.0) - monotonic()) // 1))

    def _show_waiting(self) -> None:
        """Count down while the chosen name has to wait; free the field when it is over."""
        seconds = self._seconds_to_wait()
        waiting = seconds > 0
        self._set_enabled(not waiting and not self._busy)
        if waiting:
            self._second.start()
            left = f"{seconds // _MINUTE}:{seconds % _MINUTE:02}" if seconds >= _MINUTE else f"{seconds} s"
            words = (
                self.tr("Too many wrong PINs. Locked for {left}; a manager can unlock it.")
                if self.user_name in self._locked
                else self.tr("That name and PIN do not go together. Next try in {left}.")
            )
            self._say(words.format(left=left))
        elif self._second.isActive():
            self._second.stop()
            self._say("")
            self._pin.setFocus()

    def _say(self, words: str) -> None:
        self._verdict.setText(words)
        self._pin.setProperty("error", bool(words))
        restyle(self._pin)

    def _set_busy(self, busy: bool) -> None:  # noqa: FBT001 - a switch of this page alone
        self._busy = busy
        self._progress.setVisible(busy)
        self._enter.setText(self.tr("Checking…") if busy else self.tr("Sign in"))
        self._names.setEnabled(not busy)
        self._set_enabled(not busy)

    def _set_enabled(self, enabled: bool) -> None:  # noqa: FBT001 - as above
        for widget in (self._pin, self._keypad, self._enter):
            widget.setEnabled(enabled)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._pin.clear()
        self.read_names()

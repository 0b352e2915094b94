"""The names on the sign-in screen."""

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from boxoffice_desktop.services.staff import SignInName
from boxoffice_desktop.ui.widgets.theme import SPACE_BETWEEN, SPACE_INSIDE, theme_notifier

_TYPING_MS = 900
_LOWEST = 60
_MARGIN = 6


class NameButton(QPushButton):
    """One name, with the role below and, in the demo cinema, the PIN."""

    def __init__(self, choice: SignInName, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.choice = choice
        self.setCheckable(True)
        pin = "" if choice.demo_pin is None else self.tr("PIN {pin}").format(pin=choice.demo_pin)
        self.setAccessibleName(" ".join(part for part in (choice.display_name, choice.role_hint, pin) if part))
        words = QVBoxLayout()
        words.setSpacing(0)
        self._words = [self._make_label(choice.display_name, "strong")]
        if choice.role_hint:
            self._words.append(self._make_label(choice.role_hint, "small"))
        for label in self._words:
            words.addWidget(label)
        self._row = row = QHBoxLayout(self)
        row.setContentsMargins(SPACE_BETWEEN, _MARGIN, SPACE_BETWEEN, _MARGIN)
        row.addLayout(words, 1)
        theme_notifier().changed.connect(self._take_height)
        if pin:
            row.addWidget(self._make_label(pin, "badge"), 0, Qt.AlignmentFlag.AlignVCenter)

    def _make_label(self, text: str, role: str) -> QLabel:
        label = QLabel(text)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setProperty("role", role)
        label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        return label

    def sizeHint(self) -> QSize:
        # A push button measures its own text only, and this one has labels instead; they must have their fonts first.
        for label in self.findChildren(QLabel):
            label.ensurePolished()
        words = sum(label.sizeHint().height() for label in self._words)
        return QSize(self._row.sizeHint().width(), max(_LOWEST, words + 2 * _MARGIN))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._take_height()

    def _take_height(self) -> None:
        # The style sheet gives every button the least height of one line, and that would overrule the size hint.
        self.setMinimumHeight(self.sizeHint().height())


class NameList(QScrollArea):
    """Choose one name: by click, with the arrows, or by typing how it begins.

    Signals:
        chosen: another name is chosen (its user name).
        confirmed: a click or Enter on a name: on to the PIN.
        digit_typed: a digit while the names have the keyboard; it is meant for the PIN.
    """

    chosen = Signal(str)
    confirmed = Signal()
    digit_typed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._buttons: list[NameButton] = []
        self._typed = ""
        self._forget = QTimer(self)
        self._forget.setSingleShot(True)
        self._forget.setInterval(_TYPING_MS)
        self._forget.timeout.connect(self._on_forget_timeout)
        self._group = QButtonGroup(self)
        self._group.idClicked.connect(self._on_group_clicked)
        self._holder = QWidget()
        self._column = QVBoxLayout(self._holder)
        self._column.setContentsMargins(0, 0, SPACE_INSIDE, 0)
        self._column.setSpacing(SPACE_INSIDE)
        self._column.addStretch(1)
        self.setWidget(self._holder)

    def show_names(self, names: Sequence[SignInName]) -> None:
        """Replace the names; the first is chosen."""
        for old in self._buttons:
            self._group.removeButton(old)
            self._column.removeWidget(old)
            old.deleteLater()
        self._buttons = [NameButton(choice) for choice in names]
        for index, button in enumerate(self._buttons):
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            self._group.addButton(button, index)
            self._column.insertWidget(index, button)
            button.show()  # else it could not take the keyboard before the event loop comes round
        if self._buttons:
            self.choose(0)

    @property
    def choice(self) -> SignInName | None:
        """The chosen name, None when there is none to choose."""
        return next((button.choice for button in self._buttons if button.isChecked()), None)

    def choose(self, index: int) -> None:
        """Choose the name at `index` and bring it into sight."""
        button = self._buttons[index]
        button.setChecked(True)
        self.ensureWidgetVisible(button)
        if any(other.hasFocus() for other in self._buttons):
            button.setFocus()
        self.chosen.emit(button.choice.user_name)

    def take_focus(self) -> None:
        """Give the keyboard to the chosen name."""
        for button in self._buttons:
            if button.isChecked():
                button.setFocus()

    def _chosen_index(self) -> int:
        return next((index for index, button in enumerate(self._buttons) if button.isChecked()), 0)

    def _on_group_clicked(self, index: int) -> None:
        self.choose(index)
        self.confirmed.emit()

    def _on_forget_timeout(self) -> None:
        self._typed = ""

    def _choose_by_typing(self, letter: str) -> None:
        self._typed += letter.casefold()
        self._forget.start()
        for typed in (self._typed, letter.casefold()):
            begins = [
                index
                for index, button in enumerate(self._buttons)
                if any(part.casefold().startswith(typed) for part in _name_parts(button.choice))
            ]
            if begins:
                self.choose(begins[0])
                self._typed = typed
                return

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, text = event.key(), event.text()
        if key in (Qt.Key.Key_Down, Qt.Key.Key_Up) and self._buttons:
            step = 1 if key == Qt.Key.Key_Down else -1
            self.choose(max(0, min(len(self._buttons) - 1, self._chosen_index() + step)))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.confirmed.emit()
        elif text.isdigit():
            self.digit_typed.emit(text)
        elif text.isalpha():
            self._choose_by_typing(text)
        else:
            super().keyPressEvent(event)


def _name_parts(choice: SignInName) -> tuple[str, ...]:
    return (choice.display_name, choice.user_name, *choice.display_name.replace(".", " ").split())

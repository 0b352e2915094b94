"""Small dialogs of the manager's pages. They open and tell; nothing waits for them."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from boxoffice_desktop.ui.widgets.theme import SPACE_AROUND, SPACE_BETWEEN, SPACE_INSIDE

translate = QCoreApplication.translate
_WIDTH = 460
# What the frame of a window takes of the screen.
_FRAME = 40


class ChoiceDialog(QDialog):
    """A title, a body, and buttons that each do something; Escape and Cancel do nothing. Deletes itself when closed."""

    def __init__(self, title: str, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(title)
        self.setMinimumWidth(_WIDTH)
        self.body = QVBoxLayout()
        self.body.setSpacing(SPACE_INSIDE)
        self._buttons = QHBoxLayout()
        self._buttons.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE_AROUND, SPACE_AROUND, SPACE_AROUND, SPACE_BETWEEN)
        layout.setSpacing(SPACE_BETWEEN)
        layout.addWidget(make_label(title, "title"))
        layout.addLayout(self.body, 1)
        layout.addLayout(self._buttons)
        if text:
            self.body.addWidget(make_label(text))
        self.add_button(translate("ChoiceDialog", "Cancel"), self.reject)

    def add_button(self, text: str, act: Callable[[], object], kind: str = "", *, closes: bool = True) -> QPushButton:
        """Add a button; it closes the dialog before it acts, unless told not to."""
        button = QPushButton(text)
        button.setProperty("kind", kind)
        button.setDefault(kind == "primary")
        button.setAutoDefault(kind == "primary")
        if closes and act != self.reject:
            button.clicked.connect(self.accept)
        button.clicked.connect(lambda _checked=False: act())
        self._buttons.addWidget(button)
        return button


class StaleDialog(ChoiceDialog):
    """Somebody else was quicker: what differs, and whose values shall stand."""

    def __init__(
        self,
        who: str,
        differences: Sequence[tuple[str, str, str]],
        *,
        keep_mine: Callable[[], object],
        take_theirs: Callable[[], object],
        parent: QWidget | None = None,
    ) -> None:
        """`who` says who and when; a difference is the field, my value and theirs."""
        super().__init__(translate("StaleDialog", "Changed meanwhile"), who, parent)
        grid = QGridLayout()
        grid.setHorizontalSpacing(SPACE_BETWEEN)
        for column in (1, 2):
            grid.setColumnStretch(column, 1)
        headings = ("", translate("StaleDialog", "Yours"), translate("StaleDialog", "Theirs"))
        for row, cells in enumerate((headings, *differences)):
            for column, cell in enumerate(cells):
                grid.addWidget(make_label(cell, "small" if row == 0 or column == 0 else ""), row, column)
        self.body.addLayout(grid)
        self.add_button(translate("StaleDialog", "Take theirs"), take_theirs)
        self.add_button(translate("StaleDialog", "Save mine over it"), keep_mine, "primary")


def say_unsaved(what: str) -> str:
    """The one wording for typing that would be lost: `the film has changes that are not saved` for `the film`."""
    return translate("Unsaved", "{what} has changes that are not saved").format(what=what)


def ask_unsaved(
    what: str, *, save: Callable[[], object], discard: Callable[[], object], parent: QWidget
) -> ChoiceDialog:
    """Ask what shall become of changes before something else is shown: save, discard, or stay."""
    text = say_unsaved(what)
    dialog = ChoiceDialog(translate("Unsaved", "Save the changes?"), f"{text[:1].upper()}{text[1:]}.", parent)
    dialog.add_button(translate("Unsaved", "Discard"), discard)
    dialog.add_button(translate("Unsaved", "Save"), save, "primary")
    dialog.open()
    return dialog


def prefer_size(window: QWidget, width: int, height: int) -> None:
    """As large as that, where the screen has the room."""
    room = window.screen().availableGeometry().size()
    window.resize(min(width, room.width() - _FRAME), min(height, room.height() - _FRAME))


def make_scroll(inner: QWidget) -> QScrollArea:
    """What may be higher than its window, without a frame of its own."""
    scroll = QScrollArea()
    scroll.setWidgetResizable(True)
    scroll.setFrameShape(QScrollArea.Shape.NoFrame)
    scroll.setWidget(inner)
    return scroll


def make_label(text: str, role: str = "") -> QLabel:
    """A plain-text label that wraps."""
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setProperty("role", role)
    return label


def make_button(text: str, act: Callable[[], object], kind: str = "", *, tip: str = "") -> QPushButton:
    """A push button that does something; `kind` as in the theme."""
    button = QPushButton(text)
    button.setProperty("kind", kind)
    button.setToolTip(tip)
    button.setAutoDefault(False)
    button.clicked.connect(lambda _checked=False: act())
    return button

"""A counted drawer at the beginning or the end of a shift."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QPushButton, QScrollArea, QVBoxLayout, QWidget

from boxoffice_desktop.domain.errors import InvalidInputError
from boxoffice_desktop.ui.shift.count_grid import CountGrid
from boxoffice_desktop.ui.widgets.dialogs import make_label
from boxoffice_desktop.ui.widgets.formats import Formats
from boxoffice_desktop.ui.widgets.theme import SPACE_BETWEEN


class CountPanel(QWidget):
    """A title, what to do, the grid, and a button that takes the count.

    Signals:
        counted: the pieces and the reason, which is empty while nobody has asked for one.
        cancelled: somebody wants to go back.
    """

    counted = Signal(object, str)
    cancelled = Signal()

    def __init__(self, formats: Formats, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.grid = CountGrid(formats)
        self.button = QPushButton()
        self.back = QPushButton(self.tr("Back"))
        self.reason = QLineEdit()
        self._title = make_label("", "title")
        self._text = make_label("", "muted")
        self._warning = make_label("", "warn")
        self._reason_row = QWidget()
        self._build()
        self._connect()

    def start(self, title: str, text: str, button: str, *, warning: str = "", may_go_back: bool = False) -> None:
        """Begin with an empty drawer."""
        self._title.setText(title)
        self._text.setText(text)
        self.button.setText(button)
        self.back.setVisible(may_go_back)
        self._warn(warning)
        self.reason.clear()
        self._reason_row.hide()
        self.grid.clear()
        self.set_busy(busy=False)

    def ask_reason(self) -> None:
        """The count is off: let it be counted again, or said why."""
        self.set_busy(busy=False)
        self._warn(self.tr("The count is not what it should be. Count again; if it stays so, say why and close."))
        self._reason_row.show()
        self.reason.setFocus()

    def show_trouble(self, words: str) -> None:
        """It did not work; what was counted stays."""
        self.set_busy(busy=False)
        self._warn(words)

    def set_busy(self, *, busy: bool) -> None:
        """While the database works nothing can be pressed twice."""
        self.button.setEnabled(not busy)
        self.back.setEnabled(not busy)
        self.grid.setEnabled(not busy)

    def submit(self) -> None:
        """Take the count as it stands."""
        if not self.button.isEnabled():
            return
        try:
            pieces = self.grid.pieces()
        except InvalidInputError:
            return
        self.set_busy(busy=True)
        self.counted.emit(pieces, self.reason.text().strip())

    def words(self) -> str:
        """What the panel warns of, for tests and screen readers."""
        return self._warning.text()

    def asks_reason(self) -> bool:
        """Whether a reason is asked for."""
        return not self._reason_row.isHidden()

    def _warn(self, words: str) -> None:
        self._warning.setText(words)
        self._warning.setVisible(bool(words))

    def _build(self) -> None:
        self.button.setProperty("kind", "primary")
        self.button.setProperty("tall", True)
        self.back.setProperty("tall", True)
        # Outside of dialogs a button takes Enter only so.
        self.button.setAutoDefault(True)
        label = QLabel(self.tr("&Why it differs"))
        label.setBuddy(self.reason)
        self.reason.setMaxLength(500)
        self.reason.setAccessibleName(self.tr("Why the count differs"))
        row = QHBoxLayout(self._reason_row)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(label)
        row.addWidget(self.reason, 1)
        holder = QWidget()
        inner = QVBoxLayout(holder)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.addWidget(self.grid)
        inner.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(holder)
        buttons = QHBoxLayout()
        buttons.setSpacing(SPACE_BETWEEN)
        buttons.addWidget(self.button)
        buttons.addWidget(self.back)
        buttons.addWidget(make_label(self.tr("Enter goes to the next field, Ctrl+Enter takes the count."), "small"), 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_BETWEEN)
        for widget in (self._title, self._text, self._warning):
            column.addWidget(widget)
        column.addWidget(area, 1)
        column.addWidget(self.grid.sum_row)
        column.addWidget(self._reason_row)
        column.addLayout(buttons)
        self.setFocusProxy(self.grid)

    def _connect(self) -> None:
        self.button.clicked.connect(lambda _checked=False: self.submit())
        self.back.clicked.connect(lambda _checked=False: self.cancelled.emit())
        self.grid.submitted.connect(self._on_grid_submitted)
        self.reason.returnPressed.connect(self.submit)
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            shortcut = QShortcut(QKeySequence(keys), self, context=Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(self.submit)

    def _on_grid_submitted(self) -> None:
        # One more Enter: nobody closes a shift by leaning on the key.
        self.button.setFocus()

"""The frame of the schedule's dialogs, and lists that are only read."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from boxoffice_desktop.ui.widgets.dialogs import prefer_size
from boxoffice_desktop.ui.widgets.theme import SPACE_AROUND, SPACE_BETWEEN, SPACE_INSIDE, restyle

_NARROWEST = 460
_SHORTEST_CHOICE = 12


def make_label(text: str, role: str = "") -> QLabel:
    """A label of plain text that wraps."""
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setProperty("role", role)
    return label


class AskDialog(QDialog):
    """A title, a body, a line for what is wrong, a deed and a way out. Deletes itself; show it with `open()`.

    Signals:
        submitted: somebody wants the deed; the dialog stays until `accept` is called.
    """

    submitted = Signal()

    def __init__(self, title: str, deed: str, parent: QWidget | None = None, *, kind: str = "primary") -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(title)
        self.setMinimumWidth(_NARROWEST)
        self.body = QVBoxLayout()
        self.body.setSpacing(SPACE_INSIDE)
        self.trouble = make_label("", "error")
        self.deed = QPushButton(deed)
        self.deed.setProperty("kind", kind)
        self.deed.setDefault(kind == "primary")
        self.deed.setAutoDefault(kind == "primary")
        self.deed.clicked.connect(self.submitted)
        self.way_out = QPushButton(self.tr("Back") if deed else self.tr("Close"))
        self.way_out.setAutoDefault(kind != "primary")
        self.way_out.clicked.connect(self.reject)
        self.deed.setVisible(bool(deed))
        buttons = self._buttons = QHBoxLayout()
        buttons.setSpacing(SPACE_INSIDE)
        buttons.addStretch(1)
        buttons.addWidget(self.way_out)
        buttons.addWidget(self.deed)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE_AROUND, SPACE_AROUND, SPACE_AROUND, SPACE_BETWEEN)
        layout.setSpacing(SPACE_BETWEEN)
        layout.addWidget(make_label(title, "title"))
        layout.addLayout(self.body, 1)
        layout.addWidget(self.trouble)
        layout.addLayout(buttons)
        self.say("")

    def prefer_size(self, width: int, height: int) -> None:
        """As large as that, where the screen has the room."""
        prefer_size(self, width, height)

    def add_button(self, text: str, act: Callable[[], object]) -> QPushButton:
        """Another button, on the left; the dialog stays open."""
        button = QPushButton(text)
        button.setAutoDefault(False)
        button.clicked.connect(lambda _checked=False: act())
        self._buttons.insertWidget(self._buttons.count() - 3, button)
        return button

    def say(self, text: str, role: str = "error") -> None:
        """Tell what is wrong, or with another role anything else; empty for nothing."""
        self.trouble.setText(text)
        self.trouble.setProperty("role", role)
        restyle(self.trouble)
        self.trouble.setVisible(bool(text))


def make_form() -> QFormLayout:
    """Fields below each other, their names beside the middle of each."""
    form = QFormLayout()
    form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
    form.setVerticalSpacing(SPACE_INSIDE)
    return form


def keep_narrow(box: QComboBox) -> None:
    """As wide as there is room: a long title must not set the width of a dialog."""
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    box.setMinimumContentsLength(_SHORTEST_CHOICE)


class ReadTable(QTableWidget):
    """Rows that are only read."""

    def __init__(
        self, headings: Sequence[str], parent: QWidget | None = None, *, elastic: Sequence[int] = (-1,)
    ) -> None:
        """The `elastic` columns share the room that the others leave, and their texts end in dots where it is short."""
        super().__init__(0, len(headings), parent)
        self.setHorizontalHeaderLabels(list(headings))
        self.verticalHeader().hide()
        self.setShowGrid(False)
        self.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QTableWidget.SelectionBehavior.SelectRows)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        header = self.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setHighlightSections(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        for column in elastic:
            header.setSectionResizeMode(column % len(headings), QHeaderView.ResizeMode.Stretch)

    def show_rows(self, rows: Sequence[Sequence[str]]) -> None:
        """Show these texts, a row each."""
        self.setRowCount(len(rows))
        for line, row in enumerate(rows):
            for column, text in enumerate(row):
                item = QTableWidgetItem(text)
                item.setToolTip(text)
                self.setItem(line, column, item)

    def texts(self) -> list[list[str]]:
        """What stands in the table."""
        model = self.model()
        return [
            [str(model.index(row, column).data() or "") for column in range(self.columnCount())]
            for row in range(self.rowCount())
        ]


class ListDialog(AskDialog):
    """A table with a sentence above it, and at most one deed."""

    def __init__(
        self,
        title: str,
        sentence: str,
        headings: Sequence[str],
        parent: QWidget | None = None,
        *,
        deed: str = "",
        kind: str = "danger",
        elastic: Sequence[int] = (-1,),
    ) -> None:
        super().__init__(title, deed, parent, kind=kind)
        self.sentence = make_label(sentence)
        self.table = ReadTable(headings, elastic=elastic)
        self.body.addWidget(self.sentence)
        self.body.addWidget(self.table, 1)
        self.prefer_size(720, 460)

    def show_rows(self, rows: Sequence[Sequence[str]], nothing: str) -> None:
        """Show rows, or a sentence where there are none."""
        self.table.show_rows(rows)
        self.table.setVisible(bool(rows))
        if not rows:
            self.say(nothing, "muted")

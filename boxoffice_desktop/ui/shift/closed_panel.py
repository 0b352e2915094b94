"""After the closing: what should have been in the drawer, what was, and the Z report."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from boxoffice_desktop.services.shifts import ClosedShift
from boxoffice_desktop.ui.shift.words import say_difference
from boxoffice_desktop.ui.widgets.dialogs import make_label
from boxoffice_desktop.ui.widgets.formats import Formats
from boxoffice_desktop.ui.widgets.theme import SPACE_AROUND, SPACE_BETWEEN, restyle


class ClosedPanel(QWidget):
    """Shows a `ClosedShift`.

    Signals:
        report_requested: the Z report is wanted.
        finished: somebody has read it.
    """

    report_requested = Signal()
    finished = Signal()

    def __init__(self, formats: Formats, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._formats = formats
        self._title = make_label("", "title")
        self._values = {key: QLabel() for key in ("expected", "counted", "difference")}
        self.report = QPushButton(self.tr("&Z report"))
        self.done = QPushButton(self.tr("&Done"))
        self._reason = make_label("", "muted")
        self._build()

    def show_closed(self, closed: ClosedShift, terminal: str) -> None:
        """Show what a shift came to."""
        formats = self._formats
        self._title.setText(
            self.tr("Shift {number} of {terminal} is closed").format(number=closed.number, terminal=terminal)
        )
        self._values["expected"].setText(formats.money(closed.expected))
        self._values["counted"].setText(formats.money(closed.counted))
        difference = self._values["difference"]
        difference.setText(say_difference(closed.difference, formats))
        difference.setProperty("role", "figure")
        restyle(difference)
        self._reason.setText(closed.reason)
        self._reason.setVisible(bool(closed.reason))

    def difference(self) -> str:
        """What stands there as difference."""
        return self._values["difference"].text()

    def _build(self) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(SPACE_AROUND)
        grid.setVerticalSpacing(SPACE_BETWEEN)
        names = (self.tr("Should be there"), self.tr("Counted"), self.tr("Difference"))
        for row, (name, value) in enumerate(zip(names, self._values.values(), strict=True)):
            value.setProperty("role", "figure")
            value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            value.setAccessibleName(name)
            grid.addWidget(QLabel(name), row, 0)
            grid.addWidget(value, row, 1)
        grid.setColumnStretch(2, 1)
        for button, kind in ((self.report, ""), (self.done, "primary")):
            button.setProperty("kind", kind)
            button.setProperty("tall", True)
            button.setAutoDefault(True)
        self.report.clicked.connect(lambda _checked=False: self.report_requested.emit())
        self.done.clicked.connect(lambda _checked=False: self.finished.emit())
        buttons = QHBoxLayout()
        buttons.setSpacing(SPACE_BETWEEN)
        buttons.addWidget(self.done)
        buttons.addWidget(self.report)
        buttons.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_AROUND)
        column.addWidget(self._title)
        column.addLayout(grid)
        column.addWidget(self._reason)
        column.addLayout(buttons)
        column.addStretch(1)
        self.setFocusProxy(self.done)

"""The open shift: since when, by whom, what moved beside sales, and what can be done."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from boxoffice_desktop.domain.cash import CashKind
from boxoffice_desktop.services.shifts import MovementLine, ShiftView
from boxoffice_desktop.ui.shift.words import say_kind
from boxoffice_desktop.ui.widgets.dialogs import make_label
from boxoffice_desktop.ui.widgets.flow_layout import FlowLayout
from boxoffice_desktop.ui.widgets.formats import Formats
from boxoffice_desktop.ui.widgets.rows_model import Column, RowsModel, RowsTable
from boxoffice_desktop.ui.widgets.theme import SPACE_BETWEEN, SPACE_INSIDE

_OUTWARDS = frozenset({CashKind.PAY_OUT, CashKind.DROP})


class RunningPanel(QWidget):
    """Shows a `ShiftView` with a shift in it.

    Signals:
        cash_requested: the `CashKind` that somebody wants to record.
        report_requested: the X report is wanted.
        close_requested: the shift shall be counted and closed.
    """

    cash_requested = Signal(object)
    report_requested = Signal()
    close_requested = Signal()

    def __init__(self, formats: Formats, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._formats = formats
        self._title = make_label("", "title")
        self._facts = make_label("", "muted")
        self._warning = make_label("", "warn")
        self.buttons: dict[str, QPushButton] = {}
        columns: list[Column[MovementLine]] = [
            Column(title=self.tr("At"), text=lambda line: formats.time(line.at), width=8),
            Column(title=self.tr("What"), text=lambda line: say_kind(line.kind), width=18),
            Column(title=self.tr("Amount"), text=self._say_amount, width=14, is_number=True),
            Column(title=self.tr("Reason"), text=lambda line: line.reason, width=0),
            Column(title=self.tr("By"), text=lambda line: line.staff_name, width=20),
        ]
        self.model: RowsModel[MovementLine] = RowsModel(columns, self)
        self.table = RowsTable(self.model, self.tr("Cash beside sales"))
        self._build()

    def show_view(self, view: ShiftView) -> None:
        """Show the shift as it is."""
        shift = view.shift
        if shift is None:
            return
        formats = self._formats
        self._title.setText(self.tr("Shift {number} is open").format(number=shift.number))
        self._facts.setText(
            self.tr("Since {when} · opened by {who} · float {amount}").format(
                when=formats.moment(shift.opened_at), who=shift.opened_by, amount=formats.money(shift.opening)
            )
        )
        self._warning.setVisible(shift.is_old)
        self._warning.setText(
            self.tr("This shift was opened on an earlier day. Count the drawer and close it before you go on selling.")
        )
        self.model.show_rows(view.movements)

    def warning(self) -> str:
        """What is wrong with the shift; empty when nothing is."""
        return "" if self._warning.isHidden() else self._warning.text()

    def list_keys(self) -> Sequence[tuple[str, str]]:
        """The keys of the panel, for the help."""
        return (
            ("Alt+I", self.tr("Pay in")),
            ("Alt+O", self.tr("Pay out")),
            ("Alt+D", self.tr("Drop to the safe")),
            ("Alt+W", self.tr("Open the drawer without a sale")),
            ("Alt+X", self.tr("X report")),
            ("Alt+C", self.tr("Count and close the shift")),
        )

    def _say_amount(self, line: MovementLine) -> str:
        if line.kind is CashKind.DRAWER:
            return ""
        return self._formats.amount(-line.amount if line.kind in _OUTWARDS else line.amount)

    def _build(self) -> None:
        actions = QWidget()
        row = FlowLayout(actions, across=SPACE_INSIDE, along=SPACE_INSIDE)
        for key, text in (
            (CashKind.PAY_IN, self.tr("Pay &in…")),
            (CashKind.PAY_OUT, self.tr("Pay &out…")),
            (CashKind.DROP, self.tr("&Drop to safe…")),
            (CashKind.DRAWER, self.tr("Open dra&wer")),
        ):
            button = self._button(key.value, text)
            button.clicked.connect(lambda _checked=False, kind=key: self.cash_requested.emit(kind))
            row.addWidget(button)
        report = self._button("report", self.tr("&X report"))
        report.clicked.connect(lambda _checked=False: self.report_requested.emit())
        closing = self._button("close", self.tr("Count and &close…"), "primary")
        closing.clicked.connect(lambda _checked=False: self.close_requested.emit())
        row.addWidget(report)
        row.addWidget(closing)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_BETWEEN)
        for widget in (
            self._title,
            self._facts,
            self._warning,
            actions,
            make_label(self.tr("Cash beside sales"), "small"),
        ):
            column.addWidget(widget)
        column.addWidget(self.table, 1)
        self.setFocusProxy(self.buttons[CashKind.PAY_IN.value])

    def _button(self, key: str, text: str, kind: str = "") -> QPushButton:
        button = QPushButton(text)
        button.setProperty("kind", kind)
        button.setProperty("tall", True)
        button.setAutoDefault(True)
        self.buttons[key] = button
        return button

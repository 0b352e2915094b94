"""All tills' shifts of a business day, together."""

from datetime import date, timedelta

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from boxoffice_desktop.services.shift_reports import ShiftDay, ShiftLine, list_shifts
from boxoffice_desktop.ui.shift.words import say_difference
from boxoffice_desktop.ui.tasks.runner import TaskRunner
from boxoffice_desktop.ui.widgets.dialogs import make_button, make_label
from boxoffice_desktop.ui.widgets.formats import Formats
from boxoffice_desktop.ui.widgets.rows_model import Column, RowsModel, RowsTable
from boxoffice_desktop.ui.widgets.theme import SPACE_BETWEEN, SPACE_INSIDE


class DayTab(QWidget):
    """A row for each shift and the sum below.

    Signals:
        report_requested: the `ShiftLine` whose X or Z report is wanted.
        close_requested: the `ShiftLine` that shall be closed from here.
        failed: an exception.
    """

    report_requested = Signal(object)
    close_requested = Signal(object)
    failed = Signal(object)

    def __init__(self, tasks: TaskRunner, formats: Formats, *, may_close: bool) -> None:
        super().__init__()
        self._tasks = tasks
        self._formats = formats
        self._day: date | None = None
        self._shown: ShiftDay | None = None
        self._title = make_label("", "title")
        self._summary = make_label("", "muted")
        self._empty = make_label(self.tr("No till had a shift on this day."), "muted")
        columns = self._columns()
        self.model: RowsModel[ShiftLine] = RowsModel(columns, self)
        self.table = RowsTable(self.model, self.tr("Shifts of all tills"))
        self.table.activated.connect(lambda _index: self.show_chosen())
        self.close_button = make_button(self.tr("Count and close this shift…"), self.close_chosen)
        self.close_button.setVisible(may_close)
        self.table.selectionModel().currentRowChanged.connect(lambda _new, _old: self._show_choice())
        self._build()

    def reload(self) -> None:
        """Look again."""
        self._tasks.read(
            self, list_shifts, {"day": self._day}, done=self._on_read, failed=self.failed.emit, key="shifts"
        )

    def step(self, days: int) -> None:
        """Show another day; 0 is the one that runs now."""
        if days == 0 or self._shown is None:
            self._day = None
        else:
            self._day = self._shown.day + timedelta(days=days)
        self.reload()

    def show_chosen(self) -> None:
        """Ask for the report of the chosen shift."""
        line = self.model.row_at(self.table.currentIndex())
        if line is not None:
            self.report_requested.emit(line)

    def close_chosen(self) -> None:
        """Ask for the closing of the chosen shift."""
        line = self.model.row_at(self.table.currentIndex())
        if line is not None and line.closed_at is None:
            self.close_requested.emit(line)

    def summary(self) -> str:
        """The sum over all shifts, in words."""
        return self._summary.text()

    def _columns(self) -> list[Column[ShiftLine]]:
        formats = self._formats

        def money(title: str, what: str) -> Column[ShiftLine]:
            return Column(title=title, text=lambda line: formats.amount(getattr(line, what)), width=11, is_number=True)

        return [
            Column(title=self.tr("Till"), text=lambda line: line.terminal_name, width=0),
            Column(title=self.tr("Shift"), text=lambda line: str(line.number), width=6, is_number=True),
            Column(title=self.tr("Opened"), text=self._say_opened, width=15, is_spare=True),
            Column(title=self.tr("Closed"), text=self._say_closed, width=15, role=self._state_role),
            Column(
                title=self.tr("Tickets"), text=lambda line: str(line.tickets), width=8, is_number=True, is_spare=True
            ),
            money(self.tr("Sold"), "sold"),
            money(self.tr("Cash"), "cash"),
            money(self.tr("Card"), "card"),
            money(self.tr("Other"), "other"),
            money(self.tr("Taken back"), "refunded"),
            Column(title=self.tr("Drawer"), text=self._say_drawer, width=20, role=self._drawer_role),
        ]

    def _build(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(SPACE_INSIDE)
        head.addWidget(
            make_button(
                "\N{SINGLE LEFT-POINTING ANGLE QUOTATION MARK}", lambda: self.step(-1), tip=self.tr("Day before")
            )
        )
        head.addWidget(make_button(self.tr("Today"), lambda: self.step(0)))
        head.addWidget(
            make_button("\N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK}", lambda: self.step(1), tip=self.tr("Next day"))
        )
        head.addSpacing(SPACE_BETWEEN)
        head.addWidget(self._title, 1)
        buttons = QHBoxLayout()
        buttons.setSpacing(SPACE_INSIDE)
        buttons.addWidget(make_button(self.tr("Show the report"), self.show_chosen, tip="Enter"))
        buttons.addWidget(self.close_button)
        buttons.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, SPACE_INSIDE, 0, 0)
        layout.setSpacing(SPACE_INSIDE)
        layout.addLayout(head)
        layout.addWidget(self._empty)
        layout.addWidget(self.table, 1)
        layout.addWidget(self._summary)
        layout.addLayout(buttons)

    def _on_read(self, day: ShiftDay) -> None:
        row = self.table.currentIndex().row()
        self._shown = day
        self._title.setText(self._formats.day_long(day.day))
        self.model.show_rows(day.shifts)
        self._empty.setVisible(not day.shifts)
        words = self.tr("Together: {tickets} tickets · sold {sold} · cash {cash} · card {card} · other {other} ·"
                        " taken back {refunded} · drawers {drawer}")  # fmt: skip
        self._summary.setText(
            words.format(
                tickets=day.total("tickets"),
                drawer=say_difference(day.total("difference"), self._formats),
                **{
                    what: self._formats.money(day.total(what)) for what in ("sold", "cash", "card", "other", "refunded")
                },
            )
        )
        if day.shifts:
            self.table.select_row(min(max(row, 0), len(day.shifts) - 1))
        self._show_choice()

    def _show_choice(self) -> None:
        line = self.model.row_at(self.table.currentIndex())
        self.close_button.setEnabled(line is not None and line.closed_at is None)

    def _say_opened(self, line: ShiftLine) -> str:
        when = self._formats.moment(line.opened_at) if line.is_old else self._formats.time(line.opened_at)
        return self.tr("{when} {who}").format(when=when, who=line.opened_by)

    def _say_closed(self, line: ShiftLine) -> str:
        if line.closed_at is None:
            return self.tr("forgotten, still open") if line.is_old else self.tr("still open")
        return self.tr("{when} {who}").format(when=self._formats.time(line.closed_at), who=line.closed_by)

    @staticmethod
    def _state_role(line: ShiftLine) -> str:
        if line.closed_at is not None:
            return "text"
        return "warn" if line.is_old else "ok"

    def _say_drawer(self, line: ShiftLine) -> str:
        return "" if line.difference is None else say_difference(line.difference, self._formats)

    @staticmethod
    def _drawer_role(line: ShiftLine) -> str:
        return "warn" if line.difference else "ok"

"""Taking seats out of order for a period: which shows, and who has the seats already."""

from collections.abc import Callable, Sequence
from datetime import date

from PySide6.QtWidgets import QTableWidget, QWidget

from boxoffice_desktop.documents.formatting import format_date_short, format_date_time
from boxoffice_desktop.domain.errors import BoxOfficeError
from boxoffice_desktop.services.layouts.broken import (
    MAX_REASON,
    BrokenPlan,
    Outage,
    TakenSeat,
    give_back,
    plan_out_of_order,
    take_out_of_order,
)
from boxoffice_desktop.ui.manage.halls.actions import tr
from boxoffice_desktop.ui.manage.halls.dialogs import HallDialog, fit_columns, make_cell
from boxoffice_desktop.ui.manage.halls.fields import FieldGrid, make_label, make_text
from boxoffice_desktop.ui.tasks.runner import TaskRunner
from boxoffice_desktop.ui.widgets.date_field import DateField

_WIDTH, _TABLE = 760, 200
_NAMED = 6


class BrokenDialog(HallDialog):
    """Asks for the period and the reason; shows what it meets before anything is done.

    `tell` is called with a sentence about what was done.
    """

    def __init__(
        self,
        tasks: TaskRunner,
        hall_id: int,
        seat_ids: Sequence[int],
        today: date,
        tell: Callable[[str], None],
        parent: QWidget | None = None,
    ) -> None:
        buttons = (
            ("cancel", tr("Cancel"), ""),
            ("mended", tr("Mended: sell again from then on"), ""),
            ("broken", tr("Out of order"), "primary"),
        )
        title = tr("{count} seats out of order").format(count=len(seat_ids))
        super().__init__(title, (), buttons, parent, width=_WIDTH)
        self._tasks, self._tell = tasks, tell
        self._locale = tasks.desk.describe().locale
        self._has_plan = False
        self._seats = {"hall_id": hall_id, "seat_ids": tuple(seat_ids)}
        self.first, self.last = self._make_date(today), self._make_date(today)
        self.reason = make_text("", MAX_REASON, self._refresh_buttons)
        self.summary = make_label("", "muted")
        self.table = QTableWidget(0, 3)
        grid = FieldGrid()
        grid.add(self.tr("From the business day"), self.first)
        grid.add(self.tr("to the business day"), self.last)
        grid.add(self.tr("What is wrong"), self.reason, wide=True)
        for widget in (grid, self.summary, self.table):
            self.body.addWidget(widget)
        self.table.setHorizontalHeaderLabels((self.tr("Show"), self.tr("Seat"), self.tr("Who has it")))
        self.table.verticalHeader().hide()
        self.table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        fit_columns(self.table, 0, 2)
        self.table.setMinimumHeight(_TABLE)
        self.table.hide()
        self.reason.setFocus()
        self._refresh_buttons()
        self._read()

    def _make_date(self, today: date) -> DateField:
        edit = DateField(self._locale)
        edit.show_day(today)
        edit.textEdited.connect(lambda _text: self._read())
        return edit

    def _period(self) -> dict[str, object] | None:
        """None while one of the days cannot be read."""
        first, last = self.first.find_day(), self.last.find_day()
        return None if first is None or last is None else {**self._seats, "first": first, "last": last}

    def _read(self) -> None:
        period = self._period()
        self._has_plan = False
        self._refresh_buttons()
        if period is None:
            words = self.tr("Enter days like {example}.")
            self.summary.setText(words.format(example=self.first.say_example()))
            return
        self._tasks.read(self, plan_out_of_order, period, done=self._show_plan, failed=self._on_failed, key="broken")

    def _show_plan(self, plan: BrokenPlan) -> None:
        self._has_plan = True
        self._refresh_buttons()
        lines = [self.tr("Kept from sale: {free} places in {shows} shows.").format(free=plan.free, shows=plan.shows)]
        lines.append(self.tr("That counts drafts; shows that are made later follow."))
        if plan.kept:
            lines.append(self.tr("Out of order already: {count} places.").format(count=plan.kept))
        lines.extend(self._word_outage(outage) for outage in plan.outages[:_NAMED])
        if len(plan.outages) > _NAMED:
            lines.append(self.tr("and {count} more").format(count=len(plan.outages) - _NAMED))
        self.buttons["mended"].setEnabled(bool(plan.outages or plan.kept))
        if plan.taken:
            lines.append(self.tr("These people have one of the seats and keep it; talk to them:"))
        self.summary.setText("\n".join(lines))
        self.table.setVisible(bool(plan.taken))
        self.table.setRowCount(len(plan.taken))
        for line, seat in enumerate(plan.taken):
            when = format_date_time(seat.starts_at, self._locale)
            texts = (f"{when}  {seat.title}", seat.seat_name, self._who(seat))
            for column, text in enumerate(texts):
                self.table.setItem(line, column, make_cell(text))

    def _word_outage(self, outage: Outage) -> str:
        words = self.tr("{seat} is out of order from {first} to {last}: {reason} ({person})")
        return words.format(
            seat=outage.seat_name,
            first=format_date_short(outage.first, self._locale),
            last=format_date_short(outage.last, self._locale),
            reason=outage.reason,
            person=outage.person,
        )

    def _who(self, seat: TakenSeat) -> str:
        if seat.sale_number is not None:
            return self.tr("sold: sale {number} at {counter}").format(number=seat.sale_number, counter=seat.holder)
        return " ".join(part for part in (seat.state.replace("_", " "), seat.holder, seat.note) if part)

    def _refresh_buttons(self) -> None:
        self.buttons["broken"].setEnabled(self._has_plan and bool(self.reason.text().strip()))
        if not self._has_plan:
            self.buttons["mended"].setEnabled(False)

    def _choose(self, key: str) -> None:
        period = self._period()
        if key == "cancel" or period is None:
            self.reject()
        elif key == "broken":
            arguments = {**period, "reason": self.reason.text()}
            self._tasks.write(self, take_out_of_order, arguments, done=self._on_taken, failed=self._on_failed)
        else:
            from_day = {name: value for name, value in period.items() if name != "last"}
            self._tasks.write(self, give_back, from_day, done=self._on_given_back, failed=self._on_failed)

    def _on_taken(self, plan: BrokenPlan) -> None:
        words = self.tr("Out of order: {free} places in {shows} shows.")
        self._tell(words.format(free=plan.free, shows=plan.shows))
        self.accept()

    def _on_given_back(self, places: int) -> None:
        self._tell(self.tr("On sale again: {count} places in shows.").format(count=places))
        self.accept()

    def _on_failed(self, error: Exception) -> None:
        if isinstance(error, BoxOfficeError):
            self.summary.setText(str(error))
        else:
            self._tasks.failed.emit(error)

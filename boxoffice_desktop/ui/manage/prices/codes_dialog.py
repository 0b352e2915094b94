"""The codes of a promotion: made in bulk, added by hand, blocked, and saved as CSV for who sends them out."""

import csv
import io
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QDialog, QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from boxoffice_desktop.domain.edits import InvalidFieldsError
from boxoffice_desktop.domain.promotions import spell_code
from boxoffice_desktop.services import promotion_codes
from boxoffice_desktop.services.promotion_codes import CodeDetails
from boxoffice_desktop.services.promotions import PromotionDetails
from boxoffice_desktop.ui.tasks.runner import TaskRunner
from boxoffice_desktop.ui.widgets.dialogs import make_button, make_label
from boxoffice_desktop.ui.widgets.form import Form, Reading
from boxoffice_desktop.ui.widgets.rows_model import Column, RowsModel, RowsTable
from boxoffice_desktop.ui.widgets.theme import SPACE_AROUND, SPACE_BETWEEN, SPACE_INSIDE

_SIZE = (820, 560)


def write_csv(codes: Sequence[CodeDetails]) -> str:
    """The codes with their limits as CSV, for a spreadsheet or a mailing."""
    out = io.StringIO()
    rows = csv.writer(out)
    rows.writerow(["code", "spelt", "uses_limit", "used", "valid_until", "in_use"])
    for each in codes:
        until = each.valid_until.isoformat() if each.valid_until else ""
        rows.writerow(
            [
                each.code,
                spell_code(each.code),
                each.uses_limit or "",
                each.used,
                until,
                "yes" if each.is_active else "no",
            ]
        )
    return out.getvalue()


class CodesDialog(QDialog):
    """Deletes itself when it is closed.

    Signals:
        failed: an exception for the shell's presenter.
    """

    failed = Signal(object)

    def __init__(
        self, tasks: TaskRunner, promotion: PromotionDetails, locale: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._tasks = tasks
        self._promotion = promotion
        self._locale = locale
        self.setWindowTitle(self.tr("Codes of {name}").format(name=promotion.draft.name))
        self.resize(*_SIZE)
        self._build()
        self.reload()

    def reload(self) -> None:
        """Read the codes again."""
        self._tasks.read(
            self,
            promotion_codes.list_codes,
            {"promotion_id": self._promotion.promotion_id},
            done=self._on_codes_read,
            failed=self.failed.emit,
            key="codes",
        )

    def make(self) -> None:
        """Make as many codes as the form says, or the one that was typed."""
        reading = Reading(self.form)
        typed = self.form.text("code").strip()
        count = reading.number("count")
        uses, until = reading.number("uses_limit"), reading.day("valid_until")
        if not typed and count is None and "count" not in reading.problems:
            reading.problems["count"] = self.tr("How many, or a code of your own above.")
        self.form.show_problems(reading.problems)
        if reading.problems:
            return
        arguments: dict[str, object] = {
            "promotion_id": self._promotion.promotion_id,
            "uses_limit": uses,
            "valid_until": until,
            **({"code": typed} if typed else {"count": count}),
        }
        operation: Callable[..., object] = promotion_codes.add_code if typed else promotion_codes.make_codes
        self._tasks.write(self, operation, arguments, done=self._on_made, failed=self._on_refused)

    def save_csv(self) -> None:
        """Ask where, and write the codes there."""
        name = f"{self._promotion.draft.name}.csv".replace("/", "-")
        path, _ = QFileDialog.getSaveFileName(self, self.tr("Save the codes"), name, "CSV (*.csv)")
        if path:
            try:
                Path(path).write_text(write_csv(self.model.rows), encoding="utf-8", newline="")
            except OSError as error:
                self._say.setText(self.tr("Not saved: {reason}").format(reason=error.strerror))
            else:
                self._say.setText(self.tr("Saved: {path}").format(path=path))

    def _build(self) -> None:
        columns: list[Column[CodeDetails]] = [
            Column(title=self.tr("Code"), text=lambda each: spell_code(each.code), width=0),
            Column(title=self.tr("Used"), text=_say_used, width=10, is_number=True),
            Column(
                title=self.tr("Last day"),
                text=lambda each: each.valid_until.isoformat() if each.valid_until else "",
                width=12,
            ),
            Column(title=self.tr("State"), text=lambda each: "" if each.is_active else self.tr("blocked"), width=10),
        ]
        self.model: RowsModel[CodeDetails] = RowsModel(columns, self)
        self.table = RowsTable(self.model, self.tr("Codes"))
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.form = Form()
        self.form.add_line("code", self.tr("A code of your own, like SUMMER26"))
        self.form.add_line("count", self.tr("… or so many that nobody guesses"))
        self.form.add_line("uses_limit", self.tr("Good for so many sales; empty for any"))
        self.form.add_day("valid_until", self.tr("Last day of sale"), self._locale)
        self.form.set_text("uses_limit", "1")
        self._say = make_label("", "muted")
        side = QWidget()
        side.setFixedWidth(280)
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_INSIDE)
        column.addWidget(self.form)
        column.addWidget(make_button(self.tr("Make"), self.make, "primary"))
        column.addWidget(make_button(self.tr("Save as CSV…"), self.save_csv))
        column.addWidget(make_button(self.tr("Block the selected"), self._block))
        column.addWidget(self._say)
        column.addStretch(1)
        column.addWidget(make_button(self.tr("Close"), self.accept))
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACE_AROUND, SPACE_AROUND, SPACE_AROUND, SPACE_AROUND)
        row.setSpacing(SPACE_BETWEEN)
        row.addWidget(self.table, 1)
        row.addWidget(side)
        self.form.submitted.connect(self.make)

    def _block(self) -> None:
        rows = sorted({index.row() for index in self.table.selectedIndexes()})
        chosen = tuple(self.model.rows[row].promotion_code_id for row in rows)
        if chosen:
            self._tasks.write(
                self,
                promotion_codes.block_codes,
                {"promotion_code_ids": chosen},
                done=lambda _: self.reload(),
                failed=self.failed.emit,
            )

    def _on_codes_read(self, codes: tuple[CodeDetails, ...]) -> None:
        self.model.show_rows(codes)

    def _on_made(self, made: object) -> None:
        count = len(made) if isinstance(made, tuple) else 1
        self._say.setText(self.tr("Codes made: {count}").format(count=count))
        self.form.set_text("code", "")
        self.reload()

    def _on_refused(self, error: Exception) -> None:
        if isinstance(error, InvalidFieldsError):
            self.form.show_problems(error.problems)
        else:
            self.failed.emit(error)


def _say_used(each: CodeDetails) -> str:
    return f"{each.used} / {each.uses_limit}" if each.uses_limit else str(each.used)

"""Questions and lists around saving. Values in, a signal out; shown with `open()`."""

from collections.abc import Callable, Sequence
from uuid import UUID

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from boxoffice_desktop.documents.formatting import format_date_time
from boxoffice_desktop.domain.layout.changes import LayoutChanges
from boxoffice_desktop.domain.layout.document import HallDocument, LayoutSeat
from boxoffice_desktop.services.layouts.planning import AffectedSeat, Effect, LayoutPlan
from boxoffice_desktop.services.layouts.saving import SeatDecision
from boxoffice_desktop.ui.manage.halls.fields import make_label, make_text
from boxoffice_desktop.ui.widgets.theme import SPACE_AROUND, SPACE_BETWEEN, SPACE_INSIDE

_NAMED = 12
_NEAR = 8
_WIDTH, _WIDE, _TABLE = 560, 900, 190


class HallDialog(QDialog):
    """A title, lines, a body and buttons. Deletes itself when it is closed.

    Signals:
        chosen: the key of the button that was pressed.
    """

    chosen = Signal(str)

    def __init__(
        self,
        title: str,
        lines: Sequence[str],
        buttons: Sequence[tuple[str, str, str]],
        parent: QWidget | None = None,
        *,
        width: int = _WIDTH,
    ) -> None:
        """`buttons` are (key, text, kind) from left to right; the key `cancel` only closes."""
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(title)
        self.setMinimumWidth(width)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_AROUND, SPACE_AROUND, SPACE_AROUND, SPACE_BETWEEN)
        column.setSpacing(SPACE_BETWEEN)
        column.addWidget(make_label(title, "title"))
        self.lines = [make_label(line) for line in lines]
        for line in self.lines:
            column.addWidget(line)
        self.body = QVBoxLayout()
        self.body.setSpacing(SPACE_INSIDE)
        column.addLayout(self.body, 1)
        row = QHBoxLayout()
        row.setSpacing(SPACE_INSIDE)
        row.addStretch(1)
        self.buttons: dict[str, QPushButton] = {}
        for key, text, kind in buttons:
            button = QPushButton(text)
            button.setProperty("kind", kind)
            button.setDefault(kind == "primary")
            button.clicked.connect(lambda _on=False, k=key: self._choose(k))
            row.addWidget(button)
            self.buttons[key] = button
        column.addLayout(row)

    def _choose(self, key: str) -> None:
        if key == "cancel":
            self.reject()
            return
        self.accept()
        self.chosen.emit(key)


def make_cell(text: str) -> QTableWidgetItem:
    """A cell that says its whole text when it is too narrow for it."""
    cell = QTableWidgetItem(text)
    cell.setToolTip(text)
    return cell


def fit_columns(table: QTableWidget, *wide: int) -> None:
    """Columns as wide as what stands in them; the `wide` ones share what is left, and are cut when that is little."""
    table.setWordWrap(False)
    header = table.horizontalHeader()
    for column in range(table.columnCount()):
        mode = QHeaderView.ResizeMode.Stretch if column in wide else QHeaderView.ResizeMode.ResizeToContents
        header.setSectionResizeMode(column, mode)


class TextDialog(HallDialog):
    """Asks for one short text; `text_given` carries it.

    Signals:
        text_given: the text, trimmed.
    """

    text_given = Signal(str)

    def __init__(self, title: str, value: str, longest: int, button: str, parent: QWidget | None = None) -> None:
        super().__init__(title, (), (("cancel", self.tr("Cancel"), ""), ("ok", button, "primary")), parent)
        self.edit = make_text(value, longest, self._on_edit_changed)
        self.edit.setAccessibleName(title)
        self.body.addWidget(self.edit)
        self.edit.selectAll()
        self.chosen.connect(lambda _key: self.text_given.emit(self.edit.text().strip()))
        self._on_edit_changed()
        self.edit.setFocus()

    def _on_edit_changed(self) -> None:
        self.buttons["ok"].setEnabled(bool(self.edit.text().strip()))


class ChangesDialog(HallDialog):
    """What saving would do, and what happens to seats that somebody has.

    Signals:
        save_requested: the decisions, a tuple of `SeatDecision`.
    """

    save_requested = Signal(object)

    def __init__(
        self,
        plan: LayoutPlan,
        document: HallDocument,
        locale: str,
        money: Callable[[int], str],
        parent: QWidget | None = None,
    ) -> None:
        """`locale` is the venue's; `money` words an amount."""
        self._locale, self._money = locale, money
        buttons = (("cancel", self.tr("Back to the layout"), ""), ("save", self.tr("Save the layout"), "primary"))
        title = self.tr("Save {hall}?").format(hall=document.name)
        lines = describe_changes(plan.changes) + _describe_shows(plan, locale)
        super().__init__(title, lines, buttons, parent, width=_WIDE if plan.affected else _WIDTH)
        self._plan, self._document = plan, document
        self.table = QTableWidget(len(plan.affected), 5)
        if plan.affected:
            self._build_table()
            self.ensurePolished()
            # The lines above the table are as high as they wrap at this width, which a size hint does not ask.
            self.resize(_WIDE, self.heightForWidth(_WIDE))
        self.chosen.connect(lambda _key: self.save_requested.emit(self.decisions()))

    def _build_table(self) -> None:
        words = self.tr(
            "Somebody has these seats. Kept: the seat stays in that show with its ticket or hold, and is in no other."
            " Moved: a hold goes along; a sold ticket is exchanged for a new one that this till prints, its old code is"
            " dead."
        )
        if any(seat.may_pay_back for seat in self._plan.affected):
            words += self.tr(
                " Paid back: the ticket ends and its money goes back the way it came; cash waits for the customer at"
                " any till."
            )
        self.body.addWidget(make_label(words, "warn"))
        heads = (self.tr("Show"), self.tr("Seat"), self.tr("Change"), self.tr("Who has it"), self.tr("Decision"))
        self.table.setHorizontalHeaderLabels(heads)
        self.table.verticalHeader().hide()
        self.table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        for line, seat in enumerate(self._plan.affected):
            for column, text in enumerate(self._describe(seat)):
                self.table.setItem(line, column, make_cell(text))
            self.table.setCellWidget(line, 4, self._make_decision(seat))
            self.table.setRowHeight(line, 44)
        fit_columns(self.table, 0, 3)
        # A column does not know how wide its boxes are.
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(4, QHeaderView.ResizeMode.Fixed)
        boxes = [self.table.cellWidget(line, 4) for line in range(self.table.rowCount())]
        header.resizeSection(4, max(box.sizeHint().width() for box in boxes) + SPACE_BETWEEN)
        self.table.setMinimumHeight(_TABLE)
        self.body.addWidget(self.table)
        if sum(seat.may_pay_back for seat in self._plan.affected) > 1:
            self.all_back = QPushButton(self.tr("Pay all sold ones back"))
            self.all_back.clicked.connect(self._choose_all_back)
            self.body.addWidget(self.all_back, 0, Qt.AlignmentFlag.AlignRight)

    def _choose_all_back(self) -> None:
        for line, seat in enumerate(self._plan.affected):
            box = self.table.cellWidget(line, 4)
            if seat.may_pay_back and isinstance(box, QComboBox):
                # It is the last choice.
                box.setCurrentIndex(box.count() - 1)

    def _describe(self, seat: AffectedSeat) -> tuple[str, str, str, str]:
        gone = (
            self.tr("goes") if seat.effect is Effect.RETIRED else self.tr("becomes {name}").format(name=seat.new_name)
        )
        who = (
            self.tr("sold: sale {number} at {counter}").format(number=seat.sale_number, counter=seat.holder)
            if seat.sale_number is not None
            else " ".join(part for part in (seat.state.replace("_", " "), seat.holder, seat.note) if part)
        )
        return f"{format_date_time(seat.starts_at, self._locale)}  {seat.title}", seat.seat_name, gone, who

    def _make_decision(self, seat: AffectedSeat) -> QComboBox:
        box = QComboBox()
        keep = self.tr("Keep") if seat.effect is Effect.RETIRED else self.tr("Rename all the same")
        box.addItem(keep, None)
        if seat.may_move and seat.effect is Effect.RETIRED:
            for other in self._nearest(seat):
                box.addItem(self.tr("Move to {name}").format(name=other.row_label + other.number), other.key)
        if seat.may_pay_back:
            box.addItem(self.tr("Pay back {amount}").format(amount=self._money(seat.value)), seat.sale_id)
        # It is measured before it is shown: with the font that it will be drawn with.
        box.ensurePolished()
        box.setAccessibleName(self.tr("Decision about {seat}").format(seat=seat.seat_name))
        return box

    def _nearest(self, seat: AffectedSeat) -> list[LayoutSeat]:
        was = next(s for s in self._plan.changes.retired if s.key == seat.key.seat_id)
        there = [s for s in self._document.seats if s.key > 0]
        return sorted(there, key=lambda s: (s.x - was.x) ** 2 + (s.y - was.y) ** 2)[:_NEAR]

    def decisions(self) -> tuple[SeatDecision, ...]:
        """What is decided about each seat that somebody has."""
        found = []
        for line, seat in enumerate(self._plan.affected):
            box = self.table.cellWidget(line, 4)
            answer = box.currentData() if isinstance(box, QComboBox) else None
            pay_back = answer if isinstance(answer, UUID) else None
            target = None if pay_back is not None else answer
            found.append(SeatDecision(key=seat.key, effect=seat.effect, move_to=target, pay_back=pay_back))
        return tuple(found)


class StaleDialog(HallDialog):
    """Somebody else saved the hall: what they changed, and whose layout it shall be (`theirs` or `mine`)."""

    def __init__(self, who: str, changes: LayoutChanges, parent: QWidget | None = None) -> None:
        """`who` says who and when."""
        super().__init__(
            self.tr("Changed meanwhile"),
            (who, *describe_changes(changes)),
            (
                ("cancel", self.tr("Decide later"), ""),
                ("theirs", self.tr("Take theirs (mine stays in undo)"), ""),
                ("mine", self.tr("Save mine over it"), "danger"),
            ),
            parent,
        )


def describe_changes(changes: LayoutChanges) -> tuple[str, ...]:
    """A line for each kind of change, with the first names."""

    def tr(text: str) -> str:
        return QCoreApplication.translate("LayoutChanges", text)

    lines = []
    for seats, words in (
        (changes.added, tr("{count} seats added: {names}")),
        (tuple(c.after for c in changes.moved), tr("{count} seats moved: {names}")),
        (tuple(c.after for c in changes.renamed), tr("{count} seats renamed, now: {names}")),
        (tuple(c.after for c in changes.restyled), tr("{count} seats of another area or kind: {names}")),
        (changes.retired, tr("{count} seats retired: {names}")),
    ):
        if seats:
            lines.append(words.format(count=len(seats), names=_name(seats)))
    if changes.drawing_changed:
        lines.append(tr("Name, size, best point or drawing changed."))
    return tuple(lines) or (tr("Nothing changed."),)


def _name(seats: Sequence[LayoutSeat]) -> str:
    names = ", ".join(seat.row_label + seat.number for seat in seats[:_NAMED])
    return names + (" …" if len(seats) > _NAMED else "")


def _describe_shows(plan: LayoutPlan, locale: str) -> tuple[str, ...]:
    lines = []
    if plan.shows:
        words = QCoreApplication.translate(
            "LayoutChanges", "New seats go into {count} shows that are planned or on sale."
        )
        lines.append(words.format(count=plan.shows))
    if plan.left_out:
        words = QCoreApplication.translate(
            "LayoutChanges", "Without them, since they have no price for the area: {shows}"
        )
        shows = (f"{title}, {format_date_time(at, locale)}" for title, at in plan.left_out[:_NAMED])
        lines.append(words.format(shows="; ".join(shows)))
    return tuple(lines)

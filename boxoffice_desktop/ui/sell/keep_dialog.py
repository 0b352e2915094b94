"""Whom seats are kept for: a customer who comes later, or the house."""

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QDialog, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from boxoffice_desktop.domain.reservations import Reservation
from boxoffice_desktop.ui.sell.controls import TARGET, make_tabular, make_wide_button
from boxoffice_desktop.ui.widgets.dialogs import make_label
from boxoffice_desktop.ui.widgets.form import Form
from boxoffice_desktop.ui.widgets.formats import Formats
from boxoffice_desktop.ui.widgets.theme import SPACE_AROUND, SPACE_BETWEEN, SPACE_INSIDE

_WIDTH = 440


@dataclass(frozen=True, kw_only=True)
class KeepOrder:
    """What was typed. The house's seats have a `reason`, a customer's a `phone`."""

    for_house: bool
    name: str
    phone: str = ""
    reason: str = ""


class KeepDialog(QDialog):
    """Asks for whom, then shows the code that the customer is told. Deletes itself when it is closed.

    Signals:
        keep_requested: a `KeepOrder`; answered by `show_code`, `show_problems`, `say` or closing.
    """

    keep_requested = Signal(object)

    def __init__(
        self, seats: str, where: str, *, may_keep_for_house: bool, formats: Formats, parent: QWidget | None = None
    ) -> None:
        """`seats` and `where` name the seats and their show."""
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Keep seats"))
        self.setMinimumWidth(_WIDTH)
        self._formats = formats
        self._build(seats, where)
        self.for_house.setEnabled(may_keep_for_house)
        self._house_hint.setVisible(not may_keep_for_house)
        self._connect()
        self._show_kind()
        # Room for a message at a field from the start: nothing is squeezed when one comes.
        self.resize(_WIDTH, self.sizeHint().height() + 2 * SPACE_AROUND)

    def set_busy(self, *, busy: bool) -> None:
        """While busy nothing can be typed or sent; what was typed stays."""
        for widget in (self.form, self.house_form, self.keep_button):
            widget.setEnabled(not busy)
        self.keep_button.setText(self.tr("Keeping…") if busy else self.tr("Keep  Enter"))

    def show_problems(self, problems: Mapping[str, str]) -> None:
        """Say at the fields what is wrong."""
        self.set_busy(busy=False)
        self._current_form().show_problems(dict(problems))

    def say(self, words: str) -> None:
        """Say what went wrong with the seats; the fields stay as they are."""
        self.set_busy(busy=False)
        self.verdict.setText(words)
        self.verdict.setVisible(bool(words))

    def show_code(self, reservation: Reservation) -> None:
        """The seats are reserved: show what the customer is told."""
        self.setWindowTitle(self.tr("Reserved"))
        self.code.setText(reservation.code)
        self.code.setAccessibleName(self.tr("Code {code}").format(code=" ".join(reservation.code)))
        who = reservation.name or reservation.phone
        names = ", ".join(seat.seat_name for seat in reservation.seats)
        self._facts.setText(f"{who}\n{names}\n{reservation.title}")
        until = self.tr("Collect by {time}, {day}")
        collect_by = reservation.collect_by
        self._until.setText(
            until.format(time=self._formats.time(collect_by), day=self._formats.day_long(collect_by.date()))
        )
        self._pages.setCurrentIndex(1)
        self.done_button.setFocus()

    def _build(self, seats: str, where: str) -> None:
        self._pages = QStackedWidget()
        self._pages.addWidget(self._build_question(seats, where))
        self._pages.addWidget(self._build_answer())
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_AROUND, SPACE_AROUND, SPACE_AROUND, SPACE_BETWEEN)
        column.addWidget(self._pages)

    def _build_question(self, seats: str, where: str) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_INSIDE)
        column.addWidget(make_label(self.tr("Keep {seats}").format(seats=seats), "title"))
        column.addWidget(make_label(where, "muted"))
        self.for_customer = make_wide_button(self.tr("Reservation"))
        self.for_house = make_wide_button(self.tr("For the house"))
        kinds = QHBoxLayout()
        self._kinds = QButtonGroup(self)
        for button in (self.for_customer, self.for_house):
            button.setCheckable(True)
            button.setAutoDefault(False)
            button.setProperty("tall", True)
            self._kinds.addButton(button)
            kinds.addWidget(button, 1)
        self.for_customer.setChecked(True)
        column.addLayout(kinds)
        self._house_hint = make_label(self.tr("Only somebody who may approve keeps seats for the house."), "small")
        column.addWidget(self._house_hint)
        self.form, self.house_form = Form(), Form()
        lines = (
            self.form.add_line("name", self.tr("Name")),
            self.form.add_line("phone", self.tr("Phone")),
            self.house_form.add_line("name", self.tr("For whom (may stay empty)")),
            self.house_form.add_line("reason", self.tr("Reason")),
        )
        for line in lines:
            line.setMinimumHeight(TARGET)
        column.addWidget(self.form)
        column.addWidget(self.house_form)
        self.verdict = make_label("", "error")
        self.verdict.hide()
        column.addWidget(self.verdict)
        column.addStretch(1)
        self.keep_button = make_wide_button(self.tr("Keep  Enter"), kind="primary")
        cancel = make_wide_button(self.tr("Cancel  Esc"))
        cancel.clicked.connect(self.reject)
        buttons = QHBoxLayout()
        for button in (cancel, self.keep_button):
            button.setAutoDefault(False)
            button.setProperty("tall", True)
            buttons.addWidget(button, 1)
        column.addLayout(buttons)
        return page

    def _build_answer(self) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_INSIDE)
        column.addWidget(make_label(self.tr("Reserved. The code is"), "muted"))
        self.code = make_label("", "figure")
        make_tabular(self.code)
        self.code.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._facts = make_label("")
        self._until = make_label("", "title")
        for label in (self.code, self._facts, self._until):
            column.addWidget(label)
        column.addWidget(make_label(self.tr("The slip goes to the printer."), "small"))
        column.addStretch(1)
        self.done_button = make_wide_button(self.tr("Done  Enter"), kind="primary")
        self.done_button.setDefault(True)
        self.done_button.setProperty("tall", True)
        column.addWidget(self.done_button)
        return page

    def _connect(self) -> None:
        self._kinds.buttonClicked.connect(lambda _button: self._show_kind())
        self.keep_button.clicked.connect(self._submit)
        self.form.submitted.connect(self._submit)
        self.house_form.submitted.connect(self._submit)
        self.done_button.clicked.connect(self.accept)

    def _current_form(self) -> Form:
        return self.house_form if self.for_house.isChecked() else self.form

    def _show_kind(self) -> None:
        # A name that was typed is not typed again.
        before, after = (self.form, self.house_form) if self.for_house.isChecked() else (self.house_form, self.form)
        if not after.text("name"):
            after.set_text("name", before.text("name"))
        before.hide()
        after.show()
        self.say("")
        after.focus_field("name")

    def _submit(self) -> None:
        if not self.keep_button.isEnabled():
            return
        form = self._current_form()
        form.show_problems({})
        self.say("")
        for_house = self.for_house.isChecked()
        order = KeepOrder(
            for_house=for_house,
            name=form.text("name"),
            phone="" if for_house else form.text("phone"),
            reason=form.text("reason") if for_house else "",
        )
        self.set_busy(busy=True)
        self.keep_requested.emit(order)

"""A short list of things with a form beside it: ticket types, tax rates."""

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from boxoffice_desktop.ui.widgets.dialogs import ask_unsaved, make_button, make_label
from boxoffice_desktop.ui.widgets.form import Form
from boxoffice_desktop.ui.widgets.rows_model import Column, RowsModel, RowsTable
from boxoffice_desktop.ui.widgets.theme import SPACE_BETWEEN, SPACE_INSIDE

_FORM_WIDTH = 340


class RecordTab(QWidget):
    """The list on the left, the chosen record's form on the right.

    Signals:
        save_requested: the draft that `read` made of the form, and the stored record or None for a new one.
    """

    save_requested = Signal(object, object)

    def __init__(
        self,
        title: str,
        columns: Sequence[Column[Any]],
        *,
        what: str,
        fill: Callable[[Form, Any], None],
        read: Callable[[Form], Any],
        describe: Callable[[Any], Sequence[tuple[str, str]]],
        draft_of: Callable[[Any], Any],
        hint: str,
        parent: QWidget | None = None,
    ) -> None:
        """What differs from tab to tab.

        Args:
            title: what a screen reader calls the list.
            columns: of the list.
            what: one record, e.g. `the tax rate`.
            fill: puts a record (None for a new one) into the form.
            read: gives a draft of the form, or None after showing why there is none.
            describe: the fields of a draft in words: label and value, always the same labels.
            draft_of: the draft that a stored record is.
            hint: stands below the form.
            parent: as always.
        """
        super().__init__(parent)
        self._fill, self._read = fill, read
        self._describe, self._draft_of = describe, draft_of
        self.what = what
        self.record: Any = None
        self.is_dirty = False
        self.form = Form()
        self.model: RowsModel[Any] = RowsModel(columns, self)
        self.table = RowsTable(self.model, title)
        self._save = make_button(self.tr("Save"), self.save, "primary", tip="Ctrl+S")
        self._discard = make_button(self.tr("Discard"), self.discard)
        self._new = make_button(self.tr("New"), self.start_new, tip="Ctrl+N")
        self._hint = make_label(hint, "muted")

    def build(self, *, width: int = _FORM_WIDTH, scrolls: bool = False) -> None:
        """Lay out, after the form has its fields; a long form scrolls beside the list."""
        side = QWidget()
        side.setFixedWidth(width)
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_BETWEEN)
        column.addWidget(self._in_scroll_area() if scrolls else self.form, int(scrolls))
        buttons = QHBoxLayout()
        for button in (self._save, self._discard, self._new):
            buttons.addWidget(button)
        buttons.addStretch(1)
        column.addLayout(buttons)
        column.addWidget(self._hint)
        if not scrolls:
            column.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, SPACE_INSIDE, 0, 0)
        row.setSpacing(SPACE_BETWEEN)
        row.addWidget(self.table, 1)
        row.addWidget(side)
        self.table.selectionModel().currentRowChanged.connect(self._on_current_changed)
        self.form.submitted.connect(self.save)
        self.form.edited.connect(lambda: self._set_dirty(dirty=True))
        self._set_dirty(dirty=False)

    def _in_scroll_area(self) -> QScrollArea:
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        # What the form says to be wrong comes into sight with its field.
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(self.form)
        return area

    def show_records(self, records: Sequence[Any], same: Callable[[Any, Any], bool]) -> None:
        """Show these; the one that is `same` as the chosen one stays chosen, and what is being typed stays."""
        chosen = self.record
        selection = self.table.selectionModel()
        was_blocked = selection.blockSignals(True)
        self.model.show_rows(records)
        found = [row for row, each in enumerate(records) if chosen is not None and same(each, chosen)]
        if found:
            self.table.select_row(found[0])
        elif records and not self.is_dirty:
            self.table.select_row(0)
        selection.blockSignals(was_blocked)
        if records and not self.is_dirty:
            self.show_record(records[found[0] if found else 0])

    def show_record(self, record: Any) -> None:
        """Put a record into the form."""
        self.record = record
        self.form.show_problems({})
        self._fill(self.form, record)
        self._set_dirty(dirty=False)

    def start_new(self) -> None:
        """Empty the form for a new one; asks first when something is not saved."""
        self._guard(self._show_new)

    def save(self) -> None:
        """Ask for the record to be saved, if it is right."""
        draft = self._read(self.form)
        if draft is not None:
            self.save_requested.emit(draft, self.record)

    def discard(self) -> None:
        """Show what is stored again."""
        if self.record is None and self.model.rows:
            self.table.select_row(0)
            self.show_record(self.model.rows[0])
        else:
            self.show_record(self.record)

    def list_differences(self, draft: Any, current: Any) -> list[tuple[str, str, str]]:
        """The fields in which a draft and a stored record differ: label, the draft's value, the record's."""
        mine, theirs = self._describe(draft), self._describe(self._draft_of(current))
        return [(label, ours, other) for (label, ours), (_, other) in zip(mine, theirs, strict=True) if ours != other]

    def _show_new(self) -> None:
        self.table.clearSelection()
        self.table.setCurrentIndex(QModelIndex())
        self.show_record(None)
        self.form.focus_field("name")

    def _on_current_changed(self, current: QModelIndex, previous: QModelIndex) -> None:
        record = self.model.row_at(current)
        if record is None:
            return
        if self.is_dirty:
            selection = self.table.selectionModel()
            was_blocked = selection.blockSignals(True)
            self.table.setCurrentIndex(previous)
            selection.blockSignals(was_blocked)
        self._guard(lambda: self._show_chosen(record))

    def _show_chosen(self, record: Any) -> None:
        for row, each in enumerate(self.model.rows):
            if each is record:
                selection = self.table.selectionModel()
                was_blocked = selection.blockSignals(True)
                self.table.select_row(row)
                selection.blockSignals(was_blocked)
        self.show_record(record)

    def _guard(self, go_on: Callable[[], object]) -> None:
        if not self.is_dirty:
            go_on()
            return

        def discard() -> None:
            self._set_dirty(dirty=False)
            go_on()

        ask_unsaved(self.what, save=self.save, discard=discard, parent=self)

    def _set_dirty(self, *, dirty: bool) -> None:
        self.is_dirty = dirty
        self._discard.setEnabled(dirty)

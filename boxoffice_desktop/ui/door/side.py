"""Beside the answer: the shows with their counts, what was scanned lately, and conflicts after an outage."""

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from boxoffice_desktop.documents.formatting import format_date_time, format_time
from boxoffice_desktop.domain.admission import Judgement, Outcome
from boxoffice_desktop.services.door.admissions import DoorShow
from boxoffice_desktop.ui.door.words import describe_conflict, describe_line
from boxoffice_desktop.ui.widgets.dialogs import make_button, make_label
from boxoffice_desktop.ui.widgets.theme import SPACE_INSIDE, set_icon, theme, theme_notifier

_ITEM = Qt.ItemDataRole.UserRole
_LONGEST_LIST = 40
_CONFLICTS_HEIGHT = 120


class DoorSide(QWidget):
    """The right column.

    Signals:
        undo_requested: the `Judgement` of an admission that was a mistake.
    """

    undo_requested = Signal(object)

    def __init__(self, locale: str, *, may_undo: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._locale = locale
        self._may_undo = may_undo
        self.shows = QTreeWidget()
        self.scans = QListWidget()
        self.conflicts = QListWidget()
        self._title, self._when = make_label(self.tr("Who is in"), "title"), make_label("", "warn")
        self._conflicts_title = make_label("", "warn")
        self.undo: QPushButton = make_button(self.tr("Undo the admission"), self._on_undo_clicked)
        self._build()
        theme_notifier().changed.connect(self._recolour)

    def show_shows(self, shows: Sequence[DoorShow], here: frozenset[int]) -> None:
        """Show the day's counts, what is over at the end; those of this door (`here`) stand out."""
        shows = sorted(shows, key=lambda show: show.is_over)
        while self.shows.topLevelItemCount() > len(shows):
            self.shows.takeTopLevelItem(self.shows.topLevelItemCount() - 1)
        while self.shows.topLevelItemCount() < len(shows):
            self.shows.addTopLevelItem(QTreeWidgetItem())
        for row, show in enumerate(shows):
            item = self.shows.topLevelItem(row)
            if item is None:
                continue
            count = self.tr("{admitted} of {sold}").format(admitted=show.admitted, sold=show.sold)
            cells = (format_time(show.starts_at, self._locale), show.title, show.hall_name, count)
            for column, text in enumerate(cells):
                item.setText(column, text)
                item.setToolTip(column, text)
                font = item.font(column)
                font.setBold(show.show_id in here)
                item.setFont(column, font)
                item.setData(column, _ITEM, "muted" if show.is_over else "text")
            item.setTextAlignment(3, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._recolour()

    @property
    def as_of(self) -> str:
        """What the page says of the age of its counts; empty when they are of now."""
        return self._when.text()

    def say_when(self, at: datetime | None) -> None:
        """The counts are those of `at`, in the venue's zone; None: of now."""
        when = "" if at is None else format_date_time(at, self._locale)
        self._when.setText(self.tr("As of {when}").format(when=when) if when else "")
        self._when.setVisible(bool(when))

    def add_scan(self, answer: Judgement) -> None:
        """Put an answer on top of the list and choose it."""
        item = QListWidgetItem(describe_line(answer, self._locale))
        item.setData(_ITEM, answer)
        item.setToolTip(item.text())
        self.scans.insertItem(0, item)
        self._recolour()
        while self.scans.count() > _LONGEST_LIST:
            self.scans.takeItem(self.scans.count() - 1)
        self.scans.setCurrentRow(0)
        self._enable()

    def show_latest(self, answers: Sequence[Judgement]) -> None:
        """What this door has let in before the page was opened, newest first."""
        known = {self._answer(row).scan_id for row in range(self.scans.count())}
        for answer in reversed(answers):
            if answer.scan_id not in known:
                self.add_scan(answer)

    def mark_undone(self, answer: Judgement) -> None:
        """Take an admission off the list that was taken back."""
        for row in range(self.scans.count()):
            if self._answer(row).scan_id == answer.scan_id:
                self.scans.takeItem(row)
                break
        self._enable()

    def show_conflicts(self, conflicts: Sequence[Judgement]) -> None:
        """List whom the doors let in during an outage although they should not have; nothing when there are none."""
        self.conflicts.clear()
        for conflict in conflicts:
            item = QListWidgetItem(describe_conflict(conflict, self._locale))
            item.setToolTip(item.text())
            self.conflicts.addItem(item)
        self._conflicts_title.setText(
            self.tr("Let in while the server was away, and wrong: {count}").format(count=len(conflicts))
        )
        for widget in (self._conflicts_title, self.conflicts):
            widget.setVisible(bool(conflicts))

    def _build(self) -> None:
        self.shows.setHeaderLabels([self.tr("Time"), self.tr("Film"), self.tr("Hall"), self.tr("In")])
        self.shows.setRootIsDecorated(False)
        self.shows.setUniformRowHeights(True)
        self.shows.setAccessibleName(self.tr("Shows of the day"))
        header = self.shows.header()
        header.setStretchLastSection(False)
        for column in range(4):
            stretches = column == 1
            mode = QHeaderView.ResizeMode.Stretch if stretches else QHeaderView.ResizeMode.ResizeToContents
            header.setSectionResizeMode(column, mode)
        self.scans.setAccessibleName(self.tr("Last scans"))
        self.conflicts.setAccessibleName(self.tr("Conflicts"))
        self.conflicts.setWordWrap(True)
        self.conflicts.setMaximumHeight(_CONFLICTS_HEIGHT)
        for view in (self.shows, self.scans, self.conflicts):
            view.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
            view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        set_icon(self.undo, "undo")
        self.undo.setProperty("door", "target")
        self.scans.currentRowChanged.connect(lambda _: self._enable())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_INSIDE)
        layout.addWidget(self._title)
        layout.addWidget(self._when)
        layout.addWidget(self.shows, 3)
        layout.addWidget(self._conflicts_title)
        layout.addWidget(self.conflicts)
        layout.addWidget(make_label(self.tr("Last scans"), "title"))
        layout.addWidget(self.scans, 2)
        layout.addWidget(self.undo)
        self.show_conflicts(())
        self.say_when(None)
        self._enable()

    def _recolour(self) -> None:
        """Rows keep the colours that they were given; another theme has others."""
        for row in range(self.shows.topLevelItemCount()):
            show = self.shows.topLevelItem(row)
            if show is not None:
                for column in range(self.shows.columnCount()):
                    show.setForeground(column, theme().colour(show.data(column, _ITEM)))
        for row in range(self.scans.count()):
            role = {Outcome.ADMITTED: "ok", Outcome.UNCHECKED: "warn"}.get(self._answer(row).outcome, "bad")
            self.scans.item(row).setForeground(theme().colour(role))

    def _enable(self) -> None:
        row = self.scans.currentRow()
        answer = self._answer(row) if row >= 0 else None
        undoable = answer is not None and answer.outcome is Outcome.ADMITTED and answer.admission_id is not None
        self.undo.setEnabled(self._may_undo and undoable)
        self.undo.setToolTip("" if self._may_undo else self.tr("This needs somebody who may approve."))

    def _answer(self, row: int) -> Judgement:
        answer: Judgement = self.scans.item(row).data(_ITEM)
        return answer

    def _on_undo_clicked(self) -> None:
        row = self.scans.currentRow()
        if row >= 0:
            self.undo_requested.emit(self._answer(row))

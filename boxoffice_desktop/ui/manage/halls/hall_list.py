"""The list of halls."""

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QListWidget, QListWidgetItem, QPushButton, QVBoxLayout, QWidget

from boxoffice_desktop.services.layouts.reading import HallSummary
from boxoffice_desktop.ui.manage.halls.fields import make_label
from boxoffice_desktop.ui.widgets.theme import SPACE_AROUND, SPACE_BETWEEN, SPACE_INSIDE, set_icon

_ROW = 44


class HallList(QWidget):
    """All halls of the venue.

    Signals:
        open_requested: int, the hall; copy_requested: int; new_requested; import_requested.
    """

    open_requested = Signal(int)
    copy_requested = Signal(int)
    new_requested = Signal()
    import_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._build()
        self._connect()

    def _build(self) -> None:
        self.list = QListWidget()
        self.list.setAccessibleName(self.tr("Halls"))
        self.hint = make_label("", "muted")
        self.new = QPushButton(self.tr("New hall"))
        self.new.setProperty("kind", "primary")
        set_icon(self.new, "plus", "on_accent")
        self.open = QPushButton(self.tr("Edit the layout"))
        self.copy = QPushButton(self.tr("Copy"))
        self.import_ = QPushButton(self.tr("Import a seating plan…"))
        buttons = QHBoxLayout()
        buttons.setSpacing(SPACE_INSIDE)
        for button in (self.open, self.copy):
            buttons.addWidget(button)
        buttons.addStretch(1)
        for button in (self.import_, self.new):
            buttons.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_AROUND, SPACE_AROUND, SPACE_AROUND, SPACE_AROUND)
        column.setSpacing(SPACE_BETWEEN)
        column.addWidget(make_label(self.tr("Halls"), "title"))
        column.addLayout(buttons)
        column.addWidget(self.hint)
        column.addWidget(self.list, 1)
        self.setFocusProxy(self.list)

    def _connect(self) -> None:
        self.list.itemActivated.connect(lambda _item: self._emit(self.open_requested))
        self.list.currentRowChanged.connect(lambda _row: self._refresh_buttons())
        self.open.clicked.connect(lambda: self._emit(self.open_requested))
        self.copy.clicked.connect(lambda: self._emit(self.copy_requested))
        self.new.clicked.connect(self.new_requested)
        self.import_.clicked.connect(self.import_requested)

    def show_halls(self, halls: Sequence[HallSummary]) -> None:
        """Show these; the one that was chosen stays chosen."""
        chosen = self.chosen()
        self.list.clear()
        for hall in halls:
            text = self.tr("{name} — {seats} seats, {shows} shows to come")
            item = QListWidgetItem(text.format(name=hall.name, seats=hall.seats, shows=hall.shows))
            item.setSizeHint(QSize(0, _ROW))
            item.setData(Qt.ItemDataRole.UserRole, hall.hall_id)
            self.list.addItem(item)
            if hall.hall_id == chosen:
                self.list.setCurrentItem(item)
        if self.list.currentRow() < 0 and halls:
            self.list.setCurrentRow(0)
        empty = self.tr("No hall yet. Draw one with New hall, or import a seating plan.")
        self.hint.setText("" if halls else empty)
        self.hint.setVisible(not halls)
        self._refresh_buttons()

    def chosen(self) -> int | None:
        """The chosen hall, None when there is none."""
        if self.list.currentRow() < 0:
            return None
        return int(self.list.currentItem().data(Qt.ItemDataRole.UserRole))

    def _refresh_buttons(self) -> None:
        for button in (self.open, self.copy):
            button.setEnabled(self.chosen() is not None)

    def _emit(self, signal: object) -> None:
        hall_id = self.chosen()
        if hall_id is not None:
            signal.emit(hall_id)  # type: ignore[attr-defined]  # a bound signal has no public type

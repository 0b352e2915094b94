"""Shows on sale whose prices are no longer what the lists say."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QAbstractItemView, QHBoxLayout, QVBoxLayout, QWidget

from boxoffice_desktop.documents.formatting import format_date_time
from boxoffice_desktop.services.repricing import AffectedShow
from boxoffice_desktop.ui.widgets.dialogs import make_button, make_label
from boxoffice_desktop.ui.widgets.rows_model import Column, RowsModel, RowsTable
from boxoffice_desktop.ui.widgets.theme import SPACE_INSIDE


class RepriceTab(QWidget):
    """The list and its button.

    Signals:
        apply_requested: a tuple of `AffectedShow`s that shall get the prices of now.
    """

    apply_requested = Signal(object)

    def __init__(self, locale: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        columns: list[Column[AffectedShow]] = [
            Column(title=self.tr("When"), text=lambda show: format_date_time(show.starts_at, locale), width=18),
            Column(title=self.tr("Film"), text=lambda show: show.title, width=0),
            Column(title=self.tr("Hall"), text=lambda show: show.hall_name, width=14),
            Column(title=self.tr("Would follow"), text=lambda show: show.problem or show.list_name, width=24),
            Column(title=self.tr("Prices that differ"), text=lambda show: str(show.changes), width=14, is_number=True),
            Column(title=self.tr("Sold"), text=lambda show: str(show.sold), width=6, is_number=True),
        ]
        self.model: RowsModel[AffectedShow] = RowsModel(columns, self)
        self.table = RowsTable(self.model, self.tr("Shows with other prices"))
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self._text = make_label("", "muted")
        self._apply = make_button(self.tr("Apply to the selected shows"), self._on_apply_clicked, "primary")
        self._all = make_button(self.tr("Select all"), self.table.selectAll)
        buttons = QHBoxLayout()
        buttons.addWidget(self._apply)
        buttons.addWidget(self._all)
        buttons.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, SPACE_INSIDE, 0, 0)
        layout.setSpacing(SPACE_INSIDE)
        layout.addWidget(self._text)
        layout.addWidget(self.table, 1)
        layout.addLayout(buttons)
        self.table.selectionModel().selectionChanged.connect(lambda *_: self._update())
        self.show_shows(())

    def show_shows(self, shows: Sequence[AffectedShow]) -> None:
        """Show these; nothing is selected."""
        self.model.show_rows(shows)
        self._text.setText(
            self.tr("These shows are on sale at earlier prices. They keep them until you apply the new ones.")
            if shows
            else self.tr("Every show on sale has the prices that the lists say now.")
        )
        self._update()

    def _selected(self) -> tuple[AffectedShow, ...]:
        rows = sorted({index.row() for index in self.table.selectedIndexes()})
        return tuple(show for show in (self.model.rows[row] for row in rows) if not show.problem)

    def _on_apply_clicked(self) -> None:
        self.apply_requested.emit(self._selected())

    def _update(self) -> None:
        self._apply.setEnabled(bool(self._selected()))
        self._all.setEnabled(bool(self.model.rows))

"""What happened to a seat of a show, newest first, and the way to its sale."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from boxoffice_desktop.services.history import HistoryLine
from boxoffice_desktop.ui.corrections.words import describe_history
from boxoffice_desktop.ui.widgets.dialogs import ChoiceDialog, make_label, make_scroll, prefer_size
from boxoffice_desktop.ui.widgets.theme import SPACE_INSIDE

_SIZE = (560, 420)


class HistoryDialog(ChoiceDialog):
    """A line for everything that happened; deletes itself when it is closed.

    Signals:
        sale_requested: the id of the newest sale that the seat was in.
    """

    sale_requested = Signal(object)

    def __init__(
        self, seat_name: str, lines: Sequence[HistoryLine], locale: str, parent: QWidget | None = None
    ) -> None:
        """`lines` are of the seat that cashiers call `seat_name`, newest first."""
        super().__init__(seat_name, "", parent)
        prefer_size(self, *_SIZE)
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_INSIDE)
        self.texts = [describe_history(line, locale) for line in lines]
        for text in self.texts or [self.tr("Nothing has happened to this seat yet.")]:
            column.addWidget(make_label(text))
        column.addStretch(1)
        self.body.addWidget(make_scroll(inner), 1)
        sale_id = next((line.sale_id for line in lines if line.sale_id is not None), None)
        if sale_id is not None:
            button = self.add_button(self.tr("Open the sale"), lambda: self.sale_requested.emit(sale_id), "primary")
            button.setProperty("tall", True)

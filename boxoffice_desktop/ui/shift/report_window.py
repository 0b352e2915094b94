"""An X or Z report on the screen, as it will come out of the printer."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from boxoffice_desktop.services.context import TicketsDocument
from boxoffice_desktop.ui.widgets.dialogs import make_label
from boxoffice_desktop.ui.widgets.pdf_preview import PdfPreview
from boxoffice_desktop.ui.widgets.theme import SPACE_BETWEEN

_SIZE = (480, 720)


class ReportWindow(QDialog):
    """A preview beside the till's window. Escape closes it; it deletes itself then."""

    def __init__(self, document: TicketsDocument, title: str, file_name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(False)
        self.setWindowTitle(title)
        self.resize(*_SIZE)
        self.preview = PdfPreview()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE_BETWEEN, SPACE_BETWEEN, SPACE_BETWEEN, SPACE_BETWEEN)
        layout.setSpacing(SPACE_BETWEEN)
        for warning in document.warnings:
            layout.addWidget(make_label(warning, "warn"))
        layout.addWidget(self.preview, 1)
        self.preview.show_pdf(document.pdf, file_name)

"""A PDF on the screen, to be looked at, saved or printed."""

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSaveFile, Qt, Signal
from PySide6.QtPdf import QPdfDocument
from PySide6.QtPdfWidgets import QPdfView
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from boxoffice_desktop.ui.widgets.pdf_printing import PdfPrintJob
from boxoffice_desktop.ui.widgets.printers import SystemPrinters
from boxoffice_desktop.ui.widgets.theme import SPACE_BETWEEN, SPACE_INSIDE, set_icon, theme, theme_notifier


class PdfPreview(QWidget):
    """Every page below the other, as wide as the widget. Bytes that are no PDF show a sentence instead.

    Whoever shows it answers `print_wanted` with `ask_where_to_print`: only a worker may ask for the printers.

    Signals:
        print_wanted: somebody wants it on paper.
        printed: how many pages the printer has taken.
        print_failed: a `PrinterError`.
        saved: the file it was written to.
        save_failed: the file and the system's own words.
    """

    print_wanted = Signal()
    printed = Signal(int)
    print_failed = Signal(object)
    saved = Signal(str)
    save_failed = Signal(str, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pdf = b""
        self._file_name = "tickets.pdf"
        self._document = QPdfDocument(self)
        self._buffer = QBuffer(self)
        self._view = QPdfView()
        self._trouble = QLabel(self.tr("This document cannot be shown."))
        self._stack = QStackedWidget()
        self._pages = QLabel()
        self._advice = QLabel(self.tr("This machine has no printer. Save the tickets as a file instead."))
        self._save = QPushButton(self.tr("Save as…"))
        self._print = QPushButton(self.tr("Print"))
        self._build()
        self._connect()
        self.clear()

    def _build(self) -> None:
        self._view.setPageMode(QPdfView.PageMode.MultiPage)
        self._view.setZoomMode(QPdfView.ZoomMode.FitToWidth)
        self._view.setDocument(self._document)
        self._take_colours()
        self._view.setAccessibleName(self.tr("Preview"))
        self._trouble.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._trouble.setProperty("role", "muted")
        self._stack.addWidget(self._view)
        self._stack.addWidget(self._trouble)
        self._pages.setProperty("role", "muted")
        self._print.setProperty("kind", "primary")
        # Enter in a dialog prints; saving is never what it falls on first.
        self._save.setAutoDefault(False)
        self._print.setDefault(True)
        set_icon(self._print, "printer", "on_accent")
        buttons = QHBoxLayout()
        buttons.setSpacing(SPACE_INSIDE)
        buttons.addWidget(self._pages)
        buttons.addStretch(1)
        buttons.addWidget(self._save)
        buttons.addWidget(self._print)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_BETWEEN)
        layout.addWidget(self._stack, 1)
        self._advice.setProperty("role", "warn")
        self._advice.setWordWrap(True)
        self._advice.hide()
        layout.addWidget(self._advice)
        layout.addLayout(buttons)

    def _connect(self) -> None:
        self._print.clicked.connect(self.print_wanted)
        self._save.clicked.connect(self.ask_where_to_save)
        theme_notifier().changed.connect(self._take_colours)

    def _take_colours(self) -> None:
        # QPdfView fills what is beside the pages with the palette's Dark, which is the theme's text grey.
        palette = self.palette()
        palette.setColor(palette.ColorRole.Dark, theme().colour("line"))
        self._view.setPalette(palette)

    def show_pdf(self, pdf: bytes, file_name: str = "tickets.pdf") -> bool:
        """Show a document; `file_name` is offered when it is saved. False when the bytes are no readable PDF."""
        self.clear()
        self._file_name = file_name
        self._buffer.setData(QByteArray(pdf))
        self._buffer.open(QIODevice.OpenModeFlag.ReadOnly)
        self._document.load(self._buffer)
        readable = self._document.status() is QPdfDocument.Status.Ready and self._document.pageCount() > 0
        self._pdf = pdf if readable else b""
        self._stack.setCurrentIndex(0 if readable else 1)
        if readable:
            self._pages.setText(self.tr("Pages: {count}").format(count=self._document.pageCount()))
        for button in (self._save, self._print):
            button.setEnabled(readable)
        return readable

    def offer_printing(self, *, offered: bool) -> None:
        """Whether there is a button to print; a till that prints by itself keeps count of what comes out."""
        self._print.setVisible(offered)

    def clear(self) -> None:
        """Show nothing."""
        self._document.close()
        if self._buffer.isOpen():
            self._buffer.close()
        self._pdf = b""
        self._pages.clear()
        for button in (self._save, self._print):
            button.setEnabled(False)

    @property
    def page_count(self) -> int:
        """How many pages are shown."""
        return self._document.pageCount() if self._pdf else 0

    def ask_where_to_print(self, printers: SystemPrinters, chosen: str = "") -> QPrintDialog | None:
        """Open the system's dialog; the pages go out when it is accepted. Without a printer, saving is offered.

        `chosen` is the printer that the dialog begins with, if the system sees it now.
        """
        self._advice.setVisible(not printers.names)
        if not printers.names:
            self._save.setFocus()
            return None
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        printer.setPrinterName(printers.prefer(chosen))
        job = PdfPrintJob(self._pdf, printer, self)
        job.fit_paper()
        dialog = QPrintDialog(printer, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setWindowTitle(self.tr("Print tickets"))
        dialog.accepted.connect(job.start)
        dialog.rejected.connect(job.deleteLater)
        job.finished.connect(self.printed)
        job.failed.connect(self.print_failed)
        job.finished.connect(job.deleteLater)
        job.failed.connect(job.deleteLater)
        # PySide's QPrintDialog has only the other `open`, which wants a slot's name.
        QDialog.open(dialog)
        return dialog

    def ask_where_to_save(self) -> QFileDialog:
        """Open the file dialog; the document is written when it is accepted."""
        dialog = QFileDialog(self, self.tr("Save tickets"), self._file_name, self.tr("PDF (*.pdf)"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("pdf")
        dialog.fileSelected.connect(self.save)
        dialog.open()
        return dialog

    def save(self, file: str) -> None:
        """Write the document to `file`, whole or not at all."""
        target = QSaveFile(file)
        if (
            target.open(QIODevice.OpenModeFlag.WriteOnly)
            and target.write(QByteArray(self._pdf)) == len(self._pdf)
            and target.commit()
        ):
            self.saved.emit(file)
        else:
            self.save_failed.emit(file, target.errorString())

"""Importing a list of films: choose a file, look at what would happen, store it."""

from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QFileDialog, QPushButton, QWidget

from boxoffice_desktop.domain.errors import InvalidInputError
from boxoffice_desktop.services import films
from boxoffice_desktop.services.films import FilmImportPreview
from boxoffice_desktop.services.imports.films import FilmImportReport
from boxoffice_desktop.ui.manage.films.import_dialog import ImportDialog
from boxoffice_desktop.ui.tasks.runner import TaskRunner
from boxoffice_desktop.ui.widgets.dialogs import make_button

_MOST_LIST_BYTES = 200_000_000


class ImportFlow(QObject):
    """The button and what follows it.

    Signals:
        stored: a `FilmImportReport`; the catalogue has changed.
        failed: an exception.
    """

    stored = Signal(object)
    failed = Signal(object)

    def __init__(self, tasks: TaskRunner, page: QWidget) -> None:
        super().__init__(page)
        self._tasks = tasks
        self._page = page
        self.dialog: ImportDialog | None = None
        self.button: QPushButton = make_button(self.tr("Import…"), self.choose_list, tip="Ctrl+I")

    def choose_list(self) -> None:
        """Ask for a file to import."""
        title, kinds = self.tr("Import films"), self.tr("Lists of films (*.json *.csv *.txt)")
        dialog = QFileDialog(self._page, title, "", kinds)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self.preview_list)
        dialog.open()

    def preview_list(self, path: str) -> None:
        """Read a list of films and show what importing it would do."""
        try:
            with open(path, "rb") as file:  # noqa: PTH123  no further than the cap
                data = file.read(_MOST_LIST_BYTES)
        except OSError as error:
            reason = self.tr("The file cannot be read: {reason}").format(reason=error.strerror)
            self.failed.emit(InvalidInputError("file", reason))
            return
        self._show_busy(self.tr("Reading…"))

        def show(preview: FilmImportPreview) -> None:
            self._end()
            self.dialog = ImportDialog(Path(path).name, preview, lambda: self._store(preview), self._page)
            self.dialog.open()

        self._tasks.read(self, films.preview_film_import, {"data": data}, done=show, failed=self._on_failed)

    def _store(self, preview: FilmImportPreview) -> None:
        self._show_busy(self.tr("Importing…"))
        arguments = {"films": preview.films}
        self._tasks.write(self, films.store_film_import, arguments, done=self._on_stored, failed=self._on_failed)

    def _on_stored(self, report: FilmImportReport) -> None:
        self._end()
        self.stored.emit(report)

    def _on_failed(self, error: Exception) -> None:
        self._end()
        self.failed.emit(error)

    def _show_busy(self, text: str) -> None:
        self.button.setText(text)
        self.button.setEnabled(False)

    def _end(self) -> None:
        self.button.setText(self.tr("Import…"))
        self.button.setEnabled(True)

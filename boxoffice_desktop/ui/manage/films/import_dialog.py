"""What importing a list of films would do, row by row, before anything is stored."""

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QTabWidget, QWidget

from boxoffice_desktop.domain.film_import import FilmRow, RefusedFilm
from boxoffice_desktop.services.films import FilmImportPreview
from boxoffice_desktop.services.imports.films import MendedFilm
from boxoffice_desktop.ui.widgets.dialogs import ChoiceDialog, make_label
from boxoffice_desktop.ui.widgets.rows_model import Column, RowsModel, RowsTable

translate = QCoreApplication.translate
_SIZE = (860, 560)


def _tr(text: str) -> str:
    return translate("ImportDialog", text)


class ImportDialog(ChoiceDialog):
    """The preview; its button stores."""

    def __init__(
        self,
        file_name: str,
        preview: FilmImportPreview,
        store: Callable[[], object],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(_tr("Import {file}").format(file=file_name), parent=parent)
        self.resize(*_SIZE)
        report = preview.report
        summary = _tr(
            "{total} rows: {added} new films, {completed} get empty fields filled, {unchanged} are there already."
        ).format(
            total=f"{report.total:,}",
            added=f"{report.added:,}",
            completed=f"{report.completed:,}",
            unchanged=f"{report.unchanged:,}",
        )
        self.body.addWidget(make_label(summary, "strong"))
        missing = _tr("{running} have no running time (a show needs one), {date} no release date.").format(
            running=f"{report.without_running_time:,}", date=f"{report.without_release_date:,}"
        )
        self.body.addWidget(make_label(missing, "muted"))
        for warning in report.warnings:
            self.body.addWidget(make_label(warning, "warn"))
        if report.ignored:
            ignored = _tr("Columns that are not used: {names}").format(names=", ".join(report.ignored))
            self.body.addWidget(make_label(ignored, "muted"))
        self.tabs = QTabWidget()
        self._add_tab(_tr("Taken"), _list_taken, preview.films.films)
        self._add_tab(_tr("Mended"), _list_mended, report.mendings)
        self._add_tab(_tr("Refused"), _list_refused, report.refused)
        self.body.addWidget(self.tabs, 1)
        button = self.add_button(_tr("Import"), store, "primary")
        button.setEnabled(report.added + report.completed > 0)

    def _add_tab(self, title: str, columns: Callable[[], list[Column]], rows: tuple[object, ...]) -> None:  # type: ignore[type-arg]  # each tab has rows of its own
        model: RowsModel[object] = RowsModel(columns())
        model.show_rows(rows)
        table = RowsTable(model, title)
        model.setParent(table)
        self.tabs.addTab(table, f"{title} ({len(rows):,})")


def _list_taken() -> list[Column[FilmRow]]:
    return [
        Column(title=_tr("Row"), text=lambda film: f"{film.row:,}", width=6, is_number=True),
        Column(title=_tr("Title"), text=lambda film: film.title, width=0),
        Column(title=_tr("Year"), text=lambda film: str(film.release_date.year) if film.release_date else "", width=6),
        Column(title=_tr("Minutes"), text=lambda film: str(film.running_minutes or ""), width=8, is_number=True),
        Column(title=_tr("Certificate"), text=lambda film: film.certificate, width=10),
        Column(title=_tr("Genre"), text=lambda film: film.genre, width=16),
    ]


def _list_mended() -> list[Column[MendedFilm]]:
    return [
        Column(title=_tr("Row"), text=lambda film: f"{film.row:,}", width=6, is_number=True),
        Column(title=_tr("Title"), text=lambda film: film.title, width=28),
        Column(title=_tr("What was mended"), text=lambda film: film.mending, width=0),
    ]


def _list_refused() -> list[Column[RefusedFilm]]:
    return [
        Column(title=_tr("Row"), text=lambda film: f"{film.row:,}", width=6, is_number=True),
        Column(title=_tr("Title"), text=lambda film: film.title, width=28),
        Column(title=_tr("Why not"), text=lambda film: film.reason, width=0),
    ]

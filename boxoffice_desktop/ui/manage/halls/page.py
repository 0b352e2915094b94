"""The halls page: the list, and the editor of the hall that was opened."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QStandardPaths, Qt
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QFileDialog, QSlider, QStackedWidget, QVBoxLayout, QWidget

from boxoffice_desktop.domain.errors import BoxOfficeError
from boxoffice_desktop.domain.halls import Area
from boxoffice_desktop.domain.layout.document import HallDocument, as_picture, empty_document, fit_size
from boxoffice_desktop.domain.layout.exchange import import_plan, keep_seats
from boxoffice_desktop.domain.layout.export import export_plan
from boxoffice_desktop.domain.layout.moving import copy_hall
from boxoffice_desktop.domain.seating_plan import MAX_NAME
from boxoffice_desktop.services.layouts.reading import HallSummary, list_areas, list_halls, load_layout
from boxoffice_desktop.services.programme import DayTile, list_days
from boxoffice_desktop.ui.manage.halls.actions import tr
from boxoffice_desktop.ui.manage.halls.broken_dialog import BrokenDialog
from boxoffice_desktop.ui.manage.halls.dialogs import HallDialog, TextDialog
from boxoffice_desktop.ui.manage.halls.editor import HallEditor
from boxoffice_desktop.ui.manage.halls.fields import make_number
from boxoffice_desktop.ui.manage.halls.hall_list import HallList
from boxoffice_desktop.ui.manage.halls.help import HelpDialog, list_keys
from boxoffice_desktop.ui.manage.halls.pictures import read_picture
from boxoffice_desktop.ui.manage.halls.saving import SaveFlow
from boxoffice_desktop.ui.manage.halls.session import EditSession
from boxoffice_desktop.ui.tasks.runner import TaskRunner

_MOST_BYTES = 20_000_000


class FileChooser(Protocol):
    """Asks the person for a file; tests answer themselves. None when there was no answer."""

    def choose_open(self, title: str, pattern: str) -> Path | None: ...

    def choose_save(self, title: str, name: str) -> Path | None: ...


class SystemFiles:
    """The system's own file dialogs."""

    def __init__(self, parent: QWidget) -> None:
        self._parent = parent
        self._folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)

    def choose_open(self, title: str, pattern: str) -> Path | None:
        """A file that is there."""
        path, _ = QFileDialog.getOpenFileName(self._parent, title, self._folder, pattern)
        return Path(path) if path else None

    def choose_save(self, title: str, name: str) -> Path | None:
        """Where to write."""
        path, _ = QFileDialog.getSaveFileName(self._parent, title, str(Path(self._folder) / name))
        return Path(path) if path else None


class HallsPage(QWidget):
    """A place on the rail for who may manage halls."""

    def __init__(self, tasks: TaskRunner, files: FileChooser | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self._files = files or SystemFiles(self)
        self.list = HallList()
        self.editor = HallEditor()
        self.saving = SaveFlow(self.editor, tasks)
        self._pages = QStackedWidget()
        self._pages.addWidget(self.list)
        self._pages.addWidget(self.editor)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._pages)
        self.setFocusProxy(self._pages)
        self._connect()
        self._read_halls()

    def _connect(self) -> None:
        self.list.open_requested.connect(lambda hall_id: self._load(hall_id, self._edit))
        self.list.copy_requested.connect(lambda hall_id: self._load(hall_id, self._ask_copy_name))
        self.list.new_requested.connect(self._ask_new_name)
        self.list.import_requested.connect(self._import_new)
        editor = self.editor
        editor.close_requested.connect(self._on_close_requested)
        editor.save_requested.connect(self.saving.start)
        editor.import_requested.connect(self._import_over)
        editor.export_requested.connect(self._export)
        editor.pdf_requested.connect(self._write_pdf)
        editor.trace_requested.connect(self._trace)
        editor.copy_requested.connect(self._copy_open_hall)
        editor.broken_requested.connect(self._ask_broken)
        editor.help_requested.connect(lambda: HelpDialog(editor.commands, self).open())
        self.saving.saved.connect(lambda _hall_id: self._read_halls())

    # What the shell asks of a page

    def may_leave(self) -> bool:
        """Whether nothing is unsaved."""
        return not self._has_changes()

    def describe_unsaved(self) -> str:
        """What is not saved, for who wants to leave."""
        return self.tr("the layout has changes that are not saved")

    def leave(self) -> None:
        """Nothing is held that would have to be given back."""

    def list_keys(self) -> Sequence[tuple[str, str]]:
        """The editor's keys, for the help of the window."""
        return list_keys(self.editor.commands)

    # Opening

    def _read_halls(self) -> None:
        self._tasks.read(self, list_halls, {}, done=self._on_halls_read, key="halls")

    def _on_halls_read(self, halls: tuple[HallSummary, ...]) -> None:
        self.list.show_halls(halls)

    def _load(self, hall_id: int, then: Callable[[HallDocument], None]) -> None:
        self._tasks.read(self, load_layout, {"hall_id": hall_id}, done=then, key="layout")

    def _edit(self, document: HallDocument) -> None:
        self._pages.setCurrentWidget(self.editor)
        self.editor.edit(EditSession(document))

    def _ask_name(self, title: str, value: str, then: Callable[[str], None]) -> None:
        dialog = TextDialog(title, value, MAX_NAME, self.tr("Go on"), self)
        dialog.text_given.connect(then)
        dialog.open()

    def _ask_new_name(self) -> None:
        def start(name: str) -> None:
            self._with_areas(lambda areas: self._edit(empty_document(name, areas)))

        self._ask_name(self.tr("Name of the new hall"), "", start)

    def _ask_copy_name(self, document: HallDocument) -> None:
        name = self.tr("{name} (copy)").format(name=document.name)
        self._ask_name(self.tr("Name of the copy"), name, lambda given: self._edit(copy_hall(document, given)))

    def _copy_open_hall(self) -> None:
        """The hall as it is in the editor, changes included; they stay where they are if nobody wants the copy."""
        session = self.editor.session
        if session is None:
            return
        if self._has_changes():
            self.editor.tell(self.tr("Save the layout or discard it first: a copy takes its place here."), "error")
        else:
            self._ask_copy_name(session.document)

    def _with_areas(self, then: Callable[[tuple[Area, ...]], None]) -> None:
        self._tasks.read(self, list_areas, {}, done=then)

    # Files

    def _read_plan(self, then: Callable[[HallDocument, tuple[str, ...]], None]) -> None:
        path = self._files.choose_open(self.tr("Seating plan"), self.tr("Seating plans (*.json)"))
        if path is None:
            return

        def read(areas: tuple[Area, ...]) -> None:
            try:
                if path.stat().st_size > _MOST_BYTES:
                    self._explain(self.tr("Not imported"), (self.tr("The file is larger than any seating plan."),))
                    return
                imported = import_plan(path.read_bytes(), areas)
            except (BoxOfficeError, OSError) as error:
                self._explain(self.tr("Not imported"), (str(error),))
                return
            then(imported.document, imported.warnings)

        self._with_areas(read)

    def _import_new(self) -> None:
        def start(document: HallDocument, warnings: tuple[str, ...]) -> None:
            self._edit(document)
            self._tell_warnings(warnings)

        self._read_plan(start)

    def _import_over(self) -> None:
        """The file's layout in place of the open one: seats of the same zone, row and number stay the same seats."""

        def put(document: HallDocument, warnings: tuple[str, ...]) -> None:
            session = self.editor.session
            if session is not None:
                session.push(keep_seats(session.document, document), tr("Import"), frozenset())
                self._tell_warnings(warnings)

        self._read_plan(put)

    def _tell_warnings(self, warnings: tuple[str, ...]) -> None:
        if warnings:
            self._explain(self.tr("Imported, with remarks"), warnings[:12])

    def _explain(self, title: str, lines: Sequence[str]) -> None:
        HallDialog(title, lines, (("cancel", self.tr("Close"), "primary"),), self).open()

    def _export(self) -> None:
        if self.editor.session is not None:
            document = self.editor.session.document
            self._write(f"{document.name}.json", lambda: export_plan(document))

    def _write_pdf(self) -> None:
        if self.editor.session is not None:
            # Here and not above: no till pays for it at its start.
            from boxoffice_desktop.documents.hall_plan import render_hall_plan

            document = fit_size(self.editor.session.document)
            venue = self._tasks.desk.describe().venue_name
            self._write(f"{document.name}.pdf", lambda: render_hall_plan(as_picture(document), venue))

    def _write(self, name: str, make: Callable[[], bytes]) -> None:
        path = self._files.choose_save(self.tr("Save as"), name.replace("/", "-"))
        if path is None:
            return

        def write() -> None:
            path.write_bytes(make())

        self._tasks.read_call(
            self,
            write,
            done=lambda _result: self.editor.tell(self.tr("Written: {path}").format(path=path), "ok"),
            failed=self._on_write_failed,
        )

    def _on_write_failed(self, error: Exception) -> None:
        if isinstance(error, OSError | BoxOfficeError):
            self._explain(self.tr("Not written"), (str(error),))
        else:
            self._tasks.failed.emit(error)

    def _trace(self) -> None:
        session = self.editor.session
        path = self._files.choose_open(self.tr("Image to trace"), self.tr("Images (*.png *.jpg *.jpeg *.bmp *.webp)"))
        if path is None or session is None:
            return
        try:
            pixmap = read_picture(path)
        except BoxOfficeError as error:
            self._explain(self.tr("Not shown"), (str(error),))
            return
        buttons = (("remove", self.tr("Take it away"), ""), ("cancel", self.tr("Done"), "primary"))
        dialog = HallDialog(self.tr("Image to trace"), (self.tr("Width in plan units; a seat has 28."),), buttons, self)
        width = make_number(session.document.width, 20, 100_000)
        width.setAccessibleName(self.tr("Width"))
        strength = QSlider()
        strength.setOrientation(Qt.Orientation.Horizontal)
        strength.setAccessibleName(self.tr("Strength"))
        strength.setRange(5, 100)
        strength.setValue(45)

        def show() -> None:
            self.editor.canvas.show_trace(pixmap, width.value(), strength.value() / 100)

        width.valueChanged.connect(lambda _value: show())
        strength.valueChanged.connect(lambda _value: show())
        dialog.body.addWidget(width)
        dialog.body.addWidget(strength)
        dialog.chosen.connect(lambda _key: self.editor.canvas.show_trace(QPixmap(), 1.0, 1.0))
        show()
        dialog.open()

    # Broken seats

    def _ask_broken(self) -> None:
        session = self.editor.session
        if session is None:
            return
        hall_id = session.document.hall_id
        seats = sorted(seat.key for seat in session.base.seats if seat.key > 0 and seat.key in session.selection)
        if hall_id is None or not seats:
            self.editor.tell(self.tr("Select the broken seats first; new ones must be saved before."), "error")
            return

        def ask(days: tuple[DayTile, ...]) -> None:
            tell = self.editor.tell
            BrokenDialog(self._tasks, hall_id, seats, days[0].day, lambda text: tell(text, "ok"), self).open()

        # The first day is today's business day at the venue, which this machine's calendar need not know.
        self._tasks.read(self, list_days, {}, done=ask)

    # Closing

    def _has_changes(self) -> bool:
        session = self.editor.session
        if session is None or self._pages.currentWidget() is not self.editor:
            return False
        return session.history.is_changed or (session.document.hall_id is None and bool(session.document.seats))

    def _on_close_requested(self) -> None:
        if not self._has_changes():
            self._close()
            return
        dialog = HallDialog(
            self.tr("Save the changes?"),
            (self.tr("The layout has changes that are not saved."),),
            (
                ("cancel", self.tr("Cancel"), ""),
                ("discard", self.tr("Discard"), ""),
                ("save", self.tr("Save"), "primary"),
            ),
            self,
        )
        dialog.chosen.connect(lambda key: self.saving.start() if key == "save" else self._close())
        dialog.open()

    def _close(self) -> None:
        self._pages.setCurrentWidget(self.list)
        self._read_halls()
        self.list.setFocus()

"""What stands on the venue's paper, with a button that saves it for every till."""

from dataclasses import replace
from typing import Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import (
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from boxoffice_desktop.domain.edits import InvalidFieldsError, StaleEditError
from boxoffice_desktop.domain.errors import InvalidInputError
from boxoffice_desktop.services.venue_paper import VenuePaper, get_venue_paper, reencode_logo, save_venue_paper
from boxoffice_desktop.ui.tasks.runner import TaskRunner
from boxoffice_desktop.ui.widgets.dialogs import make_button, make_label
from boxoffice_desktop.ui.widgets.form import Form
from boxoffice_desktop.ui.widgets.theme import SPACE_BETWEEN, SPACE_INSIDE, restyle

_SHOWN: Final = QSize(240, 96)
_LINES_HEIGHT: Final = 110
# A little more than is taken; a file is not read further than that.
_MOST_BYTES: Final = 10_000_001


class PaperPanel(QFrame):
    """Reads and saves the paper by itself; what is typed stays until it is saved or discarded.

    Signals:
        failed: an exception for the window.
    """

    failed = Signal(object)

    def __init__(self, tasks: TaskRunner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self._read: VenuePaper | None = None
        self._logo: bytes | None = None
        self.is_dirty = False
        """Whether something was typed or chosen that is not saved."""
        self.form = Form()
        self.address = QPlainTextEdit()
        self._picture = QLabel()
        self.choose_button = make_button(self.tr("Choose a logo…"), self._choose)
        self.remove_button = make_button(self.tr("No logo"), lambda: self._take_logo(None), "quiet")
        self.button = QPushButton(self.tr("Save the &paper"))
        self.discard_button = QPushButton(self.tr("Discard"))
        self._verdict = QLabel()
        self._build()
        self.form.edited.connect(lambda: self._set_dirty(dirty=True))
        self.form.submitted.connect(self._save)
        self.address.textChanged.connect(self._on_address_changed)
        self.button.clicked.connect(lambda _checked=False: self._save())
        self.discard_button.clicked.connect(lambda _checked=False: self._discard())
        self._set_dirty(dirty=False)

    def reload(self) -> None:
        """Read the paper, unless something was typed."""
        if not self.is_dirty:
            self._tasks.read(self, get_venue_paper, {}, done=self.show_paper, failed=self._on_failed, key="paper")

    def show_paper(self, paper: VenuePaper) -> None:
        """Show the paper as it stands in the database."""
        self._read = paper
        self.address.setPlainText(paper.address)
        self.form.set_text("note", paper.note)
        self.form.show_problems({})
        self._show_logo(paper.logo)
        self._set_dirty(dirty=False)

    def take_file(self, path: str) -> None:
        """Read a picture's file and draw it anew, off the window's thread."""
        try:
            with open(path, "rb") as file:  # noqa: PTH123  no further than the cap
                data = file.read(_MOST_BYTES)
        except OSError as error:
            self._say("error", self.tr("The file cannot be read: {reason}").format(reason=error.strerror))
            return
        self._tasks.read_call(self, reencode_logo, data, done=self._take_logo, failed=self._on_logo_refused, key="logo")

    @property
    def words(self) -> str:
        """What the panel says of the last save, for tests and screen readers."""
        return self._verdict.text()

    def _build(self) -> None:
        self.setProperty("card", True)
        self.address.setFixedHeight(_LINES_HEIGHT)
        self.address.setTabChangesFocus(True)
        self.form.add("address", self.tr("Under the venue's name: address, tax number"), self.address)
        self.form.add_line("note", self.tr("Last line of receipts and slips"))
        self._picture.setFixedSize(_SHOWN)
        self._picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._picture.setProperty("role", "muted")
        self._picture.setAccessibleName(self.tr("Logo on tickets and receipts"))
        logo = QHBoxLayout()
        logo.setSpacing(SPACE_INSIDE)
        for widget in (self._picture, self.choose_button, self.remove_button):
            logo.addWidget(widget)
        logo.addStretch(1)
        self._verdict.setWordWrap(True)
        self._verdict.setAccessibleName(self.tr("Result of saving"))
        below = QHBoxLayout()
        below.setSpacing(SPACE_BETWEEN)
        below.addWidget(self.button)
        below.addWidget(self.discard_button)
        below.addWidget(self._verdict, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_BETWEEN, SPACE_BETWEEN, SPACE_BETWEEN, SPACE_BETWEEN)
        column.setSpacing(SPACE_BETWEEN)
        column.addWidget(make_label(self.tr("On paper, at every till of the venue"), "title"))
        column.addWidget(self.form)
        column.addLayout(logo)
        column.addLayout(below)

    def _choose(self) -> None:
        dialog = QFileDialog(self, self.tr("Choose a logo"), "", self.tr("Pictures (*.png *.jpg *.jpeg *.webp *.gif)"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self.take_file)
        dialog.open()

    def _take_logo(self, logo: bytes | None) -> None:
        self._show_logo(logo)
        self._set_dirty(dirty=True)

    def _show_logo(self, logo: bytes | None) -> None:
        self._logo = logo
        pixmap = QPixmap()
        if logo is not None and pixmap.loadFromData(logo):
            ratio = self.devicePixelRatioF()
            fitted = pixmap.scaled(
                _SHOWN * ratio, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
            )
            fitted.setDevicePixelRatio(ratio)
            self._picture.setPixmap(fitted)
        else:
            self._picture.setText(self.tr("No logo"))
        self.remove_button.setEnabled(logo is not None)

    def _on_address_changed(self) -> None:
        if self._read is not None and self.address.toPlainText() != self._read.address:
            self._set_dirty(dirty=True)

    def _on_logo_refused(self, error: Exception) -> None:
        self._say("error", str(error) if isinstance(error, InvalidInputError) else self.tr("That did not work."))
        if not isinstance(error, InvalidInputError):
            self.failed.emit(error)

    def _save(self) -> None:
        read = self._read
        if read is None or not self.button.isEnabled():
            return
        self.button.setEnabled(False)
        paper = replace(
            read, address=self.address.toPlainText().strip(), note=self.form.text("note").strip(), logo=self._logo
        )
        self._tasks.write(
            self, save_venue_paper, {"paper": paper, "read": read}, done=self._on_saved, failed=self._on_failed
        )

    def _on_saved(self, paper: VenuePaper) -> None:
        self.show_paper(paper)
        self._say("ok", self.tr("Saved."))

    def _on_failed(self, error: Exception) -> None:
        self.button.setEnabled(self.is_dirty)
        if isinstance(error, InvalidFieldsError):
            self.form.show_problems(error.problems)
        elif isinstance(error, StaleEditError) and isinstance(error.current, VenuePaper):
            self._read = error.current
            words = self.tr(
                "Not saved: {who} has just changed it. Save again to put yours there, discard to see theirs."
            )
            self._say("warn", words.format(who=error.changed_by))
        else:
            self._say("error", self.tr("Not saved."))
            self.failed.emit(error)

    def _discard(self) -> None:
        if self._read is not None:
            self.show_paper(self._read)

    def _set_dirty(self, *, dirty: bool) -> None:
        self.is_dirty = dirty
        self.button.setEnabled(dirty and self._read is not None)
        self.discard_button.setEnabled(dirty)
        self._say("muted", "")

    def _say(self, role: str, words: str) -> None:
        self._verdict.setText(words)
        self._verdict.setProperty("role", role)
        restyle(self._verdict)

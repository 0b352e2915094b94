"""What stands on the venue's paper, with a button that saves it for every till."""

from typing import Final

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLabel, QPlainTextEdit, QWidget

from boxoffice_desktop.domain.errors import InvalidInputError
from boxoffice_desktop.services.venue_paper import VenuePaper, get_venue_paper, reencode_logo, save_venue_paper
from boxoffice_desktop.ui.settings.saved_panel import SavedPanel
from boxoffice_desktop.ui.tasks.runner import TaskRunner
from boxoffice_desktop.ui.widgets.dialogs import make_button
from boxoffice_desktop.ui.widgets.form import Form
from boxoffice_desktop.ui.widgets.theme import SPACE_INSIDE

_SHOWN: Final = QSize(240, 96)
_LINES_HEIGHT: Final = 110
# A little more than is taken; a file is not read further than that.
_MOST_BYTES: Final = 10_000_001


class PaperPanel(SavedPanel[VenuePaper]):
    """Address, last line and logo of the venue's paper."""

    def __init__(self, tasks: TaskRunner, parent: QWidget | None = None) -> None:
        super().__init__(tasks, Form(), self.tr("Save the &paper"), parent)
        self._logo: bytes | None = None
        self.address = QPlainTextEdit()
        self._picture = QLabel()
        self.choose_button = make_button(self.tr("Choose a logo…"), self._choose)
        self.remove_button = make_button(self.tr("Take it away"), lambda: self._take_logo(None), "quiet")
        self._build()
        self.address.textChanged.connect(self._on_address_changed)

    def ask(self) -> None:
        """Read the paper."""
        self.tasks.read(self, get_venue_paper, {}, done=self.show_value, failed=self.on_failed, key="paper")

    def fill(self, value: VenuePaper) -> None:
        """Address, last line and logo."""
        self.address.setPlainText(value.address)
        self.form.set_text("note", value.note)
        self._show_logo(value.logo)

    def typed(self) -> VenuePaper | None:
        """The paper that the fields say."""
        address, note = self.address.toPlainText().strip(), self.form.text("note").strip()
        return VenuePaper(address=address, note=note, logo=self._logo)

    def write(self, value: VenuePaper, read: VenuePaper) -> None:
        """Save the paper."""
        arguments = {"paper": value, "read": read}
        self.tasks.write(self, save_venue_paper, arguments, done=self.on_saved, failed=self.on_failed)

    def word_stale(self, who: str, current: VenuePaper) -> str:  # noqa: ARG002  too much to say in a line
        """Without the whole paper: it is looked at with Discard."""
        words = self.tr("Not saved: {who} has just changed it. Save again to put yours there, discard to see theirs.")
        return words.format(who=who)

    def take_file(self, path: str) -> None:
        """Read a picture's file and draw it anew, off the window's thread."""
        try:
            with open(path, "rb") as file:  # noqa: PTH123  no further than the cap
                data = file.read(_MOST_BYTES)
        except OSError as error:
            self.say("error", self.tr("The file cannot be read: {reason}").format(reason=error.strerror))
            return
        self.tasks.read_call(self, reencode_logo, data, done=self._take_logo, failed=self._on_logo_refused, key="logo")

    def _build(self) -> None:
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
        self.arrange(self.tr("On paper, at every till of the venue"), self.form, logo)

    def _choose(self) -> None:
        dialog = QFileDialog(self, self.tr("Choose a logo"), "", self.tr("Pictures (*.png *.jpg *.jpeg *.webp *.gif)"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self.take_file)
        dialog.open()

    def _take_logo(self, logo: bytes | None) -> None:
        self._show_logo(logo)
        self.set_dirty(dirty=True)

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
        self.remove_button.setVisible(logo is not None)

    def _on_address_changed(self) -> None:
        if self._read is not None and self.address.toPlainText() != self._read.address:
            self.set_dirty(dirty=True)

    def _on_logo_refused(self, error: Exception) -> None:
        self.say("error", str(error) if isinstance(error, InvalidInputError) else self.tr("That did not work."))
        if not isinstance(error, InvalidInputError):
            self.failed.emit(error)

"""The poster of a film: shown, dropped in, pasted, chosen from a file."""

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QImage, QKeyEvent, QKeySequence, QPixmap
from PySide6.QtWidgets import QApplication, QFileDialog, QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from boxoffice_desktop.domain.errors import InvalidInputError
from boxoffice_desktop.ui.widgets.dialogs import make_button, make_label
from boxoffice_desktop.ui.widgets.theme import SPACE_INSIDE

_SHOWN = QSize(112, 168)
# More than any poster; a file is not read further than that.
_MOST_BYTES = 20_000_001


class PosterBox(QFrame):
    """The poster with its two buttons.

    Signals:
        image_given: the bytes of a file or of the clipboard's picture; nobody has looked into them yet.
        remove_requested: the poster shall go.
        failed: the exception that reading a file ended with.
    """

    image_given = Signal(bytes)
    remove_requested = Signal()
    failed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAcceptDrops(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._picture = QLabel()
        self._picture.setFixedSize(_SHOWN)
        self._picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._picture.setWordWrap(True)
        self._picture.setProperty("role", "muted")
        self._frame = QFrame()
        self._frame.setProperty("card", True)
        inner = QVBoxLayout(self._frame)
        inner.setContentsMargins(4, 4, 4, 4)
        inner.addWidget(self._picture)
        self._problem = make_label("", "error")
        self._problem.hide()
        self._remove = make_button(self.tr("Remove"), self.remove_requested.emit, "quiet")
        self._build()
        self.show_poster(None)

    def show_poster(self, image: bytes | None) -> None:
        """Show a stored poster, or that there is none."""
        self._problem.hide()
        pixmap = QPixmap()
        if image and pixmap.loadFromData(image):
            ratio = self.devicePixelRatioF()
            fitted = pixmap.scaled(
                _SHOWN * ratio, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
            )
            fitted.setDevicePixelRatio(ratio)
            self._picture.setPixmap(fitted)
        else:
            self._picture.setText(self.tr("Drop a picture here"))
        self._remove.setEnabled(bool(image))

    def show_problem(self, text: str) -> None:
        """Say why a picture was not taken."""
        self._problem.setText(text)
        self._problem.show()

    def _build(self) -> None:
        buttons = QVBoxLayout()
        buttons.setSpacing(SPACE_INSIDE)
        buttons.addWidget(make_label(self.tr("Poster"), "strong"))
        buttons.addWidget(make_label(self.tr("Drop a picture, paste one, or choose a file."), "small"))
        buttons.addWidget(make_button(self.tr("Choose…"), self._choose))
        buttons.addWidget(self._remove)
        buttons.addWidget(self._problem)
        buttons.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addWidget(self._frame, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(buttons, 1)

    def _choose(self) -> None:
        dialog = QFileDialog(
            self, self.tr("Choose a poster"), "", self.tr("Pictures (*.jpg *.jpeg *.png *.webp *.gif)")
        )
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self.take_file)
        dialog.open()

    def take_file(self, path: str) -> None:
        """Read a file and hand it on."""
        try:
            with open(path, "rb") as file:  # noqa: PTH123  no further than the cap
                self.image_given.emit(file.read(_MOST_BYTES))
        except OSError as error:
            self.failed.emit(
                InvalidInputError("poster", self.tr("The file cannot be read: {reason}").format(reason=error.strerror))
            )

    def _take_image(self, image: QImage) -> None:
        data = QByteArray()
        buffer = QBuffer(data)
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        image.save(buffer, b"PNG")
        self.image_given.emit(data.data())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Paste):
            mime = QApplication.clipboard().mimeData()
            if mime.hasUrls():
                self.take_file(mime.urls()[0].toLocalFile())
            elif mime.hasImage():
                self._take_image(QImage(mime.imageData()))
            return
        super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls() or event.mimeData().hasImage():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        mime = event.mimeData()
        event.acceptProposedAction()
        if mime.hasUrls() and mime.urls()[0].isLocalFile():
            self.take_file(mime.urls()[0].toLocalFile())
        elif mime.hasImage():
            self._take_image(QImage(mime.imageData()))

"""Where codes come in: from a scanner that types like a keyboard, or from fingers."""

from PySide6.QtCore import QEvent, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QLineEdit, QWidget

from boxoffice_desktop.domain.ticket_codes import is_whole_scan

# A scanner sends its characters within a few milliseconds of each other; fingers take ten times as long.
_PAUSE_MS = 120
_LONGEST = 400


class ScanField(QLineEdit):
    """Takes a code and lets go of it with Enter, or by itself when a scanner that presses no Enter has finished.

    Signals:
        scanned: the text as it came.
    """

    scanned = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("door", "scan")
        self.setMaxLength(_LONGEST)
        self.setPlaceholderText(self.tr("Scan, or type the code and press Enter"))
        self.setAccessibleName(self.tr("Ticket code"))
        self.setClearButtonEnabled(True)
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._pause.timeout.connect(self._on_pause_timeout)
        self.returnPressed.connect(self._submit)
        self.textEdited.connect(lambda _: self._pause.start())

    def take_key(self, event: QKeyEvent) -> bool:
        """Take a character that came while the focus was elsewhere, and the focus with it. Whether it was one."""
        text = event.text()
        if not text or not text.isprintable() or text.isspace():
            return False
        self.setFocus()
        self.insert(text)
        self._pause.start()
        return True

    def event(self, event: QEvent) -> bool:
        is_undo = isinstance(event, QKeyEvent) and event.matches(QKeySequence.StandardKey.Undo)
        if is_undo and event.type() == QEvent.Type.ShortcutOverride:
            # Nobody takes back letters here; the page takes back admissions.
            return False
        return super().event(event)

    def _on_pause_timeout(self) -> None:
        if is_whole_scan(self.text()):
            self._submit()

    def _submit(self) -> None:
        self._pause.stop()
        text = self.text()
        self.clear()
        if text.strip():
            self.scanned.emit(text)

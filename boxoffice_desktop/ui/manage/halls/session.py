"""One hall while it is being edited: the document, what is selected, undo and redo."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from boxoffice_desktop.domain.errors import BoxOfficeError
from boxoffice_desktop.domain.layout.document import HallDocument, Keys
from boxoffice_desktop.domain.layout.history import History

Change = Callable[[HallDocument, Keys], HallDocument]


class EditSession(QObject):
    """What canvas, panels and actions share.

    Signals:
        changed: the document or the selection is another one.
        refused: a sentence why something could not be done.
    """

    changed = Signal()
    refused = Signal(str)

    def __init__(self, document: HallDocument, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.history = History(document)
        self.base = document
        """The hall as it was read or last saved; what somebody else changed is told against it."""

    @property
    def document(self) -> HallDocument:
        """The document as it is now."""
        return self.history.present.document

    @property
    def selection(self) -> Keys:
        """The keys of what is selected."""
        return self.history.present.selection

    def select(self, keys: Keys) -> None:
        """Select exactly these."""
        if keys != self.selection:
            self.history.select(keys)
            self.changed.emit()

    def push(self, document: HallDocument, deed: str, selection: Keys | None = None) -> None:
        """Make this the document; `deed` names the step for undo. Nothing happens when nothing changed."""
        if document is self.document:
            return
        kept = self.selection if selection is None else selection
        alive = {seat.key for seat in document.seats} | {shape.key for shape in document.shapes}
        self.history.push(document, kept & alive, deed)
        self.changed.emit()

    def apply(self, change: Change, deed: str) -> None:
        """Change what is selected; a refusal of the operation is told, not raised."""
        try:
            self.push(change(self.document, self.selection), deed)
        except BoxOfficeError as error:
            self.refused.emit(str(error))

    def undo(self) -> None:
        """One step back."""
        if self.history.undo():
            self.changed.emit()

    def redo(self) -> None:
        """One step forward."""
        if self.history.redo():
            self.changed.emit()

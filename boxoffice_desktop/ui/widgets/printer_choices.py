"""Which printer this till has chosen for which document: in its own settings, since printers stand beside a till."""

from typing import Final

from PySide6.QtCore import QSettings

from boxoffice_desktop.domain.printing import DocumentKind, PrinterChoice, PrinterKind

_GROUP: Final = "printers"


class PrinterChoices:
    """Reads and writes the choices; whatever nobody has chosen goes into the folder as PDF."""

    def __init__(self, store: QSettings) -> None:
        self._store = store

    def find(self, kind: DocumentKind) -> PrinterChoice:
        """The printer of a kind of document."""
        return PrinterChoice.from_text(str(self._store.value(f"{_GROUP}/{kind.value}") or ""))

    def save(self, kind: DocumentKind, choice: PrinterChoice) -> None:
        """Take another printer from now on."""
        self._store.setValue(f"{_GROUP}/{kind.value}", choice.to_text())

    def list_others(self, than: PrinterChoice) -> tuple[PrinterChoice, ...]:
        """Every other printer that this till knows, the folder last."""
        found = {self.find(kind): None for kind in DocumentKind}
        found[PrinterChoice()] = None
        return tuple(sorted((each for each in found if each != than), key=lambda each: each.kind is PrinterKind.FOLDER))

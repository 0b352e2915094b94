"""Which printers the system knows. Asked on a worker: a print server that is away answers late."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class SystemPrinters:
    """The names that the system gives its printers, and which of them is its default; empty when it has none."""

    names: tuple[str, ...]
    default: str

    def prefer(self, chosen: str) -> str:
        """The printer to begin with: `chosen` while the system sees it, else the default, else the first."""
        for name in (chosen, self.default):
            if name in self.names:
                return name
        return next(iter(self.names), "")


def list_printers() -> SystemPrinters:
    """Ask the system; takes as long as the system takes."""
    # QtPrintSupport takes its time to load, and most starts of a till never look at the settings.
    from PySide6.QtPrintSupport import QPrinterInfo

    return SystemPrinters(names=tuple(QPrinterInfo.availablePrinterNames()), default=QPrinterInfo.defaultPrinterName())

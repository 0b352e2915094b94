"""Print jobs in words."""

from PySide6.QtCore import QCoreApplication

from boxoffice_desktop.domain.printing import DocumentKind, PrintState
from boxoffice_desktop.services.print_queue import QueuedPrint

translate = QCoreApplication.translate


def name_job(job: QueuedPrint, *, films: bool = True) -> str:
    """What a job is, e.g. `Tickets of sale 42: Nosferatu (2)`; without `films` only the sale."""
    kinds = {
        DocumentKind.TICKETS: translate("print_words", "Tickets"),
        DocumentKind.RECEIPT: translate("print_words", "Receipt"),
        DocumentKind.SLIP: translate("print_words", "Reservation slip"),
        DocumentKind.REPORT: translate("print_words", "Report"),
    }
    words = kinds[job.kind]
    if job.gift_cards and not job.tickets:
        words = translate("print_words", "Gift card")
    if job.back:
        words = _name_receipt(job)
    elif job.number is not None:
        words = translate("print_words", "{kind} of sale {number}").format(kind=words, number=job.number)
    if job.copy > 1:
        words += " · " + translate("print_words", "copy {number}").format(number=job.copy)
    if job.titles and films:
        words += f": {', '.join(job.titles)} ({job.tickets})"
    return words


def _name_receipt(job: QueuedPrint) -> str:
    words = {
        "refund": translate("print_words", "Receipt of refund {number}"),
        "void": translate("print_words", "Receipt of void {number}"),
        "exchange": translate("print_words", "Receipt of exchange {number}"),
        "cancellation": translate("print_words", "Receipt of refund {number}"),
        "payout": translate("print_words", "Receipt of cash paid out"),
    }
    return words[job.back].format(number=job.number)


def name_state(job: QueuedPrint) -> str:
    """How a job stands."""
    if job.state is PrintState.WAITING and job.has_nothing:
        return translate("print_words", "taken back: skip it")
    if job.state is PrintState.WAITING and job.error:
        return translate("print_words", "tried: {count}").format(count=job.tries)
    if job.state is PrintState.WAITING and not job.is_fresh:
        return translate("print_words", "waits for you")
    return {
        PrintState.WAITING: translate("print_words", "waits"),
        PrintState.PRINTING: translate("print_words", "is printing"),
        PrintState.DOUBT: translate("print_words", "did it come out?"),
        PrintState.DONE: translate("print_words", "printed"),
        PrintState.SKIPPED: translate("print_words", "skipped"),
    }[job.state]

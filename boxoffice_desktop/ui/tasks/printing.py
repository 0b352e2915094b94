"""Works one print job from the queue to the paper, on the printers' own thread."""

import logging
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from uuid import UUID

from boxoffice_desktop.domain.errors import (
    BoxOfficeError,
    BusyError,
    DatabaseUnavailableError,
    OutcomeUnknownError,
    PrinterError,
)
from boxoffice_desktop.domain.printing import PrintDoubtError, PrinterChoice, PrinterKind, PrintState
from boxoffice_desktop.services import print_queue
from boxoffice_desktop.services.context import TicketsDocument
from boxoffice_desktop.services.print_queue import QueuedPrint
from boxoffice_desktop.ui.tasks.desk import Desk
from boxoffice_desktop.ui.tasks.tickets import tickets_file_name

_log = logging.getLogger(__name__)
_NOT_NOW = (DatabaseUnavailableError, OutcomeUnknownError, BusyError)


@dataclass(frozen=True, kw_only=True)
class PrintReport:
    """How a print ended.

    Attributes:
        state: None when the job did not wait here any more, so that nothing was printed.
        error: why it is not on paper, or why nobody knows.
        saved_to: the file, when the printer is the folder.
        warnings: what could not be set as wished.
    """

    job_id: UUID
    state: PrintState | None
    error: str = ""
    printer: str = ""
    saved_to: Path | None = None
    warnings: tuple[str, ...] = ()


class PrinterAccess(Protocol):
    """What carries a finished document to a printer; tests put their own in its place."""

    def send(self, pdf: bytes, choice: PrinterChoice, title: str, *, kick: bool) -> None:
        """Print all of it before returning.

        Raises:
            PrinterError: nothing went out.
            PrintDoubtError: something did.
        """
        ...


class PrintWorker:
    """Prints jobs and remembers how they ended until the database knows. Used by one thread at a time."""

    def __init__(self, desk: Desk, access: PrinterAccess, folder: Path | None) -> None:
        """`folder` is where PDF files go, None for nowhere: then the folder takes a print and keeps nothing."""
        self._desk = desk
        self._access = access
        self._folder = folder
        self._unrecorded: dict[UUID, tuple[PrintState, str]] = {}
        self._lock = threading.Lock()

    def work(self, job_id: UUID, choice: PrinterChoice) -> PrintReport:
        """Print a job that waits; nothing is printed before the database has taken note that it is begun.

        Raises:
            BoxOfficeError: the database did not take note; nothing was printed.
        """
        self.record()
        job = self._begin(job_id, choice)
        if job is None:
            return PrintReport(job_id=job_id, state=None)
        state, error, document, saved_to = PrintState.WAITING, "", None, None
        try:
            document = self._desk.render_job(job, choice.design)
            saved_to = self._print(job, document, choice)
            state = PrintState.DONE
        except PrintDoubtError as doubt:
            state, error = PrintState.DOUBT, str(doubt)
        except BoxOfficeError as trouble:
            error = str(trouble)
        except Exception as bug:
            # What was not even rendered is not on paper; of anything later nobody knows.
            state, error = PrintState.WAITING if document is None else PrintState.DOUBT, type(bug).__name__
            raise
        finally:
            self._note(job_id, state, error)
        return PrintReport(
            job_id=job_id,
            state=state,
            error=error,
            printer=choice.shown,
            saved_to=saved_to,
            warnings=document.warnings if document is not None else (),
        )

    def record(self) -> None:
        """Tell the database what it has not heard yet.

        Raises:
            BoxOfficeError: it does not answer now; nothing is forgotten.
        """
        with self._lock:
            open_ones = dict(self._unrecorded)
        for job_id, (state, error) in open_ones.items():
            self._desk.call(print_queue.end_print, {"job_id": job_id, "state": state, "error": error})
            with self._lock:
                self._unrecorded.pop(job_id, None)

    def has_unrecorded(self) -> bool:
        """Whether something came out, or did not, that the database does not know yet."""
        with self._lock:
            return bool(self._unrecorded)

    def _begin(self, job_id: UUID, choice: PrinterChoice) -> QueuedPrint | None:
        try:
            return self._desk.call(print_queue.begin_print, {"job_id": job_id, "printer": choice.shown})
        except OutcomeUnknownError:
            # It may count as begun; nothing has gone out.
            with self._lock:
                self._unrecorded[job_id] = (PrintState.WAITING, "")
            raise

    def _print(self, job: QueuedPrint, document: TicketsDocument, choice: PrinterChoice) -> Path | None:
        name = file_name(self._desk.describe().terminal_name, job)
        if choice.kind is PrinterKind.FOLDER:
            return save_document(document.pdf, self._folder, name)
        # The drawer opens for the money, once; not again with a later try.
        self._access.send(document.pdf, choice, name, kick=job.takes_cash and job.tries == 1)
        return None

    def _note(self, job_id: UUID, state: PrintState, error: str) -> None:
        with self._lock:
            self._unrecorded[job_id] = (state, error)
        try:
            self.record()
        except _NOT_NOW as away:
            _log.warning("how a print ended is kept until the database hears it: %s", type(away).__name__)


def save_document(pdf: bytes, folder: Path | None, name: str) -> Path | None:
    """Save a PDF, whole or not at all; None when there is no folder.

    Raises:
        PrinterError: it cannot be written, in the system's words.
    """
    if folder is None:
        return None
    path = folder / name
    try:
        folder.mkdir(parents=True, exist_ok=True)
        half = path.with_suffix(".part")
        half.write_bytes(pdf)
        half.replace(path)
    except OSError as error:
        raise PrinterError(f"{folder}: {error.strerror or type(error).__name__}") from error
    return path


def file_name(terminal_name: str, job: QueuedPrint) -> str:
    """The file of a job, safe on every system, e.g. `counter-1-000042.pdf`, `counter-1-000042-receipt.pdf`."""
    if job.number is None:
        return tickets_file_name(terminal_name, 0).replace("000000", f"{job.kind.value}-{job.job_id.hex[:8]}")
    plain = tickets_file_name(terminal_name, job.number)
    if job.copy > 1:
        return plain.replace(".pdf", f"-copy-{job.copy}-{job.job_id.hex[:8]}.pdf")
    # Refunds have numbers of their own, which sales have too.
    return plain if job.kind.value == "tickets" else plain.replace(".pdf", f"-{job.back or job.kind.value}.pdf")

"""Works the print queue of this till: what was sold comes out in its order, and trouble holds up nobody."""

from collections.abc import Callable
from pathlib import Path
from uuid import UUID

from PySide6.QtCore import QObject, QTimer, Signal

from boxoffice_desktop.domain.errors import BoxOfficeError
from boxoffice_desktop.domain.printing import PrinterChoice, PrintState
from boxoffice_desktop.services import print_queue
from boxoffice_desktop.services.print_queue import Decision, QueuedPrint
from boxoffice_desktop.ui.tasks.printing import PrinterAccess, PrintReport, PrintWorker
from boxoffice_desktop.ui.tasks.runner import TaskRunner
from boxoffice_desktop.ui.widgets.printer_choices import PrinterChoices

# A printer that is switched on again is found within this; asking more often would fill its log.
_AGAIN_MS = 10_000


class PrintQueue(QObject):
    """One job at a time, oldest first. All methods belong to the GUI thread.

    A job whose printer is in trouble waits and is tried again every ten seconds and with every new job. One that may
    have come out is in doubt, and stays so until a person decides. After a sign-in, jobs of the last half hour come out
    by themselves; older ones wait for a person.

    Signals:
        changed: the open jobs have changed; `jobs` are the new ones.
        reported: a `PrintReport`, how a print has just ended.
        doubted: a `QueuedPrint` of which nobody knows whether it is on paper.
        drawer_requested: cash goes in, and the drawer hangs on no printer that prints now.
        failed: an exception that is no matter of printers.
    """

    changed = Signal()
    reported = Signal(object)
    doubted = Signal(object)
    drawer_requested = Signal()
    failed = Signal(object)

    def __init__(
        self,
        tasks: TaskRunner,
        choices: PrinterChoices,
        access: PrinterAccess,
        folder: Path | None,
        parent: QObject | None = None,
    ) -> None:
        """`folder` is where PDF files go."""
        super().__init__(parent)
        self._tasks = tasks
        self._choices = choices
        self._worker = PrintWorker(tasks.desk, access, folder)
        self._jobs: tuple[QueuedPrint, ...] = ()
        self._works = False
        self._is_open = False
        self._wanted: dict[UUID, PrinterChoice | None] = {}
        self._told: set[UUID] = set()
        self._trouble: str | None = None
        self._again = QTimer(self, interval=_AGAIN_MS, singleShot=True)
        self._again.timeout.connect(self.wake)

    @property
    def jobs(self) -> tuple[QueuedPrint, ...]:
        """What is open, oldest first, as last read."""
        return self._jobs

    @property
    def choices(self) -> PrinterChoices:
        """The printers of this till."""
        return self._choices

    def is_held_up(self, job: QueuedPrint) -> bool:
        """Whether an open job is more than simply next."""
        return bool(job.error) or not job.is_fresh or job.has_nothing or self._trouble is not None

    def mark_interrupted(self) -> None:
        """At the start of the till: what it was printing when it died is in doubt."""
        self._tasks.write(self, print_queue.mark_interrupted, {}, failed=self._on_database_failed)

    def open(self) -> None:
        """Somebody is signed in: begin to work."""
        self._is_open = True
        self.read()

    def close(self) -> None:
        """Nobody is signed in. What is being printed is finished, and nothing begun."""
        self._is_open = False
        self._again.stop()
        self._jobs = ()
        self.changed.emit()

    def wake(self) -> None:
        """Something was sold or asked for: print it, and what waits before it."""
        self._trouble = None
        self.read()

    def read(self) -> None:
        """Read what is open, then go on."""
        if self._is_open:
            self._tasks.read(
                self, print_queue.list_open_jobs, {}, done=self._on_read, failed=self._on_database_failed, key="queue"
            )

    def print_now(self, job: QueuedPrint, choice: PrinterChoice | None = None) -> None:
        """Print a job that waits, also an old one; `choice` is another printer than the one for its kind."""
        self._wanted[job.job_id] = choice
        self._trouble = None
        self._pump()

    def decide(self, job: QueuedPrint, decision: Decision, choice: PrinterChoice | None = None) -> None:
        """Do with a job what a person has decided; to print again, at `choice` when one is given."""
        if decision is Decision.PRINT_AGAIN:
            self._wanted[job.job_id] = choice
        self._trouble = None
        arguments = {"job_id": job.job_id, "before": job.state, "decision": decision}
        self._told.discard(job.job_id)
        self._tasks.write(
            self, print_queue.decide, arguments, done=lambda _: self.read(), failed=self._on_decision_failed
        )

    def take_over(self, terminal_id: int, done: Callable[[int], object]) -> None:
        """Take the jobs of a dead till."""

        def on_taken(count: int) -> None:
            done(count)
            self.wake()

        self._tasks.write(
            self, print_queue.take_over, {"terminal_id": terminal_id}, done=on_taken, failed=self.failed.emit
        )

    def _pump(self) -> None:
        if self._works or not self._is_open or self._trouble is not None:
            return
        job = self._find_next()
        if job is None:
            return
        self._works = True
        choice = self._wanted.pop(job.job_id, None) or self._choices.find(job.kind)
        if job.takes_cash and not job.tries and not choice.has_drawer:
            self.drawer_requested.emit()
        self._tasks.print_call(
            self, self._worker.work, job.job_id, choice, done=self._on_worked, failed=self._on_work_failed
        )

    def _find_next(self) -> QueuedPrint | None:
        waiting = [job for job in self._jobs if job.state is PrintState.WAITING]
        asked = (job for job in waiting if job.job_id in self._wanted)
        # One that has nothing to print any more would stand in the way of all others.
        return next(asked, None) or next((job for job in waiting if job.is_fresh and not job.has_nothing), None)

    def _on_read(self, jobs: tuple[QueuedPrint, ...]) -> None:
        self._jobs = jobs
        self._wanted = {key: choice for key, choice in self._wanted.items() if any(key == job.job_id for job in jobs)}
        self.changed.emit()
        for job in jobs:
            if job.state is PrintState.DOUBT and job.job_id not in self._told:
                self._told.add(job.job_id)
                self.doubted.emit(job)
            if job.state is PrintState.WAITING and self._trouble is not None:
                # It waits behind the one in trouble.
                shown = self._choices.find(job.kind).shown
                why = job.error or self._trouble
                self.reported.emit(PrintReport(job_id=job.job_id, state=job.state, error=why, printer=shown))
        self._pump()

    def _on_worked(self, report: PrintReport) -> None:
        self._works = False
        if report.state is PrintState.WAITING or self._worker.has_unrecorded():
            self._rest(report.error)
        if report.state is not None:
            self.reported.emit(report)
        self.read()

    def _on_work_failed(self, error: Exception) -> None:
        self._works = False
        self._rest(str(error) if isinstance(error, BoxOfficeError) else "")
        self._on_database_failed(error)
        self.read()

    def _rest(self, why: str) -> None:
        self._trouble = why
        self._again.start()

    def _on_decision_failed(self, error: Exception) -> None:
        self.failed.emit(error)
        self.read()

    def _on_database_failed(self, error: Exception) -> None:
        # That the database is away is told elsewhere; the jobs are safe in it.
        if not isinstance(error, BoxOfficeError):
            self.failed.emit(error)
        if self._is_open:
            self._again.start()

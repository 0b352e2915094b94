"""The bridge between the GUI thread and blocking work."""

import logging
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from time import monotonic
from typing import Any, TypeVar
from weakref import ref

import shiboken6
from PySide6.QtCore import QObject, Qt, Signal

from boxoffice_desktop.domain.errors import BoxOfficeError, DatabaseUnavailableError, OutcomeUnknownError
from boxoffice_desktop.ui.tasks.desk import Desk
from boxoffice_desktop.ui.tasks.garbage import GuiThreadGarbage
from boxoffice_desktop.ui.tasks.lanes import Lane

T = TypeVar("T")

# Two reads may be slow (a map of thousands of seats, a PDF) and a third still gets through at once.
_READERS = 3

log = logging.getLogger(__name__)


@dataclass(eq=False)
class _Interest:
    """Whether somebody still waits for answers. Written on the GUI thread, read by workers."""

    is_alive: bool = True


@dataclass(eq=False)
class _Owner:
    """Who wants answers. Stays on the GUI thread. Only weakly held: having asked once must not keep a page alive."""

    reference: ref[QObject]
    interest: _Interest = field(default_factory=_Interest)
    latest: dict[str, int] = field(default_factory=dict)  # key → number of the newest answer delivered

    def wants_answers(self) -> bool:
        owner = self.reference()
        return self.interest.is_alive and (owner is None or shiboken6.isValid(owner))


@dataclass(eq=False, kw_only=True)
class _Question:
    """Who asked, and what to do with the answer. Stays on the GUI thread."""

    owner: _Owner
    done: Callable[[Any], object] | None
    failed: Callable[[Exception], object] | None
    key: str | None
    is_write: bool


@dataclass(eq=False, kw_only=True)
class _Job:
    """What a worker is given. It holds no widget: a worker that let go of the last reference would destroy it there."""

    number: int
    name: str
    run: Callable[[], object]
    interest: _Interest
    is_write: bool
    asks_database: bool
    result: object = None
    error: Exception | None = None
    skipped: bool = False


class TaskRunner(QObject):
    """Runs operations on worker threads and brings their answers back to the GUI thread.

    Writes run one after the other, in the order they were asked for, and so do prints; reads run beside them. Every
    task has an owner: once that is destroyed, or `drop` was called for it, its answers go nowhere and its reads that
    have not started are left out. Its writes still run: leaving a screen does not undo what somebody did on it. All
    methods belong to the GUI thread; the callbacks run there.

    Signals:
        failed: an exception that no `failed` callback took.
        busy_changed: whether a write is waiting or under way.
        became_idle: the last answer has been delivered and nothing is waiting.
        link_heard: None when the database has answered an operation, the error when it could not be reached.
    """

    failed = Signal(object)
    busy_changed = Signal(bool)
    became_idle = Signal()
    link_heard = Signal(object)
    _job_ended = Signal(object)

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._owners: dict[int, _Owner] = {}
        self._asked = 0
        self._questions: dict[int, _Question] = {}
        self._open_writes = 0
        self._closed = False
        self._job_ended.connect(self._on_job_ended, Qt.ConnectionType.QueuedConnection)
        self._garbage = GuiThreadGarbage(self)
        self._writer: Lane[_Job] = Lane("writer", 1, self._run)
        self._readers: Lane[_Job] = Lane("reader", _READERS, self._run)
        # A printer that does not answer keeps nobody else waiting but the next print.
        self._printer: Lane[_Job] = Lane("printer", 1, self._run)

    @property
    def desk(self) -> Desk:
        """The till behind the runner, for `read_call` and `write_call` of its own methods."""
        return self._desk

    def read(
        self,
        owner: QObject,
        operation: Callable[..., T],
        arguments: Mapping[str, object],
        *,
        done: Callable[[T], object] | None = None,
        failed: Callable[[Exception], object] | None = None,
        key: str | None = None,
    ) -> None:
        """Run `operation(session, context, **arguments)` on a reader.

        With a `key`, an older read of the same owner and key that has not started is left out, and an answer that
        was overtaken by a newer one is dropped.
        """
        call = partial(self._desk.call, operation, dict(arguments))
        self._ask(owner, operation, call, done, failed, key=key, asks_database=True)

    def write(
        self,
        owner: QObject,
        operation: Callable[..., T],
        arguments: Mapping[str, object],
        *,
        done: Callable[[T], object] | None = None,
        failed: Callable[[Exception], object] | None = None,
    ) -> None:
        """Run `operation(session, context, **arguments)` on the writer, after every write asked for before."""
        call = partial(self._desk.call, operation, dict(arguments))
        self._ask(owner, operation, call, done, failed, is_write=True, asks_database=True)

    def read_call(
        self,
        owner: QObject,
        function: Callable[..., T],
        *arguments: object,
        done: Callable[[T], object] | None = None,
        failed: Callable[[Exception], object] | None = None,
        key: str | None = None,
    ) -> None:
        """Run a blocking `function(*arguments)` on a reader; `key` as in `read`."""
        self._ask(owner, function, partial(function, *arguments), done, failed, key=key)

    def write_call(
        self,
        owner: QObject,
        function: Callable[..., T],
        *arguments: object,
        done: Callable[[T], object] | None = None,
        failed: Callable[[Exception], object] | None = None,
    ) -> None:
        """Run a blocking `function(*arguments)` on the writer, after every write asked for before."""
        self._ask(owner, function, partial(function, *arguments), done, failed, is_write=True)

    def print_call(
        self,
        owner: QObject,
        function: Callable[..., T],
        *arguments: object,
        done: Callable[[T], object] | None = None,
        failed: Callable[[Exception], object] | None = None,
    ) -> None:
        """Run a `function(*arguments)` that waits for a printer, after every print asked for before."""
        self._ask(owner, function, partial(function, *arguments), done, failed, is_print=True)

    def drop(self, owner: QObject) -> None:
        """Nothing asked for so far by `owner`, or by any object below it, is answered any more. It may ask again."""
        for key, record in list(self._owners.items()):
            if _is_below(record.reference(), owner):
                record.interest.is_alive = False
                del self._owners[key]

    def is_idle(self) -> bool:
        """True when no work is waiting or under way and every answer has been delivered."""
        return not self._questions

    def is_writing(self) -> bool:
        """True while a write is waiting, under way or not yet answered."""
        return self._open_writes > 0

    def shutdown(self, seconds: float) -> bool:
        """End the threads. A write and a print under way are waited for, `seconds` at most; what waits is dropped.

        Blocks. Afterwards nothing is accepted and nothing answered. True when everything under way has ended.
        """
        self._closed = True
        deadline = monotonic() + seconds
        self._writer.close()
        self._readers.close()
        self._printer.close()
        lanes = (self._writer, self._printer, self._readers)
        left = [lane for lane in lanes if not lane.join(max(0.0, deadline - monotonic()))]
        ended = not left
        if ended:
            self._garbage.stop()
        return ended

    def _ask(
        self,
        owner: QObject,
        function: Callable[..., object],
        run: Callable[[], object],
        done: Callable[[Any], object] | None,
        failed: Callable[[Exception], object] | None,
        *,
        key: str | None = None,
        is_write: bool = False,
        is_print: bool = False,
        asks_database: bool = False,
    ) -> None:
        if self._closed:
            return
        self._asked += 1
        asker = self._owner_record(owner)
        job = _Job(
            number=self._asked,
            name=getattr(function, "__qualname__", repr(function)),
            run=run,
            interest=asker.interest,
            is_write=is_write,
            asks_database=asks_database,
        )
        if key is not None:
            for older in self._readers.withdraw(lambda waiting: self._is_replaced(waiting, asker, key)):
                del self._questions[older.number]
        self._questions[job.number] = _Question(owner=asker, done=done, failed=failed, key=key, is_write=is_write)
        if is_write:
            self._count_writes(1)
            self._writer.put(job)
        else:
            (self._printer if is_print else self._readers).put(job)

    def _is_replaced(self, waiting: _Job, owner: _Owner, key: str) -> bool:
        question = self._questions[waiting.number]
        return question.owner is owner and question.key == key

    def _owner_record(self, owner: QObject) -> _Owner:
        record = self._owners.get(id(owner))
        if record is None or record.reference() is not owner:
            record = self._owners[id(owner)] = _Owner(ref(owner))
            owner.destroyed.connect(partial(self._on_owner_destroyed, id(owner), record))
        return record

    def _on_owner_destroyed(self, owner_id: int, record: _Owner, _object: object = None) -> None:
        record.interest.is_alive = False
        if self._owners.get(owner_id) is record:
            del self._owners[owner_id]

    def _count_writes(self, change: int) -> None:
        was_busy = self._open_writes > 0
        self._open_writes += change
        if was_busy != (self._open_writes > 0):
            self.busy_changed.emit(self._open_writes > 0)

    def _run(self, job: _Job) -> None:
        """On a worker thread."""
        if not job.is_write and not job.interest.is_alive:
            job.skipped = True
        else:
            try:
                job.result = job.run()
            except Exception as error:
                job.error = error
                if not isinstance(error, BoxOfficeError):
                    # The name only: arguments may be a PIN.
                    log.exception("bug in %s", job.name)
        if not self._closed:
            self._job_ended.emit(job)

    def _on_job_ended(self, job: _Job) -> None:
        question = self._questions.pop(job.number)
        if question.is_write:
            self._count_writes(-1)
        if not self._closed:
            self._tell_link(job)
            try:
                self._deliver(job, question)
            except Exception as error:  # noqa: BLE001 - a bug in one callback must not stop the answers of the others
                sys.excepthook(type(error), error, error.__traceback__)
        if not self._questions:
            self.became_idle.emit()

    def _tell_link(self, job: _Job) -> None:
        if isinstance(job.error, DatabaseUnavailableError | OutcomeUnknownError):
            self.link_heard.emit(job.error)
        elif job.asks_database and job.error is None and not job.skipped:
            self.link_heard.emit(None)

    def _deliver(self, job: _Job, question: _Question) -> None:
        if job.skipped or not question.owner.wants_answers() or _is_overtaken(job, question):
            if job.error is not None:
                log.info("%s failed with %s after its screen was gone", job.name, type(job.error).__name__)
        elif job.error is None:
            if question.done is not None:
                question.done(job.result)
        elif question.failed is not None:
            question.failed(job.error)
        else:
            self.failed.emit(job.error)


def _is_overtaken(job: _Job, question: _Question) -> bool:
    if question.key is None:
        return False
    latest = question.owner.latest
    if job.number < latest.get(question.key, 0):
        return True
    latest[question.key] = job.number
    return False


def _is_below(candidate: QObject | None, ancestor: QObject) -> bool:
    while candidate is not None and shiboken6.isValid(candidate):
        if candidate is ancestor:
            return True
        candidate = candidate.parent()
    return False

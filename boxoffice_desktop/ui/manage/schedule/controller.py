"""What happens on the schedule: reads, changes, undo, and the questions that need a person."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal

from boxoffice_desktop.domain.errors import BoxOfficeError
from boxoffice_desktop.domain.schedule import ShowStatus
from boxoffice_desktop.services.schedule import drafts, reading
from boxoffice_desktop.services.schedule.discarding import DiscardedDraft, discard_drafts
from boxoffice_desktop.services.schedule.drafts import ChangedShow, NewShow, ShowChange
from boxoffice_desktop.services.schedule.locking import ShowStamp, StaleShowError
from boxoffice_desktop.services.schedule.reading import Schedule, ShowBlock
from boxoffice_desktop.services.schedule.show_prices import explain_show_prices
from boxoffice_desktop.services.schedule.status import StatusReport, change_status
from boxoffice_desktop.ui.manage.schedule import questions
from boxoffice_desktop.ui.manage.schedule.carry import Carry, CarryKind
from boxoffice_desktop.ui.manage.schedule.forms import Forms
from boxoffice_desktop.ui.manage.schedule.undo import Step, UndoStack
from boxoffice_desktop.ui.manage.schedule.words import plain
from boxoffice_desktop.ui.tasks.runner import TaskRunner

if TYPE_CHECKING:
    from boxoffice_desktop.ui.manage.schedule.page import SchedulePage

_REFRESH_MS = 15_000
_SOON_MS = 250
_WEEK = 7


class ScheduleController(QObject):
    """Asks the services and tells the page.

    Signals:
        failed: an exception that the page has no words for.
        refreshed: the days on the screen were read again.
    """

    failed = Signal(object)
    refreshed = Signal()

    def __init__(self, tasks: TaskRunner, page: SchedulePage) -> None:
        super().__init__(page)
        self._tasks, self._page = tasks, page
        self._day: date | None = None
        self._days = _WEEK
        self._select_next: int | None = None
        self.forms = Forms(tasks, page, self)
        self.undo_stack = UndoStack()
        self.questions = questions.Questions(tasks, page, self)
        self._poll = QTimer(self, interval=_REFRESH_MS)
        self._soon = QTimer(self, singleShot=True, interval=_SOON_MS)
        self._poll.timeout.connect(self.refresh)
        self._soon.timeout.connect(self.refresh)

    def wake(self) -> None:
        """Somebody looks: read, and go on reading."""
        self._poll.start()
        self.refresh()
        self.search_films(self._page.catalogue.search.text())
        self._page.show_undo(self._undo_text())

    def rest(self) -> None:
        """Nobody looks."""
        self._poll.stop()
        self._soon.stop()

    def refresh_soon(self) -> None:
        """Read again in a moment; many hints are one reading."""
        if self._poll.isActive() and not self._soon.isActive():
            self._soon.start()

    def refresh(self) -> None:
        """Read the days on the screen again."""
        first = self._page.first_day_of(self._day, self._days) if self._day else None
        self._tasks.read(
            self,
            reading.read_schedule,
            {"first_day": first, "days": self._days if first else 1},
            done=self._on_schedule,
            failed=self.failed.emit,
            key="schedule",
        )

    def show_days(self, days: int) -> None:
        """One day or a week."""
        block = self._page.timeline.view.selected_block()
        if days == 1 and block is not None:
            self._day = block.day
        self._days = days
        self.refresh()

    def go_to(self, day: date) -> None:
        """Show the day, or the week that it is in."""
        self._day = day
        self.refresh()

    def go_today(self) -> None:
        """Show today."""
        if self._page.schedule is not None:
            self.go_to(self._page.schedule.today)

    def step(self, by: int) -> None:
        """A day or a week further."""
        if self._day is not None:
            self.go_to(self._day + timedelta(days=by * self._days))

    def read_prices(self, block: ShowBlock) -> None:
        """Find out whose prices the selected show has."""
        self._tasks.read(
            self,
            explain_show_prices,
            {"show_id": block.show_id},
            done=self._page.show_prices,
            failed=self._on_prices_failed,
            key="prices",
        )

    def _on_prices_failed(self, error: Exception) -> None:
        # A show that went off the schedule meanwhile has none to tell.
        if not isinstance(error, BoxOfficeError):
            self.failed.emit(error)

    def search_films(self, text: str) -> None:
        """Fill the catalogue."""
        self._tasks.read(
            self,
            reading.list_films,
            {"search": text},
            done=self._page.catalogue.show_films,
            failed=self.failed.emit,
            key="films",
        )

    def put_down(self, carry: Carry) -> None:
        """Write what was dragged or pushed."""
        block = carry.block
        if block is not None and carry.kind is CarryKind.MOVE:
            other = carry.row.hall.hall_id if carry.row.hall.hall_id != block.hall_id else None
            self.change(block, ShowChange(hall_id=other, starts_at=carry.starts_at))
        elif block is not None and carry.kind is CarryKind.STRETCH:
            self.change(block, ShowChange(pause_minutes=carry.pause))
        elif block is not None:
            pause = block.pause_minutes if block.hall_id == carry.row.hall.hall_id else None
            self.create(
                NewShow(
                    movie_id=block.movie_id,
                    hall_id=carry.row.hall.hall_id,
                    starts_at=carry.starts_at,
                    advertising_minutes=block.advertising_minutes,
                    pause_minutes=pause,
                    format=block.format,
                    language=block.language,
                ),
                block.title,
            )
        elif carry.film is not None:
            new = NewShow(movie_id=carry.film.movie_id, hall_id=carry.row.hall.hall_id, starts_at=carry.starts_at)
            self.create(new, carry.film.title)

    def create(self, show: NewShow, title: str, done: Callable[[], object] = lambda: None) -> None:
        """Make a draft."""

        def made(stamps: tuple[ShowStamp, ...]) -> None:
            self.undo_stack.note_created(self.tr("{title} put on").format(title=plain(title)), stamps)
            self.note_written(
                self.tr("{title} is on the schedule as a draft").format(title=plain(title)), stamps[0].show_id
            )
            done()

        self.write(drafts.create_drafts, {"shows": (show,)}, made)

    def change(self, block: ShowBlock, change: ShowChange, done: Callable[[], object] = lambda: None) -> None:
        """Change a show; when somebody else was quicker, ask."""

        def changed(answer: ChangedShow) -> None:
            self.undo_stack.note_changed(self.tr("{title} changed").format(title=plain(block.title)), answer)
            self.note_written(self.tr("{title} changed").format(title=plain(block.title)), answer.after.show_id)
            done()

        def again(current: ShowBlock) -> None:
            self.change(current, change, done)

        arguments = {"show_id": block.show_id, "version": block.version, "change": change}
        self.write(drafts.change_show, arguments, changed, block=block, again=again)

    def discard(self, block: ShowBlock) -> None:
        """Take a draft off the schedule."""
        if block.status is not ShowStatus.DRAFT:
            self._page.say(self.tr("Only drafts are taken off; this show can be cancelled"), "error")
            return
        before = (ShowStamp(show_id=block.show_id, version=block.version),)

        def gone(deleted: tuple[DiscardedDraft, ...]) -> None:
            self.undo_stack.note_discarded(self.tr("{title} taken off").format(title=plain(block.title)), deleted)
            self.note_written(
                self.tr("{title} taken off · Ctrl+Z brings it back").format(title=plain(block.title)), None
            )

        self.write(discard_drafts, {"stamps": before}, gone, block=block, again=self.discard)

    def undo(self) -> None:
        """Take the last change back."""
        step = self.undo_stack.take()
        if step is None:
            self._page.say(self.tr("Nothing to undo"))
            return
        self.write(step.operation, step.arguments(), lambda answer: self._on_undone(step, answer))

    def set_status(self, block: ShowBlock, status: ShowStatus) -> None:
        """Put one show on sale, close it, or take it back to a draft."""
        self.set_statuses((block,), status)

    def toggle_sales(self, block: ShowBlock) -> None:
        """Put a show on sale, or close its sales."""
        if block.status is ShowStatus.CANCELLED:
            self._page.say(self.tr("The show is cancelled"), "error")
            return
        selling = block.status is ShowStatus.ON_SALE
        self.set_status(block, ShowStatus.CLOSED if selling else ShowStatus.ON_SALE)

    def set_statuses(
        self,
        blocks: tuple[ShowBlock, ...],
        status: ShowStatus,
        then: Callable[[StatusReport], object] = lambda _: None,
    ) -> None:
        """Change the status of several shows, each for itself."""
        stamps = tuple(ShowStamp(show_id=block.show_id, version=block.version) for block in blocks)

        def done(report: StatusReport) -> None:
            self._on_status(report)
            then(report)

        self.write(change_status, {"stamps": stamps, "status": status}, done)

    def put_drafts_on_sale(self) -> None:
        """All drafts in sight."""
        if self._page.schedule is not None:
            found = tuple(each for each in self._page.schedule.blocks if each.status is ShowStatus.DRAFT)
            if found:
                self.set_statuses(found, ShowStatus.ON_SALE)

    def ask_cancel(self, block: ShowBlock) -> None:
        """Cancelling asks once, with whom it concerns."""
        self.questions.ask_cancel(block)

    def show_affected(self, block: ShowBlock) -> None:
        """Whom a cancelled show concerns."""
        self.questions.show_affected(block)

    def show_due_refunds(self) -> None:
        """What has to be paid back."""
        self.questions.show_due_refunds()

    def move_with_tickets(self, block: ShowBlock) -> None:
        """A show with sales moves; who sits where is seen first."""
        self.questions.move_with_tickets(block)

    def show_poster(self) -> None:
        """The week in sight as a poster."""
        self.questions.show_poster()

    def save_calendar(self) -> None:
        """The days in sight as a calendar file."""
        self.questions.save_calendar()

    def write(
        self,
        operation: Callable[..., Any],
        arguments: dict[str, object],
        done: Callable[[Any], object],
        *,
        block: ShowBlock | None = None,
        again: Callable[[ShowBlock], object] | None = None,
        say: Callable[[str], None] | None = None,
    ) -> None:
        """Run a change on the writer; a stale one of `block` asks whether to do it `again`, `say` tells refusals."""

        def failed(error: Exception) -> None:
            if isinstance(error, StaleShowError) and block is not None and again is not None:
                self.questions.ask_stale(block, error.current, again)
                self.refresh()
                return
            self.tell(error, say or self.forms.say or (lambda text: self._page.say(text, "error")))
            self.refresh()

        self._tasks.write(self, operation, arguments, done=done, failed=failed)

    def tell(self, error: Exception, say: Callable[[str], None]) -> None:
        """Tell a refusal in the page's words; anything else is for the presenter."""
        if isinstance(error, BoxOfficeError):
            say(self._page.words.problem(error))
        else:
            self.failed.emit(error)

    def note_written(self, text: str, show_id: int | None) -> None:
        """Something was written: tell it, read again and select the show."""
        self._select_next = show_id
        self._page.say(text, "ok")
        self._page.show_undo(self._undo_text())
        self.refresh()

    def _undo_text(self) -> str:
        return self.undo_stack.latest_text()

    def _on_undone(self, step: Step, answer: object) -> None:
        self.undo_stack.follow(step, answer)
        self.note_written(self.tr("Taken back: {what}").format(what=step.text), None)

    def _on_status(self, report: StatusReport) -> None:
        self._page.show_undo(self._undo_text())
        if report.refused:
            first = report.refused[0]
            title = first.block.title if first.block is not None else ""
            text = self.tr("{count} not changed · {title}: {why}").format(
                count=len(report.refused), title=plain(title), why=self._page.words.problem(first.problem)
            )
            self._page.say(text, "error")
        else:
            self._page.say(self.tr("{count} changed").format(count=len(report.changed)), "ok")
        self.refresh()

    def _on_schedule(self, schedule: Schedule) -> None:
        if self._day is None:
            # The first reading only told which day it is.
            self._day = schedule.today
            self.refresh()
            return
        if self._page.timeline.view.carry is not None:
            # Not under a hand that holds a show: in a moment.
            self._soon.start()
            return
        self._page.show_schedule(schedule)
        if self._select_next is not None:
            self._page.timeline.view.select(self._select_next)
            self._select_next = None
        self.refreshed.emit()

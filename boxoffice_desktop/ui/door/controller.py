"""Runs a door: asks the server, decides alone while it is away, and tells it afterwards."""

from functools import partial
from time import monotonic
from typing import TYPE_CHECKING
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from PySide6.QtCore import QObject, QTimer, Signal

from boxoffice_desktop.domain.admission import DoorBook, DoorPlace, Judgement, LateScan, Outcome
from boxoffice_desktop.domain.errors import (
    AttemptNotKeptError,
    BusyError,
    DatabaseUnavailableError,
    OutcomeUnknownError,
)
from boxoffice_desktop.domain.ticket_codes import Reading, read_scan
from boxoffice_desktop.services.context import SignedIn
from boxoffice_desktop.services.door import admissions
from boxoffice_desktop.services.door.admissions import DoorShow
from boxoffice_desktop.services.door.book import list_book_shows, read_book
from boxoffice_desktop.services.door.offline import DoorMemory
from boxoffice_desktop.services.door.standby import keep_facts
from boxoffice_desktop.ui.door.settings import DoorSettings
from boxoffice_desktop.ui.door.sound import DoorSound
from boxoffice_desktop.ui.door.words import checking, idle, name_door, say, try_again
from boxoffice_desktop.ui.tasks.runner import TaskRunner

if TYPE_CHECKING:
    from boxoffice_desktop.ui.door.page import DoorPage, PlaceKey

_REFRESH_MS = 15_000
_BOOK_MS = 60_000
_AFTER_HINT_MS = 300
# A scanner that sees the same code twice while it is held there.
_SAME_SCAN_SECONDS = 3.0
_UNREACHABLE = (DatabaseUnavailableError, OutcomeUnknownError)


class DoorController(QObject):
    """Holds the page and the task runner.

    Signals:
        message_posted: an exception for the shell's presenter.
        told: a sentence.
        answered: the `Judgement` that is on the screen now.
    """

    message_posted = Signal(object)
    told = Signal(str)
    answered = Signal(object)

    def __init__(self, page: "DoorPage", tasks: TaskRunner, settings: DoorSettings, person: SignedIn) -> None:
        super().__init__(page)
        self._person = person
        self._page = page
        self._tasks = tasks
        self._settings = settings
        self._facts = tasks.desk.describe()
        self._memory = DoorMemory(settings.folder)
        self.sound = DoorSound(self)
        self._shows: tuple[DoorShow, ...] = ()
        self._remembered: tuple[DoorShow, ...] = ()
        self._key: PlaceKey = (None, None)
        self._place = DoorPlace(name=self._facts.terminal_name)
        self._is_offline = False
        self._is_telling = False
        self._waiting = 0
        self._last: tuple[bytes, float] = (b"", 0.0)
        self._refresh = QTimer(self, interval=_REFRESH_MS)
        self._refresh.timeout.connect(self._read_shows)
        self._soon = QTimer(self, interval=_AFTER_HINT_MS, singleShot=True)
        self._soon.timeout.connect(self._read_shows)
        self._book = QTimer(self, interval=_BOOK_MS)
        self._book.timeout.connect(self._read_book)

    def start(self) -> None:
        """The page is on the screen."""
        self._restore_place()
        self._refresh.start()
        self._book.start()
        self.catch_up()
        if self._is_offline:
            self._tasks.read_call(self, self._memory.find_book, done=self._on_book_found)
        self._tasks.read(
            self,
            admissions.list_latest_admissions,
            {},
            done=self._page.side.show_latest,
            failed=lambda _: None,
            key="latest",
        )

    def rest(self) -> None:
        """The page is not on the screen."""
        for timer in (self._refresh, self._soon, self._book):
            timer.stop()

    def submit(self, text: str) -> None:
        """Judge what was scanned or typed."""
        readings = read_scan(text)
        code = readings[0].code if readings else b""
        same, at = self._last
        if code and code == same and monotonic() - at < _SAME_SCAN_SECONDS:
            return
        self._last = (b"", 0.0)
        self._page.verdict.show_saying(checking())
        scan_id = uuid4()
        if self._is_offline:
            self._judge_alone(readings, scan_id)
            return
        self._tasks.write(
            self,
            admissions.admit,
            {"readings": readings, "place": self._place, "scan_id": scan_id},
            done=partial(self._answer, code),
            failed=partial(self._on_failed, readings, scan_id),
        )

    def clear(self) -> None:
        """Forget the answer on the screen."""
        self._page.verdict.show_saying(idle())

    def choose_place(self, key: "PlaceKey", name: str) -> None:
        """This door lets in to another hall or show from now on."""
        self._key = key
        hall_id, show_id = key
        is_any = hall_id is None and show_id is None
        self._place = DoorPlace(
            name=name_door("" if is_any else name, self._facts.terminal_name), hall_id=hall_id, show_id=show_id
        )
        self._settings.store.setValue("door/hall", hall_id or 0)
        self._show_shows()
        self.clear()

    def undo(self, answer: Judgement) -> None:
        """Take an admission back."""
        if answer.admission_id is None or answer.show_id is None:
            return
        self._tasks.write(
            self,
            admissions.undo_admission,
            {"admission_id": answer.admission_id, "show_id": answer.show_id},
            done=lambda _: self._on_undone(answer),
            failed=self.message_posted.emit,
        )

    def hint(self, show_id: int | None) -> None:
        """Something changed in a show, or with None in any."""
        if self._refresh.isActive() and not self._soon.isActive() and self._has_show(show_id):
            self._soon.start()

    def set_offline(self, *, offline: bool) -> None:
        """Whether the server is away."""
        was, self._is_offline = self._is_offline, offline
        self._page.show_waiting(offline=offline, waiting=self._waiting)
        if was and not offline:
            self.catch_up()

    def catch_up(self) -> None:
        """Tell the server what this door decided alone, and read everything again."""
        self._tasks.read_call(self, self._memory.list_scans, done=self._tell, failed=self.message_posted.emit)
        if not self._is_offline:
            self._read_shows()
            self._read_book()
            self._read_conflicts()

    def _judge_alone(self, readings: tuple[Reading, ...], scan_id: UUID) -> None:
        now = self._settings.venue_now()
        code = readings[0].code if readings else b""
        if now is None:
            self._answer(code, Judgement(scan_id=scan_id, outcome=Outcome.UNCHECKED, offline=True))
            return
        self._tasks.write_call(
            self,
            self._memory.judge,
            readings,
            self._place,
            scan_id,
            now,
            self._person.display_name,
            done=partial(self._on_judged_alone, code),
            failed=self._on_not_judged,
        )

    def _on_judged_alone(self, code: bytes, answer: Judgement) -> None:
        self._answer(code, answer)
        if answer.outcome is Outcome.ADMITTED:
            self._waiting += 1
            self._page.show_waiting(offline=self._is_offline, waiting=self._waiting)
            if not self._is_offline:
                # The server missed only this one; it may be there again already.
                QTimer.singleShot(_REFRESH_MS // 3, self, self.catch_up)

    def _on_failed(self, readings: tuple[Reading, ...], scan_id: UUID, error: Exception) -> None:
        if isinstance(error, _UNREACHABLE):
            # With the same number: if the server has let it in all the same, it is no second person.
            self._judge_alone(readings, scan_id)
        else:
            self._on_not_judged(error)

    def _on_not_judged(self, error: Exception) -> None:
        reason = self.tr("The server is busy.") if isinstance(error, BusyError) else str(error)
        saying = try_again(reason)
        self._page.verdict.show_saying(saying)
        self.sound.play(saying.tone)
        if not isinstance(error, (BusyError, AttemptNotKeptError)):
            self.message_posted.emit(error)

    def _answer(self, code: bytes, answer: Judgement) -> None:
        saying = say(answer, self._facts.locale)
        self._page.verdict.show_saying(saying)
        self._page.side.add_scan(answer)
        self.sound.play(saying.tone)
        if answer.outcome is Outcome.ADMITTED:
            self._last = (code, monotonic())
            self._soon.start()
        self.answered.emit(answer)

    def _on_undone(self, answer: Judgement) -> None:
        self._last = (b"", 0.0)
        self._page.side.mark_undone(answer)
        self.clear()
        self.told.emit(self.tr("{seat}: the admission was taken back.").format(seat=answer.seat_name))
        self._read_shows()

    def _tell(self, scans: tuple[LateScan, ...]) -> None:
        self._waiting = len(scans)
        self._page.show_waiting(offline=self._is_offline, waiting=self._waiting)
        if scans and not self._is_offline and not self._is_telling:
            self._is_telling = True
            self._tasks.write(
                self, admissions.admit_late, {"scans": scans}, done=self._on_told, failed=self._on_not_told
            )

    def _on_told(self, answers: tuple[Judgement, ...]) -> None:
        self._is_telling = False
        told = frozenset(answer.scan_id for answer in answers)
        self._tasks.write_call(self, self._memory.forget, told, done=lambda _: self._on_forgotten())
        wrong = sum(answer.outcome is not Outcome.ADMITTED for answer in answers)
        if wrong:
            self.told.emit(self.tr("Let in while the server was away, and wrong: {count}").format(count=wrong))
        self._read_conflicts()

    def _on_forgotten(self) -> None:
        self._tasks.read_call(self, self._memory.list_scans, done=self._tell)

    def _on_not_told(self, error: Exception) -> None:
        # They stay in the file, and are told when the connection is back.
        self._is_telling = False
        if not isinstance(error, (*_UNREACHABLE, BusyError)):
            self.message_posted.emit(error)

    def _read_shows(self) -> None:
        if not self._is_offline:
            self._tasks.read(
                self, admissions.list_door_shows, {}, done=self._on_shows_read, failed=lambda _: None, key="shows"
            )

    def _read_book(self) -> None:
        if not self._is_offline:
            self._tasks.read(self, read_book, {}, done=self._on_book_read, failed=lambda _: None, key="book")

    def _on_book_read(self, book: DoorBook) -> None:
        self._tasks.read_call(self, self._memory.keep_book, book)
        self._tasks.read_call(self, keep_facts, self._settings.folder, self._facts)

    def _on_book_found(self, book: DoorBook | None) -> None:
        now = self._settings.venue_now()
        if book is not None and now is not None:
            self._remembered = list_book_shows(book, now)
            self._page.side.say_when(book.read_at.astimezone(ZoneInfo(book.time_zone)))
            self._show_shows()

    def _read_conflicts(self) -> None:
        self._tasks.read(
            self,
            admissions.list_conflicts,
            {},
            done=self._page.side.show_conflicts,
            failed=lambda _: None,
            key="conflicts",
        )

    def _on_shows_read(self, shows: tuple[DoorShow, ...]) -> None:
        self._shows = shows
        self._page.side.say_when(None)
        self._show_shows()

    def _show_shows(self) -> None:
        hall_id, show_id = self._key
        # Opened during an outage it knows the halls, the shows and their counts from its book.
        shows = self._shows or self._remembered
        here = frozenset(
            show.show_id for show in shows if show_id == show.show_id or (show_id is None and hall_id == show.hall_id)
        )
        self._page.side.show_shows(shows, here)
        self._page.show_places(shows, self._key)

    def _has_show(self, show_id: int | None) -> bool:
        return show_id is None or any(show.show_id == show_id for show in self._shows)

    def _restore_place(self) -> None:
        """The hall stays with the door; a show is chosen anew every day."""
        hall_id = int(str(self._settings.store.value("door/hall", 0)))
        if hall_id and self._key == (None, None):
            self._key = (hall_id, None)
            self._place = DoorPlace(name=self._facts.terminal_name, hall_id=hall_id)

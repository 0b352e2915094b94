"""The seats that this till holds: what the database has confirmed, and what is being asked of it."""

from collections import deque
from collections.abc import Callable, Collection, Mapping
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING, TypeVar
from uuid import UUID, uuid4

from PySide6.QtCore import QObject, QTimer, Signal

from boxoffice_desktop.domain.basket import Basket, BasketLine, PriceTable
from boxoffice_desktop.domain.errors import BusyError, DatabaseUnavailableError, HoldExpiredError, OutcomeUnknownError
from boxoffice_desktop.domain.seats import SeatKey, SeatKind
from boxoffice_desktop.services import best_seats, holds, reservations
from boxoffice_desktop.services.holds import HeldSeats
from boxoffice_desktop.services.reservations import ServedReservation
from boxoffice_desktop.services.seat_maps import OpenedShow
from boxoffice_desktop.ui.sell.served_seats import OwedRelease, ServedSeats, ask_release
from boxoffice_desktop.ui.tasks.runner import TaskRunner

if TYPE_CHECKING:
    from boxoffice_desktop.domain.selling import TicketType
    from boxoffice_desktop.services.programme import ShowTile

T = TypeVar("T")

# Activity in payment asks for more time at most this often; the server caps the sum.
_EXTEND_EVERY = 20.0
_RELEASE_AGAIN_MS = 2000
# So long is asked to put seats back that may have come although the answer got lost.
_UNKNOWN_SECONDS = 300.0
# After these a release may simply be asked for once more: releasing twice is harmless.
_PASSING = (BusyError, DatabaseUnavailableError, OutcomeUnknownError)


class TillBasket(QObject):
    """A basket whose seats are held in the database. What it shows is what was confirmed, never what is hoped for.

    Requests go out one after the other, so that each knows what the one before got. Times are of `time.monotonic`.

    Signals:
        changed: lines, types or the time left are different.
        settled: nothing is being asked of the database any more.
        refused: an exception; the basket is as it was.
        expired: the lines that went back because their time was over, as a tuple.
    """

    changed = Signal()
    settled = Signal()
    refused = Signal(object)
    expired = Signal(object)

    def __init__(self, tasks: TaskRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self.basket = Basket()
        self.prices = PriceTable()
        self.shows: dict[int, ShowTile] = {}
        self.ticket_types: dict[int, TicketType] = {}
        self.hold_id: UUID = uuid4()
        self.ends_at: float | None = None
        self.next_type_id: int | None = None
        self._jobs: deque[Callable[[], None]] = deque()
        self._owed: deque[OwedRelease] = deque()
        self.served = ServedSeats()
        self._is_asking = False
        self._is_frozen = False
        self._is_offline = False
        self._extended_at = 0.0
        self._deadline = QTimer(self, singleShot=True)
        self._deadline.timeout.connect(self._on_deadline_timeout)
        self._release_again = QTimer(self, interval=_RELEASE_AGAIN_MS, singleShot=True)
        self._release_again.timeout.connect(lambda: self._queue(self._ask_owed_release))

    def learn_show(self, opened: OpenedShow) -> None:
        """Know a show's name, prices and ticket types from now on."""
        self.shows[opened.show.show_id] = opened.show
        self.prices = self.prices.with_show(opened.show.show_id, opened.prices)
        self.ticket_types |= {kind.ticket_type_id: kind for kind in opened.ticket_types}

    def is_asking(self) -> bool:
        """Whether an answer of the database is still to come."""
        return self._is_asking or bool(self._jobs)

    def take(self, show_id: int, seat_ids: tuple[int, ...], types: Mapping[SeatKey, int] | None = None) -> None:
        """Hold these seats, all or none. `types` gives ticket types, for seats that are taken again."""

        def ask() -> None:
            arguments = {"hold_id": self.hold_id, "show_id": show_id, "seat_ids": seat_ids, "basket": self.basket.keys}
            self._write(holds.hold_seats, arguments, lambda held: self._on_held(held, types or {}))

        self._queue(ask)

    def take_best(self, show_id: int, count: int, kinds: frozenset[SeatKind]) -> None:
        """Hold the `count` best seats of these kinds side by side."""

        def ask() -> None:
            arguments = {
                "hold_id": self.hold_id,
                "show_id": show_id,
                "count": count,
                "kinds": kinds,
                "basket": self.basket.keys,
            }
            self._write(best_seats.hold_best_seats, arguments, lambda held: self._on_held(held, {}))

        self._queue(ask)

    def take_again(self, lines: tuple[BasketLine, ...]) -> None:
        """Hold seats that went back, with the types they had."""
        types = {line.key: line.ticket_type_id for line in lines if line.ticket_type_id is not None}
        for reservation, keys in self.served.group_before(line.key for line in lines):
            for show_id in dict.fromkeys(key.show_id for key in keys):
                seat_ids = tuple(key.seat_id for key in keys if key.show_id == show_id)
                if reservation is None:
                    self.take(show_id, seat_ids, types)
                else:
                    self.serve(reservation, seat_ids, types=types)

    def serve(
        self,
        reservation: UUID,
        seat_ids: tuple[int, ...],
        *,
        types: Mapping[SeatKey, int] | None = None,
        done: Callable[[ServedReservation], None] | None = None,
        failed: Callable[[Exception], None] | None = None,
    ) -> None:
        """Take seats of a reservation; its show is known already. Seats that are not sold go back to it."""

        def on_done(served: ServedReservation) -> None:
            self.served.note(reservation, (seat.key for seat in served.held.seats))
            self._on_held(served.held, types or {})
            if done is not None:
                done(served)

        def on_failed(error: Exception) -> None:
            self._is_asking = False
            if isinstance(error, OutcomeUnknownError):
                # They may be ours: then they go back, rather than wait for the end of a hold that nobody sees.
                asked = tuple(SeatKey(0, seat_id) for seat_id in seat_ids)
                self._owed.append(OwedRelease(self.hold_id, asked, monotonic() + _UNKNOWN_SECONDS, reservation))
                self._jobs.appendleft(self._ask_owed_release)
            (failed or self.refused.emit)(error)
            self._ask_next()

        def ask() -> None:
            arguments = {"hold_id": reservation, "basket_id": self.hold_id, "seat_ids": seat_ids}
            self._write(reservations.serve_reservation, arguments, on_done, on_failed)

        self._queue(ask)

    def hand_over(
        self,
        keys: tuple[SeatKey, ...],
        operation: Callable[..., T],
        arguments: Mapping[str, object],
        *,
        done: Callable[[T], None],
        failed: Callable[[Exception], None],
    ) -> None:
        """Let `operation` give these seats to somebody; once it has, they are not in the basket any more."""

        def on_done(result: T) -> None:
            self._on_released(keys)
            done(result)

        def on_failed(error: Exception) -> None:
            self._is_asking = False
            failed(error)
            self._ask_next()

        self._queue(lambda: self._write(operation, arguments, on_done, on_failed))

    def give_back(self, keys: Collection[SeatKey]) -> None:
        """Let go of some seats of the basket."""

        def ask() -> None:
            mine = (key for key in self.basket.keys if key in keys)
            self._jobs.extendleft(partial(self._ask_release, *group) for group in self.served.group(mine))

        self._queue(ask)

    def let_go(self) -> tuple[BasketLine, ...]:
        """Let go of everything, also of what is still being asked for. Returns the lines that were there."""
        lines = self.basket.lines

        def ask() -> None:
            self._release_all()

        self._jobs.clear()
        self._queue(ask)
        return lines

    def outlive_page(self) -> None:
        """Let go of everything also when the page is destroyed before the database has answered what is under way."""
        self.let_go()
        if self.is_asking():
            # Answers come only while their owner lives, and what is still to be given back hangs on them.
            self.setParent(self._tasks)

    def set_type(self, ticket_type_id: int, keys: Collection[SeatKey]) -> None:
        """Set the ticket type of these lines where it is sold."""
        self.basket = self.basket.retyped(keys, ticket_type_id, self.prices)
        self.changed.emit()

    def set_next_type(self, ticket_type_id: int | None) -> None:
        """The type of the seats that will be taken next; None for the usual one."""
        self.next_type_id = ticket_type_id
        self.changed.emit()

    def extend(self) -> None:
        """Ask for more time, if the last time was not just now."""
        if not self.basket.lines or self._is_frozen or monotonic() - self._extended_at < _EXTEND_EVERY:
            return
        self._extended_at = monotonic()
        self._queue(self._ask_extension)

    def check(self) -> None:
        """After a broken connection: ask whether the seats are still ours, which gives them new time if they are.

        What was let go meanwhile is let go in the database too.
        """
        self._queue(self._ask_owed_release)
        if self.basket.lines and not self._is_frozen:
            self._queue(self._ask_extension)

    def set_offline(self, *, offline: bool) -> None:
        """While offline the end of the hold is not judged: nobody could ask the database, which alone knows."""
        self._is_offline = offline
        if not offline and not self.is_asking():
            self._watch_deadline()

    def freeze(self, *, frozen: bool) -> None:
        """While frozen the end of the hold is left to the sale that is under way."""
        self._is_frozen = frozen
        if not frozen:
            self._watch_deadline()

    def forget_sold(self) -> None:
        """The seats are sold: an empty basket with a hold of its own, nothing to give back."""
        self._start_over()
        self.next_type_id = None
        self.changed.emit()

    def seat_names(self, keys: Collection[SeatKey] | None = None) -> tuple[str, ...]:
        """The names of these lines' seats, or of all."""
        return tuple(line.seat_name for line in self.basket.lines if keys is None or line.key in keys)

    def _ask_extension(self) -> None:
        if self.basket.lines:
            self._write(
                holds.extend_hold,
                {"hold_id": self.hold_id, "seats": self.basket.keys},
                lambda held: self._on_held(held, {}),
                self._on_extend_failed,
            )

    def _queue(self, ask: Callable[[], None]) -> None:
        self._jobs.append(ask)
        self._ask_next()

    def _ask_next(self) -> None:
        while self._jobs and not self._is_asking:
            self._jobs.popleft()()
        if not self._is_asking:
            self._watch_deadline()
            self.settled.emit()

    def _write(
        self,
        operation: Callable[..., object],
        arguments: Mapping[str, object],
        done: Callable[..., None],
        failed: Callable[[Exception], None] | None = None,
    ) -> None:
        self._is_asking = True
        asked_at = monotonic()

        def on_done(result: object) -> None:
            self._is_asking = False
            held = result.held if isinstance(result, ServedReservation) else result
            if isinstance(held, HeldSeats):
                # From the moment of asking: rather told too early than too late that the time is over.
                self.ends_at = asked_at + held.seconds_left
                self._extended_at = asked_at
            done(result)
            self._ask_next()

        self._tasks.write(self, operation, arguments, done=on_done, failed=failed or self._on_failed)

    def _on_failed(self, error: Exception) -> None:
        self._is_asking = False
        if isinstance(error, HoldExpiredError):
            self._expire()
        else:
            self.refused.emit(error)
        self._ask_next()

    def _on_extend_failed(self, error: Exception) -> None:
        """Nothing that the cashier asked for has failed: the ring goes on, and at its end says so."""
        if isinstance(error, HoldExpiredError):
            self._on_failed(error)
        else:
            self._is_asking = False
            self._ask_next()

    def _on_held(self, held: HeldSeats, types: Mapping[SeatKey, int]) -> None:
        wanted = dict(types)
        for seat in held.seats:
            kind = wanted.get(seat.key) or self._usual_type(seat.key.show_id, seat.area_id)
            if kind is not None:
                wanted[seat.key] = kind
        self.basket = self.basket.with_seats(held.seats, wanted, self.prices)
        self.changed.emit()

    def _usual_type(self, show_id: int, area_id: int) -> int | None:
        """The type set for the next seats if it is sold in the area, else the first on the keys that is."""
        kinds = sorted(self.ticket_types.values(), key=lambda kind: kind.position)
        wanted = [self.next_type_id] if self.next_type_id is not None else []
        for type_id in (*wanted, *(kind.ticket_type_id for kind in kinds)):
            if self.prices.find_amount(show_id, area_id, type_id) is not None:
                return type_id
        return None

    def _on_released(self, keys: tuple[SeatKey, ...]) -> None:
        self.served.let_go(keys)
        self.basket = self.basket.without(keys)
        if not self.basket.lines:
            self._start_over()
        self.changed.emit()

    def _release_all(self) -> None:
        """The screen is empty at once; the hold is remembered until the database has let go of it."""
        ends_at = monotonic() if self.ends_at is None else self.ends_at
        for reservation, keys in self.served.group(self.basket.keys):
            self._owed.append(OwedRelease(self.hold_id, keys, ends_at, reservation))
        self._start_over()
        self.next_type_id = None
        self._ask_owed_release()
        self.changed.emit()

    def _ask_owed_release(self) -> None:
        """Release the oldest hold that is owed, and the others after it."""
        self._release_again.stop()
        if not self._owed:
            return
        owed = self._owed[0]

        def on_done(_result: object) -> None:
            self._owed.remove(owed)
            if self._owed:
                self._jobs.appendleft(self._ask_owed_release)

        def on_failed(error: Exception) -> None:
            if isinstance(error, _PASSING) and monotonic() < owed.ends_at:
                self._is_asking = False
                self._release_again.start()
                self._ask_next()
            else:
                self._owed.remove(owed)
                self._on_failed(error)

        self._write(*owed.ask(), on_done, on_failed)

    def _ask_release(self, reservation: UUID | None, keys: tuple[SeatKey, ...]) -> None:
        self._write(*ask_release(self.hold_id, keys, reservation), lambda _: self._on_released(keys))

    def _start_over(self) -> None:
        self.served.let_go(self.basket.keys)
        self.basket = Basket()
        self.hold_id = uuid4()
        self.ends_at = None
        self._extended_at = 0.0
        self._deadline.stop()

    def _watch_deadline(self) -> None:
        if self.ends_at is not None and self.basket.lines and not self._is_frozen and not self._is_offline:
            self._deadline.start(max(0, round(1000 * (self.ends_at - monotonic()))))

    def _on_deadline_timeout(self) -> None:
        if self._is_frozen or self._is_offline or self._is_asking or self.ends_at is None:
            return
        if self.ends_at > monotonic():
            self._watch_deadline()
        else:
            self._expire()

    def _expire(self) -> None:
        """The time is over: the seats go back at once, also by our own word, and the cashier is told."""
        lines = self.basket.lines
        self._jobs.clear()
        self._queue(self._release_all)
        if lines:
            self.expired.emit(lines)

"""Which seats of a basket belong to a reservation: they go back to it, not to everybody."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from uuid import UUID

from boxoffice_desktop.domain.seats import SeatKey
from boxoffice_desktop.services import holds, reservations


class ServedSeats:
    """Seats that were taken from reservations: those of the basket, and those that have left it, to be taken again."""

    def __init__(self) -> None:
        self._now: dict[SeatKey, UUID] = {}
        self._before: dict[SeatKey, UUID] = {}

    def note(self, reservation: UUID, keys: Iterable[SeatKey]) -> None:
        """These seats came into the basket from this reservation."""
        self._now |= dict.fromkeys(keys, reservation)

    def let_go(self, keys: Iterable[SeatKey]) -> None:
        """These seats have left the basket."""
        for key in keys:
            reservation = self._now.pop(key, None)
            if reservation is None:
                self._before.pop(key, None)
            else:
                self._before[key] = reservation

    def group(self, keys: Iterable[SeatKey]) -> list[tuple[UUID | None, tuple[SeatKey, ...]]]:
        """Seats of the basket by reservation; None for those of nobody."""
        return _group(self._now, keys)

    def group_before(self, keys: Iterable[SeatKey]) -> list[tuple[UUID | None, tuple[SeatKey, ...]]]:
        """Seats that left the basket, by the reservation that they came from when they were in it last."""
        return _group(self._before, keys)


@dataclass(frozen=True)
class OwedRelease:
    """Seats of a basket that was let go, which the database still holds. From `ends_at` on they are free anyway.

    `ends_at` is of `time.monotonic`; with a `reservation` they go back to that.
    """

    hold_id: UUID
    seats: tuple[SeatKey, ...]
    ends_at: float
    reservation: UUID | None = None

    def ask(self) -> tuple[Callable[..., object], dict[str, object]]:
        """How they are given back: the service and its arguments."""
        return ask_release(self.hold_id, self.seats, self.reservation)


def ask_release(
    hold_id: UUID, seats: tuple[SeatKey, ...], reservation: UUID | None
) -> tuple[Callable[..., object], dict[str, object]]:
    """How seats of the basket `hold_id` are given back: the service and its arguments. Asking twice is harmless."""
    if reservation is None:
        return holds.release_seats, {"hold_id": hold_id, "seats": seats}
    seat_ids = tuple(key.seat_id for key in seats)
    return reservations.put_back, {"hold_id": reservation, "basket_id": hold_id, "seat_ids": seat_ids}


def _group(owners: dict[SeatKey, UUID], keys: Iterable[SeatKey]) -> list[tuple[UUID | None, tuple[SeatKey, ...]]]:
    grouped: dict[UUID | None, list[SeatKey]] = {}
    for key in keys:
        grouped.setdefault(owners.get(key), []).append(key)
    return [(owner, tuple(seats)) for owner, seats in grouped.items()]

"""Whole tills on test databases: with their own login, attempt folder and connections, as at a counter."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

from boxoffice_desktop.db.engine import Database
from boxoffice_desktop.db.watched import ANSWER_SECONDS
from boxoffice_desktop.domain.seats import SeatKey
from boxoffice_desktop.domain.selling import PaymentGiven, PaymentKind, SaleLine, SaleOrder
from boxoffice_desktop.services import holds, programme
from boxoffice_desktop.services.attempts import AttemptFile
from boxoffice_desktop.services.till import Till
from tests.support.cinema import ADULT, PINS, PRICES, ROWS, SEATS_PER_ROW, Cinema

SEATS = tuple(f"{row}{number}" for row in ROWS for number in range(1, SEATS_PER_ROW + 1))


@dataclass(frozen=True)
class Counter:
    """A till with somebody signed in, and what belongs to it."""

    till: Till
    database: Database
    attempts: Path

    def hold(self, cinema: Cinema, show_id: int, names: tuple[str, ...], hold_id: UUID) -> holds.HeldSeats:
        """Hold seats by their names."""
        return self.till.call(
            holds.hold_seats, {"hold_id": hold_id, "show_id": show_id, "seat_ids": cinema.ids(*names)}
        )

    def hold_keys(self, keys: tuple[SeatKey, ...], hold_id: UUID) -> holds.HeldSeats:
        """Hold seats of one show."""
        seat_ids = tuple(key.seat_id for key in keys)
        return self.till.call(holds.hold_seats, {"hold_id": hold_id, "show_id": keys[0].show_id, "seat_ids": seat_ids})

    def open_attempts(self) -> int:
        """How many orders are still open in the folder; one that only waits to be seen is not."""
        return sum(path.suffix != ".known" for path in self.attempts.glob("*")) if self.attempts.is_dir() else 0


@contextmanager
def open_counter(
    cinema: Cinema,
    attempts: Path,
    *,
    name: str = "Counter 1",
    conninfo: str = "",
    answer_seconds: float = ANSWER_SECONDS,
) -> Iterator[Counter]:
    """The terminal `name` with Carla signed in, closed afterwards. `conninfo` may lead through a proxy."""
    database = Database(conninfo or cinema.conninfo(name), answer_seconds=answer_seconds)
    try:
        till = Till(database, login=cinema.logins[name][1], attempts=AttemptFile(attempts), clock=read_clock)
        till.sign_in("carla", PINS["carla"])
        yield Counter(till, database, attempts)
    finally:
        database.close()


def read_clock() -> datetime:
    return datetime.now(UTC)  # noqa: TID251  the test is the composition here


def add_shows(cinema: Cinema, count: int) -> tuple[int, ...]:
    """More shows on sale, one a day from tomorrow on, each with 40 seats."""
    manager = cinema.till("Counter 3", "mona")
    first = cinema.starts_at + timedelta(days=1)
    made = tuple(
        manager.call(
            programme.create_show,
            movie_id=cinema.movie_id,
            hall_id=cinema.hall_id,
            starts_at=first + timedelta(days=day),
        )
        for day in range(count)
    )
    manager.call(programme.put_on_sale, show_ids=made)
    return made


def make_order(cinema: Cinema, show_id: int, hold_id: UUID, names: tuple[str, ...]) -> SaleOrder:
    """An order for seats of one show, paid in cash with the exact amount."""
    lines = tuple(
        SaleLine(
            key=SeatKey(show_id, cinema.seats[name]),
            ticket_type_id=ADULT,
            amount=PRICES[(2 if name[0] == "E" else 1, ADULT)],
        )
        for name in names
    )
    total = sum(line.amount for line in lines)
    return SaleOrder(
        sale_id=uuid4(),
        hold_id=hold_id,
        lines=lines,
        payments=(PaymentGiven(kind=PaymentKind.CASH, amount=total, given=total),),
    )


def pairs(shows: tuple[int, ...]) -> Iterator[tuple[int, tuple[str, str]]]:
    """Two seats after two seats, show after show."""
    for show_id in shows:
        for first, second in zip(SEATS[::2], SEATS[1::2], strict=True):
            yield show_id, (first, second)

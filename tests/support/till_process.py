"""A till in a process of its own, which sells until it is killed: `python -m tests.support.till_process <settings>`.

What it tells is a line on the disk before anything else is done: `sold` or `resumed` with the sale's id, as a till
confirms with a printed ticket; `refused` when an unknown sale turned out not to be; `holds` and `locked` when it has
seats and waits.
"""

import json
import os
import random
import sys
import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TypeVar
from uuid import UUID, uuid4

from sqlalchemy import text
from sqlalchemy.orm import Session

from boxoffice_desktop.db.engine import Database
from boxoffice_desktop.db.listener import Listener
from boxoffice_desktop.domain.errors import (
    BusyError,
    ConflictError,
    DatabaseUnavailableError,
    OutcomeUnknownError,
    TerminalInUseError,
)
from boxoffice_desktop.domain.seats import SeatKey
from boxoffice_desktop.domain.selling import PaymentGiven, PaymentKind, SaleLine, SaleOrder
from boxoffice_desktop.services import holds, sales
from boxoffice_desktop.services.attempts import AttemptFile
from boxoffice_desktop.services.seat_maps import read_map
from boxoffice_desktop.services.till import Till
from tests.support.cinema import ADULT
from tests.support.counters import read_clock

T = TypeVar("T")
_NOT_NOW = (DatabaseUnavailableError, OutcomeUnknownError, BusyError, TerminalInUseError)


@dataclass(frozen=True, kw_only=True)
class TillSettings:
    """What a till in a process is told.

    Attributes:
        said: the file for its lines.
        shows: what it sells, one after the other.
        prices: of an adult's ticket, by seat.
        mode: `sells`; `reports early`, which says `sold` before it is and keeps no attempts; `holds` the first pair, or
            `locks` it in a transaction, and waits.
    """

    conninfo: str
    login: str
    user_name: str
    pin: str
    attempts: str
    said: str
    shows: list[int]
    prices: list[tuple[int, int]]
    mode: str = "sells"
    seed: int = field(default_factory=lambda: random.getrandbits(32))


class SellingTill:
    """Sells pair after pair of free seats; after a fault it goes on by itself."""

    def __init__(self, settings: TillSettings) -> None:
        self._settings = settings
        self._pause = threading.Event()
        self._random = random.Random(settings.seed)  # noqa: S311  chooses seats
        self._prices = {seat_id: price for seat_id, price in settings.prices}  # noqa: C416  JSON has lists for pairs
        self._database = Database(settings.conninfo)
        self._till = self._insist(self._open)

    def run(self) -> None:
        """Go on until killed, or until everything is sold."""
        with Path(self._settings.said).open("a", encoding="utf-8") as self._said:
            self._resume()
            self._say("open", os.getpid())
            for show_id in self._settings.shows:
                while pair := self._insist(lambda show_id=show_id: self._find_pair(show_id)):
                    self._serve(show_id, pair)
            self._say("finished", os.getpid())

    def _say(self, what: str, value: object) -> None:
        self._said.write(f"{what} {value}\n")
        self._said.flush()
        os.fsync(self._said.fileno())

    def _insist(self, work: Callable[[], T]) -> T:
        while True:
            try:
                return work()
            except _NOT_NOW:
                self._pause.wait(0.05)

    def _open(self) -> Till:
        settings = self._settings
        attempts = AttemptFile(Path(settings.attempts))
        till = Till(self._database, login=settings.login, attempts=attempts, clock=read_clock)
        Listener(
            settings.conninfo,
            terminal_id=till.terminal_id,
            terminal_name=till.describe().terminal_name,
            on_hint=lambda _show_id: None,
            on_state=lambda _connected: None,
        ).start()
        self._insist(lambda: till.sign_in(settings.user_name, settings.pin))
        return till

    def _resume(self) -> None:
        for resumed in self._insist(self._till.resume_attempts):
            self._say("resumed" if resumed.sale else "refused", resumed.order.sale_id)
            self._till.acknowledge(resumed.order.sale_id)

    def _find_pair(self, show_id: int) -> tuple[int, int] | None:
        state = self._till.call(read_map, {"show_id": show_id})
        free = sorted(set(self._prices) - {status.seat_id for status in state.statuses})
        return tuple(self._random.sample(free, 2)) if len(free) > 1 else None

    def _serve(self, show_id: int, pair: tuple[int, int]) -> None:
        if self._settings.mode == "locks":
            self._database.run(lambda session: self._lock(session, show_id, pair))
        hold_id = uuid4()
        wanted = {"hold_id": hold_id, "show_id": show_id, "seat_ids": pair}
        try:
            self._insist(lambda: self._till.call(holds.hold_seats, wanted))
        except ConflictError:
            return
        if self._settings.mode == "holds":
            self._say("holds", f"{pair[0]} {pair[1]}")
            self._pause.wait()
        self._sell(self._make_order(show_id, pair, hold_id))

    def _sell(self, order: SaleOrder) -> None:
        if self._settings.mode == "reports early":
            self._say("sold", order.sale_id)
            self._insist(lambda: self._till.call(sales.complete_sale, {"order": order}))
            return
        while True:
            try:
                sale = self._till.sell(order)
            except OutcomeUnknownError:
                self._resume()
                return
            except (DatabaseUnavailableError, BusyError):
                # Not stored; the cashier presses the key again.
                self._pause.wait(0.05)
            except ConflictError:
                return
            else:
                self._say("sold", sale.sale_id)
                self._till.acknowledge(sale.sale_id)
                return

    def _make_order(self, show_id: int, pair: tuple[int, int], hold_id: UUID) -> SaleOrder:
        lines = tuple(
            SaleLine(key=SeatKey(show_id, seat_id), ticket_type_id=ADULT, amount=self._prices[seat_id])
            for seat_id in pair
        )
        total = sum(line.amount for line in lines)
        paid = PaymentGiven(kind=PaymentKind.CASH, amount=total, given=total)
        return SaleOrder(sale_id=uuid4(), hold_id=hold_id, lines=lines, payments=(paid,))

    def _lock(self, session: Session, show_id: int, pair: tuple[int, int]) -> None:
        session.execute(
            text("SELECT FROM boxoffice.show_seat WHERE show_id = :show AND seat_id = ANY(:seats) FOR UPDATE"),
            {"show": show_id, "seats": list(pair)},
        )
        self._say("locked", f"{pair[0]} {pair[1]}")
        self._pause.wait()


def as_json(settings: TillSettings) -> str:
    return json.dumps(asdict(settings))


if __name__ == "__main__":
    SellingTill(TillSettings(**json.loads(sys.argv[1]))).run()

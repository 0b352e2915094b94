"""Tills, their server processes and the server itself are killed in the middle of sales, on a server that syncs."""

import random
import shutil
import tempfile
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import uuid4

import psutil
import psycopg
import pytest

from boxoffice_desktop.db import provisioning
from boxoffice_desktop.db.embedded import EmbeddedServer
from boxoffice_desktop.db.embedded.postmaster import find_postmaster
from boxoffice_desktop.domain.errors import BusyError, SeatsUnavailableError
from boxoffice_desktop.domain.seats import SeatKey
from tests.support.books import find_wrong
from tests.support.cinema import Cinema, build_cinema
from tests.support.counters import Counter, add_shows, open_counter
from tests.support.processes import CONFIRMED, TillProcess, wait_until

# A till that sells alone sells fewer seats than these shows have between two kills.
_SHOWS_PER_KILL = 5
_RECOVERS_SECONDS = 30
_LOCKS_GO_SECONDS = 15
_HOLD_SECONDS = 2


@dataclass(frozen=True)
class House:
    """A cinema on a server of its own, with everything synced as at a customer's."""

    server: EmbeddedServer
    data: Path
    cinema: Cinema

    def kill_backend(self, terminal: str) -> bool:
        """Kill a server process of this terminal, which makes the server restart all; False when it has none."""
        _, login, _ = self.cinema.logins[terminal]
        found = self.cinema.query(
            "SELECT pid FROM pg_stat_activity WHERE usename = %s AND state <> 'idle' LIMIT 1", login
        ) or self.cinema.query("SELECT pid FROM pg_stat_activity WHERE usename = %s LIMIT 1", login)
        if found:
            psutil.Process(found[0][0]).kill()
        return bool(found)

    def kill_server(self) -> None:
        postmaster = find_postmaster(self.data / "cluster")
        assert postmaster is not None
        postmaster.process.kill()
        postmaster.process.wait(10)

    def wait_until_ready(self) -> None:
        def answers() -> bool:
            try:
                return bool(self.cinema.query("SELECT 1"))
            except psycopg.OperationalError:
                return False

        wait_until(answers, _RECOVERS_SECONDS, "the server recovers")


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    folder = Path(tempfile.mkdtemp(prefix="boxoffice-kills-"))
    folder.chmod(0o755)
    server = EmbeddedServer(folder / "data")
    try:
        address = server.start()
        with psycopg.connect(address.conninfo(), autocommit=True) as admin:
            provisioning.create_roles(admin)
            provisioning.create_database(admin, "boxoffice")
        provisioning.upgrade_schema(address.conninfo("boxoffice"))
        cinema = build_cinema(address.conninfo("boxoffice"))
        yield House(server, folder / "data", cinema)
        cinema.close()
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


class Shift:
    """The tills of one test, and the books at their end.

    Attributes:
        tills: killed when the test ends.
        killed: how many processes of tills were killed in the middle of selling.
    """

    def __init__(self, house: House, folder: Path) -> None:
        self.house = house
        self.tills: list[TillProcess] = []
        self.killed = 0
        self._folder = folder
        self._before = self._stored()

    def open(self, tills: int, *, kills: int, mode: str = "sells") -> None:
        """Start tills that will not run out of seats; each sells its own shows first, then those of the others."""
        shows = self._add_shows(_SHOWS_PER_KILL * (kills + 2))
        for number in range(tills):
            own = shows[number::tills]
            others = tuple(show_id for show_id in shows if show_id not in own)
            folder = self._folder / str(number)
            till = TillProcess(self.house.cinema, folder, f"Counter {number + 1}", own + others, mode)
            self.tills.append(till)
            till.start()

    def kill(self, till: TillProcess) -> None:
        till.kill()
        self.killed += 1

    def wait_for_sales(self) -> None:
        """Every till has sold something from now on."""
        for till in self.tills:
            till.listen()
        for till in self.tills:
            till.wait_for(*CONFIRMED, seconds=_RECOVERS_SECONDS)

    def close(self) -> None:
        """Kill what sells; then every till starts once more, finds out about its sales, and has nothing to sell."""
        for till in self.tills:
            self.kill(till)
            till.shows = ()
            till.start()
        for till in self.tills:
            till.wait_for("finished")

    def find_lost(self) -> set[str]:
        """Sales that a till confirmed and that are not there."""
        return {sale_id for till in self.tills for sale_id in till.ids(*CONFIRMED)} - self._stored()

    def check_books(self) -> None:
        told = [sale_id for till in self.tills for sale_id in till.ids(*CONFIRMED)]
        refused = {sale_id for till in self.tills for sale_id in till.ids("refused")}
        stored = self._stored() - self._before
        assert self.find_lost() == set()
        # Killed between the word of a sale and forgetting it: the next start tells it once more.
        assert len(told) - len(set(told)) <= self.killed
        assert not refused & stored
        # Killed between the end of a sale and the word of it: the next start tells it.
        assert stored - set(told) == set()
        assert [path for till in self.tills for path in till.attempts.glob("*")] == []
        assert find_wrong(self.house.cinema) == {}

    def _stored(self) -> set[str]:
        return {str(sale_id) for (sale_id,) in self.house.cinema.query("SELECT sale_id FROM boxoffice.sale")}

    def _add_shows(self, count: int) -> tuple[int, ...]:
        cinema = self.house.cinema
        ((last,),) = cinema.query("SELECT max(starts_at) FROM boxoffice.show")
        return add_shows(replace(cinema, starts_at=last), count)


@pytest.fixture
def shift(house: House, tmp_path: Path) -> Iterator[Shift]:
    opened = Shift(house, tmp_path)
    yield opened
    for till in opened.tills:
        till.kill()


def somewhere_in_a_sale(moments: random.Random) -> None:
    """Lets so much time pass that a kill meets any moment of a hold or a sale."""
    threading.Event().wait(moments.uniform(0, 0.04))


@pytest.mark.parametrize("kills", [8, pytest.param(100, marks=pytest.mark.soak)])
def test_killed_tills_lose_no_sale_that_they_confirmed(shift: Shift, kills: int) -> None:
    moments = random.Random(kills)  # noqa: S311  moments, no secrets
    shift.open(2, kills=kills)
    for _ in range(kills):
        shift.wait_for_sales()
        somewhere_in_a_sale(moments)
        till = moments.choice(shift.tills)
        shift.kill(till)
        till.start()
    shift.wait_for_sales()
    shift.close()

    shift.check_books()
    # Some died between the first message of a sale and its end, else nothing was proved.
    assert any(till.ids("resumed") for till in shift.tills)


@pytest.mark.parametrize("kills", [8, pytest.param(100, marks=pytest.mark.soak)])
def test_killed_server_processes_lose_no_confirmed_sale_and_tills_go_on_by_themselves(
    shift: Shift, house: House, kills: int
) -> None:
    moments = random.Random(kills)  # noqa: S311  moments, no secrets
    shift.open(2, kills=kills)
    killed = 0
    for _ in range(kills):
        shift.wait_for_sales()
        somewhere_in_a_sale(moments)
        killed += house.kill_backend(moments.choice(shift.tills).name)
        house.wait_until_ready()
    shift.wait_for_sales()
    shift.close()

    shift.check_books()
    assert killed > kills / 2


@pytest.mark.parametrize("kills", [5, pytest.param(40, marks=pytest.mark.soak)])
def test_a_killed_server_loses_no_confirmed_sale_and_tills_go_on_by_themselves(
    shift: Shift, house: House, kills: int
) -> None:
    moments = random.Random(kills)  # noqa: S311  moments, no secrets
    shift.open(2, kills=kills)
    for _ in range(kills):
        shift.wait_for_sales()
        somewhere_in_a_sale(moments)
        house.kill_server()
        house.server.start()
    shift.wait_for_sales()
    shift.close()

    shift.check_books()


def test_a_till_that_confirms_before_the_commit_is_seen_to_lose(shift: Shift) -> None:
    """The control of the three above: the same kills, and the word given too early."""
    most = 30
    shift.open(1, kills=most, mode="reports early")
    (till,) = shift.tills
    moments = random.Random(1)  # noqa: S311  moments, no secrets
    for _ in range(most):
        till.wait_for("sold")
        somewhere_in_a_sale(moments)
        till.kill()
        if shift.find_lost():
            break
        till.start()

    assert shift.find_lost()


@pytest.fixture
def short_holds(house: House) -> Iterator[None]:
    """Holds of two seconds, which no venue may have: the owner takes the limit away for a while."""
    limits = "venue_hold_sane", "venue_hold_cap_sane"
    ((usual,),) = house.cinema.query("SELECT hold_seconds FROM boxoffice.venue")
    definitions = dict(
        house.cinema.query(
            "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = ANY(%s)", list(limits)
        )
    )
    for name in limits:
        house.cinema.execute(f"ALTER TABLE boxoffice.venue DROP CONSTRAINT {name}")
    house.cinema.execute("UPDATE boxoffice.venue SET hold_seconds = %s", _HOLD_SECONDS)
    yield
    house.cinema.execute("UPDATE boxoffice.venue SET hold_seconds = %s", usual)
    for name in limits:
        house.cinema.execute(f"ALTER TABLE boxoffice.venue ADD CONSTRAINT {name} {definitions[name]}")


def test_seats_of_a_dead_till_are_free_when_their_hold_ends(
    shift: Shift, house: House, short_holds: None, tmp_path: Path
) -> None:
    shift.open(1, kills=0, mode="holds")
    (till,) = shift.tills
    with open_counter(house.cinema, tmp_path / "other", name="Counter 2") as other:
        seats = till.wait_for("holds")
        shift.kill(till)
        take = taker(other, till, seats)
        assert not take()
        wait_until(take, _HOLD_SECONDS + _LOCKS_GO_SECONDS, "the seats are free")


@pytest.mark.parametrize("death", ["killed", "frozen"])
def test_locks_of_a_dead_till_are_gone_within_15_seconds(
    shift: Shift, house: House, tmp_path: Path, death: str
) -> None:
    shift.open(1, kills=0, mode="locks")
    (till,) = shift.tills
    with open_counter(house.cinema, tmp_path / "other", name="Counter 2") as other:
        seats = till.wait_for("locked")
        if death == "killed":
            shift.kill(till)
        else:
            till.freeze()
        wait_until(taker(other, till, seats), _LOCKS_GO_SECONDS, "the locks are gone")


def taker(other: Counter, till: TillProcess, seats: str) -> Callable[[], bool]:
    """Tries to hold these seats of a till's first show at another counter."""
    keys = tuple(SeatKey(till.shows[0], int(seat_id)) for seat_id in seats.split())

    def take() -> bool:
        try:
            other.hold_keys(keys, uuid4())
        except (BusyError, SeatsUnavailableError):
            return False
        return True

    return take

"""The state machine: tills act through the services, the plain cinema says what must come of it.

Time is moved, not waited for: the owner dates holds back. Steps of time are multiples of 80 s, so that no sum of them
comes within 15 s before an end (300 s, or 900 s for the cap) and the seconds that a test really takes decide nothing.

A new act of the services becomes a rule: let the plain cinema say what it refuses, call `_expect`, then change it.
"""

from collections.abc import Callable
from typing import Any, ClassVar, TypeVar
from uuid import UUID, uuid4

import psycopg
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from boxoffice_desktop.domain.errors import BoxOfficeError, SeatsUnavailableError
from boxoffice_desktop.domain.seats import SeatLook
from boxoffice_desktop.domain.selling import SaleOrder
from boxoffice_desktop.services import holds, sales, seat_maps
from tests.concurrency.model.plain_cinema import BASKET_LIMIT, CAP_SECONDS, HOLD_SECONDS, PlainCinema, PlainSeat
from tests.support.cinema import ADULT, CHILD, Cinema, Till

SEATS = ("A1", "A2", "A3", "B1", "B2", "E1")
TILLS = ("Counter 1", "Counter 2", "Counter 3")
_SLACK_SECONDS = 15

_tills = st.integers(0, len(TILLS) - 1)
_seats = st.lists(st.sampled_from(SEATS), min_size=1, max_size=5, unique=True).map(tuple)
_picks = st.integers(0, 7)

_RESET = (
    "SET session_replication_role = replica",
    (
        "TRUNCATE boxoffice.sale, boxoffice.ticket, boxoffice.payment, boxoffice.journal, boxoffice.hold,"
        " boxoffice.seat_activity, boxoffice.show_seat CASCADE"
    ),
    (
        "UPDATE boxoffice.terminal_chain SET sale_number = 0, ticket_serial = 0, refund_number = 0,"
        " journal_number = 0, journal_hash = decode(repeat('00', 32), 'hex')"
    ),
    (
        "INSERT INTO boxoffice.show_seat (show_id, seat_id, area_id) SELECT w.show_id, s.seat_id, s.area_id"
        " FROM boxoffice.show w JOIN boxoffice.seat s USING (hall_id) WHERE s.name = ANY(%s)"
    ),
    "RESET session_replication_role",
)


class TillMachine(RuleBasedStateMachine):
    """Three tills, six seats. `cinema`, `tills` and `admin` are set by `run_machine`."""

    cinema: ClassVar[Cinema]
    tills: ClassVar[tuple[Till, ...]]
    admin: ClassVar[psycopg.Connection[Any]]

    def __init__(self) -> None:
        super().__init__()
        for statement in _RESET:
            self.admin.execute(statement, (list(SEATS),) if "%s" in statement else None)
        self.plain = PlainCinema(seats={name: PlainSeat(name=name) for name in SEATS})
        self.holds: list[tuple[int, UUID]] = []
        self.orders: list[tuple[int, SaleOrder, tuple[str, ...]]] = []
        self.steps = 0

    @rule(till=_tills, names=_seats, into=_picks)
    def hold(self, till: int, names: tuple[str, ...], into: int) -> None:
        mine = [hold for number, hold in self.holds if number == till]
        hold = mine[-1] if mine and into > 2 else uuid4()
        basket = self._live_seats_of(hold) if into > 4 else ()
        everything = tuple(sorted({*names, *basket}))
        refusal = self.plain.refusal_of_hold(TILLS[till], hold, everything)
        held = self._expect(
            refusal,
            lambda: self.tills[till].call(
                holds.hold_seats,
                hold_id=hold,
                show_id=self.cinema.show_id,
                seat_ids=self.cinema.ids(*names),
                basket=self.cinema.keys(*basket),
            ),
        )
        if held is None:
            return
        self.plain.hold(TILLS[till], hold, everything)
        assert {seat.name for seat in held.seats} == set(names)
        assert self.plain.left(hold) - _SLACK_SECONDS <= held.seconds_left <= self.plain.left(hold)
        if (till, hold) not in self.holds:
            self.holds.append((till, hold))

    @rule(till=_tills, which=_picks, names=_seats, whole=st.booleans())
    def release(self, till: int, which: int, names: tuple[str, ...], *, whole: bool) -> None:
        hold = self._pick_hold(which)
        wanted = (self.plain.seats_of(hold) or names) if whole else names
        self._expect(
            self.plain.refusal_of_release(TILLS[till], hold, wanted),
            lambda: self.tills[till].call(holds.release_seats, hold_id=hold, seats=self.cinema.keys(*wanted)),
        ) or self._release_unless_refused(till, hold, wanted)

    def _release_unless_refused(self, till: int, hold: UUID, names: tuple[str, ...]) -> None:
        if self.plain.refusal_of_release(TILLS[till], hold, names) is None:
            self.plain.release(hold, names)

    @rule(which=_picks, names=_seats, whole=st.booleans())
    def extend(self, which: int, names: tuple[str, ...], *, whole: bool) -> None:
        hold = self._pick_hold(which)
        till = next((number for number, made in self.holds if made == hold), 0)
        wanted = (self.plain.seats_of(hold) or names) if whole else names
        extended = self._expect(
            self.plain.refusal_of_extend(hold, wanted),
            lambda: self.tills[till].call(holds.extend_hold, hold_id=hold, seats=self.cinema.keys(*wanted)),
        )
        if extended is not None:
            self.plain.hold(TILLS[till], hold, wanted)
            assert self.plain.left(hold) - _SLACK_SECONDS <= extended.seconds_left <= self.plain.left(hold)

    @rule(which=_picks, names=_seats, whole=st.integers(0, 3), kind=st.sampled_from((ADULT, CHILD)), stranger=_picks)
    def sell(self, which: int, names: tuple[str, ...], whole: int, kind: int, stranger: int) -> None:
        hold = self._pick_hold(which)
        maker = next((number for number, made in self.holds if made == hold), 0)
        till = (maker + 1) % len(TILLS) if stranger == 7 else maker
        wanted = (self.plain.seats_of(hold) or names) if whole else names
        order = self.cinema.order(hold, *wanted, ticket_type=kind)
        self._try_sale(till, order, wanted, resuming=False)

    @rule(which=_picks, resuming=st.booleans(), stranger=_picks)
    def ask_again(self, which: int, *, resuming: bool, stranger: int) -> None:
        """The same order once more, as after a broken link; stored or not, it is one sale."""
        if self.orders:
            till, order, names = self.orders[which % len(self.orders)]
            if stranger == 7:
                till = (till + 1) % len(TILLS)
            self._try_sale(till, order, names, resuming=resuming)

    @rule(steps=st.sampled_from((1, 1, 2, 4)))
    def let_time_pass(self, steps: int) -> None:
        seconds = 80 * steps
        self.plain.now += seconds
        self.admin.execute("UPDATE boxoffice.hold SET created_at = created_at - %s * interval '1 s'", (seconds,))
        self.admin.execute(
            "UPDATE boxoffice.show_seat SET held_until = held_until - %s * interval '1 s' WHERE state = 'held'",
            (seconds,),
        )

    @rule(till=_tills)
    def restart(self, till: int) -> None:
        freed = self.tills[till].call(holds.release_leftovers)
        assert freed == self.plain.restart(TILLS[till])

    @invariant()
    def the_rows_are_as_the_plain_cinema_says(self) -> None:
        rows = self.admin.execute(
            "SELECT e.name, ss.state, ss.hold_id, coalesce(t.name, k.name) FROM boxoffice.show_seat ss"
            " JOIN boxoffice.seat e USING (seat_id) LEFT JOIN boxoffice.terminal t ON t.terminal_id = ss.held_by"
            " LEFT JOIN boxoffice.ticket x ON x.ticket_id = ss.ticket_id"
            " LEFT JOIN boxoffice.terminal k ON k.terminal_id = x.terminal_id"
        ).fetchall()
        plain = [(seat.name, seat.state, seat.hold, seat.terminal) for seat in self.plain.seats.values()]
        assert sorted(rows, key=lambda row: row[0]) == plain

    @invariant()
    def a_till_sees_the_map_of_the_plain_cinema(self) -> None:
        self.steps += 1
        number = self.steps % len(TILLS)
        state = self.tills[number].call(seat_maps.read_map, show_id=self.cinema.show_id)
        seen = {(status.seat_id, status.look) for status in state.statuses}
        wanted = {
            (self.cinema.seats[seat.name], look)
            for seat in self.plain.seats.values()
            if (look := self._look(seat, TILLS[number])) is not None
        }
        assert seen == wanted
        sold = sum(seat.state == "sold" for seat in self.plain.seats.values())
        held = sum(self.plain.is_live(seat) for seat in self.plain.seats.values())
        assert (state.free, state.held, state.sold) == (len(SEATS) - held - sold, held, sold)

    @invariant()
    def the_books_are_those_of_the_plain_cinema(self) -> None:
        rows = self.admin.execute(
            "SELECT s.sale_id, t.name, s.number, s.total,"
            " (SELECT sum(p.amount) FROM boxoffice.payment p WHERE p.sale_id = s.sale_id),"
            " (SELECT array_agg(e.name ORDER BY e.name) FROM boxoffice.ticket k JOIN boxoffice.seat e USING (seat_id)"
            "   WHERE k.sale_id = s.sale_id)"
            " FROM boxoffice.sale s JOIN boxoffice.terminal t USING (terminal_id)"
        ).fetchall()
        assert {row[0]: row[1:] for row in rows} == {
            key: (sale.terminal, sale.number, sale.total, sale.total, sorted(sale.seats))
            for key, sale in self.plain.sales.items()
        }

    def _try_sale(self, till: int, order: SaleOrder, names: tuple[str, ...], *, resuming: bool) -> None:
        stored = self.plain.sales.get(order.sale_id)
        if stored is not None:
            refusal = None if stored.terminal == TILLS[till] else ("ConflictError",)
        else:
            refusal = self.plain.refusal_of_sale(TILLS[till], order.hold_id, names, resuming=resuming)
            refusal = refusal or self._refusal_of_lines(order)
        sale = self._expect(refusal, lambda: self.tills[till].call(sales.complete_sale, order=order, resuming=resuming))
        if all(order.sale_id != known.sale_id for _, known, _ in self.orders):
            self.orders.append((till, order, names))
        if sale is None:
            return
        if stored is None:
            stored = self.plain.sell(TILLS[till], order.sale_id, names, order.total)
            assert not sale.repeated
        assert (sale.sale_id, sale.number, sale.total, sale.change) == (order.sale_id, stored.number, stored.total, 0)
        assert {ticket.key.seat_id for ticket in sale.tickets} == set(
            self.cinema.ids(*self._valid(order.sale_id, names))
        )

    def _refusal_of_lines(self, _order: SaleOrder) -> tuple[str, ...] | None:
        """Why a sale that can have its seats is refused for its discounts: there are none here."""
        return None

    def _valid(self, _sale_id: UUID, names: tuple[str, ...]) -> tuple[str, ...]:
        """The seats of a sale whose tickets a till is told of: all, while nothing is taken back."""
        return names

    def _expect(self, refusal: tuple[str, ...] | None, act: Callable[[], Any]) -> Any:
        """What `act` answers; it must be refused exactly as `refusal` says, then the answer is None."""
        try:
            answer = act()
        except BoxOfficeError as error:
            got: tuple[str, ...] = (type(error).__name__,)
            if isinstance(error, SeatsUnavailableError) and refusal is not None and len(refusal) > 1:
                got = (*got, *sorted(f"{seat.seat_name} {seat.state} {seat.holder}" for seat in error.seats))
            assert got == refusal
            return None
        assert refusal is None
        return answer

    def _pick_hold(self, which: int) -> UUID:
        return self.holds[-1 - which % len(self.holds)][1] if self.holds else uuid4()

    def _live_seats_of(self, hold: UUID) -> tuple[str, ...]:
        return tuple(name for name in self.plain.seats_of(hold) if self.plain.is_live(self.plain.seats[name]))

    def _look(self, seat: PlainSeat, terminal: str) -> SeatLook | None:
        if seat.state == "sold":
            return SeatLook.SOLD
        if not self.plain.is_live(seat):
            return None
        return SeatLook.MINE if seat.terminal == terminal else SeatLook.HELD


Machine = TypeVar("Machine", bound=TillMachine)


def prepare(cinema: Cinema, machine: type[Machine], user_name: str = "carla") -> type[Machine]:
    """The machine for this cinema: its limits are those of the plain one, `user_name` is signed in at its tills."""
    cinema.execute(
        "UPDATE boxoffice.venue SET hold_seconds = %s, hold_cap_seconds = %s, basket_limit = %s",
        HOLD_SECONDS,
        CAP_SECONDS,
        BASKET_LIMIT,
    )
    members = {
        "cinema": cinema,
        "tills": tuple(cinema.till(name, user_name) for name in TILLS),
        "admin": cinema.admin(),
    }
    return type(f"Prepared{machine.__name__}", (machine,), members)

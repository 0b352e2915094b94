"""A cinema in memory for the selling screens: shows, seats, holds and sales that behave as the services promise.

Time is the test's: `clock` seconds go by only when the test says so.
"""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time
from typing import Any, TypeVar
from uuid import UUID

from boxoffice_desktop.domain.errors import (
    BasketFullError,
    HoldExpiredError,
    NotAllowedError,
    NotEnoughSeatsError,
    SeatHolder,
    SeatsUnavailableError,
)
from boxoffice_desktop.domain.printing import DocumentKind, PrintState
from boxoffice_desktop.domain.promotions import check_code
from boxoffice_desktop.domain.refunding import CompletedExchange, CompletedRefund, ExchangeOrder, RefundOrder
from boxoffice_desktop.domain.seats import Seat, SeatKey, SeatKind, SeatLook, SeatStatus
from boxoffice_desktop.domain.selling import CompletedSale, HeldSeat, SaleOrder, SoldTicket
from boxoffice_desktop.services.approvals import Approval, ApprovalRequest, Approver
from boxoffice_desktop.services.context import ResumedAttempt, SignedIn, TicketsDocument, TillFacts
from boxoffice_desktop.services.holds import HeldSeats
from boxoffice_desktop.services.print_queue import QueuedPrint
from boxoffice_desktop.services.programme import DayTile, ShowTile
from boxoffice_desktop.services.promotions import CodeRefusedError, OfferedCode, Offers, OpenedCode
from boxoffice_desktop.services.seat_maps import ActivityLine, MapState, OpenedShow
from tests.ui.sell.shows import DAYS, ME, OTHER, PRICES, SHOWS, TODAY, TYPES, make_hall

T = TypeVar("T")


def make_job(sale: CompletedSale, **changes: Any) -> QueuedPrint:
    """The print job of a sale that has just been stored."""
    job = QueuedPrint(
        job_id=sale.sale_id,
        kind=DocumentKind.TICKETS,
        subject=str(sale.sale_id),
        design="",
        state=PrintState.WAITING,
        tries=0,
        error="",
        printer="",
        made_at=sale.sold_at,
        number=sale.number,
        titles=("Nosferatu",),
        tickets=len(sale.tickets),
        copy=1,
        is_fresh=True,
        takes_cash=True,
        # A sale without tickets has sold one.
        gift_cards=0 if sale.tickets else 1,
    )
    return replace(job, **changes)


@dataclass
class Held:
    hold_id: UUID | None
    holder: str
    until: float


@dataclass
class CinemaDesk:
    """A `Desk`. Faults are put into `sell_faults` (raised in turn) and `faults` (by operation's name).

    With `overtaking_read` a release waits a moment for a read of the map to come before it.
    """

    hold_seconds: float = 300.0
    limit: int = 10
    clock: float = 0.0
    held: dict[SeatKey, Held] = field(default_factory=dict)
    sold: dict[SeatKey, str] = field(default_factory=dict)
    sales: dict[UUID, CompletedSale] = field(default_factory=dict)
    asked_prints: dict[UUID, tuple[DocumentKind, str]] = field(default_factory=dict)
    orders: list[SaleOrder] = field(default_factory=list)
    activity: list[ActivityLine] = field(default_factory=list)
    sell_faults: list[Exception] = field(default_factory=list)
    stores_before_fault: bool = False
    resumed: list[tuple[ResumedAttempt, ...] | Exception] = field(default_factory=list)
    faults: dict[str, Exception] = field(default_factory=dict)
    jobs: dict[UUID, QueuedPrint] = field(default_factory=dict)
    overtaking_read: threading.Event | None = None
    calls: list[str] = field(default_factory=list)
    acknowledged: list[UUID] = field(default_factory=list)
    days: tuple[DayTile, ...] = DAYS
    shows: Mapping[date, tuple[ShowTile, ...]] = field(default_factory=lambda: {TODAY: SHOWS})
    offers: Offers = field(
        default_factory=lambda: Offers(promotions=(), fee=None, day_ends_at=time(6), group_from={}, asked={})
    )
    codes: dict[str, OpenedCode] = field(default_factory=dict)
    code: str = ""
    requests: list[ApprovalRequest] = field(default_factory=list)
    currency: str = "EUR"
    poster: bytes | None = None
    posters_asked: list[int] = field(default_factory=list)
    pdf: bytes = b"%PDF-1.4 not really"
    gate: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.hall = make_hall()
        self.by_id = {seat.seat_id: seat for seat in self.hall.seats}
        self.lock = threading.Lock()
        self.gate.set()

    # What a test does

    def take_elsewhere(self, show_id: int, *names: str) -> None:
        for seat in self.hall.seats:
            if seat.name in names:
                self.held[SeatKey(show_id, seat.seat_id)] = Held(None, OTHER, float("inf"))

    def sell_elsewhere(self, show_id: int, *names: str) -> None:
        for seat in self.hall.seats:
            if seat.name in names:
                self.sold[SeatKey(show_id, seat.seat_id)] = OTHER

    def let_go(self) -> None:
        self.gate.set()

    def held_by_me(self) -> set[str]:
        return {
            self.by_id[key.seat_id].name for key, held in self.held.items() if held.holder == ME and self._lives(held)
        }

    # Desk

    def call(self, operation: Callable[..., T], arguments: Mapping[str, object]) -> T:
        assert self.gate.wait(10)
        name = operation.__name__
        if name == "release_seats" and self.overtaking_read is not None:
            # Give a read that was asked for at the same moment the chance to come first.
            self.overtaking_read.wait(0.3)
        with self.lock:
            self.calls.append(name)
            if name in self.faults:
                raise self.faults[name]
            answer = getattr(self, f"_{name}")(**arguments)
        if name == "read_map" and self.overtaking_read is not None:
            self.overtaking_read.set()
        return answer  # type: ignore[no-any-return] - by name

    def approve(self, user_name: str, _pin: str, request: ApprovalRequest) -> Approval:
        self.requests.append(request)
        if user_name == "sid":
            return Approval(
                approval_id=UUID(int=len(self.requests)),
                request=request,
                approver="Sid",
                expires_at=datetime(2026, 11, 20, tzinfo=UTC),
            )
        raise NotAllowedError("approve", f"{user_name} is not in this test.")

    def describe(self) -> TillFacts:
        return TillFacts(
            venue_name="Rialto",
            venue_city="Gdynia",
            currency=self.currency,
            locale="en_GB",
            time_zone="UTC",
            terminal_name=ME,
            terminal_mark="1",
            is_demo=True,
            hold_seconds=int(self.hold_seconds),
            basket_limit=self.limit,
        )

    def sign_in(self, user_name: str, pin: str) -> SignedIn:
        raise NotImplementedError

    def sign_out(self) -> None:
        raise NotImplementedError

    def sell(self, order: SaleOrder) -> CompletedSale:
        assert self.gate.wait(10)
        with self.lock:
            self.orders.append(order)
            if self.sell_faults:
                if self.stores_before_fault:
                    self._store(order)
                raise self.sell_faults.pop(0)
            return self._store(order)

    def refund(self, order: RefundOrder) -> CompletedRefund:
        raise NotAllowedError("refund", f"{order.refund_id} is not in this test.")

    def exchange(self, order: ExchangeOrder) -> CompletedExchange:
        raise NotAllowedError("refund", f"{order.sale_id} is not in this test.")

    def acknowledge(self, order_id: UUID) -> None:
        self.acknowledged.append(order_id)

    def resume_attempts(self) -> tuple[ResumedAttempt, ...]:
        with self.lock:
            if self.resumed:
                answer = self.resumed.pop(0)
                if isinstance(answer, Exception):
                    raise answer
                return answer
            return tuple(
                ResumedAttempt(order=order, sale=self.sales.get(order.sale_id), problem=HoldExpiredError())
                for order in self.orders[-1:]
            )

    def render_tickets(self, sale_id: UUID) -> TicketsDocument:
        assert sale_id in self.sales
        if "render_tickets" in self.faults:
            raise self.faults["render_tickets"]
        return TicketsDocument(pdf=self.pdf, warnings=())

    def render_job(self, job: QueuedPrint, _design: str = "") -> TicketsDocument:
        return self.render_tickets(job.sale_id)

    # Operations, by the services' names

    def _list_open_jobs(self) -> tuple[QueuedPrint, ...]:
        return tuple(job for job in self.jobs.values() if job.state.is_open)

    def _request_print(self, *, job_id: UUID, kind: DocumentKind, subject: str) -> None:
        self.asked_prints[job_id] = (kind, subject)

    def _begin_print(self, job_id: UUID, printer: str) -> QueuedPrint:
        job = self.jobs[job_id]
        self.jobs[job_id] = replace(job, state=PrintState.PRINTING, tries=job.tries + 1, printer=printer)
        return self.jobs[job_id]

    def _end_print(self, job_id: UUID, state: PrintState, error: str) -> bool:
        self.jobs[job_id] = replace(self.jobs[job_id], state=state, error=error)
        return True

    def _list_offers(self) -> Offers:
        return self.offers

    def _offer_code(self, code: str) -> OfferedCode:
        self.code = check_code(code)
        return OfferedCode(outcome="offered", wait_seconds=0)

    def _open_code(self) -> OpenedCode | CodeRefusedError:
        return self.codes.get(self.code, CodeRefusedError("unknown"))

    def _list_approvers(self) -> tuple[Approver, ...]:
        return (Approver(user_name="sid", display_name="Sid"),)

    def _list_days(self) -> tuple[DayTile, ...]:
        return self.days

    def _list_shows(self, day: date) -> tuple[ShowTile, ...]:
        return self.shows.get(day, ())

    def _get_poster(self, movie_id: int) -> bytes | None:
        self.posters_asked.append(movie_id)
        return self.poster

    def _open_show(self, show_id: int) -> OpenedShow:
        tile = next(tile for tile in SHOWS if tile.show_id == show_id)
        state = self._read_map(show_id)
        return OpenedShow(show=tile, picture=self.hall, ticket_types=TYPES, prices=PRICES, state=state)

    def _read_map(self, show_id: int) -> MapState:
        statuses = [
            SeatStatus(seat_id=key.seat_id, look=SeatLook.SOLD, holder=holder)
            for key, holder in self.sold.items()
            if key.show_id == show_id
        ]
        held = [(key, held) for key, held in self.held.items() if key.show_id == show_id and self._lives(held)]
        for key, one in held:
            mine = one.holder == ME
            statuses.append(
                SeatStatus(
                    seat_id=key.seat_id,
                    look=SeatLook.MINE if mine else SeatLook.HELD,
                    holder=one.holder,
                    mark=one.holder[-1],
                    expires_in=None if one.until == float("inf") else one.until - self.clock,
                )
            )
        sold = sum(key.show_id == show_id for key in self.sold)
        return MapState(
            show_id=show_id,
            statuses=tuple(statuses),
            free=len(self.hall.seats) - len(held) - sold,
            held=len(held),
            sold=sold,
            activity=tuple(reversed(self.activity)),
            layout_version=self.hall.layout_version,
        )

    def _hold_seats(
        self, hold_id: UUID, show_id: int, seat_ids: tuple[int, ...], basket: tuple[SeatKey, ...]
    ) -> HeldSeats:
        if len(set(basket) | {SeatKey(show_id, seat_id) for seat_id in seat_ids}) > self.limit:
            raise BasketFullError(self.limit)
        keys = [SeatKey(show_id, seat_id) for seat_id in seat_ids]
        refused = tuple(self._holder(key) for key in keys if not self._is_free(key))
        if refused:
            raise SeatsUnavailableError(refused)
        for key in (*keys, *basket):
            self.held[key] = Held(hold_id, ME, self.clock + self.hold_seconds)
        self._note("held", keys)
        seats = tuple(self._as_held(key) for key in keys)
        return HeldSeats(hold_id=hold_id, seats=seats, seconds_left=self.hold_seconds)

    def _hold_best_seats(
        self,
        hold_id: UUID,
        show_id: int,
        count: int,
        kinds: frozenset[SeatKind],
        basket: tuple[SeatKey, ...],
    ) -> HeldSeats:
        keys = {seat: SeatKey(show_id, seat.seat_id) for seat in self.hall.seats if seat.kind in kinds}
        free = [seat for seat, key in keys.items() if key not in basket and self._is_free(key)]
        rows: dict[str, list[Seat]] = {}
        for seat in free:
            rows.setdefault(seat.row_label, []).append(seat)
        # From the middle of the fifth row; enough for a test.
        for label in "FEGDHCJBKA":
            row = rows.get(label, [])
            start = max(0, len(row) // 2 - count // 2)
            if len(row) >= count:
                ids = tuple(seat.seat_id for seat in row[start : start + count])
                return self._hold_seats(hold_id, show_id, ids, basket)
        raise NotEnoughSeatsError(count, max((len(row) for row in rows.values()), default=0))

    def _release_seats(self, hold_id: UUID, seats: tuple[SeatKey, ...]) -> None:
        mine = [key for key in seats if key in self.held and self.held[key].hold_id == hold_id]
        for key in mine:
            del self.held[key]
        self._note("released", mine)

    def _extend_hold(self, hold_id: UUID, seats: tuple[SeatKey, ...]) -> HeldSeats:
        for key in seats:
            held = self.held.get(key)
            if held is None or held.hold_id != hold_id or not self._lives(held):
                raise HoldExpiredError
        for key in seats:
            self.held[key].until = self.clock + self.hold_seconds
        return HeldSeats(hold_id=hold_id, seats=(), seconds_left=self.hold_seconds)

    # Inside

    def _store(self, order: SaleOrder) -> CompletedSale:
        if order.sale_id in self.sales:
            return replace(self.sales[order.sale_id], repeated=True)
        for line in order.lines:
            held = self.held.get(line.key)
            if held is None or held.hold_id != order.hold_id or not self._lives(held):
                raise HoldExpiredError((self.by_id[line.key.seat_id].name,))
        for line in order.lines:
            del self.held[line.key]
            self.sold[line.key] = ME
        self._note("sold", [line.key for line in order.lines])
        sale = CompletedSale(
            sale_id=order.sale_id,
            number=1041 + len(self.sales),
            sold_at=datetime(2026, 11, 20, 19, 58, tzinfo=UTC),
            total=order.total,
            change=sum(payment.given - payment.amount for payment in order.payments),
            journal_hash="0" * 64,
            tickets=tuple(
                SoldTicket(
                    key=line.key, serial=n, ticket_type_id=line.ticket_type_id, amount=line.amount, code=bytes(16)
                )
                for n, line in enumerate(order.lines, 1)
            ),
        )
        self.sales[order.sale_id] = sale
        self.jobs[order.sale_id] = make_job(sale)
        return sale

    def _lives(self, held: Held) -> bool:
        return held.until > self.clock

    def _is_free(self, key: SeatKey) -> bool:
        held = self.held.get(key)
        return key not in self.sold and (held is None or held.holder == ME or not self._lives(held))

    def _holder(self, key: SeatKey) -> SeatHolder:
        name = self.by_id[key.seat_id].name
        if key in self.sold:
            return SeatHolder(seat_id=key.seat_id, seat_name=name, state="sold", holder=self.sold[key])
        return SeatHolder(seat_id=key.seat_id, seat_name=name, state="held", holder=self.held[key].holder)

    def _as_held(self, key: SeatKey) -> HeldSeat:
        seat = self.by_id[key.seat_id]
        return HeldSeat(key=key, name=seat.name, area_id=seat.area_id, kind=seat.kind)

    def _note(self, what: str, keys: list[SeatKey]) -> None:
        if keys:
            names = tuple(self.by_id[key.seat_id].name for key in keys)
            at = datetime(2026, 11, 20, 19, 57, tzinfo=UTC)
            self.activity.append(ActivityLine(at=at, terminal_name=ME, what=what, seat_names=names))

"""A till without a database, for tests of the window alone. It does what it is told and remembers what it was asked."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from datetime import UTC, datetime
from typing import Any, TypeVar
from uuid import UUID

from boxoffice_desktop.domain.cash import CashOrder, PayoutOrder, ShiftClosing, ShiftOpening
from boxoffice_desktop.domain.errors import BoxOfficeError, NotAllowedError, NotFoundError, SignInRefusedError
from boxoffice_desktop.domain.permissions import CASHIER, Permission
from boxoffice_desktop.domain.refunding import CompletedExchange, CompletedRefund, ExchangeOrder, RefundOrder
from boxoffice_desktop.domain.selling import CompletedSale, SaleOrder
from boxoffice_desktop.services import cancellations, shifts
from boxoffice_desktop.services.approvals import Approval, ApprovalRequest
from boxoffice_desktop.services.cancellations import PaidOut
from boxoffice_desktop.services.context import Context, ResumedAttempt, SignedIn, TicketsDocument, TillFacts
from boxoffice_desktop.services.print_queue import QueuedPrint
from boxoffice_desktop.services.shifts import ClosedShift, OpenShift, ShiftView

T = TypeVar("T")

FACTS = TillFacts(
    venue_name="Rialto",
    venue_city="Gdynia",
    currency="EUR",
    locale="en_GB",
    time_zone="Europe/Warsaw",
    terminal_name="Counter 1",
    terminal_mark="1",
    is_demo=True,
    hold_seconds=300,
    basket_limit=10,
)
KOWALSKA = SignedIn(staff_id=1, display_name="A. Kowalska", permissions=CASHIER)


class FakeDesk:
    """Answers from `answers` (operation → value, or an exception to raise); anything else is really called.

    `pins` maps user names to PINs, `people` to who they are. `blocked` makes every call wait until `let_go`.
    """

    def __init__(self) -> None:
        self.facts = FACTS
        self.answers: dict[Callable[..., Any], Any] = {}
        self.asked: list[tuple[Callable[..., Any], dict[str, object]]] = []
        self.pins = {"kowalska": "1234"}
        self.people = {"kowalska": KOWALSKA}
        self.refusal: BoxOfficeError = SignInRefusedError()
        self.attempts: tuple[ResumedAttempt, ...] = ()
        self.documents: dict[UUID, TicketsDocument] = {}
        self.signed_in: SignedIn | None = None
        self.sign_outs = 0
        self.acknowledged: list[UUID] = []
        self._gate = threading.Event()
        self._gate.set()
        self._lock = threading.Lock()

    def block(self) -> None:
        """From now on every call waits for `let_go`."""
        self._gate.clear()

    def let_go(self) -> None:
        self._gate.set()

    def wait_at_gate(self) -> None:
        assert self._gate.wait(10), "nobody let the till go on"

    def call(self, operation: Callable[..., T], arguments: Mapping[str, object]) -> T:
        with self._lock:
            self.asked.append((operation, dict(arguments)))
        self.wait_at_gate()
        if operation in self.answers:
            answer = self.answers[operation]
            if isinstance(answer, Exception):
                raise answer
            return answer  # type: ignore[no-any-return]  # a test puts in what its operation returns
        return operation(None, self._context(), **arguments)

    def describe(self) -> TillFacts:
        return self.facts

    def sign_in(self, user_name: str, pin: str) -> SignedIn:
        self.wait_at_gate()
        if self.pins.get(user_name) != pin:
            raise self.refusal
        self.signed_in = self.people[user_name]
        return self.signed_in

    def sign_out(self) -> None:
        self.sign_outs += 1
        self.signed_in = None

    def approve(self, user_name: str, pin: str, request: ApprovalRequest) -> Approval:
        self.wait_at_gate()
        if self.pins.get(user_name) != pin:
            raise self.refusal
        person = self.people[user_name]
        if Permission.APPROVE not in person.permissions:
            raise NotAllowedError(Permission.APPROVE.value)
        expires_at = datetime(2026, 3, 20, 12, 2, tzinfo=UTC)
        return Approval(approval_id=UUID(int=1), request=request, approver=person.display_name, expires_at=expires_at)

    def sell(self, order: SaleOrder) -> CompletedSale:
        raise NotFoundError("till that sells in this test", order.sale_id)

    def refund(self, order: RefundOrder) -> CompletedRefund:
        raise NotAllowedError("refund", f"{order.refund_id} is not in this test.")

    def exchange(self, order: ExchangeOrder) -> CompletedExchange:
        raise NotAllowedError("refund", f"{order.sale_id} is not in this test.")

    def open_shift(self, opening: ShiftOpening) -> OpenShift:
        return self.call(shifts.open_shift, {"opening": opening})

    def record_cash(self, order: CashOrder) -> ShiftView:
        return self.call(shifts.record_cash, {"order": order})

    def close_shift(self, closing: ShiftClosing) -> ClosedShift:
        return self.call(shifts.close_shift, {"closing": closing})

    def pay_out(self, order: PayoutOrder) -> PaidOut:
        return self.call(cancellations.pay_out, asdict(order))

    def acknowledge(self, order_id: UUID) -> None:
        self.acknowledged.append(order_id)

    def resume_attempts(self) -> tuple[ResumedAttempt, ...]:
        self.wait_at_gate()
        found, self.attempts = self.attempts, ()
        return found

    def render_tickets(self, sale_id: UUID) -> TicketsDocument:
        if sale_id not in self.documents:
            raise NotFoundError("sale", sale_id)
        return self.documents[sale_id]

    def render_job(self, job: QueuedPrint, _design: str = "") -> TicketsDocument:
        return self.render_tickets(job.sale_id)

    def set_facts(self, **changes: Any) -> None:
        self.facts = replace(self.facts, **changes)

    def _context(self) -> Context:
        person = self.signed_in
        return Context(
            terminal_id=1,
            terminal_name=self.facts.terminal_name,
            venue_id=1,
            staff_id=person.staff_id if person else None,
            staff_name=person.display_name if person else "",
            permissions=person.permissions if person else frozenset(),
            now=datetime(2026, 3, 20, 12, tzinfo=UTC),
        )

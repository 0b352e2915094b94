"""What the window needs from the till behind it. Composition builds it; the task runner calls it on its threads."""

from collections.abc import Callable, Mapping
from typing import Protocol, TypeVar
from uuid import UUID

from boxoffice_desktop.domain.cash import CashOrder, PayoutOrder, ShiftClosing, ShiftOpening
from boxoffice_desktop.domain.refunding import CompletedExchange, CompletedRefund, ExchangeOrder, RefundOrder
from boxoffice_desktop.domain.selling import CompletedSale, SaleOrder
from boxoffice_desktop.services.approvals import Approval, ApprovalRequest
from boxoffice_desktop.services.cancellations import PaidOut
from boxoffice_desktop.services.context import ResumedAttempt, SignedIn, TicketsDocument, TillFacts
from boxoffice_desktop.services.print_queue import QueuedPrint
from boxoffice_desktop.services.shifts import ClosedShift, OpenShift, ShiftView

T = TypeVar("T")


class Desk(Protocol):
    """One till: its database, its identity and the file with its unfinished sales.

    Everything but `describe` blocks and belongs on a worker thread. All of it is safe to call from several threads.
    """

    def call(self, operation: Callable[..., T], arguments: Mapping[str, object]) -> T:
        """The result of `operation(session, context, **arguments)`, run in one transaction of its own."""
        ...

    def describe(self) -> TillFacts:
        """What venue and terminal this is. Cached; never waits."""
        ...

    def sign_in(self, user_name: str, pin: str) -> SignedIn:
        """Sign somebody in at this till.

        Raises:
            SignInRefusedError: wrong name or PIN, or too soon after a wrong one.
        """
        ...

    def sign_out(self) -> None:
        """Afterwards nobody is signed in. Does nothing when nobody was."""
        ...

    def approve(self, user_name: str, pin: str, request: ApprovalRequest) -> Approval:
        """Let somebody approve one act by name and PIN; who is signed in stays so.

        Raises:
            SignInRefusedError: wrong name or PIN, or too soon after a wrong one.
            NotAllowedError: this person may not approve.
        """
        ...

    def sell(self, order: SaleOrder) -> CompletedSale:
        """Store a sale exactly once, whatever happens to the connection.

        Raises:
            OutcomeUnknownError: the connection broke around COMMIT; `resume_attempts` finds out.
        """
        ...

    def refund(self, order: RefundOrder) -> CompletedRefund:
        """Take tickets back exactly once; raises as `sell`."""
        ...

    def exchange(self, order: ExchangeOrder) -> CompletedExchange:
        """End tickets and sell others for their value exactly once; raises as `sell`."""
        ...

    def open_shift(self, opening: ShiftOpening) -> OpenShift:
        """Open a shift exactly once; raises as `sell`."""
        ...

    def record_cash(self, order: CashOrder) -> ShiftView:
        """Move cash beside sales exactly once; raises as `sell`."""
        ...

    def close_shift(self, closing: ShiftClosing) -> ClosedShift:
        """Close a shift exactly once; raises as `sell`."""
        ...

    def pay_out(self, order: PayoutOrder) -> PaidOut:
        """Hand owed cash over exactly once; raises as `sell`."""
        ...

    def acknowledge(self, order_id: UUID) -> None:
        """Somebody has seen what became of an order; till then the next start tells of it."""
        ...

    def resume_attempts(self) -> tuple[ResumedAttempt, ...]:
        """Find out about all that was sent and not answered, also by an earlier start; oldest first."""
        ...

    def release_leftovers(self) -> int:
        """Free the baskets that an earlier run left behind; returns how many seats."""
        ...

    def render_tickets(self, sale_id: UUID) -> TicketsDocument:
        """The tickets of a stored sale as a PDF, one page each."""
        ...

    def render_job(self, job: QueuedPrint, design: str = "") -> TicketsDocument:
        """The document of a print job that this till has begun; `design` counts where the job names none."""
        ...

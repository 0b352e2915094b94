"""One till: its database, who it is, who is signed in, and its unfinished sales. What the window calls a desk."""

import secrets
import threading
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Final, TypeVar
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from boxoffice_desktop.db.engine import Database
from boxoffice_desktop.db.schema import check_schema
from boxoffice_desktop.domain.cash import CashAct, CashOrder, PayoutOrder, ShiftClosing, ShiftOpening, StoredAct
from boxoffice_desktop.domain.errors import NotFoundError
from boxoffice_desktop.domain.printing import DocumentKind
from boxoffice_desktop.domain.refunding import CompletedExchange, CompletedRefund, ExchangeOrder, RefundOrder
from boxoffice_desktop.domain.selling import CompletedSale, SaleOrder
from boxoffice_desktop.models import Terminal, Venue
from boxoffice_desktop.services import (
    approvals,
    best_seats,
    cancellations,
    holds,
    lost_acts,
    refunds,
    reservations,
    sales,
    shifts,
    staff,
)
from boxoffice_desktop.services.approvals import Approval, ApprovalRequest
from boxoffice_desktop.services.attempts import AttemptFile, Order, Outcome, resume_open, run_once
from boxoffice_desktop.services.cancellations import PaidOut
from boxoffice_desktop.services.context import Context, ResumedAttempt, SignedIn, TicketsDocument, TillFacts
from boxoffice_desktop.services.door.signing import TicketSigner
from boxoffice_desktop.services.print_queue import QueuedPrint
from boxoffice_desktop.services.shifts import ClosedShift, OpenShift, ShiftView

T = TypeVar("T")

# A till of the last release finishes what it has begun, and begins nothing new.
_BEGIN_BASKETS: Final = (holds.hold_seats, best_seats.hold_best_seats, reservations.serve_reservation)


class Till:
    """Runs services as one terminal and the person signed in at it. Safe to use from several threads."""

    def __init__(
        self,
        database: Database,
        *,
        login: str,
        attempts: AttemptFile,
        clock: Callable[[], datetime],
        signer: TicketSigner | None = None,
    ) -> None:
        """Read who this till is.

        Raises:
            DatabaseUnavailableError: no connection.
            SchemaMismatchError: the database belongs to another release.
            NotFoundError: the login belongs to no terminal.
        """
        self._database = database
        self._attempts = attempts
        self._clock = clock
        self._signer = signer
        self._lock = threading.Lock()
        self._signed_in: SignedIn | None = None
        self._terminal_id, self._venue_id, self._facts = database.run(lambda session: _read_facts(session, login))

    @property
    def terminal_id(self) -> int:
        """The terminal's key in the database."""
        return self._terminal_id

    def call(self, operation: Callable[..., T], arguments: Mapping[str, object]) -> T:
        """The result of `operation(session, context, **arguments)` in one transaction of its own.

        Raises:
            SchemaMismatchError: the database was upgraded, and this would be the first seat of a new basket. A basket
                that was begun before can be finished.
            BoxOfficeError: what the operation or `Database.run` raises.
        """
        context = self._context()

        def work(session: Session) -> T:
            if operation in _BEGIN_BASKETS and not arguments.get("basket"):
                check_schema(session)
            return operation(session, context, **arguments)

        return self._database.run(work)

    def check_schema(self) -> None:
        """Whether this release still fits the database; quick enough to ask between two customers.

        Raises:
            SchemaMismatchError: it was upgraded since; this till wants an update.
        """
        self._database.run(check_schema)

    def describe(self) -> TillFacts:
        """What venue and terminal this is; read at the start, never waits."""
        return self._facts

    def sign_in(self, user_name: str, pin: str) -> SignedIn:
        """Sign somebody in on all of this till's connections.

        Raises:
            SignInRefusedError: wrong name or PIN, or too soon after a wrong one.
            SchemaMismatchError: the database was upgraded since this till was started.
        """
        self.check_schema()
        salt = self.call(staff.get_sign_in_salt, {"user_name": user_name})
        # Between the transactions: nothing waits for argon2 inside one.
        key = staff.derive_key(pin, salt)
        token = secrets.token_bytes(32)
        self.call(staff.offer_key, {"user_name": user_name, "key": key})
        answer = self.call(staff.try_sign_in, {"token": token})
        signed_in = answer.accept()
        self._database.work_for(token)
        with self._lock:
            self._signed_in = signed_in
        return signed_in

    def sign_out(self) -> None:
        """Afterwards nobody is signed in. Does nothing when nobody was."""
        with self._lock:
            was, self._signed_in = self._signed_in, None
        if was is not None:
            try:
                self.call(staff.sign_out, {})
            finally:
                self._database.work_for(None)

    def approve(self, user_name: str, pin: str, request: ApprovalRequest) -> Approval:
        """Let somebody approve one act at this till; who is signed in stays so.

        Raises:
            SignInRefusedError: wrong name or PIN, or too soon after a wrong one.
            NotAllowedError: this person may not approve.
            InvalidInputError: nobody can approve that.
        """
        approvals.check_request(request)
        salt = self.call(staff.get_sign_in_salt, {"user_name": user_name})
        key = staff.derive_key(pin, salt)
        self.call(staff.offer_key, {"user_name": user_name, "key": key})
        return self.call(approvals.grant_approval, {"request": request}).accept()

    def sell(self, order: SaleOrder) -> CompletedSale:
        """Store a sale exactly once.

        Raises:
            OutcomeUnknownError: the connection broke around COMMIT; `resume_attempts` finds out.
            BoxOfficeError: refused; nothing was stored.
        """
        return run_once(self._attempts, self._complete, order)

    def refund(self, order: RefundOrder) -> CompletedRefund:
        """Take tickets back exactly once.

        Raises:
            OutcomeUnknownError: the connection broke around COMMIT; `resume_attempts` finds out.
            BoxOfficeError: refused; nothing was stored.
        """
        return run_once(self._attempts, self._refund, order)

    def exchange(self, order: ExchangeOrder) -> CompletedExchange:
        """End tickets and sell others for their value exactly once; raises as `refund`."""
        return run_once(self._attempts, self._exchange, order)

    def open_shift(self, opening: ShiftOpening) -> OpenShift:
        """Open a shift exactly once; raises as `refund` and as `shifts.open_shift`."""
        return run_once(self._attempts, lambda each, _: self.call(shifts.open_shift, {"opening": each}), opening)

    def record_cash(self, order: CashOrder) -> ShiftView:
        """Move cash beside sales exactly once; raises as `refund` and as `shifts.record_cash`."""
        return run_once(self._attempts, lambda each, _: self.call(shifts.record_cash, {"order": each}), order)

    def close_shift(self, closing: ShiftClosing) -> ClosedShift:
        """Close a shift exactly once; raises as `refund` and as `shifts.close_shift`."""
        return run_once(self._attempts, lambda each, _: self.call(shifts.close_shift, {"closing": each}), closing)

    def pay_out(self, order: PayoutOrder) -> PaidOut:
        """Hand owed cash over exactly once; raises as `refund` and as `cancellations.pay_out`."""
        return run_once(self._attempts, lambda each, _: self.call(cancellations.pay_out, asdict(each)), order)

    def acknowledge(self, order_id: UUID) -> None:
        """Somebody has seen what became of an order: it is not told again at the next start."""
        self._attempts.acknowledge(order_id)

    def resume_attempts(self) -> tuple[ResumedAttempt, ...]:
        """Find out about all that was sent and not answered, also by an earlier start; oldest first.

        Sales, refunds and exchanges are finished. Acts with cash are looked for, see `lost_acts`.
        """
        return resume_open(self._attempts, self._finish)

    def release_leftovers(self) -> int:
        """Free the baskets of an earlier run, but for sales whose outcome is open; returns how many seats."""
        orders = self._attempts.list_orders()
        spare = frozenset(order.hold_id for order in orders if isinstance(order, SaleOrder))
        spare |= frozenset(order.sale.hold_id for order in orders if isinstance(order, ExchangeOrder))
        return self.call(holds.release_leftovers, {"spare": spare})

    def render_tickets(self, sale_id: UUID) -> TicketsDocument:
        """The tickets of a stored sale as a PDF, one page each.

        Raises:
            NotFoundError: no such sale at this terminal.
        """
        # ReportLab and its fonts take a tenth of a second to load: not before the first ticket.
        from boxoffice_desktop.documents.ticket import render_tickets
        from boxoffice_desktop.services import tickets

        pages = self.call(tickets.list_ticket_pages, {"sale_id": sale_id})
        rendered = render_tickets(pages)
        return TicketsDocument(pdf=rendered.pdf, warnings=rendered.warnings)

    def render_job(self, job: QueuedPrint, design: str = "") -> TicketsDocument:
        """The document of a print job that this terminal has begun, in the job's own design, else in `design`.

        Raises:
            NotFoundError: what it is about is not there any more.
            InvalidInputError: there is no such design, or it cannot be used.
        """
        render = {
            DocumentKind.TICKETS: self._render_copies,
            DocumentKind.RECEIPT: self._render_receipt,
            DocumentKind.SLIP: self._render_slip,
            DocumentKind.REPORT: self._render_report,
        }
        return render[job.kind](job, job.design or design)

    def _render_copies(self, job: QueuedPrint, design: str) -> TicketsDocument:
        from boxoffice_desktop.documents.design import DesignKind
        from boxoffice_desktop.documents.designs import load_design
        from boxoffice_desktop.documents.sale_papers import render_sale
        from boxoffice_desktop.services import gift_card_slips, tickets

        chosen = load_design(design, kind=DesignKind.TICKET) if design else None
        cards = self.call(gift_card_slips.list_gift_card_slips, {"sale_id": job.sale_id}) if job.gift_cards else ()
        values = {"sale_id": job.sale_id, "job_id": job.job_id}
        pages = self.call(tickets.list_ticket_pages, values) if job.tickets or not cards else ()
        rendered = render_sale(pages, cards, chosen)
        return TicketsDocument(pdf=rendered.pdf, warnings=rendered.warnings)

    def _render_receipt(self, job: QueuedPrint, design: str) -> TicketsDocument:
        from boxoffice_desktop.documents.design import DesignKind
        from boxoffice_desktop.documents.designs import load_design
        from boxoffice_desktop.documents.receipt import render_receipt
        from boxoffice_desktop.services.receipts import get_receipt
        from boxoffice_desktop.services.refund_receipts import get_refund_receipt

        chosen = load_design(design, kind=DesignKind.RECEIPT) if design else None
        if job.back:
            page = self.call(get_refund_receipt, {"subject": UUID(job.subject), "job_id": job.job_id})
        else:
            page = self.call(get_receipt, {"sale_id": job.sale_id, "job_id": job.job_id})
        rendered = render_receipt(page, chosen)
        return TicketsDocument(pdf=rendered.pdf, warnings=rendered.warnings)

    def _render_report(self, job: QueuedPrint, design: str) -> TicketsDocument:
        """The report of the shift that the job names: Z when it is closed, else X as it is now."""
        from boxoffice_desktop.documents.design import DesignKind
        from boxoffice_desktop.documents.designs import load_design
        from boxoffice_desktop.documents.shift_report import render_shift_report
        from boxoffice_desktop.services.shift_reports import get_report

        chosen = load_design(design, kind=DesignKind.REPORT) if design else None
        report = self.call(get_report, {"shift_id": UUID(job.subject), "job_id": job.job_id})
        rendered = render_shift_report(report, chosen)
        return TicketsDocument(pdf=rendered.pdf, warnings=rendered.warnings)

    def _render_slip(self, job: QueuedPrint, design: str) -> TicketsDocument:
        from boxoffice_desktop.documents.design import DesignKind
        from boxoffice_desktop.documents.designs import load_design
        from boxoffice_desktop.documents.reservation import render_reservation
        from boxoffice_desktop.services.reservation_slips import get_reservation_slip

        chosen = load_design(design, kind=DesignKind.RESERVATION) if design else None
        slip = self.call(get_reservation_slip, {"hold_id": UUID(job.subject)})
        rendered = render_reservation(slip, chosen)
        return TicketsDocument(pdf=rendered.pdf, warnings=rendered.warnings)

    def _complete(self, order: SaleOrder, resuming: bool) -> CompletedSale:  # noqa: FBT001  the shape `sell_once` asks for
        return self.call(sales.complete_sale, {"order": order, "resuming": resuming})

    def _refund(self, order: RefundOrder, resuming: bool) -> CompletedRefund:  # noqa: ARG002, FBT001  as above
        return self.call(refunds.refund_tickets, {"order": order})

    def _exchange(self, order: ExchangeOrder, resuming: bool) -> CompletedExchange:  # noqa: ARG002, FBT001  as above
        return self.call(refunds.exchange_tickets, {"order": order})

    def _finish(self, order: Order, resuming: bool) -> Outcome:  # noqa: FBT001  as above
        match order:
            case SaleOrder():
                return self._complete(order, resuming)
            case RefundOrder():
                return self._refund(order, resuming)
            case ExchangeOrder():
                return self._exchange(order, resuming)
            case _:
                return self._find_act(order)

    def _find_act(self, act: CashAct) -> StoredAct:
        return self.call(lost_acts.get_stored_act, {"act": act})

    def _context(self) -> Context:
        with self._lock:
            person = self._signed_in
        return Context(
            terminal_id=self._terminal_id,
            terminal_name=self._facts.terminal_name,
            venue_id=self._venue_id,
            staff_id=person.staff_id if person else None,
            staff_name=person.display_name if person else "",
            permissions=person.permissions if person else frozenset(),
            now=self._clock(),
            signer=self._signer,
        )


def _read_facts(session: Session, login: str) -> tuple[int, int, TillFacts]:
    check_schema(session)
    row = session.execute(
        select(Terminal, Venue).join(Venue, Venue.venue_id == Terminal.venue_id).where(Terminal.login == login)
    ).one_or_none()
    if row is None:
        raise NotFoundError("terminal with this login")
    terminal, venue = row
    facts = TillFacts(
        venue_name=venue.name,
        venue_city=venue.city,
        currency=venue.currency,
        locale=venue.locale,
        time_zone=venue.time_zone,
        terminal_name=terminal.name,
        terminal_mark=terminal.mark,
        is_demo=venue.is_demo,
        hold_seconds=venue.hold_seconds,
        basket_limit=venue.basket_limit,
    )
    return terminal.terminal_id, venue.venue_id, facts

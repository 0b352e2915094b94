"""The print queue: what this terminal has still to print, how each print ended, and what a person says about a doubt.

A print is two transactions with the printer between them. Whoever dies in between leaves the job `printing`; the next
start of the terminal makes a doubt of it, which only a person ends.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from boxoffice_desktop.domain.errors import ConflictError
from boxoffice_desktop.domain.permissions import Permission
from boxoffice_desktop.domain.printing import DocumentKind, PrintState
from boxoffice_desktop.services.context import Context

_ERROR_LENGTH: Final = 500
_PRINTER_LENGTH: Final = 200
# Older jobs do not come out by themselves after a sign-in: their customers have gone.
_FRESH_MINUTES: Final = 30
# More than a day's trouble; a queue is worked off from its old end.
_MOST_SHOWN: Final = 300


@dataclass(frozen=True, kw_only=True)
class QueuedPrint:
    """A print job as its terminal sees it.

    Attributes:
        number: of the sale, refund or shift; None when there is none.
        titles: the films of the tickets.
        copy: 1 for a sale's own tickets, from 2 on one that is printed again.
        tickets, gift_cards: how many; 0 for other documents.
        tries: how often it was begun.
        error: why it is not printed; empty when nothing is wrong.
        is_fresh: made in the last half hour; older ones wait for a person.
        takes_cash: money goes into the drawer for it: the tickets of a sale in cash. A receipt moves no money.
        back: what a receipt is of when it is no sale's: `refund`, `void`, `exchange`, `cancellation` or `payout`.
    """

    job_id: UUID
    kind: DocumentKind
    subject: str
    design: str
    state: PrintState
    tries: int
    error: str
    printer: str
    made_at: datetime
    number: int | None
    titles: tuple[str, ...]
    tickets: int
    copy: int
    is_fresh: bool
    takes_cash: bool
    gift_cards: int = 0
    back: str = ""

    @property
    def has_nothing(self) -> bool:
        """Whether its tickets were all taken back before they came out: only a person skips it."""
        return self.kind is DocumentKind.TICKETS and not self.tickets and not self.gift_cards

    @property
    def sale_id(self) -> UUID:
        """The sale whose tickets or receipt it is."""
        return UUID(self.subject)


@dataclass(frozen=True, kw_only=True)
class StrandedQueue:
    """What a till that is dead has left unprinted."""

    terminal_id: int
    terminal_name: str
    jobs: int


class Decision(StrEnum):
    """What a person says about a job."""

    CAME_OUT = "came_out"
    PRINT_AGAIN = "print_again"
    SKIP = "skip"


_JOBS: Final = """
    SELECT j.job_id, j.kind, j.subject, j.design, j.state, j.tries, j.error, j.printer, j.made_at,
           coalesce(s.number, f.number) AS number, coalesce(f.kind, '') AS back,
           (SELECT count(*) FROM boxoffice.adjustment a JOIN boxoffice.gift_card c ON c.gift_card_id = a.gift_card_id
             WHERE j.kind = 'tickets' AND a.sale_id = j.job_id AND a.kind = 'gift_card' AND c.balance > 0)
             AS gift_cards,
           coalesce(k.titles, '{}') AS titles, coalesce(k.tickets, 0) AS tickets,
           j.made_at > clock_timestamp() - make_interval(mins => :fresh) AS is_fresh,
           coalesce(r.copy, 1) AS copy,
           j.kind = 'tickets' AND r.copy IS NULL AND EXISTS (
             SELECT FROM boxoffice.payment y WHERE y.sale_id = s.sale_id AND y.kind = 'cash') AS takes_cash
      FROM boxoffice.print_job j
      LEFT JOIN boxoffice.ticket_copy r ON r.reprint_id = j.job_id
      LEFT JOIN boxoffice.sale s
        ON j.kind IN ('tickets', 'receipt') AND s.sale_id = CAST(CASE WHEN j.kind IN ('tickets', 'receipt')
                                                                      THEN j.subject END AS uuid)
      LEFT JOIN LATERAL (
        SELECT d.kind, d.number
          FROM boxoffice.refund d
         WHERE j.kind = 'receipt' AND d.refund_id = CAST(CASE j.kind WHEN 'receipt' THEN j.subject END AS uuid)
         UNION ALL
        SELECT 'payout', NULL
          FROM boxoffice.payout o
         WHERE j.kind = 'receipt' AND o.payout_id = CAST(CASE j.kind WHEN 'receipt' THEN j.subject END AS uuid)
        ) f ON true
      LEFT JOIN LATERAL (
        SELECT array_agg(DISTINCT m.title) AS titles, count(*) AS tickets
          FROM boxoffice.ticket t JOIN boxoffice.show w ON w.show_id = t.show_id
          JOIN boxoffice.movie m ON m.movie_id = w.movie_id
         WHERE j.kind = 'tickets' AND t.sale_id = s.sale_id AND t.voided_by IS NULL
           AND (r.ticket_id IS NULL OR t.ticket_id = r.ticket_id)) k ON true
"""
_OPEN: Final = text(
    _JOBS
    + " WHERE j.terminal_id = :terminal AND j.state IN ('waiting', 'printing', 'doubt') ORDER BY j.made_at, j.job_id"
)
_ONE: Final = text(_JOBS + " WHERE j.job_id = :job")
_BEGIN: Final = text(
    """
    UPDATE boxoffice.print_job SET state = 'printing', printer = :printer, error = ''
     WHERE job_id = :job AND terminal_id = :terminal AND state = 'waiting' RETURNING job_id
    """
)
_END: Final = text(
    """
    UPDATE boxoffice.print_job SET state = :state, error = :error
     WHERE job_id = :job AND terminal_id = :terminal AND state = 'printing' RETURNING job_id
    """
)
_DECIDE: Final = text(
    """
    UPDATE boxoffice.print_job SET state = :state
     WHERE job_id = :job AND terminal_id = :terminal AND state = :before RETURNING job_id
    """
)
_INTERRUPTED: Final = text(
    """
    UPDATE boxoffice.print_job SET state = CASE printer WHEN '' THEN 'waiting' ELSE 'doubt' END, error = ''
     WHERE terminal_id = :terminal AND state = 'printing' RETURNING job_id
    """
)
_STRANDED: Final = text(
    """
    SELECT j.terminal_id, t.name, count(*) AS jobs
      FROM boxoffice.print_job j JOIN boxoffice.terminal t ON t.terminal_id = j.terminal_id
     WHERE j.state IN ('waiting', 'printing', 'doubt') AND j.terminal_id <> :terminal AND t.venue_id = :venue
       AND boxoffice.is_dead_terminal(j.terminal_id)
     GROUP BY j.terminal_id, t.name ORDER BY t.name
    """
)
_TAKE_OVER: Final = text(
    """
    UPDATE boxoffice.print_job SET terminal_id = :terminal
     WHERE terminal_id = :dead AND state IN ('waiting', 'printing', 'doubt') RETURNING job_id
    """
)


def list_open_jobs(session: Session, context: Context) -> tuple[QueuedPrint, ...]:
    """What this terminal has still to print or to find out about, oldest first."""
    rows = session.execute(_OPEN, {"terminal": context.terminal_id, "fresh": _FRESH_MINUTES})
    return tuple(_read(row) for row in rows)


def begin_print(session: Session, context: Context, *, job_id: UUID, printer: str) -> QueuedPrint | None:
    """Say that a job goes to `printer` now, empty for the folder of files; None when it does not wait here.

    Committed before the first byte goes out, so that nothing is printed twice.
    """
    values = {"job": job_id, "terminal": context.terminal_id, "printer": printer[:_PRINTER_LENGTH]}
    if session.execute(_BEGIN, values).one_or_none() is None:
        return None
    return _read(session.execute(_ONE, {"job": job_id, "fresh": _FRESH_MINUTES}).one())


def end_print(session: Session, context: Context, *, job_id: UUID, state: PrintState, error: str = "") -> bool:
    """Say how a print ended: `done`, `waiting` when nothing of it is on paper, else `doubt`. False when it is known.

    Telling it again changes nothing.
    """
    values = {"job": job_id, "terminal": context.terminal_id, "state": state.value, "error": error[:_ERROR_LENGTH]}
    return session.execute(_END, values).one_or_none() is not None


def decide(session: Session, context: Context, *, job_id: UUID, before: PrintState, decision: Decision) -> None:
    """Do with a job in the state `before` what a person has decided.

    Raises:
        NotSignedInError: nobody is signed in.
        ConflictError: the job has changed meanwhile, or this cannot be decided about it.
    """
    after = {
        Decision.CAME_OUT: PrintState.DONE,
        Decision.PRINT_AGAIN: PrintState.WAITING,
        Decision.SKIP: PrintState.SKIPPED,
    }[decision]
    values = {"job": job_id, "terminal": context.terminal_id, "before": before.value, "state": after.value}
    if session.execute(_DECIDE, values).one_or_none() is None:
        raise ConflictError("This print job has changed meanwhile. Look at the queue again.")


def mark_interrupted(session: Session, context: Context) -> int:
    """At the start of a terminal: what it was printing when it died is in doubt. Returns how many jobs.

    A file is no paper: what was being saved waits, and is saved again under the same name.
    """
    return len(session.execute(_INTERRUPTED, {"terminal": context.terminal_id}).all())


def list_stranded(session: Session, context: Context) -> tuple[StrandedQueue, ...]:
    """Queues of this venue's tills that are dead, by name.

    Raises:
        NotAllowedError: the signed-in person may not print for others.
    """
    context.permit(Permission.REPRINT)
    rows = session.execute(_STRANDED, {"terminal": context.terminal_id, "venue": context.venue_id})
    return tuple(StrandedQueue(terminal_id=row.terminal_id, terminal_name=row.name, jobs=row.jobs) for row in rows)


def take_over(session: Session, context: Context, *, terminal_id: int) -> int:
    """Take what a dead till has not printed; what it was printing is in doubt. Returns how many jobs came.

    Raises:
        NotAllowedError: the signed-in person may not print for others.
        ConflictError: that till is alive and prints for itself.
    """
    context.permit(Permission.REPRINT)
    return len(session.execute(_TAKE_OVER, {"terminal": context.terminal_id, "dead": terminal_id}).all())


def request_print(
    session: Session,
    context: Context,  # noqa: ARG001  every service has one
    *,
    job_id: UUID,
    kind: DocumentKind,
    subject: str,
    design: str = "",
) -> None:
    """Put another document into this terminal's queue: a receipt, a slip or a report. Asked twice, it is one job.

    The till makes `job_id`; `subject` is the id of the sale, refund, payout, reservation or shift; without a `design`
    the till's own is taken.

    Raises:
        NotSignedInError: nobody is signed in.
        ConflictError: tickets were asked for, or the report of a shift that is not this venue's.
    """
    session.execute(
        text("SELECT boxoffice.request_print(:job, :kind, :subject, :design)"),
        {"job": job_id, "kind": kind.value, "subject": subject, "design": design},
    )


def _read(row: Any) -> QueuedPrint:
    return QueuedPrint(
        job_id=row.job_id,
        kind=DocumentKind(row.kind),
        subject=row.subject,
        design=row.design,
        state=PrintState(row.state),
        tries=row.tries,
        error=row.error,
        printer=row.printer,
        made_at=row.made_at,
        number=row.number,
        titles=tuple(row.titles),
        tickets=row.tickets,
        copy=row.copy,
        is_fresh=row.is_fresh,
        takes_cash=row.takes_cash,
        gift_cards=row.gift_cards,
        back=row.back,
    )

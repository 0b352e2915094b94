"""Verifying the journal: every terminal's chain from its rows, and the rows of sales that its entries describe.

What the database's own functions say is not asked: whoever could change rows could change them too.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from boxoffice_desktop.domain.errors import InvalidInputError, NotFoundError
from boxoffice_desktop.domain.journal import FIRST_HASH, JournalEntry, find_fault
from boxoffice_desktop.services.context import Context
from boxoffice_desktop.services.journal_refunds import list_unsealed_refunds, list_wrong_refunds
from boxoffice_desktop.services.journal_shifts import list_unsealed_shifts, list_wrong_entries

_PRINTED: Final = re.compile(r"[0-9a-f]{8,64}")
_ROWS_AT_ONCE: Final = 1000

# What the entry of a sale must say, written from the rows as `seal_sale` wrote it on the day; and whether the rest of
# the rows, which the entry implies, fits. `at` and the count of lines are not in the text. A sale of gift cards has no
# ticket.
_ENTRIES: Final = text(
    """
    SELECT j.terminal_id, j.number, j.kind, j.body, j.previous_hash, j.hash,
           concat_ws('|', 'sale', s.sale_id, s.terminal_id, j.number,
                     to_char(s.sold_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
                     s.number, s.staff_id, s.shift_id, s.currency, s.total)
             || coalesce(E'\\n' || k.body, '') || coalesce(E'\\n' || a.body, '') || coalesce(E'\\n' || p.body, '')
             AS rows_say,
           coalesce(j.at = s.sold_at AND k.count = s.ticket_count
                    AND (k.count = 0 OR (k.first = s.first_serial AND k.is_here)), false) AS rows_fit
      FROM boxoffice.journal j
      LEFT JOIN boxoffice.sale s ON s.sale_id = j.sale_id AND s.terminal_id = j.terminal_id
      LEFT JOIN LATERAL (
        SELECT count(*), min(t.serial) AS first, bool_and(t.terminal_id = s.terminal_id) AS is_here,
               string_agg(concat_ws('|', 'ticket', t.line, t.serial, t.show_id, t.seat_id, t.area_id, t.ticket_type_id,
                                    t.amount, t.tax, t.tax_rate_id, encode(sha256(t.code), 'hex')),
                          E'\\n' ORDER BY t.line) AS body
          FROM boxoffice.ticket t WHERE t.sale_id = s.sale_id) k ON true
      LEFT JOIN LATERAL (
        SELECT string_agg(concat_ws('|', 'adjustment', x.line, coalesce(x.ticket_line::text, ''), x.kind, x.amount,
                                    x.tax, coalesce(x.tax_rate_id::text, ''), coalesce(x.promotion_id::text, ''),
                                    coalesce(x.promotion_code_id::text, ''), coalesce(x.approval_id::text, ''),
                                    coalesce(x.gift_card_id::text, ''), coalesce(x.carried_from::text, ''),
                                    to_json(x.reason)::text),
                          E'\\n' ORDER BY x.line) AS body
          FROM boxoffice.adjustment x WHERE x.sale_id = s.sale_id) a ON true
      LEFT JOIN LATERAL (
        SELECT string_agg(concat_ws('|', 'payment', y.line, y.kind, y.amount, y.given, to_json(y.reference)::text,
                                    y.rounding, coalesce(y.gift_card_id::text, ''), coalesce(y.origin, '')),
                          E'\\n' ORDER BY y.line) AS body
          FROM boxoffice.payment y WHERE y.sale_id = s.sale_id) p ON true
     ORDER BY j.terminal_id, j.number
    """
)

# Rows of sales that no entry vouches for, by the terminal and number they claim.
_UNSEALED: Final = text(
    """
    SELECT s.terminal_id, min(s.number) AS number FROM boxoffice.sale s
     WHERE NOT EXISTS (SELECT FROM boxoffice.journal j WHERE j.sale_id = s.sale_id AND j.kind = 'sale') GROUP BY 1
     UNION ALL
    SELECT t.terminal_id, min(t.serial) FROM boxoffice.ticket t
     WHERE NOT EXISTS (SELECT FROM boxoffice.sale s WHERE s.sale_id = t.sale_id) GROUP BY 1
    """
)

_ENDS: Final = text(
    """
    SELECT t.terminal_id, t.name, c.journal_number, c.journal_hash
      FROM boxoffice.terminal t LEFT JOIN boxoffice.terminal_chain c ON c.terminal_id = t.terminal_id
     ORDER BY t.terminal_id
    """
)


@dataclass(frozen=True, kw_only=True)
class PrintedHash:
    """What stands on a ticket: the terminal that sold it, and at least the first 8 digits of its entry's hash."""

    terminal: str
    digits: str


@dataclass(frozen=True, kw_only=True)
class JournalFault:
    """The first thing that is wrong with a terminal's journal.

    `what` is one of
        missing: there is no entry of this number, though there are later ones;
        unchained: the entry does not follow the one before it;
        changed: its text or hash is not what was sealed;
        rows: the rows of its sale, shift or cash are not what it says;
        end: the chain ends elsewhere than the terminal's own record of it; `number` is the first that is not in both;
        printed: no entry has the hash that was printed; `number` is the first that may be missing;
        unsealed: a sale, ticket, shift or report with this number (0: a cash movement) stands without an entry.
    """

    terminal: str
    number: int
    what: str


@dataclass(frozen=True, kw_only=True)
class JournalReport:
    """How many entries of how many terminals were walked, and the first fault of each terminal that has one."""

    terminals: int
    entries: int
    faults: tuple[JournalFault, ...]


def verify_journal(
    session: Session,
    context: Context,  # noqa: ARG001  a service's shape
    *,
    printed: PrintedHash | None = None,
    progress: Callable[[int, int], None] = lambda _done, _all: None,
) -> JournalReport:
    """Walk the chains of all terminals on one moment's data; sales may go on meanwhile.

    Must come first in its transaction, and reads what no till may read (the codes of tickets): the owner's work.
    `progress` hears how many of about how many entries are through.

    Raises:
        InvalidInputError: the printed digits are no hash.
        NotFoundError: there is no such terminal.
    """
    if printed is not None and not _PRINTED.fullmatch(printed.digits.lower()):
        raise InvalidInputError("hash", "The hash on a ticket has 8 digits, 0 to 9 and a to f.")
    connection = session.connection()
    connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"))
    ends = connection.execute(_ENDS).all()
    walk = _Walk(session, printed, sum(row.journal_number or 0 for row in ends), progress)
    found = [walk.judge_end(row) for row in ends]
    if printed is not None and printed.terminal not in {row.name for row in ends}:
        raise NotFoundError("terminal", printed.terminal)
    return JournalReport(terminals=len(ends), entries=walk.entries, faults=tuple(fault for fault in found if fault))


class _Walk:
    """One pass over all entries, and what it remembers of each terminal: where it was last, and its first fault."""

    def __init__(
        self, session: Session, printed: PrintedHash | None, expected: int, progress: Callable[[int, int], None]
    ) -> None:
        self.entries = 0
        self._printed = printed
        self._last: dict[int, tuple[int, bytes]] = {}
        self._faults: dict[int, tuple[int, str]] = {}
        self._digits_seen: set[int] = set()
        self._wrong = frozenset((*list_wrong_entries(session.connection()), *list_wrong_refunds(session.connection())))
        stream = session.connection().execute(_ENTRIES, execution_options={"yield_per": _ROWS_AT_ONCE})
        for row in stream:
            self._step(row)
            if self.entries % _ROWS_AT_ONCE == 0:
                progress(self.entries, max(expected, self.entries))
        self._unsealed = {row.terminal_id: row.number for row in session.connection().execute(_UNSEALED)}
        self._unsealed |= dict(list_unsealed_shifts(session.connection()))
        self._unsealed |= dict(list_unsealed_refunds(session.connection()))

    def _step(self, row: Any) -> None:
        self.entries += 1
        terminal_id = row.terminal_id
        number, seal = self._last.get(terminal_id, (0, FIRST_HASH))
        self._last[terminal_id] = (row.number, row.hash)
        if self._printed is not None and row.hash.hex().startswith(self._printed.digits.lower()):
            self._digits_seen.add(terminal_id)
        if terminal_id in self._faults:
            return
        entry = JournalEntry(
            terminal_id=terminal_id,
            number=row.number,
            body=row.body,
            previous_hash=bytes(row.previous_hash),
            hash=bytes(row.hash),
        )
        what = find_fault(entry, number + 1, bytes(seal))
        if what is None and row.kind == "sale" and (row.body != row.rows_say or not row.rows_fit):
            what = "rows"
        if what is None and (terminal_id, row.number) in self._wrong:
            what = "rows"
        if what is not None:
            self._faults[terminal_id] = (number + 1 if what == "missing" else row.number, what)

    def judge_end(self, end: Any) -> JournalFault | None:
        """The first fault of the terminal whose own record of its chain this is."""
        number, seal = self._last.get(end.terminal_id, (0, FIRST_HASH))
        fault = self._faults.get(end.terminal_id)
        if fault is None and (end.journal_number, end.journal_hash) != (number, seal):
            fault = (min(number, end.journal_number or 0) + 1, "end")
        if fault is None and self._misses_printed(end):
            fault = (number + 1, "printed")
        if fault is None and end.terminal_id in self._unsealed:
            fault = (self._unsealed[end.terminal_id], "unsealed")
        return None if fault is None else JournalFault(terminal=end.name, number=fault[0], what=fault[1])

    def _misses_printed(self, end: Any) -> bool:
        printed = self._printed
        return printed is not None and end.name == printed.terminal and end.terminal_id not in self._digits_seen

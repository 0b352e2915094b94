"""What must hold in the database after any storm, told as sentences about what does not."""

from collections.abc import Iterable, Iterator

from boxoffice_desktop.domain.journal import JournalEntry, verify_chain
from tests.concurrency.storm.customers import Ledger
from tests.support.cinema import Cinema

TWICE = "a seat was sold twice"


def find_faults(cinema: Cinema, show_ids: tuple[int, ...], ledgers: Iterable[Ledger]) -> list[str]:
    """Every fault of the books, of the seats and of what the tills were told; empty when all is well."""
    return [
        *_seat_faults(cinema, show_ids),
        *_money_faults(cinema),
        *_promise_faults(cinema, ledgers),
        *_number_faults(cinema),
        *_journal_faults(cinema),
    ]


def _seat_faults(cinema: Cinema, show_ids: tuple[int, ...]) -> Iterator[str]:
    shows = list(show_ids)
    for show_id, seat_id, tickets in cinema.query(
        "SELECT show_id, seat_id, count(*) FROM boxoffice.ticket WHERE voided_by IS NULL"
        " GROUP BY 1, 2 HAVING count(*) > 1"
    ):
        yield f"{TWICE}: show {show_id}, seat {seat_id}, {tickets} tickets"
    for state, seats in cinema.query(
        "SELECT state, count(*) FROM boxoffice.show_seat WHERE show_id = ANY(%s) GROUP BY 1", shows
    ):
        if state != "sold":
            yield f"{seats} seats are {state}"
    [(strange,)] = cinema.query(
        "SELECT count(*) FROM boxoffice.show_seat ss JOIN boxoffice.ticket t USING (ticket_id)"
        " WHERE (t.show_id, t.seat_id) <> (ss.show_id, ss.seat_id)"
    )
    if strange:
        yield f"{strange} seats carry the ticket of another"
    [(sold, tickets)] = cinema.query(
        "SELECT (SELECT count(*) FROM boxoffice.show_seat WHERE state = 'sold'),"
        " (SELECT count(*) FROM boxoffice.ticket)"
    )
    if sold != tickets:
        yield f"{sold} seats are sold, {tickets} tickets exist"


def _money_faults(cinema: Cinema) -> Iterator[str]:
    [(tickets, counted, total, amounts, paid)] = cinema.query(
        "SELECT (SELECT count(*) FROM boxoffice.ticket), (SELECT sum(ticket_count) FROM boxoffice.sale),"
        " (SELECT sum(total) FROM boxoffice.sale), (SELECT sum(amount) FROM boxoffice.ticket),"
        " (SELECT sum(amount) FROM boxoffice.payment)"
    )
    if tickets != counted:
        yield f"{tickets} tickets, but the sales count {counted}"
    if not total == amounts == paid:
        yield f"sales of {total}, tickets of {amounts}, payments of {paid}"


def _promise_faults(cinema: Cinema, ledgers: Iterable[Ledger]) -> Iterator[str]:
    stored = {
        row[0]: row[1:]
        for row in cinema.query(
            "SELECT s.sale_id, s.terminal_id, s.number,"
            " array_agg((t.serial, t.show_id, t.seat_id)::text ORDER BY t.line)"
            " FROM boxoffice.sale s JOIN boxoffice.ticket t USING (sale_id) GROUP BY s.sale_id"
        )
    }
    for ledger in ledgers:
        for sale in ledger.sales:
            promised = [f"({ticket.serial},{ticket.key.show_id},{ticket.key.seat_id})" for ticket in sale.tickets]
            if stored.pop(sale.sale_id, None) != (ledger.terminal_id, sale.number, promised):
                yield f"sale {sale.number} of terminal {ledger.terminal_id} is not what the till was told"
    if stored:
        yield f"{len(stored)} sales that no till knows of"


def _number_faults(cinema: Cinema) -> Iterator[str]:
    for table, column in (("sale", "number"), ("ticket", "serial"), ("journal", "number")):
        for terminal_id, lowest, highest, many in cinema.query(
            f"SELECT terminal_id, min({column}), max({column}), count(DISTINCT {column})"
            f" FROM boxoffice.{table} GROUP BY 1"
        ):
            if (lowest, highest) != (1, many):
                yield f"terminal {terminal_id}: {many} numbers of {table} from {lowest} to {highest}"


def _journal_faults(cinema: Cinema) -> Iterator[str]:
    rows = cinema.query("SELECT terminal_id, number, body, previous_hash, hash FROM boxoffice.journal")
    broken = verify_chain(
        JournalEntry(terminal_id=row[0], number=row[1], body=row[2], previous_hash=row[3], hash=row[4]) for row in rows
    )
    if broken is not None:
        yield f"the journal is broken: {broken}"
    for (terminal_id,) in cinema.query(
        "SELECT c.terminal_id FROM boxoffice.terminal_chain c LEFT JOIN boxoffice.journal j"
        " ON j.terminal_id = c.terminal_id AND j.number = c.journal_number"
        " WHERE c.journal_number > 0 AND j.hash IS DISTINCT FROM c.journal_hash"
    ):
        yield f"the journal of terminal {terminal_id} does not end where its chain does"
    [(sales, entries)] = cinema.query(
        "SELECT (SELECT count(*) FROM boxoffice.sale), (SELECT count(*) FROM boxoffice.journal WHERE kind = 'sale')"
    )
    if sales != entries:
        yield f"{sales} sales, {entries} entries in the journal"

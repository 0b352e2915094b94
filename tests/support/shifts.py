"""Opens shifts as the owner, for tests that are not about shifts; and forgets them, for tests that are."""

from typing import Any

import psycopg


def open_shifts(admin: psycopg.Connection[Any]) -> None:
    """Give every terminal without a shift one that was opened by its venue's first person."""
    admin.execute(
        "INSERT INTO boxoffice.shift (shift_id, terminal_id, opened_by)"
        " SELECT gen_random_uuid(), t.terminal_id,"
        "        (SELECT min(s.staff_id) FROM boxoffice.staff s WHERE s.venue_id = t.venue_id)"
        "   FROM boxoffice.terminal t JOIN boxoffice.terminal_chain c ON c.terminal_id = t.terminal_id"
        "  WHERE c.shift_id IS NULL ORDER BY t.terminal_id"
    )


def forget_shifts(admin: psycopg.Connection[Any]) -> None:
    """As on a first morning: no terminal has or had a shift, and the journal is empty. Past all guards."""
    admin.execute("SET session_replication_role = replica")
    admin.execute(
        "UPDATE boxoffice.terminal_chain SET shift_id = NULL, shift_number = 0, journal_number = 0,"
        " journal_hash = decode(repeat('00', 32), 'hex')"
    )
    admin.execute("DELETE FROM boxoffice.journal")
    admin.execute("DELETE FROM boxoffice.shift")
    admin.execute("RESET session_replication_role")

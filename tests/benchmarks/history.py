"""Years of sales written in one stroke, by the administrator and past all guards: tables as big as a real cinema's.

Plans on tables of a hundred rows read them whole and say nothing about a cinema that has been open for a month.
"""

from tests.support.cinema import Cinema

# Show numbers that no test uses; nothing points at them, so that no show has to exist.
_FIRST_SHOW = 1_000_000

_STATEMENTS = (
    (
        "INSERT INTO boxoffice.hold (hold_id, kind, terminal_id, staff_id, created_at)"
        " SELECT gen_random_uuid(), 'basket', 1, 1, now() - interval '1 s' * n FROM generate_series(1, {sales}) n"
    ),
    (
        "INSERT INTO boxoffice.sale (sale_id, terminal_id, staff_id, shift_id, number, first_serial, ticket_count,"
        " sold_at, currency, total) SELECT md5('sale' || n)::uuid, 3, 1, md5('shift' || n / 500)::uuid, 1000000 + n,"
        " 1000000 + n * 2, 2, now() - interval '1 s' * n, 'EUR', 2400 FROM generate_series(1, {sales}) n"
    ),
    (
        "INSERT INTO boxoffice.ticket (sale_id, line, terminal_id, serial, show_id, seat_id, area_id, ticket_type_id,"
        " amount, tax, tax_rate_id, code) SELECT md5('sale' || n)::uuid, line, 3, 999999 + n * 2 + line,"
        " {first_show} + n / 100, n % 100 * 2 + line, 1, 1, 1200, 89, 1, uuid_send(gen_random_uuid())"
        " FROM generate_series(1, {sales}) n, generate_series(1, 2) line"
    ),
    (
        "INSERT INTO boxoffice.payment (sale_id, line, kind, amount, given)"
        " SELECT md5('sale' || n)::uuid, 1, 'cash', 2400, 2400 FROM generate_series(1, {sales}) n"
    ),
    (
        "INSERT INTO boxoffice.journal (terminal_id, number, at, kind, sale_id, body, previous_hash, hash)"
        " SELECT 3, 1000000 + n, now() - interval '1 s' * n, 'sale', md5('sale' || n)::uuid, repeat('x', 300),"
        " sha256('a'), sha256('b') FROM generate_series(1, {sales}) n"
    ),
    (
        "INSERT INTO boxoffice.seat_activity (show_id, terminal_id, staff_id, what, seat_ids)"
        " SELECT {first_show} + n / 100, 3, 1, 'sold', ARRAY[n, n + 1] FROM generate_series(1, {sales}) n"
    ),
)


def write_history(cinema: Cinema, *, sales: int) -> None:
    """Add that many old sales of two seats, with holds, payments, journal and activity."""
    with cinema.admin() as admin:
        admin.execute("SET session_replication_role = replica")
        for statement in _STATEMENTS:
            admin.execute(statement.format(sales=sales, first_show=_FIRST_SHOW))
        admin.execute("RESET session_replication_role")
        admin.execute("VACUUM ANALYZE")

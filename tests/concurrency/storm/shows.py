"""Shows by the dozen for a storm: a hall of its own, all shows on sale, at the prices of the test cinema."""

from tests.support.cinema import Cinema


def add_shows(cinema: Cinema, *, shows: int, seats: int) -> tuple[int, ...]:
    """Add `shows` shows of `seats` free seats each, a day apart; their ids."""
    with cinema.admin() as admin:
        hall = admin.execute(
            "INSERT INTO boxoffice.hall (venue_id, name, width, height, best_x, best_y)"
            " VALUES (%s, 'Arena', 300, 250, 130, 160) RETURNING hall_id",
            (cinema.venue_id,),
        ).fetchone()
        assert hall is not None
        admin.execute(
            "INSERT INTO boxoffice.seat (hall_id, row_label, number, name, x, y, area_id)"
            " SELECT %s, 'R' || n / 20, (n %% 20)::text, 'R' || n, n %% 20 * 28, n / 20 * 28, 1"
            " FROM generate_series(1, %s) n",
            (hall[0], seats),
        )
        rows = admin.execute(
            "INSERT INTO boxoffice.show (movie_id, hall_id, starts_at, ends_at, occupies, status, price_list_id)"
            " SELECT movie_id, %s, starts_at + d, ends_at + d, tstzrange(starts_at + d, ends_at + d), 'on_sale',"
            " price_list_id FROM boxoffice.show, LATERAL"
            " (SELECT interval '1 day' * n AS d FROM generate_series(1, %s) n) n"
            " WHERE show_id = %s RETURNING show_id",
            (hall[0], shows, cinema.show_id),
        ).fetchall()
        show_ids = [int(row[0]) for row in rows]
        admin.execute(
            "INSERT INTO boxoffice.show_seat (show_id, seat_id, area_id) SELECT w, seat_id, area_id"
            " FROM boxoffice.seat, unnest(%s::int[]) w WHERE hall_id = %s",
            (show_ids, hall[0]),
        )
        admin.execute(
            "INSERT INTO boxoffice.show_price SELECT w, area_id, ticket_type_id, amount, tax, tax_rate_id"
            " FROM boxoffice.show_price, unnest(%s::int[]) w WHERE show_id = %s",
            (show_ids, cinema.show_id),
        )
        admin.execute("ANALYZE")
    return tuple(show_ids)

"""What tests do with seats all the time: hold, keep, expire, sell, look."""

from typing import Any
from uuid import UUID, uuid4

from boxoffice_desktop.domain.reservations import make_code
from boxoffice_desktop.domain.selling import CompletedSale
from boxoffice_desktop.services import holds, sales
from tests.support.cinema import Cinema, Till


def hold(
    cinema: Cinema, till: Till, *names: str, hold_id: UUID | None = None, basket: tuple[str, ...] = ()
) -> holds.HeldSeats:
    """Hold seats of the show by their names."""
    return till.call(
        holds.hold_seats,
        hold_id=hold_id or uuid4(),
        show_id=cinema.show_id,
        seat_ids=cinema.ids(*names),
        basket=cinema.keys(*basket),
    )


def sell(cinema: Cinema, till: Till, *names: str, **changes: Any) -> CompletedSale:
    """Hold seats and sell them."""
    held = hold(cinema, till, *names)
    return till.call(sales.complete_sale, order=cinema.order(held.hold_id, *names, **changes))


def keep(cinema: Cinema, kind: str, terminal: str, *names: str) -> UUID:
    """Keep seats as the owner: for the house or as broken without an end, for a reservation until its own."""
    hold_id = uuid4()
    terminal_id = cinema.logins[terminal][0]
    cinema.execute(
        "INSERT INTO boxoffice.hold (hold_id, kind, terminal_id) VALUES (%s, %s, %s)", hold_id, kind, terminal_id
    )
    if kind == "reservation":
        cinema.execute(
            "INSERT INTO boxoffice.reservation (hold_id, show_id, code, name_key) VALUES (%s, %s, %s, 'somebody')",
            hold_id,
            cinema.show_id,
            make_code(),
        )
        cinema.execute(
            "INSERT INTO boxoffice.reservation_seat (hold_id, seat_id) SELECT %s, unnest(%s::int[])",
            hold_id,
            list(cinema.ids(*names)),
        )
    cinema.execute(
        "UPDATE boxoffice.show_seat SET state = 'held', hold_id = %s, held_by = %s,"
        " held_until = (SELECT collect_by FROM boxoffice.reservation r WHERE r.hold_id = %s) WHERE seat_id = ANY(%s)",
        hold_id,
        terminal_id,
        hold_id,
        list(cinema.ids(*names)),
    )
    return hold_id


def expire(cinema: Cinema, *names: str) -> None:
    """Let the time of held seats be over, as the owner: time is moved, not waited for."""
    cinema.execute(
        "UPDATE boxoffice.show_seat SET held_until = clock_timestamp() - interval '1 second'"
        " WHERE state = 'held' AND seat_id = ANY(%s)",
        list(cinema.ids(*names)),
    )


def end_show(cinema: Cinema) -> None:
    """Let the show be over, as the owner."""
    cinema.execute(
        "UPDATE boxoffice.show SET starts_at = clock_timestamp() - interval '2 hours', ends_at = clock_timestamp(),"
        " occupies = tstzrange(clock_timestamp() - interval '3 hours', clock_timestamp() + interval '1 hour')"
    )


def seat_rows(cinema: Cinema, *names: str) -> list[tuple[str, str, UUID | None, str | None]]:
    """Name, state, hold and holding terminal of seats, in the order of their ids."""
    return cinema.query(
        "SELECT e.name, ss.state, ss.hold_id, t.name FROM boxoffice.show_seat ss JOIN boxoffice.seat e USING (seat_id)"
        " LEFT JOIN boxoffice.terminal t ON t.terminal_id = ss.held_by WHERE ss.seat_id = ANY(%s) ORDER BY ss.seat_id",
        list(cinema.ids(*names)),
    )

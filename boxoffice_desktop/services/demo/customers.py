"""Fills the demo cinema with customers: sales at two tills, a sold-out show, reservations, house and broken seats."""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import uuid4

from sqlalchemy import text
from sqlalchemy.orm import Session

from boxoffice_desktop.domain.best_available import RowIndex, find_best_seats, prepare_rows
from boxoffice_desktop.domain.errors import NotEnoughSeatsError
from boxoffice_desktop.domain.seats import SeatKey, SeatKind
from boxoffice_desktop.domain.selling import HeldSeat, PaymentGiven, PaymentKind, SaleLine, SaleOrder
from boxoffice_desktop.services import holds, programme, reservations, sales, seat_maps
from boxoffice_desktop.services.context import Context
from boxoffice_desktop.services.till import Till

_SEED: Final = 1895  # the year of the first public film show; any number gives the same demo every time
_GROUPS: Final = (1, 2, 2, 2, 3, 4, 4, 5, 6, 8)
_PLAIN: Final = frozenset({SeatKind.STANDARD, SeatKind.RECLINER})
_EVERY_KIND: Final = frozenset(SeatKind)
# How full the shows of a day are, by hall, from the first that is not over: the lounge sold out, the grand hall nearly.
_FILL_FIRST_DAY: Final = {"Grand Hall": (0.96, 0.35, 0.2, 0.3), "Hall 2": (0.9, 0.3, 0.5, 0.4), "Lounge": (1.0, 0.4)}
_FILL_PALACE: Final = (0.03, 0.05)
_FILL_NEXT_DAY: Final = 0.15
_MOST_SALES_A_SHOW: Final = 160


@dataclass(frozen=True)
class _Target:
    show_id: int
    hall_name: str
    fill: float


def fill_demo(tills: Sequence[Till], show_ids: Sequence[int], progress: Callable[[float], None]) -> int:
    """Sell seats of the demo's shows at signed-in `tills` in turn; returns how many tickets.

    `progress` hears how much is done, 0 to 1. All of it goes through the same services and guards as real sales.
    """
    luck = random.Random(_SEED)  # noqa: S311  customers, not secrets
    targets = list(_choose_targets(tills[0], show_ids, luck))
    sold = 0
    for done, target in enumerate(targets):
        sold += _fill_show(tills, target, luck)
        progress((done + 1) / len(targets))
    return sold


def hold_for_people(session: Session, *, show_ids: Sequence[int], terminal_id: int, now: datetime) -> None:
    """Keep some free seats of each show: a reservation, house seats, and one broken seat. As the schema's owner.

    Who has bought until now has the tickets: no till shall print them when it is opened.
    """
    session.execute(text("UPDATE boxoffice.print_job SET state = 'done' WHERE state = 'waiting'"))
    luck = random.Random(_SEED)  # noqa: S311
    for show_id in show_ids:
        free = (
            session.execute(
                text(
                    """
                SELECT ss.seat_id FROM boxoffice.show_seat ss JOIN boxoffice.seat s ON s.seat_id = ss.seat_id
                 WHERE ss.show_id = :show AND ss.state = 'available' AND s.kind IN ('standard', 'recliner')
                 ORDER BY s.row_label DESC, s.x
                """
                ),
                {"show": show_id},
            )
            .scalars()
            .all()
        )
        if len(free) < 40 or luck.random() < 0.5:  # noqa: PLR2004  a hall that is nearly full keeps what it has
            continue
        at = luck.randrange(len(free) - 10)
        for kind, name, reason, seats in (
            ("reservation", "Hofer", "", free[at : at + 3]),
            ("house", "", "Directors' seats", free[at + 5 : at + 7]),
            ("out_of_order", "", "Broken armrest", free[at + 9 : at + 10]),
        ):
            _hold(session, show_id, terminal_id, kind, name, reason, list(seats), now)


def _hold(
    session: Session,
    show_id: int,
    terminal_id: int,
    kind: str,
    name: str,
    reason: str,
    seat_ids: list[int],
    now: datetime,
) -> None:
    hold_id = uuid4()
    session.execute(
        text(
            "INSERT INTO boxoffice.hold (hold_id, kind, terminal_id, name, reason, created_at)"
            " VALUES (:hold, :kind, :terminal, :name, :reason, :now)"
        ),
        {"hold": hold_id, "kind": kind, "terminal": terminal_id, "name": name, "reason": reason, "now": now},
    )
    if kind == "reservation":
        reservations.note_reservation(session, hold_id=hold_id, show_id=show_id, seat_ids=seat_ids, name=name)
    session.execute(
        text(
            """
            UPDATE boxoffice.show_seat ss
               SET state = 'held', hold_id = :hold, held_by = :terminal,
                   held_until = (SELECT r.collect_by FROM boxoffice.reservation r WHERE r.hold_id = :hold)
             WHERE ss.show_id = :show AND ss.seat_id = ANY(:seats)
            """
        ),
        {"hold": hold_id, "terminal": terminal_id, "show": show_id, "seats": seat_ids},
    )


def _choose_targets(till: Till, show_ids: Sequence[int], luck: random.Random) -> Iterator[_Target]:
    # Nobody buys a seat in a show that is over, by the database's clock: a demo may be built in the evening.
    going = till.call(_list_going, {"show_ids": tuple(show_ids)})
    shows = [till.call(programme.get_show, {"show_id": show_id}) for show_id in going]
    if not shows:
        return
    first_day = min(show.starts_at for show in shows).date()
    seen: dict[str, int] = {}
    for show in sorted(shows, key=lambda show: show.starts_at):
        if show.starts_at.date() == first_day:
            place = seen.get(show.hall_name, 0)
            seen[show.hall_name] = place + 1
            fills = _FILL_FIRST_DAY.get(show.hall_name, _FILL_PALACE)
            yield _Target(show.show_id, show.hall_name, fills[place % len(fills)])
        elif show.starts_at.date() == first_day + timedelta(days=1) and show.hall_name != "Palace":
            yield _Target(show.show_id, show.hall_name, luck.random() * _FILL_NEXT_DAY)


def _list_going(session: Session, context: Context, *, show_ids: tuple[int, ...]) -> tuple[int, ...]:
    """Those that last for five minutes more at least: filling takes its time."""
    del context
    rows = session.execute(
        text(
            "SELECT show_id FROM boxoffice.show WHERE show_id = ANY (:shows)"
            " AND ends_at > clock_timestamp() + interval '5 minutes' ORDER BY show_id"
        ),
        {"shows": list(show_ids)},
    )
    return tuple(rows.scalars())


def _fill_show(tills: Sequence[Till], target: _Target, luck: random.Random) -> int:
    opened = tills[0].call(seat_maps.open_show, {"show_id": target.show_id})
    rows = prepare_rows(opened.picture.seats)
    free = {seat.seat_id for seat in opened.picture.seats}
    wanted = round(len(free) * target.fill)
    prices = {(price.area_id, price.ticket_type_id): price.amount for price in opened.prices}
    types = [ticket_type.ticket_type_id for ticket_type in opened.ticket_types]
    sold = 0
    for number in range(_MOST_SALES_A_SHOW):
        if sold >= wanted:
            break
        size = min(luck.choice(_GROUPS), wanted - sold)
        seat_ids = _choose_seats(opened, rows, free, size, luck, everything=target.fill >= 1)
        if not seat_ids:
            break
        till = tills[number % len(tills)]
        hold_id = uuid4()
        held = till.call(holds.hold_seats, {"hold_id": hold_id, "show_id": target.show_id, "seat_ids": tuple(seat_ids)})
        lines = tuple(_line(seat, prices, types, luck) for seat in held.seats)
        total = sum(line.amount for line in lines)
        kind = luck.choice((PaymentKind.CASH, PaymentKind.CARD))
        order = SaleOrder(
            sale_id=uuid4(),
            hold_id=hold_id,
            lines=lines,
            payments=(PaymentGiven(kind=kind, amount=total, given=total),),
        )
        till.call(sales.complete_sale, {"order": order})
        free.difference_update(seat_ids)
        sold += len(seat_ids)
    return sold


def _choose_seats(
    opened: seat_maps.OpenedShow, rows: RowIndex, free: set[int], size: int, luck: random.Random, *, everything: bool
) -> tuple[int, ...]:
    # People do not all sit in the very middle: everybody has a favourite place of their own.
    picture = opened.picture
    for count in range(size, 0, -1):
        try:
            return tuple(
                find_best_seats(
                    rows,
                    free,
                    count,
                    best_x=picture.best_x + luck.gauss(0, picture.width / 5),
                    best_y=picture.best_y + luck.gauss(0, picture.height / 7),
                    kinds=_EVERY_KIND if everything else _PLAIN,
                )
            )
        except NotEnoughSeatsError:
            continue
    return ()


def _line(seat: HeldSeat, prices: dict[tuple[int, int], int], types: Sequence[int], luck: random.Random) -> SaleLine:
    ticket_type = types[0] if luck.random() < 0.6 else luck.choice(types)  # noqa: PLR2004  most customers are adults
    return SaleLine(key=SeatKey(*seat.key), ticket_type_id=ticket_type, amount=prices[seat.area_id, ticket_type])

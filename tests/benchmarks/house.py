"""A big house for benchmarks: the test cinema with a show that has seats enough for every round."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

import psycopg

from boxoffice_desktop.db import provisioning
from boxoffice_desktop.db.embedded import EmbeddedServer
from boxoffice_desktop.domain.seats import SeatKey
from boxoffice_desktop.domain.selling import PaymentGiven, PaymentKind, SaleLine, SaleOrder
from tests.support.cinema import ADULT, Cinema, Till, build_cinema

_DATABASE = "bench"
_SEATS = 4000
_AMOUNT = 1200


class House:
    """One show with thousands of free seats of area 1."""

    def __init__(self, cinema: Cinema) -> None:
        self.cinema = cinema
        self.show_id = cinema.show_id
        with cinema.admin() as admin:
            rows = admin.execute(
                "INSERT INTO boxoffice.seat (hall_id, row_label, number, name, x, y, area_id)"
                " SELECT %s, 'Z' || n / 100, (n %% 100)::text, 'Z' || n, n %% 100 * 28, 400 + n / 100 * 28, 1"
                " FROM generate_series(1, %s) n RETURNING seat_id",
                (cinema.hall_id, _SEATS),
            ).fetchall()
            admin.execute(
                "INSERT INTO boxoffice.show_seat (show_id, seat_id, area_id) SELECT %s, seat_id, area_id"
                " FROM boxoffice.seat WHERE row_label LIKE 'Z%%'",
                (self.show_id,),
            )
            admin.execute("ANALYZE")
        self._seats = [row[0] for row in rows]

    def till(self) -> Till:
        """A till with a cashier signed in."""
        return self.cinema.till()

    def pairs(self) -> Iterator[tuple[int, int]]:
        """Two free seats, never the same twice."""
        while len(self._seats) > 1:
            yield self._seats.pop(), self._seats.pop()

    def order(self, hold_id: UUID, pair: tuple[int, int]) -> SaleOrder:
        """Two adults, paid in cash."""
        order = self.cinema.order(hold_id)
        return SaleOrder(
            sale_id=order.sale_id,
            hold_id=hold_id,
            lines=tuple(
                SaleLine(key=SeatKey(self.show_id, seat_id), ticket_type_id=ADULT, amount=_AMOUNT) for seat_id in pair
            ),
            payments=(PaymentGiven(kind=PaymentKind.CASH, amount=2 * _AMOUNT, given=2 * _AMOUNT),),
        )


@contextmanager
def open_house() -> Iterator[House]:
    """A house in a server of its own, with the settings of a real till: what is committed is on the disk."""
    folder = Path(tempfile.mkdtemp(prefix="boxoffice-bench-"))
    folder.chmod(0o755)
    server = EmbeddedServer(folder / "data")
    try:
        address = server.start()
        with psycopg.connect(address.conninfo(), autocommit=True) as admin:
            provisioning.create_roles(admin)
            provisioning.create_database(admin, _DATABASE)
        provisioning.upgrade_schema(address.conninfo(_DATABASE))
        cinema = build_cinema(address.conninfo(_DATABASE))
        yield House(cinema)
        cinema.close()
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)

"""Builds a small cinema in a fresh database, and opens tills that work in it as real tills do."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import count
from typing import Any, TypeVar
from uuid import uuid4

import psycopg

from boxoffice_desktop.db.engine import Database
from boxoffice_desktop.db.provisioning import create_login
from boxoffice_desktop.domain.permissions import CASHIER, MANAGER, SUPERVISOR, Permission
from boxoffice_desktop.domain.seats import SeatKey
from boxoffice_desktop.domain.selling import PaymentGiven, PaymentKind, SaleLine, SaleOrder
from boxoffice_desktop.services import programme, staff
from boxoffice_desktop.services.context import Context
from tests.support.shifts import open_shifts

T = TypeVar("T")
ROWS = "ABCDE"
SEATS_PER_ROW = 8
ADULT, CHILD = 1, 2
PRICES = {(1, ADULT): 1200, (1, CHILD): 800, (2, ADULT): 1500, (2, CHILD): 1000}
PINS = {"carla": "1234", "sid": "2345", "mona": "3456"}
_SETS = {"carla": CASHIER, "sid": SUPERVISOR, "mona": MANAGER}
_logins = count(1)
_secrets = {pin: staff.make_secret(pin) for pin in PINS.values()}

# What the till derives depends on nothing but PIN and salt, and takes its time on purpose.
derive_key = cache(staff.derive_key)


@dataclass
class Till:
    """A terminal with its own login; `call` runs a service as the signed-in person."""

    database: Database
    context: Context
    token: bytes = field(default_factory=lambda: secrets.token_bytes(32))

    def call(self, operation: Callable[..., T], **arguments: Any) -> T:
        return self.database.run(lambda session: operation(session, self.context, **arguments))

    def sign_in(self, user_name: str) -> None:
        salt = self.call(staff.get_sign_in_salt, user_name=user_name)
        key = derive_key(PINS[user_name], salt)
        self.call(staff.offer_key, user_name=user_name, key=key)
        signed_in = self.call(staff.try_sign_in, token=self.token).accept()
        self.database.work_for(self.token)
        self.context = Context(
            terminal_id=self.context.terminal_id,
            terminal_name=self.context.terminal_name,
            venue_id=self.context.venue_id,
            staff_id=signed_in.staff_id,
            staff_name=signed_in.display_name,
            permissions=signed_in.permissions,
            now=self.context.now,
        )


@dataclass
class Cinema:
    """What `build_cinema` made: ids by name, and tills on demand."""

    admin_conninfo: str
    venue_id: int
    hall_id: int
    movie_id: int
    show_id: int
    seats: dict[str, int]
    logins: dict[str, tuple[int, str, str]]
    starts_at: datetime
    _tills: list[Till] = field(default_factory=list)

    def copied_to(self, admin_conninfo: str) -> "Cinema":
        """The same cinema in a copy of its database."""
        return replace(self, admin_conninfo=admin_conninfo, logins=dict(self.logins), _tills=[])

    def conninfo(self, name: str = "Counter 1") -> str:
        """How the terminal `name` connects."""
        _, login, password = self.logins[name]
        return psycopg.conninfo.make_conninfo(self.admin_conninfo, user=login, password=password)

    def till(self, name: str = "Counter 1", user_name: str | None = "carla", conninfo: str = "") -> Till:
        """A till as terminal `name`, with `user_name` signed in unless None."""
        context = Context(
            terminal_id=self.logins[name][0],
            terminal_name=name,
            venue_id=self.venue_id,
            staff_id=None,
            staff_name="",
            permissions=frozenset(),
            now=datetime.now(UTC),  # noqa: TID251  the test is the composition here
        )
        till = Till(database=Database(conninfo or self.conninfo(name)), context=context)
        self._tills.append(till)
        if user_name is not None:
            till.sign_in(user_name)
        return till

    def add_terminal(self, number: int) -> None:
        """One more terminal, `Counter 4` for 4, with a login of its own."""
        with self.admin() as admin:
            self.logins[f"Counter {number}"] = _build_terminal(admin, self.venue_id, number)
            open_shifts(admin)

    def keys(self, *names: str) -> tuple[SeatKey, ...]:
        """Seat keys of the show by seat name, e.g. `A1`."""
        return tuple(SeatKey(self.show_id, self.seats[name]) for name in names)

    def ids(self, *names: str) -> tuple[int, ...]:
        return tuple(self.seats[name] for name in names)

    def order(self, hold_id: Any, *names: str, ticket_type: int = ADULT, **changes: Any) -> SaleOrder:
        """An order for these seats, paid in cash with the exact amount."""
        lines = tuple(
            SaleLine(key=key, ticket_type_id=ticket_type, amount=PRICES[(2 if name[0] == "E" else 1, ticket_type)])
            for name, key in zip(names, self.keys(*names), strict=True)
        )
        total = sum(line.amount for line in lines)
        values: dict[str, Any] = {
            "sale_id": uuid4(),
            "hold_id": hold_id,
            "lines": lines,
            "payments": (PaymentGiven(kind=PaymentKind.CASH, amount=total, given=total),),
        }
        return SaleOrder(**{**values, **changes})

    def admin(self) -> psycopg.Connection[Any]:
        """The administrator's own connection; commits by itself."""
        return psycopg.connect(self.admin_conninfo, autocommit=True)

    def query(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        with self.admin() as connection:
            return connection.execute(statement, values or None).fetchall()

    def execute(self, statement: str, *values: Any) -> None:
        with self.admin() as connection:
            connection.execute(statement, values or None)

    def close(self) -> None:
        for till in self._tills:
            till.database.close()


def build_cinema(admin_conninfo: str) -> Cinema:
    """Fill a fresh database. Area 1 is Standard (rows A to D), area 2 Premium (row E)."""
    starts_at = (datetime.now(UTC) + timedelta(hours=3)).replace(minute=0, second=0, microsecond=0)  # noqa: TID251
    with psycopg.connect(admin_conninfo, autocommit=True) as admin:
        venue_id, hall_id, movie_id = _build_house(admin)
        seats = _build_seats(admin, hall_id)
        _build_prices(admin, venue_id)
        logins = {f"Counter {n}": _build_terminal(admin, venue_id, n) for n in (1, 2, 3)}
        _build_staff(admin, venue_id)
        open_shifts(admin)
    built = Cinema(admin_conninfo, venue_id, hall_id, movie_id, 0, seats, logins, starts_at)
    manager = built.till("Counter 3", "mona")
    built.show_id = manager.call(programme.create_show, movie_id=movie_id, hall_id=hall_id, starts_at=starts_at)
    manager.call(programme.put_on_sale, show_ids=(built.show_id,))
    return built


def grant(cinema: Cinema, user_name: str, *permissions: Permission) -> None:
    """Give somebody more permissions, as the owner."""
    for permission in permissions:
        cinema.execute(
            "INSERT INTO boxoffice.staff_permission SELECT staff_id, %s FROM boxoffice.staff WHERE user_name = %s",
            permission.value,
            user_name,
        )


def _one(admin: psycopg.Connection[Any], statement: str, *values: Any) -> int:
    row = admin.execute(statement, values).fetchone()
    assert row is not None
    return int(row[0])


def _build_house(admin: psycopg.Connection[Any]) -> tuple[int, int, int]:
    venue_id = _one(
        admin,
        "INSERT INTO boxoffice.venue (name, city, time_zone, currency, locale)"
        " VALUES ('Test Cinema', 'Bern', 'Europe/Zurich', 'EUR', 'en_GB') RETURNING venue_id",
    )
    for name, letter, colour in (("Standard", "S", 0), ("Premium", "P", 1)):
        admin.execute(
            "INSERT INTO boxoffice.area (venue_id, name, letter, colour) VALUES (%s, %s, %s, %s)",
            (venue_id, name, letter, colour),
        )
    hall_id = _one(
        admin,
        "INSERT INTO boxoffice.hall (venue_id, name, width, height, best_x, best_y)"
        " VALUES (%s, 'Hall 1', 300, 250, 130, 160) RETURNING hall_id",
        venue_id,
    )
    movie_id = _one(
        admin,
        "INSERT INTO boxoffice.movie (title, title_key, running_minutes, certificate, release_date)"
        " VALUES ('Nosferatu', 'nosferatu', 94, 'PG', '1922-03-04') RETURNING movie_id",
    )
    return venue_id, hall_id, movie_id


def _build_seats(admin: psycopg.Connection[Any], hall_id: int) -> dict[str, int]:
    seats = {}
    for depth, row in enumerate(ROWS):
        for number in range(1, SEATS_PER_ROW + 1):
            name = f"{row}{number}"
            seats[name] = _one(
                admin,
                "INSERT INTO boxoffice.seat (hall_id, row_label, number, name, x, y, area_id)"
                " VALUES (%s, %s, %s, %s, %s, %s, %s) RETURNING seat_id",
                hall_id,
                row,
                str(number),
                name,
                number * 28,
                80 + depth * 30,
                2 if row == "E" else 1,
            )
    return seats


def _build_prices(admin: psycopg.Connection[Any], venue_id: int) -> None:
    admin.execute(
        "INSERT INTO boxoffice.tax_rate (venue_id, name, basis_points) VALUES (%s, 'VAT 8 %%', 800)", (venue_id,)
    )
    for position, name in ((1, "Adult"), (2, "Child")):
        admin.execute(
            "INSERT INTO boxoffice.ticket_type (venue_id, name, position) VALUES (%s, %s, %s)",
            (venue_id, name, position),
        )
    admin.execute("INSERT INTO boxoffice.price_list (venue_id, name) VALUES (%s, 'Standard')", (venue_id,))
    for (area, ticket_type), amount in PRICES.items():
        admin.execute("INSERT INTO boxoffice.price VALUES (1, %s, %s, %s, 1)", (area, ticket_type, amount))


def _build_terminal(admin: psycopg.Connection[Any], venue_id: int, number: int) -> tuple[int, str, str]:
    # Roles belong to the whole server: every test's terminals get logins of their own.
    login = f"till_{next(_logins)}"
    create_login(admin, login, password := secrets.token_urlsafe(12))
    terminal_id = _one(
        admin,
        "INSERT INTO boxoffice.terminal (venue_id, name, mark, login) VALUES (%s, %s, %s, %s) RETURNING terminal_id",
        venue_id,
        f"Counter {number}",
        str(number),
        login,
    )
    admin.execute("INSERT INTO boxoffice.terminal_chain (terminal_id) VALUES (%s)", (terminal_id,))
    return terminal_id, login, password


def _build_staff(admin: psycopg.Connection[Any], venue_id: int) -> None:
    for user_name, pin in PINS.items():
        staff_id = _one(
            admin,
            "INSERT INTO boxoffice.staff (venue_id, user_name, display_name) VALUES (%s, %s, %s) RETURNING staff_id",
            venue_id,
            user_name,
            user_name.title(),
        )
        secret = _secrets[pin]
        admin.execute(
            "INSERT INTO boxoffice.staff_secret (staff_id, salt, key_hash) VALUES (%s, %s, %s)",
            (staff_id, secret.salt, secret.key_hash),
        )
        admin.cursor().executemany(
            "INSERT INTO boxoffice.staff_permission VALUES (%s, %s)",
            [(staff_id, permission.value) for permission in _SETS[user_name]],
        )

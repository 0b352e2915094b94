"""The cinema on one machine: the embedded server, its database, the demo, and the logins of its counters."""

import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import psycopg
from psycopg import sql
from sqlalchemy import select
from sqlalchemy.orm import Session

from boxoffice_desktop.db import provisioning
from boxoffice_desktop.db.credentials import write_private
from boxoffice_desktop.db.embedded import EmbeddedServer, ServerAddress
from boxoffice_desktop.db.engine import Database
from boxoffice_desktop.db.schema import HEAD, REVISIONS
from boxoffice_desktop.domain.errors import ConflictError, SchemaMismatchError
from boxoffice_desktop.services.attempts import AttemptFile
from boxoffice_desktop.services.door.signing import TicketSigner
from boxoffice_desktop.services.staff import DEMO_PINS
from boxoffice_desktop.services.till import Till

DATABASE: Final = "boxoffice"
LOGINS: Final = ("till_1", "till_2", "till_3")
_CREDENTIALS: Final = "tills.json"
# A demo that knows no show later than this gets another week.
_DEMO_AHEAD: Final = timedelta(days=4)
# Any number will do as long as every release uses the same one.
_OPEN_LOCK: Final = 7_342_903


@dataclass(frozen=True, kw_only=True)
class TillAccess:
    """How one counter gets in. `conninfo` holds its password: never shown, never logged."""

    login: str
    conninfo: str
    attempts: Path


class LocalCinema:
    """Everything of a cinema that runs on one machine, in one data folder.

    `open` makes whatever is missing, so the first start and the hundredth are the same call.
    """

    def __init__(
        self,
        folder: Path,
        *,
        clock: Callable[[], datetime],
        progress: Callable[[str], None] = lambda _text: None,
    ) -> None:
        self._folder = folder
        self._clock = clock
        self._progress = progress
        self._server = EmbeddedServer(folder / "server", progress=progress)
        self._address: ServerAddress | None = None

    @property
    def admin_conninfo(self) -> str:
        """The administrator's way into the database, once `open` has returned."""
        if self._address is None:
            raise RuntimeError("the cinema is not open")
        return self._address.conninfo(DATABASE)

    def open(self) -> None:
        """Start the server, bring the schema up to date and, in an empty database, build the demo cinema.

        Raises:
            ServerStartError: the server cannot run; says why and what to do.
            SchemaMismatchError: the data belongs to a newer release.
        """
        self._address = self._server.start()
        with psycopg.connect(self._address.conninfo(), autocommit=True) as admin:
            # Two counters may be started at the same moment: the second waits until the first has built everything.
            admin.execute("SELECT pg_advisory_lock(%s)", (_OPEN_LOCK,))
            # Also when it was there: what an earlier release or somebody by hand left open is closed again.
            provisioning.create_roles(admin)
            provisioning.create_database(admin, DATABASE)
            self._complete()

    def _complete(self) -> None:
        with psycopg.connect(self.admin_conninfo, autocommit=True) as admin:
            provisioning.close_large_objects(admin)
            self._bring_up_to_date(admin)
            self._create_logins(admin)
            is_empty = not admin.execute("SELECT FROM boxoffice.venue LIMIT 1").rowcount
            is_stale = self._has_stale_demo(admin)
            lacks_counters = self._lacks_counters(admin)
        if is_empty:
            self._build_demo()
            return
        if lacks_counters:
            self._add_counters()
        if is_stale:
            self._extend_demo()

    def access(self, counter: int) -> TillAccess:
        """How counter 1, 2 or 3 gets in, once `open` has returned."""
        if self._address is None:
            raise RuntimeError("the cinema is not open")
        login = LOGINS[counter - 1]
        password = self._read_credentials()[login]
        return TillAccess(
            login=login,
            conninfo=self._address.conninfo(DATABASE, user=login, password=password),
            attempts=self._folder / "attempts" / login,
        )

    def open_till(self, counter: int) -> tuple[Till, Database]:
        """A till with nobody signed in, and its database, which the caller closes."""
        access = self.access(counter)
        database = Database(access.conninfo)
        try:
            till = Till(
                database,
                login=access.login,
                attempts=AttemptFile(access.attempts),
                clock=self._clock,
                signer=TicketSigner(self._folder / "keys" / f"{access.login}.key"),
            )
        except BaseException:
            database.close()
            raise
        return till, database

    def reset(self) -> None:
        """Throw the cinema away, sales and all; the next `open` builds the demo anew.

        Other windows lose their connection. Roles and credentials stay.

        Raises:
            ConflictError: what is there is no demo; nothing was thrown away.
        """
        self._address = self._server.start()
        if self._has_real_venue():
            raise ConflictError("This cinema is no demo: it is not thrown away.")
        with psycopg.connect(self._address.conninfo(), autocommit=True) as admin:
            admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(DATABASE)))
        for login in LOGINS:
            for path in (self._folder / "attempts" / login).glob("*"):
                path.unlink()

    def close(self) -> None:
        """Leave the server; it stops when no other window uses it."""
        self._server.stop()

    def _bring_up_to_date(self, admin: psycopg.Connection) -> None:
        found = provisioning.find_revision(admin)
        if found == HEAD:
            return
        if found is not None and found not in REVISIONS:
            raise SchemaMismatchError(found=found, wanted=HEAD, newer=True)
        self._progress("Preparing the tables…")
        provisioning.upgrade_schema(self.admin_conninfo)

    def _has_real_venue(self) -> bool:
        if self._address is None:
            raise RuntimeError("the cinema is not open")
        with psycopg.connect(self._address.conninfo(), autocommit=True) as admin:
            if not _has_database(admin):
                return False
        with psycopg.connect(self.admin_conninfo, autocommit=True) as admin:
            if admin.execute("SELECT to_regclass('boxoffice.venue') IS NULL").fetchone() == (True,):
                return False
            return bool(admin.execute("SELECT FROM boxoffice.venue WHERE NOT is_demo").rowcount)

    def _create_logins(self, admin: psycopg.Connection) -> None:
        known = self._read_credentials()
        # A data folder that was thrown away takes the roles with it and leaves the credentials.
        found = admin.execute("SELECT rolname FROM pg_roles WHERE rolname = ANY (%s)", (list(LOGINS),))
        roles = {row[0] for row in found}
        missing = [login for login in LOGINS if login not in known or login not in roles]
        if not missing:
            return
        # Only the missing ones: a new password would lock out a window that is open.
        for login in missing:
            known[login] = secrets.token_urlsafe(24)
            provisioning.create_login(admin, login, known[login])
        path = self._folder / _CREDENTIALS
        write_private(path, json.dumps(known))

    def _read_credentials(self) -> dict[str, str]:
        path = self._folder / _CREDENTIALS
        if not path.exists():
            return {}
        try:
            values: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
        except ValueError:
            # A damaged file costs new passwords, made at this start, and nothing else.
            return {}
        return values

    def _build_demo(self) -> None:
        # Pillow, the plans and the posters are needed once in a till's life.
        from boxoffice_desktop.services.demo.cinema import build_demo
        from boxoffice_desktop.services.demo.customers import fill_demo, hold_for_people

        self._progress("Building the demo cinema…")
        with provisioning.owner_connection(self.admin_conninfo) as connection, Session(connection) as session:
            demo = build_demo(session, logins=LOGINS, now=self._clock())
            session.commit()
        tills = [self.open_till(counter) for counter in (1, 2)]
        try:
            for till, _ in tills:
                till.sign_in("anna", DEMO_PINS["anna"])
            self._progress("The first customers are coming…")
            fill_demo([till for till, _ in tills], demo.show_ids, self._tell_customers)
            for till, _ in tills:
                till.sign_out()
        finally:
            for _, database in tills:
                database.close()
        with provisioning.owner_connection(self.admin_conninfo) as connection, Session(connection) as session:
            hold_for_people(session, show_ids=demo.show_ids, terminal_id=tills[1][0].terminal_id, now=self._clock())
            session.commit()

    def _lacks_counters(self, admin: psycopg.Connection) -> bool:
        row = admin.execute(
            "SELECT EXISTS (SELECT FROM boxoffice.venue WHERE is_demo)"
            " AND (SELECT count(*) FROM boxoffice.terminal WHERE login = ANY (%s)) < %s",
            (list(LOGINS), len(LOGINS)),
        ).fetchone()
        return row == (True,)

    def _add_counters(self) -> None:
        """A demo of an earlier release had fewer counters."""
        from boxoffice_desktop.models import Venue
        from boxoffice_desktop.services.demo.cinema import add_terminals

        with provisioning.owner_connection(self.admin_conninfo) as connection, Session(connection) as session:
            venue_id = session.execute(select(Venue.venue_id).where(Venue.is_demo)).scalars().one()
            add_terminals(session, venue_id, LOGINS)
            session.commit()

    def _has_stale_demo(self, admin: psycopg.Connection) -> bool:
        row = admin.execute(
            "SELECT EXISTS (SELECT FROM boxoffice.venue WHERE is_demo)"
            " AND NOT EXISTS (SELECT FROM boxoffice.show WHERE starts_at > %s)",
            (self._clock() + _DEMO_AHEAD,),
        ).fetchone()
        return row == (True,)

    def _extend_demo(self) -> None:
        from boxoffice_desktop.services.demo.cinema import extend_demo

        self._progress("Writing the coming week's programme…")
        with provisioning.owner_connection(self.admin_conninfo) as connection, Session(connection) as session:
            extend_demo(session, now=self._clock())
            session.commit()

    def _tell_customers(self, done: float) -> None:
        self._progress(f"The first customers are coming… {done:.0%}")


def _has_database(admin: psycopg.Connection) -> bool:
    return bool(admin.execute("SELECT FROM pg_database WHERE datname = %s", (DATABASE,)).rowcount)

"""The demo cinema on a shared server: its people, films, shows, and customers who have been there already."""

import secrets
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psycopg
from sqlalchemy.orm import Session

from boxoffice_desktop.db import provisioning
from boxoffice_desktop.db.engine import Database
from boxoffice_desktop.db.url import ServerUrl
from boxoffice_desktop.services.attempts import AttemptFile
from boxoffice_desktop.services.setup.terminals import make_login_name
from boxoffice_desktop.services.staff import DEMO_PINS
from boxoffice_desktop.services.till import Till


def fill_with_demo(
    admin: psycopg.Connection[Any],
    url: ServerUrl,
    *,
    clock: Callable[[], datetime],
    say: Callable[[str], None],
) -> None:
    """Build the demo in an empty database and let its tills, each with a new login, sell to the first customers.

    Nobody keeps the passwords: a machine that takes a till's place gets a new one.
    """
    # Pillow, the plans and the posters are needed once in a server's life.
    from boxoffice_desktop.services.demo.cinema import TERMINALS, build_demo
    from boxoffice_desktop.services.demo.customers import fill_demo, hold_for_people

    say("building the demo cinema…")
    passwords = {make_login_name(): secrets.token_urlsafe(24) for _ in TERMINALS}
    for login, password in passwords.items():
        provisioning.create_login(admin, login, password)
    with provisioning.owner_connection(url.conninfo) as connection, Session(connection) as session:
        demo = build_demo(session, logins=tuple(passwords), now=clock())
        session.commit()
    with TemporaryDirectory() as folder:
        databases = [Database(url.for_login(login, password).conninfo) for login, password in passwords.items()]
        try:
            tills = [
                Till(database, login=login, attempts=AttemptFile(Path(folder) / login), clock=clock)
                for login, database in zip(passwords, databases, strict=True)
            ]
            for till in tills:
                till.sign_in("anna", DEMO_PINS["anna"])
            say("the first customers are coming…")
            fill_demo(tills, demo.show_ids, lambda _done: None)
            for till in tills:
                till.sign_out()
        finally:
            for database in databases:
                database.close()
    with provisioning.owner_connection(url.conninfo) as connection, Session(connection) as session:
        hold_for_people(session, show_ids=demo.show_ids, terminal_id=tills[1].terminal_id, now=clock())
        session.commit()

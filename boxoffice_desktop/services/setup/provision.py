"""Makes a shared server ready for tills and says of each step whether it did anything. Safe to run twice."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

import psycopg
from babel.core import Locale, UnknownLocaleError
from babel.numbers import is_currency
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from boxoffice_desktop.db import provisioning
from boxoffice_desktop.db.admin import MAINTENANCE, check_version, connect_admin, explain_privilege
from boxoffice_desktop.db.failures import driver_error
from boxoffice_desktop.db.schema import HEAD, REVISIONS
from boxoffice_desktop.db.url import ServerUrl
from boxoffice_desktop.domain.errors import InvalidInputError, SchemaMismatchError, SetupError
from boxoffice_desktop.domain.permissions import ADMINISTRATOR
from boxoffice_desktop.models import Staff, StaffPermission, StaffSecret, Venue
from boxoffice_desktop.services.setup.demo import fill_with_demo
from boxoffice_desktop.services.staff import make_secret

Say = Callable[[str], None]
_CREATED: Final = "created  "
_THERE: Final = "was there"


@dataclass(frozen=True, kw_only=True)
class NewVenue:
    """The cinema that a fresh database gets. `currency` is ISO 4217, `locale` like `de_AT`, the zone an IANA name."""

    name: str
    city: str
    currency: str
    locale: str
    time_zone: str


@dataclass(frozen=True, kw_only=True)
class NewAdministrator:
    """The first person who may do everything. `pin` is never shown by `repr` and never leaves this machine."""

    user_name: str
    display_name: str
    pin: str

    def __repr__(self) -> str:
        return f"NewAdministrator({self.user_name!r})"


def check_venue(venue: NewVenue) -> NewVenue:
    """The venue, its words trimmed and its codes known.

    Raises:
        InvalidInputError: names the option that cannot be used.
    """
    try:
        ZoneInfo(venue.time_zone)
    except (ValueError, OSError, KeyError) as error:
        raise InvalidInputError(
            "time-zone", f"There is no time zone {venue.time_zone!r}; one is called e.g. Europe/Warsaw."
        ) from error
    try:
        Locale.parse(venue.locale)
    except (UnknownLocaleError, ValueError) as error:
        raise InvalidInputError("locale", f"There is no locale {venue.locale!r}; one is called e.g. de_AT.") from error
    currency = venue.currency.strip().upper()
    if not is_currency(currency):
        raise InvalidInputError("currency", f"There is no currency {venue.currency!r}; one is called e.g. EUR.")
    name = venue.name.strip()
    if not name:
        raise InvalidInputError("venue", "The venue needs a name.")
    return NewVenue(
        name=name, city=venue.city.strip(), currency=currency, locale=venue.locale, time_zone=venue.time_zone
    )


def provision_server(
    url: ServerUrl,
    *,
    venue: NewVenue | None,
    administrator: NewAdministrator | None,
    demo: bool,
    clock: Callable[[], datetime],
    say: Say,
) -> None:
    """Afterwards the server has roles, database, schema and guards, and what was asked for of a cinema in it.

    Each step says a line that begins with `created` or `was there`.

    Raises:
        SetupError: no connection, too old a server, or a role that may not do it.
        SchemaMismatchError: the database belongs to a newer release.
        InvalidInputError: the PIN or a name cannot be used.
    """
    with connect_admin(url, MAINTENANCE) as admin:
        say(f"server    PostgreSQL {check_version(admin)} at {', '.join(url.places)}")
        _create_roles(admin, say)
        _tell(say, provisioning.create_database(admin, url.database), f"database {url.database}")
    with connect_admin(url) as admin:
        _bring_up_to_date(admin, url, say)
        if not provisioning.close_large_objects(admin):
            say("note      only a superuser can take the functions of large objects from the tills")
        _tell_guards(admin, say)
    _as_owner(url, lambda session: _fill(session, venue, administrator, demo=demo, say=say))
    if demo:
        _add_demo(url, clock=clock, say=say)
    _tell_what_is_missing(url, say)


def _tell(say: Say, created: bool, what: str) -> None:  # noqa: FBT001  the step's own answer
    say(f"{_CREATED if created else _THERE} {what}")


def _create_roles(admin: psycopg.Connection[Any], say: Say) -> None:
    created = provisioning.create_roles(admin)
    for role, what in (
        (provisioning.OWNER, "owns everything, cannot log in"),
        (provisioning.TILL, "group of all tills"),
    ):
        _tell(say, role in created, f"role {role} ({what})")
    if not provisioning.owner_sees_sessions(admin):
        say("note      this role may not grant pg_read_all_stats: the owner becomes a member of every till instead")


def _bring_up_to_date(admin: psycopg.Connection[Any], url: ServerUrl, say: Say) -> None:
    found = provisioning.find_revision(admin)
    if found == HEAD:
        _tell(say, False, f"schema {HEAD}")
        return
    if found is not None and found not in REVISIONS:
        raise SchemaMismatchError(found=found, wanted=HEAD, newer=True)
    try:
        provisioning.upgrade_schema(url.conninfo)
    except DBAPIError as error:
        inner = driver_error(error)
        if isinstance(inner, psycopg.errors.InsufficientPrivilege):
            raise explain_privilege(inner, admin) from error
        raise
    say(f"{_CREATED} schema {HEAD}" if found is None else f"upgraded  schema from {found} to {HEAD}")


def _tell_guards(admin: psycopg.Connection[Any], say: Say) -> None:
    row = admin.execute(
        "SELECT count(*), count(DISTINCT tgrelid), count(*) FILTER (WHERE tgenabled NOT IN ('O', 'A'))"
        " FROM pg_trigger WHERE NOT tgisinternal AND tgrelid IN"
        " (SELECT oid FROM pg_class WHERE relnamespace = 'boxoffice'::regnamespace)"
    ).fetchone()
    guards, tables, disabled = row or (0, 0, 0)
    if disabled or not guards:
        raise SetupError(
            f"{disabled or 'All'} of the database's guards are switched off.",
            "Run boxoffice server check, which names them; restore the database from a backup if nobody knows why.",
        )
    say(f"in force  {guards} guards on {tables} tables")


def _as_owner(url: ServerUrl, work: Callable[[Session], None]) -> None:
    with provisioning.owner_connection(url.conninfo) as connection, Session(connection) as session:
        work(session)
        session.commit()


def _fill(
    session: Session, venue: NewVenue | None, administrator: NewAdministrator | None, *, demo: bool, say: Say
) -> None:
    if demo:
        return
    if venue is not None:
        there = session.scalar(select(Venue).where(Venue.name == venue.name))
        if there is None:
            session.add(
                Venue(
                    name=venue.name,
                    city=venue.city,
                    currency=venue.currency,
                    locale=venue.locale,
                    time_zone=venue.time_zone,
                )
            )
            session.flush()
        _tell(say, there is None, f"venue {venue.name}")
    if administrator is not None:
        _add_administrator(session, administrator, None if venue is None else venue.name, say)


def _add_administrator(session: Session, person: NewAdministrator, venue_name: str | None, say: Say) -> None:
    user_name = person.user_name.strip().lower()
    if not user_name:
        raise InvalidInputError("admin-user", "The administrator needs a user name.")
    if session.scalar(select(Staff.staff_id).where(Staff.user_name == user_name)) is not None:
        _tell(say, False, f"administrator {user_name} (the PIN stays as it was)")
        return
    named = [] if venue_name is None else [Venue.name == venue_name]
    venues = session.scalars(select(Venue.venue_id).where(*named)).all()
    if len(venues) != 1:
        raise InvalidInputError("venue", "Say with --venue which venue the administrator belongs to.")
    secret = make_secret(person.pin)
    staff = Staff(venue_id=venues[0], user_name=user_name, display_name=person.display_name.strip() or user_name)
    session.add(staff)
    session.flush()
    session.add(StaffSecret(staff_id=staff.staff_id, salt=secret.salt, key_hash=secret.key_hash))
    session.add_all(StaffPermission(staff_id=staff.staff_id, permission=word.value) for word in ADMINISTRATOR)
    _tell(say, True, f"administrator {user_name}")


def find_administrator(url: ServerUrl, user_name: str) -> bool:
    """Whether the database already has somebody of this name, so that nobody need be asked for a PIN."""
    with connect_admin(url, MAINTENANCE) as admin:
        if not admin.execute("SELECT FROM pg_database WHERE datname = %s", (url.database,)).rowcount:
            return False
    with connect_admin(url) as admin:
        if provisioning.find_revision(admin) is None:
            return False
        found = admin.execute("SELECT FROM boxoffice.staff WHERE user_name = %s", (user_name.strip().lower(),))
        return bool(found.rowcount)


def _add_demo(url: ServerUrl, *, clock: Callable[[], datetime], say: Say) -> None:
    with connect_admin(url) as admin:
        if admin.execute("SELECT FROM boxoffice.venue LIMIT 1").rowcount:
            say(f"{_THERE} a venue: the demo needs an empty database and was left out")
            return
        fill_with_demo(admin, url, clock=clock, say=lambda text: say(f"          {text}"))
    say(f"{_CREATED} the demo cinema (take one of its tills with: boxoffice terminal pair --name … --again)")


def _tell_what_is_missing(url: ServerUrl, say: Say) -> None:
    def tell(session: Session) -> None:
        if not session.scalar(select(func.count()).select_from(Venue)):
            say("next      there is no venue yet: run this again with --venue, --city, --currency, --time-zone")
        elif not session.scalar(
            select(func.count()).select_from(StaffPermission).where(StaffPermission.permission == "manage_staff")
        ):
            say("next      nobody may manage staff yet: run this again with --admin-user NAME")
        else:
            say('next      at each till: boxoffice terminal pair --admin-url … --name "Counter 1"')

    _as_owner(url, tell)

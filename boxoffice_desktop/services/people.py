"""Staff: who may do what, PINs, locks, and who is signed in where. The database keeps managers within their limits."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from boxoffice_desktop.domain.edits import InvalidFieldsError, require_fields
from boxoffice_desktop.domain.errors import InvalidInputError, NotAllowedError, NotFoundError, SignInRefusedError
from boxoffice_desktop.domain.permissions import Permission
from boxoffice_desktop.models import Staff, StaffPermission, Terminal
from boxoffice_desktop.services.context import Context
from boxoffice_desktop.services.edits import refuse_stale
from boxoffice_desktop.services.staff import derive_key, get_sign_in_salt, make_secret, offer_key

_LONGEST_NAME: Final = 100
_USER_NAME: Final = re.compile(r"[a-z0-9][a-z0-9._-]{0,39}")


@dataclass(frozen=True, kw_only=True)
class PersonDraft:
    """What a manager entered of a person."""

    user_name: str
    display_name: str
    is_active: bool = True
    permissions: frozenset[Permission] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Presence:
    """Somebody's stay at a terminal that goes on right now."""

    terminal_name: str
    started_at: datetime


@dataclass(frozen=True, kw_only=True)
class Person:
    """Somebody as he stands, with the version that a save must carry.

    Attributes:
        has_pin: False for somebody who cannot sign in yet.
        failures: wrong PINs since the last right one.
        locked_until: until when no try is taken; None when the next may come at once.
        presences: where he is signed in.
        may_change: whether the asking person may do all that this one may, and so may change him.
    """

    staff_id: int
    version: int
    draft: PersonDraft
    has_pin: bool
    failures: int
    locked_until: datetime | None
    presences: tuple[Presence, ...]
    may_change: bool


def list_people(session: Session, context: Context) -> tuple[Person, ...]:
    """Everybody of the venue, by name; those who have left are among them.

    Raises:
        NotAllowedError: the signed-in person does not manage staff.
    """
    context.permit(Permission.MANAGE_STAFF)
    people = session.execute(
        select(Staff).where(Staff.venue_id == context.venue_id).order_by(Staff.display_name, Staff.staff_id),
        execution_options={"populate_existing": True},
    ).scalars()
    facts = _read_facts(session)
    return tuple(_as_person(person, context, facts) for person in people)


def get_person(session: Session, context: Context, *, staff_id: int) -> Person:
    """One person.

    Raises:
        NotFoundError: no such person.
    """
    context.permit(Permission.MANAGE_STAFF)
    found = next((each for each in list_people(session, context) if each.staff_id == staff_id), None)
    if found is None:
        raise NotFoundError("person", staff_id)
    return found


def save_person(
    session: Session,
    context: Context,
    *,
    draft: PersonDraft,
    staff_id: int | None = None,
    version: int | None = None,
    pin: str | None = None,
) -> Person:
    """Store a new person (`staff_id` None, needs a `pin`) or the changes of one that was read with `version`.

    Somebody who is no longer active is signed out everywhere at once.

    Raises:
        InvalidFieldsError: a field cannot be used, or the user name is taken.
        NotAllowedError: a permission that the asking person lacks, or somebody who may do more.
        NotFoundError: no such person.
        ConflictError: nobody would be left who can give a permission.
        StaleEditError: somebody else saved it since; carries `Person` as it is now.
    """
    context.permit(Permission.MANAGE_STAFF)
    draft = _tidy(draft)
    problems = _check(draft)
    secret = None
    if staff_id is None and pin is None:
        problems["pin"] = "A new person needs a PIN."
    elif pin is not None:
        try:
            # Before the first statement: argon2 takes its time on purpose.
            secret = make_secret(pin)
        except InvalidInputError as error:
            problems["pin"] = str(error)
    require_fields(problems)
    if staff_id is not None:
        _require_version(session, context, staff_id, version)
    staff_id = _store(session, context, draft, staff_id)
    _store_permissions(session, context, staff_id, draft.permissions)
    if secret is not None:
        _set_secret(session, staff_id, secret.salt, secret.key_hash)
    return get_person(session, context, staff_id=staff_id)


def reset_pin(session: Session, context: Context, *, staff_id: int, pin: str) -> None:
    """Give somebody else a new PIN and take back his lock.

    Raises:
        InvalidInputError: field `pin`; too short or too long.
        NotAllowedError: one's own PIN (see `change_own_pin`), or somebody who may do more.
    """
    context.permit(Permission.MANAGE_STAFF)
    secret = make_secret(pin)
    if staff_id == context.staff_id:
        raise NotAllowedError(message="Your own PIN is changed with the old one.")
    _set_secret(session, staff_id, secret.salt, secret.key_hash)


def offer_own_pin(session: Session, context: Context, *, old_pin: str) -> int | None:
    """Show the signed-in person's own PIN before it is changed; None, or the seconds to wait when it is too soon.

    Counted as wrong until `change_own_pin`, in a transaction of its own, finds that it was right: else a till that
    somebody has left would give the PIN away by trying.

    Raises:
        NotAllowedError: nobody is signed in.
    """
    if context.staff_id is None:
        raise NotAllowedError
    user_name = session.execute(select(Staff.user_name).where(Staff.staff_id == context.staff_id)).scalar_one()
    key = derive_key(old_pin, get_sign_in_salt(session, context, user_name=user_name))
    try:
        offer_key(session, context, user_name=user_name, key=key)
    except SignInRefusedError as refused:
        return refused.wait_seconds
    return None


def change_own_pin(session: Session, context: Context, *, new_pin: str) -> int | None:
    """Change the signed-in person's own PIN, after `offer_own_pin`; None when done, else the seconds to wait after a
    wrong one.

    A wrong one is answered, not raised.

    Raises:
        InvalidInputError: field `pin`; the new one is too short or too long.
        NotAllowedError: nobody is signed in.
    """
    if context.staff_id is None:
        raise NotAllowedError
    secret = make_secret(new_pin)
    try:
        _set_secret(session, context.staff_id, secret.salt, secret.key_hash)
    except SignInRefusedError as refused:
        return refused.wait_seconds
    return None


def unlock_person(session: Session, context: Context, *, staff_id: int) -> None:
    """Take back the wait after wrong PINs.

    Raises:
        NotAllowedError: oneself, or somebody who may do more.
    """
    context.permit(Permission.MANAGE_STAFF)
    session.execute(text("SELECT boxoffice.unlock_staff(:staff_id)"), {"staff_id": staff_id})


def sign_out_person(session: Session, context: Context, *, staff_id: int) -> int:
    """End every stay of somebody and return how many there were.

    Raises:
        NotAllowedError: somebody who may do more.
    """
    context.permit(Permission.MANAGE_STAFF)
    ended: int = session.execute(text("SELECT boxoffice.end_stays(:staff_id)"), {"staff_id": staff_id}).scalar_one()
    return ended


@dataclass(frozen=True, kw_only=True)
class _Facts:
    permissions: Mapping[int, frozenset[str]]
    locks: Mapping[int, tuple[int, datetime | None]]
    presences: Mapping[int, tuple[Presence, ...]]


def _read_facts(session: Session) -> _Facts:
    permissions: dict[int, set[str]] = {}
    for staff_id, word in session.execute(select(StaffPermission.staff_id, StaffPermission.permission)):
        permissions.setdefault(staff_id, set()).add(word)
    locks = session.execute(
        text(
            "SELECT staff_id, failures, CASE WHEN wait_until > clock_timestamp() THEN wait_until END"
            " FROM boxoffice.staff_locks()"
        )
    )
    names = {row[0]: row[1] for row in session.execute(select(Terminal.terminal_id, Terminal.name))}
    presences: dict[int, tuple[Presence, ...]] = {}
    for staff_id, terminal_id, started_at in session.execute(
        text("SELECT staff_id, terminal_id, started_at FROM boxoffice.staff_presence() ORDER BY started_at")
    ):
        here = Presence(terminal_name=names.get(terminal_id, ""), started_at=started_at)
        presences[staff_id] = (*presences.get(staff_id, ()), here)
    return _Facts(
        permissions={staff_id: frozenset(words) for staff_id, words in permissions.items()},
        locks={row[0]: (row[1], row[2]) for row in locks},
        presences=presences,
    )


def _as_person(person: Staff, context: Context, facts: _Facts) -> Person:
    words = facts.permissions.get(person.staff_id, frozenset())
    failures, locked_until = facts.locks.get(person.staff_id, (0, None))
    known = {permission.value: permission for permission in Permission}
    return Person(
        staff_id=person.staff_id,
        version=person.version,
        draft=PersonDraft(
            user_name=person.user_name,
            display_name=person.display_name,
            is_active=person.is_active,
            permissions=frozenset(known[word] for word in words if word in known),
        ),
        has_pin=person.staff_id in facts.locks,
        failures=failures,
        locked_until=locked_until,
        presences=facts.presences.get(person.staff_id, ()),
        may_change=words <= {permission.value for permission in context.permissions},
    )


def _tidy(draft: PersonDraft) -> PersonDraft:
    return PersonDraft(
        user_name=draft.user_name.strip().lower(),
        display_name=" ".join(draft.display_name.split()),
        is_active=draft.is_active,
        permissions=draft.permissions,
    )


def _check(draft: PersonDraft) -> dict[str, str]:
    problems = {}
    if not _USER_NAME.fullmatch(draft.user_name):
        problems["user_name"] = "Up to 40 letters a to z, digits, dots and dashes; no spaces."
    if not draft.display_name:
        problems["display_name"] = "A person needs a name."
    elif len(draft.display_name) > _LONGEST_NAME or not draft.display_name.isprintable():
        problems["display_name"] = f"At most {_LONGEST_NAME} printable characters."
    return problems


def _require_version(session: Session, context: Context, staff_id: int, version: int | None) -> None:
    found = session.execute(
        select(Staff.version).where(Staff.staff_id == staff_id).with_for_update()
    ).scalar_one_or_none()
    if found is None:
        raise NotFoundError("person", staff_id)
    if found != version:
        raise refuse_stale(session, "staff", staff_id, get_person(session, context, staff_id=staff_id))


def _store(session: Session, context: Context, draft: PersonDraft, staff_id: int | None) -> int:
    values = {"user_name": draft.user_name, "display_name": draft.display_name, "is_active": draft.is_active}
    try:
        with session.begin_nested():
            if staff_id is None:
                statement = insert(Staff).values(venue_id=context.venue_id, **values).returning(Staff.staff_id)
                return session.execute(statement).scalar_one()
            # Also when only permissions change: the version moves on with every save.
            session.execute(update(Staff).where(Staff.staff_id == staff_id).values(values))
    except IntegrityError as error:
        raise InvalidFieldsError({"user_name": "Somebody has this user name already."}) from error
    return staff_id


def _store_permissions(session: Session, context: Context, staff_id: int, wanted: frozenset[Permission]) -> None:
    present = set(
        session.execute(select(StaffPermission.permission).where(StaffPermission.staff_id == staff_id)).scalars()
    )
    words = {permission.value for permission in wanted}
    mine = {permission.value for permission in context.permissions}
    beyond = sorted((words ^ present) - mine)
    if beyond:
        raise NotAllowedError(beyond[0], f"Only somebody with '{beyond[0].replace('_', ' ')}' can give or take it.")
    gone, new = present - words, words - present
    if new:
        session.execute(insert(StaffPermission), [{"staff_id": staff_id, "permission": word} for word in sorted(new)])
    if gone:
        session.execute(
            delete(StaffPermission).where(StaffPermission.staff_id == staff_id, StaffPermission.permission.in_(gone))
        )


def _set_secret(session: Session, staff_id: int, salt: bytes, key_hash: bytes) -> None:
    row = session.execute(
        text("SELECT outcome, wait_seconds FROM boxoffice.set_staff_secret(:staff_id, :salt, :key_hash)"),
        {"staff_id": staff_id, "salt": salt, "key_hash": key_hash},
    ).one()
    if row.outcome != "ok":
        raise SignInRefusedError(wait_seconds=row.wait_seconds, locked=row.outcome == "locked")

"""Signing in: the till derives a key from the PIN, the database compares, counts failures and binds the person."""

import hashlib
import secrets
from dataclasses import dataclass
from typing import Final

from argon2.low_level import Type, hash_secret_raw
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from boxoffice_desktop.domain.errors import InvalidInputError, SignInRefusedError
from boxoffice_desktop.domain.permissions import ADMINISTRATOR, CASHIER, MANAGER, SUPERVISOR, Permission
from boxoffice_desktop.models import Staff, StaffPermission, Venue
from boxoffice_desktop.services.context import Context, SignedIn

# OWASP's second choice for argon2id (19 MiB, 2 passes): about 20 ms at a till, and a PIN never leaves it.
_TIME_COST: Final = 2
_MEMORY_KIB: Final = 19 * 1024
_KEY_BYTES: Final = 32
_SHORTEST_PIN: Final = 4
_LONGEST_PIN: Final = 128

# Shown by the sign-in screen of a demo venue, and nowhere else.
DEMO_PINS: Final = {"anna": "1111", "sam": "2222", "maria": "3333", "olga": "4444"}


@dataclass(frozen=True, kw_only=True)
class SignInName:
    """A name on the sign-in screen. `demo_pin` is set in a demo venue only; `role_hint` is a ready-made set's name."""

    user_name: str
    display_name: str
    demo_pin: str | None
    role_hint: str


@dataclass(frozen=True, kw_only=True)
class SignInAnswer:
    """What the database said to a try. It is an answer, not an error: an error would undo the count of failures."""

    outcome: str
    wait_seconds: int
    signed_in: SignedIn | None

    def accept(self) -> SignedIn:
        """The person who signed in.

        Raises:
            SignInRefusedError: wrong name or PIN, or too soon after a wrong one.
        """
        if self.signed_in is None:
            raise SignInRefusedError(wait_seconds=self.wait_seconds, locked=self.outcome == "locked")
        return self.signed_in


@dataclass(frozen=True, kw_only=True)
class StaffSecretValues:
    """What is stored for a PIN: neither the PIN nor the key that signs in."""

    salt: bytes
    key_hash: bytes


def list_sign_in_names(session: Session, context: Context) -> tuple[SignInName, ...]:
    """The active staff of the terminal's venue, by name."""
    is_demo = session.execute(select(Venue.is_demo).where(Venue.venue_id == context.venue_id)).scalar_one()
    people = session.execute(
        select(Staff.staff_id, Staff.user_name, Staff.display_name)
        .where(Staff.venue_id == context.venue_id, Staff.is_active)
        .order_by(Staff.display_name)
    ).all()
    permissions: dict[int, set[str]] = {}
    for staff_id, permission in session.execute(select(StaffPermission.staff_id, StaffPermission.permission)):
        permissions.setdefault(staff_id, set()).add(permission)
    return tuple(
        SignInName(
            user_name=user_name,
            display_name=display_name,
            demo_pin=DEMO_PINS.get(user_name) if is_demo else None,
            role_hint=_role_hint(permissions.get(staff_id, set())),
        )
        for staff_id, user_name, display_name in people
    )


def get_sign_in_salt(session: Session, context: Context, *, user_name: str) -> bytes:  # noqa: ARG001  a service's shape
    """The salt for `derive_key`; an unknown name gets one too."""
    salt: bytes = session.execute(text("SELECT boxoffice.sign_in_salt(:name)"), {"name": user_name}).scalar_one()
    return salt


def offer_key(session: Session, context: Context, *, user_name: str, key: bytes) -> None:  # noqa: ARG001
    """Try a name and a derived key; `try_sign_in`, in a transaction of its own, says what became of it.

    Counted as wrong until then, so that nobody can take a wrong try back.

    Raises:
        SignInRefusedError: too soon after a wrong one; this try was not counted.
    """
    row = session.execute(text("SELECT * FROM boxoffice.offer_key(:name, :key)"), {"name": user_name, "key": key}).one()
    if row.outcome != "offered":
        raise SignInRefusedError(wait_seconds=row.wait_seconds, locked=row.outcome == "locked")


def try_sign_in(session: Session, context: Context, *, token: bytes) -> SignInAnswer:  # noqa: ARG001  a service's shape
    """What became of the key that this till has offered: when right, this connection and all that know `token` work
    for the person.
    """
    row = session.execute(
        text("SELECT * FROM boxoffice.sign_in(:token_hash)"), {"token_hash": hashlib.sha256(token).digest()}
    ).one()
    signed_in = None
    if row.outcome == "ok":
        known = {permission.value: permission for permission in Permission}
        signed_in = SignedIn(
            staff_id=row.staff_id,
            display_name=row.display_name,
            permissions=frozenset(known[word] for word in row.permissions if word in known),
        )
    return SignInAnswer(outcome=row.outcome, wait_seconds=row.wait_seconds or 0, signed_in=signed_in)


def sign_out(session: Session, context: Context) -> None:  # noqa: ARG001  a service's shape
    """End the stay of this connection, and with it of all the till's connections."""
    session.execute(text("SELECT boxoffice.sign_out()"))


def derive_key(pin: str, salt: bytes) -> bytes:
    """The 32-byte key that stands for a PIN (argon2id). Takes tens of milliseconds on purpose."""
    return hash_secret_raw(
        pin.encode(),
        salt,
        time_cost=_TIME_COST,
        memory_cost=_MEMORY_KIB,
        parallelism=1,
        hash_len=_KEY_BYTES,
        type=Type.ID,
    )


def make_secret(pin: str) -> StaffSecretValues:
    """What to store for a new PIN.

    Raises:
        InvalidInputError: shorter than 4 or longer than 128 characters.
    """
    if not _SHORTEST_PIN <= len(pin) <= _LONGEST_PIN:
        raise InvalidInputError("pin", f"A PIN has at least {_SHORTEST_PIN} characters.")
    salt = secrets.token_bytes(16)
    return StaffSecretValues(salt=salt, key_hash=hashlib.sha256(derive_key(pin, salt)).digest())


def _role_hint(permissions: set[str]) -> str:
    for name, ready_made in (
        ("Administrator", ADMINISTRATOR),
        ("Manager", MANAGER),
        ("Supervisor", SUPERVISOR),
        ("Cashier", CASHIER),
    ):
        if permissions >= {permission.value for permission in ready_made}:
            return name
    return ""

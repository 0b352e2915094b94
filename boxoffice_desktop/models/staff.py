"""Staff, their permissions and secrets, terminals, and who is signed in where."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Integer, LargeBinary, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from boxoffice_desktop.models.base import Base, BigKey, SmallKey


class Staff(Base):
    """Somebody who may sign in. Never deleted: sales point here; leaving is `is_active = false`."""

    __tablename__ = "staff"
    __table_args__ = (
        CheckConstraint("user_name = lower(btrim(user_name)) AND user_name <> ''", name="user_name_folded"),
        CheckConstraint("btrim(display_name) <> '' AND length(display_name) <= 100", name="display_name_given"),
    )

    staff_id: Mapped[SmallKey]
    venue_id: Mapped[int] = mapped_column(ForeignKey("boxoffice.venue.venue_id"))
    user_name: Mapped[str] = mapped_column(unique=True)
    display_name: Mapped[str]
    is_active: Mapped[bool] = mapped_column(server_default=text("true"))
    version: Mapped[int] = mapped_column(server_default=text("1"))


class StaffSecret(Base):
    """What a sign-in is checked against; no till may read it.

    `key_hash` is SHA-256 over the key that the till derives from the PIN with argon2id and `salt`: neither the PIN
    nor anything that signs in is stored. `failures` counts wrong tries since the last right one, over all terminals.
    """

    __tablename__ = "staff_secret"

    staff_id: Mapped[int] = mapped_column(ForeignKey("boxoffice.staff.staff_id"), primary_key=True)
    salt: Mapped[bytes] = mapped_column(LargeBinary)
    key_hash: Mapped[bytes] = mapped_column(LargeBinary)
    failures: Mapped[int] = mapped_column(server_default=text("0"))
    wait_until: Mapped[datetime | None]


class StaffPermission(Base):
    """One thing that somebody may do; the words are `domain.permissions.Permission`."""

    __tablename__ = "staff_permission"
    __table_args__ = (CheckConstraint("permission ~ '^[a-z_]{3,40}$'", name="permission_word"),)

    staff_id: Mapped[int] = mapped_column(ForeignKey("boxoffice.staff.staff_id"), primary_key=True)
    permission: Mapped[str] = mapped_column(primary_key=True)


class Terminal(Base):
    """One till. `login` is its role on the server, `mark` the one or two characters that other maps show."""

    __tablename__ = "terminal"
    __table_args__ = (
        UniqueConstraint("venue_id", "name"),
        CheckConstraint("btrim(name) <> '' AND length(name) <= 60", name="name_given"),
        CheckConstraint("length(mark) BETWEEN 1 AND 2", name="mark_short"),
    )

    terminal_id: Mapped[SmallKey]
    venue_id: Mapped[int] = mapped_column(ForeignKey("boxoffice.venue.venue_id"))
    name: Mapped[str]
    mark: Mapped[str]
    login: Mapped[str] = mapped_column(unique=True)
    revoked_at: Mapped[datetime | None]


class TerminalChain(Base):
    """The end of a terminal's numbers and of its journal, and the shift that is open at it, if one is.

    Locked last in every sale; only guards write it. So no sale slips into a shift that is being closed.
    """

    __tablename__ = "terminal_chain"
    __table_args__ = ({"postgresql_with": {"fillfactor": 50}},)

    terminal_id: Mapped[int] = mapped_column(ForeignKey("boxoffice.terminal.terminal_id"), primary_key=True)
    sale_number: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    ticket_serial: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    shift_id: Mapped[UUID | None] = mapped_column(ForeignKey("boxoffice.shift.shift_id"))
    shift_number: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    refund_number: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    journal_number: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    journal_hash: Mapped[bytes] = mapped_column(LargeBinary, server_default=text("decode(repeat('00', 32), 'hex')"))


class StaffSession(Base):
    """One stay of somebody at a terminal, from sign-in to sign-out.

    `token_hash` is SHA-256 of a token that only the till knows; it binds further connections of the same till.
    """

    __tablename__ = "staff_session"
    __table_args__ = (Index("staff_session_token_key", "token_hash", unique=True),)

    staff_session_id: Mapped[BigKey]
    staff_id: Mapped[int] = mapped_column(ForeignKey("boxoffice.staff.staff_id"))
    terminal_id: Mapped[int] = mapped_column(ForeignKey("boxoffice.terminal.terminal_id"))
    token_hash: Mapped[bytes] = mapped_column(LargeBinary)
    started_at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))
    ended_at: Mapped[datetime | None]


class BackendSession(Base):
    """Which server process works for which stay. Written by the sign-in functions only.

    `backend_start` tells a process from a later one with the same number. Unlogged: after a crash of the server
    no process of before is left.
    """

    __tablename__ = "backend_session"
    __table_args__ = ({"prefixes": ["UNLOGGED"]},)

    pid: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    backend_start: Mapped[datetime]
    staff_session_id: Mapped[int] = mapped_column(ForeignKey("boxoffice.staff_session.staff_session_id"))


class SignInTry(Base):
    """A terminal's last try to sign somebody in, between its two halves. Written by the sign-in functions only.

    `key_hash` is of the key that was offered, `staff_id` None for a name that nobody has, `xact` the transaction that
    offered it: only a later one may ask for the answer.
    """

    __tablename__ = "sign_in_try"
    __table_args__ = ({"prefixes": ["UNLOGGED"]},)

    terminal_id: Mapped[int] = mapped_column(
        ForeignKey("boxoffice.terminal.terminal_id"), primary_key=True, autoincrement=False
    )
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("boxoffice.staff.staff_id"))
    key_hash: Mapped[bytes] = mapped_column(LargeBinary)
    xact: Mapped[str]
    at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))

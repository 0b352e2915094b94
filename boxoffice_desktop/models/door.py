"""The door: admissions, what doors decided without the server, the public keys of tills. Written by functions."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, text
from sqlalchemy.orm import Mapped, mapped_column

from boxoffice_desktop.models.base import Base, BigKey, SmallKey


class TicketKey(Base):
    """The public half (32 bytes, Ed25519) of the key that a till signs its tickets with.

    A terminal has one living key. It is good while neither it nor its terminal is revoked.
    """

    __tablename__ = "ticket_key"
    __table_args__ = (
        CheckConstraint("length(public_key) = 32", name="is_ed25519"),
        Index("ticket_key_one_living", "terminal_id", unique=True, postgresql_where=text("revoked_at IS NULL")),
    )

    ticket_key_id: Mapped[SmallKey]
    terminal_id: Mapped[int] = mapped_column(ForeignKey("boxoffice.terminal.terminal_id"))
    public_key: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    registered_at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))
    revoked_at: Mapped[datetime | None]


class Admission(Base):
    """One person let in for a ticket. A ticket has one that stands; an undone one may be followed by another.

    `scan_id` is the door's: the same scan asked twice is one admission. `admitted_at` is the door's time where the door
    decided without the server, never later than the server's.
    """

    __tablename__ = "admission"
    __table_args__ = (
        CheckConstraint("length(door) <= 120", name="door_short"),
        CheckConstraint(
            "(undone_at IS NULL) = (undone_by IS NULL) AND (undone_at IS NULL) = (undone_terminal_id IS NULL)",
            name="undone_whole",
        ),
        Index("admission_once", "ticket_id", unique=True, postgresql_where=text("undone_at IS NULL")),
        Index("admission_scan_key", "scan_id", unique=True),
        Index("admission_show_ix", "show_id", "admission_id"),
    )

    admission_id: Mapped[BigKey]
    ticket_id: Mapped[int] = mapped_column(ForeignKey("boxoffice.ticket.ticket_id"))
    show_id: Mapped[int]
    scan_id: Mapped[UUID]
    door: Mapped[str]
    terminal_id: Mapped[int] = mapped_column(ForeignKey("boxoffice.terminal.terminal_id"))
    staff_id: Mapped[int] = mapped_column(ForeignKey("boxoffice.staff.staff_id"))
    admitted_at: Mapped[datetime]
    undone_at: Mapped[datetime | None]
    undone_terminal_id: Mapped[int | None]
    undone_by: Mapped[int | None]


class LateScan(Base):
    """What a door let in while the server was away, and what the server found when it heard of it.

    Everything but `admitted` is a conflict: somebody is inside who should not be, or twice.
    """

    __tablename__ = "late_scan"
    __table_args__ = (
        CheckConstraint("outcome IN ('admitted', 'already_in', 'voided', 'replaced', 'unknown')", name="outcome_known"),
        CheckConstraint("length(door) <= 120", name="door_short"),
        Index("late_scan_received_ix", "received_at"),
    )

    scan_id: Mapped[UUID] = mapped_column(primary_key=True)
    terminal_id: Mapped[int] = mapped_column(ForeignKey("boxoffice.terminal.terminal_id"))
    staff_id: Mapped[int] = mapped_column(ForeignKey("boxoffice.staff.staff_id"))
    door: Mapped[str]
    scanned_at: Mapped[datetime]
    received_at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("boxoffice.ticket.ticket_id"))
    outcome: Mapped[str]

"""What is to be printed, and what became of it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Identity,
    Index,
    LargeBinary,
    SmallInteger,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from boxoffice_desktop.models.base import Base


class PrintJob(Base):
    """One document for the printer of the terminal that works it. The job of a sale's tickets has the sale's id.

    `subject` names the sale, refund, reservation or shift. No foreign keys: they would cost every sale a look-up, and
    only functions of the owner's make jobs.
    """

    __tablename__ = "print_job"
    __table_args__ = (
        CheckConstraint("kind IN ('tickets', 'receipt', 'slip', 'report')", name="kind_known"),
        CheckConstraint("state IN ('waiting', 'printing', 'doubt', 'done', 'skipped')", name="state_known"),
        CheckConstraint(
            "length(subject) <= 60 AND length(design) <= 60 AND length(printer) <= 200 AND length(error) <= 500",
            name="texts_short",
        ),
        Index(
            "print_job_open_ix",
            "terminal_id",
            postgresql_where=text("state IN ('waiting', 'printing', 'doubt')"),
        ),
        Index("print_job_subject_ix", "subject", postgresql_where=text("kind IN ('receipt', 'report')")),
    )

    job_id: Mapped[UUID] = mapped_column(primary_key=True)
    terminal_id: Mapped[int]
    kind: Mapped[str]
    subject: Mapped[str]
    design: Mapped[str] = mapped_column(server_default="")
    printer: Mapped[str] = mapped_column(server_default="")
    state: Mapped[str] = mapped_column(server_default="waiting")
    tries: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    error: Mapped[str] = mapped_column(server_default="")
    made_at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))
    changed_at: Mapped[datetime | None]
    staff_id: Mapped[int | None]


class PrintStep(Base):
    """One change of a print job: who, where, when; written by a trigger, never changed."""

    __tablename__ = "print_step"
    __table_args__ = (Index("print_step_job_ix", "job_id", "step_id"),)

    step_id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    job_id: Mapped[UUID] = mapped_column(ForeignKey("boxoffice.print_job.job_id"))
    at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))
    terminal_id: Mapped[int | None]
    staff_id: Mapped[int | None]
    state: Mapped[str]
    printer: Mapped[str]
    error: Mapped[str]


class TicketCopy(Base):
    """A ticket that was printed again. `copy` counts from 2; the code of the highest copy is the good one.

    Tills cannot read `code`. Its print job has `reprint_id` as its id.
    """

    __tablename__ = "ticket_copy"
    __table_args__ = (
        UniqueConstraint("reprint_id"),
        UniqueConstraint("code"),
        CheckConstraint("copy BETWEEN 2 AND 99", name="copy_from_two"),
        CheckConstraint("length(code) = 16", name="code_is_128_bits"),
        CheckConstraint(
            "btrim(reason) <> '' AND length(reason) <= 500 AND NOT boxoffice.looks_like_card_number(reason)",
            name="reason_given",
        ),
    )

    ticket_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("boxoffice.ticket.ticket_id"), primary_key=True, autoincrement=False
    )
    copy: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    reprint_id: Mapped[UUID]
    code: Mapped[bytes] = mapped_column(LargeBinary)
    reason: Mapped[str]
    staff_id: Mapped[int] = mapped_column(ForeignKey("boxoffice.staff.staff_id"))
    terminal_id: Mapped[int] = mapped_column(ForeignKey("boxoffice.terminal.terminal_id"))
    at: Mapped[datetime]

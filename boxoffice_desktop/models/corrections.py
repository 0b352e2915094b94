"""What takes sales back: refunds, their tickets and their money, and a supervisor's single-use yes. Insert-only."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    SmallInteger,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from boxoffice_desktop.models.base import Base, Money


class Approval(Base):
    """A supervisor's single-use yes to one act: `act`, `subject` and `amount` are what was said yes to.

    Written by `grant_approval` only; `used_for` is set once, by the guard of the act that uses it.
    """

    __tablename__ = "approval"
    __table_args__ = (
        CheckConstraint("act ~ '^[a-z_]{3,40}$'", name="act_word"),
        CheckConstraint("length(reason) <= 500", name="reason_short"),
        CheckConstraint("NOT boxoffice.holds_card_number(reason)", name="texts_harmless"),
        CheckConstraint("(used_at IS NULL) = (used_for IS NULL)", name="use_consistent"),
    )

    approval_id: Mapped[UUID] = mapped_column(primary_key=True)
    terminal_id: Mapped[int] = mapped_column(ForeignKey("boxoffice.terminal.terminal_id"))
    act: Mapped[str]
    subject: Mapped[UUID]
    amount: Mapped[Money]
    reason: Mapped[str] = mapped_column(server_default="")
    asked_by: Mapped[int] = mapped_column(ForeignKey("boxoffice.staff.staff_id"))
    approved_by: Mapped[int] = mapped_column(ForeignKey("boxoffice.staff.staff_id"))
    granted_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    used_for: Mapped[UUID | None]


class Refund(Base):
    """Tickets of one sale that end, and what becomes of their money. The till makes `refund_id`.

    `kind`: `refund` gives money back, `void` takes back a whole sale of the own open shift, `exchange` carries the
    value over to `new_sale_id`, `cancellation` is the house's own doing (a cancelled show). `total` is the value of
    its lines, `number` runs without gaps per terminal. A cancellation moves no cash by itself and needs no shift.
    """

    __tablename__ = "refund"
    __table_args__ = (
        UniqueConstraint("terminal_id", "number"),
        CheckConstraint("kind IN ('refund', 'void', 'exchange', 'cancellation')", name="kind_known"),
        CheckConstraint("total >= 0", name="total_not_negative"),
        CheckConstraint("(kind = 'exchange') = (new_sale_id IS NOT NULL)", name="exchange_has_new_sale"),
        CheckConstraint("kind = 'cancellation' OR shift_id IS NOT NULL", name="in_a_shift"),
        CheckConstraint("length(reason) <= 500", name="reason_short"),
        CheckConstraint("NOT boxoffice.holds_card_number(reason)", name="texts_harmless"),
        Index("refund_sale_ix", "sale_id"),
        Index("refund_shift_ix", "shift_id"),
        Index("refund_new_sale_key", "new_sale_id", unique=True),
    )

    refund_id: Mapped[UUID] = mapped_column(primary_key=True)
    sale_id: Mapped[UUID] = mapped_column(ForeignKey("boxoffice.sale.sale_id"))
    kind: Mapped[str]
    terminal_id: Mapped[int] = mapped_column(ForeignKey("boxoffice.terminal.terminal_id"))
    staff_id: Mapped[int] = mapped_column(ForeignKey("boxoffice.staff.staff_id"))
    shift_id: Mapped[UUID | None] = mapped_column(ForeignKey("boxoffice.shift.shift_id"))
    number: Mapped[int] = mapped_column(BigInteger)
    refunded_at: Mapped[datetime]
    currency: Mapped[str]
    total: Mapped[Money]
    reason: Mapped[str] = mapped_column(server_default="")
    new_sale_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("boxoffice.sale.sale_id", deferrable=True, initially="DEFERRED")
    )
    approval_id: Mapped[UUID | None]


class RefundLine(Base):
    """One ticket that ended; `amount` and `tax` are what the customer had paid for it and gets back, minor units."""

    __tablename__ = "refund_line"
    __table_args__ = (
        UniqueConstraint("ticket_id"),
        CheckConstraint("amount >= 0 AND tax BETWEEN 0 AND amount", name="amounts_sane"),
    )

    refund_id: Mapped[UUID] = mapped_column(ForeignKey("boxoffice.refund.refund_id"), primary_key=True)
    line: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("boxoffice.ticket.ticket_id"))
    amount: Mapped[Money]
    tax: Mapped[Money]


class RefundPayment(Base):
    """Money that goes back for a payment that came in: never more than that, in all its refunds together.

    `owed` is cash that waits for the customer (see `Payout`), `exchange` went over to the new sale. `rounding` is added
    to `amount` for what leaves the drawer.
    """

    __tablename__ = "refund_payment"
    __table_args__ = (
        CheckConstraint("kind IN ('cash', 'card', 'gift_card', 'exchange', 'owed')", name="kind_known"),
        CheckConstraint("amount > 0", name="amount_positive"),
        CheckConstraint("rounding BETWEEN -250 AND 250 AND (rounding = 0 OR kind = 'cash')", name="rounding_of_cash"),
        CheckConstraint(
            "length(reference) <= 40 AND NOT boxoffice.looks_like_card_number(reference)", name="reference_harmless"
        ),
        # Each piece of cash is rounded: in many small ones more would leave the drawer than came.
        UniqueConstraint("refund_id", "payment_id", "kind"),
        Index("refund_payment_payment_ix", "payment_id"),
    )

    refund_id: Mapped[UUID] = mapped_column(ForeignKey("boxoffice.refund.refund_id"), primary_key=True)
    line: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    payment_id: Mapped[int] = mapped_column(ForeignKey("boxoffice.payment.payment_id"))
    kind: Mapped[str]
    amount: Mapped[Money]
    rounding: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    reference: Mapped[str] = mapped_column(server_default="")


class Payout(Base):
    """Owed cash that a customer has come for: `amount` in minor units, out of the drawer of a shift."""

    __tablename__ = "payout"
    __table_args__ = (
        ForeignKeyConstraint(
            ["refund_id", "line"], ["boxoffice.refund_payment.refund_id", "boxoffice.refund_payment.line"]
        ),
        UniqueConstraint("refund_id", "line"),
        CheckConstraint("amount > 0", name="amount_positive"),
        CheckConstraint("rounding BETWEEN -250 AND 250", name="rounding_sane"),
        Index("payout_shift_ix", "shift_id"),
    )

    payout_id: Mapped[UUID] = mapped_column(primary_key=True)
    refund_id: Mapped[UUID]
    line: Mapped[int] = mapped_column(SmallInteger)
    terminal_id: Mapped[int] = mapped_column(ForeignKey("boxoffice.terminal.terminal_id"))
    staff_id: Mapped[int] = mapped_column(ForeignKey("boxoffice.staff.staff_id"))
    shift_id: Mapped[UUID] = mapped_column(ForeignKey("boxoffice.shift.shift_id"))
    paid_at: Mapped[datetime]
    amount: Mapped[Money]
    rounding: Mapped[int] = mapped_column(SmallInteger, server_default="0")

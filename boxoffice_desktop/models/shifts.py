"""A cashier's time at a till: the shift, the cash that moved outside sales, what was counted, the Z report.

All of them are insert-only. `terminal_chain.shift_id` is the shift that is open at a terminal.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from boxoffice_desktop.models.base import Base, Money


class Shift(Base):
    """An opened shift. The till makes `shift_id`; `number` runs without gaps per terminal and is its Z report's too."""

    __tablename__ = "shift"
    __table_args__ = (UniqueConstraint("terminal_id", "number"), Index("shift_opened_ix", "opened_at"))

    shift_id: Mapped[UUID] = mapped_column(primary_key=True)
    terminal_id: Mapped[int] = mapped_column(ForeignKey("boxoffice.terminal.terminal_id"))
    number: Mapped[int] = mapped_column(BigInteger)
    opened_by: Mapped[int] = mapped_column(ForeignKey("boxoffice.staff.staff_id"))
    opened_at: Mapped[datetime]
    currency: Mapped[str]


class CashMovement(Base):
    """Cash that moved, or was counted, outside a sale; minor units, never negative: `kind` tells the direction.

    `float` opens a shift and `count` closes it; `drawer` is a drawer that was opened without a sale.
    """

    __tablename__ = "cash_movement"
    __table_args__ = (
        CheckConstraint("kind IN ('float', 'pay_in', 'pay_out', 'drop', 'drawer', 'count')", name="kind_known"),
        CheckConstraint("amount BETWEEN 0 AND 100000000000", name="amount_sane"),
        CheckConstraint("(kind IN ('pay_in', 'pay_out', 'drop')) <= (amount > 0)", name="amount_given"),
        CheckConstraint("kind <> 'drawer' OR amount = 0", name="drawer_moves_nothing"),
        CheckConstraint("kind <> 'pay_out' OR btrim(reason) <> ''", name="pay_out_has_reason"),
        CheckConstraint("length(reason) <= 500", name="reason_short"),
        CheckConstraint("NOT boxoffice.holds_card_number(reason)", name="texts_harmless"),
        Index("cash_movement_shift_ix", "shift_id"),
        Index("cash_movement_float_key", "shift_id", unique=True, postgresql_where="kind = 'float'"),
        Index("cash_movement_count_key", "shift_id", unique=True, postgresql_where="kind = 'count'"),
    )

    movement_id: Mapped[UUID] = mapped_column(primary_key=True)
    shift_id: Mapped[UUID] = mapped_column(ForeignKey("boxoffice.shift.shift_id"))
    terminal_id: Mapped[int] = mapped_column(ForeignKey("boxoffice.terminal.terminal_id"))
    staff_id: Mapped[int] = mapped_column(ForeignKey("boxoffice.staff.staff_id"))
    at: Mapped[datetime]
    kind: Mapped[str]
    amount: Mapped[Money]
    reason: Mapped[str] = mapped_column(server_default="")
    approval_id: Mapped[UUID | None]


class CashCount(Base):
    """How many pieces of a coin or note a float or a count has; `denomination` in minor units."""

    __tablename__ = "cash_count"
    __table_args__ = (
        CheckConstraint("denomination > 0", name="denomination_positive"),
        CheckConstraint("pieces BETWEEN 1 AND 1000000", name="pieces_sane"),
    )

    movement_id: Mapped[UUID] = mapped_column(ForeignKey("boxoffice.cash_movement.movement_id"), primary_key=True)
    denomination: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    pieces: Mapped[int]


class ZReport(Base):
    """What a closed shift came to: one per shift, numbered like it. `body` is the report's canonical JSON text.

    `expected_cash` is what the drawer should have had, `counted_cash` what was counted blind; minor units.
    `journal_number` and `journal_hash` are the terminal's entry that seals the report, the shift's last.
    """

    __tablename__ = "z_report"
    __table_args__ = (
        UniqueConstraint("terminal_id", "number"),
        CheckConstraint("length(reason) <= 500", name="reason_short"),
        CheckConstraint("NOT boxoffice.holds_card_number(reason)", name="texts_harmless"),
    )

    shift_id: Mapped[UUID] = mapped_column(ForeignKey("boxoffice.shift.shift_id"), primary_key=True)
    terminal_id: Mapped[int] = mapped_column(ForeignKey("boxoffice.terminal.terminal_id"))
    number: Mapped[int] = mapped_column(BigInteger)
    closed_by: Mapped[int] = mapped_column(ForeignKey("boxoffice.staff.staff_id"))
    closed_at: Mapped[datetime]
    expected_cash: Mapped[Money]
    counted_cash: Mapped[Money]
    reason: Mapped[str] = mapped_column(server_default="")
    body: Mapped[str]
    journal_number: Mapped[int] = mapped_column(BigInteger)
    journal_hash: Mapped[bytes] = mapped_column(LargeBinary)

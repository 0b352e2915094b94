"""Sales, tickets, their discounts and fees, payments, the journal of money and the activity of seats. Insert-only."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from boxoffice_desktop.models.base import Base, BigKey, Money


class Sale(Base):
    """A confirmed sale. The till makes `sale_id`, so asking twice is one sale; numbers and shift come from the guard.

    `number` and the serials `first_serial … first_serial + ticket_count - 1` run without gaps per terminal. The shift
    has no foreign key: the guard takes it from the terminal's chain row, which every sale locks.
    """

    __tablename__ = "sale"
    __table_args__ = (
        UniqueConstraint("terminal_id", "number"),
        # None when only gift cards are sold.
        CheckConstraint("ticket_count BETWEEN 0 AND 100", name="ticket_count_sane"),
        CheckConstraint("total >= 0", name="total_not_negative"),
        Index("sale_sold_at_ix", "sold_at"),
        Index("sale_shift_ix", "shift_id"),
    )

    sale_id: Mapped[UUID] = mapped_column(primary_key=True)
    terminal_id: Mapped[int] = mapped_column(ForeignKey("boxoffice.terminal.terminal_id"))
    staff_id: Mapped[int] = mapped_column(ForeignKey("boxoffice.staff.staff_id"))
    shift_id: Mapped[UUID]
    number: Mapped[int] = mapped_column(BigInteger)
    first_serial: Mapped[int] = mapped_column(BigInteger)
    ticket_count: Mapped[int] = mapped_column(SmallInteger)
    sold_at: Mapped[datetime]
    currency: Mapped[str]
    total: Mapped[Money]


class Ticket(Base):
    """One seat of one show, sold. `line` counts from 1 within its sale.

    `code` are the 16 random bytes in the QR code; tills may write it but not read it back at will.
    `voided_by` may be set once, to what ends the ticket; the unique index below needs it on the row.
    Area, type, tax rate and terminal have no foreign keys: the guard `seal_sale` checks them against `show_price`
    and the sale, while a foreign key would share-lock the same few rows in every sale of every till.
    """

    __tablename__ = "ticket"
    __table_args__ = (
        ForeignKeyConstraint(["show_id", "seat_id"], ["boxoffice.show_seat.show_id", "boxoffice.show_seat.seat_id"]),
        UniqueConstraint("sale_id", "line"),
        UniqueConstraint("terminal_id", "serial"),
        UniqueConstraint("code"),
        CheckConstraint("line >= 1", name="line_from_one"),
        CheckConstraint("length(code) = 16", name="code_is_128_bits"),
        CheckConstraint("amount >= 0 AND tax BETWEEN 0 AND amount", name="amounts_sane"),
        Index(
            "ticket_seat_sold_once",
            "show_id",
            "seat_id",
            unique=True,
            postgresql_where=text("voided_by IS NULL"),
        ),
        # For the foreign key above when a draft's seats are deleted, and for a seat's history.
        Index("ticket_place_ix", "show_id", "seat_id"),
    )

    ticket_id: Mapped[BigKey]
    sale_id: Mapped[UUID] = mapped_column(ForeignKey("boxoffice.sale.sale_id"))
    line: Mapped[int] = mapped_column(SmallInteger)
    terminal_id: Mapped[int]
    serial: Mapped[int] = mapped_column(BigInteger)
    show_id: Mapped[int]
    seat_id: Mapped[int]
    area_id: Mapped[int]
    ticket_type_id: Mapped[int]
    amount: Mapped[Money]
    tax: Mapped[Money]
    tax_rate_id: Mapped[int]
    code: Mapped[bytes] = mapped_column(LargeBinary)
    voided_by: Mapped[UUID | None]


class Adjustment(Base):
    """A line of a sale that is no ticket: a discount, a fee, a gift card that is sold. Minor units, with its sign.

    `line` counts from 1 within its sale; `ticket_line` is the ticket it belongs to, None for the whole sale. It names
    what allows it: its promotion (and code), or its approval; or, as `carried_from`, the ticket that was exchanged for
    this one and had it. The guard `check_adjustments` holds it to that.
    """

    __tablename__ = "adjustment"
    __table_args__ = (
        CheckConstraint("line >= 1", name="line_from_one"),
        CheckConstraint(
            "kind IN ('promotion', 'complimentary', 'manual', 'fee', 'gift_card')",
            name="kind_known",
        ),
        CheckConstraint(
            "CASE kind WHEN 'fee' THEN amount > 0 WHEN 'gift_card' THEN amount > 0 AND tax = 0"
            " WHEN 'manual' THEN amount <> 0 ELSE amount < 0 END",
            name="sign_fits_kind",
        ),
        CheckConstraint("abs(tax) <= abs(amount) AND amount::numeric * tax >= 0", name="tax_inside"),
        CheckConstraint(
            "CASE kind WHEN 'promotion' THEN promotion_id IS NOT NULL AND ticket_line IS NOT NULL"
            " WHEN 'gift_card' THEN gift_card_id IS NOT NULL AND ticket_line IS NULL"
            " WHEN 'fee' THEN ticket_line IS NOT NULL"
            " ELSE approval_id IS NOT NULL AND ticket_line IS NOT NULL END",
            name="names_what_allows_it",
        ),
        CheckConstraint("length(reason) <= 500", name="reason_short"),
        CheckConstraint("NOT boxoffice.holds_card_number(reason)", name="texts_harmless"),
        CheckConstraint("carried_from IS NULL OR ticket_line IS NOT NULL", name="carried_for_a_ticket"),
        Index("adjustment_carried_ix", "carried_from", postgresql_where=text("carried_from IS NOT NULL")),
    )

    sale_id: Mapped[UUID] = mapped_column(ForeignKey("boxoffice.sale.sale_id"), primary_key=True)
    line: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    ticket_line: Mapped[int | None] = mapped_column(SmallInteger)
    kind: Mapped[str]
    amount: Mapped[Money]
    tax: Mapped[Money]
    tax_rate_id: Mapped[int | None]
    promotion_id: Mapped[int | None]
    promotion_code_id: Mapped[int | None] = mapped_column(BigInteger)
    approval_id: Mapped[UUID | None]
    gift_card_id: Mapped[int | None] = mapped_column(BigInteger)
    reason: Mapped[str] = mapped_column(server_default="")
    carried_from: Mapped[int | None] = mapped_column(ForeignKey("boxoffice.ticket.ticket_id"))


class Payment(Base):
    """Money taken for a sale. `amount` counts, `given` is what was handed over; the change is the difference.

    `rounding` is what cash was rounded by where the currency asks for it: the drawer takes `amount + rounding`.
    `origin` tells how the money of an `exchange` had first come in, so that it can go back by the same way.
    """

    __tablename__ = "payment"
    __table_args__ = (
        UniqueConstraint("sale_id", "line"),
        CheckConstraint("line >= 1", name="line_from_one"),
        CheckConstraint("kind IN ('cash', 'card', 'gift_card', 'exchange')", name="kind_known"),
        CheckConstraint("amount > 0 OR (amount = 0 AND given = 0)", name="amount_not_negative"),
        CheckConstraint("given >= amount + rounding AND (kind = 'cash' OR given = amount)", name="given_covers"),
        CheckConstraint("rounding BETWEEN -250 AND 250 AND (rounding = 0 OR kind = 'cash')", name="rounding_of_cash"),
        CheckConstraint("(kind = 'gift_card') = (gift_card_id IS NOT NULL)", name="gift_card_named"),
        CheckConstraint(
            "CASE WHEN kind = 'exchange' THEN origin IN ('cash', 'card', 'gift_card') ELSE origin IS NULL END",
            name="origin_of_exchange",
        ),
        CheckConstraint(
            "length(reference) <= 40 AND NOT boxoffice.looks_like_card_number(reference)", name="reference_harmless"
        ),
        Index("payment_exchange_key", "sale_id", "origin", unique=True, postgresql_where=text("kind = 'exchange'")),
    )

    payment_id: Mapped[BigKey]
    sale_id: Mapped[UUID] = mapped_column(ForeignKey("boxoffice.sale.sale_id"))
    line: Mapped[int] = mapped_column(SmallInteger)
    kind: Mapped[str]
    amount: Mapped[Money]
    given: Mapped[Money]
    reference: Mapped[str] = mapped_column(server_default="")
    rounding: Mapped[int] = mapped_column(SmallInteger, server_default=text("0"))
    gift_card_id: Mapped[int | None] = mapped_column(BigInteger)
    origin: Mapped[str | None]


class Journal(Base):
    """Append-only record of money, chained per terminal: `hash` is SHA-256 over the previous hash and `body`.

    `body` is the rows' canonical text, written by the guards through `write_journal`; `number` runs without gaps per
    terminal. `subject` is the key of what the entry is about (the refund, the cash movement, the shift); a sale's is in
    `sale_id`. Whatever is sealed is sealed once.
    """

    __tablename__ = "journal"
    __table_args__ = (
        CheckConstraint(
            "kind IN ('sale', 'refund', 'payout', 'shift', 'cash', 'z', 'reprint', 'report')", name="kind_known"
        ),
        CheckConstraint("(kind = 'sale') = (subject IS NULL)", name="subject_named"),
        Index("journal_sale_key", "sale_id", unique=True, postgresql_where=text("kind = 'sale'")),
        Index("journal_subject_key", "subject", "kind", unique=True, postgresql_where=text("subject IS NOT NULL")),
    )

    terminal_id: Mapped[int] = mapped_column(
        ForeignKey("boxoffice.terminal.terminal_id"), primary_key=True, autoincrement=False
    )
    number: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    kind: Mapped[str]
    sale_id: Mapped[UUID | None] = mapped_column(ForeignKey("boxoffice.sale.sale_id"))
    subject: Mapped[UUID | None]
    body: Mapped[str]
    previous_hash: Mapped[bytes] = mapped_column(LargeBinary)
    hash: Mapped[bytes] = mapped_column(LargeBinary)


class SeatActivity(Base):
    """What happened to seats of a show, one row per act, written by the guard of `show_seat`.

    No foreign key to the show: it would share-lock one row for every hold of every till.
    """

    __tablename__ = "seat_activity"
    __table_args__ = (
        CheckConstraint("what IN ('held', 'released', 'sold', 'refunded')", name="what_known"),
        Index("seat_activity_show_ix", "show_id", "activity_id"),
    )

    activity_id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    show_id: Mapped[int]
    at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))
    terminal_id: Mapped[int | None] = mapped_column(ForeignKey("boxoffice.terminal.terminal_id"))
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("boxoffice.staff.staff_id"))
    what: Mapped[str]
    seat_ids: Mapped[list[int]] = mapped_column(ARRAY(Integer))

"""Gift cards and the ledger of their balances. Written by the guards of sales and refunds only."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Integer, LargeBinary, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from boxoffice_desktop.models.base import Base, BigKey, Money


class GiftCard(Base):
    """A gift card: SHA-256 of its folded code, and what is left on it, minor units. Worth nothing until it is sold."""

    __tablename__ = "gift_card"
    __table_args__ = (
        UniqueConstraint("code_hash"),
        CheckConstraint("length(code_hash) = 32", name="code_hash_is_sha256"),
        CheckConstraint("balance BETWEEN 0 AND 1000000000", name="balance_sane"),
    )

    gift_card_id: Mapped[BigKey]
    venue_id: Mapped[int] = mapped_column(ForeignKey("boxoffice.venue.venue_id"))
    code_hash: Mapped[bytes] = mapped_column(LargeBinary)
    terminal_id: Mapped[int] = mapped_column(ForeignKey("boxoffice.terminal.terminal_id"))
    made_at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))
    balance: Mapped[Money] = mapped_column(server_default=text("0"))


class GiftCardCode(Base):
    """The code of a sold card that is not on paper yet; it goes with the end of its sale's print job."""

    __tablename__ = "gift_card_code"
    __table_args__ = (CheckConstraint("length(code) BETWEEN 1 AND 40", name="code_short"),)

    gift_card_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("boxoffice.gift_card.gift_card_id"), primary_key=True, autoincrement=False
    )
    code: Mapped[str]


class GiftCardEntry(Base):
    """One change of a card's balance, numbered per card; minor units with their sign. Insert-only.

    `sale` gives a card its value, `payment` takes of it, `refund` gives back what had paid, `return` takes the value of
    a card back whose sale was voided.
    """

    __tablename__ = "gift_card_entry"
    __table_args__ = (
        CheckConstraint("kind IN ('sale', 'payment', 'refund', 'return')", name="kind_known"),
        CheckConstraint(
            "CASE WHEN kind IN ('sale', 'refund') THEN amount > 0 ELSE amount < 0 END", name="sign_fits_kind"
        ),
        CheckConstraint("(kind IN ('refund', 'return')) = (refund_id IS NOT NULL)", name="refund_named"),
        CheckConstraint("balance >= 0", name="balance_sane"),
        Index("gift_card_entry_sale_ix", "sale_id"),
    )

    gift_card_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("boxoffice.gift_card.gift_card_id"), primary_key=True, autoincrement=False
    )
    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))
    kind: Mapped[str]
    sale_id: Mapped[UUID] = mapped_column(ForeignKey("boxoffice.sale.sale_id"))
    refund_id: Mapped[UUID | None]
    amount: Mapped[Money]
    balance: Mapped[Money]

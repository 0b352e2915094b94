"""Promotions, their codes and what was redeemed; the booking fee; what codes a till has tried and opened."""

from datetime import date, datetime, time
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Integer, SmallInteger, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from boxoffice_desktop.models.base import Base, BigKey, Money, SmallKey


class PromotionRow(Base):
    """A discount and what it is for; see `domain.promotions`. `uses_limit` counts sales, all codes together."""

    __tablename__ = "promotion"
    __table_args__ = (
        UniqueConstraint("venue_id", "name"),
        CheckConstraint("btrim(name) <> '' AND length(name) <= 60", name="name_given"),
        CheckConstraint(
            "CASE kind WHEN 'amount' THEN value BETWEEN 1 AND 100000000 AND take = 0 AND pay = 0"
            " WHEN 'percent' THEN value BETWEEN 1 AND 10000 AND take = 0 AND pay = 0"
            " WHEN 'n_for_m' THEN value = 0 AND take BETWEEN 2 AND 20 AND pay BETWEEN 1 AND take - 1 ELSE false END",
            name="worth_sane",
        ),
        CheckConstraint("from_time <> to_time", name="times_differ"),
        CheckConstraint("valid_from <= valid_to", name="dates_in_order"),
        CheckConstraint("weekdays <@ ARRAY[1,2,3,4,5,6,7]::smallint[]", name="weekdays_known"),
        CheckConstraint("most_tickets BETWEEN 1 AND 100", name="most_tickets_sane"),
        CheckConstraint("uses_limit BETWEEN 1 AND 1000000", name="uses_limit_sane"),
    )

    promotion_id: Mapped[SmallKey]
    venue_id: Mapped[int] = mapped_column(ForeignKey("boxoffice.venue.venue_id"))
    name: Mapped[str]
    kind: Mapped[str]
    value: Mapped[int] = mapped_column(server_default=text("0"))
    take: Mapped[int] = mapped_column(SmallInteger, server_default=text("0"))
    pay: Mapped[int] = mapped_column(SmallInteger, server_default=text("0"))
    is_combinable: Mapped[bool] = mapped_column(server_default=text("false"))
    needs_code: Mapped[bool] = mapped_column(server_default=text("false"))
    weekdays: Mapped[list[int] | None] = mapped_column(ARRAY(SmallInteger))
    from_time: Mapped[time | None]
    to_time: Mapped[time | None]
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    movie_id: Mapped[int | None] = mapped_column(ForeignKey("boxoffice.movie.movie_id"))
    # A draft that is discarded takes what was only for it along.
    show_id: Mapped[int | None] = mapped_column(ForeignKey("boxoffice.show.show_id", ondelete="CASCADE"))
    ticket_type_ids: Mapped[list[int] | None] = mapped_column(ARRAY(Integer))
    most_tickets: Mapped[int | None] = mapped_column(SmallInteger)
    uses_limit: Mapped[int | None]
    is_active: Mapped[bool] = mapped_column(server_default=text("true"))
    version: Mapped[int] = mapped_column(server_default=text("1"))


class PromotionUse(Base):
    """How often a promotion was used, counted by sales while it has a limit; locked before a terminal's chain row."""

    __tablename__ = "promotion_use"
    __table_args__ = ({"postgresql_with": {"fillfactor": 50}},)

    promotion_id: Mapped[int] = mapped_column(
        ForeignKey("boxoffice.promotion.promotion_id", ondelete="CASCADE"), primary_key=True
    )
    used: Mapped[int] = mapped_column(server_default=text("0"))


class PromotionCode(Base):
    """A code of a promotion, folded. Tills cannot read it: `open_code` answers who knows it.

    `used` counts while there is a limit, and never passes it. `valid_until` is the last day of sale, included.
    """

    __tablename__ = "promotion_code"
    __table_args__ = (
        UniqueConstraint("code"),
        CheckConstraint("code ~ '^[A-Z0-9]{4,40}$'", name="code_folded"),
        CheckConstraint(
            "uses_limit BETWEEN 1 AND 1000000 AND used BETWEEN 0 AND uses_limit OR uses_limit IS NULL AND used = 0",
            name="uses_within_limit",
        ),
        Index("promotion_code_promotion_ix", "promotion_id"),
    )

    promotion_code_id: Mapped[BigKey]
    promotion_id: Mapped[int] = mapped_column(ForeignKey("boxoffice.promotion.promotion_id"))
    code: Mapped[str]
    uses_limit: Mapped[int | None]
    used: Mapped[int] = mapped_column(server_default=text("0"))
    valid_until: Mapped[date | None]
    is_active: Mapped[bool] = mapped_column(server_default=text("true"))


class PromotionRedemption(Base):
    """One use of a promotion, or of one of its codes, by a sale: how many tickets, how much off. Insert-only."""

    __tablename__ = "promotion_redemption"
    __table_args__ = (
        CheckConstraint("tickets > 0 AND amount > 0", name="amount_positive"),
        Index(
            "promotion_redemption_once",
            "sale_id",
            "promotion_id",
            "promotion_code_id",
            unique=True,
            postgresql_nulls_not_distinct=True,
        ),
        Index("promotion_redemption_promotion_ix", "promotion_id"),
        Index("promotion_redemption_code_ix", "promotion_code_id"),
    )

    redemption_id: Mapped[BigKey]
    sale_id: Mapped[UUID] = mapped_column(ForeignKey("boxoffice.sale.sale_id"))
    promotion_id: Mapped[int] = mapped_column(ForeignKey("boxoffice.promotion.promotion_id"))
    promotion_code_id: Mapped[int | None] = mapped_column(ForeignKey("boxoffice.promotion_code.promotion_code_id"))
    tickets: Mapped[int] = mapped_column(SmallInteger)
    amount: Mapped[Money]


class PromotionReturn(Base):
    """A use that was given back: the refund that ended the last ticket with its discount. Insert-only."""

    __tablename__ = "promotion_return"

    redemption_id: Mapped[int] = mapped_column(
        ForeignKey("boxoffice.promotion_redemption.redemption_id"), primary_key=True, autoincrement=False
    )
    refund_id: Mapped[UUID] = mapped_column(ForeignKey("boxoffice.refund.refund_id"))


class BookingFeeRow(Base):
    """What a venue asks for each ticket on top, in minor units, with the tax inside as resolved when it was set."""

    __tablename__ = "booking_fee"
    __table_args__ = (
        CheckConstraint("amount BETWEEN 0 AND 100000000 AND tax BETWEEN 0 AND amount", name="amount_sane"),
    )

    venue_id: Mapped[int] = mapped_column(ForeignKey("boxoffice.venue.venue_id"), primary_key=True, autoincrement=False)
    amount: Mapped[int]
    tax: Mapped[int]
    tax_rate_id: Mapped[int] = mapped_column(ForeignKey("boxoffice.tax_rate.tax_rate_id"))
    version: Mapped[int] = mapped_column(server_default=text("1"))


class CodeTry(Base):
    """A terminal's last code, between its two halves, and how many were wrong lately. Written by the functions only."""

    __tablename__ = "code_try"
    __table_args__ = ({"prefixes": ["UNLOGGED"]},)

    terminal_id: Mapped[int] = mapped_column(
        ForeignKey("boxoffice.terminal.terminal_id"), primary_key=True, autoincrement=False
    )
    wrong: Mapped[int]
    at: Mapped[datetime]
    xact: Mapped[str]
    code: Mapped[str | None]


class OpenedCode(Base):
    """A terminal has shown that it knows a code or a gift card, and may use it for a day. Written by `open_code`."""

    __tablename__ = "opened_code"
    __table_args__ = (CheckConstraint("kind IN ('promotion', 'gift_card')", name="kind_known"),)

    terminal_id: Mapped[int] = mapped_column(
        ForeignKey("boxoffice.terminal.terminal_id"), primary_key=True, autoincrement=False
    )
    kind: Mapped[str] = mapped_column(primary_key=True)
    code_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    at: Mapped[datetime]

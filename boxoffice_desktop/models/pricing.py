"""Ticket types, tax rates and price lists: what a manager edits. What sells is `show_price`, resolved from these."""

from datetime import date, time

from sqlalchemy import CheckConstraint, ForeignKey, SmallInteger, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from boxoffice_desktop.models.base import Base, SmallKey


class TaxRate(Base):
    """A tax that is inside the prices; `basis_points` 800 is 8 %."""

    __tablename__ = "tax_rate"
    __table_args__ = (
        UniqueConstraint("venue_id", "name"),
        CheckConstraint("basis_points BETWEEN 0 AND 10000", name="rate_sane"),
    )

    tax_rate_id: Mapped[SmallKey]
    venue_id: Mapped[int] = mapped_column(ForeignKey("boxoffice.venue.venue_id"))
    name: Mapped[str]
    basis_points: Mapped[int]
    version: Mapped[int] = mapped_column(server_default=text("1"))


class TicketTypeRow(Base):
    """A kind of ticket, e.g. Adult. `position` is its key: 1 is F1; null keeps it off the keys.

    Its rules: the customer proves his age, or his membership; sold from `group_from` tickets on only.
    """

    __tablename__ = "ticket_type"
    __table_args__ = (
        UniqueConstraint("venue_id", "name"),
        CheckConstraint("btrim(name) <> '' AND length(name) <= 60", name="name_given"),
        CheckConstraint("position BETWEEN 1 AND 10", name="position_on_keys"),
        CheckConstraint("group_from BETWEEN 2 AND 100", name="group_sane"),
    )

    ticket_type_id: Mapped[SmallKey]
    venue_id: Mapped[int] = mapped_column(ForeignKey("boxoffice.venue.venue_id"))
    name: Mapped[str]
    position: Mapped[int | None]
    is_active: Mapped[bool] = mapped_column(server_default=text("true"))
    needs_age_proof: Mapped[bool] = mapped_column(server_default=text("false"))
    is_for_members: Mapped[bool] = mapped_column(server_default=text("false"))
    group_from: Mapped[int | None]
    version: Mapped[int] = mapped_column(server_default=text("1"))


class PriceList(Base):
    """Prices and when they hold. Nulls mean "any"; of several that fit, the highest `priority` applies.

    `weekdays` are ISO numbers (1 is Monday) of business days; `from_time` to `to_time` is the show's local start, end
    excluded, and may pass midnight. One of them alone reaches from the business day's begin, or to its end.
    """

    __tablename__ = "price_list"
    __table_args__ = (
        UniqueConstraint("venue_id", "name"),
        CheckConstraint("from_time <> to_time", name="times_differ"),
        CheckConstraint("valid_from <= valid_to", name="dates_in_order"),
        CheckConstraint("weekdays <@ ARRAY[1,2,3,4,5,6,7]::smallint[]", name="weekdays_known"),
    )

    price_list_id: Mapped[SmallKey]
    venue_id: Mapped[int] = mapped_column(ForeignKey("boxoffice.venue.venue_id"))
    name: Mapped[str]
    priority: Mapped[int] = mapped_column(server_default=text("0"))
    weekdays: Mapped[list[int] | None] = mapped_column(ARRAY(SmallInteger))
    from_time: Mapped[time | None]
    to_time: Mapped[time | None]
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    format: Mapped[str | None]
    movie_id: Mapped[int | None] = mapped_column(ForeignKey("boxoffice.movie.movie_id"))
    is_active: Mapped[bool] = mapped_column(server_default=text("true"))
    version: Mapped[int] = mapped_column(server_default=text("1"))


class Price(Base):
    """One cell of a price list: what a ticket type costs in an area, tax included, in minor units."""

    __tablename__ = "price"
    __table_args__ = (CheckConstraint("amount BETWEEN 0 AND 100000000", name="amount_sane"),)

    price_list_id: Mapped[int] = mapped_column(ForeignKey("boxoffice.price_list.price_list_id"), primary_key=True)
    area_id: Mapped[int] = mapped_column(ForeignKey("boxoffice.area.area_id"), primary_key=True)
    ticket_type_id: Mapped[int] = mapped_column(ForeignKey("boxoffice.ticket_type.ticket_type_id"), primary_key=True)
    amount: Mapped[int]
    tax_rate_id: Mapped[int] = mapped_column(ForeignKey("boxoffice.tax_rate.tax_rate_id"))

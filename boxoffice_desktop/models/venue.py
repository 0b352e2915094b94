"""Venues, halls, price areas and seats: what stands in the building."""

from datetime import datetime, time
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from boxoffice_desktop.models.base import Base, Money, SmallKey


class Venue(Base):
    """A cinema: one place, one currency, one time zone.

    `hold_seconds` is how long a basket keeps its seats, `hold_cap_seconds` how far activity may extend that,
    `basket_limit` how many seats one sale takes, `day_ends_at` when the business day ends (shows past midnight).
    A pay-out above `pay_out_limit` needs an approval, a count that is off by more than `difference_limit` a reason;
    minor units.
    Reservations are kept until `reservation_minutes` before the show, each with at most `reservation_limit` seats.
    """

    __tablename__ = "venue"
    __table_args__ = (
        CheckConstraint("btrim(name) <> '' AND length(name) <= 200", name="name_given"),
        CheckConstraint("currency ~ '^[A-Z]{3}$'", name="currency_code"),
        CheckConstraint("hold_seconds BETWEEN 30 AND 3600", name="hold_sane"),
        CheckConstraint("hold_cap_seconds BETWEEN hold_seconds AND 7200", name="hold_cap_sane"),
        CheckConstraint("basket_limit BETWEEN 1 AND 100", name="basket_limit_sane"),
        CheckConstraint(
            "pay_out_limit BETWEEN 0 AND 100000000000 AND difference_limit BETWEEN 0 AND 100000000000",
            name="cash_limits_sane",
        ),
        CheckConstraint("reservation_minutes BETWEEN 0 AND 1440", name="reservation_minutes_sane"),
        CheckConstraint("reservation_limit BETWEEN 1 AND 1000", name="reservation_limit_sane"),
    )

    venue_id: Mapped[SmallKey]
    name: Mapped[str] = mapped_column(unique=True)
    city: Mapped[str] = mapped_column(server_default="")
    time_zone: Mapped[str]
    currency: Mapped[str]
    locale: Mapped[str]
    hold_seconds: Mapped[int] = mapped_column(server_default=text("300"))
    hold_cap_seconds: Mapped[int] = mapped_column(server_default=text("900"))
    basket_limit: Mapped[int] = mapped_column(server_default=text("10"))
    reservation_minutes: Mapped[int] = mapped_column(server_default=text("30"))
    reservation_limit: Mapped[int] = mapped_column(server_default=text("30"))
    day_ends_at: Mapped[time] = mapped_column(server_default=text("'06:00'"))
    pay_out_limit: Mapped[Money] = mapped_column(server_default=text("5000"))
    difference_limit: Mapped[Money] = mapped_column(server_default=text("500"))
    is_demo: Mapped[bool] = mapped_column(server_default=text("false"))


class VenuePaperRow(Base):
    """What stands on a venue's paper: `address` in lines under its name, `note` at the end, `logo` as a PNG of ours."""

    __tablename__ = "venue_paper"
    __table_args__ = (
        CheckConstraint("length(address) <= 400 AND length(note) <= 200", name="texts_short"),
        CheckConstraint(
            r"length(logo) <= 1000000 AND substring(logo FOR 8) = '\x89504e470d0a1a0a'::bytea", name="logo_is_png"
        ),
    )

    venue_id: Mapped[int] = mapped_column(ForeignKey("boxoffice.venue.venue_id"), primary_key=True, autoincrement=False)
    address: Mapped[str] = mapped_column(server_default="")
    note: Mapped[str] = mapped_column(server_default="")
    logo: Mapped[bytes | None] = mapped_column(LargeBinary)


class Area(Base):
    """A price category of a venue's seats, e.g. Premium. `letter` stands beside the colour, never colour alone."""

    __tablename__ = "area"
    __table_args__ = (
        UniqueConstraint("venue_id", "name"),
        UniqueConstraint("venue_id", "letter"),
        CheckConstraint("btrim(name) <> ''", name="name_given"),
        CheckConstraint("length(letter) BETWEEN 1 AND 2", name="letter_short"),
        CheckConstraint("colour BETWEEN 0 AND 7", name="colour_in_series"),
    )

    area_id: Mapped[SmallKey]
    venue_id: Mapped[int] = mapped_column(ForeignKey("boxoffice.venue.venue_id"))
    name: Mapped[str]
    letter: Mapped[str]
    colour: Mapped[int]


class Hall(Base):
    """A room with a screen. `plan` holds what is drawn besides the seats; `layout_version` grows with each change.

    `best_x`, `best_y` is the point that best-available seats are nearest to, in plan units.
    """

    __tablename__ = "hall"
    __table_args__ = (
        UniqueConstraint("venue_id", "name"),
        CheckConstraint("btrim(name) <> '' AND length(name) <= 100", name="name_given"),
        CheckConstraint("width > 0 AND height > 0", name="size_positive"),
        CheckConstraint("cleaning_minutes BETWEEN 0 AND 240", name="cleaning_sane"),
    )

    hall_id: Mapped[SmallKey]
    venue_id: Mapped[int] = mapped_column(ForeignKey("boxoffice.venue.venue_id"))
    name: Mapped[str]
    layout_version: Mapped[int] = mapped_column(server_default=text("1"))
    width: Mapped[float]
    height: Mapped[float]
    best_x: Mapped[float]
    best_y: Mapped[float]
    cleaning_minutes: Mapped[int] = mapped_column(server_default=text("15"))
    plan: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'"))


class Seat(Base):
    """A physical seat. Created once, never deleted: a seat that is gone is *retired*.

    `x`, `y` are the seat's centre in plan units; `guid` is the seating plan's own name for it.
    `name` is what a cashier calls it (`domain.seats.seat_name`): with the zone only where the hall has several.
    """

    __tablename__ = "seat"
    __table_args__ = (
        CheckConstraint("btrim(row_label) <> '' AND btrim(number) <> '' AND btrim(name) <> ''", name="labelled"),
        CheckConstraint("length(zone) <= 60 AND length(row_label) <= 10 AND length(number) <= 10", name="label_short"),
        CheckConstraint("kind IN ('standard', 'wheelchair', 'companion', 'love_seat', 'recliner')", name="kind_known"),
        Index(
            "seat_place_key",
            "hall_id",
            "zone",
            "row_label",
            "number",
            unique=True,
            postgresql_where=text("retired_at IS NULL"),
        ),
    )

    seat_id: Mapped[SmallKey]
    hall_id: Mapped[int] = mapped_column(ForeignKey("boxoffice.hall.hall_id"))
    zone: Mapped[str] = mapped_column(server_default="")
    row_label: Mapped[str]
    number: Mapped[str]
    name: Mapped[str]
    x: Mapped[float]
    y: Mapped[float]
    area_id: Mapped[int] = mapped_column(ForeignKey("boxoffice.area.area_id"))
    kind: Mapped[str] = mapped_column(server_default="standard")
    guid: Mapped[str] = mapped_column(server_default="")
    retired_at: Mapped[datetime | None]

"""Films, their posters, shows and the state of every seat in every show."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    Computed,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    PrimaryKeyConstraint,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, TSTZRANGE, ExcludeConstraint, Range
from sqlalchemy.orm import Mapped, mapped_column

from boxoffice_desktop.models.base import Base, SmallKey


class Movie(Base):
    """A film in the catalogue. `latin_title` is what prints where the title's script cannot be set.

    `opens_on` is its first day in this cinema; `version` grows with every change, by a trigger.

    `title_key` is the title folded for comparing; with the release year it tells remakes from doubles.
    """

    __tablename__ = "movie"
    __table_args__ = (
        CheckConstraint("btrim(title) <> '' AND length(title) <= 500", name="title_given"),
        CheckConstraint("running_minutes BETWEEN 1 AND 600", name="running_sane"),
        CheckConstraint("colour BETWEEN 0 AND 7", name="colour_in_series"),
        Index("movie_key", "title_key", "release_year", unique=True, postgresql_nulls_not_distinct=True),
    )

    movie_id: Mapped[SmallKey]
    title: Mapped[str]
    title_key: Mapped[str]
    latin_title: Mapped[str | None]
    original_title: Mapped[str | None]
    certificate: Mapped[str] = mapped_column(server_default="")
    running_minutes: Mapped[int | None]
    genre: Mapped[str] = mapped_column(server_default="")
    distributor: Mapped[str] = mapped_column(server_default="")
    release_date: Mapped[date | None]
    release_year: Mapped[int | None] = mapped_column(
        Computed("EXTRACT(year FROM release_date)::integer", persisted=True)
    )
    colour: Mapped[int] = mapped_column(server_default=text("0"))
    has_poster: Mapped[bool] = mapped_column(server_default=text("false"))
    formats: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{}'"))
    languages: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{}'"))
    opens_on: Mapped[date | None]
    version: Mapped[int] = mapped_column(server_default=text("1"))


class MoviePoster(Base):
    """A film's poster, re-encoded by us and capped, in a table of its own so that lists never read it."""

    __tablename__ = "movie_poster"
    __table_args__ = (CheckConstraint("length(image) <= 2000000", name="image_capped"),)

    movie_id: Mapped[int] = mapped_column(ForeignKey("boxoffice.movie.movie_id"), primary_key=True)
    image: Mapped[bytes]


class Show(Base):
    """A movie in a hall at a time.

    `occupies` is the show with advertising and cleaning: a hall's shows cannot overlap, cleaning time included.
    The int8range of one hall id keeps the constraint free of the extension btree_gist, which the embedded
    server does not have.
    """

    __tablename__ = "show"
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="ends_after_start"),
        CheckConstraint(
            "lower(occupies) <= starts_at AND upper(occupies) >= ends_at AND upper(occupies) < 'infinity'",
            name="occupies_whole_show",
        ),
        CheckConstraint("status IN ('draft', 'on_sale', 'closed', 'cancelled')", name="status_known"),
        ExcludeConstraint(
            (text("int8range(hall_id::bigint, hall_id::bigint, '[]')"), "&&"),
            ("occupies", "&&"),
            where=text("status <> 'cancelled'"),
            name="show_hall_is_free",
            using="gist",
        ),
        Index("show_starts_at_ix", "starts_at"),
    )

    show_id: Mapped[SmallKey]
    movie_id: Mapped[int] = mapped_column(ForeignKey("boxoffice.movie.movie_id"))
    hall_id: Mapped[int] = mapped_column(ForeignKey("boxoffice.hall.hall_id"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    occupies: Mapped[Range[datetime]] = mapped_column(TSTZRANGE)
    format: Mapped[str] = mapped_column(server_default="2D")
    language: Mapped[str] = mapped_column(server_default="")
    status: Mapped[str] = mapped_column(server_default="draft")
    price_list_id: Mapped[int | None] = mapped_column(ForeignKey("boxoffice.price_list.price_list_id"))
    is_price_list_chosen: Mapped[bool] = mapped_column(server_default=text("false"))


class ShowPrice(Base):
    """The price of a ticket type in an area of one show, resolved when the show goes on sale.

    `amount` includes `tax`; both in minor units. Selling is a lookup here, and so is the guard.
    """

    __tablename__ = "show_price"
    __table_args__ = (
        CheckConstraint("amount BETWEEN 0 AND 100000000", name="amount_sane"),
        CheckConstraint("tax BETWEEN 0 AND amount", name="tax_inside"),
    )

    show_id: Mapped[int] = mapped_column(ForeignKey("boxoffice.show.show_id"), primary_key=True)
    area_id: Mapped[int] = mapped_column(ForeignKey("boxoffice.area.area_id"), primary_key=True)
    ticket_type_id: Mapped[int] = mapped_column(ForeignKey("boxoffice.ticket_type.ticket_type_id"), primary_key=True)
    amount: Mapped[int]
    tax: Mapped[int]
    tax_rate_id: Mapped[int] = mapped_column(ForeignKey("boxoffice.tax_rate.tax_rate_id"))


class Hold(Base):
    """Seats kept for someone, and why. The seats themselves point here."""

    __tablename__ = "hold"
    __table_args__ = (
        CheckConstraint("kind IN ('basket', 'reservation', 'house', 'out_of_order')", name="kind_known"),
        CheckConstraint("length(name) <= 200 AND length(reason) <= 500", name="texts_short"),
        CheckConstraint("NOT boxoffice.holds_card_number(name || ' ? ' || reason)", name="texts_harmless"),
        Index("hold_house_ix", "created_at", postgresql_where=text("kind = 'house'")),
    )

    hold_id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str]
    terminal_id: Mapped[int] = mapped_column(ForeignKey("boxoffice.terminal.terminal_id"))
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("boxoffice.staff.staff_id"))
    name: Mapped[str] = mapped_column(server_default="")
    reason: Mapped[str] = mapped_column(server_default="")
    created_at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))


class BrokenSeat(Base):
    """A seat that is out of order for a time: in shows that start from `starts_at` until before `ends_at`.

    `hold_id` is the hold that keeps it from sale there; it says who kept it and why.
    """

    __tablename__ = "broken_seat"
    __table_args__ = (
        CheckConstraint("starts_at < ends_at", name="for_a_time"),
        Index("broken_seat_seat_ix", "seat_id", postgresql_where=text("mended_at IS NULL")),
        Index("broken_seat_hold_ix", "hold_id"),
    )

    broken_seat_id: Mapped[SmallKey]
    seat_id: Mapped[int] = mapped_column(ForeignKey("boxoffice.seat.seat_id"))
    hold_id: Mapped[UUID] = mapped_column(ForeignKey("boxoffice.hold.hold_id"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    mended_at: Mapped[datetime | None]


class ShowSeat(Base):
    """The state of one seat in one show. No index on a column that changes: updates stay HOT.

    An expired hold (`held_until <= clock_timestamp()`) counts as available everywhere; nothing sweeps it.
    `held_by` is the holding terminal; it repeats the hold's (checked by the guard) so that a map is one read.
    """

    __tablename__ = "show_seat"
    __table_args__ = (
        PrimaryKeyConstraint("show_id", "seat_id"),
        ForeignKeyConstraint(["show_id"], ["boxoffice.show.show_id"]),
        ForeignKeyConstraint(["seat_id"], ["boxoffice.seat.seat_id"]),
        CheckConstraint(
            "CASE state"
            " WHEN 'available' THEN hold_id IS NULL AND held_by IS NULL AND held_until IS NULL AND ticket_id IS NULL"
            " WHEN 'held' THEN hold_id IS NOT NULL AND held_by IS NOT NULL AND ticket_id IS NULL"
            " WHEN 'sold' THEN hold_id IS NULL AND held_by IS NULL AND held_until IS NULL AND ticket_id IS NOT NULL"
            " ELSE false END",
            name="state_consistent",
        ),
        {"postgresql_with": {"fillfactor": 70}},
    )

    show_id: Mapped[int]
    seat_id: Mapped[int]
    state: Mapped[str] = mapped_column(server_default="available")
    area_id: Mapped[int] = mapped_column(ForeignKey("boxoffice.area.area_id"))
    hold_id: Mapped[UUID | None] = mapped_column(ForeignKey("boxoffice.hold.hold_id"))
    held_by: Mapped[int | None]
    held_until: Mapped[datetime | None]
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("boxoffice.ticket.ticket_id", use_alter=True))

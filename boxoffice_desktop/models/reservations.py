"""Seats that are kept for people until they come: who, under which code, until when."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from boxoffice_desktop.models.base import Base


class Reservation(Base):
    """A hold of the kind `reservation`: the customer's name is the hold's, `code` is what the customer was told.

    `collect_by` is when the seats go back to everybody, by the venue's rule at the time of keeping; the guard sets it.
    `phone` are digits only, with a leading `+` if it was given.
    """

    __tablename__ = "reservation"
    __table_args__ = (
        UniqueConstraint("venue_id", "code"),
        CheckConstraint("code ~ '^[A-HJ-NP-Z2-9]{6}$'", name="code_readable"),
        CheckConstraint("phone ~ '^([+]?[0-9]{3,20})?$'", name="phone_digits"),
        CheckConstraint("name_key <> '' OR phone <> ''", name="somebody"),
        CheckConstraint("NOT boxoffice.holds_card_number(name_key || ' ? ' || phone)", name="texts_harmless"),
        Index("reservation_show_ix", "show_id"),
        Index("reservation_name_ix", "name_key", postgresql_ops={"name_key": "text_pattern_ops"}),
        Index("reservation_phone_ix", "phone"),
    )

    hold_id: Mapped[UUID] = mapped_column(ForeignKey("boxoffice.hold.hold_id"), primary_key=True)
    venue_id: Mapped[int] = mapped_column(ForeignKey("boxoffice.venue.venue_id"))
    show_id: Mapped[int] = mapped_column(ForeignKey("boxoffice.show.show_id"))
    code: Mapped[str]
    name_key: Mapped[str] = mapped_column(server_default="")
    phone: Mapped[str] = mapped_column(server_default="")
    collect_by: Mapped[datetime]


class ReservationSeat(Base):
    """One seat of a reservation. While a counter serves the customer it is in that terminal's basket.

    `served_by` and `served_at` say which terminal took it into its basket, and when; null while it is kept.
    """

    __tablename__ = "reservation_seat"
    __table_args__ = (CheckConstraint("(served_by IS NULL) = (served_at IS NULL)", name="served_consistent"),)

    hold_id: Mapped[UUID] = mapped_column(ForeignKey("boxoffice.reservation.hold_id"), primary_key=True)
    seat_id: Mapped[int] = mapped_column(ForeignKey("boxoffice.seat.seat_id"), primary_key=True, autoincrement=False)
    served_by: Mapped[int | None]
    served_at: Mapped[datetime | None]

"""What is on in the cinema of the selling screens' tests: a hall, prices and the shows of a day."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from boxoffice_desktop.domain.halls import Area, HallPicture, PlanShape
from boxoffice_desktop.domain.seats import Seat, SeatKind
from boxoffice_desktop.domain.selling import ShowPrice, TicketType
from boxoffice_desktop.services.programme import DayTile, ShowTile

TODAY = date(2026, 11, 20)
DAYS = tuple(
    DayTile(day=TODAY + timedelta(days=ahead), shows=shows) for ahead, shows in enumerate((11, 2, 12, 9, 9, 9, 9))
)
ME, OTHER = "Counter 1", "Counter 2"
STANDARD, PREMIUM = 1, 2
ADULT, CHILD, STUDENT, SENIOR = 1, 2, 3, 4
TYPES = tuple(
    TicketType(ticket_type_id=number, name=name, position=number)
    for number, name in ((ADULT, "Adult"), (CHILD, "Child"), (STUDENT, "Student"), (SENIOR, "Senior"))
)
# Children are not sold in Premium.
PRICES = tuple(
    ShowPrice(area_id=area, ticket_type_id=kind, amount=amount, tax=0)
    for area, kind, amount in (
        (STANDARD, ADULT, 1200),
        (STANDARD, CHILD, 800),
        (STANDARD, STUDENT, 950),
        (STANDARD, SENIOR, 950),
        (PREMIUM, ADULT, 1550),
        (PREMIUM, STUDENT, 1300),
        (PREMIUM, SENIOR, 1300),
    )
)


def make_hall() -> HallPicture:
    """Ten rows of sixteen: the last two Premium, two wheelchair places in front, love seats at the back."""
    seats = []
    for row in range(10):
        for column in range(16):
            kind = SeatKind.STANDARD
            if row == 0 and column in (0, 15):
                kind = SeatKind.WHEELCHAIR
            if row == 9 and column >= 12:
                kind = SeatKind.LOVE_SEAT
            label, number = "ABCDEFGHJK"[row], str(column + 1)
            seats.append(
                Seat(
                    seat_id=row * 100 + column + 1,
                    zone="Stalls",
                    row_label=label,
                    number=number,
                    x=60.0 + 28 * column + (28 if column > 7 else 0),
                    y=90.0 + 30 * row,
                    area_id=PREMIUM if row >= 8 else STANDARD,
                    kind=kind,
                    name=f"{label}{number}",
                )
            )
    return HallPicture(
        hall_id=2,
        name="Hall 2",
        layout_version=1,
        width=570,
        height=400,
        best_x=300,
        best_y=270,
        seats=tuple(seats),
        areas=(
            Area(area_id=STANDARD, name="Standard", letter="S", colour=0),
            Area(area_id=PREMIUM, name="Premium", letter="P", colour=4),
        ),
        shapes=(PlanShape(text="SCREEN", x=100, y=20, width=370, height=14, is_screen=True),),
    )


def make_tile(show_id: int, title: str, hour: int, minute: int = 0, **changes: Any) -> ShowTile:
    starts = datetime(2026, 11, 20, hour, minute, tzinfo=UTC)
    tile = ShowTile(
        show_id=show_id,
        movie_id=changes.pop("movie_id", show_id // 10),
        title=title,
        certificate="12",
        running_minutes=96,
        format="2D",
        language="OV",
        hall_id=2,
        hall_name="Hall 2",
        starts_at=starts,
        ends_at=starts + timedelta(minutes=110),
        status="on_sale",
        free=112,
        held=4,
        sold=44,
        capacity=160,
        started=False,
        colour=show_id // 10,
        has_poster=False,
    )
    return replace(tile, **changes)


LONG_TITLE = "A Journey to the Far Side of the Moon, and What Was Found There Afterwards"

SHOWS = (
    make_tile(11, LONG_TITLE, 14, 0, free=61),
    make_tile(12, LONG_TITLE, 17, 30, hall_name="Lounge"),
    make_tile(21, "Metropolis", 12, 15, started=True, free=80),
    make_tile(22, "Metropolis", 15, 0, free=0, held=0, sold=160),
    make_tile(23, "Metropolis", 18, 45, free=9, language="OmU"),
    make_tile(24, "Metropolis", 21, 30, status="cancelled"),
    make_tile(31, "Nosferatu", 14, 30, free=134, hall_name="Grand Hall", has_poster=True),
    make_tile(32, "Nosferatu", 17, 30, free=3, has_poster=True),
    make_tile(33, "Nosferatu", 20, 15, free=156, held=2, sold=2, has_poster=True),
    make_tile(34, "Nosferatu", 22, 45, free=160, held=0, sold=0, has_poster=True),
    make_tile(41, "Студент", 19, 0, certificate="", running_minutes=None, format="", language="RU"),
)

"""Which show of today a tour plays in, and which seats it takes there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from uuid import uuid4

from boxoffice_desktop.domain.best_available import find_best_seats
from boxoffice_desktop.domain.errors import NotEnoughSeatsError
from boxoffice_desktop.domain.seats import Seat
from boxoffice_desktop.services import clock, programme, reservations, seat_maps
from boxoffice_desktop.services.programme import ShowTile
from boxoffice_desktop.ui.sell.sell_page import SellPage
from boxoffice_desktop.ui.tasks.desk import Desk
from boxoffice_desktop.ui.tour.driver import Steps, TourFailedError, Until

_WANTED_FREE: Final = 40
LARGEST_HALL: Final = "Palace"
_LENGTH_OF_A_TOUR: Final = timedelta(minutes=10)


@dataclass(frozen=True, kw_only=True)
class Choice:
    """The show of a tour, on which business day it is listed, and its seats."""

    day: date
    show: ShowTile
    seats: Sequence[Seat]


def choose_show(till: Desk, count: int) -> Choice:
    """A show with a lively map, and its `count` best free seats side by side.

    Smaller halls make the better pictures, and a show that has not begun the better story; late in the evening a tour
    takes what is left, and in the small hours the next day's.

    Raises:
        TourFailedError: no show of these days has that many free seats side by side.
    """
    for tile in till.call(programme.list_days, {})[:2]:
        shows = sorted(
            list_going(till, tile.day),
            key=lambda show: (show.hall_name != LARGEST_HALL, not show.started, show.sold, show.show_id),
        )
        for show in reversed(shows):
            seats = _find_seats(till, show, count) if show.free >= _WANTED_FREE else ()
            if seats:
                return Choice(day=tile.day, show=show, seats=seats)
    raise TourFailedError("no show of today has seats left; start over with boxoffice demo --reset")


def list_going(till: Desk, day: date) -> list[ShowTile]:
    """The shows of a day that last for the length of a tour yet."""
    enough = till.call(clock.read_clock_difference, {}).database_now + _LENGTH_OF_A_TOUR
    return [show for show in till.call(programme.list_shows, {"day": day}) if show.ends_at > enough]


def focus_show(page: SellPage, day: date, show_id: int) -> Steps:
    """Go to the day and to the show's tile in it; Enter opens it then."""
    page.picker.dates.choose(day)
    yield Until("the tile of the show", lambda: page.picker.tiles.shows(show_id))
    page.picker.tiles.focus_show(show_id)


def reserve_for_later(till: Desk, name: str, phone: str) -> None:
    """Keep two seats of a show that is at least a day away for somebody.

    Raises:
        TourFailedError: there is no such show with two free seats side by side.
    """
    for tile in till.call(programme.list_days, {})[2:]:
        for show in till.call(programme.list_shows, {"day": tile.day}):
            seats = _find_seats(till, show, 2) if show.status == "on_sale" else ()
            if seats:
                values = {"hold_id": uuid4(), "show_id": show.show_id, "name": name, "phone": phone}
                till.call(reservations.reserve_seats, {**values, "seat_ids": tuple(seat.seat_id for seat in seats)})
                return
    raise TourFailedError("no show of the next days has seats left; start over with boxoffice demo --reset")


def _find_seats(till: Desk, show: ShowTile, count: int) -> Sequence[Seat]:
    opened = till.call(seat_maps.open_show, {"show_id": show.show_id})
    picture = opened.picture
    seats = {seat.seat_id: seat for seat in picture.seats}
    free = seats.keys() - {status.seat_id for status in opened.state.statuses}
    try:
        best = find_best_seats(picture.seats, free, count, best_x=picture.best_x, best_y=picture.best_y)
    except NotEnoughSeatsError:
        return ()
    return [seats[seat_id] for seat_id in best]

"""Short ways to name seats and states in tests of the map."""

from boxoffice_desktop.domain.halls import HallPicture
from boxoffice_desktop.domain.seats import Seat, SeatLook, SeatStatus


def find_seat(hall: HallPicture, name: str) -> Seat:
    return next(seat for seat in hall.seats if seat.name == name)


def held(seat: Seat, expires_in: float | None = None) -> SeatStatus:
    return SeatStatus(seat_id=seat.seat_id, look=SeatLook.HELD, holder="Counter 2", mark="2", expires_in=expires_in)


def sold(seat: Seat) -> SeatStatus:
    return SeatStatus(seat_id=seat.seat_id, look=SeatLook.SOLD, holder="Counter 1")


def mine(seat: Seat) -> SeatStatus:
    return SeatStatus(seat_id=seat.seat_id, look=SeatLook.MINE, holder="Counter 1", mark="1", expires_in=300)


def available(seat: Seat) -> SeatStatus:
    return SeatStatus(seat_id=seat.seat_id, look=SeatLook.AVAILABLE)

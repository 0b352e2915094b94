from dataclasses import replace

import pytest

from boxoffice_desktop.domain.halls import HallPicture
from boxoffice_desktop.ui.widgets.seat_map.layout import HallLayout, Join
from tests.ui.widgets.demo_halls import load_hall
from tests.ui.widgets.seats import find_seat


@pytest.mark.parametrize("seats", [48, 187, 447, 2787])
def test_seats_of_a_row_never_overlap(seats: int) -> None:
    layout = HallLayout(load_hall(seats))
    for row in layout.rows:
        for left, right in zip(row.seats, row.seats[1:], strict=False):
            room = layout.sizes[left.kind].width / 2 + layout.sizes[right.kind].width / 2
            assert ((right.x - left.x) ** 2 + (right.y - left.y) ** 2) ** 0.5 >= room


@pytest.mark.parametrize("seats", [48, 187, 447, 2787])
def test_arrows_alone_reach_every_seat(seats: int) -> None:
    layout = HallLayout(load_hall(seats))
    start = layout.best_seat()
    assert start is not None
    seen, waiting = {start.seat_id}, [start]
    while waiting:
        seat = waiting.pop()
        for step in (-1, 1):
            for other in (layout.beside(seat, step), layout.beyond(seat, step)):
                if other.seat_id not in seen:
                    seen.add(other.seat_id)
                    waiting.append(other)
    assert len(seen) == seats


@pytest.mark.parametrize("seats", [48, 187, 447, 2787])
def test_every_seat_is_found_under_its_own_centre(seats: int) -> None:
    picture = load_hall(seats)
    layout = HallLayout(picture)
    assert all(layout.seat_at(seat.x, seat.y) is seat for seat in picture.seats)


def test_love_seats_are_joined_in_pairs(hall: HallPicture) -> None:
    layout = HallLayout(hall)
    left, right = find_seat(hall, "N1"), find_seat(hall, "N2")
    assert layout.joins[left.seat_id] is Join.RIGHT
    assert layout.joins[right.seat_id] is Join.LEFT
    assert len(layout.joins) == 10


def test_row_labels_stand_clear_of_neighbouring_rows() -> None:
    layout = HallLayout(load_hall(2787))
    for row in layout.rows:
        low, high = layout.clear_of_row(row, 20.0)
        for seat in layout.picture.seats:
            if seat.zone == row.zone and abs(seat.y - row.seats[0].y) < 20 and seat.x < row.seats[0].x:
                assert low <= seat.x
            if seat.zone == row.zone and abs(seat.y - row.seats[-1].y) < 20 and seat.x > row.seats[-1].x:
                assert high >= seat.x


def test_a_hall_without_seats_has_a_size_and_no_best_seat(hall: HallPicture) -> None:
    layout = HallLayout(replace(hall, seats=(), shapes=()))
    assert layout.best_seat() is None
    assert layout.seat_at(10, 10) is None
    left, top, right, bottom = layout.bounds()
    assert right > left
    assert bottom > top


def test_two_seats_on_one_spot_do_not_make_seats_vanish(hall: HallPicture) -> None:
    first = hall.seats[0]
    doubled = replace(hall, seats=(*hall.seats, replace(first, seat_id=9999, number="99")))
    assert HallLayout(doubled).sizes[first.kind].width > 20

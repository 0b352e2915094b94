from boxoffice_desktop.domain.halls import HallPicture
from boxoffice_desktop.domain.seat_moves import SeatMatch, SoldSeat, match_seats
from boxoffice_desktop.domain.seats import Seat, SeatKind


def seat(seat_id: int, row: str, number: int, *, area_id: int = 1, kind: SeatKind = SeatKind.STANDARD) -> Seat:
    return Seat(
        seat_id=seat_id,
        zone="",
        row_label=row,
        number=str(number),
        x=number * 28.0,
        y=(ord(row) - 64) * 30.0,
        area_id=area_id,
        kind=kind,
        name=f"{row}{number}",
    )


def hall(*seats: Seat, best: tuple[float, float] = (0.0, 0.0)) -> HallPicture:
    return HallPicture(
        hall_id=1,
        name="Hall",
        layout_version=1,
        width=500,
        height=500,
        best_x=best[0],
        best_y=best[1],
        seats=seats,
        areas=(),
        shapes=(),
    )


def names(old: HallPicture, new: HallPicture, *sold: tuple[str, str], taken: tuple[int, ...] = ()) -> list[str | None]:
    by_name = {each.name: each for each in old.seats}
    tickets = [SoldSeat(ticket_id=n, party=party, seat=by_name[name]) for n, (party, name) in enumerate(sold)]
    return [each.to.name if each.to else None for each in match_seats(tickets, old, new, taken=taken)]


def row(start: int, letter: str, numbers: range, area_id: int = 1) -> tuple[Seat, ...]:
    return tuple(seat(start + number, letter, number, area_id=area_id) for number in numbers)


def test_everybody_keeps_row_and_number_where_they_exist() -> None:
    old, new = hall(*row(0, "A", range(1, 5))), hall(*row(100, "A", range(1, 9)))
    assert names(old, new, ("x", "A2"), ("x", "A4")) == ["A2", "A4"]


def test_who_cannot_keep_the_seat_gets_the_nearest_of_the_area() -> None:
    old = hall(*row(0, "A", range(1, 5)), *row(10, "B", range(1, 5)))
    new = hall(*row(100, "A", range(1, 5)))
    assert names(old, new, ("x", "B3")) == ["A3"]
    assert names(old, new, ("x", "B3"), taken=(103,)) == ["A2"]


def test_nobody_loses_an_own_seat_to_somebody_who_must_move() -> None:
    old = hall(*row(0, "A", range(1, 3)), *row(10, "B", range(1, 3)))
    new = hall(*row(100, "A", range(1, 4)))
    assert names(old, new, ("x", "B1"), ("y", "A1"), ("z", "A2")) == ["A3", "A1", "A2"]


def test_areas_are_not_mixed() -> None:
    old = hall(*row(0, "A", range(1, 3), area_id=2))
    new = hall(*row(100, "A", range(1, 5), area_id=1), *row(110, "F", range(1, 2), area_id=2))
    assert names(old, new, ("x", "A1"), ("x", "A2")) == ["F1", None]


def test_a_party_stays_together() -> None:
    old = hall(*row(0, "A", range(1, 10)), *row(20, "B", range(1, 10)))
    new = hall(*row(100, "A", range(1, 10)))
    assert names(old, new, ("x", "A2"), ("x", "B8")) == ["A2", "A3"]


def test_a_wheelchair_place_goes_to_a_wheelchair_place_only() -> None:
    chair = seat(1, "A", 1, kind=SeatKind.WHEELCHAIR)
    new = hall(seat(101, "A", 1), seat(102, "K", 9, kind=SeatKind.WHEELCHAIR))
    assert names(hall(chair), new, ("x", "A1")) == ["K9"]
    assert names(hall(seat(2, "B", 2)), hall(seat(103, "B", 2, kind=SeatKind.WHEELCHAIR)), ("x", "B2")) == [None]


def test_nearness_is_measured_from_the_best_point_of_either_hall() -> None:
    old = hall(*row(0, "B", range(1, 9)), best=(112, 60))
    new = hall(*row(100, "A", range(1, 17)), best=(224, 30))
    assert names(old, new, ("x", "B4")) == ["A8"]


def test_how_a_seat_was_found_is_said() -> None:
    old, new = hall(*row(0, "A", range(1, 4))), hall(*row(100, "A", range(1, 3)))
    tickets = [SoldSeat(ticket_id=n, party="x", seat=each) for n, each in enumerate(old.seats)]
    assert [each.match for each in match_seats(tickets, old, new)] == [SeatMatch.SAME, SeatMatch.SAME, SeatMatch.NONE]

"""The demo halls as pictures, and a mix of states over them, for tests and benchmarks of the map."""

from boxoffice_desktop.domain.halls import Area, HallPicture
from boxoffice_desktop.domain.seating_plan import default_best_point, parse_plan, plan_to_areas_and_kinds
from boxoffice_desktop.domain.seats import Seat, SeatLook, SeatStatus, seat_name
from boxoffice_desktop.files import resources_folder

_HALLS = {447: "grand-hall", 187: "hall-2", 48: "lounge", 2787: "palace"}


def load_hall(seats: int) -> HallPicture:
    """The demo hall with that many seats."""
    plan = parse_plan((resources_folder() / "demo" / f"{_HALLS[seats]}.json").read_bytes())
    meaning = plan_to_areas_and_kinds(plan)
    ids = {area.name: i + 1 for i, area in enumerate(meaning.areas)}
    many = len({seat.zone for seat in plan.seats}) > 1
    best_x, best_y = default_best_point(plan.seats)
    return HallPicture(
        hall_id=seats,
        name=plan.name,
        layout_version=1,
        width=plan.width,
        height=plan.height,
        best_x=best_x,
        best_y=best_y,
        seats=tuple(
            Seat(
                seat_id=i + 1,
                zone=seat.zone,
                row_label=seat.row_label,
                number=seat.number,
                x=seat.x,
                y=seat.y,
                area_id=ids[meaning.by_category[seat.category].area],
                kind=meaning.by_category[seat.category].kind,
                name=seat_name(seat.zone if many else None, seat.row_label, seat.number),
            )
            for i, seat in enumerate(plan.seats)
        ),
        areas=tuple(
            Area(area_id=ids[area.name], name=area.name, letter=area.letter, colour=area.colour)
            for area in meaning.areas
        ),
        shapes=plan.shapes,
    )


def mix_of_states(picture: HallPicture) -> list[SeatStatus]:
    """Blocks of sold seats with every other state between them, the same each time."""
    order = (
        SeatLook.HELD, SeatLook.HELD, SeatLook.RESERVATION, SeatLook.RESERVATION, SeatLook.HOUSE,
        SeatLook.OUT_OF_ORDER, SeatLook.MINE, SeatLook.MINE,
    )  # fmt: skip
    statuses = []
    for i, seat in enumerate(picture.seats):
        block = (i * 7919 // 5) % 100
        if block < 38:
            statuses.append(SeatStatus(seat_id=seat.seat_id, look=SeatLook.SOLD, holder="Counter 1"))
        elif i % 9 == 4:
            look = order[(i // 9) % len(order)]
            held = look is SeatLook.HELD
            holder, mark = ("Counter 2", "2") if held else (None, None)
            statuses.append(SeatStatus(seat_id=seat.seat_id, look=look, holder=holder, mark=mark))
    return statuses

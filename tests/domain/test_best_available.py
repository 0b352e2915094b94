"""Best-available seats: against a brute-force reference on small halls, and on the real plans of the demo cinema."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from boxoffice_desktop.domain.best_available import find_best_seats, prepare_rows
from boxoffice_desktop.domain.errors import InvalidInputError, NotEnoughSeatsError
from boxoffice_desktop.domain.seating_plan import default_best_point, parse_plan, plan_to_areas_and_kinds
from boxoffice_desktop.domain.seats import Seat, SeatKind
from boxoffice_desktop.files import resources_folder

PITCH = 28.0
ALL_KINDS = frozenset(SeatKind)
STANDARD = frozenset({SeatKind.STANDARD})


def make_seat(
    seat_id: int, x: float, *, row: str = "A", number: str | None = None, y: float = 0.0, kind: str = "standard"
) -> Seat:
    return Seat(
        seat_id=seat_id,
        zone="Stalls",
        row_label=row,
        number=number or str(seat_id),
        x=x,
        y=y,
        area_id=1,
        kind=SeatKind(kind),
        name=f"{row}{number or seat_id}",
    )


def make_row(count: int, *, first_id: int = 1, kind: str = "standard", row: str = "A", y: float = 0.0) -> list[Seat]:
    return [make_seat(first_id + i, i * PITCH, kind=kind, row=row, y=y) for i in range(count)]


def find(
    seats: list[Seat],
    free: set[int],
    count: int,
    *,
    x: float = 0.0,
    y: float = 0.0,
    kinds: frozenset[SeatKind] = STANDARD,
) -> tuple[int, ...]:
    return find_best_seats(seats, free, count, best_x=x, best_y=y, kinds=kinds)


def test_the_group_nearest_the_best_point_wins() -> None:
    seats = make_row(11)
    assert find(seats, set(range(1, 12)), 3, x=5 * PITCH) == (5, 6, 7)


def test_a_row_nearer_the_best_point_wins() -> None:
    seats = [s for i, row in enumerate("ABCD") for s in make_row(9, first_id=1 + 10 * i, row=row, y=i * 32.0)]
    assert find(seats, {s.seat_id for s in seats}, 2, x=4 * PITCH, y=64.0) == (24, 25)


def test_no_single_seat_is_left_where_it_can_be_avoided() -> None:
    # The nearest pair, 2 and 3, would leave 1 and 4 alone.
    assert find(make_row(7), {1, 2, 3, 4, 6, 7}, 2, x=1.4 * PITCH) == (1, 2)


def test_a_single_seat_is_left_when_there_is_no_other_way() -> None:
    assert find(make_row(7), {1, 2, 3, 5, 6, 7}, 2, x=1.6 * PITCH) == (2, 3)


def test_a_seat_that_was_alone_before_is_no_reason_to_go_elsewhere() -> None:
    seats = make_row(9)
    assert find(seats, {1, 3, 4, 5, 6, 8, 9}, 2, x=2 * PITCH) == (3, 4)


def test_an_aisle_keeps_seats_apart() -> None:
    seats = [make_seat(i, i * PITCH + (56 if i > 3 else 0)) for i in range(1, 8)]
    assert find(seats, {2, 3, 4, 5, 6}, 3, x=3 * PITCH) == (4, 5, 6)


def test_two_seats_with_an_aisle_between_them_are_no_neighbours() -> None:
    seats = [*make_row(9), make_seat(20, 0.0, row="B", y=32.0), make_seat(21, 56.0, row="B", y=32.0)]
    with pytest.raises(NotEnoughSeatsError) as refusal:
        find(seats, {20, 21}, 2)
    assert refusal.value.longest == 1


def test_numbers_from_the_right_and_odd_and_even_sides_do_not_matter() -> None:
    numbers = ["7", "5", "3", "1", "2", "4", "6"]
    seats = [make_seat(i + 1, i * PITCH, number=n) for i, n in enumerate(numbers)]
    assert find(seats, set(range(1, 8)), 3, x=3 * PITCH) == (3, 4, 5)


def test_seats_come_left_to_right_however_they_are_given() -> None:
    seats = list(reversed(make_row(5)))
    assert find(seats, {1, 2, 3, 4, 5}, 5) == (1, 2, 3, 4, 5)


def test_a_row_along_the_side_wall_has_neighbours_too() -> None:
    seats = [make_seat(i, 0.0, y=i * PITCH) for i in range(1, 6)]
    assert find(seats, {2, 3, 5}, 2) == (2, 3)


def test_rows_with_one_label_in_two_zones_are_two_rows() -> None:
    seats = make_row(3)
    balcony = [
        Seat(
            seat_id=10 + s.seat_id,
            zone="Balcony",
            row_label="A",
            number=s.number,
            x=s.x + 3 * PITCH,
            y=0.0,
            area_id=1,
            kind=s.kind,
            name=f"Balcony {s.name}",
        )
        for s in seats
    ]
    with pytest.raises(NotEnoughSeatsError):
        find([*seats, *balcony], {1, 2, 3, 11, 12, 13}, 4)


@pytest.mark.parametrize("kind", [SeatKind.WHEELCHAIR, SeatKind.COMPANION, SeatKind.LOVE_SEAT])
def test_special_places_are_given_only_when_asked_for(kind: SeatKind) -> None:
    seats = [*make_row(2, kind=kind.value), *[make_seat(i, i * PITCH) for i in (3, 4, 5)]]
    assert find_best_seats(seats, {1, 2, 3, 4, 5}, 2, best_x=0, best_y=0) == (3, 4)
    assert find(seats, {1, 2, 3, 4, 5}, 2, kinds=frozenset({kind})) == (1, 2)


def test_half_a_love_seat_is_not_taken_from_its_other_half() -> None:
    seats = make_row(4, kind="love_seat")
    love = frozenset({SeatKind.LOVE_SEAT})
    assert find(seats, {1, 2, 3, 4}, 2, x=1.5 * PITCH, kinds=love) == (1, 2)
    with pytest.raises(NotEnoughSeatsError) as refusal:
        find(seats, {1, 2, 3, 4}, 1, kinds=love)
    assert refusal.value.longest == 0
    with pytest.raises(NotEnoughSeatsError) as refusal:
        find(seats, {1, 2, 3, 4}, 3, kinds=love)
    assert refusal.value.longest == 2


def test_half_a_love_seat_may_be_taken_when_its_other_half_is_gone() -> None:
    assert find(make_row(4, kind="love_seat"), {1, 2, 4}, 1, kinds=frozenset({SeatKind.LOVE_SEAT})) == (4,)


def test_love_seats_pair_by_number_not_by_place() -> None:
    # The first seat of the row is the orphan 2; 3 and 4 are a pair.
    seats = [make_seat(i, i * PITCH, kind="love_seat") for i in (2, 3, 4)]
    assert find(seats, {2, 3, 4}, 1, kinds=frozenset({SeatKind.LOVE_SEAT})) == (2,)


def test_love_seats_without_usable_numbers_pair_from_the_left() -> None:
    seats = [make_seat(i, i * PITCH, number=n, kind="love_seat") for i, n in enumerate("abcd", start=1)]
    assert [prepare_rows(seats).find_partner(i) for i in (1, 2, 3, 4)] == [2, 1, 4, 3]


def test_an_area_can_be_asked_for() -> None:
    seats = [
        Seat(
            seat_id=i,
            zone="",
            row_label="A",
            number=str(i),
            x=i * PITCH,
            y=0,
            area_id=1 if i < 4 else 2,
            kind=SeatKind.STANDARD,
            name=f"A{i}",
        )
        for i in range(1, 8)
    ]
    free = set(range(1, 8))
    assert find_best_seats(seats, free, 2, best_x=0, best_y=0, area_id=2) == (4, 5)
    with pytest.raises(NotEnoughSeatsError) as refusal:
        find_best_seats(seats, free, 6, best_x=0, best_y=0, area_id=2)
    assert refusal.value.longest == 4


def test_a_hall_without_seats_has_none() -> None:
    with pytest.raises(NotEnoughSeatsError) as refusal:
        find([], set(), 1)
    assert (refusal.value.wanted, refusal.value.longest) == (1, 0)


def test_less_than_one_seat_cannot_be_asked_for() -> None:
    with pytest.raises(InvalidInputError):
        find(make_row(3), {1, 2, 3}, 0)


@dataclass(frozen=True)
class SmallHall:
    """Blocks are what stands between aisles: built so, not found out, so that the reference need not measure."""

    blocks: tuple[tuple[Seat, ...], ...]

    @property
    def seats(self) -> list[Seat]:
        return [seat for block in self.blocks for seat in block]


@st.composite
def small_halls(draw: st.DrawFn) -> SmallHall:
    # One plain row says what the pitch of the zone is.
    blocks = [tuple(make_row(12, first_id=1000, row="Z", y=400.0))]
    seat_id = 1
    for at, label in enumerate("ABC"[: draw(st.integers(1, 3))]):
        x = draw(st.floats(-50, 50))
        from_right = draw(st.booleans())
        sizes = draw(st.lists(st.integers(1, 6), min_size=1, max_size=3))
        number = sum(sizes) if from_right else 1
        for size in sizes:
            block = []
            for place in range(size):
                kind = draw(st.sampled_from(["standard", "standard", "standard", "love_seat", "wheelchair"]))
                bend = draw(st.floats(0, 4))
                block.append(
                    make_seat(seat_id, x + place * PITCH, row=label, number=str(number), y=at * 32 + bend, kind=kind)
                )
                seat_id += 1
                number += -1 if from_right else 1
            blocks.append(tuple(block))
            x += (size - 1 + draw(st.floats(2, 4))) * PITCH
    return SmallHall(tuple(blocks))


def reference_groups(
    hall: SmallHall, free: set[int], count: int, kinds: frozenset[SeatKind], best: tuple[float, float]
) -> Iterator[tuple[int, float, tuple[int, ...]]]:
    """Every permitted group with the singles it newly leaves and its distance, straight from the words of the rule."""
    partner = {i: o for i in free for o in [prepare_rows(hall.seats).find_partner(i)]}
    for block in hall.blocks:
        taken_before = {s.seat_id for s in block if s.seat_id not in free or s.kind not in kinds}
        for at in range(len(block) - count + 1):
            group = {s.seat_id for s in block[at : at + count]}
            if group & taken_before:
                continue
            open_after = {s.seat_id for s in block} - taken_before - group
            if any(partner[i] in open_after for i in group):
                continue
            singles = sum(
                1
                for k, s in enumerate(block)
                if s.seat_id in open_after
                and not has_neighbour(block, k, open_after)
                and has_neighbour(block, k, open_after | group)
            )
            x = sum(s.x for s in block[at : at + count]) / count - best[0]
            y = sum(s.y for s in block[at : at + count]) / count - best[1]
            yield singles, x * x + y * y, tuple(s.seat_id for s in block[at : at + count])


def has_neighbour(block: tuple[Seat, ...], at: int, among: set[int]) -> bool:
    return any(0 <= k < len(block) and block[k].seat_id in among for k in (at - 1, at + 1))


@settings(max_examples=300, deadline=None)
@given(data=st.data(), hall=small_halls(), count=st.integers(1, 5))
def test_no_other_group_is_better_by_the_stated_order(data: st.DataObject, hall: SmallHall, count: int) -> None:
    ids = [s.seat_id for s in hall.seats]
    free = data.draw(st.sets(st.sampled_from(ids)))
    kinds = data.draw(st.sampled_from([STANDARD, ALL_KINDS, frozenset({SeatKind.STANDARD, SeatKind.LOVE_SEAT})]))
    best = data.draw(st.tuples(st.floats(-100, 500), st.floats(-100, 500)))
    groups = {ids: (singles, far) for singles, far, ids in reference_groups(hall, free, count, kinds, best)}
    if not groups:
        with pytest.raises(NotEnoughSeatsError) as refusal:
            find_best_seats(hall.seats, free, count, best_x=best[0], best_y=best[1], kinds=kinds)
        longest = next((n for n in range(count - 1, 0, -1) if any(reference_groups(hall, free, n, kinds, best))), 0)
        assert refusal.value.longest == longest
        return
    found = find_best_seats(hall.seats, free, count, best_x=best[0], best_y=best[1], kinds=kinds)
    singles, far = groups[found]
    fewest = min(s for s, _ in groups.values())
    assert singles == fewest
    assert far == pytest.approx(min(f for s, f in groups.values() if s == fewest), rel=1e-6, abs=1e-6)


@settings(max_examples=60, deadline=None)
@given(hall=small_halls(), count=st.integers(1, 4))
def test_the_same_question_has_the_same_answer_in_any_order_of_seats(hall: SmallHall, count: int) -> None:
    free = {s.seat_id for s in hall.seats}
    one = find_best_seats(hall.seats, free, count, best_x=100, best_y=50)
    other = find_best_seats(list(reversed(hall.seats)), free, count, best_x=100, best_y=50)
    assert one == other


def load_demo_hall(name: str) -> tuple[list[Seat], tuple[float, float]]:
    plan = parse_plan((resources_folder() / "demo" / f"{name}.json").read_bytes())
    mapping = plan_to_areas_and_kinds(plan)
    names = [area.name for area in mapping.areas]
    seats = [
        Seat(
            seat_id=i,
            zone=s.zone,
            row_label=s.row_label,
            number=s.number,
            x=s.x,
            y=s.y,
            area_id=names.index(mapping.by_category[s.category].area),
            kind=mapping.by_category[s.category].kind,
            name=f"{s.zone[0]} {s.row_label}{s.number}",
        )
        for i, s in enumerate(plan.seats)
    ]
    return seats, default_best_point(plan.seats)


def aisles_in(name: str) -> dict[tuple[str, str], list[int]]:
    """Sizes of the blocks of each row, read from the file itself: a gap of more than 50 units is an aisle."""
    plan = json.loads((resources_folder() / "demo" / f"{name}.json").read_text())
    sizes: dict[tuple[str, str], list[int]] = {}
    for zone in plan["zones"]:
        for row in zone["rows"]:
            xs = sorted(s["position"]["x"] for s in row["seats"])
            blocks = [1]
            for a, b in pairwise(xs):
                if b - a > 50:
                    blocks.append(0)
                blocks[-1] += 1
            sizes[zone["name"], row["row_number"]] = blocks
    return sizes


@pytest.mark.parametrize("name", ["grand-hall", "hall-2", "lounge", "palace"])
def test_the_blocks_of_the_demo_halls_are_found(name: str) -> None:
    seats, _ = load_demo_hall(name)
    found: dict[tuple[str, str], list[int]] = {}
    for run in prepare_rows(seats).runs:
        found.setdefault((run[0].zone, run[0].row_label), []).append(len(run))
    assert found == aisles_in(name)


@pytest.mark.parametrize("name", ["grand-hall", "hall-2", "lounge", "palace"])
def test_an_empty_demo_hall_gives_seats_in_the_middle_two_thirds_back(name: str) -> None:
    seats, (x, y) = load_demo_hall(name)
    chosen = find_best_seats(seats, {s.seat_id for s in seats}, 2, best_x=x, best_y=y)
    by_id = {s.seat_id: s for s in seats}
    assert len(chosen) == 2
    assert all(abs(by_id[i].x - x) < 160 and abs(by_id[i].y - y) < 60 for i in chosen)


def test_the_love_seats_of_hall_2_are_pairs() -> None:
    seats, _ = load_demo_hall("hall-2")
    index = prepare_rows(seats)
    love = [s for s in seats if s.kind is SeatKind.LOVE_SEAT]
    by_id = {s.seat_id: s.number for s in seats}
    assert len(love) == 10
    assert {(s.number, by_id[index.find_partner(s.seat_id) or 0]) for s in love if int(s.number) % 2} == {
        ("1", "2"),
        ("3", "4"),
        ("5", "6"),
        ("7", "8"),
        ("9", "10"),
    }


def test_a_hall_fills_pair_by_pair_until_no_two_neighbours_are_free() -> None:
    seats, (x, y) = load_demo_hall("grand-hall")
    index = prepare_rows(seats)
    free = {s.seat_id for s in seats if s.kind is SeatKind.STANDARD}
    while any(a.seat_id in free and b.seat_id in free for run in index.runs for a, b in pairwise(run)):
        taken = find_best_seats(index, free, 2, best_x=x, best_y=y)
        assert free.issuperset(taken)
        free.difference_update(taken)
    with pytest.raises(NotEnoughSeatsError) as refusal:
        find_best_seats(index, free, 2, best_x=x, best_y=y)
    assert refusal.value.longest == 1

from collections.abc import Callable
from dataclasses import replace

import pytest

from boxoffice_desktop.domain.errors import InvalidInputError
from boxoffice_desktop.domain.halls import PlanShape
from boxoffice_desktop.domain.layout import moving, picking
from boxoffice_desktop.domain.layout.changes import compare
from boxoffice_desktop.domain.layout.checks import check_document
from boxoffice_desktop.domain.layout.document import HallDocument, add_shape, as_picture, fit_size
from boxoffice_desktop.domain.layout.drawing import Aisle, Block, block_points, draw_block
from boxoffice_desktop.domain.layout.history import History
from boxoffice_desktop.domain.layout.marking import set_kind, set_labels
from boxoffice_desktop.domain.layout.numbering import Pattern, RowRule, SeatRule, name_rows, number_seats
from boxoffice_desktop.domain.seats import SeatKind

Find = Callable[..., frozenset[int]]


def names(document: HallDocument) -> list[str]:
    return [seat.row_label + seat.number for seat in document.seats]


def spots(document: HallDocument, keys: frozenset[int]) -> list[tuple[float, float]]:
    return [(seat.x, seat.y) for seat in document.seats if seat.key in keys]


def test_a_block_is_named_from_the_screen_and_numbered_from_the_left(hall: HallDocument) -> None:
    assert names(hall) == [row + number for row in "ABC" for number in "1234"]
    assert spots(hall, frozenset(s.key for s in hall.seats[:4])) == [(358, 100), (386, 100), (414, 100), (442, 100)]


def test_a_second_block_goes_on_with_the_next_free_row(hall: HallDocument) -> None:
    more, new = draw_block(hall, Block(x=400, y=300, rows=2, seats=1, zone="Stalls", area_id=1))
    assert names(more)[12:] == ["D1", "E1"]
    assert new == frozenset(seat.key for seat in more.seats[12:])


def test_rows_widen_about_their_middle_and_aisles_run_straight() -> None:
    first, second = block_points(Block(x=0, y=0, rows=2, seats=4, widen=2, aisles=(Aisle(after=2, width=50),)))
    assert [x for x, _ in first] == [-67, -39, 39, 67]
    assert [x for x, _ in second] == [-95, -67, -39, 39, 67, 95]


def test_ends_of_a_curved_row_are_nearer_to_the_screen_and_skew_shifts_rows() -> None:
    first, second = block_points(Block(x=0, y=0, rows=2, seats=3, curve=10, skew=7))
    assert [y for _, y in first] == [-10, 0, -10]
    assert [x for x, _ in second] == [-21, 7, 35]


@pytest.mark.parametrize("wrong", [{"rows": 0}, {"rows": 300}, {"seats": 0}, {"seat_gap": 0}, {"rows": 99, "widen": 9}])
def test_numbers_that_make_no_block_are_refused(hall: HallDocument, wrong: dict[str, int]) -> None:
    with pytest.raises(InvalidInputError):
        draw_block(hall, Block(**{"x": 0, "y": 0, **wrong}))


def test_more_seats_than_a_hall_takes_are_refused(hall: HallDocument) -> None:
    with pytest.raises(InvalidInputError, match="20,000"):
        draw_block(hall, Block(x=0, y=0, rows=100, seats=200))


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (SeatRule(), "1234"),
        (SeatRule(from_right=True), "4321"),
        (SeatRule(pattern=Pattern.ODD), "1357"),
        (SeatRule(pattern=Pattern.EVEN), "2468"),
        (SeatRule(pattern=Pattern.EVEN, from_right=True, start=3), ["10", "8", "6", "4"]),
        (SeatRule(start=101), ["101", "102", "103", "104"]),
    ],
)
def test_seats_are_numbered_by_rule(hall: HallDocument, find: Find, rule: SeatRule, expected: list[str]) -> None:
    numbered = number_seats(hall, find("A1", "A2", "A3", "A4"), rule)
    assert [seat.number for seat in numbered.seats[:4]] == list(expected)
    assert numbered.seats[4:] == hall.seats[4:]


def test_row_letters_leave_out_i_and_o() -> None:
    labels = RowRule(start="H").labels()
    assert [next(labels) for _ in range(8)] == ["H", "J", "K", "L", "M", "N", "P", "Q"]
    labels = RowRule(start="Z").labels()
    assert [next(labels) for _ in range(3)] == ["Z", "AA", "AB"]
    assert next(RowRule(start="I", all_letters=True).labels()) == "I"


@pytest.mark.parametrize("start", ["", "I", "A1", "ABC", "-3", "9999"])
def test_rows_cannot_start_anywhere(start: str) -> None:
    with pytest.raises(InvalidInputError):
        next(RowRule(start=start).labels())


def test_rows_are_named_from_the_back_when_asked(hall: HallDocument) -> None:
    named = name_rows(hall, picking.everything(hall), RowRule(start="1", from_back=True))
    assert [seat.row_label for seat in named.seats[::4]] == ["3", "2", "1"]


def test_moving_moves_the_selection_and_nothing_else(hall: HallDocument, find: Find) -> None:
    moved = moving.move(hall, find("A1"), 10, -5)
    assert spots(moved, find("A1")) == [(368, 95)]
    assert moved.seats[1:] == hall.seats[1:]
    assert moving.move(hall, find("A1"), 0, 0) is hall


def test_aligning_moves_whole_rows(hall: HallDocument, find: Find) -> None:
    everything = frozenset(seat.key for seat in hall.seats)
    shifted = moving.move(hall, find("B1", "B2", "B3", "B4"), 20, 0)
    left = moving.align(shifted, everything, moving.Edge.LEFT)
    assert left.seats == hall.seats
    right = moving.align(shifted, everything, moving.Edge.RIGHT)
    assert {seat.x for seat in right.seats if seat.number == "4"} == {462}
    centred = moving.align(shifted, everything, moving.Edge.CENTRE)
    assert {seat.x for seat in centred.seats if seat.number == "1"} == {368}


def test_spreading_evens_seats_within_a_row_and_rows_within_a_block(hall: HallDocument, find: Find) -> None:
    everything = frozenset(seat.key for seat in hall.seats)
    moved = moving.move(hall, find("A2"), 9, 0)
    assert moving.spread_seats(moved, everything).seats == hall.seats
    moved = moving.move(hall, find("B1", "B2", "B3", "B4"), 0, 11)
    assert moving.spread_rows(moved, everything).seats == hall.seats


def test_bending_and_straightening_undo_each_other_up_to_a_level(hall: HallDocument, find: Find) -> None:
    row = find("A1", "A2", "A3", "A4")
    bent = moving.bend(hall, row, 8)
    assert [y for _, y in spots(bent, row)] == [92, 99.11, 99.11, 92]
    assert len({y for _, y in spots(moving.straighten(bent, row), row)}) == 1


def test_mirroring_twice_changes_nothing(hall: HallDocument) -> None:
    everything = picking.everything(hall)
    for upside_down in (False, True):
        once = moving.mirror(hall, everything, upside_down=upside_down)
        assert once.seats != hall.seats
        assert moving.mirror(once, everything, upside_down=upside_down).seats == hall.seats


def test_copies_get_labels_that_are_free(hall: HallDocument, find: Find) -> None:
    copied, new = moving.copy(hall, find("A1", "A2", "B1"), 0, 200)
    assert [names(copied)[i] for i in (12, 13, 14)] == ["D1", "D2", "E1"]
    assert new == frozenset(seat.key for seat in copied.seats[12:])
    assert not any(problem.blocks for problem in check_document(copied))


def test_an_aisle_opens_beside_and_behind_the_selection(hall: HallDocument, find: Find) -> None:
    wide = moving.open_aisle(hall, find("A2", "B2"), 40)
    assert [seat.x - was.x for seat, was in zip(wide.seats, hall.seats, strict=True)] == [0, 0, 40, 40] * 2 + [0] * 4
    deep = moving.open_cross_aisle(hall, find("A2"), 40)
    assert [seat.y - was.y for seat, was in zip(deep.seats, hall.seats, strict=True)] == [0] * 4 + [40] * 8


def test_removed_seats_are_gone_and_hidden_shapes_stay(hall: HallDocument) -> None:
    hidden = replace(hall, shapes=(replace(hall.shapes[0], hidden=True),))
    left = moving.remove(hidden, frozenset(seat.key for seat in hall.seats) | {hall.shapes[0].key})
    assert (left.seats, len(left.shapes)) == ((), 1)


def test_a_point_finds_a_seat_before_a_shape_and_a_rectangle_finds_all(hall: HallDocument, find: Find) -> None:
    document, bar = add_shape(hall, PlanShape(text="Bar", x=340, y=90, width=60, height=20))
    assert picking.pick_at(document, 360, 102) == next(iter(find("A1")))
    assert picking.pick_at(document, 343, 92, reach=5) == next(iter(bar))
    assert picking.pick_at(document, 10, 400) is None
    assert picking.pick_in(document, 300, 80, 400, 120) == find("A1", "A2") | bar
    assert picking.same_rows(document, find("A1")) == find("A1", "A2", "A3", "A4")
    assert picking.same_areas(document, find("A1")) == frozenset(seat.key for seat in hall.seats)


def test_arrows_walk_to_the_next_seat_and_stop_at_the_end(hall: HallDocument, find: Find) -> None:
    (a1,), (a2,), (b1,) = find("A1"), find("A2"), find("B1")
    assert picking.neighbour(hall, a1, 1, 0) == a2
    assert picking.neighbour(hall, a1, 0, 1) == b1
    assert picking.neighbour(hall, a1, -1, 0) == a1


def test_a_movement_snaps_to_what_stands_still_and_names_the_line(hall: HallDocument, find: Find) -> None:
    (a1,) = find("A1")
    lines = picking.SnapLines(hall, find("A1"), a1)
    assert lines.snap(26, 30.5, 5) == picking.Snapped(28, 32, 386, 132)
    assert lines.snap(13, 15, 2) == picking.Snapped(13, 15)


def test_undo_and_redo_bring_back_every_state_with_its_selection(hall: HallDocument, find: Find) -> None:
    history = History(hall)
    moved = moving.move(hall, find("A1"), 5, 0)
    history.push(moved, find("A1"), "Move")
    assert (history.is_changed, history.undo_deed, history.redo_deed) == (True, "Move", None)
    assert history.undo()
    assert (history.present.document, history.redo_deed, history.is_changed) == (hall, "Move", False)
    assert not history.undo()
    assert history.redo()
    assert (history.present.document, history.present.selection) == (moved, find("A1"))
    assert not history.redo()
    history.mark_saved()
    assert not history.is_changed
    history.undo()
    history.push(hall, frozenset(), "Other")
    assert history.redo_deed is None


def test_problems_are_named(hall: HallDocument, find: Find) -> None:
    document = set_labels(hall, find("A2"), number="1")
    document = set_labels(document, find("B1"), row_label="")
    document = set_kind(document, find("C4"), SeatKind.LOVE_SEAT)
    document = moving.move(document, find("C1"), 26, 0)
    document = replace(document, name=" ", areas=document.areas[1:])
    texts = "\n".join(problem.text for problem in check_document(document))
    for words in ("needs a name", "Stalls A1: that row", "Stalls ?1", "Stalls C1", "Stalls C4", "no price area"):
        assert words in texts
    assert [p.blocks for p in check_document(document)] == [True] * 4 + [False] * 2


def test_a_sound_hall_has_no_problems_and_an_empty_one_needs_seats(hall: HallDocument) -> None:
    assert check_document(hall) == ()
    empty = replace(hall, seats=())
    assert [problem.text for problem in check_document(empty)] == ["The hall has no seats yet."]


def test_what_lies_outside_is_brought_inside(hall: HallDocument, find: Find) -> None:
    moved = fit_size(moving.move(hall, find("A1"), -400, 0))
    assert min(seat.x for seat in moved.seats) == 28
    assert moved.width == 870
    assert fit_size(moved) is moved


def test_changes_are_told_apart(hall: HallDocument, find: Find) -> None:
    before = replace(hall, seats=tuple(replace(s, key=i + 1) for i, s in enumerate(hall.seats)))
    after = moving.remove(before, frozenset({1}))
    after = moving.move(after, frozenset({2}), 3, 0)
    after = set_labels(after, frozenset({3}), number="99")
    after = set_kind(after, frozenset({4}), SeatKind.WHEELCHAIR)
    after, _ = draw_block(after, Block(x=0, y=0, seats=2, zone="Stalls", area_id=1))
    changes = compare(before, after)
    assert [seat.key for seat in changes.retired] == [1]
    assert [change.after.key for change in changes.moved] == [2]
    assert [change.after.number for change in changes.renamed] == ["99"]
    assert [change.after.key for change in changes.restyled] == [4]
    assert len(changes.added) == 2
    assert compare(before, before).is_empty
    assert compare(before, replace(before, best_x=1.0)).drawing_changed


def test_the_picture_names_seats_with_the_zone_only_where_there_are_several(hall: HallDocument, find: Find) -> None:
    assert as_picture(hall).seats[0].name == "A1"
    assert as_picture(set_labels(hall, find("C1"), zone="Balcony")).seats[0].name == "Stalls A1"
    assert [area.name for area in as_picture(hall).areas] == ["Standard"]


def test_shapes_move_align_mirror_and_are_copied_like_seats(hall: HallDocument) -> None:
    document, bar = add_shape(hall, PlanShape(text="Bar", x=100, y=400, width=50, height=10))
    document, column = add_shape(document, PlanShape(text="", x=300, y=400, width=20, height=30))
    both = bar | column
    aligned = moving.align(document, both, moving.Edge.LEFT)
    assert [shape.shape.x for shape in aligned.shapes[-2:]] == [100, 100]
    mirrored = moving.mirror(document, both)
    assert [shape.shape.x for shape in mirrored.shapes[-2:]] == [270, 100]
    over = moving.mirror(document, both, upside_down=True)
    assert [shape.shape.y for shape in over.shapes[-2:]] == [420, 400]
    copied, new = moving.copy(document, bar, 0, 50)
    assert (copied.shapes[-1].shape.y, copied.shapes[-1].key) == (450, next(iter(new)))


@pytest.mark.parametrize("upside_down", [False, True])
def test_a_turned_shape_is_mirrored_as_it_is_drawn(hall: HallDocument, *, upside_down: bool) -> None:
    document, bar = add_shape(hall, PlanShape(text="Bar", x=100, y=400, width=50, height=10, rotation=30))
    box = moving.bounds(document, bar)
    assert box is not None
    mirrored = moving.mirror(document, bar, upside_down=upside_down)
    assert moving.bounds(mirrored, bar) == pytest.approx(box, abs=0.02)
    assert mirrored.shapes[-1].shape.rotation == 330
    assert moving.mirror(mirrored, bar, upside_down=upside_down).shapes[-1].shape.rotation == 30


def test_nothing_selected_changes_nothing(hall: HallDocument) -> None:
    nothing: frozenset[int] = frozenset()
    assert moving.align(hall, nothing, moving.Edge.LEFT) is hall
    assert moving.mirror(hall, nothing) is hall
    assert moving.open_cross_aisle(hall, nothing, 9) is hall
    assert moving.bounds(hall, nothing) is None
    assert moving.spread_rows(hall, nothing) is hall
    assert moving.spread_seats(hall, frozenset({hall.seats[0].key})).seats == hall.seats


def test_skew_shifts_each_row_further(hall: HallDocument) -> None:
    skewed = moving.skew(hall, picking.everything(hall), 5)
    assert [seat.x - was.x for seat, was in zip(skewed.seats[::4], hall.seats[::4], strict=True)] == [0, 5, 10]


def test_a_hall_of_several_parts_needs_their_names(hall: HallDocument, find: Find) -> None:
    document = set_labels(hall, find("C1", "C2"), zone="")
    assert any("part of the hall" in problem.text for problem in check_document(document))


def test_more_seats_than_a_hall_takes_are_a_problem(hall: HallDocument) -> None:
    seats = tuple(replace(hall.seats[0], key=i, number=str(i), x=i * 30.0) for i in range(1, 20_002))
    assert any("20,000" in problem.text for problem in check_document(replace(hall, seats=seats)))


def test_history_forgets_the_oldest_of_very_many_steps(hall: HallDocument) -> None:
    history = History(hall)
    for step in range(600):
        history.push(replace(hall, best_x=float(step)), frozenset(), str(step))
    steps = 0
    while history.undo():
        steps += 1
    assert steps == 499


def test_arrows_from_a_seat_that_is_gone_begin_at_the_first(hall: HallDocument) -> None:
    assert picking.neighbour(hall, 12345, 1, 0) == hall.seats[0].key
    assert picking.neighbour(replace(hall, seats=()), 12345, 1, 0) == 12345


def test_turning_goes_clockwise_about_the_middle_and_turns_shapes_too(hall: HallDocument, find: Find) -> None:
    keys = picking.everything(hall)
    quarter = moving.turn(hall, keys, 90)
    box, turned = moving.bounds(hall, keys), moving.bounds(quarter, keys)
    assert box is not None
    assert turned is not None
    width, height = box[2] - box[0], box[3] - box[1]
    assert (turned[2] - turned[0], turned[3] - turned[1]) == pytest.approx((height, width), abs=0.05)
    assert [shape.shape.rotation for shape in quarter.shapes if not shape.hidden] == [90.0] * len(hall.shapes)
    whole = quarter
    for _ in range(3):
        whole = moving.turn(whole, keys, 90)
    for before, after in zip(hall.seats, whole.seats, strict=True):
        assert (after.x, after.y) == pytest.approx((before.x, before.y), abs=0.1)
    assert moving.turn(hall, keys, 360) is hall
    assert moving.turn(hall, frozenset(), 45) is hall

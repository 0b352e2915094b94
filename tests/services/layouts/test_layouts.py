import json
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from boxoffice_desktop.domain.errors import (
    ConflictError,
    InvalidInputError,
    NotAllowedError,
    NotFoundError,
    SeatsUnavailableError,
)
from boxoffice_desktop.domain.layout.document import HallDocument, add_area, empty_document
from boxoffice_desktop.domain.layout.drawing import Block, draw_block
from boxoffice_desktop.domain.layout.exchange import import_plan
from boxoffice_desktop.domain.layout.export import export_plan
from boxoffice_desktop.domain.layout.marking import set_area, set_kind, set_labels
from boxoffice_desktop.domain.layout.moving import move, remove
from boxoffice_desktop.domain.layout.numbering import SeatRule, number_seats
from boxoffice_desktop.domain.seating_plan import parse_plan
from boxoffice_desktop.domain.seats import SeatKey, SeatKind
from boxoffice_desktop.files import resources_folder
from boxoffice_desktop.services import best_seats, holds, programme, sales, seat_maps
from boxoffice_desktop.services.imports.halls import import_hall
from boxoffice_desktop.services.layouts.planning import Effect, LayoutPlan, plan_layout_change
from boxoffice_desktop.services.layouts.reading import list_areas, list_halls, load_layout
from boxoffice_desktop.services.layouts.saving import (
    SavedLayout,
    SeatDecision,
    StaleLayoutError,
    UndecidedSeatsError,
    create_hall,
    save_layout,
)
from tests.support.books import find_wrong
from tests.support.cinema import Cinema, Till
from tests.support.seats import expire, hold, seat_rows, sell
from tests.support.seats import keep as hold_for


def load(cinema: Cinema, till: Till) -> HallDocument:
    return till.call(load_layout, hall_id=cinema.hall_id)


def save(cinema: Cinema, till: Till, document: HallDocument, *decisions: SeatDecision) -> SavedLayout:
    return till.call(
        save_layout,
        hall_id=cinema.hall_id,
        document=document,
        expected_version=document.layout_version,
        decisions=decisions,
    )


def plan(cinema: Cinema, till: Till, document: HallDocument) -> LayoutPlan:
    return till.call(plan_layout_change, hall_id=cinema.hall_id, document=document)


def keys(cinema: Cinema, *names: str) -> frozenset[int]:
    return frozenset(cinema.ids(*names))


def keep(cinema: Cinema, name: str, effect: Effect = Effect.RETIRED, move_to: str | None = None) -> SeatDecision:
    target = None if move_to is None else cinema.seats[move_to]
    return SeatDecision(key=SeatKey(cinema.show_id, cinema.seats[name]), effect=effect, move_to=target)


def shown_seats(cinema: Cinema) -> dict[str, int]:
    opened = cinema.till("Counter 2").call(seat_maps.open_show, show_id=cinema.show_id)
    return {seat.name: seat.area_id for seat in opened.picture.seats}


def test_a_saved_layout_reads_back_as_it_was(cinema: Cinema) -> None:
    till = cinema.till("Counter 3", "mona")
    document = set_kind(move(load(cinema, till), keys(cinema, "A1"), 3, 4), keys(cinema, "A2"), SeatKind.WHEELCHAIR)
    document = set_area(document, keys(cinema, "A3"), 2)
    saved = save(cinema, till, replace(document, name="Big hall", best_x=99.5))
    again = load(cinema, till)
    assert again.seats == document.seats
    assert (again.name, again.best_x, again.layout_version) == ("Big hall", 99.5, document.layout_version + 1)
    assert saved.layout_version == again.layout_version


def test_a_cashier_may_not_touch_layouts(cinema: Cinema) -> None:
    cashier, document = cinema.till(), load(cinema, cinema.till("Counter 3", "mona"))
    for service, arguments in (
        (list_halls, {}),
        (load_layout, {"hall_id": 1}),
        (plan_layout_change, {"hall_id": 1, "document": document}),
        (save_layout, {"hall_id": 1, "document": document, "expected_version": 1}),
        (create_hall, {"document": document}),
    ):
        with pytest.raises(NotAllowedError):
            cashier.call(service, **arguments)


def test_a_hall_that_does_not_exist_cannot_be_loaded(cinema: Cinema) -> None:
    with pytest.raises(NotFoundError):
        cinema.till("Counter 3", "mona").call(load_layout, hall_id=999)


def test_the_list_counts_seats_that_stand_and_shows_to_come(cinema: Cinema) -> None:
    till = cinema.till("Counter 3", "mona")
    save(cinema, till, remove(load(cinema, till), keys(cinema, "A1")))
    (hall,) = till.call(list_halls)
    assert (hall.name, hall.seats, hall.shows) == ("Hall 1", 39, 1)


def test_a_new_seat_is_for_sale_in_shows_to_come(cinema: Cinema) -> None:
    till = cinema.till("Counter 3", "mona")
    document, _ = draw_block(load(cinema, till), Block(x=140, y=300, seats=2, area_id=1))
    assert plan(cinema, till, document).shows == 1
    saved = save(cinema, till, document)
    new = {f"F{i}": seat_id for i, seat_id in enumerate(saved.seat_ids.values(), 1)}
    cinema.seats = cinema.seats | new
    assert set(cinema.seats) == set(shown_seats(cinema))
    assert sell(cinema, cinema.till(), "F1", "F2").total == 2400


def test_a_new_seat_without_a_price_stays_out_of_shows_on_sale_and_says_so(cinema: Cinema) -> None:
    till = cinema.till("Counter 3", "mona")
    document, area_id = add_area(load(cinema, till), "Box", "B", 4)
    document, _ = draw_block(document, Block(x=140, y=100, seats=2, area_id=area_id))
    planned = plan(cinema, till, document)
    assert len(planned.left_out) == 1
    assert planned.left_out[0][0] == "Nosferatu"
    saved = save(cinema, till, document)
    assert [area.name for area in till.call(list_areas)] == ["Standard", "Premium", "Box"]
    assert set(shown_seats(cinema)) == set(cinema.seats)
    best = cinema.till().call(best_seats.hold_best_seats, hold_id=uuid4(), show_id=cinema.show_id, count=2)
    assert not {seat.key.seat_id for seat in best.seats} & set(saved.seat_ids.values())


def test_a_retired_free_seat_is_in_no_show_any_more(cinema: Cinema) -> None:
    till = cinema.till("Counter 3", "mona")
    save(cinema, till, remove(load(cinema, till), keys(cinema, "A1", "A2")))
    assert {"A1", "A2"}.isdisjoint(shown_seats(cinema))
    tile = cinema.till().call(programme.get_show, show_id=cinema.show_id)
    state = cinema.till().call(seat_maps.read_map, show_id=cinema.show_id)
    assert (tile.free, tile.capacity, state.free) == (38, 38, 38)
    with pytest.raises(SeatsUnavailableError) as refusal:
        hold(cinema, cinema.till(), "A1")
    assert refusal.value.seats[0].state == "gone"


def test_a_sold_seat_is_not_retired_before_somebody_decides(cinema: Cinema) -> None:
    sale = sell(cinema, cinema.till(), "A1")
    till = cinema.till("Counter 3", "mona")
    document = remove(load(cinema, till), keys(cinema, "A1"))
    (seat,) = plan(cinema, till, document).affected
    assert (seat.seat_name, seat.state, seat.sale_number, seat.holder) == ("A1", "sold", sale.number, "Counter 1")
    with pytest.raises(UndecidedSeatsError) as refusal:
        save(cinema, till, document)
    assert refusal.value.seats == (seat,)
    assert load(cinema, till).layout_version == document.layout_version


def test_a_sold_seat_that_is_kept_stays_in_its_show_and_in_no_other(cinema: Cinema) -> None:
    sell(cinema, cinema.till(), "A1")
    till = cinema.till("Counter 3", "mona")
    save(cinema, till, remove(load(cinema, till), keys(cinema, "A1")), keep(cinema, "A1"))
    assert "A1" in shown_seats(cinema)
    tile = cinema.till().call(programme.get_show, show_id=cinema.show_id)
    assert (tile.sold, tile.capacity) == (1, 40)
    later = till.call(
        programme.create_show,
        movie_id=cinema.movie_id,
        hall_id=cinema.hall_id,
        starts_at=cinema.starts_at.replace(year=cinema.starts_at.year + 1),
    )
    assert till.call(programme.get_show, show_id=later).capacity == 39


def test_a_basket_can_still_be_paid_and_a_seat_let_go_is_gone(cinema: Cinema) -> None:
    cashier = cinema.till()
    held = hold(cinema, cashier, "A1", "A2")
    till = cinema.till("Counter 3", "mona")
    document = remove(load(cinema, till), keys(cinema, "A1", "A2"))
    save(cinema, till, document, keep(cinema, "A1"), keep(cinema, "A2"))
    cashier.call(holds.extend_hold, hold_id=held.hold_id, seats=cinema.keys("A1", "A2"))
    cashier.call(holds.release_seats, hold_id=held.hold_id, seats=cinema.keys("A2"))
    assert "A1" in shown_seats(cinema)
    assert "A2" not in shown_seats(cinema)
    expire(cinema, "A1")
    assert "A1" not in shown_seats(cinema)
    with pytest.raises(SeatsUnavailableError):
        hold(cinema, cinema.till("Counter 2"), "A1")


def test_a_hold_of_this_counter_moves_to_a_free_seat(cinema: Cinema) -> None:
    till = cinema.till("Counter 3", "mona")
    held = hold(cinema, till, "A1")
    sell(cinema, cinema.till(), "B2")
    document = remove(load(cinema, till), keys(cinema, "A1"))
    with pytest.raises(ConflictError):
        save(cinema, till, document, keep(cinema, "A1", move_to="B2"))
    save(cinema, till, document, keep(cinema, "A1", move_to="B1"))
    (status,) = [s for s in till.call(seat_maps.read_map, show_id=cinema.show_id).statuses if s.look == "mine"]
    assert status.seat_id == cinema.seats["B1"]
    till.call(holds.extend_hold, hold_id=held.hold_id, seats=cinema.keys("B1"))


def test_a_hold_of_another_counter_cannot_be_moved(cinema: Cinema) -> None:
    hold(cinema, cinema.till(), "A1")
    till = cinema.till("Counter 3", "mona")
    document = remove(load(cinema, till), keys(cinema, "A1"))
    with pytest.raises(ConflictError):
        save(cinema, till, document, keep(cinema, "A1", move_to="B1"))


def test_renaming_a_sold_seat_is_listed_with_its_sale(cinema: Cinema) -> None:
    sell(cinema, cinema.till(), "A1")
    hold(cinema, cinema.till(), "A2")
    till = cinema.till("Counter 3", "mona")
    document = set_labels(load(cinema, till), keys(cinema, "A1", "A2"), row_label="AA")
    (seat,) = plan(cinema, till, document).affected
    assert (seat.effect, seat.seat_name, seat.new_name) == (Effect.RENAMED, "A1", "AA1")
    with pytest.raises(UndecidedSeatsError):
        save(cinema, till, document)
    save(cinema, till, document, keep(cinema, "A1", Effect.RENAMED))
    assert "AA1" in shown_seats(cinema)


def test_a_row_can_be_numbered_the_other_way_round(cinema: Cinema) -> None:
    till = cinema.till("Counter 3", "mona")
    row = keys(cinema, *(f"A{i}" for i in range(1, 9)))
    save(cinema, till, number_seats(load(cinema, till), row, SeatRule(from_right=True)))
    names = dict(cinema.query("SELECT seat_id, name FROM boxoffice.seat WHERE row_label = 'A'"))
    assert [names[cinema.seats[f"A{i}"]] for i in range(1, 9)] == [f"A{9 - i}" for i in range(1, 9)]


def test_seats_carry_their_zone_once_there_are_several(cinema: Cinema) -> None:
    till = cinema.till("Counter 3", "mona")
    document = set_labels(load(cinema, till), frozenset(cinema.seats.values()), zone="Stalls")
    balcony = keys(cinema, *(f"E{i}" for i in range(1, 9)))
    save(cinema, till, set_labels(document, balcony, zone="Balcony"))
    assert {"Stalls A1", "Balcony E8"} <= shown_seats(cinema).keys()


def test_the_second_save_shows_the_first(cinema: Cinema) -> None:
    till, other = cinema.till("Counter 3", "mona"), cinema.till("Counter 2", "mona")
    mine, theirs = load(cinema, till), load(cinema, other)
    save(cinema, other, move(theirs, keys(cinema, "A1"), 5, 0))
    with pytest.raises(StaleLayoutError) as refusal:
        save(cinema, till, move(mine, keys(cinema, "B1"), 5, 0))
    assert refusal.value.current.layout_version == mine.layout_version + 1
    assert refusal.value.current.seats[0].x == mine.seats[0].x + 5


def test_what_is_on_sale_keeps_its_areas_and_prices(cinema: Cinema) -> None:
    till = cinema.till("Counter 3", "mona")
    save(cinema, till, set_area(load(cinema, till), keys(cinema, "A1"), 2))
    assert shown_seats(cinema)["A1"] == 1
    assert sell(cinema, cinema.till(), "A1").total == 1200


def test_a_layout_with_problems_is_refused(cinema: Cinema) -> None:
    till = cinema.till("Counter 3", "mona")
    document = load(cinema, till)
    with pytest.raises(InvalidInputError, match="more than once"):
        save(cinema, till, set_labels(document, keys(cinema, "A1"), number="2"))
    with pytest.raises(InvalidInputError, match="name"):
        till.call(create_hall, document=replace(document, name=" "))


def test_seats_are_never_deleted(cinema: Cinema) -> None:
    till = cinema.till("Counter 3", "mona")
    before = cinema.query("SELECT count(*) FROM boxoffice.show_seat")
    save(cinema, till, remove(load(cinema, till), keys(cinema, "A1")))
    assert cinema.query("SELECT count(*) FROM boxoffice.seat") == [(40,)]
    assert cinema.query("SELECT count(*) FROM boxoffice.show_seat") == before
    assert cinema.query("SELECT name FROM boxoffice.seat WHERE retired_at IS NOT NULL") == [("A1",)]


def test_a_place_may_be_taken_again_after_its_seat_is_retired(cinema: Cinema) -> None:
    till = cinema.till("Counter 3", "mona")
    old = load(cinema, till)
    save(cinema, till, remove(old, keys(cinema, "A1")))
    back = replace(old, layout_version=old.layout_version + 1)
    saved = save(cinema, till, back)
    assert list(saved.seat_ids) == [cinema.seats["A1"]]
    assert "A1" in shown_seats(cinema)


def test_an_imported_hall_is_created_with_its_areas_and_goes_out_as_it_came_in(cinema: Cinema) -> None:

    till = cinema.till("Counter 3", "mona")
    data = (resources_folder() / "demo" / "hall-2.json").read_bytes()
    imported = import_plan(data, till.call(list_areas)).document
    saved = till.call(create_hall, document=imported)
    assert [area.name for area in till.call(list_areas)] == ["Standard", "Premium", "Loveseat"]
    again = till.call(load_layout, hall_id=saved.hall_id)
    assert json.loads(export_plan(again)) == json.loads(data)
    with pytest.raises(ConflictError, match="already"):
        till.call(create_hall, document=imported)


def test_a_hall_can_be_drawn_from_nothing(cinema: Cinema) -> None:
    till = cinema.till("Counter 3", "mona")
    document = empty_document("Hall 2", till.call(list_areas))
    with pytest.raises(InvalidInputError, match="no seats"):
        till.call(create_hall, document=document)
    document, _ = draw_block(document, Block(x=400, y=100, rows=3, seats=5, area_id=1))
    saved = till.call(create_hall, document=document)
    assert len(till.call(load_layout, hall_id=saved.hall_id).seats) == 15


def test_a_hall_from_the_command_line_goes_out_as_it_came_in(cinema: Cinema) -> None:
    till = cinema.till("Counter 3", "mona")
    data = (resources_folder() / "demo" / "grand-hall.json").read_bytes()
    report = till.call(import_hall, plan=parse_plan(data), venue_name="Test Cinema", hall_name="Grand Hall")
    document = till.call(load_layout, hall_id=report.hall_id)
    assert json.loads(export_plan(document)) == json.loads(data)


def test_a_draft_takes_a_seats_new_area_and_what_is_on_sale_keeps_the_old(cinema: Cinema) -> None:
    till = cinema.till("Counter 3", "mona")
    draft = till.call(
        programme.create_show,
        movie_id=cinema.movie_id,
        hall_id=cinema.hall_id,
        starts_at=cinema.starts_at + timedelta(days=1),
    )
    document = set_area(load(cinema, till), keys(cinema, "A1"), 2)
    document, _ = draw_block(document, Block(x=140, y=300, seats=2, area_id=2))
    saved = save(cinema, till, document)
    rows = cinema.query(
        "SELECT show_id, area_id FROM boxoffice.show_seat WHERE seat_id = %s ORDER BY show_id", cinema.seats["A1"]
    )
    assert rows == [(cinema.show_id, 1), (draft, 2)]
    till.call(programme.put_on_sale, show_ids=(draft,))
    opened = cinema.till().call(seat_maps.open_show, show_id=draft)
    assert {seat.seat_id for seat in opened.picture.seats} == {*cinema.seats.values(), *saved.seat_ids.values()}
    premium = {seat.name for seat in opened.picture.seats if seat.area_id == 2}
    assert premium == {"A1", "F1", "F2", *(f"E{number}" for number in range(1, 9))}


@pytest.mark.parametrize("kind", ["reservation", "house"])
def test_a_manager_moves_what_another_counter_keeps(cinema: Cinema, kind: str) -> None:
    hold_id = hold_for(cinema, kind, "Counter 1", "A1")
    till = cinema.till("Counter 3", "mona")
    document = remove(load(cinema, till), keys(cinema, "A1"))
    (seat,) = plan(cinema, till, document).affected
    assert (seat.state, seat.holder, seat.may_move) == (kind, "Counter 1", True)
    save(cinema, till, document, keep(cinema, "A1", move_to="B1"))
    assert seat_rows(cinema, "A1", "B1") == [
        ("A1", "available", None, None),
        ("B1", "held", hold_id, "Counter 1"),
    ]
    assert "A1" not in shown_seats(cinema)


def test_another_counters_basket_is_kept_and_not_moved(cinema: Cinema) -> None:
    cashier = cinema.till()
    held = hold(cinema, cashier, "A1")
    till = cinema.till("Counter 3", "mona")
    document = remove(load(cinema, till), keys(cinema, "A1"))
    assert not plan(cinema, till, document).affected[0].may_move
    with pytest.raises(ConflictError):
        save(cinema, till, document, keep(cinema, "A1", move_to="B1"))
    save(cinema, till, document, keep(cinema, "A1"))
    assert cashier.call(sales.complete_sale, order=cinema.order(held.hold_id, "A1")).total == 1200


def test_a_sold_seat_names_its_sale_so_that_it_can_be_paid_back(cinema: Cinema) -> None:
    sale = sell(cinema, cinema.till(), "A1")
    till = cinema.till("Counter 3", "mona")
    (seat,) = plan(cinema, till, remove(load(cinema, till), keys(cinema, "A1"))).affected
    assert (seat.sale_id, seat.may_move) == (sale.sale_id, True)


def test_a_sold_seat_moves_by_an_exchange_of_its_ticket(cinema: Cinema) -> None:
    sale = sell(cinema, cinema.till(), "A1", "A2")
    till = cinema.till("Counter 3", "mona")
    document = remove(load(cinema, till), keys(cinema, "A1"))
    save(cinema, till, document, keep(cinema, "A1", move_to="B1"))
    tickets = cinema.query(
        "SELECT e.name, k.voided_by IS NULL, k.sale_id = %s FROM boxoffice.ticket k"
        " JOIN boxoffice.seat e USING (seat_id) ORDER BY k.ticket_id",
        sale.sale_id,
    )
    assert tickets == [("A1", False, True), ("A2", True, True), ("B1", True, False)]
    assert seat_rows(cinema, "A1")[0][1] == "available"
    assert find_wrong(cinema) == {}


@pytest.mark.parametrize(("target", "words"), [("E1", "same price"), ("B1", "B1")])
def test_a_sold_seat_moves_to_no_dearer_and_no_taken_seat(cinema: Cinema, target: str, words: str) -> None:
    sell(cinema, cinema.till(), "A1")
    sell(cinema, cinema.till("Counter 2"), "B1")
    till = cinema.till("Counter 3", "mona")
    document = remove(load(cinema, till), keys(cinema, "A1"))
    with pytest.raises(ConflictError, match=words):
        save(cinema, till, document, keep(cinema, "A1", move_to=target))
    assert cinema.query("SELECT count(*) FROM boxoffice.ticket WHERE voided_by IS NULL") == [(2,)]
    assert seat_rows(cinema, "A1")[0][1] == "sold"

"""Seats that are kept for people, on the selling page: what the till does when answers get lost and time runs out."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from PySide6.QtCore import Qt

from boxoffice_desktop.domain.errors import HoldExpiredError, NotFoundError, OutcomeUnknownError
from boxoffice_desktop.domain.reservations import Reservation, ReservedSeat, ReservedSeatState
from boxoffice_desktop.domain.seats import SeatKey
from boxoffice_desktop.services.holds import HeldSeats
from boxoffice_desktop.services.reservations import ServedReservation
from tests.ui.sell.conftest import Counter
from tests.ui.sell.fakes import CinemaDesk, Held
from tests.ui.sell.shows import ME

Key = Qt.Key
STARTS = datetime(2026, 11, 20, 20, 15, tzinfo=UTC)
EVER = float("inf")


@dataclass
class PeopleDesk(CinemaDesk):
    """Keeps seats too. With `loses_answer` the next reservation is stored, and its answer gets lost."""

    reserved: dict[UUID, Reservation] = field(default_factory=dict)
    loses_answer: bool = False
    loses_service: bool = False
    slips: list[str] = field(default_factory=list)

    def _reserve_seats(
        self, hold_id: UUID, show_id: int, seat_ids: tuple[int, ...], name: str, phone: str
    ) -> Reservation:
        assert hold_id not in self.reserved, "kept twice"
        seats = [self.by_id[seat_id] for seat_id in seat_ids]
        for seat in seats:
            self.held[SeatKey(show_id, seat.seat_id)] = Held(hold_id, "the shelf", EVER)
        made = Reservation(
            hold_id=hold_id,
            code="K7F2QX",
            name=name,
            phone=phone,
            show_id=show_id,
            title="Nosferatu",
            hall_name="Hall 2",
            starts_at=STARTS,
            collect_by=STARTS - timedelta(minutes=30),
            made_by=ME,
            seats=tuple(
                ReservedSeat(seat_id=seat.seat_id, seat_name=seat.name, state=ReservedSeatState.KEPT) for seat in seats
            ),
        )
        self.reserved[hold_id] = made
        if self.loses_answer:
            self.loses_answer = False
            raise OutcomeUnknownError
        return made

    def _get_reservation(self, hold_id: UUID) -> Reservation:
        if hold_id not in self.reserved:
            raise NotFoundError("reservation")
        return self.reserved[hold_id]

    def _serve_reservation(self, hold_id: UUID, basket_id: UUID, seat_ids: tuple[int, ...]) -> ServedReservation:
        made = self.reserved[hold_id]
        keys = [SeatKey(made.show_id, seat_id) for seat_id in seat_ids]
        if not all(self.held[key].hold_id in (hold_id, basket_id) for key in keys):
            raise HoldExpiredError
        for key in keys:
            self.held[key] = Held(basket_id, ME, self.clock + self.hold_seconds)
        if self.loses_service:
            self.loses_service = False
            raise OutcomeUnknownError
        seats = tuple(self._as_held(key) for key in keys)
        held = HeldSeats(hold_id=basket_id, seats=seats, seconds_left=self.hold_seconds)
        return ServedReservation(show_id=made.show_id, held=held, missing=())

    def _put_back(self, hold_id: UUID, basket_id: UUID, seat_ids: tuple[int, ...]) -> None:
        for seat_id in seat_ids:
            key = SeatKey(self.reserved[hold_id].show_id, seat_id)
            if self.held[key].hold_id == basket_id:
                self.held[key] = Held(hold_id, "the shelf", EVER)

    def _request_print(self, job_id: UUID, kind: object, subject: str) -> None:
        del job_id, kind
        self.slips.append(subject)


@pytest.fixture
def desk() -> PeopleDesk:
    return PeopleDesk()


def reserve(counter: Counter, *names: str) -> Reservation:
    for name in names:
        counter.click_seat(name)
    counter.page.keeping.open()
    dialog = counter.page.keeping.dialog
    assert dialog is not None
    dialog.form.set_text("name", "Ada")
    dialog.keep_button.click()
    counter.settle()
    if dialog.code.text():
        dialog.accept()
    desk = counter.desk
    assert isinstance(desk, PeopleDesk)
    return next(iter(desk.reserved.values()))


def serve(counter: Counter, made: Reservation, *names: str) -> None:
    wanted = tuple(seat.seat_id for seat in made.seats if not names or seat.seat_name in names)
    counter.page.serving.serve(made, wanted)
    counter.settle()


def on_shelf(desk: PeopleDesk, made: Reservation) -> set[str]:
    return {desk.by_id[key.seat_id].name for key, held in desk.held.items() if held.hold_id == made.hold_id}


def lines(counter: Counter) -> list[str]:
    return [line[0] for line in counter.basket()]


def test_reserved_seats_leave_the_basket_and_the_slip_is_printed(open_counter: Counter, desk: PeopleDesk) -> None:
    made = reserve(open_counter, "E7", "E8")
    assert (lines(open_counter), on_shelf(desk, made)) == ([], {"E7", "E8"})
    assert desk.slips == [str(made.hold_id)]
    assert "release_seats" not in desk.calls


def test_only_the_selected_lines_are_kept(open_counter: Counter, desk: PeopleDesk) -> None:
    for name in ("E7", "E8"):
        open_counter.click_seat(name)
    tree = open_counter.page.basket_panel.lines
    tree.topLevelItem(0).setSelected(True)
    made = reserve(open_counter)
    assert (lines(open_counter), on_shelf(desk, made)) == (["E8"], {"E7"})


def test_a_lost_answer_keeps_nothing_twice_and_shows_the_code_after_all(
    open_counter: Counter, desk: PeopleDesk
) -> None:
    desk.loses_answer = True
    reserve(open_counter, "E7")
    dialog = open_counter.page.keeping.dialog
    assert dialog is not None
    assert "nothing is kept twice" in dialog.verdict.text()
    assert (lines(open_counter), dialog.form.text("name")) == (["E7"], "Ada")
    dialog.keep_button.click()
    open_counter.settle()
    assert (dialog.code.text(), lines(open_counter)) == ("K7F2QX", [])
    dialog.accept()


def test_nothing_in_the_basket_keeps_nothing_and_says_so(open_counter: Counter) -> None:
    open_counter.page.keeping.open()
    assert open_counter.page.keeping.dialog is None
    assert open_counter.message.startswith("Choose seats first")


def test_escape_puts_served_seats_back_to_their_reservation_and_ctrl_z_serves_them_again(
    open_counter: Counter, desk: PeopleDesk
) -> None:
    made = reserve(open_counter, "E7", "E8")
    serve(open_counter, made)
    assert lines(open_counter) == ["E7", "E8"]
    open_counter.press(Key.Key_Escape)
    assert (lines(open_counter), on_shelf(desk, made)) == ([], {"E7", "E8"})
    open_counter.page.messages.act()
    open_counter.settle()
    assert (lines(open_counter), on_shelf(desk, made)) == (["E7", "E8"], set())


def test_one_served_seat_goes_back_alone_and_a_seat_taken_beside_it_to_everybody(
    open_counter: Counter, desk: PeopleDesk
) -> None:
    made = reserve(open_counter, "E7", "E8")
    serve(open_counter, made, "E7")
    open_counter.click_seat("F1")
    assert (lines(open_counter), on_shelf(desk, made)) == (["E7", "F1"], {"E8"})
    open_counter.press(Key.Key_Escape)
    assert on_shelf(desk, made) == {"E7", "E8"}
    assert open_counter.look_of("F1") == "available"


def test_seats_of_another_customer_stay_alone_in_the_basket(open_counter: Counter, desk: PeopleDesk) -> None:
    made = reserve(open_counter, "E7")
    open_counter.click_seat("F1")
    serve(open_counter, made)
    assert lines(open_counter) == ["F1"]
    assert "Seats of another customer are in the basket" in open_counter.message
    assert on_shelf(desk, made) == {"E7"}


def test_when_the_answer_of_serving_gets_lost_the_seats_go_back(open_counter: Counter, desk: PeopleDesk) -> None:
    made = reserve(open_counter, "E7")
    desk.loses_service = True
    serve(open_counter, made)
    open_counter.wait(lambda: on_shelf(desk, made) == {"E7"})
    assert lines(open_counter) == []
    assert [type(error) for error in open_counter.posted] == [OutcomeUnknownError]


def test_at_the_end_of_the_basket_the_seats_go_back_to_the_reservation_and_it_says_so(
    open_counter: Counter, desk: PeopleDesk
) -> None:
    made = reserve(open_counter, "E7")
    desk.hold_seconds = 0.3
    serve(open_counter, made)
    open_counter.wait(lambda: not lines(open_counter))
    open_counter.settle()
    assert on_shelf(desk, made) == {"E7"}
    assert open_counter.message == "Time is over, E7 went back to the reservation."

"""The slip of a reservation: any till prints it, through the queue; and whom kept seats on a map are for."""

from uuid import UUID, uuid4

import pytest

from boxoffice_desktop.db.engine import Database
from boxoffice_desktop.domain.errors import NotFoundError
from boxoffice_desktop.domain.printing import DocumentKind
from boxoffice_desktop.domain.reservations import Reservation
from boxoffice_desktop.domain.seats import SeatLook
from boxoffice_desktop.services import house_seats, print_queue, reservations, seat_maps
from boxoffice_desktop.services.attempts import AttemptFile
from boxoffice_desktop.services.reservation_slips import get_reservation_slip
from boxoffice_desktop.services.till import Till as Desk
from tests.support.cinema import Cinema, Till
from tests.support.desktop import read_clock
from tests.support.folders import make_open_folder


def reserve(cinema: Cinema, till: Till, *names: str, name: str = "Ada Lovelace", phone: str = "") -> Reservation:
    values = {"hold_id": uuid4(), "show_id": cinema.show_id, "seat_ids": cinema.ids(*names)}
    return till.call(reservations.reserve_seats, **values, name=name, phone=phone)


def test_the_slip_says_what_the_customer_was_told(cinema: Cinema) -> None:
    made = reserve(cinema, cinema.till(), "A1", "A2")
    slip = cinema.till("Counter 2").call(get_reservation_slip, hold_id=made.hold_id)
    assert (slip.name, slip.code, slip.seats) == ("Ada Lovelace", made.code, ("A1", "A2"))
    assert (slip.collect_by, slip.terminal_name, slip.staff_name) == (made.collect_by, "Counter 1", "Carla")


def test_who_left_only_a_phone_number_has_that_on_the_slip(cinema: Cinema) -> None:
    made = reserve(cinema, cinema.till(), "A1", name="", phone="0660 123")
    assert cinema.till().call(get_reservation_slip, hold_id=made.hold_id).name == "0660123"


def test_a_slip_of_no_reservation_is_refused(cinema: Cinema) -> None:
    with pytest.raises(NotFoundError):
        cinema.till().call(get_reservation_slip, hold_id=UUID(int=7))


@pytest.mark.parametrize("design", ["", "reservation-80mm"])
def test_a_slip_goes_through_the_queue_to_a_document(cinema: Cinema, design: str) -> None:
    till = cinema.till()
    made = reserve(cinema, till, "A1")
    database = Database(cinema.conninfo("Counter 1"))
    try:
        _, login, _ = cinema.logins["Counter 1"]
        desk = Desk(database, login=login, attempts=AttemptFile(make_open_folder() / "attempts"), clock=read_clock)
        desk.sign_in("carla", "1234")
        job_id = uuid4()
        desk.call(
            print_queue.request_print,
            {"job_id": job_id, "kind": DocumentKind.SLIP, "subject": str(made.hold_id), "design": design},
        )
        job = desk.call(print_queue.begin_print, {"job_id": job_id, "printer": ""})
        assert job is not None
        assert desk.render_job(job).pdf.startswith(b"%PDF")
    finally:
        database.close()


def test_the_map_says_whom_seats_are_kept_for_and_why(cinema: Cinema) -> None:
    till = cinema.till(user_name="sid")
    reserve(cinema, till, "A1")
    till.call(
        house_seats.keep_for_house,
        hold_id=uuid4(),
        show_id=cinema.show_id,
        seat_ids=cinema.ids("B1"),
        name="Jury",
        reason="festival",
    )
    state = cinema.till("Counter 2").call(seat_maps.read_map, show_id=cinema.show_id)
    assert {(status.look, status.kept_for) for status in state.statuses} == {
        (SeatLook.RESERVATION, "Ada Lovelace"),
        (SeatLook.HOUSE, "Jury, festival"),
    }

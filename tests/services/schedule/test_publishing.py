import pytest

from boxoffice_desktop.domain.errors import InvalidInputError, NotAllowedError
from boxoffice_desktop.domain.schedule import ShowStatus
from boxoffice_desktop.services.schedule import publishing
from boxoffice_desktop.services.schedule.status import change_status
from tests.services.schedule.conftest import Office, stamp


def test_the_calendar_has_what_is_on_sale_and_what_was_cancelled_but_no_draft(office: Office) -> None:
    on_sale = office.put_on_sale(office.at(20), language="OmU")
    cancelled = office.put_on_sale(office.at(20, days=1))
    office.till.call(change_status, stamps=[stamp(cancelled)], status=ShowStatus.CANCELLED)
    office.create(office.at(20, days=2))
    lines = office.till.call(publishing.render_calendar, first_day=office.day).replace(b"\r\n ", b"").split(b"\r\n")
    assert [line for line in lines if line.startswith(b"STATUS")] == [b"STATUS:CONFIRMED", b"STATUS:CANCELLED"]
    assert f"UID:show-{on_sale.show_id}-venue-1@boxoffice".encode() in lines
    assert b"LOCATION:Hall 1\\, Test Cinema\\, Bern" in lines
    assert b"DESCRIPTION:PG \xc2\xb7 2D \xc2\xb7 OmU" in lines


def test_the_poster_is_a_pdf_of_public_shows(office: Office) -> None:
    office.put_on_sale(office.at(20), format="3D")
    office.create(office.at(20, days=1), movie_id=office.short_movie_id)
    assert office.till.call(publishing.render_poster, first_day=office.day, weeks=2).startswith(b"%PDF")


def test_a_poster_has_one_to_four_weeks(office: Office) -> None:
    with pytest.raises(InvalidInputError):
        office.till.call(publishing.render_poster, first_day=office.day, weeks=5)


def test_a_cashier_publishes_nothing(office: Office) -> None:
    for render in (publishing.render_poster, publishing.render_calendar):
        with pytest.raises(NotAllowedError):
            office.cashier.call(render, first_day=office.day)

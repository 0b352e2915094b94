from datetime import datetime

import pytest
from PySide6.QtPdf import QPdfDocument

from boxoffice_desktop.documents.qr import QR_SIDE, qr_rows
from boxoffice_desktop.documents.ticket import TicketWords, render_tickets
from boxoffice_desktop.domain.errors import InvalidInputError
from boxoffice_desktop.domain.seats import SeatKind
from tests.documents.tickets import DOTS_PER_MM, LONDON, Opened, make_page, open_pdf, render_one

MARGIN_MM = 4


@pytest.mark.parametrize(
    "shown",
    [
        "Rio Cinema",
        "Nosferatu",
        "12A",
        "3D · German, English subtitles",
        "Friday",
        "20 November 2026",
        "20:15",
        "Hall 2",
        "Row",
        "Seat",
        "Adult",
        "£12.00",
        "Premium",
        "incl. VAT 8 % £0.89",
        "40123",
        "9876",
        "Counter 3",
        "19 Nov 2026, 18:02",
        "a1b2c3d4",
    ],
)
def test_a_ticket_tells_everything_that_customer_door_and_office_need(shown: str) -> None:
    assert shown in render_one().text()


def test_row_and_seat_are_on_the_ticket() -> None:
    text = render_one(row_label="QX", seat_number="977").text()
    assert "QX" in text
    assert "977" in text


def test_only_eight_characters_of_the_journal_hash_are_shown() -> None:
    assert "a1b2c3d4e" not in render_one().text()


def test_the_zone_stands_beside_the_hall_only_where_there_are_several() -> None:
    assert "Hall 2 · Balcony" in render_one(zone="Balcony").text()
    assert "Hall 2 ·" not in render_one(zone="").text()


def test_a_wheelchair_place_says_so() -> None:
    assert "Premium · Wheelchair place" in render_one(seat_kind=SeatKind.WHEELCHAIR).text()


def test_a_ticket_without_tax_label_shows_no_tax() -> None:
    assert "incl." not in render_one(tax_label="").text()


def test_the_time_is_that_of_the_venue() -> None:
    text = render_one(starts_at=datetime(2026, 7, 1, 0, 30, tzinfo=LONDON)).text()
    assert "00:30" in text
    assert "1 July 2026" in text


def test_a_ticket_takes_the_words_of_another_language() -> None:
    pdf = render_tickets([make_page()], words=TicketWords(row="Rząd", seat="Miejsce")).pdf
    assert "Rząd" in open_pdf(pdf).text()
    assert "Miejsce" in open_pdf(pdf).text()


def test_every_seat_has_a_page_of_its_own_in_the_given_order() -> None:
    opened = open_pdf(render_tickets([make_page(serial=71000 + number) for number in range(5)]).pdf)
    assert opened.document.pageCount() == 5
    for number in range(5):
        assert str(71000 + number) in opened.text(number)


def test_a_document_without_pages_is_refused() -> None:
    with pytest.raises(InvalidInputError):
        render_tickets([])


def test_a_page_is_80_mm_wide_and_as_high_as_its_content() -> None:
    short, long = render_one(), render_one(movie_title="The Assassination of Jesse James by the Coward Robert Ford")
    assert short.size_mm()[0] == pytest.approx(80, abs=0.01)
    assert short.size_mm()[1] == pytest.approx(round(short.size_mm()[1]), abs=0.01)
    assert 90 < short.size_mm()[1] < long.size_mm()[1] < 160


def test_the_document_is_named_after_film_and_show() -> None:
    title = render_one(movie_title="千と千尋の神隠し").document.metaData(QPdfDocument.MetaDataField.Title)
    assert title == "千と千尋の神隠し - 20 Nov 2026, 20:15"


def test_every_font_is_inside_the_file() -> None:
    pdf = render_tickets([make_page(movie_title="Сталкер 潜行者 दंगल كفرناحوم ★")]).pdf
    assert pdf.count(b"/FontFile2") == pdf.count(b"/Type /FontDescriptor") > 5
    assert b"/Type1" not in pdf


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"movie_title": "The Assassination of Jesse James by the Coward Robert Ford"},
        {"movie_title": "jj jjjj", "venue_name": "jf", "ticket_type": "jf"},
        {"movie_title": "W" * 300},
        {"movie_title": "word " * 60},
        {"movie_title": "千と千尋の神隠し" * 12},
        {"movie_title": "दिलवाले दुल्हनिया ले जाएंगे " * 6},
        {"movie_title": "كفرناحوم " * 20},
        {"movie_title": "क्" * 150},
        {"movie_title": "Ảỹ" * 40, "venue_name": "Ảỹ" * 40},
        {"venue_name": "W" * 200, "hall_name": "W" * 200, "zone": "W" * 200},
        {"row_label": "W" * 40, "seat_number": "W" * 40},
        {"ticket_type": "W" * 90, "amount": 2_000_000_000, "currency": "KWD", "area_name": "W" * 90},
        {"tax_label": "W" * 90, "tax": 2_000_000_000},
        {"certificate": "W" * 90, "format": "W" * 90, "language": "W" * 90},
        {"terminal_name": "W" * 90, "serial": 10**30, "sale_number": 10**30, "journal_hash": "W" * 64},
        {"locale": "el_GR", "currency": "EUR"},
        {"locale": "ar_EG", "currency": "EGP"},
    ],
)
def test_nothing_runs_into_the_margins(changes: dict[str, object]) -> None:
    picture = render_one(**changes).picture()
    left, top, right, bottom = picture.ink_bounds()
    margin = MARGIN_MM * DOTS_PER_MM
    # A dot for lines that end between two.
    slack = 1
    assert left >= margin - slack
    assert right < 80 * DOTS_PER_MM - margin + slack
    assert top >= margin - slack
    assert bottom < len(picture.rows) - margin + slack


def test_the_margins_are_even() -> None:
    left, _, right, _ = render_one().picture().ink_bounds()
    assert left == pytest.approx(80 * DOTS_PER_MM - 1 - right, abs=1)


def test_a_title_that_fits_three_lines_is_not_cut() -> None:
    title = "The Assassination of Jesse James by the Coward Robert Ford"
    assert title in render_one(movie_title=title).text()


def test_a_title_too_long_for_three_lines_ends_in_an_ellipsis_after_a_word() -> None:
    text = render_one(movie_title="Incredible " * 40).text()
    assert "Incredible…" in text
    assert text.count("Incredible") < 15


def test_the_printed_qr_code_has_the_modules_of_the_secret() -> None:
    code = bytes(range(100, 116))
    picture = render_one(code=code).picture()
    left, bottom = MARGIN_MM * DOTS_PER_MM, picture.ink_bounds()[3]
    read = tuple(
        sum(
            picture.is_dark(left + (column + 0.5) * DOTS_PER_MM, bottom + 1 - (QR_SIDE - row - 0.5) * DOTS_PER_MM)
            << column
            for column in range(QR_SIDE)
        )
        for row in range(QR_SIDE)
    )
    assert read == qr_rows(code)
    assert read != qr_rows(bytes(16))


def test_the_qr_code_has_four_blank_modules_around_it() -> None:
    picture = render_one().picture()
    left, bottom = MARGIN_MM * DOTS_PER_MM, picture.ink_bounds()[3]
    quiet = 4 * DOTS_PER_MM
    above = bottom + 1 - QR_SIDE * DOTS_PER_MM
    beside = left + QR_SIDE * DOTS_PER_MM
    assert not any(picture.is_dark(beside + x, y) for x in range(1, quiet) for y in range(above, bottom))
    assert left >= quiet
    assert picture.is_dark(beside - 1, above + 1)


def test_a_code_of_another_length_is_refused() -> None:
    with pytest.raises(InvalidInputError):
        render_tickets([make_page(code=b"short")])


def test_the_same_tickets_look_the_same_whoever_printed_before() -> None:
    before = _pictures(render_one())
    render_tickets([make_page(movie_title="كفرناحوم"), make_page(movie_title="दंगल")])
    assert _pictures(render_one()) == before


def _pictures(opened: Opened) -> list[tuple[bytes, ...]]:
    return [opened.picture(page).rows for page in range(opened.document.pageCount())]

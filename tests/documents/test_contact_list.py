"""The list of those whom a show concerns, read back with Qt's own PDF reader and Python's CSV reader."""

import csv
from dataclasses import replace
from io import StringIO

import pytest
from PySide6.QtCore import QBuffer, QByteArray, QIODevice
from PySide6.QtPdf import QPdfDocument

from boxoffice_desktop.documents.contact_list import ContactList, ContactRow, render_contact_list, write_contact_csv

ROW = ContactRow(
    when="8 May 2026, 11:30",
    terminal="Counter 2",
    sale="41",
    cashier="Carla",
    name="",
    phone="",
    seats=("B1", "B2"),
    paid_by="cash, card",
    total=123_450,
)
RESERVED = replace(ROW, sale="reserved", name="Orlok", phone="+41 555 0199", paid_by="", total=None)
LIST = ContactList(
    venue="Rialto",
    title="Whom it concerns",
    show="Nosferatu",
    facts="Friday 8 May 2026, 20:15 · Hall 2",
    headings=("When", "Sold at", "Sale", "By", "For", "Phone", "Seats", "Paid by", "Total"),
    rows=(ROW, RESERVED),
    nothing="Nothing is sold or reserved.",
    footer="Mona · 8 May 2026, 12:00",
    currency="EUR",
    locale="en_GB",
)


def read_pages(pdf: bytes) -> tuple[list[str], tuple[int, int]]:
    document = QPdfDocument()
    buffer = QBuffer(document)
    buffer.setData(QByteArray(pdf))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    document.load(buffer)
    assert document.status() is QPdfDocument.Status.Ready
    size = document.pagePointSize(0)
    texts = [document.getAllText(page).text() for page in range(document.pageCount())]
    return texts, (round(size.width()), round(size.height()))


def read_csv(contacts: ContactList, delimiter: str = ",") -> list[list[str]]:
    return list(csv.reader(StringIO(write_contact_csv(contacts).decode("utf-8-sig")), delimiter=delimiter))


def test_a_sale_stands_with_everything_needed_to_find_and_call(qapp: object) -> None:
    (text,), size = read_pages(render_contact_list(LIST))
    assert size == (842, 595)
    for word in ("Nosferatu", "Hall 2", "Counter 2", "41", "Carla", "B1, B2", "€1,234.50", "Orlok", "+41 555 0199"):
        assert word in text
    assert "Mona" in text


def test_a_full_hall_takes_more_pages_and_nobody_is_left_out(qapp: object) -> None:
    rows = tuple(replace(ROW, sale=str(10_000 + number)) for number in range(120))
    texts, _ = read_pages(render_contact_list(replace(LIST, rows=rows)))
    assert len(texts) > 2
    assert all(row.sale in "".join(texts) for row in rows)
    assert all("Paid by" in text for text in texts)


def test_a_party_of_a_hundred_keeps_every_seat_on_the_list(qapp: object) -> None:
    seats = tuple(f"Z{number}" for number in range(100, 200))
    texts, _ = read_pages(render_contact_list(replace(LIST, rows=(replace(ROW, seats=seats),))))
    found = "".join(texts)
    assert all(seat in found for seat in seats)


def test_long_names_and_other_scripts_do_not_break_the_list(qapp: object) -> None:
    row = replace(ROW, name="Wolfeschlegelsteinhausenbergerdorff " * 4, cashier="نور الدين")
    texts, _ = read_pages(render_contact_list(replace(LIST, show="千と千尋の神隠し " * 12, rows=(row,))))
    assert len(texts) == 1


def test_an_empty_list_says_so(qapp: object) -> None:
    (text,), _ = read_pages(render_contact_list(replace(LIST, rows=())))
    assert "Nothing is sold or reserved." in text


def test_the_spreadsheet_has_the_same_rows_with_bare_amounts() -> None:
    heading, sale, reserved = read_csv(LIST)
    assert heading == list(LIST.headings)
    assert sale == ["8 May 2026, 11:30", "Counter 2", "41", "Carla", "", "", "B1, B2", "cash, card", "1234.50"]
    assert (reserved[2], reserved[8]) == ("reserved", "")


def test_a_locale_with_a_decimal_comma_gets_semicolons() -> None:
    assert read_csv(replace(LIST, locale="de_AT"), ";")[1][8] == "1234,50"
    assert read_csv(replace(LIST, currency="JPY"))[1][8] == "123450"


@pytest.mark.parametrize("name", ["=HYPERLINK(1)", "+1", "-1", "@x"])
def test_no_name_becomes_a_formula(name: str) -> None:
    assert read_csv(replace(LIST, rows=(replace(ROW, name=name),)))[1][4] == f"'{name}"

import io
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from boxoffice_desktop.documents.design import BLOCKS, DesignError, DesignKind
from boxoffice_desktop.documents.designs import DEFAULT_DESIGNS, list_designs, load_design, read_design, shipped_folder
from boxoffice_desktop.documents.samples import inspect_design, sample_receipt, sample_tickets
from boxoffice_desktop.documents.ticket import list_cut_fields, render_tickets
from boxoffice_desktop.documents.words import ENGLISH, read_words, words_folder, words_for
from boxoffice_desktop.domain.errors import InvalidInputError
from tests.documents.tickets import open_pdf

KEYS = tuple(item.key for item in list_designs())
TICKETS = tuple(item.key for item in list_designs() if item.kind is DesignKind.TICKET)
LOCALES = ("en_GB", "de_DE", "fr_FR", "es_ES", "it_IT", "nl_NL", "pl_PL")
SIZES = {
    "ticket-80mm": (80, None),
    "ticket-8x3": (203.2, 76.2),
    "ticket-a6": (105, 148),
    "ticket-a4-four": (210, 297),
    "receipt-80mm": (80, None),
    "receipt-a4": (210, 297),
    "reservation-80mm": (80, None),
    "report-80mm": (80, None),
    "report-a4": (210, 297),
}


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("locale", LOCALES)
def test_everything_has_room_in_our_designs_in_every_language(key: str, locale: str) -> None:
    assert inspect_design(load_design(key), locale=locale, currency="EUR").problems == ()


@pytest.mark.parametrize("key", KEYS)
def test_a_page_has_the_size_of_its_paper_and_every_font_inside(key: str) -> None:
    pdf = inspect_design(load_design(key)).document.pdf
    width, height = SIZES[key]
    opened = open_pdf(pdf)
    assert opened.size_mm()[0] == pytest.approx(width, abs=0.05)
    if height is not None:
        assert opened.size_mm()[1] == pytest.approx(height, abs=0.05)
    assert pdf.count(b"/FontFile2") == pdf.count(b"/Type /FontDescriptor") > 0
    assert b"/Type1" not in pdf


@pytest.mark.parametrize("key", TICKETS)
def test_a_ticket_of_any_design_can_be_searched(key: str) -> None:
    text = open_pdf(render_tickets(sample_tickets()[:1], load_design(key)).pdf).text()
    for shown in (
        "Nosferatu",
        "20:15",
        "Hall 2",
        "E",
        "7",
        "£12.00",
        "Adult",
        "40123",
        "9876",
        "Counter 3",
        "a1b2c3d4",
    ):
        assert shown in text
    assert "AAAQ EAYE AUDA" in text
    assert "Copy" not in text


@pytest.mark.parametrize("key", TICKETS)
def test_a_ticket_that_was_printed_again_says_which_copy_it_is(key: str) -> None:
    page = replace(sample_tickets()[0], copy=3)
    assert "Copy 3" in open_pdf(render_tickets([page], load_design(key)).pdf).text()


def test_four_tickets_share_a_sheet_and_the_fifth_gets_another() -> None:
    pages = [replace(sample_tickets()[0], serial=70000 + number) for number in range(5)]
    opened = open_pdf(render_tickets(pages, load_design("ticket-a4-four")).pdf)
    assert opened.document.pageCount() == 2
    assert all(str(70000 + number) in opened.text(0) for number in range(4))
    assert "70004" in opened.text(1)


def test_a_design_for_receipts_draws_no_tickets() -> None:
    with pytest.raises(InvalidInputError):
        render_tickets(sample_tickets(), load_design("receipt-80mm"))


def test_a_title_that_is_too_long_is_told() -> None:
    page = replace(sample_tickets()[0], movie_title="Incredible " * 30)
    assert list_cut_fields(page, load_design("ticket-a6")) == ("title",)


# What is wrong with a design, and the words in which it is told.
TICKET = (shipped_folder() / "ticket-a6.toml").read_text(encoding="utf-8")
RECEIPT = (shipped_folder() / "receipt-80mm.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("text", "before", "after", "told"),
    [
        (TICKET, 'kind = "ticket"', 'kind = "tiket"', "did you mean 'ticket'?"),
        (TICKET, "margin = 4", "margn = 4", "[paper]: there is no key 'margn', did you mean 'margin'?"),
        (TICKET, "width = 105", "width = true", "[paper]: width must be a number from 30 to 841, not True"),
        (TICKET, "width = 105", "width = nan", "[paper]: width must be a number"),
        (TICKET, "width = 105", "width = 1e9", "[paper]: width must be a number"),
        (TICKET, "width = 105", "", "[paper]: 'width' is missing"),
        (TICKET, "width = 105", "width = 80", "out of the paper at the right edge"),
        (TICKET, "height = 148", "height = 120", "out of the paper at the lower edge"),
        (TICKET, "margin = 4", "margin = 60", "margin must be a number from 0 to 50"),
        (TICKET, "margin = 4", "margin = 6", "out of the printable part of the paper at the left edge"),
        (TICKET, 'show = "qr"', 'show = "logo"', "The ticket does not say its QR code"),
        (TICKET, 'show = "seat"', 'show = "zone"', "The ticket does not say its seat"),
        (TICKET, 'show = "copy"', 'show = "zone"', "The ticket does not say its copy"),
        (TICKET, "x = 36", "x = 20", "lies on the QR code"),
        (TICKET, "x = 36", "x = 31", "of blank paper that the QR code needs around it"),
        (TICKET, "size = 58\nsmallest = 14", "size = 9\nsmallest = 7", "'row' has 9 pt and may shrink to 7 pt"),
        (TICKET, "size = 36\nsmallest = 12", "size = 36\nsmallest = 5", "nobody can read less than 6 pt"),
        (TICKET, "size = 36\nsmallest = 12", "size = 10\nsmallest = 12", "is larger than its size"),
        (TICKET, "height = 13.2", "height = 3", "'time' is 3 mm high; a line of its smallest type (18 pt) needs"),
        (TICKET, "width = 25", "width = 20", "'qr' must be square"),
        (TICKET, 'show = "type"', 'show = "text"', "it needs the words to print"),
        (TICKET, 'show = "type"', 'show = "type"\ntext = "x"', "'text' is for fields that show \"text\""),
        (TICKET, "y = 104", "y = 100", "lie on each other"),
        (TICKET, "[paper]", "[paper", "The file is not TOML"),
        (RECEIPT, '"taxes"', '"taxi"', "there is no block 'taxi', did you mean 'taxes'?"),
        (RECEIPT, '    "taxes",\n', "", "'taxes' is missing, and a receipt needs it"),
        (RECEIPT, '"note"', '"venue"', "'venue' stands there twice"),
        (RECEIPT, "width = 80", "width = 40", "less than 40 mm are left"),
        (RECEIPT, "normal = 9.5", "normal = 2", "[type]: normal must be a number from 6 to 30"),
    ],
)
def test_a_mistake_is_told_in_plain_words(tmp_path: Path, text: str, before: str, after: str, told: str) -> None:
    assert before in text
    file = tmp_path / "mine.toml"
    file.write_text(text.replace(before, after, 1), encoding="utf-8")
    with pytest.raises(DesignError) as caught:
        read_design(file)
    assert any(told in problem for problem in caught.value.problems), caught.value.problems


@pytest.mark.parametrize("data", [b"\xff\xfe\x00", b"a = 1\n" * 40_000, b"x = " + b"[" * 5000, b""])
def test_a_file_that_is_no_design_is_refused(tmp_path: Path, data: bytes) -> None:
    file = tmp_path / "mine.toml"
    file.write_bytes(data)
    with pytest.raises(DesignError):
        read_design(file)


def test_a_venue_s_own_design_goes_before_ours(tmp_path: Path) -> None:
    (tmp_path / "ticket-a6.toml").write_text(TICKET.replace('"Ticket, A6"', '"Our A6"'), encoding="utf-8")
    assert load_design("ticket-a6", tmp_path).name == "Our A6"
    assert load_design("ticket-a6").name == "Ticket, A6"
    assert any(item.is_own and item.name == "Our A6" for item in list_designs(tmp_path, DesignKind.TICKET))


def test_a_broken_design_is_listed_with_its_problems_and_hides_no_other(tmp_path: Path) -> None:
    (tmp_path / "broken.toml").write_text("name = 3", encoding="utf-8")
    listed = list_designs(tmp_path, DesignKind.TICKET)
    (broken,) = (item for item in listed if item.problems)
    assert broken.key == "broken"
    assert {item.key for item in listed} == {*TICKETS, "broken"}


@pytest.mark.parametrize("name", ["", "nothing", "../ticket-a6", "/etc/passwd", "ticket-a6.toml", "a\0b"])
def test_a_name_is_never_made_a_path(tmp_path: Path, name: str) -> None:
    own = tmp_path / "designs"
    own.mkdir()
    (tmp_path / "ticket-a6.toml").write_text(TICKET, encoding="utf-8")
    with pytest.raises(DesignError):
        load_design(name, own)


def test_every_kind_has_a_design_to_begin_with() -> None:
    for kind, key in DEFAULT_DESIGNS.items():
        assert load_design(key, kind=kind).kind is kind
    with pytest.raises(DesignError):
        load_design("ticket-a6", kind=DesignKind.RECEIPT)
    assert load_design("receipt-80mm").blocks == BLOCKS[DesignKind.RECEIPT]


@pytest.mark.parametrize("key", [*TICKETS])
def test_a_logo_is_drawn_within_its_place_and_stored_once(key: str) -> None:
    page = replace(sample_tickets()[0], logo=_picture(900, 300))
    design = load_design(key)
    one, many = render_tickets([page], design), render_tickets([page] * 8, design)
    assert one.warnings == ()
    assert one.pdf.count(b"/Subtype /Image") == many.pdf.count(b"/Subtype /Image") == 1
    assert render_tickets([replace(page, logo=None)], design).pdf.count(b"/Subtype /Image") == 0


@pytest.mark.parametrize(
    "logo", [b"", b"no picture", b"\x89PNG\r\n\x1a\n" + b"\0" * 60, b"<svg/>", b"GIF89a" + b"\xff" * 40]
)
def test_a_hostile_logo_is_left_out_with_a_warning(logo: bytes) -> None:
    rendered = render_tickets([replace(sample_tickets()[0], logo=logo)])
    assert len(rendered.warnings) == 1
    assert "Nosferatu" in open_pdf(rendered.pdf).text()


def test_a_picture_of_too_many_pixels_or_cut_short_is_left_out() -> None:
    for logo in (_picture(15_001, 2), _picture(400, 200)[:150]):
        assert render_tickets([replace(sample_tickets()[0], logo=logo)]).warnings


@pytest.mark.parametrize("file", sorted(words_folder().glob("*.toml")), ids=lambda file: file.stem)
def test_a_language_has_every_word(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    for part in (ENGLISH.ticket, ENGLISH.receipt, ENGLISH.reservation, ENGLISH.report):
        for name in part.__dataclass_fields__:
            assert f"{name} = " in text or f"[ticket.{name}]" in text
    assert read_words(file) != ENGLISH


def test_words_follow_the_venue_s_locale() -> None:
    assert words_for("de_AT").ticket.row == "Reihe"
    assert words_for("de-CH").receipt.total == "Summe"
    assert words_for("sw_KE") is ENGLISH
    german = replace(sample_tickets()[0], locale="de_DE", currency="EUR")
    assert {"Reihe", "12,00"} <= set(open_pdf(render_tickets([german]).pdf).text().split())


def test_a_file_of_words_that_nobody_asks_for_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "xx.toml"
    for text in ('[ticket]\nrwo = "x"', '[tickets]\nrow = "x"', '[receipt]\ntotal = ""'):
        file.write_text(text, encoding="utf-8")
        with pytest.raises(ValueError, match="nobody asks for"):
            read_words(file)


def test_the_sample_receipt_adds_up() -> None:
    page = sample_receipt()
    lines = sum(line.amount for line in page.lines) + sum(item.amount for item in page.discounts) + page.rounding
    assert lines == page.total == sum(payment.amount for payment in page.payments) - page.change


def _picture(width: int, height: int) -> bytes:
    out = io.BytesIO()
    Image.radial_gradient("L").resize((width, height)).save(out, "PNG")
    return out.getvalue()

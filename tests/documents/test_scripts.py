import unicodedata
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from boxoffice_desktop.documents.fonts import FONT_LOCK, get_font, list_font_files
from boxoffice_desktop.documents.text import clean, make_line, make_readable
from boxoffice_desktop.documents.ticket import render_tickets
from tests.documents.scripts import TITLES
from tests.documents.tickets import make_page, open_pdf, render_one


@pytest.mark.parametrize("script", TITLES)
@pytest.mark.parametrize("bold", [True, False])
def test_every_letter_of_a_script_has_a_glyph(script: str, *, bold: bool) -> None:
    with FONT_LOCK:
        readable = make_readable(TITLES[script])
        line = make_line(readable.text, bold=bold)
        assert readable.text == unicodedata.normalize("NFC", TITLES[script])
        assert not readable.is_changed
        for run in line.runs:
            glyphs = get_font(run.font.name).face.charToGlyph
            missing = [f"U+{ord(letter):04X}" for letter in run.text if not glyphs.get(ord(letter))]
            assert missing == []


@pytest.mark.parametrize("script", TITLES)
def test_a_title_can_be_found_and_copied(script: str) -> None:
    rendered = render_tickets([make_page(movie_title=TITLES[script])])
    assert rendered.warnings == ()
    found = _letters(open_pdf(rendered.pdf).text())
    if script in {"Arabic", "Persian"}:
        # Forms at the start, middle and end of words come back as letters; the order of marks is the viewer's affair.
        assert all(found.count(letter) >= number for letter, number in _count(_letters(TITLES[script])).items())
    else:
        assert _letters(TITLES[script]) in found


def _letters(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())


def _count(text: str) -> dict[str, int]:
    return {letter: text.count(letter) for letter in text}


def test_hindi_letters_are_joined() -> None:
    with FONT_LOCK:
        (run,) = make_line("क्ष").runs
    assert len(run.text) == 1


def test_arabic_letters_take_the_form_of_their_place_and_run_from_the_right() -> None:
    with FONT_LOCK:
        line = make_line("ببب")
        (run,) = line.runs
    assert len(set(run.text)) == 3
    assert line.is_right_to_left
    assert ["FINAL" in unicodedata.name(letter) for letter in run.text] == [True, False, False]


def test_figures_and_brackets_in_an_arabic_title_stand_the_right_way() -> None:
    with FONT_LOCK:
        line = make_line("عمر (2018)")
    assert "".join(run.text for run in line.runs).startswith("(2018)")


def test_an_arabic_word_in_an_english_title_leaves_the_english_in_order() -> None:
    with FONT_LOCK:
        line = make_line("The عمر movie")
    painted = "".join(run.text for run in line.runs)
    assert painted.startswith("The ")
    assert painted.endswith(" movie")
    assert not line.is_right_to_left


@pytest.mark.parametrize("title", ["ᏣᎳᎩ ᎦᏬᏂᎯᏍᏗ", "สัตว์ประหลาด", "ამბავი"])
def test_a_script_without_font_takes_the_latin_title_and_warns(title: str) -> None:
    rendered = render_tickets([make_page(movie_title=title, latin_title="The Latin Title")])
    assert "The Latin Title" in open_pdf(rendered.pdf).text()
    (warning,) = rendered.warnings
    assert title in warning
    assert "The Latin Title" in warning


def test_a_script_without_font_and_latin_title_is_transliterated() -> None:
    rendered = render_tickets([make_page(movie_title="ᏣᎳᎩ")])
    assert "TsaLaGi" in open_pdf(rendered.pdf).text()
    assert len(rendered.warnings) == 1


def test_a_latin_title_that_no_font_has_either_is_transliterated() -> None:
    with FONT_LOCK:
        assert make_readable("ᏣᎳᎩ", "ᏣᎳ").text == "TsaLa"


def test_the_latin_title_is_not_used_where_a_font_has_the_script() -> None:
    assert "Dangal" not in render_one(movie_title="दंगल", latin_title="Dangal").text()


def test_one_film_on_many_pages_warns_once() -> None:
    pages = [make_page(movie_title="ᏣᎳᎩ", serial=number) for number in range(4)]
    assert len(render_tickets(pages).warnings) == 1


def test_a_hall_that_cannot_be_written_warns_as_well() -> None:
    rendered = render_tickets([make_page(hall_name="ᏣᎳᎩ 3")])
    assert "TsaLaGi 3" in open_pdf(rendered.pdf).text()
    assert len(rendered.warnings) == 1


def test_emoji_are_left_out_with_a_warning() -> None:
    rendered = render_tickets([make_page(movie_title="Toy Story 🎉🤠 4")])
    assert "Toy Story 4" in open_pdf(rendered.pdf).text()
    assert len(rendered.warnings) == 1


def test_a_title_of_emoji_alone_becomes_words() -> None:
    with FONT_LOCK:
        assert make_readable("🎉").text.isascii()
        assert len(make_readable("🎉").text) > 1


@pytest.mark.parametrize(
    ("hostile", "harmless"),
    [
        ("<para><font size='99'>Big</font></para>", "<para><font size='99'>Big</font></para>"),
        ("&amp; &#65; %s {0} \\n (a) ) ET Q", "&amp; &#65; %s {0} \\n (a) ) ET Q"),
        ("Nul\x00l \x07bell\x1b[31m", "Null bell[31m"),
        ("two\nlines\r\nand\ta tab", "two lines and a tab"),
        ("abc\u202edef\u202c", "abcdef"),
        ("\u2066iso\u2069lated \ufeffbom", "isolated bom"),
        ("zero\u200bwidth\u00adsoft", "zerowidthsoft"),
        ("lone \ud800 surrogate", "lone surrogate"),
        ("private \ue000 use", "private use"),
        ("  many   blanks\u00a0\u202f\u2003here ", "many blanks here"),
        ("Cafe\u0301", "Café"),
    ],
)
def test_hostile_text_is_text(hostile: str, harmless: str) -> None:
    assert clean(hostile) == harmless
    assert _letters(harmless) in _letters(render_one(movie_title=hostile).text())


def test_a_name_of_controls_alone_does_not_stop_the_printer() -> None:
    assert "Adult" in render_one(movie_title="\x00\u202e", venue_name="", hall_name=" ", row_label="").text()


@given(st.text(max_size=60))
@settings(max_examples=60, deadline=None)
def test_any_text_makes_a_ticket(text: str) -> None:
    rendered = render_tickets([make_page(movie_title=text, venue_name=text, hall_name=text, ticket_type=text)])
    assert rendered.pdf.startswith(b"%PDF")


def test_several_threads_make_the_same_tickets_as_one() -> None:
    pages = [make_page(movie_title=title) for title in TITLES.values()]
    alone = [open_pdf(render_tickets([page]).pdf).text() for page in pages]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda page: render_tickets([page]).pdf, pages))
    assert [open_pdf(pdf).text() for pdf in together] == alone


def test_every_font_file_is_there_with_its_licence() -> None:
    files = list_font_files()
    assert all(file.is_file() for file in files)
    assert files[0].name == "NotoSans-Regular.ttf"
    folder = files[0].parent
    assert {file.name for file in folder.glob("*.ttf")} == {file.name for file in files}
    assert "SIL OPEN FONT LICENSE" in (folder / "LICENSE-OFL-1.1.txt").read_text(encoding="utf-8")
    assert "Apache License" in (folder / "LICENSE-Apache-2.0.txt").read_text(encoding="utf-8")
    assert sum(file.stat().st_size for file in files) < 12_000_000

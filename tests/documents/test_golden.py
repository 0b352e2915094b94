from dataclasses import replace

import pytest
from PIL import Image

from boxoffice_desktop.documents.design import Design
from boxoffice_desktop.documents.designs import load_design
from boxoffice_desktop.documents.samples import sample_tickets
from boxoffice_desktop.documents.ticket import render_tickets
from tests.documents.pictures import (
    FOLDER,
    MOST_DIFFERENT,
    PAPERS,
    difference,
    draw,
    draw_design,
    draw_paper,
    draw_script,
    list_design_keys,
    paper_file,
    script_file,
)
from tests.documents.scripts import TITLES
from tests.documents.tickets import open_pdf


@pytest.mark.parametrize("key", list_design_keys())
def test_a_design_looks_as_it_did(key: str) -> None:
    pages = draw_design(key)
    assert len(pages) == len(list(FOLDER.glob(f"{key}-[0-9].png")))
    for number, picture in enumerate(pages, 1):
        with Image.open(FOLDER / f"{key}-{number}.png") as golden:
            assert difference(picture, golden) <= MOST_DIFFERENT


@pytest.mark.parametrize("name", PAPERS)
def test_a_kind_of_paper_looks_as_it_did(name: str) -> None:
    with Image.open(paper_file(name)) as golden:
        assert difference(draw_paper(name), golden) <= MOST_DIFFERENT


@pytest.mark.parametrize("script", TITLES)
def test_a_script_looks_as_it_did(script: str) -> None:
    with Image.open(script_file(script)) as golden:
        assert difference(draw_script(script), golden) <= MOST_DIFFERENT


@pytest.mark.parametrize("show", ["title", "time", "place", "seat", "price", "qr", "serial", "rule"])
def test_control_a_field_that_moved_by_a_millimetre_and_a_half_is_seen(show: str) -> None:
    design = load_design("ticket-a6")
    moved = replace(
        design,
        fields=tuple(replace(item, y=item.y + 1.5) if item.show == show else item for item in design.fields),
    )
    assert difference(_draw_first(design), _draw_first(moved)) > MOST_DIFFERENT


def test_control_another_letter_is_seen() -> None:
    page = sample_tickets()[0]
    design = load_design("ticket-a6")
    first, second = (
        draw(open_pdf(render_tickets([changed], design).pdf), 0) for changed in (page, replace(page, row_label="F"))
    )
    assert difference(first, second) > MOST_DIFFERENT


def test_the_pictures_are_small() -> None:
    assert sum(file.stat().st_size for file in FOLDER.iterdir()) < 600_000


def _draw_first(design: Design) -> Image.Image:
    return draw(open_pdf(render_tickets(sample_tickets()[:1], design).pdf), 0)

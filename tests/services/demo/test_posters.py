"""The posters of the demo cinema: each film has one, and each is its own."""

import io
from dataclasses import replace
from itertools import combinations

import pytest
from PIL import Image, ImageChops, ImageFont, ImageStat, features

from boxoffice_desktop.domain.text_repair import fold_title
from boxoffice_desktop.services.demo import posters
from boxoffice_desktop.services.demo.films import DEMO_FILMS, DemoFilm
from boxoffice_desktop.services.demo.poster_motifs import MOTIFS
from boxoffice_desktop.services.demo.posters import draw_poster


def picture_of(film: DemoFilm) -> Image.Image:
    return Image.open(io.BytesIO(draw_poster(film))).convert("RGB")


def film_titled(latin: str) -> DemoFilm:
    return next(film for film in DEMO_FILMS if latin in {film.title, film.latin_title})


def title_of(film: DemoFilm) -> Image.Image:
    return picture_of(film).crop((0, 445, 400, 562))


def test_there_are_a_dozen_films_that_the_catalogue_can_hold() -> None:
    assert len(DEMO_FILMS) == 12
    assert len({(fold_title(f.title), f.release_date.year) for f in DEMO_FILMS}) == 12
    assert all(1 <= f.running_minutes <= 600 and 0 <= f.colour <= 7 for f in DEMO_FILMS)


def test_titles_beyond_latin_greek_and_cyrillic_have_a_latin_one() -> None:
    assert {f.latin_title for f in DEMO_FILMS if not f.title.isascii() and "Mania" not in f.title} == {
        f.latin_title for f in DEMO_FILMS if f.latin_title
    }


def test_every_motif_is_used_once() -> None:
    assert sorted(f.motif for f in DEMO_FILMS) == sorted(MOTIFS)


@pytest.mark.parametrize("film", DEMO_FILMS, ids=lambda film: film.motif)
def test_a_poster_is_a_small_jpeg_with_a_drawing_and_a_title(film: DemoFilm) -> None:
    data = draw_poster(film)
    image = Image.open(io.BytesIO(data))
    assert (image.format, image.size) == ("JPEG", (400, 600))
    assert len(data) < 150_000
    drawing = ImageStat.Stat(image.convert("L").crop((10, 10, 390, 430)))
    title = ImageStat.Stat(image.convert("L").crop((28, 450, 372, 556)))
    assert drawing.stddev[0] > 15
    assert title.stddev[0] > 15


def test_no_two_posters_look_alike() -> None:
    drawings = [picture_of(film).crop((0, 0, 400, 430)) for film in DEMO_FILMS]
    for one, other in combinations(drawings, 2):
        assert sum(ImageStat.Stat(ImageChops.difference(one, other)).mean) > 30


def test_the_same_film_has_the_same_poster() -> None:
    assert draw_poster(DEMO_FILMS[0]) == draw_poster(DEMO_FILMS[0])


@pytest.mark.parametrize("film", DEMO_FILMS, ids=lambda film: film.motif)
def test_a_title_stays_within_its_margins(film: DemoFilm) -> None:
    band = picture_of(film).convert("L").crop((375, 450, 398, 556))
    assert ImageStat.Stat(band).stddev[0] < 8


def test_a_title_that_cannot_be_shaped_is_written_in_latin(monkeypatch: pytest.MonkeyPatch) -> None:
    film = film_titled("Laila")
    shaped = title_of(film)
    monkeypatch.setattr(features, "check", lambda _: False)
    latin = title_of(film)
    assert sum(ImageStat.Stat(ImageChops.difference(shaped, latin)).mean) > 5


def test_without_its_fonts_a_poster_is_drawn_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(posters, "_load", lambda _name, size: ImageFont.load_default(size))
    assert Image.open(io.BytesIO(draw_poster(film_titled("Metropolis")))).size == (400, 600)


def test_a_title_too_long_for_any_size_is_drawn_in_the_smallest() -> None:
    film = replace(film_titled("Metropolis"), title="Donaudampfschifffahrtsgesellschaftskapitän " * 4)
    assert Image.open(io.BytesIO(draw_poster(film))).size == (400, 600)

import io
import random

import pytest
from PIL import Image

from boxoffice_desktop.domain.errors import InvalidInputError
from boxoffice_desktop.services.posters import MAX_FILE_BYTES, POSTER_SIZE, reencode_poster
from tests.services.films.pictures import picture, png_header

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF"])
def test_every_common_kind_becomes_a_jpeg(kind: str) -> None:
    assert opened(reencode_poster(picture(kind=kind))).format == "JPEG"


@pytest.mark.parametrize("mode", ["RGBA", "LA", "L", "1", "P", "I;16", "RGB"])
def test_every_common_mode_becomes_a_jpeg(mode: str) -> None:
    assert opened(reencode_poster(picture(mode=mode))).mode == "RGB"


def test_a_large_picture_shrinks_and_keeps_its_shape() -> None:
    assert opened(reencode_poster(picture((3000, 4500)))).size == POSTER_SIZE


def test_a_wide_picture_keeps_its_shape() -> None:
    assert opened(reencode_poster(picture((1200, 600)))).size == (600, 300)


def test_transparency_becomes_white() -> None:
    pixel = opened(reencode_poster(picture((64, 64), "RGBA"))).getpixel((9, 9))
    assert isinstance(pixel, tuple)
    assert min(pixel) > 250


def test_a_picture_that_lies_on_its_side_stands_up() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    assert opened(reencode_poster(picture((400, 200), kind="JPEG", exif=exif))).size == (200, 400)


def test_what_was_written_into_the_file_is_gone() -> None:
    exif = Image.Exif()
    exif[0x010E] = "secret place"
    out = reencode_poster(picture(kind="JPEG", exif=exif))
    assert b"secret" not in out
    assert not opened(out).getexif()


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b"x" * (MAX_FILE_BYTES + 1), "larger"),
        (SVG, "no picture"),
        (b"%PDF-1.7", "no picture"),
        (b"MZ\x90\0" * 100, "no picture"),
        (b"GIF89a", "broken|no picture"),
        (png_header(100_000, 100_000), "too large"),
        (png_header(30_000, 20), "too large"),
        (png_header(9000, 9000), "too large"),
        (png_header(2_000_000_000, 2), "too large|broken"),
        (png_header(0, 0), "too small|broken|no picture"),
        (png_header(500, 500), "broken"),
        (picture((8, 8)), "too small"),
        (picture()[:200], "broken"),
        (picture((1500, 1500), kind="JPEG")[:3000], "broken"),
    ],
)
def test_a_hostile_file_is_refused_in_words(data: bytes, reason: str) -> None:
    with pytest.raises(InvalidInputError, match=reason) as refused:
        reencode_poster(data)
    assert refused.value.field == "poster"


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF", "TIFF"])
def test_no_damage_to_a_file_gets_beyond_a_refusal(kind: str) -> None:
    whole = picture((90, 60), kind=kind)
    dice = random.Random(7)  # noqa: S311  the same damage every time
    fields = {_refused_field(_damage(whole, dice)) for _ in range(40)}
    assert fields <= {None, "poster"}


def _damage(whole: bytes, dice: random.Random) -> bytes:
    damaged = bytearray(whole)
    for _ in range(dice.randint(1, 8)):
        damaged[dice.randrange(len(damaged))] = dice.randrange(256)
    return bytes(damaged)


def _refused_field(data: bytes) -> str | None:
    try:
        reencode_poster(data)
    except InvalidInputError as refused:
        return refused.field
    return None

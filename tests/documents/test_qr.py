import random
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reportlab.graphics.barcode.qrencoder import QRAlphaNum, QRCode, QRErrorCorrectLevel

from boxoffice_desktop.documents.qr import (
    _BARE,
    _SIGNED,
    QR_SIDE,
    SIGNED_BYTES,
    SIGNED_SIDE,
    code_text,
    parse_code_text,
    qr_path,
    qr_rows,
    qr_side,
)
from boxoffice_desktop.documents.ticket_texts import group_code
from boxoffice_desktop.domain.errors import InvalidInputError
from boxoffice_desktop.domain.ticket_codes import payload_text, short_code

FORMAT_MASK = 0b101010000010010


@given(st.binary(min_size=16, max_size=16))
def test_a_code_comes_back_from_its_text(code: bytes) -> None:
    text = code_text(code)
    assert len(text) == 26
    assert set(text) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
    assert parse_code_text(text) == code


def test_a_typed_code_may_have_small_letters_and_blanks_around_it() -> None:
    code = bytes(range(16))
    assert parse_code_text(f"  {code_text(code).lower()}\n") == code


@pytest.mark.parametrize(
    "text", ["", "A" * 25, "A" * 27, "A" * 25 + "1", "A" * 25 + "B", "A" * 25 + "=", "Ä" * 26, "ß" * 13]
)
def test_what_is_no_code_is_refused(text: str) -> None:
    with pytest.raises(InvalidInputError):
        parse_code_text(text)


@pytest.mark.parametrize("code", [b"", b"a" * 15, b"a" * 17])
def test_a_code_has_sixteen_bytes(code: bytes) -> None:
    with pytest.raises(InvalidInputError):
        qr_rows(code)


def _dice(seed: int) -> random.Random:
    return random.Random(seed)  # noqa: S311 - the same codes in every run


def _read_mask(rows: tuple[int, ...]) -> int:
    """The mask's number from the format bits right of and below the upper left finder."""
    bits = 0
    for column in (0, 1, 2, 3, 4, 5, 7, 8):
        bits = bits << 1 | rows[8] >> column & 1
    for row in (7, 5, 4, 3, 2, 1, 0):
        bits = bits << 1 | rows[row] >> 8 & 1
    return (bits ^ FORMAT_MASK) >> 10 & 7


@pytest.mark.parametrize("seed", range(12))
def test_the_modules_are_those_of_the_library_for_the_chosen_mask(seed: int) -> None:
    code = _dice(seed).randbytes(16)
    rows = qr_rows(code)
    library = QRCode(2, QRErrorCorrectLevel.Q)
    library.addData(QRAlphaNum(code_text(code)))
    library.makeImpl(False, _read_mask(rows))
    assert rows == tuple(sum(bool(dark) << column for column, dark in enumerate(row)) for row in library.modules)


def test_several_masks_get_chosen() -> None:
    assert len({_read_mask(qr_rows(_dice(seed).randbytes(16))) for seed in range(40)}) > 3


def _slow_penalty(grid: list[list[int]]) -> int:
    """The four rules of ISO/IEC 18004 on lists, as they are written."""
    score = 0
    finders = ([1, 0, 1, 1, 1, 0, 1, 0, 0, 0, 0], [0, 0, 0, 0, 1, 0, 1, 1, 1, 0, 1])
    for line in [*grid, *[list(column) for column in zip(*grid, strict=True)]]:
        length = 1
        for before, after in zip(line, [*line[1:], 2], strict=True):
            if before == after:
                length += 1
            else:
                score += length - 2 if length >= 5 else 0
                length = 1
        score += 40 * sum(line[place : place + 11] in finders for place in range(len(line) - 10))
    for upper, lower in pairwise(grid):
        for place in range(len(upper) - 1):
            score += 3 * (len({*upper[place : place + 2], *lower[place : place + 2]}) == 1)
    percent = 100 * sum(map(sum, grid)) / len(grid) ** 2
    return score + 10 * int(abs(percent - 50) // 5)


@pytest.mark.parametrize("seed", range(20))
def test_the_quick_score_of_a_mask_is_that_of_the_standard(seed: int) -> None:
    dice = _dice(seed)
    share = dice.choice([0.1, 0.3, 0.5, 0.8, 1.0])
    grid = [[int(dice.random() < share) for _ in range(QR_SIDE)] for _ in range(QR_SIDE)]
    for row in range(0, QR_SIDE, 5):
        grid[row][3:14] = [1, 0, 1, 1, 1, 0, 1, 0, 0, 0, 0]
        grid[row][14:25] = [0, 0, 0, 0, 1, 0, 1, 1, 1, 0, 1]
    packed = sum(dark << (row * 26 + column) for row, line in enumerate(grid) for column, dark in enumerate(line))
    assert _BARE.penalty(packed) == _slow_penalty(grid)


def test_the_path_covers_the_dark_modules_and_no_other() -> None:
    code = bytes(range(16))
    *numbers, fill = qr_path(code).split()
    assert fill == "f"
    rows = [0] * QR_SIDE
    for x, y, width, height, operator in zip(*[iter(numbers)] * 5, strict=True):
        assert (height, operator) == ("1", "re")
        rows[QR_SIDE - 1 - int(y)] |= ((1 << int(width)) - 1) << int(x)
    assert tuple(rows) == qr_rows(code)


@pytest.mark.parametrize("seed", range(6))
def test_the_modules_of_what_is_signed_are_those_of_the_library(seed: int) -> None:
    data = _dice(seed).randbytes(SIGNED_BYTES)
    rows = qr_rows(data)
    library = QRCode(6, QRErrorCorrectLevel.M)
    library.addData(QRAlphaNum(payload_text(data)))
    library.makeImpl(False, _read_mask(rows))
    assert rows == tuple(sum(bool(dark) << column for column, dark in enumerate(row)) for row in library.modules)
    assert (len(rows), qr_side(data), qr_side(bytes(16))) == (SIGNED_SIDE, SIGNED_SIDE, QR_SIDE)


@pytest.mark.parametrize("seed", range(6))
def test_the_quick_score_is_that_of_the_standard_in_the_larger_square_too(seed: int) -> None:
    dice = _dice(seed)
    grid = [[int(dice.random() < 0.5) for _ in range(SIGNED_SIDE)] for _ in range(SIGNED_SIDE)]
    grid[5][3:14] = [1, 0, 1, 1, 1, 0, 1, 0, 0, 0, 0]
    pitch = SIGNED_SIDE + 1
    packed = sum(dark << (row * pitch + column) for row, line in enumerate(grid) for column, dark in enumerate(line))
    assert _SIGNED.penalty(packed) == _slow_penalty(grid)


def test_the_first_three_groups_are_what_a_door_asks_to_be_typed() -> None:
    code = bytes(range(240, 256))
    assert "-".join(group_code(code).split()[:3]) == short_code(code)

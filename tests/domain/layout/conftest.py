from collections.abc import Callable

import pytest

from boxoffice_desktop.domain.halls import Area
from boxoffice_desktop.domain.layout.document import HallDocument, empty_document
from boxoffice_desktop.domain.layout.drawing import Block, draw_block

AREAS = (
    Area(area_id=1, name="Standard", letter="S", colour=0),
    Area(area_id=2, name="Premium", letter="P", colour=1),
)


@pytest.fixture
def hall() -> HallDocument:
    """Rows A to C of four seats, 28 apart, the first at y 100."""
    document, _ = draw_block(
        empty_document("Hall 1", AREAS), Block(x=400, y=100, rows=3, seats=4, zone="Stalls", area_id=1)
    )
    return document


@pytest.fixture
def find(hall: HallDocument) -> Callable[..., frozenset[int]]:
    """Keys by name, e.g. `find("A1", "B2")`."""

    def keys(*names: str) -> frozenset[int]:
        return frozenset(seat.key for seat in hall.seats if seat.row_label + seat.number in names)

    return keys

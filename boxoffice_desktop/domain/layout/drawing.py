"""Drawing rows and blocks of seats."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import islice

from boxoffice_desktop.domain.errors import InvalidInputError
from boxoffice_desktop.domain.layout.document import HallDocument, Keys, LayoutSeat, tidy
from boxoffice_desktop.domain.layout.numbering import RowRule, SeatRule, free_labels, number_row
from boxoffice_desktop.domain.seating_plan import MAX_SEATS
from boxoffice_desktop.domain.seats import SeatKind

SEAT_GAP = 28.0
ROW_GAP = 32.0
MAX_ROWS = 200
MAX_PER_ROW = 400


@dataclass(frozen=True, kw_only=True, slots=True)
class Aisle:
    """A gap of `width` plan units after the seat at place `after` of a row, counted from the left of the first row."""

    after: int
    width: float = SEAT_GAP * 2


@dataclass(frozen=True, kw_only=True, slots=True)
class Block:
    """Rows of seats to be drawn.

    Attributes:
        x, y: the middle of the first row: half its seats are left of x.
        rows, seats: how many rows, and how many seats the first row has.
        seat_gap, row_gap: from centre to centre, in plan units.
        curve: how far the ends of a row bend towards the screen; negative bends them away.
        skew: how far each row is shifted to the right against the one before it.
        widen: how many seats each row has more than the one before it (negative: fewer).
        aisles: gaps that run through all rows.
        row_rule, seat_rule: how they are called; labels that the zone has already are passed over.
    """

    x: float
    y: float
    rows: int = 1
    seats: int = 10
    seat_gap: float = SEAT_GAP
    row_gap: float = ROW_GAP
    curve: float = 0.0
    skew: float = 0.0
    widen: int = 0
    aisles: tuple[Aisle, ...] = ()
    zone: str = ""
    area_id: int = 0
    kind: SeatKind = SeatKind.STANDARD
    row_rule: RowRule = field(default_factory=RowRule)
    seat_rule: SeatRule = field(default_factory=SeatRule)

    def seats_in(self, row: int) -> int:
        """How many seats the row (from 0) has; at least one."""
        return max(1, self.seats + row * self.widen)


def block_points(block: Block) -> Iterator[list[tuple[float, float]]]:
    """The centres of the seats, row by row, from left to right.

    Raises:
        InvalidInputError: numbers that make no block.
    """
    _check(block)
    # Aisles stay where they are when rows grow: they are places of the first row, measured from its middle.
    first = block.seats_in(0)
    gaps = [(aisle.after - first / 2, aisle.width) for aisle in block.aisles if 0 < aisle.after < first]
    for row in range(block.rows):
        count = block.seats_in(row)
        slots = [at - (count - 1) / 2 for at in range(count)]
        across = [slot * block.seat_gap + sum(w if slot > at else 0.0 for at, w in gaps) for slot in slots]
        middle = sum(width for _, width in gaps) / 2
        reach = max(1.0, *(abs(x - middle) for x in across))
        yield [
            (
                tidy(block.x + x - middle + row * block.skew),
                tidy(block.y + row * block.row_gap - block.curve * ((x - middle) / reach) ** 2),
            )
            for x in across
        ]


def _check(block: Block) -> None:
    if not 1 <= block.rows <= MAX_ROWS:
        raise InvalidInputError("rows", f"A block has 1 to {MAX_ROWS} rows.")
    if not 1 <= block.seats <= MAX_PER_ROW or block.seats_in(block.rows - 1) > MAX_PER_ROW:
        raise InvalidInputError("seats", f"A row has 1 to {MAX_PER_ROW} seats.")
    if block.seat_gap <= 0 or block.row_gap <= 0:
        raise InvalidInputError("seat_gap", "Seats and rows need a distance of more than nothing.")


def draw_block(document: HallDocument, block: Block) -> tuple[HallDocument, Keys]:
    """The document with the block's seats, and their keys.

    Raises:
        InvalidInputError: numbers that make no block, labels that cannot begin where they say, or more seats than
            a hall takes.
    """
    points = list(block_points(block))
    if len(document.seats) + sum(len(row) for row in points) > MAX_SEATS:
        raise InvalidInputError("seats", f"A hall takes {MAX_SEATS:,} seats at most.")
    labels = list(islice(free_labels(document, block.zone, block.row_rule), block.rows))
    if block.row_rule.from_back:
        labels.reverse()
    key = document.next_key
    new: list[LayoutSeat] = []
    for label, row in zip(labels, points, strict=True):
        seats = []
        for x, y in row:
            seats.append(
                LayoutSeat(
                    key=key,
                    zone=block.zone,
                    row_label=label,
                    number="0",
                    x=x,
                    y=y,
                    area_id=block.area_id,
                    kind=block.kind,
                )
            )
            key -= 1
        new.extend(sorted(number_row(seats, block.seat_rule), key=lambda seat: -seat.key))
    changed = replace(document, seats=(*document.seats, *new), next_key=key)
    return changed, frozenset(seat.key for seat in new)

"""What differs between two layouts of the same hall."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from boxoffice_desktop.domain.layout.document import HallDocument, LayoutSeat

# Less than this is not a move but the last decimal of another program.
_STILL = 0.02


@dataclass(frozen=True, kw_only=True, slots=True)
class SeatChange:
    """A seat before and after."""

    before: LayoutSeat
    after: LayoutSeat


@dataclass(frozen=True, kw_only=True, slots=True)
class LayoutChanges:
    """Seats that come, move, get another name, another area or kind, or go; and whether the drawing changed.

    A seat may be moved and renamed and restyled at once; it is in each list then.
    """

    added: tuple[LayoutSeat, ...]
    moved: tuple[SeatChange, ...]
    renamed: tuple[SeatChange, ...]
    restyled: tuple[SeatChange, ...]
    retired: tuple[LayoutSeat, ...]
    drawing_changed: bool

    @property
    def is_empty(self) -> bool:
        """Nothing differs."""
        lists: tuple[tuple[object, ...], ...] = (self.added, self.moved, self.renamed, self.restyled, self.retired)
        return not any(lists) and not self.drawing_changed


def compare(before: HallDocument, after: HallDocument) -> LayoutChanges:
    """What leads from one layout to the other; seats are the same when their keys are."""
    old = {seat.key: seat for seat in before.seats}
    new = {seat.key for seat in after.seats}
    pairs = [(old[seat.key], seat) for seat in after.seats if seat.key in old]
    return LayoutChanges(
        added=tuple(seat for seat in after.seats if seat.key not in old),
        moved=_list_changes(pairs, lambda a, b: abs(a.x - b.x) > _STILL or abs(a.y - b.y) > _STILL),
        renamed=_list_changes(pairs, lambda a, b: (a.row, a.number) != (b.row, b.number)),
        restyled=_list_changes(pairs, lambda a, b: (a.area_id, a.kind) != (b.area_id, b.kind)),
        retired=tuple(seat for seat in before.seats if seat.key not in new),
        drawing_changed=_drawing(before) != _drawing(after),
    )


def _list_changes(
    pairs: Iterable[tuple[LayoutSeat, LayoutSeat]], differs: Callable[[LayoutSeat, LayoutSeat], bool]
) -> tuple[SeatChange, ...]:
    return tuple(SeatChange(before=a, after=b) for a, b in pairs if differs(a, b))


def _drawing(document: HallDocument) -> tuple[object, ...]:
    shapes = tuple(shape.shape for shape in document.shapes if not shape.hidden)
    return document.name, document.width, document.height, document.best_x, document.best_y, shapes

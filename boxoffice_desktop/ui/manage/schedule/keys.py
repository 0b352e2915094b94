"""The keys of the timeline, and which show is next in a direction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from boxoffice_desktop.domain.schedule import as_utc
from boxoffice_desktop.services.schedule.reading import ShowBlock
from boxoffice_desktop.ui.manage.schedule.geometry import STEP_MINUTES, Geometry, Row

if TYPE_CHECKING:
    from boxoffice_desktop.ui.manage.schedule.view import TimelineView

_ARROWS = frozenset({Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down})
_ENTERS = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter})


def press_key(view: TimelineView, event: QKeyEvent) -> bool:
    """Do what a key means on the timeline; False for one that means nothing there."""
    key = Qt.Key(event.key())
    controls = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
    shifts = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
    if key in _ARROWS:
        _press_arrow(view, key, controls=controls, shifts=shifts)
        return True
    if controls:
        return False
    return _press_plain(view, key) or _press_for_show(view, key)


def _press_arrow(view: TimelineView, key: Qt.Key, *, controls: bool, shifts: bool) -> None:
    if controls or (view.selected_block() is None and view.carry is None):
        view.walk_to(key)
    elif key in {Qt.Key.Key_Left, Qt.Key.Key_Right}:
        step = (3 if shifts else 1) * STEP_MINUTES
        view.push(minutes=step if key is Qt.Key.Key_Right else -step)
    else:
        view.push(halls=1 if key is Qt.Key.Key_Down else -1)


def _press_plain(view: TimelineView, key: Qt.Key) -> bool:
    """Keys for what is in the hand."""
    if key is Qt.Key.Key_Escape and (view.carry is not None or view.selected_block() is not None):
        if view.carry is None:
            view.select(None)
        view.drop_carry()
    elif key in _ENTERS and view.carry is not None:
        view.commit()
    else:
        return False
    return True


def _press_for_show(view: TimelineView, key: Qt.Key) -> bool:
    """Keys for the show that is selected."""
    block = view.selected_block()
    if block is None:
        return False
    if key in _ENTERS:
        view.edit_requested.emit(block)
    elif key in {Qt.Key.Key_Delete, Qt.Key.Key_Backspace}:
        view.discard_requested.emit(block)
    elif key is Qt.Key.Key_C:
        view.copy_selected()
    elif key is Qt.Key.Key_P:
        view.prices_requested.emit(block)
    elif key is Qt.Key.Key_S:
        view.sell_requested.emit(block)
    elif key in {Qt.Key.Key_Plus, Qt.Key.Key_Minus}:
        view.stretch(STEP_MINUTES if key is Qt.Key.Key_Plus else -STEP_MINUTES)
    else:
        return False
    return True


def walk(geometry: Geometry, block: ShowBlock | None, key: Qt.Key) -> ShowBlock | None:
    """The next show along the row, or in the nearest row above or below that has one at about the same time."""
    placed = [(row.index, as_utc(each.span.starts_at), each) for each, row in _list_placed(geometry)]
    placed.sort(key=lambda each: (each[0], each[1], each[2].show_id))
    if not placed:
        return None
    here = [index for index, each in enumerate(placed) if block is not None and each[2].show_id == block.show_id]
    if not here:
        return placed[0][2]
    place = here[0]
    if key in {Qt.Key.Key_Left, Qt.Key.Key_Right}:
        place += 1 if key is Qt.Key.Key_Right else -1
        return placed[place][2] if 0 <= place < len(placed) else None
    return _find_beside(geometry, placed[place][2], down=key is Qt.Key.Key_Down)


def _list_placed(geometry: Geometry) -> list[tuple[ShowBlock, Row]]:
    pairs = ((block, geometry.row_of(block)) for block in geometry.schedule.blocks)
    return [(block, row) for block, row in pairs if row is not None]


def _find_beside(geometry: Geometry, block: ShowBlock, *, down: bool) -> ShowBlock | None:
    row = geometry.row_of(block)
    if row is None:
        return None
    x = geometry.x_of(row, block.span.starts_at)
    beyond = [
        (abs(other.index - row.index), abs(geometry.x_of(other, each.span.starts_at) - x), each.show_id, each)
        for each, other in _list_placed(geometry)
        if (other.index > row.index if down else other.index < row.index)
    ]
    return min(beyond)[3] if beyond else None

"""What the keys mean on the seat map. Keys without a meaning here belong to the window."""

from enum import Enum, auto

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent


class KeyMeaning(Enum):
    """What a key asks of the map."""

    NONE = auto()
    LEFT = auto()
    RIGHT = auto()
    UP = auto()
    DOWN = auto()
    HOME = auto()
    END = auto()
    TAKE = auto()
    LET_GO = auto()
    BEST = auto()
    ZOOM_IN = auto()
    ZOOM_OUT = auto()
    FIT = auto()


_PLAIN = {
    Qt.Key.Key_Left: KeyMeaning.LEFT,
    Qt.Key.Key_Right: KeyMeaning.RIGHT,
    Qt.Key.Key_Up: KeyMeaning.UP,
    Qt.Key.Key_Down: KeyMeaning.DOWN,
    Qt.Key.Key_Home: KeyMeaning.HOME,
    Qt.Key.Key_End: KeyMeaning.END,
    Qt.Key.Key_Space: KeyMeaning.TAKE,
    Qt.Key.Key_Escape: KeyMeaning.LET_GO,
}
_ZOOM = {"+": KeyMeaning.ZOOM_IN, "=": KeyMeaning.ZOOM_IN, "-": KeyMeaning.ZOOM_OUT}


def read_key(event: QKeyEvent) -> tuple[KeyMeaning, int]:
    """The meaning of a key, and for `BEST` how many seats (1 to 10).

    Digits go by the character, not the key: on a French keyboard they need Shift. Zooming works with and without Ctrl.
    """
    held = event.modifiers() & ~(Qt.KeyboardModifier.KeypadModifier | Qt.KeyboardModifier.ShiftModifier)
    key = Qt.Key(event.key())
    if held == Qt.KeyboardModifier.ControlModifier:
        if key == Qt.Key.Key_0:
            return KeyMeaning.FIT, 0
        keys = {
            Qt.Key.Key_Plus: KeyMeaning.ZOOM_IN,
            Qt.Key.Key_Equal: KeyMeaning.ZOOM_IN,
            Qt.Key.Key_Minus: KeyMeaning.ZOOM_OUT,
        }
        return keys.get(key, KeyMeaning.NONE), 0
    if held != Qt.KeyboardModifier.NoModifier:
        return KeyMeaning.NONE, 0
    text = event.text()
    if len(text) == 1 and text in "0123456789":
        # Holding a digit down must not take seat after seat.
        return (KeyMeaning.NONE, 0) if event.isAutoRepeat() else (KeyMeaning.BEST, int(text) or 10)
    if text in _ZOOM:
        return _ZOOM[text], 0
    meaning = _PLAIN.get(key, KeyMeaning.NONE)
    if meaning is KeyMeaning.TAKE and event.isAutoRepeat():
        meaning = KeyMeaning.NONE
    return meaning, 0

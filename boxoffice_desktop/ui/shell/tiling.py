"""Several tills' windows on one screen, none over another."""

import sys
from dataclasses import dataclass
from math import ceil

from PySide6.QtGui import QGuiApplication

# A till's window is never smaller than this (see `MainWindow`); a few pixels are the frame's.
_SMALLEST = (1000, 640)
_FRAME = (4, 40)


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a window goes, in pixels of a screen that is scaled by the tiling's `scale`."""

    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, kw_only=True)
class Tiling:
    """`scale` goes into QT_SCALE_FACTOR of every window's process, so that a whole window fits its place."""

    scale: float
    places: tuple[Place, ...]


def tile_windows(count: int, width: int, height: int) -> Tiling:
    """Places for `count` windows on `width` by `height` pixels, in rows and columns that shrink them least."""

    def scale_of(columns: int) -> float:
        rows = ceil(count / columns)
        return min(
            1.0,
            width / columns / (_SMALLEST[0] + _FRAME[0]),
            height / rows / (_SMALLEST[1] + _FRAME[1]),
        )

    # Side by side where that is as good as anything else.
    columns = max(range(count, 0, -1), key=scale_of)
    rows, scale = ceil(count / columns), scale_of(columns)
    wide, high = int(width / columns / scale), int(height / rows / scale)
    return Tiling(
        scale=scale,
        places=tuple(
            Place(
                x=place % columns * wide,
                y=place // columns * high,
                width=wide - _FRAME[0],
                height=high - _FRAME[1],
            )
            for place in range(count)
        ),
    )


def read_screen() -> tuple[int, int]:
    """Width and height of what windows may cover on the first screen. Makes a Qt application if there is none."""
    application = QGuiApplication.instance() or QGuiApplication(sys.argv[:1])
    del application  # Qt keeps it; without one there are no screens
    room = QGuiApplication.primaryScreen().availableGeometry()
    return room.width(), room.height()

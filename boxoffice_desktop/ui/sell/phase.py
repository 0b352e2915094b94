"""Where a sale stands."""

from enum import IntEnum


class Phase(IntEnum):
    """What the right column is for; the values are its places."""

    CHOOSING = 0
    PAYING = 1
    DONE = 2

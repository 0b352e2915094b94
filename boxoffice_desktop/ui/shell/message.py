"""What the window tells a person, and how loudly."""

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How loudly something is said."""

    NOTICE = "notice"  # expected; goes away by itself
    WARNING = "warning"  # stays until somebody has read it
    BUG = "bug"  # ours to mend; a dialog that tells where the log is


@dataclass(frozen=True, kw_only=True)
class Message:
    """A title that is enough when it is all one reads, and the rest."""

    title: str
    text: str
    severity: Severity = Severity.NOTICE
    topic: str = ""  # what it is about, for taking it back when that is over

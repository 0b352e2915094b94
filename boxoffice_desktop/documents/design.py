"""A design: which paper, and what stands where on it, as a TOML file describes it.

Measures are millimetres from the upper left corner of a ticket, type sizes are points.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from boxoffice_desktop.domain.errors import InvalidInputError


class DesignKind(StrEnum):
    """What a design is for."""

    TICKET = "ticket"
    RECEIPT = "receipt"
    RESERVATION = "reservation"
    REPORT = "report"


TEXT_FIELDS: Final = frozenset(
    {
        "venue",
        "title",
        "certificate",
        "facts",
        "time",
        "weekday",
        "date",
        "day",
        "hall",
        "zone",
        "place",
        "row",
        "seat",
        "row_and_seat",
        "type",
        "price",
        "area",
        "tax",
        "serial",
        "sale",
        "terminal",
        "sold",
        "journal",
        "code",
        "copy",
        "text",
    }
)
"""What a ticket can say. `facts` is the certificate in a frame with format and language after it; `day` is weekday and
date; `place` is hall and zone; `code` is the QR code's text; `text` is the design's own."""

SHAPES: Final = frozenset({"qr", "logo", "rule", "frame"})
"""What a ticket can show that is no text."""

FIGURES: Final = frozenset({"row", "seat", "time"})
"""Short texts of capitals and figures: a line of them needs no room for letters that hang down."""

READ_IN_THE_DARK: Final = ("title", "time", "hall", "row", "seat")
"""What a guest reads at arm's length on the way to the seat. `place` counts as hall, `row_and_seat` as both."""

BLOCKS: Final = {
    DesignKind.RECEIPT: (
        "logo",
        "venue",
        "heading",
        "lines",
        "totals",
        "payments",
        "taxes",
        "facts",
        "note",
    ),
    DesignKind.RESERVATION: ("logo", "venue", "heading", "code", "film", "seats", "collect", "facts", "note"),
    DesignKind.REPORT: (
        "logo",
        "venue",
        "heading",
        "shift",
        "sales",
        "types",
        "films",
        "payments",
        "taxes",
        "corrections",
        "movements",
        "drawer",
        "journal",
        "signature",
    ),
}
"""The blocks of the documents that run from top to bottom, in their usual order."""

OBLIGATORY_BLOCKS: Final = {
    DesignKind.RECEIPT: ("venue", "heading", "lines", "totals", "payments", "taxes"),
    DesignKind.RESERVATION: ("heading", "code", "film", "seats", "collect"),
    DesignKind.REPORT: (
        "heading",
        "shift",
        "sales",
        "payments",
        "taxes",
        "corrections",
        "movements",
        "drawer",
        "journal",
    ),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Paper:
    """A page.

    Attributes:
        width, height: of the sheet; height is None on a roll, which is cut after what stands on it.
        margin: blank on all sides of a ticket: no printer reaches the edge.
        across, down: tickets side by side and under each other.
        cut_marks: dashed lines between them.
    """

    width: float
    height: float | None
    margin: float = 0.0
    across: int = 1
    down: int = 1
    cut_marks: bool = False

    @property
    def ticket_width(self) -> float:
        """Of one ticket."""
        return self.width / self.across

    @property
    def ticket_height(self) -> float | None:
        """Of one ticket; None on a roll."""
        return None if self.height is None else self.height / self.down


@dataclass(frozen=True, kw_only=True, slots=True)
class Field:
    """Something in its place.

    Attributes:
        show: a name of `TEXT_FIELDS` or `SHAPES`.
        x, y, width, height: its box; a rule is a filled one.
        size, smallest: the type size to try first, and the one at which a text is cut.
        lines: how many it may have.
        align, valign: where in its box a text stands; lines of a right-to-left script start at the right.
        label: its word: `none`, `above` it or `beside` it, at the box's left end.
        inverse: white on a black box.
        grows: on a roll the box becomes as high as its text, or nothing without one, and what is below it moves.
        thickness: of a frame's line.
        text: the words of a field `text`.
    """

    show: str
    x: float
    y: float
    width: float
    height: float
    size: float = 9.0
    smallest: float = 0.0
    lines: int = 1
    bold: bool = False
    align: str = "left"
    valign: str = "middle"
    label: str = "none"
    inverse: bool = False
    grows: bool = False
    dashed: bool = False
    thickness: float = 0.4
    text: str = ""

    @property
    def right(self) -> float:
        """The right edge of its box."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """The lower edge of its box."""
        return self.y + self.height


@dataclass(frozen=True, kw_only=True, slots=True)
class TypeSizes:
    """The type of a document that runs from top to bottom: of its lines, its small print, its headings and totals."""

    normal: float = 9.0
    small: float = 7.5
    large: float = 15.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Design:
    """A design that passed every check.

    Attributes:
        key: its file's name without `.toml`; what a setting stores.
        name: what a person calls it.
        fields: of a ticket, in the order of drawing; empty for other kinds.
        blocks: of the other kinds, from the top.
    """

    key: str
    name: str
    kind: DesignKind
    paper: Paper
    fields: tuple[Field, ...] = ()
    type: TypeSizes = field(default_factory=TypeSizes)
    blocks: tuple[str, ...] = ()


class DesignError(InvalidInputError):
    """A design that cannot be used. `problems` are sentences that say what to mend, in the order of the file."""

    def __init__(self, name: str, problems: tuple[str, ...]) -> None:
        super().__init__("design", f"The design '{name}' cannot be used.\n" + "\n".join(problems))
        self.name = name
        self.problems = problems

"""The design tokens: the only place where a colour, a size or a distance is written as a number."""

from dataclasses import dataclass, field

from PySide6.QtGui import QColor

SERIES = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#5B4FB3", "#8A6D3B")
"""The colour-blind-safe series of areas and films; never used without a letter, pattern or label beside it."""

SPACE_INSIDE = 8
SPACE_BETWEEN = 16
SPACE_AROUND = 24
CORNER = 6

_FONT_SIZES = {"small": 12, "body": 13, "control": 15, "title": 20, "figure": 32, "headline": 44}
_CONTROL = 36
_CONTROL_TOUCH = 44


@dataclass(frozen=True, kw_only=True, slots=True)
class Palette:
    """The colours of one theme, as `#rrggbb`.

    Contrast on `surface`: text at least 13:1, muted 5.9:1, the signals `ok`, `warn` and `bad` 4.7:1.
    """

    background: str
    surface: str
    line: str
    text: str
    muted: str
    accent: str
    on_accent: str
    ok: str
    warn: str
    bad: str

    def colour(self, role: str) -> QColor:
        """The colour of a role.

        Raises:
            AttributeError: there is no such role.
        """
        return QColor(getattr(self, role))


LIGHT = Palette(
    background="#F6F7F9",
    surface="#FFFFFF",
    line="#D5DAE1",
    text="#1A1F27",
    muted="#566070",
    accent="#1D5FD1",
    on_accent="#FFFFFF",
    ok="#1B7F4B",
    warn="#9A5B00",
    bad="#B3261E",
)
DARK = Palette(
    background="#14171C",
    surface="#1D2229",
    line="#39414D",
    text="#E8ECF2",
    muted="#A3ADBB",
    accent="#7FB0FF",
    on_accent="#0B1B36",
    ok="#5FCB93",
    warn="#F0B35A",
    bad="#FF8A80",
)


def mix(over: QColor, under: QColor, share: float) -> QColor:
    """`over` laid on `under` with the opacity `share` (0 to 1); the result is opaque."""
    rest = 1.0 - share
    return QColor.fromRgbF(
        over.redF() * share + under.redF() * rest,
        over.greenF() * share + under.greenF() * rest,
        over.blueF() * share + under.blueF() * rest,
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Theme:
    """A palette with the sizes that go with it.

    Attributes:
        dark: whether the palette is the dark one.
        touch: controls are large enough for fingers.
        scale: factor on every type size, 1.0 to 2.0, on top of the screen's own.
    """

    dark: bool = False
    touch: bool = False
    scale: float = 1.0
    palette: Palette = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "palette", DARK if self.dark else LIGHT)

    @property
    def control_height(self) -> int:
        """The height of a button or an input, in device-independent pixels."""
        return round((_CONTROL_TOUCH if self.touch else _CONTROL) * max(1.0, self.scale))

    def font_px(self, role: str) -> int:
        """The type size of `small`, `body`, `control`, `title`, `figure` or `headline`, in logical pixels."""
        return round(_FONT_SIZES[role] * self.scale)

    def colour(self, role: str) -> QColor:
        """The colour of a role of the palette, e.g. `muted`."""
        return self.palette.colour(role)

    def tint(self, role: str, share: float) -> QColor:
        """A role's colour laid thinly (`share`, 0 to 1) on the surface."""
        return mix(self.colour(role), self.colour("surface"), share)

    def series(self, index: int) -> QColor:
        """A colour of the series for outlines and marks; lightened in the dark, where the deep ones would drown."""
        colour = QColor(SERIES[index % len(SERIES)])
        return mix(colour, QColor("#FFFFFF"), 0.66) if self.dark else colour

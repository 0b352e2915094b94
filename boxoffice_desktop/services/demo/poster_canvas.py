"""Drawing posters: a sheet of 400 by 600 units, drawn larger and shrunk so that edges come out smooth."""

import math
from collections.abc import Iterable, Sequence
from random import Random

from PIL import Image, ImageChops, ImageDraw

WIDTH, HEIGHT = 400, 600
_OVERSAMPLING = 3

Point = tuple[float, float]
Colour = str


class Canvas:
    """A sheet to draw on.

    Positions and sizes are units from the top left corner; angles are degrees clockwise from east.
    """

    def __init__(self, background: Colour) -> None:
        self._image = Image.new("RGB", (WIDTH * _OVERSAMPLING, HEIGHT * _OVERSAMPLING), background)
        self._draw = ImageDraw.Draw(self._image)

    def gradient(self, top: float, bottom: float, first: Colour, last: Colour) -> None:
        """A vertical blend of two colours from `top` to `bottom`."""
        size = (self._image.width, max(round((bottom - top) * _OVERSAMPLING), 1))
        mask = Image.linear_gradient("L").resize(size)
        blend = Image.composite(Image.new("RGB", size, last), Image.new("RGB", size, first), mask)
        self._image.paste(blend, (0, round(top * _OVERSAMPLING)))

    def rect(self, x: float, y: float, width: float, height: float, fill: Colour) -> None:
        self.poly([(x, y), (x + width, y), (x + width, y + height), (x, y + height)], fill)

    def poly(self, points: Iterable[Point], fill: Colour) -> None:
        self._draw.polygon(self._scaled(points), fill=fill)

    def line(self, points: Sequence[Point], width: float, fill: Colour) -> None:
        self._draw.line(self._scaled(points), fill=fill, width=max(round(width * _OVERSAMPLING), 1), joint="curve")

    def disc(self, x: float, y: float, radius: float, fill: Colour) -> None:
        self._draw.ellipse(self._scaled([(x - radius, y - radius), (x + radius, y + radius)]), fill=fill)

    def ring(self, x: float, y: float, radius: float, width: float, fill: Colour) -> None:
        """A circle whose line ends at `radius`."""
        box = self._scaled([(x - radius, y - radius), (x + radius, y + radius)])
        self._draw.ellipse(box, outline=fill, width=max(round(width * _OVERSAMPLING), 1))

    def sector(self, x: float, y: float, radius: float, start: float, end: float, fill: Colour) -> None:
        box = self._scaled([(x - radius, y - radius), (x + radius, y + radius)])
        self._draw.pieslice(box, start, end, fill=fill)

    def stars(self, count: int, bottom: float, fill: Colour, seed: int) -> None:
        """Small dots above `bottom`, always the same for one seed."""
        chance = Random(seed)  # noqa: S311 - decoration
        for _ in range(count):
            self.disc(chance.uniform(8, WIDTH - 8), chance.uniform(8, bottom), chance.choice((0.7, 0.9, 1.5)), fill)

    def finish(self) -> Image.Image:
        """The sheet in its own size, with the grain of printed paper."""
        image = self._image.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)
        noise = Image.frombytes("L", (WIDTH, HEIGHT), Random(1895).randbytes(WIDTH * HEIGHT))  # noqa: S311 - decoration
        grain = noise.point([round(value * 10 / 255) for value in range(256)])
        return ImageChops.subtract(image, Image.merge("RGB", (grain, grain, grain)))

    def _scaled(self, points: Iterable[Point]) -> list[Point]:
        return [(x * _OVERSAMPLING, y * _OVERSAMPLING) for x, y in points]


def polar(x: float, y: float, radius: float, angle: float) -> Point:
    """The point at a distance and an angle (degrees, clockwise from east) from another."""
    return x + radius * math.cos(math.radians(angle)), y + radius * math.sin(math.radians(angle))


def wave(y: float, height: float, length: float, shift: float = 0.0) -> list[Point]:
    """Points of a wavy line across the sheet."""
    return [(x, y + height * math.sin((x + shift) / length * math.tau)) for x in range(-4, WIDTH + 8, 4)]


def below(line: Sequence[Point]) -> list[Point]:
    """The area under a line across the sheet."""
    return [*line, (WIDTH, HEIGHT), (0, HEIGHT)]

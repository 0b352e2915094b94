"""The drawings on the demo cinema's posters: plain shapes, few colours, each its own.

A motif draws on a sheet and leaves the lower third calm for the title.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

from boxoffice_desktop.services.demo.poster_canvas import HEIGHT, WIDTH, Canvas, below, polar, wave


@dataclass(frozen=True, slots=True)
class Motif:
    """A drawing and the colours that go with it: the sheet, the title on it, and the small print."""

    background: str
    title: str
    small: str
    draw: Callable[[Canvas], None]


def _moonlit_gables(sheet: Canvas) -> None:
    sheet.gradient(0, 430, "#0d2b2e", "#2f6a62")
    sheet.stars(40, 200, "#9cc7b4", seed=22)
    sheet.disc(250, 170, 118, "#3f7d70")
    sheet.disc(250, 170, 104, "#e9e4c0")
    for x, width, top in ((-20, 100, 330), (60, 80, 290), (130, 110, 350), (300, 120, 300), (225, 90, 365)):
        sheet.poly(
            [(x, HEIGHT), (x, top), (x + width / 2, top - width * 0.9), (x + width, top), (x + width, HEIGHT)],
            "#0a1d20",
        )
        for step in range(2):
            sheet.rect(x + width / 2 - 5, top + 5 + 34 * step, 10, 16, "#d9b95b" if (x + step) % 3 == 0 else "#17383a")
    # The shadow on the wall: an arm and five fingers that are too long.
    sheet.poly([(400, 96), (400, 150), (292, 146), (286, 124)], "#0a1d20")
    sheet.poly([(300, 118), (262, 116), (248, 134), (258, 156), (296, 152)], "#0a1d20")
    for root, knuckle, tip, width in (
        ((282, 120), (256, 84), (214, 70), 9),
        ((264, 119), (222, 98), (170, 104), 9),
        ((254, 130), (208, 126), (160, 146), 9),
        ((256, 144), (216, 156), (176, 186), 9),
        ((276, 152), (252, 180), (222, 196), 8),
    ):
        sheet.line([root, knuckle], width, "#0a1d20")
        sheet.disc(*knuckle, width / 2 + 0.8, "#0a1d20")
        sheet.poly([(knuckle[0], knuckle[1] - width / 2), tip, (knuckle[0] + 2, knuckle[1] + width / 2)], "#0a1d20")
    sheet.rect(0, 418, WIDTH, 190, "#0a1d20")


def _towers(sheet: Canvas) -> None:
    for ray in range(0, 36, 2):
        angle = 180 + ray * 5
        sheet.poly([(200, 400), polar(200, 400, 640, angle), polar(200, 400, 640, angle + 5)], "#24304a")
    for radius, colour in ((120, "#c8963e"), (108, "#171f33"), (100, "#c8963e"), (96, "#171f33")):
        sheet.disc(200, 168, radius, colour)
    for x, width, top, colour in (
        (20, 66, 250, "#6f5a35"),
        (314, 66, 232, "#6f5a35"),
        (66, 74, 190, "#9a7638"),
        (262, 74, 204, "#9a7638"),
        (124, 58, 260, "#c8963e"),
        (220, 58, 270, "#c8963e"),
    ):
        sheet.rect(x, top, width, 440 - top, colour)
        for line in range(int(x) + 8, int(x + width) - 4, 10):
            sheet.rect(line, top + 12, 3, 440 - top, "#171f33")
    for step, half in enumerate((46, 36, 27, 18, 9, 3)):
        sheet.rect(200 - half, 300 - step * 48, half * 2, 150 + step * 48, "#f0d48a" if step % 2 else "#e2b860")
    for line in (-26, -13, 0, 13, 26):
        sheet.rect(200 + line - 1.5, 140 + abs(line) * 5, 3, 310, "#171f33")
    sheet.rect(0, 424, WIDTH, 4, "#c8963e")
    sheet.rect(0, 428, WIDTH, 180, "#171f33")


def _locomotive(sheet: Canvas) -> None:
    sheet.rect(0, 0, WIDTH, 420, "#e9dcc0")
    sheet.disc(290, 150, 92, "#d1502f")
    for x, y, radius in ((108, 150, 34), (84, 112, 42), (120, 78, 50), (182, 60, 58), (256, 40, 66), (330, 30, 76)):
        sheet.disc(x, y, radius, "#f7f0df")
    sheet.poly([(92, 190), (124, 190), (118, 250), (98, 250)], "#22262b")
    sheet.rect(86, 180, 44, 14, "#22262b")
    sheet.rect(70, 248, 210, 74, "#22262b")
    sheet.sector(70, 285, 37, 90, 270, "#22262b")
    for x in (130, 190, 248):
        sheet.rect(x, 248, 6, 74, "#b08a3c")
    sheet.sector(205, 248, 22, 180, 360, "#b08a3c")
    sheet.rect(280, 196, 86, 130, "#22262b")
    sheet.rect(268, 184, 110, 16, "#d1502f")
    sheet.rect(298, 216, 50, 44, "#e9dcc0")
    sheet.rect(40, 318, 330, 18, "#d1502f")
    sheet.poly([(40, 336), (40, 318), (0, 384), (64, 384), (76, 336)], "#22262b")
    for x, radius in ((112, 30), (190, 44), (296, 44)):
        _wheel(sheet, x, 388 - radius, radius)
    sheet.line([(190, 352), (296, 336)], 9, "#b08a3c")
    sheet.rect(0, 386, WIDTH, 8, "#22262b")
    for x in range(6, WIDTH, 34):
        sheet.rect(x, 394, 20, 12, "#8a6d3b")


def _wheel(sheet: Canvas, x: float, y: float, radius: float) -> None:
    sheet.disc(x, y, radius, "#22262b")
    sheet.disc(x, y, radius - 6, "#e9dcc0")
    for spoke in range(0, 180, 30):
        sheet.line([polar(x, y, radius - 5, spoke), polar(x, y, radius - 5, spoke + 180)], 3.5, "#22262b")
    sheet.disc(x, y, radius / 4, "#d1502f")


def _clock(sheet: Canvas) -> None:
    sheet.rect(0, 0, WIDTH, 430, "#2a5d8f")
    for at, x in enumerate(range(-30, WIDTH, 62)):
        top = (250, 180, 300, 220, 330, 260, 200)[at % 7]
        sheet.rect(x, top, 54, 300, "#1f4a75")
        for y in range(top + 14, 430, 24):
            for column in (10, 32):
                sheet.rect(x + column, y, 11, 13, "#3f76aa" if (y + x) % 5 else "#f2c14e")
    sheet.disc(206, 190, 158, "#123250")
    sheet.disc(206, 190, 148, "#f6efdf")
    for mark in range(60):
        inner = 122 if mark % 5 == 0 else 134
        sheet.line(
            [polar(206, 190, inner, mark * 6), polar(206, 190, 140, mark * 6)], 5 if mark % 5 == 0 else 1.6, "#123250"
        )
    hand = polar(206, 190, 122, 50)
    sheet.line([polar(206, 190, 26, 230), hand], 9, "#123250")
    sheet.line([polar(206, 190, 22, 20), polar(206, 190, 84, 200)], 12, "#123250")
    sheet.disc(206, 190, 13, "#d1402f")
    sheet.rect(0, 430, WIDTH, 180, "#123250")
    _hanging_man(sheet, hand[0] - 6, hand[1] - 4)


def _hanging_man(sheet: Canvas, x: float, y: float) -> None:
    """He holds on with both hands, at `x`, `y`."""
    sheet.line([(x - 8, y), (x - 7, y + 30), (x, y + 40), (x + 9, y + 30), (x + 10, y)], 6, "#22262b")
    sheet.disc(x + 1, y + 24, 9.5, "#f0c9a0")
    sheet.poly([(x - 15, y + 18), (x + 17, y + 18), (x + 17, y + 14), (x - 15, y + 14)], "#e2b860")
    sheet.rect(x - 8, y + 6, 18, 9, "#e2b860")
    sheet.poly([(x - 11, y + 34), (x + 13, y + 34), (x + 10, y + 76), (x - 8, y + 76)], "#22262b")
    sheet.line([(x - 3, y + 74), (x - 12, y + 104), (x - 22, y + 118)], 8, "#22262b")
    sheet.line([(x + 5, y + 74), (x + 12, y + 106), (x + 4, y + 122)], 8, "#22262b")


def _beam(sheet: Canvas) -> None:
    sheet.poly([(60, 380), (400, 20), (400, 330)], "#e7d9b4")
    sheet.poly([(60, 380), (400, 96), (400, 250)], "#f5ecd2")
    sheet.disc(60, 380, 24, "#e7d9b4")
    sheet.rect(0, 352, 62, 62, "#0f1a17")
    sheet.disc(14, 336, 30, "#0f1a17")
    sheet.disc(14, 336, 20, "#3c5b4d")
    sheet.disc(14, 336, 6, "#0f1a17")
    # The detective in the light: hat, glass, moustache.
    sheet.disc(282, 172, 86, "#263b33")
    sheet.disc(282, 172, 74, "#d9e7dc")
    sheet.line([polar(282, 172, 80, 128), polar(282, 172, 168, 128)], 22, "#263b33")
    sheet.disc(282, 188, 42, "#f0c9a0")
    sheet.rect(236, 146, 92, 12, "#6b4a2b")
    sheet.rect(248, 112, 68, 40, "#6b4a2b")
    sheet.rect(248, 138, 68, 9, "#263b33")
    for x in (266, 298):
        sheet.disc(x, 182, 6, "#263b33")
    sheet.sector(270, 212, 16, 180, 360, "#263b33")
    sheet.sector(294, 212, 16, 180, 360, "#263b33")
    for y in range(4, 440, 26):
        sheet.rect(374, y, 14, 14, "#1b2d27")


def _battleship(sheet: Canvas) -> None:
    sheet.rect(0, 0, WIDTH, 430, "#efe6d2")
    sheet.poly([(0, 0), (250, 0), (0, 330)], "#c3271f")
    sheet.disc(300, 120, 66, "#c3271f")
    sheet.ring(300, 120, 80, 5, "#1c1c1e")
    sheet.poly([(20, 330), (400, 262), (400, 430), (0, 430)], "#1c1c1e")
    sheet.poly([(120, 314), (330, 276), (330, 226), (150, 258)], "#2e2e31")
    for y in (232, 256):
        sheet.poly([(210, y + 22), (210, y + 8), (8, y - 92), (2, y - 78)], "#1c1c1e")
    sheet.disc(224, 262, 40, "#1c1c1e")
    sheet.poly([(262, 250), (302, 242), (302, 120), (262, 134)], "#1c1c1e")
    sheet.poly([(262, 160), (302, 146), (302, 120), (262, 134)], "#c3271f")
    sheet.poly([(322, 240), (356, 232), (356, 148), (322, 158)], "#1c1c1e")
    sheet.line([(340, 150), (340, 40)], 4, "#1c1c1e")
    sheet.poly([(340, 40), (340, 76), (396, 58)], "#c3271f")
    for at in range(7):
        sheet.disc(76 + at * 46, 352 - at * 8.2, 7, "#efe6d2")
    for at, y in enumerate((384, 400, 416)):
        sheet.line(wave(y, 6, 80, at * 30), 5, "#efe6d2" if at != 1 else "#c3271f")


def _temple(sheet: Canvas) -> None:
    sheet.gradient(0, 300, "#f7d9a8", "#f3f0e4")
    sheet.disc(286, 128, 64, "#e8743b")
    sheet.poly(below([(0, 300), (70, 232), (130, 276), (206, 210), (300, 284), (360, 248), (400, 270)]), "#9db7a1")
    sheet.poly(below([(0, 330), (120, 290), (260, 318), (400, 286)]), "#6f9a86")
    for at, colour in enumerate(("#3f87b5", "#2f74a5", "#245f90")):
        sheet.poly(below(wave(356 + at * 24, 5, 90, at * 34)), colour)
    sheet.poly([(58, 176), (188, 120), (318, 176)], "#fbf8ef")
    sheet.poly([(88, 170), (188, 128), (288, 170)], "#d9cfb6")
    sheet.rect(62, 176, 252, 16, "#fbf8ef")
    for x in (76, 124, 172, 220, 268):
        sheet.rect(x, 192, 32, 136, "#fbf8ef")
        sheet.rect(x + 5, 198, 4, 124, "#d9cfb6")
        sheet.rect(x + 14, 198, 4, 124, "#d9cfb6")
        sheet.rect(x + 23, 198, 4, 124, "#d9cfb6")
    for step in range(3):
        sheet.rect(56 - step * 12, 328 + step * 9, 264 + step * 24, 9, "#fbf8ef" if step % 2 == 0 else "#e6dec9")
    sheet.line([(400, 20), (330, 44), (250, 40)], 3, "#4f6b3a")
    for at in range(7):
        x = 384 - at * 21
        sheet.poly([(x, 30 + at * 2), (x - 16, 8 + at * 3), (x - 24, 24 + at * 3)], "#6d8c4a")
        sheet.poly([(x, 34 + at * 2), (x - 6, 60 + at), (x - 20, 52 + at)], "#4f6b3a")


def _smoke(sheet: Canvas) -> None:
    sheet.gradient(0, 430, "#3a1730", "#6d2740")
    sheet.disc(200, 205, 150, "#8c3348")
    sheet.disc(200, 205, 118, "#b14a4d")
    for strand, colour in enumerate(("#f3d9b1", "#e8a87c", "#f7ead2")):
        points = []
        for step in range(130):
            rise = step / 129
            sway = math.sin(rise * 7.5 + strand * 0.9) * (16 + 86 * rise) * (1 - 0.35 * rise)
            points.append((214 + sway + strand * 10 * rise, 330 - rise * 350))
        sheet.line(points, 11 - strand * 3, colour)
    sheet.poly([(60, 386), (206, 326), (214, 346), (68, 406)], "#f7ead2")
    sheet.poly([(60, 386), (112, 364.6), (120, 384.6), (68, 406)], "#d98a4b")
    sheet.poly([(190, 332.6), (206, 326), (214, 346), (198, 352.6)], "#57353f")
    sheet.disc(211, 335, 10, "#ff7a3c")
    sheet.disc(211, 335, 5, "#ffd27a")


def _spiral(sheet: Canvas) -> None:
    for at in range(24, 0, -1):
        turn = at * 15
        x, y = polar(200, 200, at * 2.2, turn)
        sheet.disc(x, y, at * 14.5, "#f2efe6" if at % 2 else "#1a1820")
    sheet.poly([(120, 0), (400, 0), (400, 40)], "#1a1820")
    sheet.disc(206, 204, 44, "#c22f2f")
    # A mask with a torn edge looks out of it.
    sheet.poly([(168, 186), (188, 160), (222, 158), (246, 184), (240, 232), (208, 262), (176, 234)], "#f2efe6")
    sheet.poly([(178, 196), (200, 190), (198, 204), (182, 206)], "#1a1820")
    sheet.poly([(214, 190), (236, 196), (232, 206), (216, 204)], "#1a1820")
    sheet.poly([(196, 236), (220, 234), (208, 244)], "#c22f2f")
    for at in range(16):
        sheet.poly([(at * 26 - 8, 440), (at * 26 + 6, 404 - (at * 37) % 23), (at * 26 + 20, 440)], "#1a1820")
    sheet.rect(0, 430, WIDTH, 180, "#1a1820")


def _mandala(sheet: Canvas) -> None:
    sheet.gradient(0, 440, "#7a1740", "#b3263f")
    for petals, reach, width, colour in (
        (24, 168, 12, "#e0662f"),
        (16, 146, 18, "#f0a63a"),
        (16, 112, 17, "#fbe3a4"),
        (8, 96, 28, "#c9365a"),
        (8, 70, 22, "#f0a63a"),
    ):
        for petal in range(petals):
            angle = petal * 360 / petals
            left, right = polar(200, 205, reach * 0.62, angle - width), polar(200, 205, reach * 0.62, angle + width)
            sheet.poly([(200, 205), left, polar(200, 205, reach, angle), right], colour)
    for radius, colour in ((44, "#7a1740"), (38, "#fbe3a4"), (30, "#e0662f"), (18, "#7a1740"), (9, "#fbe3a4")):
        sheet.disc(200, 205, radius, colour)
    for dot in range(48):
        sheet.disc(*polar(200, 205, 182, dot * 7.5), 2.6, "#fbe3a4")
    for x in (0, 400):
        side = 1 if x == 0 else -1
        for radius, colour in ((64, "#f0a63a"), (52, "#7a1740"), (40, "#fbe3a4"), (26, "#e0662f")):
            sheet.disc(x, 0, radius, colour)
        sheet.rect(x if side == 1 else x - 10, 0, 10, 440, "#f0a63a")
    for x in range(10, WIDTH, 38):
        sheet.sector(x + 19, 440, 19, 180, 360, "#f0a63a")
        sheet.sector(x + 19, 440, 11, 180, 360, "#7a1740")


def _dunes(sheet: Canvas) -> None:
    sheet.gradient(0, 400, "#101c4a", "#6a3f7c")
    sheet.stars(70, 230, "#f4e3b5", seed=27)
    sheet.poly(_crescent(276, 112, 60), "#f4d58a")
    for at, (y, height, colour) in enumerate(
        ((286, 22, "#8b4a72"), (318, 26, "#b35f62"), (352, 20, "#d98a55"), (396, 14, "#a9573f"))
    ):
        sheet.poly(below(wave(y, height, 330 + at * 60, at * 120)), colour)
    for at, x in enumerate((70, 106, 142, 178)):
        y = 300 + at * 3
        sheet.poly(
            [
                (x - 12, y),
                (x - 4, y - 13),
                (x + 3, y),
                (x + 8, y - 4),
                (x + 12, y - 15),
                (x + 17, y - 14),
                (x + 12, y + 4),
            ],
            "#2a173f",
        )
        for leg in (-9, -3, 5, 10):
            sheet.line([(x + leg, y), (x + leg, y + 16)], 2, "#2a173f")
    sheet.line([(338, 400), (332, 320), (344, 252)], 8, "#2a173f")
    for angle in (150, 178, 208, 236, 300, 330, 2, 30):
        tip = polar(344, 252, 56, angle)
        sheet.poly(
            [(344, 252), polar(344, 252, 34, angle - 16), (tip[0], tip[1] + 10), polar(344, 252, 30, angle + 6)],
            "#2a173f",
        )


def _crescent(x: float, y: float, radius: float) -> list[tuple[float, float]]:
    """A young moon that leaves the sky behind it as it is: the outer edge one way, the inner edge back."""
    facing, half = 20, 112
    outer = [polar(x, y, radius, facing + angle) for angle in range(-half, half + 1, 4)]
    inner_x, inner_y = polar(x, y, radius * 0.38, facing + 180)
    tip_x, tip_y = outer[-1]
    reach = math.dist((inner_x, inner_y), (tip_x, tip_y))
    turn = math.degrees(math.atan2(tip_y - inner_y, tip_x - inner_x)) - facing
    inner = [polar(inner_x, inner_y, reach, facing + turn - turn * step / 20) for step in range(41)]
    return [*outer, *inner]


def _lantern_city(sheet: Canvas) -> None:
    for at, colour in enumerate(("#e9c46a", "#d9a85c", "#b98a6c", "#6d7f8d", "#2f6472")):
        sheet.disc(200, 330, 330 - at * 58, colour)
    for top, colour, shift in ((300, "#1d4a5a", -30), (340, "#123444", 16)):
        for at in range(7):
            x, width = shift + at * 64, (46, 34, 58, 40)[at % 4]
            roof = top - (0, 40, 16, 62)[(at + shift) % 4]
            sheet.rect(x, roof, width, 240, colour)
            _onion(sheet, x + width / 2.0, roof, width * 0.62, colour)
    # The flying horse, cut out of paper.
    ink = "#0b1d29"
    sheet.poly([(120, 150), (150, 128), (214, 130), (246, 104), (256, 118), (242, 160), (206, 178), (150, 174)], ink)
    sheet.poly([(236, 112), (254, 74), (262, 62), (268, 76), (298, 92), (290, 106), (266, 104), (254, 132)], ink)
    for points in (
        [(158, 168), (132, 196), (112, 188), (104, 194)],
        [(150, 160), (120, 176), (96, 164), (88, 170)],
        [(226, 164), (262, 182), (286, 166), (294, 172)],
        [(216, 170), (244, 200), (270, 196), (278, 204)],
    ):
        sheet.line(points, 8, ink)
    sheet.poly([(126, 146), (92, 116), (60, 124), (40, 108), (58, 146), (96, 152)], ink)
    sheet.poly([(186, 132), (180, 96), (190, 84), (200, 96), (208, 128)], ink)
    sheet.disc(191, 76, 10, ink)
    sheet.poly([(180, 72), (191, 50), (203, 72)], ink)
    sheet.line([(202, 100), (232, 104)], 6, ink)
    sheet.rect(0, 420, WIDTH, 190, ink)


def _onion(sheet: Canvas, x: float, y: float, radius: float, colour: str) -> None:
    sheet.disc(x, y - radius * 0.5, radius, colour)
    sheet.poly(
        [(x - radius * 0.72, y - radius * 1.2), (x, y - radius * 2.4), (x + radius * 0.72, y - radius * 1.2)], colour
    )
    sheet.line([(x, y - radius * 2.2), (x, y - radius * 3.1)], 2, colour)
    sheet.disc(x, y - radius * 3.1, 2.6, colour)


MOTIFS: dict[str, Motif] = {
    "moonlit_gables": Motif("#0a1d20", "#e9e4c0", "#7fae9c", _moonlit_gables),
    "towers": Motif("#171f33", "#f0d48a", "#c8963e", _towers),
    "locomotive": Motif("#e9dcc0", "#22262b", "#a33a20", _locomotive),
    "clock": Motif("#123250", "#f6efdf", "#f2c14e", _clock),
    "beam": Motif("#1b2d27", "#f5ecd2", "#a5bfae", _beam),
    "battleship": Motif("#efe6d2", "#1c1c1e", "#c3271f", _battleship),
    "temple": Motif("#1b4d78", "#fbf8ef", "#f7d9a8", _temple),
    "smoke": Motif("#3a1730", "#f7ead2", "#e8a87c", _smoke),
    "spiral": Motif("#1a1820", "#f2efe6", "#e0625a", _spiral),
    "mandala": Motif("#7a1740", "#fbe3a4", "#f0a63a", _mandala),
    "dunes": Motif("#4a1f33", "#f4e3b5", "#f0a878", _dunes),
    "lantern_city": Motif("#0b1d29", "#e9c46a", "#8fb3bd", _lantern_city),
}

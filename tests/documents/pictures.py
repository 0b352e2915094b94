"""Pictures of documents as they should be, and how far another may be from them.

`python -m tests.documents.pictures` draws them anew; look at them before they are committed.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from PIL import Image, ImageChops, ImageFilter
from PySide6.QtCore import QSize
from PySide6.QtGui import QImage, QPainter

from boxoffice_desktop.documents.designs import list_designs, load_design
from boxoffice_desktop.documents.pages import RenderedDocument
from boxoffice_desktop.documents.receipt import render_receipt
from boxoffice_desktop.documents.sale_papers import render_sale
from boxoffice_desktop.documents.samples import (
    inspect_design,
    sample_exchange,
    sample_gift_card,
    sample_payout,
    sample_refund,
    sample_tickets,
)
from boxoffice_desktop.documents.ticket import render_tickets
from tests.documents.scripts import TITLES
from tests.documents.tickets import Opened, open_pdf

FOLDER = Path(__file__).parent / "golden"
DPI = 72
SCRIPTS_DPI = 60
MOST_DIFFERENT = 40
"""Of 255, in a spot of about a millimetre: other machines smooth letters differently, but by less than this."""

PAPERS: dict[str, Callable[[], RenderedDocument]] = {
    "refund": lambda: render_receipt(sample_refund()),
    "exchange": lambda: render_receipt(sample_exchange()),
    "gift-card": lambda: render_sale((), [sample_gift_card()]),
    "gift-card-8x3-french": lambda: render_sale((), [sample_gift_card("fr_FR", "EUR")], load_design("ticket-8x3")),
    "payout-german": lambda: render_receipt(sample_payout("de_AT", "EUR")),
}


def draw(opened: Opened, page: int, dpi: int = DPI) -> Image.Image:
    """The page in grey."""
    width, height = (round(side / 25.4 * dpi) for side in opened.size_mm(page))
    paper = QImage(width, height, QImage.Format.Format_RGB32)
    paper.fill(0xFFFFFFFF)
    painter = QPainter(paper)
    painter.drawImage(0, 0, opened.document.render(page, QSize(width, height)))
    painter.end()
    grey = paper.convertToFormat(QImage.Format.Format_Grayscale8)
    pitch = grey.bytesPerLine()
    return Image.frombuffer("L", (width, height), bytes(grey.constBits()), "raw", "L", pitch, 1)


def difference(first: Image.Image, second: Image.Image) -> float:
    """The largest difference of a spot, of 255; 255 for pictures of different sizes."""
    if first.size != second.size:
        return 255.0
    blurred = (picture.convert("L").filter(ImageFilter.BoxBlur(2)) for picture in (first, second))
    return float(ImageChops.difference(*blurred).getextrema()[1])


def draw_design(key: str) -> list[Image.Image]:
    """Every page of a design with its sample data."""
    opened = open_pdf(inspect_design(load_design(key)).document.pdf)
    return [draw(opened, page) for page in range(opened.document.pageCount())]


def draw_paper(name: str) -> Image.Image:
    """A document of one of the kinds that share a design."""
    return draw(open_pdf(PAPERS[name]().pdf), 0)


def draw_script(script: str) -> Image.Image:
    """A ticket whose film, hall and ticket type are written in a script."""
    words = TITLES[script]
    short = words.split()[0][:12]
    page = replace(sample_tickets()[0], movie_title=words, hall_name=short, ticket_type=short)
    return draw(open_pdf(render_tickets([page]).pdf), 0, SCRIPTS_DPI)


def list_design_keys() -> tuple[str, ...]:
    return tuple(item.key for item in list_designs())


def script_file(script: str) -> Path:
    return FOLDER / f"script-{script.lower().replace(', ', '-')}.png"


def paper_file(name: str) -> Path:
    return FOLDER / f"paper-{name}.png"


def draw_all() -> Iterator[tuple[Path, Image.Image]]:
    for key in list_design_keys():
        for number, picture in enumerate(draw_design(key), 1):
            yield FOLDER / f"{key}-{number}.png", picture
    for name in PAPERS:
        yield paper_file(name), draw_paper(name)
    for script in TITLES:
        yield script_file(script), draw_script(script)


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for file, picture in draw_all():
        # Sixteen shades are more than the comparison sees.
        picture.point(lambda shade: shade // 17 * 17).save(file, optimize=True)

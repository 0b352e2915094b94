from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from boxoffice_desktop.ui.widgets.elided_label import ElidedLabel


def _first_column(label: ElidedLabel) -> int:
    """Where, from the left, something is drawn."""
    picture = label.grab().toImage().convertToFormat(QImage.Format.Format_Grayscale8)
    ground = picture.pixel(picture.width() - 1, 0)
    return next(
        x for x in range(picture.width()) if any(picture.pixel(x, y) != ground for y in range(picture.height()))
    )


def test_titles_of_every_script_begin_at_the_same_edge(qtbot: QtBot) -> None:
    for text in ("Leila", "ليلى", "לילה", "狂った一頁"):
        label = ElidedLabel(text)
        qtbot.addWidget(label)
        label.resize(300, 24)
        label.show()
        assert _first_column(label) < 10, text

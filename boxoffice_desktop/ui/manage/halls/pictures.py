"""Images to trace: read with a cap, so that a hostile or huge file costs nothing but a sentence."""

from pathlib import Path

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImageReader, QPixmap

from boxoffice_desktop.domain.errors import InvalidInputError
from boxoffice_desktop.ui.manage.halls.actions import tr

_LONGEST = 4000
_MOST_BYTES = 50_000_000
_MOST_MEGABYTES = 256


def read_picture(path: Path) -> QPixmap:
    """The image, no side longer than 4,000 pixels.

    Raises:
        InvalidInputError: it is too large, or no image that can be read.
    """
    if not path.is_file() or path.stat().st_size > _MOST_BYTES:
        raise InvalidInputError("image", tr("That file is too large to trace; 50 MB is the most."))
    QImageReader.setAllocationLimit(_MOST_MEGABYTES)
    reader = QImageReader(str(path))
    reader.setAutoTransform(True)
    size = reader.size()
    if size.isValid() and max(size.width(), size.height()) > _LONGEST:
        reader.setScaledSize(size.scaled(QSize(_LONGEST, _LONGEST), Qt.AspectRatioMode.KeepAspectRatio))
    image = reader.read()
    if image.isNull():
        raise InvalidInputError("image", tr("That file is no image that can be read."))
    return QPixmap.fromImage(image)

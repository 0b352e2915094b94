"""What has happened in a show lately."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from boxoffice_desktop.services.seat_maps import ActivityLine
from boxoffice_desktop.ui.sell.controls import make_label
from boxoffice_desktop.ui.widgets.formats import Formats

_WIDTH = 208
_MOST_NAMES = 6


class ActivityList(QFrame):
    """Time, counter, what and which seats; the newest first."""

    def __init__(self, formats: Formats, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._formats = formats
        self._shown: tuple[ActivityLine, ...] = ()
        self.setFixedWidth(_WIDTH)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(make_label("small", self.tr("Lately in this show")))
        self._empty = make_label("muted", self.tr("Nothing yet"))
        column.addWidget(self._empty)
        self._list = QListWidget()
        self._list.setProperty("plain", True)
        self._list.setWordWrap(True)
        self._list.setSpacing(3)
        self._list.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._list.setSelectionMode(QListWidget.SelectionMode.NoSelection)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.setAccessibleName(self.tr("Lately in this show"))
        column.addWidget(self._list, 1)

    def show_activity(self, lines: Sequence[ActivityLine]) -> None:
        """Show these lines in their order."""
        if tuple(lines) == self._shown:
            return
        self._shown = tuple(lines)
        self._empty.setVisible(not self._shown)
        self._list.setVisible(bool(self._shown))
        self._list.clear()
        for line in self._shown:
            names = ", ".join(line.seat_names[:_MOST_NAMES]) + (" …" if len(line.seat_names) > _MOST_NAMES else "")
            head = f"{self._formats.time(line.at)}  {line.terminal_name or self.tr('Office')} {self._word(line.what)}"
            item = QListWidgetItem(f"{head}\n{names}")
            item.setToolTip(f"{head}: {', '.join(line.seat_names)}")
            self._list.addItem(item)

    def _word(self, what: str) -> str:
        words = {
            "held": self.tr("took"),
            "released": self.tr("let go"),
            "sold": self.tr("sold"),
            "expired": self.tr("ran out"),
        }
        return words.get(what, what)

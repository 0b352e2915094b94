"""The admission screen: scan, a big answer, who is in."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QKeySequence, QResizeEvent, QShortcut, QShowEvent
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QTextEdit,
    QVBoxLayout,
    QWidget,
)

from boxoffice_desktop.domain.permissions import Permission
from boxoffice_desktop.services.context import SignedIn
from boxoffice_desktop.services.door.admissions import DoorShow
from boxoffice_desktop.ui.door.controller import DoorController
from boxoffice_desktop.ui.door.scan_field import ScanField
from boxoffice_desktop.ui.door.settings import DoorSettings
from boxoffice_desktop.ui.door.side import DoorSide
from boxoffice_desktop.ui.door.verdict import VerdictPanel
from boxoffice_desktop.ui.door.words import name_place
from boxoffice_desktop.ui.tasks.runner import TaskRunner
from boxoffice_desktop.ui.widgets.dialogs import make_label
from boxoffice_desktop.ui.widgets.theme import SPACE_BETWEEN, SPACE_INSIDE

_SIDE_SHARE, _SIDE_LEAST, _SIDE_MOST = 0.36, 300, 480
PlaceKey = tuple[int | None, int | None]
"""A hall and a show, or None for either: what a door lets in to."""


class DoorPage(QWidget):
    """A page of the window; on a tablet the only one.

    Signals:
        message_posted: an exception that the shell's presenter words and shows.
        told: a sentence for the corner of the window.
    """

    message_posted = Signal(object)
    told = Signal(str)

    def __init__(
        self, tasks: TaskRunner, person: SignedIn, settings: DoorSettings, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._locale = tasks.desk.describe().locale
        self.field = ScanField()
        self.verdict = VerdictPanel()
        self.place = QComboBox()
        self.side = DoorSide(self._locale, may_undo=Permission.APPROVE in person.permissions)
        self._offline = make_label("", "warn")
        self._build()
        self.controller = DoorController(self, tasks, settings, person)
        self._connect()

    def on_hint(self, show_id: int | None) -> None:
        """Somebody was let in, or seats of a show changed (None: of any): its numbers are read again soon."""
        self.controller.hint(show_id)

    def set_offline(self, *, offline: bool) -> None:
        """From now on the door decides alone, or asks the server again and tells it what it decided."""
        self.controller.set_offline(offline=offline)

    def come_back(self) -> None:
        """The connection is back: tell the server what was decided, and read everything again."""
        self.controller.catch_up()

    def list_keys(self) -> Sequence[tuple[str, str]]:
        """The keys of this page and what they do, for the help."""
        return (
            (self.tr("Any letter"), self.tr("Begins a code, wherever the focus is")),
            ("Enter", self.tr("Check the code")),
            ("F2", self.tr("Choose hall or show of this door")),
            ("Ctrl+Z", self.tr("Undo the chosen admission")),
            ("Esc", self.tr("Clear the code and the answer")),
        )

    def show_waiting(self, *, offline: bool, waiting: int) -> None:
        """Say that the door decides alone, and how many scans the server has not heard of."""
        words = ""
        if offline:
            words = self.tr("No server: signed tickets are checked here.")
        if waiting:
            words += " " + self.tr("Scans that wait for the server: {count}.").format(count=waiting)
        self._offline.setText(words.strip())
        self._offline.setVisible(bool(words))

    def show_places(self, shows: Sequence[DoorShow], chosen: PlaceKey) -> None:
        """Offer the day, its halls and its shows; `chosen` stays chosen, also when it is over."""
        halls = sorted({(show.hall_name, show.hall_id) for show in shows})
        items: list[tuple[str, PlaceKey]] = [(name_place(None, "", self._locale), (None, None))]
        items += [(name_place(None, name, self._locale), (hall_id, None)) for name, hall_id in halls]
        items += [(name_place(show, "", self._locale), (show.hall_id, show.show_id)) for show in shows]
        if chosen not in [key for _, key in items]:
            items.append((self.place.currentText(), chosen))
        if items != [(self.place.itemText(row), self.place.itemData(row)) for row in range(self.place.count())]:
            self.place.blockSignals(True)
            self.place.clear()
            for text, key in items:
                self.place.addItem(text, key)
            self.place.setCurrentIndex([key for _, key in items].index(chosen))
            self.place.blockSignals(False)

    def _build(self) -> None:
        self.place.setProperty("door", "place")
        self.place.setAccessibleName(self.tr("What this door lets in to"))
        self.place.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.place.setMinimumContentsLength(12)
        label = QLabel(self.tr("This door"))
        label.setBuddy(self.place)
        head = QHBoxLayout()
        head.setSpacing(SPACE_INSIDE)
        head.addWidget(label)
        head.addWidget(self.place, 1)
        left = QVBoxLayout()
        left.setSpacing(SPACE_INSIDE)
        left.addLayout(head)
        left.addWidget(self.field)
        left.addWidget(self._offline)
        left.addWidget(self.verdict, 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACE_BETWEEN, SPACE_INSIDE, SPACE_BETWEEN, SPACE_INSIDE)
        row.setSpacing(SPACE_BETWEEN)
        row.addLayout(left, 1)
        row.addWidget(self.side)
        self._offline.hide()
        self.setFocusProxy(self.field)

    def _connect(self) -> None:
        self.field.scanned.connect(self.controller.submit)
        self.place.activated.connect(self._on_place_activated)
        self.side.undo_requested.connect(self.controller.undo)
        self.controller.message_posted.connect(self.message_posted)
        self.controller.told.connect(self.told)
        for keys, act in (("F2", self._on_place_key), ("Ctrl+Z", self.side.undo.click), ("Esc", self._on_escape)):
            QShortcut(QKeySequence(keys), self).activated.connect(act)

    def _on_place_activated(self, row: int) -> None:
        self.controller.choose_place(self.place.itemData(row), self.place.itemText(row))
        self.field.setFocus()

    def _on_place_key(self) -> None:
        self.place.setFocus()
        self.place.showPopup()

    def _on_escape(self) -> None:
        self.field.clear()
        self.controller.clear()
        self.field.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # A scanner types wherever the focus is, on a list or on the button that signs out: its letters are a code, and
        # bring the focus into the field, so that the Enter at their end presses no button.
        if event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return False
        return self._is_elsewhere(watched) and self.field.take_key(event)

    def _is_elsewhere(self, watched: QObject) -> bool:
        """Whether a key that goes to this object is nobody's text: in this window, no dialog and no list unfolded."""
        return (
            isinstance(watched, QWidget)
            and watched.window() is self.window()
            and not isinstance(watched, (QLineEdit, QPlainTextEdit, QTextEdit))
            and QApplication.activeModalWidget() is None
            and QApplication.activePopupWidget() is None
        )

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.side.setFixedWidth(max(_SIDE_LEAST, min(_SIDE_MOST, round(self.width() * _SIDE_SHARE))))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        application = QApplication.instance()
        if application is not None:
            application.installEventFilter(self)
        self.field.setFocus()
        # Whatever comes into sight together with the page must not keep the focus.
        QTimer.singleShot(0, self, self.field.setFocus)
        self.controller.start()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        application = QApplication.instance()
        if application is not None:
            application.removeEventFilter(self)
        self.controller.rest()

"""The rail on the left: the places that the signed-in person may go to."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QFrame, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from boxoffice_desktop.ui.shell.destinations import Destination
from boxoffice_desktop.ui.widgets.theme import SPACE_INSIDE, set_icon

_LAST_SHORTCUT = 9


class Rail(QFrame):
    """One button a place; Ctrl+1 to Ctrl+9 press them.

    Signals:
        chosen: the key of the place that was pressed. The rail marks it only once `mark` is called.
        sign_out_requested: the person wants to leave.
    """

    chosen = Signal(str)
    sign_out_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("rail", True)
        self.setAccessibleName(self.tr("Navigation"))
        self._buttons: dict[str, QToolButton] = {}
        self._group = QButtonGroup(self)
        self._places = QVBoxLayout()
        self._places.setSpacing(4)
        sign_out = self._make_button(self.tr("Sign out"), "sign-out")
        sign_out.setToolTip(self.tr("Sign out (Ctrl+L)"))
        sign_out.clicked.connect(self.sign_out_requested)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE_INSIDE, SPACE_INSIDE, SPACE_INSIDE, SPACE_INSIDE)
        layout.addLayout(self._places)
        layout.addStretch(1)
        layout.addWidget(sign_out)

    def show_destinations(self, destinations: Sequence[Destination]) -> None:
        """Replace the places."""
        for button in self._buttons.values():
            self._group.removeButton(button)
            self._places.removeWidget(button)
            button.deleteLater()
        self._buttons.clear()
        for number, destination in enumerate(destinations, start=1):
            button = self._make_button(destination.title, destination.icon)
            button.setCheckable(True)
            if number <= _LAST_SHORTCUT:
                button.setShortcut(f"Ctrl+{number}")
                button.setToolTip(f"{destination.title} (Ctrl+{number})")
            button.clicked.connect(lambda _=False, key=destination.key: self._on_place_clicked(key))
            self._group.addButton(button)
            self._places.addWidget(button)
            self._buttons[destination.key] = button

    def mark(self, key: str) -> None:
        """Show that the person is at this place."""
        if key in self._buttons:
            self._buttons[key].setChecked(True)

    @property
    def keys(self) -> tuple[str, ...]:
        """The places that are offered, from top to bottom."""
        return tuple(self._buttons)

    @property
    def marked(self) -> str | None:
        """The place that is marked."""
        return next((key for key, button in self._buttons.items() if button.isChecked()), None)

    def _make_button(self, text: str, icon_name: str) -> QToolButton:
        button = QToolButton()
        button.setProperty("kind", "rail")
        button.setText(text)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
        button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        set_icon(button, icon_name, "text", 24)
        return button

    def _on_place_clicked(self, key: str) -> None:
        self.chosen.emit(key)

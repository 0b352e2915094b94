"""How the window looks, and help: the menu behind the status line's view button. Choices are remembered."""

from PySide6.QtCore import QSettings, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup, QGuiApplication, QKeySequence
from PySide6.QtWidgets import QApplication, QMenu, QWidget

from boxoffice_desktop.ui.widgets.theme import apply_theme, theme

_SCALES = (100, 125, 150, 200)


class ViewMenu(QMenu):
    """Theme, size of type and controls, full screen, keys, about.

    Every action belongs to the window that holds the menu as well, so that its key works.

    Signals:
        full_screen_requested, keys_requested, about_requested, pin_requested: the window does it.
    """

    full_screen_requested = Signal()
    keys_requested = Signal()
    about_requested = Signal()
    pin_requested = Signal()

    def __init__(self, settings: QSettings, parent: QWidget) -> None:
        super().__init__(parent)
        self._settings = settings
        self._window = parent
        self._dark = self._add(self.tr("Dark theme"), "Ctrl+Shift+D", checkable=True)
        self._touch = self._add(self.tr("Large controls for touch"), "", checkable=True)
        sizes = self.addMenu(self.tr("Size of type"))
        self._sizes = QActionGroup(self)
        for percent in _SCALES:
            action = sizes.addAction(f"{percent} %")
            action.setCheckable(True)
            action.setData(percent)
            self._sizes.addAction(action)
        self._below = self.addSeparator()
        self._add(self.tr("Full screen"), "F11").triggered.connect(self.full_screen_requested)
        self.addSeparator()
        self._pin = self._add(self.tr("Change my PIN…"), "")
        self._pin.triggered.connect(self.pin_requested)
        self.show_person(is_signed_in=False)
        self.addSeparator()
        keys = self._add(self.tr("Keys"), "Ctrl+/")
        keys.setShortcuts([QKeySequence("Ctrl+/"), QKeySequence("?")])
        keys.triggered.connect(self.keys_requested)
        self._add(self.tr("About Box Office Desktop"), "").triggered.connect(self.about_requested)
        self._dark.triggered.connect(self.use_dark)
        self._touch.triggered.connect(self._on_touch_triggered)
        self._sizes.triggered.connect(self._on_size_triggered)

    def apply(self) -> None:
        """Put the remembered look on the application; without one, the system's light or dark."""
        system_is_dark = QGuiApplication.styleHints().colorScheme() is Qt.ColorScheme.Dark
        dark = bool(self._settings.value("view/dark", defaultValue=system_is_dark, type=bool))
        touch = bool(self._settings.value("view/touch", defaultValue=False, type=bool))
        percent = int(str(self._settings.value("view/percent", _SCALES[0])))
        self._dark.setChecked(dark)
        self._touch.setChecked(touch)
        for action in self._sizes.actions():
            action.setChecked(action.data() == percent)
        app = QApplication.instance()
        wanted = (dark, touch, percent / 100)
        current = theme()
        if isinstance(app, QApplication) and (
            not app.styleSheet() or wanted != (current.dark, current.touch, current.scale)
        ):
            apply_theme(app, dark=dark, touch=touch, scale=percent / 100)

    def add_choices(self, menu: QMenu) -> None:
        """Offer a menu of somebody else's, below the choices of the window's own look."""
        self.insertMenu(self._below, menu)

    def show_person(self, *, is_signed_in: bool) -> None:
        """Offer what only somebody who is signed in can do."""
        self._pin.setEnabled(is_signed_in)

    def use_dark(self, dark: bool) -> None:  # noqa: FBT001 - a slot
        """Take the dark or the light theme from now on."""
        self._remember("view/dark", dark)

    def _on_touch_triggered(self, touch: bool) -> None:  # noqa: FBT001 - a slot
        self._remember("view/touch", touch)

    def _on_size_triggered(self, action: QAction) -> None:
        self._remember("view/percent", action.data())

    def _remember(self, key: str, value: object) -> None:
        self._settings.setValue(key, value)
        self.apply()

    def _add(self, text: str, key: str, *, checkable: bool = False) -> QAction:
        action = self.addAction(text)
        action.setCheckable(checkable)
        if key:
            action.setShortcut(QKeySequence(key))
        self._window.addAction(action)
        return action

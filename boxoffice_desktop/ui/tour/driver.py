"""Walks through the window as a person would: presses, looks whether it happened, goes on."""

from collections.abc import Callable, Generator
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import TypeAlias

from PySide6.QtCore import QObject, QPoint, QSize, Qt, QTimer, Signal
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

_LOOK_EVERY_MS = 15
_PATIENCE_SECONDS = 30.0


@dataclass(frozen=True)
class Until:
    """The next step waits for this; `what` is said when it does not come."""

    what: str
    holds: Callable[[], bool]


Steps: TypeAlias = Generator[Until, None, None]


class TourFailedError(Exception):
    """Something that a step waited for did not come."""


class Driver(QObject):
    """Runs the steps of a tour inside the event loop.

    Signals:
        finished: the steps have ended.
        failed: the exception that ended them.
    """

    finished = Signal()
    failed = Signal(object)

    def __init__(self, steps: Steps, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._steps = steps
        self._wait: Until | None = None
        self._until = 0.0
        self._timer = QTimer(self, interval=_LOOK_EVERY_MS)
        self._timer.timeout.connect(self._look)

    def start(self) -> None:
        """Begin with the first step when the event loop comes round."""
        self._timer.start()

    def _look(self) -> None:
        try:
            if self._wait is not None and not self._wait.holds():
                if monotonic() > self._until:
                    self._end(TourFailedError(f"waited in vain for: {self._wait.what}"))
                return
            self._wait = next(self._steps)
            self._until = monotonic() + _PATIENCE_SECONDS
        except StopIteration:
            self._end(None)
        except Exception as error:  # noqa: BLE001  whoever started the tour decides what a failure means
            self._end(error)

    def _end(self, error: Exception | None) -> None:
        self._timer.stop()
        if error is None:
            self.finished.emit()
        else:
            self.failed.emit(error)


class Hands:
    """Fingers on the keyboard and the mouse of one window, and a camera."""

    def __init__(self, window: QWidget, folder: Path) -> None:
        self._window = window
        self._folder = folder
        self.pictures: list[Path] = []
        folder.mkdir(parents=True, exist_ok=True)

    def press(self, key: Qt.Key | str, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """Press a key where the focus is."""
        if isinstance(key, str):
            QTest.keyClicks(self._focus(), key, modifiers)
        else:
            QTest.keyClick(self._focus(), key, modifiers)

    def type(self, text: str) -> None:
        """Type a text where the focus is."""
        for letter in text:
            self.press(letter)

    def click(self, widget: QWidget, at: QPoint | None = None) -> None:
        """Click a widget, in its middle unless told where."""
        QTest.mouseClick(
            widget,
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
            at if at is not None else widget.rect().center(),
        )

    def photograph(self, name: str, widget: QWidget | None = None) -> None:
        """Save what the window (or a dialog of it) looks like now."""
        path = self._folder / f"{name}.png"
        (widget or self._window).grab().save(str(path))
        self.pictures.append(path)

    def resize(self, width: int, height: int) -> None:
        """Give the window another size."""
        self._window.resize(QSize(width, height))

    def _focus(self) -> QWidget:
        focused = QApplication.focusWidget()
        if focused is not None and self._window in (focused.window(), focused.window().parentWidget()):
            return focused
        # Another till's window is in front: the keys are for this one all the same.
        own: QWidget | None = self._window.focusWidget()
        return self._window if own is None else own

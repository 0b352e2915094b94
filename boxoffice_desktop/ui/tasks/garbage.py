"""Keeps Python's garbage collector on the GUI thread.

Python collects on whatever thread happens to allocate. A cycle with a widget in it, collected on a worker, would
destroy the widget there, and Qt does not survive that.
"""

import gc
from typing import ClassVar

from PySide6.QtCore import QObject, QTimer

_EVERY_MS = 500


class GuiThreadGarbage(QObject):
    """While it is on, cycles are collected on the GUI thread only, between events.

    Several may be on at once, for several windows in one process: the last to stop gives the collecting back.

    What exists when it starts is set aside for good (`gc.freeze`), so that a collection looks at what came later and
    stays short.
    """

    _on: ClassVar[int] = 0
    _was_enabled: ClassVar[bool] = True

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        if GuiThreadGarbage._on == 0:
            GuiThreadGarbage._was_enabled = gc.isenabled()
        GuiThreadGarbage._on += 1
        self._is_on = True
        gc.disable()
        gc.freeze()
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.collect_due)
        self._timer.start(_EVERY_MS)

    def collect_due(self) -> None:
        """Collect the oldest generation whose turn it is, as Python itself would have done."""
        counts, limits = gc.get_count(), gc.get_threshold()
        due = [
            generation
            for generation, (count, limit) in enumerate(zip(counts, limits, strict=True))
            if count > limit > 0
        ]
        if due:
            gc.collect(max(due))

    def stop(self) -> None:
        """Leave collecting to Python again."""
        self._timer.stop()
        if self._is_on:
            self._is_on = False
            GuiThreadGarbage._on -= 1
        if GuiThreadGarbage._on == 0:
            gc.unfreeze()
            if GuiThreadGarbage._was_enabled:
                gc.enable()

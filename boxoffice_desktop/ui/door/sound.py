"""What the door sounds like: one high tone for in, two low ones for stop. The ear is told without looking."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, QUrl
from PySide6.QtWidgets import QApplication

from boxoffice_desktop.files import resources_folder
from boxoffice_desktop.ui.door.words import Tone

if TYPE_CHECKING:
    from PySide6.QtMultimedia import QSoundEffect

_BEEP_PAUSE_MS = 180


class DoorSound(QObject):
    """Plays the tones of `resources/sounds`; without a sound library the system's beep, once or twice."""

    def __init__(self, parent: QObject | None = None, beep: Callable[[], object] = QApplication.beep) -> None:
        super().__init__(parent)
        self._beep = beep
        self._effects: dict[Tone, QSoundEffect] | None = None

    def play(self, tone: Tone) -> None:
        """Sound for an answer; nothing while there is none."""
        if tone is Tone.IDLE:
            return
        if self._effects is None:
            self._effects = self._load()
        effect = self._effects.get(tone)
        if effect is not None:
            effect.play()
            return
        self._beep()
        if tone is not Tone.IN:
            QTimer.singleShot(_BEEP_PAUSE_MS, self, self._beep)

    def _load(self) -> "dict[Tone, QSoundEffect]":
        # The sound libraries are the system's own, and a tablet may have none.
        try:
            from PySide6.QtMultimedia import QMediaDevices, QSoundEffect
        except ImportError:
            return {}
        if QMediaDevices.defaultAudioOutput().isNull():
            return {}
        effects = {}
        for tone, name in ((Tone.IN, "in"), (Tone.STOP, "stop"), (Tone.ASK, "stop")):
            effect = QSoundEffect(self)
            effect.setSource(QUrl.fromLocalFile(str(resources_folder() / "sounds" / f"{name}.wav")))
            effects[tone] = effect
        return effects

"""The venue's rules of selling, with a button that saves them for every till."""

import re
from datetime import time
from decimal import Decimal
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from boxoffice_desktop.domain.edits import StaleEditError
from boxoffice_desktop.services.venue_settings import SellingRules
from boxoffice_desktop.ui.widgets.form import Form, Reading
from boxoffice_desktop.ui.widgets.theme import SPACE_BETWEEN, restyle

_MINUTE: Final = 60
_MINUTES: Final = re.compile(r"[0-9]{1,4}([.,][0-9]{1,3})?")


class SellingPanel(QFrame):
    """The fields of the rules. Shows them as they were read; what is typed stays until it is saved.

    Signals:
        save_requested: the `SellingRules` to save, and those that they replace.
    """

    save_requested = Signal(object, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._read: SellingRules | None = None
        self.is_dirty = False
        """Whether something was typed that is not saved."""
        self.form = Form(columns=2)
        self.button = QPushButton(self.tr("&Save the rules"))
        self.discard_button = QPushButton(self.tr("&Discard"))
        self._verdict = QLabel()
        self._build()
        self.form.submitted.connect(self._save)
        self.button.clicked.connect(self._save)
        self.discard_button.clicked.connect(self._discard)
        self.form.edited.connect(self._on_form_edited)
        self._set_usable(usable=False)
        self._set_dirty(dirty=False)

    def _build(self) -> None:
        self.setProperty("card", True)
        title = QLabel(self.tr("Selling, at every till of the venue"))
        title.setProperty("role", "title")
        self.form.add_line("hold_seconds", self.tr("Seats are kept for … minutes"))
        self.form.add_line("hold_cap_seconds", self.tr("With activity at most … minutes"))
        self.form.add_line("basket_limit", self.tr("Seats in one sale"))
        self.form.add_line("day_ends_at", self.tr("The business day ends at"))
        self.form.add_line("reservation_minutes", self.tr("Reserved seats go back … minutes before the show"))
        self.form.add_line("reservation_limit", self.tr("Seats in one reservation"))
        hint = QLabel(
            self.tr(
                "The database goes by these rules at once. Tills that are open show them from their next start on;"
                " seats that are held already keep their time."
            )
        )
        hint.setProperty("role", "small")
        hint.setWordWrap(True)
        self._verdict.setWordWrap(True)
        self._verdict.setAccessibleName(self.tr("Result of saving"))
        below = QHBoxLayout()
        below.setSpacing(SPACE_BETWEEN)
        below.addWidget(self.button)
        below.addWidget(self.discard_button)
        below.addWidget(self._verdict, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_BETWEEN, SPACE_BETWEEN, SPACE_BETWEEN, SPACE_BETWEEN)
        column.setSpacing(SPACE_BETWEEN)
        for widget in (title, self.form, hint):
            column.addWidget(widget)
        column.addLayout(below)

    def show_rules(self, rules: SellingRules) -> None:
        """Show the rules as they were read from the database."""
        self._read = rules
        self.form.set_text("hold_seconds", _say_minutes(rules.hold_seconds))
        self.form.set_text("hold_cap_seconds", _say_minutes(rules.hold_cap_seconds))
        self.form.set_text("basket_limit", str(rules.basket_limit))
        self.form.set_text("day_ends_at", f"{rules.day_ends_at:%H:%M}")
        self.form.set_text("reservation_minutes", str(rules.reservation_minutes))
        self.form.set_text("reservation_limit", str(rules.reservation_limit))
        self.form.show_problems({})
        self._set_dirty(dirty=False)
        self._set_usable(usable=True)

    def show_saved(self, rules: SellingRules) -> None:
        """They were saved and stand in the database as `rules`."""
        self.show_rules(rules)
        self._say("ok", self.tr("Saved."))

    def show_problems(self, problems: dict[str, str]) -> None:
        """Say at the fields what cannot be saved."""
        self._set_usable(usable=True)
        self._say("muted", "")
        self.form.show_problems(problems)

    def show_stale(self, error: StaleEditError, current: SellingRules) -> None:
        """Somebody else was quicker: tell what stands there now; saving again replaces it."""
        self._read = current
        self._set_usable(usable=True)
        words = self.tr(
            "Not saved: {who} has just set {hold} minutes, at most {cap}, {limit} seats, the day ends at {end},"
            " reservations {minutes} minutes before the show, {most} seats."
            " Save again to put yours in their place."
        )
        self._say(
            "warn",
            words.format(
                who=error.changed_by,
                hold=_say_minutes(current.hold_seconds),
                cap=_say_minutes(current.hold_cap_seconds),
                limit=current.basket_limit,
                end=f"{current.day_ends_at:%H:%M}",
                minutes=current.reservation_minutes,
                most=current.reservation_limit,
            ),
        )

    def show_failure(self) -> None:
        """Saving did not work; the window says why. What was typed stays."""
        self._set_usable(usable=self._read is not None)
        self._say("error", self.tr("Not saved.") if self._read else self.tr("The rules could not be read."))

    @property
    def words(self) -> str:
        """What the panel says of the last save, for tests and screen readers."""
        return self._verdict.text()

    def _save(self) -> None:
        if self._read is None or not self.button.isEnabled():
            return
        reading = Reading(self.form)
        rules = self._read_rules(reading)
        if rules is None:
            self.show_problems(reading.problems)
            return
        self.form.show_problems({})
        self._set_usable(usable=False)
        self._say("muted", self.tr("Saving…"))
        self.save_requested.emit(rules, self._read)

    def _read_rules(self, reading: Reading) -> SellingRules | None:
        hold, cap = self._seconds(reading, "hold_seconds"), self._seconds(reading, "hold_cap_seconds")
        limit, end = reading.number("basket_limit"), reading.clock("day_ends_at")
        minutes, most = reading.number("reservation_minutes"), reading.number("reservation_limit")
        wanted: dict[str, int | time | None] = {
            "hold_seconds": hold,
            "hold_cap_seconds": cap,
            "basket_limit": limit,
            "day_ends_at": end,
            "reservation_minutes": minutes,
            "reservation_limit": most,
        }
        for name in (name for name, value in wanted.items() if value is None):
            reading.problems.setdefault(name, self.tr("This cannot be empty."))
        if hold is None or cap is None or limit is None or end is None or minutes is None or most is None:
            return None
        return SellingRules(
            hold_seconds=hold,
            hold_cap_seconds=cap,
            basket_limit=limit,
            day_ends_at=end,
            reservation_minutes=minutes,
            reservation_limit=most,
        )

    def _seconds(self, reading: Reading, name: str) -> int | None:
        text = self.form.text(name).strip()
        if not text:
            return None
        if _MINUTES.fullmatch(text) is None:
            reading.problems[name] = self.tr("Minutes, like 5 or 2.5.")
            return None
        return round(Decimal(text.replace(",", ".")) * _MINUTE)

    def _discard(self) -> None:
        if self._read is not None:
            self.show_rules(self._read)
            self._say("muted", "")

    def _on_form_edited(self) -> None:
        self._set_dirty(dirty=True)
        self._say("muted", "")

    def _set_dirty(self, *, dirty: bool) -> None:
        self.is_dirty = dirty
        self.discard_button.setEnabled(dirty)

    def _set_usable(self, *, usable: bool) -> None:
        self.button.setEnabled(usable)

    def _say(self, role: str, words: str) -> None:
        self._verdict.setText(words)
        self._verdict.setProperty("role", role)
        restyle(self._verdict)


def _say_minutes(seconds: int) -> str:
    """Minutes as they are typed: 5, 2.5, 1.667; three digits are finer than a second, which survives the way back."""
    return str(seconds // _MINUTE) if seconds % _MINUTE == 0 else f"{Decimal(seconds) / _MINUTE:.3f}".rstrip("0")

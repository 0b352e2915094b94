"""The venue's rules of selling, with a button that saves them for every till."""

import re
from datetime import time
from decimal import Decimal
from typing import Final

from PySide6.QtWidgets import QWidget

from boxoffice_desktop.services.venue_settings import SellingRules, get_selling_rules, save_selling_rules
from boxoffice_desktop.ui.settings.saved_panel import SavedPanel
from boxoffice_desktop.ui.tasks.runner import TaskRunner
from boxoffice_desktop.ui.widgets.dialogs import make_label
from boxoffice_desktop.ui.widgets.form import Form, Reading

_MINUTE: Final = 60
_MINUTES: Final = re.compile(r"[0-9]{1,4}([.,][0-9]{1,3})?")


class SellingPanel(SavedPanel[SellingRules]):
    """How long seats are kept, how many one sale takes, when the business day ends."""

    def __init__(self, tasks: TaskRunner, parent: QWidget | None = None) -> None:
        super().__init__(tasks, Form(columns=2), self.tr("&Save the rules"), parent)
        self.form.add_line("hold_seconds", self.tr("Seats are kept for … minutes"))
        self.form.add_line("hold_cap_seconds", self.tr("With activity at most … minutes"))
        self.form.add_line("basket_limit", self.tr("Seats in one sale"))
        self.form.add_line("day_ends_at", self.tr("The business day ends at"))
        self.form.add_line("reservation_minutes", self.tr("Reserved seats go back … minutes before the show"))
        self.form.add_line("reservation_limit", self.tr("Seats in one reservation"))
        hint = make_label(
            self.tr(
                "The database goes by these rules at once. Tills that are open show them from their next start on;"
                " seats that are held already keep their time."
            ),
            "small",
        )
        hint.setWordWrap(True)
        self.arrange(self.tr("Selling, at every till of the venue"), self.form, hint)

    def ask(self) -> None:
        """Read the rules."""
        self.tasks.read(self, get_selling_rules, {}, done=self.show_value, failed=self.on_failed, key="rules")

    def fill(self, value: SellingRules) -> None:
        """Times in minutes, the end of the day by the clock."""
        self.form.set_text("hold_seconds", _say_minutes(value.hold_seconds))
        self.form.set_text("hold_cap_seconds", _say_minutes(value.hold_cap_seconds))
        self.form.set_text("basket_limit", str(value.basket_limit))
        self.form.set_text("day_ends_at", f"{value.day_ends_at:%H:%M}")
        self.form.set_text("reservation_minutes", str(value.reservation_minutes))
        self.form.set_text("reservation_limit", str(value.reservation_limit))

    def typed(self) -> SellingRules | None:
        """The rules that the fields say."""
        reading = Reading(self.form)
        rules = self._read_rules(reading)
        self.form.show_problems({} if rules else reading.problems)
        return rules

    def write(self, value: SellingRules, read: SellingRules) -> None:
        """Save the rules."""
        arguments = {"rules": value, "read": read}
        self.tasks.write(self, save_selling_rules, arguments, done=self.on_saved, failed=self.on_failed)

    def word_stale(self, who: str, current: SellingRules) -> str:
        """With all rules, so that nobody has to look them up."""
        words = self.tr(
            "Not saved: {who} has just set {hold} minutes, at most {cap}, {limit} seats, the day ends at {end},"
            " reservations {minutes} minutes before the show, {most} seats."
            " Save again to put yours in their place."
        )
        return words.format(
            who=who,
            hold=_say_minutes(current.hold_seconds),
            cap=_say_minutes(current.hold_cap_seconds),
            limit=current.basket_limit,
            end=f"{current.day_ends_at:%H:%M}",
            minutes=current.reservation_minutes,
            most=current.reservation_limit,
        )

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


def _say_minutes(seconds: int) -> str:
    """Minutes as they are typed: 5, 2.5, 1.667; three digits are finer than a second, which survives the way back."""
    return str(seconds // _MINUTE) if seconds % _MINUTE == 0 else f"{Decimal(seconds) / _MINUTE:.3f}".rstrip("0")

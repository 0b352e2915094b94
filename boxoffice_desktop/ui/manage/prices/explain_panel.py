"""What a ticket would cost, and why: the answer to "why does this cost 12.00 on Saturday?"."""

from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QComboBox, QFrame, QLabel, QVBoxLayout, QWidget

from boxoffice_desktop.documents.formatting import format_date_long, format_money
from boxoffice_desktop.domain.film_editing import FilmLine
from boxoffice_desktop.services.price_lists import PriceBook
from boxoffice_desktop.services.repricing import Explanation, Verdict
from boxoffice_desktop.ui.manage.prices.film_choice import complete_films
from boxoffice_desktop.ui.widgets.dialogs import make_label
from boxoffice_desktop.ui.widgets.form import Form, Reading
from boxoffice_desktop.ui.widgets.price_words import describe_rule, describe_rules
from boxoffice_desktop.ui.widgets.theme import SPACE_INSIDE

_PAUSE_MS = 150


class ExplainPanel(QFrame):
    """A question on top, the answer below.

    Signals:
        asked: the arguments of `explain_price`, as a dict.
    """

    asked = Signal(object)

    def __init__(self, currency: str, locale: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._currency, self._locale = currency, locale
        self._book: PriceBook | None = None
        self._films: dict[str, int] = {}
        self._asked_day: date | None = None
        self.setProperty("card", True)
        self._form = Form(2)
        self._area, self._type = QComboBox(), QComboBox()
        self._amount = QLabel()
        self._amount.setProperty("role", "figure")
        self._because = make_label("")
        self._others = make_label("", "muted")
        self._timer = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._build()
        self._timer.timeout.connect(self.ask)
        self._form.edited.connect(self._timer.start)

    def show_book(self, book: PriceBook) -> None:
        """Offer the areas and ticket types of these prices and ask again."""
        self._book = book
        areas = [(area.name, area.area_id) for area in book.areas]
        types = [(each.draft.name, each.ticket_type_id) for each in book.ticket_types if each.draft.is_active]
        for box, choices in ((self._area, areas), (self._type, types)):
            chosen = box.currentData()
            box.clear()
            for name, key in choices:
                box.addItem(name, key)
            box.setCurrentIndex(max(0, box.findData(chosen)))
        self.ask()

    def show_films(self, films: Sequence[FilmLine]) -> None:
        """Offer these films for the question."""
        self._films = complete_films(self._film, films)

    def show_day(self, day: date) -> None:
        """Begin with the question about this day."""
        self._form.set_day("day", day)
        self.ask()

    def ask(self) -> None:
        """Ask what the ticket costs, if the question can be read."""
        reading = Reading(self._form)
        film = self._form.text("film").strip()
        if film and film not in self._films:
            reading.problems["film"] = self.tr("Choose one of the list.")
        day, at = reading.day("day"), reading.clock("at")
        self._form.show_problems(reading.problems)
        if (
            reading.problems
            or day is None
            or at is None
            or self._area.currentData() is None
            or self._type.currentData() is None
        ):
            return
        self._asked_day = day
        self.asked.emit(
            {
                "day": day,
                "at": at,
                "show_format": self._form.text("format").strip() or "2D",
                "movie_id": self._films.get(film),
                "area_id": self._area.currentData(),
                "ticket_type_id": self._type.currentData(),
            }
        )

    def show_explanation(self, found: Explanation) -> None:
        """Show the price and the reasons."""
        if found.amount is None:
            self._amount.setText(self.tr("No price"))
        else:
            self._amount.setText(format_money(found.amount, self._currency, self._locale))
        winner = next((verdict for verdict in found.verdicts if verdict.applies), None)
        if winner is None:
            self._because.setText(self.tr("No list in use holds then: such a show cannot go on sale."))
        else:
            because = self.tr("because “{list}” holds: {rules}").format(list=winner.name, rules=self._rules(winner))
            taxed = self.tr("Tax inside: {tax}").format(tax=format_money(found.tax, self._currency, self._locale))
            self._because.setText(f"{because}\n{taxed}\n{self._describe_day(found)}")
        others = (self._describe_other(verdict) for verdict in found.verdicts if not verdict.applies)
        self._others.setText("\n".join(others))

    def show_failure(self, text: str) -> None:
        """Say why there is no answer."""
        self._amount.setText("")
        self._because.setText(text)
        self._others.setText("")

    def _build(self) -> None:
        self._form.add_day("day", self.tr("Day"), self._locale, span=2)
        self._form.add_line("at", self.tr("Start"), hint="20:00")
        self._form.add_line("format", self.tr("Format"), hint="2D")
        self._form.add("area", self.tr("Area"), self._area)
        self._form.add("type", self.tr("Ticket type"), self._type)
        self._film = self._form.add_line("film", self.tr("Film"), hint=self.tr("any"), span=2)
        self._form.set_text("at", "20:00")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 12, 12, 12)
        layout.setSpacing(SPACE_INSIDE)
        layout.addWidget(make_label(self.tr("What does it cost, and why?"), "strong"))
        layout.addWidget(self._form)
        layout.addWidget(self._amount)
        layout.addWidget(self._because)
        layout.addWidget(self._others)
        layout.addStretch(1)

    def _rules(self, verdict: Verdict) -> str:
        for each in self._book.lists if self._book else ():
            if each.price_list_id == verdict.price_list_id:
                return describe_rules(each.draft, each.movie_title, self._locale)
        return ""

    def _describe_day(self, found: Explanation) -> str:
        """Which day's prices hold, and why when the calendar says another."""
        day = format_date_long(found.day, self._locale)
        if found.day == self._asked_day:
            return self.tr("Business day: {day}").format(day=day)
        return self.tr("Business day: still {day}, which ends at {end}. Its prices hold.").format(
            day=day, end=f"{found.day_ends_at:%H:%M}"
        )

    def _describe_other(self, verdict: Verdict) -> str:
        if verdict.holds:
            reason = self.tr("holds too, but has priority {number}").format(number=verdict.priority)
            return f"{verdict.name}: {reason}"
        details = next(
            (e for e in (self._book.lists if self._book else ()) if e.price_list_id == verdict.price_list_id), None
        )
        failed = [check.kind for check in verdict.checks if not check.holds]
        words = (
            [describe_rule(details.draft, details.movie_title, kind, self._locale) for kind in failed]
            if details
            else []
        )
        return self.tr("{list}: only {rules}").format(list=verdict.name, rules=", ".join(words))

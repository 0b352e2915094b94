"""The form of a promotion: what it takes off, and what it is for."""

import re
from collections.abc import Callable, Sequence

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QListWidget, QListWidgetItem, QPushButton, QWidget

from boxoffice_desktop.documents.formatting import format_amount, parse_amount
from boxoffice_desktop.domain.errors import InvalidInputError
from boxoffice_desktop.domain.film_editing import FilmLine
from boxoffice_desktop.domain.promotions import PromotionDraft, PromotionKind, check_promotion
from boxoffice_desktop.services.price_lists import TicketTypeDetails
from boxoffice_desktop.services.promotions import PromotionDetails, ShowOption
from boxoffice_desktop.ui.manage.prices.film_choice import complete_films, complete_shows
from boxoffice_desktop.ui.manage.prices.record_tab import RecordTab
from boxoffice_desktop.ui.manage.prices.type_tab import format_percent, read_percent
from boxoffice_desktop.ui.widgets.form import Form, Reading
from boxoffice_desktop.ui.widgets.price_words import weekday_name
from boxoffice_desktop.ui.widgets.rows_model import Column

_WEEK = range(1, 8)
_TYPES_HEIGHT = 84
_WIDTH = 430
_N_FOR_M = re.compile(r"\s*(\d{1,2})\s*(?:for|:|/)\s*(\d{1,2})\s*", re.IGNORECASE)


def _tr(text: str) -> str:
    return QCoreApplication.translate("Promotions", text)


def say_worth(draft: PromotionDraft, currency: str, locale: str) -> str:
    """What a promotion takes off, as it is typed."""
    if draft.kind is PromotionKind.N_FOR_M:
        return f"{draft.take} for {draft.pay}"
    if draft.kind is PromotionKind.PERCENT:
        return format_percent(draft.value)
    return format_amount(draft.value, currency, locale)


class PromotionForm:
    """Fills and reads the fields of a promotion in somebody's `Form`. Not a widget itself."""

    def __init__(self, form: Form, currency: str, locale: str, edited: Callable[[], None]) -> None:
        self._form = form
        self._currency, self._locale = currency, locale
        self._films: dict[str, int] = {}
        self._show_id: int | None = None
        self._shows: dict[str, ShowOption] | None = None
        self.kind = QComboBox()
        for kind, words in (
            (PromotionKind.PERCENT, _tr("Per cent off")),
            (PromotionKind.AMOUNT, _tr("Amount off each ticket")),
            (PromotionKind.N_FOR_M, _tr("n for m, like 3 for 2")),
        ):
            self.kind.addItem(words, kind.value)
        self.types = QListWidget()
        self.types.setFixedHeight(_TYPES_HEIGHT)
        self.types.itemChanged.connect(lambda _item: edited())
        self.combinable, self.coded, self.active = (
            QCheckBox(_tr("Goes with others")),
            QCheckBox(_tr("Needs a code")),
            QCheckBox(_tr("In use")),
        )
        self._days: dict[int, QPushButton] = {}
        self._build(edited)

    def show_films(self, films: Sequence[FilmLine]) -> None:
        """Offer these films."""
        self._films = complete_films(self._film, films)

    def show_shows(self, shows: Sequence[ShowOption]) -> None:
        """Offer these shows."""
        self._shows = complete_shows(self._show, shows, self._locale)

    def show_types(self, types: Sequence[TicketTypeDetails]) -> None:
        """Offer these ticket types; none that is ticked means all."""
        chosen = self._chosen_types()
        was_blocked = self.types.blockSignals(True)
        self.types.clear()
        for each in types:
            item = QListWidgetItem(each.draft.name)
            item.setData(Qt.ItemDataRole.UserRole, each.ticket_type_id)
            item.setCheckState(Qt.CheckState.Checked if each.ticket_type_id in chosen else Qt.CheckState.Unchecked)
            self.types.addItem(item)
        self.types.blockSignals(was_blocked)

    def fill(self, form: Form, record: PromotionDetails | None) -> None:
        """Put a promotion into the fields; None for a new one."""
        draft = record.draft if record else PromotionDraft(name="")
        self._show_id = draft.show_id
        form.set_text("name", draft.name)
        self.kind.setCurrentIndex(self.kind.findData(draft.kind.value))
        form.set_text("value", say_worth(draft, self._currency, self._locale) if record else "")
        form.set_day("valid_from", draft.valid_from)
        form.set_day("valid_to", draft.valid_to)
        form.set_text("from_time", f"{draft.from_time:%H:%M}" if draft.from_time else "")
        form.set_text("to_time", f"{draft.to_time:%H:%M}" if draft.to_time else "")
        for number, button in self._days.items():
            button.setChecked(draft.weekdays is None or number in draft.weekdays)
        titles = {movie_id: title for title, movie_id in self._films.items()}
        form.set_text("movie_id", titles.get(draft.movie_id or 0, record.movie_title if record else ""))
        form.set_text("show_id", self._name_show(draft.show_id))
        was_blocked = self.types.blockSignals(True)
        for item in self._items():
            is_on = item.data(Qt.ItemDataRole.UserRole) in (draft.ticket_type_ids or ())
            item.setCheckState(Qt.CheckState.Checked if is_on else Qt.CheckState.Unchecked)
        self.types.blockSignals(was_blocked)
        form.set_text("most_tickets", str(draft.most_tickets or ""))
        form.set_text("uses_limit", str(draft.uses_limit or ""))
        self.combinable.setChecked(draft.is_combinable)
        self.coded.setChecked(draft.needs_code)
        self.active.setChecked(draft.is_active)

    def read(self, form: Form) -> PromotionDraft | None:
        """The draft as typed; None after saying at the fields what is wrong."""
        reading = Reading(form)
        kind = PromotionKind(self.kind.currentData())
        value, take, pay = self._read_worth(kind, reading.problems)
        film = form.text("movie_id").strip()
        if film and film not in self._films:
            reading.problems["movie_id"] = _tr("There is no such film.")
        days = frozenset(number for number, button in self._days.items() if button.isChecked())
        types = self._chosen_types()
        draft = PromotionDraft(
            name=form.text("name").strip(),
            kind=kind,
            value=value,
            take=take,
            pay=pay,
            is_combinable=self.combinable.isChecked(),
            needs_code=self.coded.isChecked(),
            weekdays=None if len(days) == len(_WEEK) else days,
            from_time=reading.clock("from_time"),
            to_time=reading.clock("to_time"),
            valid_from=reading.day("valid_from"),
            valid_to=reading.day("valid_to"),
            movie_id=self._films.get(film),
            show_id=self._read_show(self._films.get(film), reading.problems),
            ticket_type_ids=types or None,
            most_tickets=reading.number("most_tickets"),
            uses_limit=reading.number("uses_limit"),
            is_active=self.active.isChecked(),
        )
        problems = check_promotion(draft) | reading.problems
        for name in ("take", "pay"):
            if name in problems:
                problems.setdefault("value", problems.pop(name))
        form.show_problems(problems)
        return None if problems else draft

    def describe(self, draft: PromotionDraft) -> list[tuple[str, str]]:
        """The fields in words."""
        return [
            (_tr("Name"), draft.name),
            (_tr("Worth"), say_worth(draft, self._currency, self._locale)),
            (_tr("First and last day"), f"{draft.valid_from or ''} \N{EN DASH} {draft.valid_to or ''}"),
            (_tr("Times"), f"{draft.from_time or ''} \N{EN DASH} {draft.to_time or ''}"),
            (_tr("Weekdays"), ", ".join(str(day) for day in sorted(draft.weekdays or ()))),
            (_tr("Show"), self._name_show(draft.show_id)),
            (_tr("Ticket types"), ", ".join(str(key) for key in sorted(draft.ticket_type_ids or ()))),
            (_tr("Tickets a use"), str(draft.most_tickets or "")),
            (_tr("Uses in all"), str(draft.uses_limit or "")),
            (_tr("Goes with others"), _say(draft.is_combinable)),
            (_tr("Needs a code"), _say(draft.needs_code)),
            (_tr("In use"), _say(draft.is_active)),
        ]

    def _build(self, edited: Callable[[], None]) -> None:
        form = self._form
        form.add_line("name", _tr("Name"), span=2)
        form.add("kind", _tr("Kind"), self.kind)
        form.add_line("value", _tr("Worth"), hint=_tr("10, 2.50, 3 for 2"))
        form.add_day("valid_from", _tr("First day"), self._locale)
        form.add_day("valid_to", _tr("Last day"), self._locale)
        form.add_line("from_time", _tr("Shows from"))
        form.add_line("to_time", _tr("until before"))
        week = QWidget()
        row = QHBoxLayout(week)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        for number in _WEEK:
            button = QPushButton(weekday_name(number, self._locale)[:2])
            button.setCheckable(True)
            button.setMinimumWidth(36)
            button.setToolTip(weekday_name(number, self._locale))
            button.setAccessibleName(weekday_name(number, self._locale))
            button.clicked.connect(lambda _checked: edited())
            self._days[number] = button
            row.addWidget(button)
        form.add("weekdays", _tr("Weekdays"), week, span=2)
        self._film = form.add_line("movie_id", _tr("Film; empty for all"), span=2)
        self._show = form.add_line("show_id", _tr("Show; empty for all"), span=2, hint=_tr("A day, a time or a title"))
        form.add("ticket_type_ids", _tr("Ticket types; none ticked for all"), self.types, span=2)
        form.add_line("most_tickets", _tr("Tickets a use"))
        form.add_line("uses_limit", _tr("Uses in all"))
        form.add("is_combinable", self.combinable.text(), self.combinable)
        form.add("needs_code", self.coded.text(), self.coded)
        form.add("is_active", self.active.text(), self.active)

    def _read_worth(self, kind: PromotionKind, problems: dict[str, str]) -> tuple[int, int, int]:
        text = self._form.text("value")
        if kind is PromotionKind.N_FOR_M:
            found = _N_FOR_M.fullmatch(text)
            if found is None:
                problems["value"] = _tr("Like 3 for 2.")
                return 0, 0, 0
            return 0, int(found[1]), int(found[2])
        if kind is PromotionKind.PERCENT:
            percent = read_percent(text)
            if percent is None:
                problems["value"] = _tr("More than 0, at most 100.")
            return percent or 0, 0, 0
        try:
            return parse_amount(text, self._currency, self._locale), 0, 0
        except InvalidInputError as error:
            problems["value"] = str(error)
            return 0, 0, 0

    def _read_show(self, movie_id: int | None, problems: dict[str, str]) -> int | None:
        if self._shows is None:
            # Not read yet: what is stored stays.
            return self._show_id
        typed = self._form.text("show_id").strip()
        show = self._shows.get(typed)
        if typed and show is None:
            problems["show_id"] = _tr("There is no such show: choose one of the list.")
        elif show is not None and movie_id not in {None, show.movie_id}:
            problems["show_id"] = _tr("This show is of another film.")
        return show.show_id if show is not None else None

    def _name_show(self, show_id: int | None) -> str:
        names = {each.show_id: label for label, each in (self._shows or {}).items()}
        return names.get(show_id or 0, "")

    def _items(self) -> list[QListWidgetItem]:
        return [self.types.item(row) for row in range(self.types.count())]

    def _chosen_types(self) -> frozenset[int]:
        return frozenset(
            item.data(Qt.ItemDataRole.UserRole) for item in self._items() if item.checkState() is Qt.CheckState.Checked
        )


class PromotionRecords(RecordTab):
    """The list of promotions with the form beside it."""

    def __init__(self, currency: str, locale: str, parent: QWidget | None = None) -> None:
        columns: list[Column[PromotionDetails]] = [
            Column(title=_tr("Name"), text=lambda each: each.draft.name, width=0),
            Column(title=_tr("Worth"), text=lambda each: _say_kind(each.draft, currency, locale), width=14),
            Column(title=_tr("Code"), text=lambda each: _say(each.draft.needs_code), width=7),
            Column(title=_tr("Used"), text=_say_used, width=12, is_number=True),
            Column(title=_tr("State"), text=lambda each: "" if each.draft.is_active else _tr("out of use"), width=10),
        ]
        form = Form(columns=2)
        fields = PromotionForm(form, currency, locale, form.edited.emit)
        super().__init__(
            _tr("Promotions"),
            columns,
            what=_tr("the promotion"),
            fill=fields.fill,
            read=fields.read,
            describe=fields.describe,
            draft_of=lambda record: record.draft,
            hint=_tr("Discounts find their tickets by themselves; of those that do not go together the best is taken."),
            parent=parent,
        )
        self.form, self.fields = form, fields
        self.build(width=_WIDTH, scrolls=True)


def _say(value: bool) -> str:  # noqa: FBT001  a value in words
    return _tr("yes") if value else _tr("no")


def _say_kind(draft: PromotionDraft, currency: str, locale: str) -> str:
    worth = say_worth(draft, currency, locale)
    return {PromotionKind.PERCENT: f"-{worth} %", PromotionKind.AMOUNT: f"-{worth}"}.get(draft.kind, worth)


def _say_used(each: PromotionDetails) -> str:
    return f"{each.used:,} / {each.draft.uses_limit:,}" if each.draft.uses_limit else f"{each.used:,}"

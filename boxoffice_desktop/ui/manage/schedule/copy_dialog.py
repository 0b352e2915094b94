"""Copy a day or a week: to which day, and what would come of it."""

from datetime import date, timedelta

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from boxoffice_desktop.domain.week_plan import WeekPlan
from boxoffice_desktop.services.schedule.reading import HallRow
from boxoffice_desktop.ui.manage.schedule.dialogs import AskDialog, make_form, make_label
from boxoffice_desktop.ui.manage.schedule.plan_preview import PlanPreview
from boxoffice_desktop.ui.manage.schedule.words import Words
from boxoffice_desktop.ui.widgets.date_field import DateField


class CopyDialog(AskDialog):
    """The days to copy are those on the screen; where to is asked.

    Signals:
        preview_requested: the arguments of `preview_copy`.
    """

    preview_requested = Signal(object)

    def __init__(
        self, *, first_day: date, days: int, halls: tuple[HallRow, ...], words: Words, parent: QWidget | None = None
    ) -> None:
        title = self.tr("Copy the week") if days > 1 else self.tr("Copy the day")
        super().__init__(title, self.tr("Make drafts"), parent)
        self._first, self._days = first_day, days
        self.plan = WeekPlan(shows=(), conflicts=())
        self.preview = PlanPreview(halls, words)
        self._words = words
        self.target = DateField(words.locale)
        self.day_name = make_label("", "muted")
        form = make_form()
        form.addRow(self.tr("From"), make_label(words.days(first_day, first_day + timedelta(days=days - 1))))
        form.addRow(self.tr("To, beginning on"), self.target)
        form.addRow("", self.day_name)
        self.body.addLayout(form)
        self.body.addWidget(self.preview, 1)
        self.deed.setEnabled(False)
        self.prefer_size(760, 600)
        self.target.textEdited.connect(lambda _text: self.ask())

    def start(self) -> None:
        """Propose the week after, and ask what would come of it."""
        self.target.show_day(self._first + timedelta(days=7))
        self.target.setFocus()
        self.ask()

    def ask(self) -> None:
        """Ask for the plan of the chosen day."""
        day = self.target.find_day()
        self.day_name.setText("" if day is None else self._words.day_long(day))
        if day is None:
            self.deed.setEnabled(False)
            self.say(self.tr("Enter a day like {example}.").format(example=self.target.say_example()))
            return
        self.say("")
        self.preview_requested.emit({"from_day": self._first, "to_day": day, "days": self._days})

    def show_plan(self, plan: WeekPlan) -> None:
        """The answer."""
        self.plan = plan
        self.preview.show_plan(plan)
        self.deed.setEnabled(bool(plan.shows))
        self.deed.setText(self.tr("Make {count} drafts").format(count=len(plan.shows)))

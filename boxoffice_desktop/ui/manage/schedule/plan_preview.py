"""What a plan would make, before anything is written."""

from PySide6.QtWidgets import QVBoxLayout, QWidget

from boxoffice_desktop.domain.week_plan import WeekPlan
from boxoffice_desktop.services.schedule.reading import HallRow
from boxoffice_desktop.ui.manage.schedule.dialogs import ReadTable, make_label
from boxoffice_desktop.ui.manage.schedule.words import Words
from boxoffice_desktop.ui.widgets.theme import SPACE_INSIDE


class PlanPreview(QWidget):
    """The shows that would be made, and under them what finds no place and why."""

    def __init__(self, halls: tuple[HallRow, ...], words: Words, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._names = {hall.hall_id: hall.name for hall in halls}
        self._words = words
        self.summary = make_label("", "strong")
        self.shows = ReadTable([self.tr("Day"), self.tr("Time"), self.tr("Hall"), self.tr("Film"), ""], elastic=(2, 3))
        self.refused = make_label(self.tr("No place for"), "error")
        self.conflicts = ReadTable([self.tr("Day"), self.tr("Time"), self.tr("Film"), self.tr("Why")], elastic=(2, 3))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_INSIDE)
        layout.addWidget(self.summary)
        layout.addWidget(self.shows, 3)
        layout.addWidget(self.refused)
        layout.addWidget(self.conflicts, 2)
        self.show_plan(WeekPlan(shows=(), conflicts=()))

    def show_plan(self, plan: WeekPlan) -> None:
        """Show a plan."""
        words = self._words
        self.summary.setText(self.tr("Shows: {count}").format(count=len(plan.shows)))
        self.shows.show_rows(
            [
                [
                    words.day(show.day),
                    words.time(show.span.starts_at),
                    self._names.get(show.hall_id, ""),
                    show.title,
                    self._remark(show.is_prime, show.shifted_minutes),
                ]
                for show in plan.shows
            ]
        )
        self.conflicts.show_rows(
            [[words.day(each.day), f"{each.at:%H:%M}", each.title, words.conflict(each)] for each in plan.conflicts]
        )
        self.refused.setText(self.tr("No place for {count}").format(count=len(plan.conflicts)))
        self.refused.setVisible(bool(plan.conflicts))
        self.conflicts.setVisible(bool(plan.conflicts))

    def _remark(self, is_prime: bool, shifted: int) -> str:  # noqa: FBT001  two columns of a row
        parts = [self.tr("prime time")] if is_prime else []
        if shifted:
            parts.append(self.tr("{minutes:+d} min").format(minutes=shifted))
        return " · ".join(parts)

"""The forms of the schedule: a show, a generated week, a copy."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject

from boxoffice_desktop.services.schedule import planning
from boxoffice_desktop.services.schedule.drafts import ChangedShow, NewShow, ShowChange
from boxoffice_desktop.services.schedule.locking import ShowStamp
from boxoffice_desktop.services.schedule.reading import CatalogueFilm, ShowBlock
from boxoffice_desktop.services.schedule.show_prices import ShowPrices, choose_price_list, explain_show_prices
from boxoffice_desktop.ui.manage.schedule.copy_dialog import CopyDialog
from boxoffice_desktop.ui.manage.schedule.plan_dialog import PlanDialog
from boxoffice_desktop.ui.manage.schedule.price_dialog import PriceListDialog
from boxoffice_desktop.ui.manage.schedule.show_dialog import ShowDialog, ShowValues
from boxoffice_desktop.ui.manage.schedule.words import plain
from boxoffice_desktop.ui.tasks.runner import TaskRunner

if TYPE_CHECKING:
    from boxoffice_desktop.ui.manage.schedule.controller import ScheduleController
    from boxoffice_desktop.ui.manage.schedule.page import SchedulePage


class Forms(QObject):
    """Opens the forms; what they ask for goes through the controller. `say` is where refusals belong meanwhile."""

    def __init__(self, tasks: TaskRunner, page: SchedulePage, controller: ScheduleController) -> None:
        super().__init__(controller)
        self._tasks, self._page, self._controller = tasks, page, controller
        self.say: Callable[[str], None] | None = None

    def put_on_film(self, film: CatalogueFilm) -> None:
        """A show of this film, where the selected one is or in the first hall."""
        self._put_on_here(film)

    def put_on_here(self) -> None:
        """A show of the film that is chosen in the list, at the same place."""
        self._put_on_here(None)

    def _put_on_here(self, film: CatalogueFilm | None) -> None:
        schedule, block = self._page.schedule, self._page.timeline.view.selected_block()
        if schedule is None or not schedule.halls:
            return
        if block is not None:
            self.put_on(film, block.hall_id, block.span.free_at)
        else:
            self.put_on(film, schedule.halls[0].hall_id, schedule.days[0].starts_at.replace(hour=20, minute=0))

    def put_on(self, film: CatalogueFilm | None, hall_id: int, starts_at: datetime) -> None:
        """The form of a new show."""
        dialog = self._make_form(self.tr("New show"), self.tr("Put on"))
        if dialog is None:
            return
        dialog.show_new(film or self._page.catalogue.list.current_film(), hall_id, starts_at)

        def submit(values: ShowValues) -> None:
            self._controller.create(NewShow(**vars(values)), dialog.film.currentText(), dialog.accept)

        self._open_form(dialog, submit)

    def edit(self, block: ShowBlock) -> None:
        """The form of a show."""
        dialog = self._make_form(self.tr("Change the show"), self.tr("Save"))
        if dialog is None:
            return
        dialog.show_block(block)
        self._open_form(
            dialog, lambda values: self._controller.change(block, ShowChange(**vars(values)), dialog.accept)
        )

    def choose_list(self, block: ShowBlock) -> None:
        """Whose prices the show has, and another list for it."""
        self._tasks.read(
            self,
            explain_show_prices,
            {"show_id": block.show_id},
            done=self._open_list_dialog,
            failed=lambda error: self._controller.tell(error, lambda text: self._page.say(text, "error")),
            key="list",
        )

    def _open_list_dialog(self, prices: ShowPrices) -> None:
        dialog = PriceListDialog(prices, self._page.words, self._page)
        dialog.submitted.connect(lambda: self._choose(dialog, prices, prices.block))
        dialog.open()

    def _choose(self, dialog: PriceListDialog, prices: ShowPrices, block: ShowBlock) -> None:
        text = self.tr("Prices of {title} chosen").format(title=plain(block.title))
        applies_now = dialog.applies_now

        def chosen(answer: ChangedShow) -> None:
            self._controller.undo_stack.note_list_chosen(text, answer, before=prices.chosen_id, applies_now=applies_now)
            self._controller.note_written(text, answer.after.show_id)
            dialog.accept()

        arguments: dict[str, object] = {
            "show_id": block.show_id,
            "version": block.version,
            "price_list_id": dialog.chosen_id,
            "applies_now": applies_now,
        }
        self._controller.write(
            choose_price_list,
            arguments,
            chosen,
            block=block,
            again=lambda current: self._choose(dialog, prices, current),
            say=dialog.say,
        )

    def generate(self) -> None:
        """The generator, for the week in sight."""
        schedule = self._page.schedule
        if schedule is None:
            return
        films = self._page.catalogue.films
        dialog = PlanDialog(
            first_day=schedule.days[0].day, films=films, halls=schedule.halls, words=self._page.words, parent=self._page
        )
        self._open_plan(dialog, planning.preview_week)
        dialog.ask()

    def copy_days(self) -> None:
        """Copy the day or week in sight."""
        schedule = self._page.schedule
        if schedule is None:
            return
        dialog = CopyDialog(
            first_day=schedule.days[0].day,
            days=len(schedule.days),
            halls=schedule.halls,
            words=self._page.words,
            parent=self._page,
        )
        self._open_plan(dialog, planning.preview_copy)
        dialog.start()

    def _open_plan(self, dialog: PlanDialog | CopyDialog, preview: Callable[..., Any]) -> None:
        def ask(arguments: dict[str, object]) -> None:
            self._tasks.read(
                dialog,
                preview,
                arguments,
                done=dialog.show_plan,
                failed=lambda error: self._controller.tell(error, dialog.say),
                key="preview",
            )

        def made(stamps: tuple[ShowStamp, ...]) -> None:
            text = self.tr("{count} drafts made").format(count=len(stamps))
            self._controller.undo_stack.note_created(text, stamps)
            self._controller.note_written(text, None)
            dialog.accept()

        def write() -> None:
            dialog.say(self.tr("Writing…"), "muted")
            self._controller.write(planning.write_plan, {"shows": dialog.plan.shows}, made, say=dialog.say)

        dialog.preview_requested.connect(ask)
        dialog.submitted.connect(write)
        dialog.open()

    def _make_form(self, title: str, deed: str) -> ShowDialog | None:
        schedule = self._page.schedule
        if schedule is None or not schedule.halls:
            return None
        films = [film for film in self._page.catalogue.films if film.running_minutes]
        return ShowDialog(
            title,
            deed,
            halls=schedule.halls,
            films=films,
            zone=schedule.zone,
            words=self._page.words,
            parent=self._page,
        )

    def _open_form(self, dialog: ShowDialog, submit: Callable[[ShowValues], None]) -> None:
        def check() -> None:
            values = dialog.values()
            if values is not None:
                self.say = dialog.say
                submit(values)

        dialog.submitted.connect(check)
        dialog.finished.connect(self._forget_form)
        dialog.open()

    def _forget_form(self) -> None:
        self.say = None

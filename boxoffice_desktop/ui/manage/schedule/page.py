"""The manager's schedule: films on the left, the timeline in the middle, what is selected below."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Final

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QHideEvent, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QMenu, QPushButton, QToolButton, QVBoxLayout, QWidget

from boxoffice_desktop.domain.schedule import ShowStatus, first_day_of_week
from boxoffice_desktop.services.schedule.reading import Schedule, ShowBlock
from boxoffice_desktop.services.schedule.show_prices import ShowPrices
from boxoffice_desktop.ui.manage.schedule.catalogue import Catalogue
from boxoffice_desktop.ui.manage.schedule.controller import ScheduleController
from boxoffice_desktop.ui.manage.schedule.timeline import Timeline
from boxoffice_desktop.ui.manage.schedule.words import Words, plain
from boxoffice_desktop.ui.tasks.runner import TaskRunner
from boxoffice_desktop.ui.widgets.elided_label import ElidedLabel
from boxoffice_desktop.ui.widgets.theme import SPACE_BETWEEN, SPACE_INSIDE, restyle, set_icon, theme, theme_notifier

_WEEK: Final = 7
_MENU_ROOM: Final = 36


class SchedulePage(QWidget):
    """Everything of the schedule on one page.

    Signals:
        failed: an exception that the page has no words for.
    """

    failed = Signal(object)

    def __init__(self, tasks: TaskRunner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.words = Words(tasks.desk.describe().locale)
        self.timeline = Timeline(self.words)
        self.catalogue = Catalogue()
        self.days = QLabel()
        self.detail, self.prices, self.message = ElidedLabel(), QLabel(), QLabel()
        self._buttons: dict[str, QPushButton] = {}
        self.more = QToolButton()
        self.schedule: Schedule | None = None
        self.controller = ScheduleController(tasks, self)
        self._build()
        self._connect()
        self.setFocusProxy(self.timeline.view)

    def _build(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE_BETWEEN, SPACE_INSIDE, SPACE_BETWEEN, SPACE_INSIDE)
        layout.setSpacing(SPACE_INSIDE)
        layout.addLayout(self._build_bar())
        middle = QHBoxLayout()
        middle.setSpacing(SPACE_BETWEEN)
        middle.addWidget(self.catalogue)
        middle.addWidget(self.timeline, 1)
        layout.addLayout(middle, 1)
        layout.addWidget(self._build_strip())

    def _build_bar(self) -> QHBoxLayout:
        bar = QHBoxLayout()
        bar.setSpacing(4)
        self.days.setProperty("role", "title")
        texts = {
            "earlier": ("", self.tr("Earlier (Ctrl+Page up)"), "chevron-left"),
            "today": (self.tr("Today"), self.tr("Today (Ctrl+T)"), ""),
            "later": ("", self.tr("Later (Ctrl+Page down)"), "chevron-right"),
            "day": (self.tr("Day"), self.tr("One day (Ctrl+D)"), ""),
            "week": (self.tr("Week"), self.tr("A week (Ctrl+W)"), ""),
            "undo": ("", self.tr("Undo (Ctrl+Z)"), "undo"),
            "copy": (self.tr("Copy…"), self.tr("Copy the day or week (Ctrl+Shift+C)"), ""),
            "plan": (self.tr("Generate…"), self.tr("Generate a week (Ctrl+G)"), ""),
            "sell": (self.tr("Put on sale"), self.tr("Put all drafts in sight on sale (Ctrl+Shift+S)"), ""),
        }
        for name, (text, tip, icon_name) in texts.items():
            button = QPushButton(text)
            button.setToolTip(tip)
            button.setAccessibleName(tip)
            if icon_name:
                set_icon(button, icon_name)
            self._buttons[name] = button
        self._buttons["sell"].setProperty("kind", "primary")
        for name in ("day", "week"):
            self._buttons[name].setCheckable(True)
        for name in ("earlier", "today", "later"):
            bar.addWidget(self._buttons[name])
        bar.addSpacing(SPACE_INSIDE)
        bar.addWidget(self.days)
        bar.addStretch(1)
        for name in ("day", "week"):
            bar.addWidget(self._buttons[name])
        bar.addSpacing(SPACE_INSIDE)
        for name in ("undo", "copy", "plan", "sell"):
            bar.addWidget(self._buttons[name])
        bar.addWidget(self._build_more())
        return bar

    def _build_more(self) -> QToolButton:
        self.more.setText(self.tr("More"))
        # Else a narrow window would leave three dots of it.
        self.more.setMinimumWidth(self.more.fontMetrics().horizontalAdvance(self.more.text()) + _MENU_ROOM)
        self.more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(self.more)
        # The keys stand beside the words; the page's own shortcuts are what they press.
        menu.addAction(self.tr("New show…") + "\tCtrl+N", self.controller.forms.put_on_here)
        menu.addAction(self.tr("Poster as PDF…") + "\tCtrl+P", self.controller.show_poster)
        menu.addAction(self.tr("Calendar file (iCalendar)…") + "\tCtrl+I", self.controller.save_calendar)
        menu.addSeparator()
        menu.addAction(self.tr("Cancelled shows to pay back…") + "\tCtrl+R", self.controller.show_due_refunds)
        self.more.setMenu(menu)
        return self.more

    def _build_strip(self) -> QFrame:
        strip = QFrame()
        strip.setProperty("card", True)
        # Always as high: a timeline that changes its size while a show is in the hand lets it fall.
        self._strip = strip
        self._fit_strip()
        theme_notifier().changed.connect(self._fit_strip)
        row = QHBoxLayout(strip)
        row.setContentsMargins(12, 0, 12, 0)
        row.setSpacing(SPACE_BETWEEN)
        for label in (self.detail, self.prices, self.message):
            label.setTextFormat(Qt.TextFormat.PlainText)
        row.addWidget(self.detail, 1)
        row.addWidget(self.prices)
        row.addWidget(self.message)
        self.say("")
        self.show_detail(None)
        return strip

    def _fit_strip(self) -> None:
        self._strip.setFixedHeight(theme().control_height)

    def _connect(self) -> None:
        control, view = self.controller, self.timeline.view
        acts = {
            "earlier": ("Ctrl+PgUp", lambda: control.step(-1)),
            "today": ("Ctrl+T", control.go_today),
            "later": ("Ctrl+PgDown", lambda: control.step(1)),
            "day": ("Ctrl+D", lambda: control.show_days(1)),
            "week": ("Ctrl+W", lambda: control.show_days(_WEEK)),
            "undo": ("Ctrl+Z", control.undo),
            "copy": ("Ctrl+Shift+C", control.forms.copy_days),
            "plan": ("Ctrl+G", control.forms.generate),
            "sell": ("Ctrl+Shift+S", control.put_drafts_on_sale),
        }
        for name, (keys, act) in acts.items():
            self._buttons[name].clicked.connect(act)
            self._add_key(keys, act)
        for keys, act in (
            ("Ctrl+N", control.forms.put_on_here),
            ("Ctrl+Shift+F", self.catalogue.search.setFocus),
            ("Ctrl+P", control.show_poster),
            ("Ctrl+I", control.save_calendar),
            ("Ctrl+R", control.show_due_refunds),
            ("Ctrl++", lambda: self.timeline.zoom(1)),
            ("Ctrl+=", lambda: self.timeline.zoom(1)),
            ("Ctrl+-", lambda: self.timeline.zoom(-1)),
        ):
            self._add_key(keys, act)
        view.selected.connect(self._on_selected)
        view.carried.connect(control.put_down)
        view.refused.connect(lambda text: self.say(text, "error"))
        view.edit_requested.connect(control.forms.edit)
        view.discard_requested.connect(control.discard)
        view.prices_requested.connect(control.forms.choose_list)
        view.sell_requested.connect(control.toggle_sales)
        view.new_requested.connect(lambda row, at: control.forms.put_on(None, row.hall.hall_id, at))
        view.menu_requested.connect(self._on_menu_requested)
        self.catalogue.searched.connect(control.search_films)
        self.catalogue.put_on_requested.connect(control.forms.put_on_film)
        control.failed.connect(self.failed)

    def _add_key(self, keys: str, act: Callable[[], object]) -> None:
        shortcut = QShortcut(QKeySequence(keys), self, context=Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(act)

    def on_hint(self, _show_id: int | None) -> None:
        """Somebody changed or sold something: what is on the screen is read again in a moment."""
        self.controller.refresh_soon()

    def come_back(self) -> None:
        """The connection was gone and is back."""
        self.controller.refresh_soon()

    def leave(self) -> None:
        """The page is about to be closed."""
        self.controller.rest()

    def may_leave(self) -> bool:
        """Always: what was asked for is written, the rest was only looked at."""
        return True

    def show_schedule(self, schedule: Schedule) -> None:
        """Show days that were read."""
        is_first = self.schedule is None
        self.schedule = schedule
        first, last = schedule.days[0].day, schedule.days[-1].day
        self.days.setText(self.words.days(first, last))
        self._buttons["day"].setChecked(len(schedule.days) == 1)
        self._buttons["week"].setChecked(len(schedule.days) > 1)
        drafts = sum(block.status is ShowStatus.DRAFT for block in schedule.blocks)
        self._buttons["sell"].setText(
            self.tr("Put {count} on sale").format(count=drafts) if drafts else self.tr("Put on sale")
        )
        self._buttons["sell"].setEnabled(bool(drafts))
        self.timeline.show_schedule(schedule)
        self.show_detail(self.timeline.view.selected_block())
        if is_first and self.isVisible():
            self.timeline.view.setFocus()

    def show_undo(self, text: str) -> None:
        """What undo would take back; empty when there is nothing."""
        self._buttons["undo"].setEnabled(bool(text))
        self._buttons["undo"].setToolTip(self.tr("Undo: {what} (Ctrl+Z)").format(what=text) if text else "")

    def show_detail(self, block: ShowBlock | None) -> None:
        """Describe what is selected; without anything say what can be done."""
        self.prices.setText("")
        if block is not None:
            self.detail.setText(f"{plain(block.title)} · {self.words.describe(block)}")
            self.controller.read_prices(block)
        elif self.schedule is not None and not self.schedule.halls:
            self.detail.setText(self.tr("There is no hall yet: draw one under Halls."))
        elif self.schedule is not None and not self.schedule.blocks:
            self.detail.setText(self.tr("Nothing on yet. Drag a film here, generate a week (Ctrl+G) or copy another."))
        else:
            self.detail.setText(
                self.tr("Arrows choose a show, then move it · Enter changes · C copies · Del takes a draft off")
            )

    def show_prices(self, prices: ShowPrices) -> None:
        """Say whose prices the selected show has."""
        block = self.timeline.view.selected_block()
        if block is None or block.show_id != prices.block.show_id:
            return
        applies = prices.applies
        if applies is None:
            text = self.tr("No price list holds")
        elif prices.chosen_id is not None:
            text = self.tr("Prices: {list}, chosen").format(list=applies.details.draft.name)
        else:
            text = self.tr("Prices: {list}").format(list=applies.details.draft.name)
        self.prices.setText(text)

    def say(self, text: str, role: str = "muted") -> None:
        """Tell what happened or why something is refused."""
        self.message.setText(text)
        self.message.setProperty("role", role)
        restyle(self.message)

    def list_keys(self) -> tuple[tuple[str, str], ...]:
        """The keys of the page, for the help."""
        return (
            (self.tr("Arrows"), self.tr("Choose the first show; move the chosen one by 5 minutes or to another hall")),
            (self.tr("Shift+Left, Right"), self.tr("Move it by 15 minutes")),
            (self.tr("Ctrl+Arrows"), self.tr("Choose another show")),
            (self.tr("+ and -"), self.tr("Longer or shorter break")),
            (self.tr("Enter, Esc"), self.tr("Put it down, or change the show; let it fall")),
            ("C", self.tr("Copy; arrows and Enter place it")),
            (self.tr("Del"), self.tr("Take a draft off the schedule")),
            ("P", self.tr("Whose prices the show has; another list for it")),
            ("S", self.tr("Put the show on sale, or close its sales")),
            (
                self.tr("Menu key, Shift+F10"),
                self.tr("All of this and: back to draft, cancel, move with tickets, contacts"),
            ),
            ("Ctrl+N", self.tr("New show; on a film in the list Enter does it")),
            ("Ctrl+Shift+F", self.tr("Search films")),
            ("Ctrl+Z", self.tr("Undo the last change")),
            (self.tr("Ctrl+G, Ctrl+Shift+C"), self.tr("Generate a week; copy the days in sight")),
            ("Ctrl+Shift+S", self.tr("Put all drafts in sight on sale")),
            (self.tr("Ctrl+D, Ctrl+W"), self.tr("One day or a week")),
            (self.tr("Ctrl+Page up, down"), self.tr("The days before or after")),
            ("Ctrl+T", self.tr("Today")),
            (self.tr("Ctrl+Plus, Minus"), self.tr("Wider or narrower hours")),
            (self.tr("Ctrl+P, Ctrl+I"), self.tr("Poster; calendar file")),
            ("Ctrl+R", self.tr("Cancelled shows that have to be paid back")),
        )

    def _on_selected(self, block: ShowBlock | None) -> None:
        self.say("")
        self.show_detail(block)

    def _on_menu_requested(self, block: ShowBlock, place: QPoint) -> None:
        self.build_menu(block).popup(place)

    def build_menu(self, block: ShowBlock) -> QMenu:
        """What can be done with a show now."""
        control = self.controller
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        is_draft, status = block.status is ShowStatus.DRAFT, block.status
        if status is not ShowStatus.CANCELLED:
            menu.addAction(self.tr("Change…"), lambda: control.forms.edit(block))
            menu.addAction(self.tr("Prices…"), lambda: control.forms.choose_list(block))
        menu.addAction(self.tr("Copy"), self.timeline.view.copy_selected)
        if is_draft or status is ShowStatus.CLOSED:
            menu.addAction(self.tr("Put on sale"), lambda: control.set_status(block, ShowStatus.ON_SALE))
        if status is ShowStatus.ON_SALE:
            menu.addAction(self.tr("Close sales"), lambda: control.set_status(block, ShowStatus.CLOSED))
        if status is ShowStatus.ON_SALE and not block.sold:
            menu.addAction(self.tr("Back to draft"), lambda: control.set_status(block, ShowStatus.DRAFT))
        if block.sold and status is not ShowStatus.CANCELLED:
            menu.addAction(self.tr("Move with tickets…"), lambda: control.move_with_tickets(block))
        if is_draft:
            menu.addSeparator()
            menu.addAction(self.tr("Take off the schedule"), lambda: control.discard(block))
        elif status is not ShowStatus.CANCELLED:
            menu.addSeparator()
            menu.addAction(self.tr("Cancel the show…"), lambda: control.ask_cancel(block))
        else:
            menu.addAction(self.tr("Whom it concerns…"), lambda: control.show_affected(block))
        return menu

    def first_day_of(self, day: date, days: int) -> date:
        """The first day on the screen when `day` is to be seen."""
        return first_day_of_week(day, 0) if days == _WEEK else day

    def end_of(self, first: date, days: int) -> date:
        """The last day on the screen."""
        return first + timedelta(days=days - 1)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.controller.wake()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.controller.rest()

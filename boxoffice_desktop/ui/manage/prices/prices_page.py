"""Prices: lists with their grid and the reasons, ticket types, tax rates, and shows that sell at earlier prices."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QLabel, QTabWidget, QVBoxLayout, QWidget

from boxoffice_desktop.documents.formatting import format_date_time
from boxoffice_desktop.domain.edits import InvalidFieldsError, StaleEditError
from boxoffice_desktop.domain.film_editing import FilmLine
from boxoffice_desktop.domain.price_editing import PriceListDraft, TicketTypeDraft
from boxoffice_desktop.services import films, price_lists, repricing
from boxoffice_desktop.services.clock import ClockReading, read_clock_difference
from boxoffice_desktop.services.price_lists import (
    AreaName,
    PriceBook,
    PriceListDetails,
    TaxRateDetails,
    TicketTypeDetails,
)
from boxoffice_desktop.services.repricing import AffectedShow
from boxoffice_desktop.ui.manage.prices.differences import list_differences
from boxoffice_desktop.ui.manage.prices.explain_panel import ExplainPanel
from boxoffice_desktop.ui.manage.prices.list_editor import ListEditor
from boxoffice_desktop.ui.manage.prices.promotions_tab import PromotionsTab
from boxoffice_desktop.ui.manage.prices.record_tab import RecordTab
from boxoffice_desktop.ui.manage.prices.reprice_tab import RepriceTab
from boxoffice_desktop.ui.manage.prices.type_tab import make_area_tab, make_rate_tab, make_type_tab
from boxoffice_desktop.ui.tasks.runner import TaskRunner
from boxoffice_desktop.ui.widgets.dialogs import ChoiceDialog, StaleDialog, ask_unsaved, make_button, say_unsaved
from boxoffice_desktop.ui.widgets.price_words import describe_rules
from boxoffice_desktop.ui.widgets.rows_model import Column, RowsModel, RowsTable
from boxoffice_desktop.ui.widgets.theme import SPACE_BETWEEN, SPACE_INSIDE

_SHOWS_TAB = 4
_LISTS_WIDTH, _EXPLAIN_WIDTH = 240, 264


class PricesPage(QWidget):
    """A page of the window.

    Signals:
        message_posted: an exception that the shell's presenter words and shows.
        told: a sentence of good news.
    """

    message_posted = Signal(object)
    told = Signal(str)

    def __init__(self, tasks: TaskRunner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tasks = tasks
        facts = tasks.desk.describe()
        self._locale, self._currency = facts.locale, facts.currency
        self._zone = ZoneInfo(facts.time_zone)
        self._book: PriceBook | None = None
        self.lists: RowsModel[PriceListDetails] = RowsModel(self._list_columns(), self)
        self.table = RowsTable(self.lists, self.tr("Price lists"))
        self.editor = ListEditor(self._currency, self._locale)
        self.explain = ExplainPanel(self._currency, self._locale)
        self.types, self.rates, self.areas = make_type_tab(), make_rate_tab(), make_area_tab()
        self.reprice = RepriceTab(self._locale)
        self.promotions = PromotionsTab(tasks)
        self.tabs = QTabWidget()
        self._build()
        self._connect()
        self._tasks.read(self, read_clock_difference, {}, done=self._on_clock_read, failed=self._fail)
        self._tasks.read(self, films.list_films, {}, done=self._on_films_read, failed=lambda _error: None)
        self.reload()

    def reload(self) -> None:
        """Read all prices again."""
        self._tasks.read(self, price_lists.get_price_book, {}, done=self._on_book_read, failed=self._fail, key="book")
        self._tasks.read(
            self, repricing.list_shows_to_reprice, {}, done=self._on_shows_read, failed=self._fail, key="shows"
        )

    def may_leave(self) -> bool:
        """Whether nothing is unsaved; what is comes into sight."""
        found = self._find_unsaved()
        if found is not None:
            self.tabs.setCurrentIndex(found)
        return found is None

    def leave(self) -> None:
        """Nothing is held."""

    def describe_unsaved(self) -> str:
        """What is not saved, for who wants to leave."""
        found = self._find_unsaved()
        tab = (None, self.types, self.rates, self.areas, None, self.promotions)[found or 0]
        return say_unsaved(tab.what if tab is not None else self.tr("the price list"))

    def _find_unsaved(self) -> int | None:
        """The first tab with something that is not saved."""
        tabs = (self.editor, self.types, self.rates, self.areas, None, self.promotions)
        unsaved = [tab is not None and tab.is_dirty for tab in tabs]
        return next((place for place, is_dirty in enumerate(unsaved) if is_dirty), None)

    def list_keys(self) -> Sequence[tuple[str, str]]:
        """The keys of this page, for the help."""
        return (
            (self.tr("Arrows, digits"), self.tr("Move in the grid, type a price")),
            ("Ctrl+C, Ctrl+V", self.tr("Copy and paste prices, also from a spreadsheet")),
            ("Delete", self.tr("Empty the cells: not sold")),
            ("Ctrl+N", self.tr("New")),
            ("Ctrl+S", self.tr("Save")),
        )

    def add_list(self, draft: PriceListDraft | None = None) -> None:
        """Begin a new price list, as a copy of `draft` if given."""
        if self._book is None:
            return
        first_rate = self._book.tax_rates[0].tax_rate_id if self._book.tax_rates else 0
        start = replace(draft, name=f"{draft.name} 2") if draft else PriceListDraft(name="", tax_rate_id=first_rate)
        self.table.clearSelection()
        self.table.setCurrentIndex(QModelIndex())
        self.editor.show_list(self._book, start, None)
        self.editor.form.focus_field("name")

    def _list_columns(self) -> list[Column[PriceListDetails]]:
        def when(each: PriceListDetails) -> str:
            if not each.draft.is_active:
                return self.tr("out of use")
            return describe_rules(each.draft, each.movie_title, self._locale)

        return [
            Column(title=self.tr("List"), text=lambda each: f"{each.draft.name}\n{when(each)}", width=0),
            Column(title=self.tr("Prio"), text=lambda each: str(each.draft.priority), width=4, is_number=True),
        ]

    def _build(self) -> None:
        title = QLabel(self.tr("Prices"))
        title.setProperty("role", "title")
        new = make_button(self.tr("New price list"), self._on_new_clicked, "primary", tip="Ctrl+N")
        self.table.verticalHeader().setDefaultSectionSize(52)
        lists = QVBoxLayout()
        lists.setSpacing(SPACE_INSIDE)
        lists.addWidget(self.table, 1)
        lists.addWidget(new)
        self.table.setFixedWidth(_LISTS_WIDTH)
        self.explain.setFixedWidth(_EXPLAIN_WIDTH)
        first = QWidget()
        row = QHBoxLayout(first)
        row.setContentsMargins(0, SPACE_INSIDE, 0, 0)
        row.setSpacing(SPACE_BETWEEN)
        row.addLayout(lists)
        row.addWidget(self.editor, 1)
        row.addWidget(self.explain)
        self.tabs.setDocumentMode(True)
        self.tabs.addTab(first, self.tr("Price lists"))
        self.tabs.addTab(self.types, self.tr("Ticket types"))
        self.tabs.addTab(self.rates, self.tr("Tax rates"))
        self.tabs.addTab(self.areas, self.tr("Areas"))
        self.tabs.addTab(self.reprice, self.tr("Shows on sale"))
        self.tabs.addTab(self.promotions, self.tr("Promotions"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE_BETWEEN, SPACE_BETWEEN, SPACE_BETWEEN, SPACE_BETWEEN)
        layout.setSpacing(SPACE_INSIDE)
        layout.addWidget(title)
        layout.addWidget(self.tabs, 1)
        self.setFocusProxy(self.table)

    def _connect(self) -> None:
        self.table.selectionModel().currentRowChanged.connect(self._on_list_chosen)
        self.editor.save_requested.connect(self._save_list)
        self.editor.revert_requested.connect(self._revert)
        self.editor.copy_requested.connect(self.add_list)
        self.explain.asked.connect(self._ask_price)
        self.promotions.message_posted.connect(self.message_posted)
        self.promotions.told.connect(self.told)
        self.types.save_requested.connect(self._save_type)
        self.rates.save_requested.connect(self._save_rate)
        self.areas.save_requested.connect(self._save_area)
        self.reprice.apply_requested.connect(self._ask_apply)
        for keys, act in (("Ctrl+S", self._save_current), ("Ctrl+N", self._start_new)):
            shortcut = QShortcut(QKeySequence(keys), self, context=Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(act)

    def _save_current(self) -> None:
        (self.editor.save, self.types.save, self.rates.save, self.areas.save, lambda: None, self.promotions.save)[
            self.tabs.currentIndex()
        ]()

    def _start_new(self) -> None:
        (
            self._on_new_clicked,
            self.types.start_new,
            self.rates.start_new,
            self.areas.start_new,
            lambda: None,
            self.promotions.start_new,
        )[self.tabs.currentIndex()]()

    def _on_new_clicked(self) -> None:
        self._guard(self.add_list)

    def _on_clock_read(self, reading: ClockReading) -> None:
        self.explain.show_day(reading.database_now.date())

    def _on_films_read(self, found: tuple[FilmLine, ...]) -> None:
        self.editor.show_films(found)
        self.explain.show_films(found)
        self.promotions.show_films(found)

    def _on_book_read(self, book: PriceBook) -> None:
        self._book = book
        shown = self.editor.details.price_list_id if self.editor.details else None
        is_dirty = self.editor.is_dirty
        selection = self.table.selectionModel()
        was_blocked = selection.blockSignals(True)
        self.lists.show_rows(book.lists)
        row = next((row for row, each in enumerate(book.lists) if each.price_list_id == shown), 0)
        if book.lists and not (is_dirty and shown is None):
            self.table.select_row(row)
        selection.blockSignals(was_blocked)
        if book.lists and not is_dirty:
            self._show_list(book.lists[row])
        self.types.show_records(book.ticket_types, lambda a, b: a.ticket_type_id == b.ticket_type_id)
        self.rates.show_records(book.tax_rates, lambda a, b: a.tax_rate_id == b.tax_rate_id)
        self.areas.show_records(book.areas, lambda a, b: a.area_id == b.area_id)
        self.explain.show_book(book)
        self.promotions.show_book(book)

    def _on_shows_read(self, shows: tuple[AffectedShow, ...]) -> None:
        self.reprice.show_shows(shows)
        title = self.tr("Shows on sale")
        self.tabs.setTabText(
            _SHOWS_TAB, self.tr("{title} ({count})").format(title=title, count=len(shows)) if shows else title
        )

    def _on_list_chosen(self, current: QModelIndex, previous: QModelIndex) -> None:
        chosen = self.lists.row_at(current)
        if chosen is None or (self.editor.details and chosen.price_list_id == self.editor.details.price_list_id):
            return
        if self.editor.is_dirty:
            selection = self.table.selectionModel()
            was_blocked = selection.blockSignals(True)
            self.table.setCurrentIndex(previous)
            selection.blockSignals(was_blocked)
        self._guard(lambda: self._show_list(chosen))

    def _show_list(self, details: PriceListDetails) -> None:
        if self._book is not None:
            self.editor.show_list(self._book, details.draft, details)

    def _revert(self) -> None:
        if self.editor.details is not None:
            self._show_list(self.editor.details)
        elif self._book is not None and self._book.lists:
            self.table.select_row(0)
            self._show_list(self._book.lists[0])

    def _guard(self, go_on: Callable[[], object]) -> None:
        if not self.editor.is_dirty:
            go_on()
            return

        def discard() -> None:
            self.editor.set_dirty(dirty=False)
            go_on()

        ask_unsaved(self.tr("the price list"), save=self.editor.save, discard=discard, parent=self)

    def _save_list(self, draft: PriceListDraft, version: int | None = None) -> None:
        details = self.editor.details
        arguments = {
            "draft": draft,
            "price_list_id": details.price_list_id if details else None,
            "version": version or (details.version if details else None),
        }

        def fail(error: Exception) -> None:
            if isinstance(error, InvalidFieldsError):
                self.editor.show_problems(error.problems)
            elif isinstance(error, StaleEditError) and isinstance(error.current, PriceListDetails):
                self._ask_stale(error, error.current, draft)
            else:
                self._fail(error)

        self._tasks.write(self, price_lists.save_price_list, arguments, done=self._on_list_saved, failed=fail)

    def _on_list_saved(self, details: PriceListDetails) -> None:
        self._show_list(details)
        self.told.emit(self.tr("{name} is saved. Shows on sale keep their prices.").format(name=details.draft.name))
        self.reload()

    def _ask_stale(self, error: StaleEditError, current: PriceListDetails, draft: PriceListDraft) -> None:
        films = {movie_id: title for title, movie_id in self.editor.films.items()}
        if current.draft.movie_id is not None:
            films[current.draft.movie_id] = current.movie_title
        StaleDialog(
            self._describe_other(error),
            list_differences(draft, current.draft, self._book, films, currency=self._currency, locale=self._locale),
            keep_mine=lambda: self._save_list(draft, current.version),
            take_theirs=partial(self._take_theirs, self._show_list, current),
            parent=self,
        ).open()

    def _take_theirs(self, show: Callable[[Any], None], current: Any) -> None:
        show(current)
        self.reload()

    def _describe_other(self, error: StaleEditError) -> str:
        text = self.tr("{person} saved this while you worked on it").format(person=error.changed_by)
        if not isinstance(error.changed_at, datetime):
            return f"{text}."
        return f"{text} ({format_date_time(error.changed_at.astimezone(self._zone), self._locale)})."

    def _save_type(self, draft: TicketTypeDraft, record: TicketTypeDetails | None, version: int | None = None) -> None:
        arguments = {
            "draft": draft,
            "ticket_type_id": record.ticket_type_id if record else None,
            "version": version or (record.version if record else None),
        }
        self._write_record(self.types, price_lists.save_ticket_type, arguments, draft)

    def _save_rate(self, draft: tuple[str, int], record: TaxRateDetails | None) -> None:
        arguments = {
            "name": draft[0],
            "basis_points": draft[1],
            "tax_rate_id": record.tax_rate_id if record else None,
            "version": record.version if record else None,
        }
        self._write_record(self.rates, price_lists.save_tax_rate, arguments, draft)

    def _save_area(self, draft: tuple[str, str, int], record: AreaName | None) -> None:
        arguments = {"name": draft[0], "letter": draft[1], "colour": draft[2], "was": record}
        self._write_record(self.areas, price_lists.save_area, arguments, draft)

    def _write_record(
        self, tab: RecordTab, operation: Callable[..., Any], arguments: dict[str, Any], draft: object
    ) -> None:
        def take(record: Any) -> None:
            tab.show_record(record)
            self.told.emit(self.tr("Saved."))
            self.reload()

        def fail(error: Exception) -> None:
            if isinstance(error, InvalidFieldsError):
                tab.form.show_problems(error.problems)
            elif isinstance(error, StaleEditError):
                current: Any = error.current
                again = arguments | ({"was": current} if "was" in arguments else {"version": current.version})
                StaleDialog(
                    self._describe_other(error),
                    tab.list_differences(draft, current),
                    keep_mine=lambda: self._write_record(tab, operation, again, draft),
                    take_theirs=partial(self._take_theirs, tab.show_record, current),
                    parent=self,
                ).open()
            else:
                self._fail(error)

        self._tasks.write(self, operation, arguments, done=take, failed=fail)

    def _ask_price(self, question: dict[str, object]) -> None:
        self._tasks.read(
            self,
            repricing.explain_price,
            question,
            done=self.explain.show_explanation,
            failed=lambda error: self.explain.show_failure(str(error)),
            key="explain",
        )

    def _ask_apply(self, shows: tuple[AffectedShow, ...]) -> None:
        sold = sum(show.sold for show in shows)
        text = self.tr("{count} shows sell at the new prices from now on. {sold} tickets are sold and keep theirs.")
        dialog = ChoiceDialog(self.tr("Apply the new prices?"), text.format(count=len(shows), sold=f"{sold:,}"), self)
        arguments = {"show_ids": tuple(show.show_id for show in shows)}

        def apply() -> None:
            self._tasks.write(self, repricing.reapply_prices, arguments, done=self._on_applied, failed=self._fail)

        dialog.add_button(self.tr("Apply"), apply, "primary")
        dialog.open()

    def _on_applied(self, count: int) -> None:
        self.told.emit(self.tr("{count} shows have the new prices.").format(count=count))
        self.reload()

    def _fail(self, error: Exception) -> None:
        self.message_posted.emit(error)

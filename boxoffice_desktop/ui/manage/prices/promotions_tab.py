"""Promotions with their codes, and the booking fee: one tab of the prices."""

from functools import partial
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QVBoxLayout, QWidget

from boxoffice_desktop.documents.formatting import format_amount, parse_amount
from boxoffice_desktop.domain.edits import InvalidFieldsError, StaleEditError
from boxoffice_desktop.domain.errors import InvalidInputError
from boxoffice_desktop.domain.film_editing import FilmLine
from boxoffice_desktop.domain.promotions import PromotionDraft
from boxoffice_desktop.services import promotions
from boxoffice_desktop.services.price_lists import PriceBook
from boxoffice_desktop.services.promotions import FeeDetails, PromotionDetails, ShowOption
from boxoffice_desktop.ui.manage.prices.codes_dialog import CodesDialog
from boxoffice_desktop.ui.manage.prices.promotion_form import PromotionRecords
from boxoffice_desktop.ui.tasks.runner import TaskRunner
from boxoffice_desktop.ui.widgets.dialogs import StaleDialog, make_button
from boxoffice_desktop.ui.widgets.form import Form
from boxoffice_desktop.ui.widgets.theme import SPACE_BETWEEN


class PromotionsTab(QWidget):
    """Reads by itself when it comes into sight.

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
        self._currency, self._locale = facts.currency, facts.locale
        self.records = PromotionRecords(self._currency, self._locale)
        self._fee = FeeDetails()
        self._build()

    @property
    def is_dirty(self) -> bool:
        """Whether something typed is not saved."""
        return self.records.is_dirty

    @property
    def what(self) -> str:
        return self.records.what

    def save(self) -> None:
        """Save the promotion that is in the form."""
        self.records.save()

    def start_new(self) -> None:
        """Begin a promotion."""
        self.records.start_new()

    def show_book(self, book: PriceBook) -> None:
        """Offer the venue's ticket types and tax rates."""
        self.records.fields.show_types([each for each in book.ticket_types if each.draft.is_active])
        if not self.records.is_dirty and self.records.record is not None:
            self.records.show_record(self.records.record)
        chosen = self._rate.currentData()
        self._rate.clear()
        for rate in book.tax_rates:
            self._rate.addItem(rate.name, rate.tax_rate_id)
        self._rate.setCurrentIndex(max(0, self._rate.findData(chosen or self._fee.tax_rate_id)))

    def show_films(self, films: tuple[FilmLine, ...]) -> None:
        """Offer these films."""
        self.records.fields.show_films(films)

    def reload(self) -> None:
        """Read promotions and fee again."""
        read = self._tasks.read
        failed = self.message_posted.emit
        read(self, promotions.list_promotions, {}, done=self._on_promotions_read, failed=failed, key="promotions")
        read(self, promotions.list_show_options, {}, done=self._on_shows_read, failed=failed, key="show options")
        read(self, promotions.get_fee, {}, done=self._on_fee_read, failed=failed, key="fee")

    def _build(self) -> None:
        self.fee_form = Form(columns=2)
        self.fee_form.add_line("amount", self.tr("Booking fee for each ticket; 0 for none"))
        self._rate = QComboBox()
        self.fee_form.add("tax_rate_id", self.tr("Tax rate of the fee"), self._rate)
        self.fee_form.setFixedWidth(420)
        self.codes_button = make_button(self.tr("Codes…"), self._on_codes_clicked)
        bottom = QHBoxLayout()
        bottom.setSpacing(SPACE_BETWEEN)
        bottom.addWidget(self.codes_button)
        bottom.addStretch(1)
        bottom.addWidget(self.fee_form)
        bottom.addWidget(make_button(self.tr("Set the fee"), self.save_fee))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.records, 1)
        column.addLayout(bottom)
        self.records.save_requested.connect(self._save)
        self.records.table.selectionModel().currentRowChanged.connect(lambda *_: self._enable())
        self._enable()

    def save_fee(self) -> None:
        """Set the fee, or say at the field what is wrong."""
        try:
            amount = parse_amount(self.fee_form.text("amount") or "0", self._currency, self._locale)
        except InvalidInputError as error:
            self.fee_form.show_problems({"amount": str(error)})
            return
        arguments = {"amount": amount, "tax_rate_id": self._rate.currentData() or 0, "version": self._fee.version}

        def take(fee: FeeDetails) -> None:
            self._on_fee_read(fee)
            self.told.emit(self.tr("The booking fee is set."))

        def fail(error: Exception) -> None:
            if isinstance(error, InvalidFieldsError):
                self.fee_form.show_problems(error.problems)
            else:
                self.message_posted.emit(error)
                self.reload()

        self._tasks.write(self, promotions.save_fee, arguments, done=take, failed=fail)

    def _save(self, draft: PromotionDraft, record: PromotionDetails | None, version: int | None = None) -> None:
        arguments = {
            "draft": draft,
            "promotion_id": record.promotion_id if record else None,
            "version": version or (record.version if record else None),
        }

        def fail(error: Exception) -> None:
            if isinstance(error, InvalidFieldsError):
                self.records.form.show_problems(error.problems)
            elif isinstance(error, StaleEditError) and isinstance(error.current, PromotionDetails):
                self._ask_stale(error, error.current, draft)
            else:
                self.message_posted.emit(error)

        self._tasks.write(self, promotions.save_promotion, arguments, done=self._on_saved, failed=fail)

    def _ask_stale(self, error: StaleEditError, current: PromotionDetails, draft: PromotionDraft) -> None:
        StaleDialog(
            self.tr("{person} saved this while you worked on it.").format(person=error.changed_by),
            self.records.list_differences(draft, current),
            keep_mine=lambda: self._save(draft, current, current.version),
            take_theirs=partial(self._take, current),
            parent=self,
        ).open()

    def _take(self, record: Any) -> None:
        self.records.show_record(record)
        self.reload()

    def _on_saved(self, record: PromotionDetails) -> None:
        self._take(record)
        self.told.emit(self.tr("{name} is saved, and every till knows it.").format(name=record.draft.name))

    def _on_promotions_read(self, found: tuple[PromotionDetails, ...]) -> None:
        self.records.show_records(found, lambda a, b: a.promotion_id == b.promotion_id)
        self._enable()

    def _on_shows_read(self, found: tuple[ShowOption, ...]) -> None:
        self.records.fields.show_shows(found)
        if not self.records.is_dirty and self.records.record is not None:
            self.records.show_record(self.records.record)

    def _on_fee_read(self, fee: FeeDetails) -> None:
        self._fee = fee
        self.fee_form.show_problems({})
        self.fee_form.set_text("amount", format_amount(fee.amount, self._currency, self._locale))
        place = self._rate.findData(fee.tax_rate_id)
        if place >= 0:
            self._rate.setCurrentIndex(place)

    def _on_codes_clicked(self) -> None:
        record = self.records.record
        if record is not None:
            dialog = CodesDialog(self._tasks, record, self._locale, self)
            dialog.failed.connect(self.message_posted)
            dialog.open()

    def _enable(self) -> None:
        record = self.records.record
        self.codes_button.setEnabled(record is not None and record.draft.needs_code)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.reload()

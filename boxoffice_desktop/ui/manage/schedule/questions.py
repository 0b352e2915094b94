"""What the schedule asks a person, and the lists it shows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSaveFile
from PySide6.QtWidgets import QFileDialog

from boxoffice_desktop.documents.formatting import format_money
from boxoffice_desktop.domain.schedule import ShowStatus
from boxoffice_desktop.services.schedule import publishing
from boxoffice_desktop.services.schedule.affected import (
    AffectedSale,
    ContactForm,
    ContactWords,
    export_affected,
    list_affected_sales,
)
from boxoffice_desktop.services.schedule.moves import preview_move
from boxoffice_desktop.services.schedule.moving import MovedShow, move_sold_show
from boxoffice_desktop.services.schedule.reading import ShowBlock
from boxoffice_desktop.services.schedule.status import DueRefund, StatusReport, list_due_refunds
from boxoffice_desktop.ui.manage.schedule.dialogs import AskDialog, ListDialog, make_label
from boxoffice_desktop.ui.manage.schedule.move_dialog import MoveDialog
from boxoffice_desktop.ui.manage.schedule.refund_run import RefundRunDialog
from boxoffice_desktop.ui.manage.schedule.words import plain
from boxoffice_desktop.ui.tasks.runner import TaskRunner
from boxoffice_desktop.ui.widgets.pdf_preview import PdfPreview
from boxoffice_desktop.ui.widgets.printers import list_printers

if TYPE_CHECKING:
    from boxoffice_desktop.ui.manage.schedule.controller import ScheduleController
    from boxoffice_desktop.ui.manage.schedule.page import SchedulePage


class Questions(QObject):
    """Opens the dialogs of the page; each lives until it is closed."""

    def __init__(self, tasks: TaskRunner, page: SchedulePage, controller: ScheduleController) -> None:
        super().__init__(controller)
        self._tasks, self._page, self._controller = tasks, page, controller

    def ask_stale(self, mine: ShowBlock, current: ShowBlock | None, again: Callable[[ShowBlock], object]) -> None:
        """Somebody else was quicker: show what they did, and ask whether to go on."""
        title = self.tr("Somebody else changed this show")
        deed = self.tr("Make my change too") if current is not None else ""
        dialog = AskDialog(title, deed, self._page, kind="danger")
        dialog.way_out.setText(self.tr("Leave it as it is"))
        words = self._page.words
        dialog.body.addWidget(make_label(self.tr("You saw: {show}").format(show=words.describe(mine)), "muted"))
        if current is None:
            dialog.body.addWidget(make_label(self.tr("It is off the schedule now.")))
        else:
            text = self.tr("Now it is: {title} · {show}").format(
                title=plain(current.title), show=words.describe(current)
            )
            dialog.body.addWidget(make_label(text))
            dialog.submitted.connect(dialog.accept)
            dialog.accepted.connect(lambda: again(current))
        dialog.open()

    def ask_cancel(self, block: ShowBlock) -> None:
        """Ask once, with the list of those whom it concerns."""
        text = self.tr("{title} · {show}\nNo till sells it any more from then on. This cannot be undone.").format(
            title=plain(block.title), show=self._page.words.describe(block)
        )
        dialog = self._affected_dialog(block, self.tr("Cancel the show?"), text, deed=self.tr("Cancel the show"))
        dialog.way_out.setText(self.tr("Keep it"))
        dialog.submitted.connect(lambda: self._cancel(dialog, block))
        dialog.open()

    def show_affected(self, block: ShowBlock) -> None:
        """Whom a cancelled show concerns."""
        text = f"{plain(block.title)} · {self._page.words.describe(block)}"
        self._affected_dialog(block, self.tr("Whom it concerns"), text, deed="").open()

    def show_due_refunds(self) -> None:
        """Cancelled shows whose tickets have not been paid back."""
        headings = [self.tr("Show"), self.tr("Sales"), self.tr("Tickets"), self.tr("Amount")]
        dialog = ListDialog(
            self.tr("To pay back"),
            self.tr("Tickets of cancelled shows. All of a show are paid back in one run, or sale by sale at the till."),
            headings,
            self._page,
            elastic=(0,),
        )

        due: list[DueRefund] = []

        def run() -> None:
            row = max(0, dialog.table.currentRow())
            if row < len(due):
                dialog.accept()
                self._run_refunds(due[row].block)

        button = dialog.add_button(self.tr("Pay the show back…"), run)
        button.setEnabled(False)

        def show(rows: Sequence[DueRefund]) -> None:
            words = self._page.words
            due[:] = rows
            button.setEnabled(bool(rows))
            dialog.show_rows(
                [
                    [
                        f"{plain(each.block.title)} · {words.when(each.block)}",
                        str(each.sales),
                        str(each.tickets),
                        self._money(each.amount),
                    ]
                    for each in rows
                ],
                self.tr("Nothing is due: no cancelled show has tickets left."),
            )

        self._tasks.read(dialog, list_due_refunds, {}, done=show, failed=self._controller.failed.emit)
        dialog.open()

    def _run_refunds(self, block: ShowBlock, words: str = "") -> None:
        title = self.tr("Pay back: {title} · {show}").format(
            title=plain(block.title), show=self._page.words.describe(block)
        )
        dialog = RefundRunDialog(self._tasks, block, title, self._money, self._page)
        dialog.failed.connect(self._controller.failed)
        if words:
            dialog.body.insertWidget(0, make_label(words))
        dialog.open()

    def move_with_tickets(self, block: ShowBlock) -> None:
        """Who will sit where in another hall, at another time or in another film; and then move it."""
        schedule = self._page.schedule
        if schedule is None:
            return
        dialog = MoveDialog(
            block,
            films=self._page.catalogue.films,
            halls=schedule.halls,
            zone=schedule.zone,
            words=self._page.words,
            parent=self._page,
        )

        def ask(movie_id: int, hall_id: int, starts_at: object) -> None:
            self._tasks.read(
                dialog,
                preview_move,
                {"show_id": block.show_id, "hall_id": hall_id, "starts_at": starts_at, "movie_id": movie_id},
                done=dialog.show_preview,
                failed=self._controller.failed.emit,
                key="move",
            )

        def move(movie_id: int, hall_id: int, starts_at: object) -> None:
            arguments = {"hall_id": hall_id, "starts_at": starts_at, "movie_id": movie_id}
            self._controller.write(
                move_sold_show,
                {"show_id": block.show_id, "version": block.version, **arguments},
                done,
                say=dialog.show_refusal,
            )

        def done(moved: MovedShow) -> None:
            dialog.show_moved(moved)
            self._controller.note_written(self.tr("Moved; the tickets are exchanged."), moved.show_id)

        dialog.preview_requested.connect(ask)
        dialog.move_requested.connect(move)
        dialog.ask()
        dialog.open()

    def show_poster(self) -> None:
        """The week in sight as a poster, to be saved or printed."""
        schedule = self._page.schedule
        if schedule is None:
            return
        dialog = AskDialog(self.tr("Poster"), "", self._page)
        preview = PdfPreview()
        dialog.body.addWidget(preview, 1)
        dialog.prefer_size(720, 900)
        preview.print_wanted.connect(
            lambda: self._tasks.read_call(
                preview,
                list_printers,
                done=preview.ask_where_to_print,
                failed=self._controller.failed.emit,
                key="printers",
            )
        )
        preview.save_failed.connect(lambda file, why: dialog.say(f"{file}: {why}"))
        preview.saved.connect(lambda file: dialog.say(self.tr("Saved: {file}").format(file=file), "ok"))
        first = self._page.first_day_of(schedule.days[0].day, 7)
        self._tasks.read(
            dialog,
            publishing.render_poster,
            {"first_day": first},
            done=lambda pdf: preview.show_pdf(pdf, f"programme-{first:%Y-%m-%d}.pdf"),
            failed=self._controller.failed.emit,
        )
        dialog.open()

    def save_calendar(self) -> None:
        """The days in sight as a calendar file."""
        schedule = self._page.schedule
        if schedule is None:
            return
        first = schedule.days[0].day
        dialog = QFileDialog(
            self._page, self.tr("Save calendar"), f"programme-{first:%Y-%m-%d}.ics", self.tr("iCalendar (*.ics)")
        )
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("ics")
        dialog.fileSelected.connect(self.write_calendar)
        dialog.open()

    def write_calendar(self, file: str) -> None:
        """Write the calendar of the days in sight to a file, whole or not at all."""
        schedule = self._page.schedule
        if schedule is None:
            return

        def save(data: bytes) -> None:
            self._page.say(*self._write_file(file, data))

        arguments = {"first_day": schedule.days[0].day, "days": len(schedule.days)}
        self._tasks.read(self, publishing.render_calendar, arguments, done=save, failed=self._controller.failed.emit)

    def _affected_dialog(self, block: ShowBlock, title: str, text: str, *, deed: str) -> ListDialog:
        words = self._contact_words()
        dialog = ListDialog(title, text, words.headings, self._page, deed=deed, elastic=(4, 6))
        for form, label in ((ContactForm.CSV, self.tr("Save as CSV…")), (ContactForm.PDF, self.tr("Save as PDF…"))):
            dialog.add_button(label, partial(self._ask_where, dialog, block, form))
        dialog.prefer_size(940, 480)

        def show(rows: Sequence[AffectedSale]) -> None:
            dialog.show_rows([self._as_cells(each, words) for each in rows], words.nothing)

        self._tasks.read(
            dialog, list_affected_sales, {"show_id": block.show_id}, done=show, failed=self._controller.failed.emit
        )
        return dialog

    def _as_cells(self, sale: AffectedSale, words: ContactWords) -> list[str]:
        kinds = dict(words.kinds)
        said = self._page.words
        return [
            f"{said.day(sale.at)} {said.time(sale.at)}",
            sale.terminal_name,
            words.reserved if sale.number is None else str(sale.number),
            sale.cashier,
            sale.name,
            sale.phone,
            ", ".join(sale.seat_names),
            ", ".join(kinds.get(kind, kind.replace("_", " ")) for kind in sale.payment_kinds),
            "" if sale.number is None else self._money(sale.amount),
        ]

    def _contact_words(self) -> ContactWords:
        return ContactWords(
            title=self.tr("Whom it concerns"),
            headings=(
                self.tr("When"),
                self.tr("Sold at"),
                self.tr("Sale"),
                self.tr("By"),
                self.tr("For"),
                self.tr("Phone"),
                self.tr("Seats"),
                self.tr("Paid by"),
                self.tr("Total"),
            ),
            reserved=self.tr("reserved"),
            nothing=self.tr("Nothing is sold or reserved."),
            kinds=(
                ("cash", self.tr("cash")),
                ("card", self.tr("card")),
                ("gift_card", self.tr("gift card")),
                ("exchange", self.tr("exchange")),
            ),
        )

    def _ask_where(self, dialog: ListDialog, block: ShowBlock, form: ContactForm) -> None:
        start = block.span.starts_at
        chooser = QFileDialog(
            dialog,
            self.tr("Save the list"),
            f"contacts-{start:%Y-%m-%d-%H%M}.{form.value}",
            "PDF (*.pdf)" if form is ContactForm.PDF else "CSV (*.csv)",
        )
        chooser.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        chooser.setDefaultSuffix(form.value)
        chooser.fileSelected.connect(lambda file: self.write_contacts(dialog, block, form, file))
        chooser.open()

    def write_contacts(self, dialog: ListDialog, block: ShowBlock, form: ContactForm, file: str) -> None:
        """Write the list of those concerned to a file, whole or not at all."""
        arguments = {"show_id": block.show_id, "form": form, "words": self._contact_words()}
        self._tasks.read(
            dialog,
            export_affected,
            arguments,
            done=lambda data: dialog.say(*self._write_file(file, data)),
            failed=self._controller.failed.emit,
        )

    def _write_file(self, file: str, data: bytes) -> tuple[str, str]:
        """Write a file, whole or not at all; what to say and in which role."""
        target = QSaveFile(file)
        if target.open(QSaveFile.OpenModeFlag.WriteOnly) and target.write(data) == len(data) and target.commit():
            return self.tr("Saved: {file}").format(file=file), "ok"
        return self.tr("Not saved: {why}").format(why=target.errorString()), "error"

    def _cancel(self, dialog: AskDialog, block: ShowBlock) -> None:
        dialog.accept()
        self._controller.set_statuses((block,), ShowStatus.CANCELLED, self._offer_refunds)

    def _offer_refunds(self, report: StatusReport) -> None:
        """Whoever has paid for a show that was just cancelled gets the money back: one step from here."""
        for block in report.changed:
            if block.sold:
                words = self.tr("The show is cancelled. Pay its sales back now, or later with Ctrl+R.")
                self._run_refunds(block, words)

    def _money(self, amount: int) -> str:
        facts = self._tasks.desk.describe()
        return format_money(amount, facts.currency, facts.locale)

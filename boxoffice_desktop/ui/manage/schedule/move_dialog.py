"""A show with sales moves: where everybody will sit, who must change, and then the exchange of all tickets."""

from collections.abc import Sequence
from datetime import datetime, time
from zoneinfo import ZoneInfo

from PySide6.QtCore import QTime, Signal
from PySide6.QtWidgets import QComboBox, QTimeEdit, QWidget

from boxoffice_desktop.domain.business_day import local_moment
from boxoffice_desktop.domain.errors import InvalidInputError
from boxoffice_desktop.domain.seat_moves import SeatMatch
from boxoffice_desktop.services.schedule.moves import MovePreview
from boxoffice_desktop.services.schedule.moving import MovedShow
from boxoffice_desktop.services.schedule.reading import CatalogueFilm, HallRow, ShowBlock
from boxoffice_desktop.ui.manage.schedule.dialogs import AskDialog, ReadTable, keep_narrow, make_form, make_label
from boxoffice_desktop.ui.manage.schedule.words import Words, plain


class MoveDialog(AskDialog):
    """Film, hall and start are chosen, the list follows, and the button does it.

    Signals:
        preview_requested: a film, a hall and an aware moment.
        move_requested: the same, after the list was seen.
    """

    preview_requested = Signal(int, int, object)
    move_requested = Signal(int, int, object)

    def __init__(
        self,
        block: ShowBlock,
        *,
        films: Sequence[CatalogueFilm],
        halls: Sequence[HallRow],
        zone: ZoneInfo,
        words: Words,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(self.tr("Move with tickets"), self.tr("Move and exchange the tickets"), parent)
        self._block, self._zone, self._words = block, zone, words
        self._asked: tuple[int, int, datetime] | None = None
        self._seen: tuple[int, int, datetime] | None = None
        self.film, self.hall, self.time = QComboBox(), QComboBox(), QTimeEdit()
        keep_narrow(self.hall)
        keep_narrow(self.film)
        self.film.addItem(block.title, block.movie_id)
        for film in films:
            if film.movie_id != block.movie_id and film.running_minutes:
                self.film.addItem(film.title, film.movie_id)
        for hall in halls:
            self.hall.addItem(hall.name, hall.hall_id)
        self.hall.setCurrentIndex(self.hall.findData(block.hall_id))
        self.time.setDisplayFormat("HH:mm")
        start = block.span.starts_at
        self.time.setTime(QTime(start.hour, start.minute))
        self.summary = make_label("", "strong")
        self.table = ReadTable([self.tr("Sale"), self.tr("Seat"), self.tr("New seat"), ""])
        form = make_form()
        form.addRow(self.tr("Show"), make_label(f"{plain(block.title)} · {words.describe(block)}"))
        form.addRow(self.tr("Film"), self.film)
        form.addRow(self.tr("To hall"), self.hall)
        form.addRow(self.tr("At"), self.time)
        self.body.addLayout(form)
        self.body.addWidget(self.summary)
        self.body.addWidget(self.table, 1)
        note = self.tr(
            "Every customer gets a new ticket, printed at this till; the codes of the old ones open no door any more."
            " Prices stay what was paid. Who finds no seat, has a discount or is inside keeps the old ticket and is"
            " named afterwards."
        )
        self.body.addWidget(make_label(note, "muted"))
        self.deed.setEnabled(False)
        self.submitted.connect(self._on_submitted)
        self.prefer_size(760, 600)
        self.film.currentIndexChanged.connect(self.ask)
        self.hall.currentIndexChanged.connect(self.ask)
        self.time.timeChanged.connect(self.ask)

    def ask(self) -> None:
        """Ask who would sit where."""
        self._seen = None
        self.deed.setEnabled(False)
        at = self.time.time()
        start = self._block.span.starts_at
        try:
            moment = local_moment(start.date(), time(at.hour(), at.minute()), self._zone, later=bool(start.fold))
        except InvalidInputError as error:
            self.say(str(error))
            return
        self._asked = (self.film.currentData(), self.hall.currentData(), moment)
        self.preview_requested.emit(*self._asked)

    def show_preview(self, preview: MovePreview) -> None:
        """The answer: those who must change first."""
        matches = {
            SeatMatch.SAME: self.tr("same seat"),
            SeatMatch.NEAREST: self.tr("must change"),
            SeatMatch.NONE: self.tr("no seat left in the area"),
        }
        order = (SeatMatch.NONE, SeatMatch.NEAREST, SeatMatch.SAME)
        tickets = sorted(preview.tickets, key=lambda ticket: order.index(ticket.match))
        self.table.show_rows(
            [[ticket.sale, ticket.from_seat, ticket.to_seat or "", matches[ticket.match]] for ticket in tickets]
        )
        self.summary.setText(
            self.tr("{same} keep their seat · {change} must change · {none} find none").format(
                same=preview.count(SeatMatch.SAME),
                change=preview.count(SeatMatch.NEAREST),
                none=preview.count(SeatMatch.NONE),
            )
        )
        self.say(self._words.clash(preview.clash) if preview.clash else "")
        block = self._block
        changes = self._asked != (block.movie_id, block.hall_id, block.span.starts_at)
        self._seen = self._asked if changes and preview.clash is None else None
        self.deed.setEnabled(self._seen is not None)

    def show_moved(self, moved: MovedShow) -> None:
        """What became of it: nothing more to choose, and those who kept their old ticket."""
        whys = {
            "no_seat": self.tr("no seat left in the area"),
            "other_price": self.tr("the seat has another price"),
            "inside": self.tr("is inside already"),
        }
        self.table.show_rows([[left.sale, left.seat_name, "", whys[left.why]] for left in moved.left])
        self.summary.setText(
            self.tr("{count} tickets exchanged · {left} keep their old one").format(
                count=moved.exchanged, left=len(moved.left)
            )
        )
        for field in (self.film, self.hall, self.time):
            field.setEnabled(False)
        self.deed.hide()
        self.way_out.setText(self.tr("Close"))
        self.say(self.tr("Moved. The new tickets are in the print queue."), "ok")

    def show_refusal(self, words: str) -> None:
        """It was not moved, and why; nothing has changed."""
        self.deed.setEnabled(self._seen is not None)
        self.say(words)

    def _on_submitted(self) -> None:
        if self._seen is not None:
            self.deed.setEnabled(False)
            self.move_requested.emit(*self._seen)

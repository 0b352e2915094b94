"""The form for drawing rows and blocks."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QPushButton, QVBoxLayout, QWidget

from boxoffice_desktop.domain.errors import InvalidInputError
from boxoffice_desktop.domain.layout.document import HallDocument
from boxoffice_desktop.domain.layout.drawing import ROW_GAP, SEAT_GAP, Aisle, Block
from boxoffice_desktop.domain.layout.numbering import Pattern, RowRule, SeatRule
from boxoffice_desktop.domain.seating_plan import MAX_LABEL, MAX_ZONE
from boxoffice_desktop.domain.seats import SeatKind
from boxoffice_desktop.ui.manage.halls.fields import (
    FieldGrid,
    fill_areas,
    list_kinds,
    make_choice,
    make_label,
    make_number,
    make_spin,
    make_text,
)
from boxoffice_desktop.ui.widgets.theme import SPACE_INSIDE


class BlockPanel(QWidget):
    """What the next rows are like.

    Signals:
        changed: another block than before.
        place_requested: put it where its ghost stands.
    """

    changed = Signal()
    place_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._build()

    def _build(self) -> None:
        changed = self.changed.emit
        self.rows = make_spin(5, 1, 200, changed)
        self.seats = make_spin(12, 1, 400, changed)
        self.seat_gap = make_number(SEAT_GAP, 8, 400, changed)
        self.row_gap = make_number(ROW_GAP, 8, 400, changed)
        self.curve = make_number(0, -400, 400, changed)
        self.skew = make_number(0, -400, 400, changed)
        self.widen = make_spin(0, -20, 20, changed)
        self.aisles = make_text("", 60, changed)
        self.aisles.setPlaceholderText(self.tr("e.g. 4, 8"))
        self.aisle_width = make_number(SEAT_GAP * 1.5, 4, 400, changed)
        self.first_row = make_text("A", 3, changed)
        self.start = make_spin(1, 1, 9999, changed)
        self.from_right = make_choice([(self.tr("the left"), False), (self.tr("the right"), True)], changed)
        self.pattern = make_choice(
            [
                (self.tr("1, 2, 3"), Pattern.ALL.value),
                (self.tr("1, 3, 5"), Pattern.ODD.value),
                (self.tr("2, 4, 6"), Pattern.EVEN.value),
            ],
            changed,
        )
        self.area = make_choice([], changed)
        self.kind = make_choice(list_kinds(), changed)
        self.zone = make_text("", MAX_ZONE, changed)
        self.from_back = QCheckBox(self.tr("First row is the back one"))
        self.from_back.toggled.connect(lambda _on: changed())
        self.problem = make_label("", "error")
        self.place = QPushButton(self.tr("Place it  ⏎"))
        self.place.setProperty("kind", "primary")
        self.place.clicked.connect(self.place_requested)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_INSIDE)
        column.addWidget(make_label(self.tr("Draw rows"), "title"))
        column.addWidget(self._make_grid())
        column.addWidget(self.from_back)
        column.addWidget(self.problem)
        column.addWidget(self.place)
        column.addStretch(1)

    def _make_grid(self) -> FieldGrid:
        grid = FieldGrid()
        grid.add(self.tr("Rows"), self.rows)
        grid.add(self.tr("Seats in the first row"), self.seats)
        grid.add(self.tr("Seat to seat"), self.seat_gap)
        grid.add(self.tr("Row to row"), self.row_gap)
        grid.add(self.tr("Curve"), self.curve)
        grid.add(self.tr("Shift each row by"), self.skew)
        grid.add(self.tr("More seats each row"), self.widen)
        grid.add(self.tr("Area"), self.area)
        grid.add(self.tr("Aisles after seat"), self.aisles)
        grid.add(self.tr("Aisle width"), self.aisle_width)
        grid.add(self.tr("First row is called"), self.first_row)
        grid.add(self.tr("First seat is number"), self.start)
        grid.add(self.tr("Numbers from"), self.from_right)
        grid.add(self.tr("Numbers"), self.pattern)
        grid.add(self.tr("Kind"), self.kind)
        grid.add(self.tr("Part of the hall"), self.zone)
        return grid

    def show_document(self, document: HallDocument) -> None:
        """Offer the document's areas; what was chosen stays chosen."""
        chosen = self.area.currentData()
        if chosen is None and document.areas:
            chosen = document.areas[0].area_id
        fill_areas(self.area, document.areas, chosen)
        zones = {seat.zone for seat in document.seats}
        if not self.zone.text() and len(zones) == 1:
            self.zone.setText(next(iter(zones)))

    def read(self, x: float, y: float) -> Block:
        """The block with the middle of its first row at (x, y).

        Raises:
            InvalidInputError: an input that makes no block.
        """
        if self.area.currentData() is None:
            raise InvalidInputError("area", self.tr("Choose a price area first."))
        return Block(
            x=x,
            y=y,
            rows=self.rows.value(),
            seats=self.seats.value(),
            seat_gap=self.seat_gap.value(),
            row_gap=self.row_gap.value(),
            curve=self.curve.value(),
            skew=self.skew.value(),
            widen=self.widen.value(),
            aisles=self._read_aisles(),
            zone=self.zone.text().strip(),
            area_id=self.area.currentData(),
            kind=SeatKind(self.kind.currentData()),
            row_rule=RowRule(start=self.first_row.text()[:MAX_LABEL], from_back=self.from_back.isChecked()),
            seat_rule=SeatRule(
                from_right=bool(self.from_right.currentData()),
                pattern=Pattern(self.pattern.currentData()),
                start=self.start.value(),
            ),
        )

    def _read_aisles(self) -> tuple[Aisle, ...]:
        texts = [text.strip() for text in self.aisles.text().replace(";", ",").split(",") if text.strip()]
        if not all(text.isdecimal() for text in texts):
            raise InvalidInputError("aisles", self.tr("Aisles: numbers of seats with commas between them, e.g. 4, 8."))
        return tuple(Aisle(after=int(text), width=self.aisle_width.value()) for text in texts)

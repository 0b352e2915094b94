"""What is selected, and what can be said of it; of the hall itself when nothing is."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from boxoffice_desktop.domain.halls import PlanShape
from boxoffice_desktop.domain.layout.document import HallDocument, Keys, LayoutSeat, rows_of, seats_of
from boxoffice_desktop.domain.layout.numbering import Pattern, RowRule, SeatRule
from boxoffice_desktop.domain.seating_plan import MAX_LABEL, MAX_NAME, MAX_ZONE
from boxoffice_desktop.domain.seating_plan_shapes import MAX_TEXT
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


class SelectionPanel(QWidget):
    """Shows and changes what is selected.

    Signals:
        area_chosen: int; kind_chosen: SeatKind; labels_given: dict with `zone`, `row_label` or `number`.
        numbers_requested: SeatRule; row_names_requested: RowRule; new_area_requested.
        turn_requested: float, degrees clockwise.
        shape_changed: dict of fields of `PlanShape`; name_given: str; size_given: (width, height).
    """

    area_chosen = Signal(int)
    kind_chosen = Signal(object)
    labels_given = Signal(object)
    numbers_requested = Signal(object)
    row_names_requested = Signal(object)
    new_area_requested = Signal()
    turn_requested = Signal(float)
    shape_changed = Signal(object)
    name_given = Signal(str)
    size_given = Signal(float, float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shape: PlanShape | None = None
        self._build()
        self._connect()

    def _build(self) -> None:
        self.title = make_label("", "title")
        self.facts = make_label("", "muted")
        self.pages = QStackedWidget()
        for page in (self._build_hall(), self._build_seats(), self._build_shape()):
            self.pages.addWidget(page)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_INSIDE)
        column.addWidget(self.title)
        column.addWidget(self.facts)
        column.addWidget(self.pages)
        column.addStretch(1)

    def _build_hall(self) -> QWidget:
        self.name = make_text("", MAX_NAME)
        self.width_field = make_number(800, 50, 100_000)
        self.height_field = make_number(700, 50, 100_000)
        grid = FieldGrid()
        grid.add(self.tr("Name of the hall"), self.name, wide=True)
        grid.add(self.tr("Width"), self.width_field)
        grid.add(self.tr("Depth"), self.height_field)
        self.resize_button = QPushButton(self.tr("Set the size"))
        hint = make_label(
            self.tr("B draws rows, S the screen, R a shape, O an outline, T a text. F1 shows how."), "muted"
        )
        return _column(grid, self.resize_button, hint)

    def _build_seats(self) -> QWidget:
        self.area = make_choice([])
        self.kind = make_choice(list_kinds())
        self.new_area = QPushButton(self.tr("New price area…"))
        self.zone = make_text("", MAX_ZONE)
        self.row_label = make_text("", MAX_LABEL)
        self.number = make_text("", MAX_LABEL)
        what = FieldGrid()
        what.add(self.tr("Area"), self.area)
        what.add(self.tr("Kind"), self.kind)
        what.add(self.tr("New area"), self.new_area, wide=True)
        what.add(self.tr("Part of the hall"), self.zone, wide=True)
        what.add(self.tr("Row"), self.row_label)
        what.add(self.tr("Number"), self.number)
        return _column(what, self._build_rules())

    def _build_rules(self) -> QWidget:
        self.from_right = make_choice([(self.tr("the left"), False), (self.tr("the right"), True)])
        self.pattern = make_choice(
            [
                (self.tr("1, 2, 3"), Pattern.ALL.value),
                (self.tr("1, 3, 5"), Pattern.ODD.value),
                (self.tr("2, 4, 6"), Pattern.EVEN.value),
            ]
        )
        self.first_number = make_spin(1, 1, 9999)
        self.number_button = QPushButton(self.tr("Number seats"))
        self.first_row = make_text("A", 3)
        self.from_back = make_choice([(self.tr("the screen"), False), (self.tr("the back"), True)])
        self.rows_button = QPushButton(self.tr("Name rows"))
        grid = FieldGrid()
        grid.add(self.tr("Numbers from"), self.from_right)
        grid.add(self.tr("Numbers"), self.pattern)
        grid.add(self.tr("First number"), self.first_number)
        grid.add(self.tr("By this rule"), self.number_button)
        grid.add(self.tr("Rows from"), self.from_back)
        grid.add(self.tr("First row"), self.first_row)
        self.turn_by = make_number(5, -180, 180)
        self.turn_button = QPushButton(self.tr("Turn"))
        turning = FieldGrid()
        turning.add(self.tr("Turn by degrees"), self.turn_by)
        turning.add(self.tr("About its middle"), self.turn_button)
        return _column(grid, self.rows_button, turning)

    def _build_shape(self) -> QWidget:
        self.text = make_text("", MAX_TEXT)
        self.shape_width = make_number(0, 0, 100_000)
        self.shape_height = make_number(0, 0, 100_000)
        self.rotation = make_number(0, 0, 359.9)
        self.is_round = QCheckBox(self.tr("Round"))
        self.shape_button = QPushButton(self.tr("Change the shape"))
        grid = FieldGrid()
        grid.add(self.tr("Text"), self.text, wide=True)
        grid.add(self.tr("Width"), self.shape_width)
        grid.add(self.tr("Depth"), self.shape_height)
        grid.add(self.tr("Turned by degrees"), self.rotation)
        return _column(grid, self.is_round, self.shape_button)

    def _connect(self) -> None:
        self.area.activated.connect(lambda _i: self.area_chosen.emit(self.area.currentData()))
        self.kind.activated.connect(lambda _i: self.kind_chosen.emit(SeatKind(self.kind.currentData())))
        self.new_area.clicked.connect(self.new_area_requested)
        for field, edit in (("zone", self.zone), ("row_label", self.row_label), ("number", self.number)):
            edit.editingFinished.connect(lambda f=field, e=edit: self._give_label(f, e.text(), modified=e.isModified()))
        self.name.editingFinished.connect(lambda: self.name_given.emit(self.name.text()))
        self.resize_button.clicked.connect(
            lambda: self.size_given.emit(self.width_field.value(), self.height_field.value())
        )
        self.number_button.clicked.connect(lambda: self.numbers_requested.emit(self.seat_rule()))
        self.rows_button.clicked.connect(lambda: self.row_names_requested.emit(self.row_rule()))
        self.turn_button.clicked.connect(lambda: self.turn_requested.emit(self.turn_by.value()))
        self.shape_button.clicked.connect(self._give_shape)

    def seat_rule(self) -> SeatRule:
        """The rule for numbers as it is set."""
        return SeatRule(
            from_right=bool(self.from_right.currentData()),
            pattern=Pattern(self.pattern.currentData()),
            start=self.first_number.value(),
        )

    def row_rule(self) -> RowRule:
        """The rule for names of rows as it is set."""
        return RowRule(start=self.first_row.text(), from_back=bool(self.from_back.currentData()))

    def show_selection(self, document: HallDocument, keys: Keys) -> None:
        """Show what is selected in the document."""
        seats = seats_of(document, keys)
        shapes = [shape.shape for shape in document.shapes if shape.key in keys and not shape.hidden]
        if seats:
            self._show_seats(document, seats)
        elif len(shapes) == 1:
            self._show_shape(shapes[0])
        else:
            self._show_hall(document, len(shapes))

    def _show_hall(self, document: HallDocument, shapes: int) -> None:
        self.pages.setCurrentIndex(0)
        self.title.setText(self.tr("{count} shapes").format(count=shapes) if shapes else self.tr("The hall"))
        rows = len(rows_of(document.seats))
        self.facts.setText(self.tr("{seats} seats in {rows} rows").format(seats=len(document.seats), rows=rows))
        if self.name.text() != document.name:
            self.name.setText(document.name)
        self.width_field.setValue(document.width)
        self.height_field.setValue(document.height)

    def _show_seats(self, document: HallDocument, seats: tuple[LayoutSeat, ...]) -> None:
        self.pages.setCurrentIndex(1)
        rows = len(rows_of(seats))
        one = seats[0]
        self.title.setText(
            self.tr("Seat {name}").format(name=one.row_label + one.number)
            if len(seats) == 1
            else self.tr("{count} seats").format(count=len(seats))
        )
        self.facts.setText(
            self.tr("x {x:g}, y {y:g}").format(x=one.x, y=one.y)
            if len(seats) == 1
            else self.tr("in {count} rows").format(count=rows)
        )
        areas = {seat.area_id for seat in seats}
        fill_areas(self.area, document.areas, one.area_id if len(areas) == 1 else None)
        kinds = {seat.kind for seat in seats}
        self.kind.setCurrentIndex(self.kind.findData(one.kind.value) if len(kinds) == 1 else -1)
        self.number.setEnabled(len(seats) == 1)
        for edit, values in (
            (self.zone, {seat.zone for seat in seats}),
            (self.row_label, {seat.row_label for seat in seats}),
            (self.number, {seat.number for seat in seats}),
        ):
            edit.setText(next(iter(values)) if len(values) == 1 else "")
            edit.setPlaceholderText("" if len(values) == 1 else self.tr("several"))

    def _show_shape(self, shape: PlanShape) -> None:
        self.pages.setCurrentIndex(2)
        self.title.setText(self.tr("Screen") if shape.is_screen else self.tr("Shape"))
        self.facts.setText(self.tr("x {x:g}, y {y:g}").format(x=shape.x, y=shape.y))
        self.text.setText(shape.text)
        self.shape_width.setValue(shape.width)
        self.shape_height.setValue(shape.height)
        self.rotation.setValue(shape.rotation)
        self.is_round.setChecked(shape.is_round)
        self.is_round.setEnabled(not shape.points)

    def _give_label(self, field: str, text: str, *, modified: bool) -> None:
        # Leaving an empty field that stands for several labels must not clear them.
        if modified:
            self.labels_given.emit({field: text})

    def _give_shape(self) -> None:
        self.shape_changed.emit(
            {
                "text": self.text.text().strip(),
                "width": self.shape_width.value(),
                "height": self.shape_height.value(),
                "rotation": self.rotation.value(),
                "is_round": self.is_round.isChecked(),
            }
        )


def _column(*widgets: QWidget) -> QWidget:
    page = QWidget()
    column = QVBoxLayout(page)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(SPACE_INSIDE)
    for widget in widgets:
        column.addWidget(widget)
    column.addStretch(1)
    return page

"""The layout editor: toolbar, canvas, panels."""

from dataclasses import replace
from typing import Any

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QScrollArea,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from boxoffice_desktop.domain.errors import BoxOfficeError
from boxoffice_desktop.domain.halls import PlanShape
from boxoffice_desktop.domain.layout.checks import Problem, check_document
from boxoffice_desktop.domain.layout.document import HallDocument, add_area, add_shape, tidy, with_shapes
from boxoffice_desktop.domain.layout.drawing import block_points, draw_block
from boxoffice_desktop.domain.layout.marking import set_area, set_kind, set_labels
from boxoffice_desktop.domain.layout.moving import turn
from boxoffice_desktop.domain.layout.numbering import name_rows, number_seats
from boxoffice_desktop.domain.seating_plan import AREA_COLOURS, MAX_NAME, choose_letter
from boxoffice_desktop.domain.seating_plan_shapes import LEAST_POINTS, make_polygon
from boxoffice_desktop.ui.manage.halls.actions import Command, Lazy, list_commands, make_actions, make_menu, tr
from boxoffice_desktop.ui.manage.halls.block_panel import BlockPanel
from boxoffice_desktop.ui.manage.halls.canvas import EditorCanvas, Mode
from boxoffice_desktop.ui.manage.halls.dialogs import TextDialog
from boxoffice_desktop.ui.manage.halls.fields import PANEL_WIDTH
from boxoffice_desktop.ui.manage.halls.selection_panel import SelectionPanel
from boxoffice_desktop.ui.manage.halls.session import Change, EditSession
from boxoffice_desktop.ui.widgets.elided_label import ElidedLabel
from boxoffice_desktop.ui.widgets.theme import SPACE_INSIDE, restyle, set_icon

_LEAST_BOX = 6.0
# What the keyboard begins with, in plan units; the screen as a share of the hall's width.
_SCREEN, _SCREEN_DEPTH = 0.7, 16.0
_SHAPE, _TEXT = QSizeF(112.0, 56.0), QSizeF(112.0, 28.0)


class HallEditor(QWidget):
    """Edits one hall at a time.

    Signals:
        save_requested, close_requested, import_requested, export_requested, pdf_requested, trace_requested,
        copy_requested, broken_requested, help_requested: what somebody wants that is more than a change of the
        document.
    """

    save_requested = Signal()
    close_requested = Signal()
    import_requested = Signal()
    export_requested = Signal()
    pdf_requested = Signal()
    trace_requested = Signal()
    copy_requested = Signal()
    broken_requested = Signal()
    help_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lazy = Lazy(self)
        self._problems: tuple[Problem, ...] = ()
        self._next_problem = 0
        self._box_kind = ""
        self._build()
        self._connect()

    @property
    def session(self) -> EditSession | None:
        """What is being edited, None when nothing is."""
        return self._lazy.session

    def _build(self) -> None:
        self.canvas = EditorCanvas()
        self.selection_panel = SelectionPanel()
        self.block_panel = BlockPanel()
        self.panels = QStackedWidget()
        for panel in (self.selection_panel, self.block_panel):
            scroll = QScrollArea()
            scroll.setWidgetResizable(True)
            scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
            scroll.setWidget(panel)
            self.panels.addWidget(scroll)
        self.panels.setFixedWidth(PANEL_WIDTH)
        self.status = ElidedLabel()
        self.problems = QToolButton()
        self.commands = [*self._list_tools(), *list_commands(self._lazy.get), *self._list_hall_commands()]
        self._menus = make_actions(self.commands, self, self.canvas)
        bottom = QHBoxLayout()
        bottom.addWidget(self.status, 1)
        bottom.addWidget(self.problems)
        for name, text, act in (
            ("minus", self.tr("Zoom out (-)"), self.canvas.zoom_out),
            ("fit", self.tr("Show the whole hall (0)"), self.canvas.fit),
            ("plus", self.tr("Zoom in (+)"), self.canvas.zoom_in),
        ):
            button = QToolButton()
            set_icon(button, name)
            button.setToolTip(text)
            button.setAccessibleName(text)
            button.clicked.connect(lambda _on=False, run=act: run())
            bottom.addWidget(button)
        left = QVBoxLayout()
        left.setSpacing(SPACE_INSIDE)
        left.addWidget(self.canvas, 1)
        left.addLayout(bottom)
        middle = QHBoxLayout()
        middle.setSpacing(SPACE_INSIDE)
        middle.addLayout(left, 1)
        middle.addWidget(self.panels)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_INSIDE, SPACE_INSIDE, SPACE_INSIDE, SPACE_INSIDE)
        column.setSpacing(SPACE_INSIDE)
        column.addLayout(self._build_bar())
        column.addLayout(middle, 1)

    def _build_bar(self) -> QHBoxLayout:
        bar = QHBoxLayout()
        bar.setSpacing(2)
        back = QToolButton()
        set_icon(back, "chevron-left")
        back.setText(self.tr("Halls"))
        back.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        back.clicked.connect(self.close_requested)
        bar.addWidget(back)
        bar.addSpacing(SPACE_INSIDE)
        self.tools: list[QToolButton] = []
        for action in self._menus["tool"]:
            button = QToolButton()
            button.setDefaultAction(action)
            button.setToolTip(f"{action.text()} ({action.shortcut().toString()})")
            action.setCheckable(True)
            bar.addWidget(button)
            self.tools.append(button)
        bar.addStretch(1)
        for key, text in (
            ("edit", self.tr("Edit")),
            ("select", self.tr("Select")),
            ("arrange", self.tr("Arrange")),
            ("hall", self.tr("Hall")),
        ):
            button = QToolButton()
            button.setText(text)
            button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
            button.setMenu(make_menu(self._menus[key], button))
            bar.addWidget(button)
        self.save_button = QToolButton()
        self.save_button.setText(self.tr("Save"))
        set_icon(self.save_button, "check")
        self.save_button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.save_button.clicked.connect(self.save_requested)
        bar.addWidget(self.save_button)
        return bar

    def _list_tools(self) -> list[Command]:
        return [
            Command(menu="tool", text=tr("Select"), keys="V", run=self.use_select),
            Command(menu="tool", text=tr("Rows"), keys="B", run=self.use_block),
            Command(menu="tool", text=tr("Screen"), keys="S", run=lambda: self._use_box("screen")),
            Command(menu="tool", text=tr("Shape"), keys="R", run=lambda: self._use_box("shape")),
            Command(menu="tool", text=tr("Text"), keys="T", run=lambda: self._use_box("text")),
            Command(menu="tool", text=tr("Outline"), keys="O", run=self._use_outline),
            Command(menu="tool", text=tr("Best point"), keys="P", run=self._use_point),
        ]

    def _list_hall_commands(self) -> list[Command]:
        return [
            Command(menu="hall", text=tr("Save"), keys="Ctrl+S", run=self.save_requested.emit),
            Command(menu="hall", text=tr("Copy as a new hall…"), keys="", run=self.copy_requested.emit),
            Command(menu="hall", text=tr("Put a file in its place…"), keys="", run=self.import_requested.emit),
            Command(menu="hall", text=tr("Save as a file…"), keys="Ctrl+Shift+X", run=self.export_requested.emit),
            Command(menu="hall", text=tr("Plan for the wall (PDF)…"), keys="Ctrl+P", run=self.pdf_requested.emit),
            Command(menu="hall", text=tr("Image to trace…"), keys="Ctrl+I", run=self.trace_requested.emit),
            Command(
                menu="hall", text=tr("Selected seats out of order…"), keys="Ctrl+B", run=self.broken_requested.emit
            ),
            Command(menu="hall", text=tr("How to draw a hall"), keys="F1", run=self.help_requested.emit),
        ]

    def _connect(self) -> None:
        panel = self.selection_panel
        panel.area_chosen.connect(lambda a: self._apply(lambda d, k: set_area(d, k, a), tr("Area")))
        panel.kind_chosen.connect(lambda kind: self._apply(lambda d, k: set_kind(d, k, kind), tr("Kind")))
        panel.labels_given.connect(lambda names: self._apply(lambda d, k: set_labels(d, k, **names), tr("Rename")))
        panel.numbers_requested.connect(lambda r: self._apply(lambda d, k: number_seats(d, k, r), tr("Number seats")))
        panel.row_names_requested.connect(lambda r: self._apply(lambda d, k: name_rows(d, k, r), tr("Name rows")))
        panel.turn_requested.connect(lambda by: self._apply(lambda d, k: turn(d, k, by), tr("Turn")))
        panel.shape_changed.connect(self._on_shape_changed)
        panel.name_given.connect(self._on_name_given)
        panel.size_given.connect(self._on_size_given)
        panel.new_area_requested.connect(self._ask_area)
        self.block_panel.changed.connect(self._show_ghost)
        self.block_panel.place_requested.connect(lambda: self._place(self.canvas.ghost_position()))
        self.canvas.placed.connect(self._place)
        self.canvas.boxed.connect(self._on_boxed)
        self.canvas.pointed.connect(self._on_pointed)
        self.canvas.outlined.connect(self._on_outlined)
        self.canvas.left.connect(self.use_select)
        self.problems.clicked.connect(self._on_problems_clicked)

    def edit(self, session: EditSession) -> None:
        """Edit another hall."""
        if self._lazy.session is not None:
            self._lazy.session.deleteLater()
        self._lazy.session = session
        session.setParent(self)
        session.changed.connect(self.refresh)
        session.refused.connect(lambda text: self.tell(text, "error"))
        self.canvas.show_session(session)
        self.use_select()
        self.refresh()
        self.tell(self.tr("F1 shows how to draw a hall, Ctrl+/ all keys."))
        self.canvas.setFocus()

    def refresh(self) -> None:
        """Show document and selection as they are now."""
        session = self._lazy.get()
        self.selection_panel.show_selection(session.document, session.selection)
        self.block_panel.show_document(session.document)
        self._problems = check_document(session.document)
        blocking = any(problem.blocks for problem in self._problems)
        self.problems.setVisible(bool(self._problems))
        self.problems.setText(self.tr("{count} to look at").format(count=len(self._problems)))
        set_icon(self.problems, "warning", "bad" if blocking else "warn")
        self.problems.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.problems.setToolTip("\n".join(problem.text for problem in self._problems))
        self.save_button.setEnabled(session.history.is_changed or session.document.hall_id is None)
        self._name_undo(session)
        self.tell(self._describe(session))

    def _name_undo(self, session: EditSession) -> None:
        undo, redo = self._menus["edit"][:2]
        for action, word, deed in (
            (undo, tr("Undo"), session.history.undo_deed),
            (redo, tr("Redo"), session.history.redo_deed),
        ):
            action.setEnabled(deed is not None)
            action.setText(f"{word}: {deed}" if deed else word)

    def _describe(self, session: EditSession) -> str:
        document = session.document
        seats = [seat for seat in document.seats if seat.key in session.selection]
        if not session.selection:
            return self.tr("{name} · {count} seats").format(name=document.name, count=len(document.seats))
        if len(seats) == 1:
            areas = {area.area_id: area.name for area in document.areas}
            name = " ".join(part for part in (seats[0].zone, seats[0].row_label + seats[0].number) if part)
            return f"{name} · {areas.get(seats[0].area_id, '?')}"
        return self.tr("{count} selected").format(count=len(session.selection))

    def tell(self, text: str, role: str = "muted") -> None:
        """Say something in the line below the canvas."""
        self.status.setText(text)
        if self.status.property("role") != role:
            self.status.setProperty("role", role)
            restyle(self.status)

    def use_select(self) -> None:
        """The tool that selects and moves."""
        self._use(0, Mode.SELECT)

    def use_block(self) -> None:
        """The tool that draws rows."""
        self._use(1, Mode.PLACE)
        self._show_ghost()
        self.tell(self.tr("Click where the middle of the first row stands; or arrows and Enter. Esc ends."))

    def _use_box(self, kind: str) -> None:
        self._box_kind = kind
        width = self._lazy.get().document.width
        size = {"screen": QSizeF(width * _SCREEN, _SCREEN_DEPTH), "shape": _SHAPE, "text": _TEXT}[kind]
        self._use({"screen": 2, "shape": 3, "text": 4}[kind], Mode.BOX, size)
        self.tell(self.tr("Draw a rectangle with the mouse; or arrows, Alt+arrows for its size, and Enter. Esc ends."))

    def _use_outline(self) -> None:
        self._use(5, Mode.OUTLINE)
        self.tell(self.tr("Click the corners, a double click closes it; or arrows, Space and Enter. Esc ends."))

    def _use_point(self) -> None:
        self._use(6, Mode.POINT)
        self.tell(self.tr("Click the best point of the hall, or arrows and Enter: best seats are nearest to it."))

    def _use(self, tool: int, mode: Mode, box: QSizeF | None = None) -> None:
        for at, button in enumerate(self.tools):
            button.defaultAction().setChecked(at == tool)
        self.canvas.set_mode(mode, box)
        self.panels.setCurrentIndex(1 if mode is Mode.PLACE else 0)
        self.canvas.setFocus()

    def _apply(self, change: Change, deed: str) -> None:
        self._lazy.get().apply(change, deed)

    def _show_ghost(self) -> None:
        if self.panels.currentIndex() != 1:
            return
        try:
            rows = block_points(self.block_panel.read(0.0, 0.0))
            self.canvas.show_ghost([point for row in rows for point in row])
            self.block_panel.problem.setText("")
        except BoxOfficeError as error:
            self.canvas.show_ghost([])
            self.block_panel.problem.setText(str(error))

    def _place(self, at: QPointF) -> None:
        session = self._lazy.get()
        try:
            document, keys = draw_block(session.document, self.block_panel.read(tidy(at.x()), tidy(at.y())))
        except BoxOfficeError as error:
            self.block_panel.problem.setText(str(error))
            return
        session.push(document, tr("Draw rows"), keys)
        self.use_select()

    def _on_boxed(self, box: QRectF) -> None:
        texts = {"screen": self.tr("SCREEN"), "shape": "", "text": self.tr("Text")}
        width, height = max(box.width(), _LEAST_BOX), max(box.height(), _LEAST_BOX)
        shape = PlanShape(
            text=texts[self._box_kind],
            x=tidy(box.x()),
            y=tidy(box.y()),
            width=0.0 if self._box_kind == "text" else tidy(width),
            height=0.0 if self._box_kind == "text" else tidy(height),
            is_screen=self._box_kind == "screen",
        )
        self._draw(shape)

    def _on_outlined(self, corners: list[tuple[float, float]]) -> None:
        if len(corners) < LEAST_POINTS:
            self.tell(self.tr("An outline has three corners or more."), "error")
        else:
            self._draw(make_polygon([(tidy(x), tidy(y)) for x, y in corners]))

    def _draw(self, shape: PlanShape) -> None:
        session = self._lazy.get()
        document, keys = add_shape(session.document, shape)
        session.push(document, tr("Draw"), keys)
        self.use_select()

    def _on_pointed(self, at: QPointF) -> None:
        session = self._lazy.get()
        session.push(replace(session.document, best_x=tidy(at.x()), best_y=tidy(at.y())), tr("Best point"))
        self.use_select()

    def _on_shape_changed(self, fields: dict[str, Any]) -> None:
        self._apply(lambda d, k: with_shapes(d, lambda s: replace(s, **fields), k), tr("Change the shape"))

    def _on_name_given(self, name: str) -> None:
        session = self._lazy.get()
        if name.strip() != session.document.name:
            session.push(replace(session.document, name=name.strip()), tr("Name"))

    def _on_size_given(self, width: float, height: float) -> None:
        session = self._lazy.get()
        session.push(replace(session.document, width=width, height=height), tr("Size"))

    def _ask_area(self) -> None:
        dialog = TextDialog(self.tr("Name of the new price area"), "", MAX_NAME, self.tr("Add it"), self)
        dialog.text_given.connect(self._add_area)
        dialog.open()

    def _add_area(self, name: str) -> None:
        session = self._lazy.get()
        known = session.document.areas
        found = next((area.area_id for area in known if area.name.casefold() == name.casefold()), None)
        document: HallDocument = session.document
        if found is None:
            colours = [area.colour for area in known]
            colour = min(range(AREA_COLOURS), key=colours.count)
            document, found = add_area(document, name, choose_letter(name, {a.letter for a in known}), colour)
        session.push(set_area(document, session.selection, found), tr("Area"))

    def _on_problems_clicked(self) -> None:
        """Go to the next problem and say it."""
        problem = self._problems[self._next_problem % len(self._problems)]
        self._next_problem += 1
        if problem.keys:
            self._lazy.get().select(problem.keys)
        self.tell(problem.text, "error" if problem.blocks else "warn")

"""How to draw a hall, in the words of somebody who has done it."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QScrollArea, QWidget

from boxoffice_desktop.ui.manage.halls.actions import Command, tr
from boxoffice_desktop.ui.manage.halls.dialogs import HallDialog
from boxoffice_desktop.ui.manage.halls.fields import make_label

_TOP = Qt.AlignmentFlag.AlignTop
_WIDTH, _HEIGHT = 820, 440


def list_steps() -> tuple[str, ...]:
    """A 447-seat hall from nothing in five minutes."""
    return (
        tr("New hall, give it a name. Hall, Image to trace lays the paper plan below, if you have one."),
        tr(
            "B for rows. Type: rows 18, seats in the first row 17, more seats each row 1, curve 20, "
            "aisles after 5, 12. "
            "The ghost shows what comes. Click the middle of the first row below the screen: rows A to T stand there, "
            "numbered, 459 seats."
        ),
        tr(
            "Remove what the room does not have: click the first of six seats at each end of row T, go on with Shift "
            "and the arrows, press Del. 447 seats are left."
        ),
        tr("Click a seat of the last row, Shift+Up for more, Ctrl+R for the whole rows, choose Premium under Area."),
        tr("Select the wheelchair places, choose Wheelchair under Kind; then their neighbours and Companion."),
        tr(
            "Ctrl+A for all, Number seats: the row that lost seats begins with 1 again. Numbers from the right, odd "
            "and even sides, rows from the back: the rules beside that button."
        ),
        tr(
            "P, arrows and Enter or a click: the best point of the hall. Ctrl+S saves; Ctrl+Z takes back any step, "
            "also after saving."
        ),
    )


def list_canvas_keys() -> tuple[tuple[str, str], ...]:
    """Keys of the canvas that are no commands."""
    return (
        (tr("Arrows"), tr("Go from seat to seat; with Shift select on")),
        (tr("Alt+arrows"), tr("Move the selection a little; with Shift half a seat")),
        (tr("Arrows, Enter"), tr("Move what a tool draws, and put it down; Alt+arrows change the size of a box")),
        (tr("Space, Backspace"), tr("Set a corner of an outline, take one back; Enter or a double click closes it")),
        (tr("Double click"), tr("Select the row; with Alt the area")),
        (tr("Shift or Ctrl + click"), tr("Select one more, or one less")),
        (tr("Wheel, + - 0"), tr("Zoom in and out, show everything; middle button pans")),
        (tr("Esc"), tr("End the tool, stop a drag, select nothing")),
    )


def list_keys(commands: Sequence[Command]) -> list[tuple[str, str]]:
    """All keys of the editor."""
    return [(command.keys, command.text) for command in commands if command.keys] + list(list_canvas_keys())


class HelpDialog(HallDialog):
    """The steps and all keys."""

    def __init__(self, commands: Sequence[Command], parent: QWidget | None = None) -> None:
        title = tr("Draw a hall of 447 seats in five minutes")
        super().__init__(title, (), (("cancel", tr("Close"), "primary"),), parent, width=_WIDTH)
        page = QWidget()
        grid = QGridLayout(page)
        grid.setColumnStretch(1, 1)
        row = 0
        for number, step in enumerate(list_steps(), 1):
            grid.addWidget(make_label(str(number), "strong"), row, 0, _TOP)
            grid.addWidget(make_label(step), row, 1)
            row += 1
        grid.addWidget(make_label(tr("Keys"), "strong"), row, 0, 1, 2)
        for keys, meaning in list_keys(commands):
            row += 1
            grid.addWidget(make_label(keys, "strong"), row, 0, _TOP)
            grid.addWidget(make_label(meaning), row, 1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setWidget(page)
        scroll.setMinimumHeight(_HEIGHT)
        self.body.addWidget(scroll)

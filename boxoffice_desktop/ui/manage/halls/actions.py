"""The editor's commands with their keys: one list for menus, shortcuts and the help."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QObject, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from boxoffice_desktop.domain.layout import moving, picking
from boxoffice_desktop.domain.layout.document import HallDocument, Keys, rows_of, seats_of
from boxoffice_desktop.domain.layout.moving import Edge
from boxoffice_desktop.ui.manage.halls.session import Change, EditSession

_AISLE = 42.0
_CROSS_AISLE = 32.0
_BEND = 6.0
_SKEW = 14.0
_TURN = 5.0


# What a text field wants for itself.
_EDITING_KEYS = frozenset({"Del", "Ctrl+A", "Ctrl+Left", "Ctrl+Right", "Ctrl+Shift+Left", "Ctrl+Shift+Right"})


def tr(text: str) -> str:
    """A text of the editor in the person's language."""
    return QCoreApplication.translate("HallEditor", text)


@dataclass(frozen=True, kw_only=True)
class Command:
    """A command of a menu. `keys` is empty for none; a single letter works on the canvas only."""

    menu: str
    text: str
    keys: str
    run: Callable[[], None]


def list_commands(session: Callable[[], EditSession]) -> list[Command]:
    """The commands that change what is selected, in the order of the menus."""

    def change(menu: str, text: str, keys: str, operation: Change) -> Command:
        return Command(menu=menu, text=text, keys=keys, run=lambda: session().apply(operation, text))

    def select(text: str, keys: str, grow: Callable[[EditSession], Keys]) -> Command:
        return Command(menu="select", text=text, keys=keys, run=lambda: session().select(grow(session())))

    def duplicate() -> None:
        present = session()
        box = moving.bounds(present.document, present.selection)
        if box is not None:
            copied, keys = moving.copy(present.document, present.selection, 0.0, box[3] - box[1] + _CROSS_AISLE)
            present.push(copied, tr("Copy"), keys)

    return [
        Command(menu="edit", text=tr("Undo"), keys="Ctrl+Z", run=lambda: session().undo()),
        Command(menu="edit", text=tr("Redo"), keys="Ctrl+Shift+Z", run=lambda: session().redo()),
        Command(menu="edit", text=tr("Copy below"), keys="Ctrl+D", run=duplicate),
        change("edit", tr("Remove"), "Del", moving.remove),
        select(tr("Select everything"), "Ctrl+A", lambda s: picking.everything(s.document)),
        select(tr("Select whole rows"), "Ctrl+R", lambda s: picking.same_rows(s.document, s.selection)),
        select(tr("Select the whole area"), "Ctrl+E", lambda s: picking.same_areas(s.document, s.selection)),
        change("arrange", tr("Rows flush left"), "Ctrl+Shift+Left", lambda d, k: moving.align(d, k, Edge.LEFT)),
        change("arrange", tr("Rows centred"), "Ctrl+Shift+Up", lambda d, k: moving.align(d, k, Edge.CENTRE)),
        change("arrange", tr("Rows flush right"), "Ctrl+Shift+Right", lambda d, k: moving.align(d, k, Edge.RIGHT)),
        change("arrange", tr("Even distances between seats"), "Ctrl+Shift+E", moving.spread_seats),
        change("arrange", tr("Even distances between rows"), "Ctrl+Shift+R", moving.spread_rows),
        change("arrange", tr("Straighten rows"), "Ctrl+Shift+S", moving.straighten),
        change("arrange", tr("Bend the ends forward"), "Ctrl+Shift+B", _bend_more),
        change("arrange", tr("Shift each row further right"), "Ctrl+Shift+K", lambda d, k: moving.skew(d, k, _SKEW)),
        change("arrange", tr("Turn clockwise"), "Ctrl+Right", lambda d, k: moving.turn(d, k, _TURN)),
        change("arrange", tr("Turn counter-clockwise"), "Ctrl+Left", lambda d, k: moving.turn(d, k, -_TURN)),
        change("arrange", tr("Mirror left and right"), "Ctrl+M", moving.mirror),
        change("arrange", tr("Mirror front and back"), "Ctrl+Shift+M", _turn_over),
        change("arrange", tr("Aisle to the right of it"), "Ctrl+G", lambda d, k: moving.open_aisle(d, k, _AISLE)),
        change(
            "arrange", tr("Aisle behind it"), "Ctrl+Shift+G", lambda d, k: moving.open_cross_aisle(d, k, _CROSS_AISLE)
        ),
    ]


def _bend_more(document: HallDocument, keys: Keys) -> HallDocument:
    """A little more curve with every call: the depth that the first row has now, and a step."""
    rows = rows_of(seats_of(document, keys)).values()
    depth = max((max(s.y for s in row) - min(s.y for s in row) for row in rows), default=0.0)
    return moving.bend(document, keys, depth + _BEND)


def _turn_over(document: HallDocument, keys: Keys) -> HallDocument:
    return moving.mirror(document, keys, upside_down=True)


def make_actions(commands: list[Command], editor: QWidget, canvas: QWidget) -> dict[str, list[QAction]]:
    """Actions by menu. What a text field would want for itself (Del, letters, Ctrl+A) works on the canvas only."""
    menus: dict[str, list[QAction]] = {}
    for command in commands:
        action = QAction(command.text, editor)
        if command.keys:
            action.setShortcut(QKeySequence(command.keys))
        on_canvas = len(command.keys) == 1 or command.keys in _EDITING_KEYS
        context = Qt.ShortcutContext.WidgetShortcut if on_canvas else Qt.ShortcutContext.WidgetWithChildrenShortcut
        action.setShortcutContext(context)
        action.triggered.connect(lambda _on=False, run=command.run: run())
        (canvas if on_canvas else editor).addAction(action)
        menus.setdefault(command.menu, []).append(action)
    return menus


def make_menu(actions: list[QAction], parent: QWidget) -> QMenu:
    """A menu of these actions."""
    menu = QMenu(parent)
    menu.addActions(actions)
    return menu


class Lazy(QObject):
    """A place for the session of the moment, which comes and goes with the hall."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.session: EditSession | None = None

    def get(self) -> EditSession:
        """The session; there is one whenever a command can be reached."""
        if self.session is None:
            raise RuntimeError("no hall is open")
        return self.session

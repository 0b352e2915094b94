"""The search box: type, look, arrows, Enter."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QKeyEvent
from PySide6.QtWidgets import QDialog, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from boxoffice_desktop.services.finding import Found, FoundKind, find_anything, list_kept
from boxoffice_desktop.ui.find.words import FindWords, kind_word
from boxoffice_desktop.ui.tasks.runner import TaskRunner
from boxoffice_desktop.ui.widgets.dialogs import make_label
from boxoffice_desktop.ui.widgets.theme import SPACE_BETWEEN, SPACE_INSIDE, icon, restyle, theme

_WIDTH, _HEIGHT = 720, 480
_TARGET = 44
_AFTER_TYPING_MS = 120
_FOUND = Qt.ItemDataRole.UserRole
_STEPS = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: 5, Qt.Key.Key_PageUp: -5}


class SearchBox(QDialog):
    """Finds while one types. With a show, its reservations and house seats stand there before anything is typed.

    Deletes itself when it is closed.

    Signals:
        chosen: the `Found`; the box has closed.
        failed: an exception of the search; the box stays.
    """

    chosen = Signal(object)
    failed = Signal(object)

    def __init__(self, tasks: TaskRunner, show_id: int | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Find"))
        self._tasks = tasks
        self._show_id = show_id
        self._words = FindWords.of(tasks.desk.describe())
        self._shown_for: str | None = None
        self._chooses_first = False
        self._build()
        self._ask()

    def query(self) -> str:
        """What is looked for."""
        return " ".join(self.field.text().split())

    def results(self) -> tuple[Found, ...]:
        """What is shown, from top to bottom."""
        return tuple(found for row in range(self.list.count()) if (found := self._found_in(row)) is not None)

    def show_results(self, found: Sequence[Found]) -> None:
        """Show these, by kind, in the order in which the kinds come; the first is chosen."""
        self.list.clear()
        for kind in dict.fromkeys(each.kind for each in found):
            of_kind = [each for each in found if each.kind is kind]
            self._add_heading(kind, len(of_kind))
            for each in of_kind:
                self._add_result(each)
        self.list.setVisible(bool(found))
        self._say(self._describe_nothing() if not found else "")
        self._step(1)

    def _build(self) -> None:
        self.resize(_WIDTH, _HEIGHT)
        self.field = QLineEdit()
        self.field.setMinimumHeight(_TARGET)
        self.field.setPlaceholderText(self.tr("Name, code, phone, seat like E7, number of a sale or ticket, film"))
        self.field.setAccessibleName(self.tr("Find"))
        self.field.setClearButtonEnabled(True)
        self.field.addAction(icon("find", "muted"), QLineEdit.ActionPosition.LeadingPosition)
        self.field.installEventFilter(self)
        self.field.textChanged.connect(self._on_text_changed)
        self.list = QListWidget()
        self.list.setAccessibleName(self.tr("Results"))
        self.list.setUniformItemSizes(False)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setTextElideMode(Qt.TextElideMode.ElideRight)
        # The keyboard stays in the field; the arrows move here all the same.
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.itemClicked.connect(lambda item: self._choose(item.data(_FOUND)))
        self.verdict = make_label("", "muted")
        self.verdict.setAlignment(Qt.AlignmentFlag.AlignCenter)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_BETWEEN, SPACE_BETWEEN, SPACE_BETWEEN, SPACE_BETWEEN)
        column.setSpacing(SPACE_INSIDE)
        column.addWidget(self.field)
        column.addWidget(self.list, 1)
        column.addWidget(self.verdict, 1)
        column.addWidget(make_label(self.tr("Arrows choose · Enter opens · Esc closes"), "small"))
        self._soon = QTimer(self, interval=_AFTER_TYPING_MS, singleShot=True)
        self._soon.timeout.connect(self._ask)
        self.list.hide()

    def _add_heading(self, kind: FoundKind, count: int) -> None:
        item = QListWidgetItem(f"{kind_word(kind)}  {count}")
        item.setFlags(Qt.ItemFlag.NoItemFlags)
        font = self.list.font()
        font.setBold(True)
        item.setFont(font)
        item.setForeground(theme().colour("muted"))
        self.list.addItem(item)

    def _add_result(self, found: Found) -> None:
        first, second = self._words.describe(found)
        item = QListWidgetItem(f"{first}\n{second}")
        item.setData(_FOUND, found)
        item.setToolTip(f"{first}\n{second}")
        self.list.addItem(item)
        item.setSizeHint(item.sizeHint().expandedTo(self._row_size()))

    def _row_size(self) -> QSize:
        return QSize(0, max(_TARGET, 2 * self.list.fontMetrics().lineSpacing() + SPACE_INSIDE))

    def _ask(self) -> None:
        self._soon.stop()
        query = self.query()
        if query:
            self._read(query, find_anything, {"query": query})
        elif self._show_id is not None:
            self._read(query, list_kept, {"show_id": self._show_id})
        else:
            self._take(query, ())

    def _read(self, query: str, operation: Callable[..., tuple[Found, ...]], arguments: dict[str, object]) -> None:
        self._tasks.read(
            self,
            operation,
            arguments,
            done=lambda found: self._take(query, found),
            failed=self._on_failed,
            key="find",
        )

    def _take(self, query: str, found: tuple[Found, ...]) -> None:
        if query != self.query():
            # Somebody has typed on; the next answer is on its way.
            return
        self._shown_for = query
        self.show_results(found)
        if self._chooses_first:
            self._chooses_first = False
            self._choose_current()

    def _describe_nothing(self) -> str:
        if self.query():
            return self.tr("Nothing found for “{text}”.").format(text=self.query())
        if self._show_id is not None:
            return self.tr("Nothing is reserved or kept in this show. Type to look for anything else.")
        return ""

    def _on_text_changed(self) -> None:
        self._chooses_first = False
        self._soon.start()

    def _on_failed(self, error: Exception) -> None:
        self._chooses_first = False
        self._say(self.tr("The search did not work."), "error")
        self.failed.emit(error)

    def _say(self, words: str, role: str = "muted") -> None:
        self.verdict.setText(words)
        self.verdict.setProperty("role", role)
        self.verdict.setVisible(bool(words) or self.list.isHidden())
        restyle(self.verdict)

    def _step(self, steps: int) -> None:
        """Move among the results; headings are passed over."""
        rows = [row for row in range(self.list.count()) if self._found_in(row) is not None]
        if not rows:
            return
        now = self.list.currentRow()
        place = rows.index(now) + steps if now in rows else 0
        row = rows[max(0, min(place, len(rows) - 1))]
        self.list.setCurrentRow(row)
        # The focus stays in the field: what the arrows choose is read out.
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, self.list.item(row).text()))

    def _found_in(self, row: int) -> Found | None:
        found = self.list.model().index(row, 0).data(_FOUND)
        return found if isinstance(found, Found) else None

    def _on_enter(self) -> None:
        if self._shown_for == self.query():
            self._choose_current()
        else:
            # Typed, or scanned, ahead of the answer.
            self._ask()
            self._chooses_first = True

    def _choose_current(self) -> None:
        self._choose(self._found_in(self.list.currentRow()))

    def _choose(self, found: Found | None) -> None:
        if found is not None:
            self.accept()
            self.chosen.emit(found)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.field and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            key = Qt.Key(event.key())
            if key in _STEPS:
                self._step(_STEPS[key])
                return True
            if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._on_enter()
                return True
        return super().eventFilter(watched, event)

"""The customer's screen: which one it is, and what is on it."""

from PySide6.QtCore import QObject, QSettings, Qt
from PySide6.QtGui import QAction, QActionGroup, QCloseEvent, QGuiApplication, QScreen
from PySide6.QtWidgets import QMenu, QStackedWidget, QWidget

from boxoffice_desktop.domain.customer_view import CustomerStage, CustomerView
from boxoffice_desktop.ui.customer.pages import PosterPage, SalePage
from boxoffice_desktop.ui.customer.posters import PosterFeed
from boxoffice_desktop.ui.tasks.runner import TaskRunner

_KEY = "customer/screen"
_OFF, _WINDOW = "", "window"
_FIRST = (960, 600)


class CustomerWindow(QStackedWidget):
    """The second window. It takes no focus and no keys: whatever is typed belongs to the till."""

    def __init__(self, tasks: TaskRunner) -> None:
        super().__init__()
        facts = tasks.desk.describe()
        self.setWindowTitle(self.tr("{venue} · for the customer").format(venue=facts.venue_name))
        self.setWindowFlags(Qt.WindowType.Window | Qt.WindowType.WindowDoesNotAcceptFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setProperty("customer", "screen")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.resize(*_FIRST)
        self.poster, self.sale = PosterPage(facts), SalePage(facts)
        for page in (self.poster, self.sale):
            self.addWidget(page)

    def show_view(self, view: CustomerView) -> None:
        """Show the sale, or the poster when there is none."""
        is_idle = view.stage is CustomerStage.IDLE
        if not is_idle:
            self.sale.show_view(view)
        self.setCurrentWidget(self.poster if is_idle else self.sale)

    def closeEvent(self, event: QCloseEvent) -> None:
        # The till decides whether there is a customer's screen; a click on its frame does not.
        event.ignore()


class CustomerDisplay(QObject):
    """Opens the customer's window on the screen that somebody has chosen, also at the next start.

    A screen that is not there is waited for; until then there is no window, so that it never covers the till.
    """

    def __init__(self, tasks: TaskRunner, store: QSettings, till_window: QWidget) -> None:
        super().__init__(till_window)
        self._tasks = tasks
        self._store = store
        self._till_window = till_window
        self._view = CustomerView()
        self.window: CustomerWindow | None = None
        self._posters = PosterFeed(tasks, self)
        self._posters.turned.connect(self._on_turned)
        self.menu = QMenu(self.tr("Customer display"), till_window)
        self._choices = QActionGroup(self)
        self._choices.triggered.connect(self._on_chosen)
        self.menu.aboutToShow.connect(self._fill_menu)
        application = QGuiApplication.instance()
        if isinstance(application, QGuiApplication):
            application.screenAdded.connect(lambda _: self.restore())
            application.screenRemoved.connect(lambda _: self.restore())

    def restore(self) -> None:
        """Open the window where it was chosen to be, if that is possible now."""
        self._open(str(self._store.value(_KEY, _OFF)))

    def choose(self, where: str) -> None:
        """Put it on the screen of that name, in a `window`, or with an empty text away; remembered."""
        self._store.setValue(_KEY, where)
        self._open(where)

    def show_view(self, view: CustomerView) -> None:
        """Show another state of the sale."""
        self._view = view
        if self.window is not None:
            self.window.show_view(view)
            self._run_posters()

    def clear(self) -> None:
        """Nobody is being served."""
        self.show_view(CustomerView())

    def close(self) -> None:
        """Take the window away; what was chosen stays chosen."""
        self._posters.stop()
        if self.window is not None:
            self.window.hide()
            self.window.deleteLater()
            self.window = None

    def list_places(self) -> list[tuple[str, str]]:
        """What can be chosen now, with its name: nowhere, a window, and every screen but the till's."""
        places = [(_OFF, self.tr("Off")), (_WINDOW, self.tr("In a window"))]
        own = self._till_window.screen()
        for screen in QGuiApplication.screens():
            if screen is not own:
                size = screen.size()
                words = self.tr("{name}, {width} x {height}")
                name = words.format(name=screen.name(), width=size.width(), height=size.height())
                places.append((_screen_key(screen), name))
        return places

    def _open(self, where: str) -> None:
        screen = next((screen for screen in QGuiApplication.screens() if _screen_key(screen) == where), None)
        if where == _OFF or (where != _WINDOW and (screen is None or screen is self._till_window.screen())):
            self.close()
            return
        if self.window is None:
            self.window = CustomerWindow(self._tasks)
        if screen is not None:
            self.window.setGeometry(screen.geometry())
            self.window.showFullScreen()
        else:
            self.window.showNormal()
        self.show_view(self._view)

    def _run_posters(self) -> None:
        if self.window is not None and self._view.stage is CustomerStage.IDLE:
            self._posters.start()
        else:
            self._posters.stop()

    def _on_turned(self, shows: object, picture: object) -> None:
        if self.window is not None:
            self.window.poster.show_film(shows, picture)  # type: ignore[arg-type]  # a signal's values

    def _fill_menu(self) -> None:
        for action in self._choices.actions():
            self._choices.removeAction(action)
            self.menu.removeAction(action)
        chosen = str(self._store.value(_KEY, _OFF))
        for where, name in self.list_places():
            action = self.menu.addAction(name)
            action.setCheckable(True)
            action.setData(where)
            action.setChecked(where == chosen)
            self._choices.addAction(action)

    def _on_chosen(self, action: QAction) -> None:
        self.choose(str(action.data()))


def _screen_key(screen: QScreen) -> str:
    """What tells a screen from others over a restart; sockets keep their names, and so do most screens."""
    return f"screen:{screen.name()}:{screen.serialNumber()}"

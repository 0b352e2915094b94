"""The server that this till works with, and how well the connection works now."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from boxoffice_desktop.services.setup.link import LinkReport
from boxoffice_desktop.ui.widgets.theme import SPACE_BETWEEN, SPACE_INSIDE, restyle

_CLOCK_LIMIT_SECONDS: Final = 2.0
_SLOW_MS: Final = 20.0
_MINUTE: Final = 60
_HOUR: Final = 3600
_KEY_WIDTH: Final = 150
_WAITING: Final = "…"


class LinkPanel(QFrame):
    """Facts about server and connection, and a button that finds them out anew.

    Signals:
        test_requested: somebody wants the connection tried.
    """

    test_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._grid = QGridLayout()
        self._values: dict[str, QLabel] = {}
        self._verdict = QLabel()
        self.button = QPushButton(self.tr("&Test the connection"))
        self._build()
        self.button.clicked.connect(self.test_requested)

    def _build(self) -> None:
        self.setProperty("card", True)
        title = QLabel(self.tr("Server and connection"))
        title.setProperty("role", "title")
        self._grid.setHorizontalSpacing(SPACE_BETWEEN)
        self._grid.setVerticalSpacing(SPACE_INSIDE)
        self._grid.setColumnMinimumWidth(0, _KEY_WIDTH)
        self._grid.setColumnStretch(1, 1)
        for row, (key, words) in enumerate(self._list_rows()):
            self._add_row(row, key, words)
        self._verdict.setWordWrap(True)
        self._verdict.setAccessibleName(self.tr("Result of the test"))
        below = QHBoxLayout()
        below.setSpacing(SPACE_BETWEEN)
        below.addWidget(self.button)
        below.addWidget(self._verdict, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_BETWEEN, SPACE_BETWEEN, SPACE_BETWEEN, SPACE_BETWEEN)
        column.setSpacing(SPACE_BETWEEN)
        column.addWidget(title)
        column.addLayout(self._grid)
        column.addLayout(below)

    def _list_rows(self) -> Sequence[tuple[str, str]]:
        return (
            ("server", self.tr("Server")),
            ("database", self.tr("Database")),
            ("tls", self.tr("Encryption")),
            ("version", self.tr("PostgreSQL")),
            ("round_trip", self.tr("Answer takes")),
            ("clock", self.tr("Clock")),
            ("schema", self.tr("Schema")),
        )

    def _add_row(self, row: int, key: str, words: str) -> None:
        name, value = QLabel(words), QLabel(_WAITING)
        name.setProperty("role", "muted")
        value.setTextFormat(Qt.TextFormat.PlainText)
        value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        value.setWordWrap(True)
        value.setAccessibleName(words)
        value.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._grid.addWidget(name, row, 0, Qt.AlignmentFlag.AlignTop)
        self._grid.addWidget(value, row, 1)
        self._values[key] = value

    def show_testing(self) -> None:
        """The test is under way."""
        self._say("muted", self.tr("Testing…"))

    def show_report(self, report: LinkReport) -> None:
        """Show what the test found."""
        self._show("server", report.server or self.tr("this machine's own"))
        self._show("database", self.tr("{name} as {login}").format(name=report.database, login=report.login))
        self._show("tls", self._describe_tls(report), "text" if self._is_safe(report) else "warn")
        self._show("version", report.version)
        slow = report.round_trip_ms > _SLOW_MS
        self._show("round_trip", self.tr("{ms:.1f} ms").format(ms=report.round_trip_ms), "warn" if slow else "text")
        wrong = abs(report.clock_ahead) >= _CLOCK_LIMIT_SECONDS
        self._show("clock", self._describe_clock(report.clock_ahead), "warn" if wrong else "text")
        self._show("schema", report.schema, "text" if report.is_current else "warn")
        troubles = [
            words
            for is_so, words in (
                (not self._is_safe(report), self.tr("the connection is not safe")),
                (slow, self.tr("the server answers slowly")),
                (wrong, self.tr("the clocks differ; sales go by the server's")),
                (not report.is_current, self.tr("the schema is another release's")),
            )
            if is_so
        ]
        if troubles:
            self._say("warn", self.tr("Works, but {troubles}.").format(troubles=", ".join(troubles)))
        else:
            self._say("ok", self.tr("The connection works."))

    def show_failure(self, words: str) -> None:
        """The server did not answer; what was known before stays."""
        self._say("error", words)

    @property
    def words(self) -> str:
        """What the panel says, for tests and screen readers."""
        return "\n".join([*(label.text() for label in self._values.values()), self._verdict.text()])

    @staticmethod
    def _is_safe(report: LinkReport) -> bool:
        return report.is_local or (bool(report.tls) and report.is_verified)

    def _describe_tls(self, report: LinkReport) -> str:
        if not report.tls:
            return self.tr("not needed: it stays on this machine") if report.is_local else self.tr("none")
        words = self.tr("{protocol}, server verified") if report.is_verified else self.tr("{protocol}, not verified")
        return words.format(protocol=report.tls.partition(" ")[0])

    def _describe_clock(self, ahead: float) -> str:
        if abs(ahead) < _CLOCK_LIMIT_SECONDS:
            return self.tr("in step with the server")
        seconds = abs(ahead)
        if seconds >= 2 * _HOUR:
            span = self.tr("{hours:.0f} h").format(hours=seconds / _HOUR)
        elif seconds >= 2 * _MINUTE:
            span = self.tr("{minutes:.0f} min").format(minutes=seconds / _MINUTE)
        else:
            span = self.tr("{seconds:.0f} s").format(seconds=seconds)
        words = self.tr("{span} behind the server") if ahead > 0 else self.tr("{span} ahead of the server")
        return words.format(span=span)

    def _show(self, key: str, words: str, role: str = "text") -> None:
        label = self._values[key]
        label.setText(words)
        label.setProperty("role", role)
        restyle(label)

    def _say(self, role: str, words: str) -> None:
        self._verdict.setText(words)
        self._verdict.setProperty("role", role)
        restyle(self._verdict)

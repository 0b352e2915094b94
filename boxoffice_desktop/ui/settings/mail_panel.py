"""The e-mail server that tickets are sent through; off while it has no name."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from boxoffice_desktop.domain.mail import MailSecurity, MailSettings
from boxoffice_desktop.ui.widgets.form import Form, Reading
from boxoffice_desktop.ui.widgets.theme import SPACE_BETWEEN, restyle


class MailPanel(QFrame):
    """The fields and a button that saves them.

    Signals:
        save_requested: the `MailSettings`, and the password, None when it stays as it is.
    """

    save_requested = Signal(object, object)

    def __init__(self, settings: MailSettings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.form = Form(columns=2)
        self.security = QComboBox()
        self.button = QPushButton(self.tr("Save the e-mail server"))
        self._verdict = QLabel()
        self._build()
        self._show(settings)
        self.form.submitted.connect(self._save)
        self.button.clicked.connect(self._save)

    def _build(self) -> None:
        self.setProperty("card", True)
        title = QLabel(self.tr("Tickets by e-mail"))
        title.setProperty("role", "title")
        self.security.addItem(self.tr("TLS from the start"), MailSecurity.TLS)
        self.security.addItem(self.tr("STARTTLS"), MailSecurity.STARTTLS)
        self.form.add_line("host", self.tr("Server, empty for none"), hint="smtp.cinema.example")
        self.form.add_line("port", self.tr("Port"))
        self.form.add("security", self.tr("Encryption"), self.security)
        self.form.add_line("sender", self.tr("Sender's address"), hint="tickets@cinema.example")
        self.form.add_line("user", self.tr("User"))
        hint = self.tr("as it is; type to change it")
        self.form.add_line("password", self.tr("Password"), hint=hint, is_secret=True)
        self._verdict.setAccessibleName(self.tr("Result of saving"))
        self._verdict.setWordWrap(True)
        below = QHBoxLayout()
        below.setSpacing(SPACE_BETWEEN)
        below.addWidget(self.button)
        below.addWidget(self._verdict, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_BETWEEN, SPACE_BETWEEN, SPACE_BETWEEN, SPACE_BETWEEN)
        column.setSpacing(SPACE_BETWEEN)
        column.addWidget(title)
        column.addWidget(self.form)
        column.addLayout(below)

    def show_saved(self, words: str = "") -> None:
        """They count from now on."""
        self.form.set_text("password", "")
        self._say("ok", words or self.tr("Saved."))

    def show_failure(self, words: str) -> None:
        """The password could not be kept."""
        self._say("error", words)

    @property
    def words(self) -> str:
        """What the panel says of the last save, for tests and screen readers."""
        return self._verdict.text()

    def _show(self, settings: MailSettings) -> None:
        self.form.set_text("host", settings.host)
        self.form.set_text("port", str(settings.port))
        self.form.set_text("sender", settings.sender)
        self.form.set_text("user", settings.user)
        self.security.setCurrentIndex(self.security.findData(settings.security))

    def _save(self) -> None:
        reading = Reading(self.form)
        port = reading.number("port")
        settings = MailSettings(
            host=self.form.text("host").strip(),
            port=port or 0,
            security=MailSecurity(self.security.currentData()),
            user=self.form.text("user").strip(),
            sender=self.form.text("sender").strip(),
        )
        problems = {**settings.list_problems(), **reading.problems}
        self.form.show_problems(problems)
        if not problems:
            self.save_requested.emit(settings, self.form.text("password") or None)

    def _say(self, role: str, words: str) -> None:
        self._verdict.setText(words)
        self._verdict.setProperty("role", role)
        restyle(self._verdict)

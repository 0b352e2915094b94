"""What this till knows of its e-mail server: in its own settings, the password in the account's keyring."""

from typing import Final

from PySide6.QtCore import QSettings

from boxoffice_desktop.db.credentials import MailPassword
from boxoffice_desktop.domain.mail import MailSettings
from boxoffice_desktop.services.mail import send_document

_KEY: Final = "mail/server"


class MailStore:
    """Reads and writes the settings, and sends with them. `send` and `save_password` block and belong on a worker."""

    def __init__(self, store: QSettings, password: MailPassword) -> None:
        self._store = store
        self._password = password

    def find(self) -> MailSettings:
        """The settings; off until somebody has set them up."""
        return MailSettings.from_text(str(self._store.value(_KEY) or ""))

    def save(self, settings: MailSettings) -> None:
        """Send through this server from now on."""
        self._store.setValue(_KEY, settings.to_text())

    def save_password(self, password: str) -> str:
        """Keep the password; returns where, `keyring` or `file`."""
        return self._password.save(password)

    def send(self, settings: MailSettings, to: str, subject: str, body: str, pdf: bytes, file_name: str) -> None:
        """Send a document.

        Raises:
            MailError: it was not taken.
            CredentialError: others could have read the password.
        """
        password = self._password.read() if settings.user else ""
        send_document(settings, password, to=to, subject=subject, body=body, pdf=pdf, file_name=file_name)

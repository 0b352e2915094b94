"""Tickets by e-mail: which server a till sends through, and what an address looks like."""

import json
import re
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Final

from boxoffice_desktop.domain.errors import BoxOfficeError

# One address, no names, no lists, nothing that ends a line of a letter's head. What exists only the server knows.
_ADDRESS: Final = re.compile(r"[^\s@,;:<>()\"\\]{1,64}@[^\s@,;:<>()\"\\.]+(\.[^\s@,;:<>()\"\\.]+)+")
_LONGEST_ADDRESS: Final = 254
_HIGHEST_PORT: Final = 65535


class MailError(BoxOfficeError):
    """A letter was not sent; the sale stands. Its words are fit for a cashier and hold no secret."""


class MailSecurity(StrEnum):
    """How the connection is made safe; there is no way without."""

    TLS = "tls"  # from its first byte
    STARTTLS = "starttls"


@dataclass(frozen=True, kw_only=True)
class MailSettings:
    """The server that tickets are sent through. Off while `host` is empty. The password stands elsewhere.

    Attributes:
        user: who signs in there; empty for a server that asks nobody.
        sender: the address that letters come from.
    """

    host: str = ""
    port: int = 465
    security: MailSecurity = MailSecurity.TLS
    user: str = ""
    sender: str = ""

    @property
    def is_on(self) -> bool:
        """Whether letters can be sent at all."""
        return bool(self.host and self.sender)

    def list_problems(self) -> dict[str, str]:
        """What cannot be used, by field; an empty host switches everything off and is no problem."""
        problems = {}
        if self.host and not re.fullmatch(r"[A-Za-z0-9._-]+", self.host):
            problems["host"] = "A server's name, like smtp.cinema.example."
        if not 0 < self.port <= _HIGHEST_PORT:
            problems["port"] = f"From 1 to {_HIGHEST_PORT}."
        if self.host and not is_address(self.sender):
            problems["sender"] = "One e-mail address."
        return problems

    def to_text(self) -> str:
        """The settings as they stand in a till's settings."""
        return json.dumps(asdict(self))

    @staticmethod
    def from_text(text: str) -> "MailSettings":
        """Read what `to_text` wrote; whatever cannot be read is off."""
        try:
            values = json.loads(text)
            return MailSettings(
                host=str(values["host"]),
                port=int(values["port"]),
                security=MailSecurity(values["security"]),
                user=str(values["user"]),
                sender=str(values["sender"]),
            )
        except (ValueError, KeyError, TypeError):
            return MailSettings()


def is_address(text: str) -> bool:
    """Whether it is one e-mail address and nothing else."""
    return len(text) <= _LONGEST_ADDRESS and _ADDRESS.fullmatch(text) is not None

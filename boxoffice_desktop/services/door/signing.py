"""The signature on a ticket, with which a door checks it while the server is away.

Who signs: the till that prints. Ed25519 is not in PostgreSQL, and a key in the database would be in every backup of it.
So every till makes a key of its own; the private half stays in a file that only its account can read, beside the
till's other secrets, and never leaves the machine. The public half is registered under the terminal's login at its
first ticket: the login is what proves the terminal, as everywhere. A further key for a terminal that has one takes a
person who manages the terminals. Doors read the public halves of living terminals and nothing else; whoever steals a
door can check tickets and make none.

What that does not do: a till that is stolen with its key can sign tickets that doors believe while the server is away.
They are found as "unknown" when the server is back, and name the till. Revoking the terminal ends its key at every door
that hears of it. With the server, a signature opens nothing: the 128 random bits of the code do.
"""

import logging
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import text
from sqlalchemy.orm import Session

from boxoffice_desktop.db.credentials import read_private, write_private
from boxoffice_desktop.domain.errors import CredentialError
from boxoffice_desktop.domain.ticket_codes import SignedFacts, pack_facts

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

_log = logging.getLogger(__name__)


class TicketSigner:
    """The key of one till, made when it is first needed. Safe to use from several threads."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._lock = threading.Lock()
        self._key: Ed25519PrivateKey | None = None
        self._was_refused = False

    def find_key_id(self, session: Session) -> int | None:
        """The number under which the database knows this till's key, registered now if need be; None without one.

        A till that has no key prints tickets without a signature: they need the server at the door.
        """
        key = self._load()
        if key is None:
            return None
        # Asked anew for every document: a transaction that is rolled back takes a fresh registration with it.
        key_id = _register(session, key)
        if key_id is None and not self._was_refused:
            key_id = self._register_fresh(session)
        return key_id

    def sign(self, facts: SignedFacts) -> bytes:
        """What goes into the QR code of a ticket, 96 bytes; empty when the ticket cannot be signed."""
        body = pack_facts(facts)
        if body is None or self._key is None:
            return b""
        return body + self._key.sign(body)

    def _register_fresh(self, session: Session) -> int | None:
        """A key that was revoked when the till was paired again makes room for a new one; asked once a start."""
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        self._was_refused = True
        fresh = Ed25519PrivateKey.generate()
        key_id = _register(session, fresh)
        if key_id is None:
            _log.warning("the database did not take this till's key: tickets go without a signature")
            return None
        with self._lock:
            write_private(self._file, fresh.private_bytes_raw().hex())
            self._key = fresh
        return key_id

    def _load(self) -> "Ed25519PrivateKey | None":
        # A twentieth of a second to load: not before the first ticket.
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        with self._lock:
            if self._key is None:
                try:
                    if not self._file.exists():
                        write_private(self._file, Ed25519PrivateKey.generate().private_bytes_raw().hex())
                    self._key = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(read_private(self._file)))
                except (OSError, ValueError, CredentialError):
                    # The tickets are good without it; they only need the server.
                    _log.warning("this till's key for signing tickets cannot be had", exc_info=True)
            return self._key


def _register(session: Session, key: "Ed25519PrivateKey") -> int | None:
    public = key.public_key().public_bytes_raw()
    key_id: int | None = session.execute(text("SELECT boxoffice.register_ticket_key(:key)"), {"key": public}).scalar()
    return key_id


def is_signed(public_key: bytes, body: bytes, signature: bytes) -> bool:
    """Whether the signature is that of the key's owner for exactly these bytes."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, body)
    except (InvalidSignature, ValueError):
        return False
    return True

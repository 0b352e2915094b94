"""What a till remembers of its pairing: the server in a file of its settings, the password in the system's keyring.

Where there is no keyring (a server without a desktop, a kiosk) the password goes into a file that only its owner can
read; a file that others can read is refused, because then it may have been read.
"""

import contextlib
import json
import logging
import os
import stat
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final, Literal

from psycopg.conninfo import conninfo_to_dict, make_conninfo

from boxoffice_desktop.domain.errors import CredentialError

_log = logging.getLogger(__name__)
_SERVICE: Final = "boxoffice-desktop"
_PRIVATE: Final = 0o600
Keeper = Literal["keyring", "file"]


@dataclass(frozen=True, kw_only=True)
class Pairing:
    """A till and its server.

    Attributes:
        conninfo: everything but the password.
        login: the till's role.
        terminal_name: what people call it.
        keeper: where the password is.
    """

    conninfo: str
    login: str
    terminal_name: str
    keeper: Keeper


class PairingStore:
    """The pairing of one counter of this machine. `counter` tells several windows of one machine apart."""

    def __init__(self, folder: Path, counter: int = 1) -> None:
        self._folder = folder
        self._file = folder / f"till-{counter}.json"
        self._password_file = folder / f"till-{counter}.password"

    @property
    def file(self) -> Path:
        """Where the pairing stands."""
        return self._file

    @property
    def password_file(self) -> Path:
        """Where the password is when there is no keyring."""
        return self._password_file

    def find(self) -> Pairing | None:
        """The pairing, None when this till has none.

        Raises:
            CredentialError: there is one, and it cannot be read.
        """
        try:
            values = json.loads(self._file.read_text(encoding="utf-8"))
            return Pairing(**{name: str(values[name]) for name in Pairing.__dataclass_fields__})  # type: ignore[arg-type]  # the keeper's word is checked where it is used
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise CredentialError(
                f"The pairing of this till in {self._file} cannot be read.",
                "Pair the till again: boxoffice terminal pair … --again",
            ) from error

    def save(self, pairing_conninfo: str, login: str, terminal_name: str, password: str, *, keyring: bool) -> Pairing:
        """Remember a pairing and its password, the password first. With `keyring` False it goes into the file.

        What the answer's `keeper` says is where the password went: the file also when there is no keyring.
        """
        bare: dict[str, Any] = {
            name: value for name, value in conninfo_to_dict(pairing_conninfo).items() if name != "password"
        }
        keeper: Keeper = "keyring" if keyring and _put_into_keyring(login, password) else "file"
        pairing = Pairing(conninfo=make_conninfo(**bare), login=login, terminal_name=terminal_name, keeper=keeper)
        if keeper == "file":
            write_private(self._password_file, password)
        else:
            self._password_file.unlink(missing_ok=True)
        write_private(self._file, json.dumps(asdict(pairing), indent=2))
        return pairing

    def read_conninfo(self, pairing: Pairing) -> str:
        """The whole connection string, password included.

        Raises:
            CredentialError: the password is gone, or others could have read it.
        """
        in_keyring = pairing.keeper == "keyring"
        password = _find_in_keyring(pairing.login) if in_keyring else read_private(self._password_file)
        if not password:
            raise CredentialError(
                f"The password of {pairing.terminal_name} is not in the keyring of this account.",
                "Start the till with the account that paired it and unlock its keyring, or pair it again:"
                " boxoffice terminal pair … --again",
            )
        return make_conninfo(pairing.conninfo, password=password)

    def read_till_conninfo(self) -> str:
        """The connection string of the till that this counter is.

        Raises:
            CredentialError: it is none, or its password cannot be had.
        """
        pairing = self.find()
        if pairing is None:
            raise CredentialError("This machine is no till of a shared server.", "Pair it: boxoffice terminal pair …")
        return self.read_conninfo(pairing)

    def forget(self) -> bool:
        """Remove the pairing and its password from this machine; False when there was none."""
        was_there = self._file.exists()
        with contextlib.suppress(CredentialError):
            pairing = self.find()
            if pairing is not None and pairing.keeper == "keyring":
                _remove_from_keyring(pairing.login)
        self._password_file.unlink(missing_ok=True)
        self._file.unlink(missing_ok=True)
        return was_there


class MailPassword:
    """The password of the e-mail server of one counter: in the account's keyring, else in a file only it can read.

    `name` tells several counters of one machine apart.
    """

    def __init__(self, folder: Path, name: str) -> None:
        self._key = f"mail-{name}"
        self._file = folder / f"{self._key}.password"

    def save(self, password: str, *, keyring: bool = True) -> Keeper:
        """Keep it; returns where. An empty one is forgotten."""
        _remove_from_keyring(self._key)
        self._file.unlink(missing_ok=True)
        if password and keyring and _put_into_keyring(self._key, password):
            return "keyring"
        if password:
            write_private(self._file, password)
        return "file"

    def read(self) -> str:
        """The password; empty when there is none.

        Raises:
            CredentialError: others could have read it.
        """
        return read_private(self._file) or _find_in_keyring(self._key)


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner can read, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f"{path.name}.draft")
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _PRIVATE)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def read_private(path: Path) -> str:
    """The text of a file that only its owner can read; empty when there is none.

    Raises:
        CredentialError: others can read it. On Windows the folder's access list decides, which is the account's own.
    """
    try:
        status = path.stat()
        if sys.platform != "win32" and (
            status.st_mode & (stat.S_IRWXG | stat.S_IRWXO) or status.st_uid != os.geteuid()
        ):
            raise CredentialError(
                f"Others can read the password in {path}, so it may be known to them.",
                "Pair the till again, which gives it a new one: boxoffice terminal pair … --again",
            )
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""
    except PermissionError as error:
        raise CredentialError(
            f"The password in {path} belongs to another account.", "Start the till with the account that paired it."
        ) from error


def _has_keyring() -> bool:
    try:
        import keyring
        from keyring.backends import fail, null

        backend = keyring.get_keyring()
    except Exception:  # noqa: BLE001  backends raise whatever their platform does; then there is none
        return False
    return not isinstance(backend, (fail.Keyring, null.Keyring))


def _put_into_keyring(login: str, password: str) -> bool:
    if not _has_keyring():
        return False
    try:
        import keyring

        keyring.set_password(_SERVICE, login, password)
        # A backend may take it and keep nothing, as a locked one of a session without a desktop does.
        return keyring.get_password(_SERVICE, login) == password
    except Exception as error:  # noqa: BLE001  whatever it is, the file takes over
        _log.warning("the keyring did not take the password: %s", type(error).__name__)
        return False


def _find_in_keyring(login: str) -> str:
    try:
        import keyring

        return keyring.get_password(_SERVICE, login) or ""
    except Exception as error:  # noqa: BLE001  a locked or missing keyring is the same to the till: no password
        _log.warning("the keyring does not answer: %s", type(error).__name__)
        return ""


def _remove_from_keyring(login: str) -> None:
    with contextlib.suppress(Exception):
        import keyring

        keyring.delete_password(_SERVICE, login)

"""A till's password: in the keyring, or in a file that nobody else can read; never both, never in the settings."""

import sys
from collections.abc import Iterator
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends import fail
from keyring.errors import KeyringError

from boxoffice_desktop.db.credentials import PairingStore, write_private
from boxoffice_desktop.domain.errors import CredentialError

CONNINFO = "host=db.example.org user=till_1 password=s3cret sslmode=verify-full"


class Keyring(KeyringBackend):
    """A keyring in memory; `is_locked` makes every access fail, `forgets` keeps nothing."""

    priority = 5  # type: ignore[assignment]  # a class property in keyring, a number in every backend

    def __init__(self, *, is_locked: bool = False, forgets: bool = False) -> None:
        super().__init__()
        self.is_locked, self.forgets = is_locked, forgets
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        if self.is_locked:
            raise KeyringError("locked")
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        if self.is_locked:
            raise KeyringError("locked")
        if not self.forgets:
            self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.kept[service, username]


@pytest.fixture
def no_keyring() -> Iterator[None]:
    yield from _use(fail.Keyring())


@pytest.fixture
def ring() -> Iterator[Keyring]:
    backend = Keyring()
    for _ in _use(backend):
        yield backend


def _use(backend: KeyringBackend) -> Iterator[None]:
    before = keyring.get_keyring()
    keyring.set_keyring(backend)
    yield
    keyring.set_keyring(before)


@pytest.fixture
def store(tmp_path: Path) -> PairingStore:
    return PairingStore(tmp_path / "config")


def save(store: PairingStore, *, use_keyring: bool = True) -> str:
    return store.save(CONNINFO, "till_1", "Counter 3", "s3cret", keyring=use_keyring).keeper


def test_the_keyring_keeps_the_password_and_the_file_does_not(store: PairingStore, ring: Keyring) -> None:
    assert save(store) == "keyring"
    assert ring.kept == {("boxoffice-desktop", "till_1"): "s3cret"}
    assert "s3cret" not in store.file.read_text()
    assert not store.password_file.exists()
    assert "password=s3cret" in store.read_till_conninfo()


def test_without_a_keyring_a_private_file_keeps_it(store: PairingStore, no_keyring: None) -> None:
    assert save(store) == "file"
    assert store.password_file.stat().st_mode & 0o777 == 0o600
    assert "s3cret" not in store.file.read_text()
    assert "password=s3cret" in store.read_till_conninfo()


@pytest.mark.parametrize("trouble", ["is_locked", "forgets"])
def test_a_keyring_that_does_not_keep_it_is_no_keyring(store: PairingStore, ring: Keyring, trouble: str) -> None:
    setattr(ring, trouble, True)
    assert save(store) == "file"
    assert "password=s3cret" in store.read_till_conninfo()


def test_a_keyring_may_be_declined(store: PairingStore, ring: Keyring) -> None:
    assert save(store, use_keyring=False) == "file"
    assert not ring.kept


@pytest.mark.skipif(sys.platform == "win32", reason="access lists decide there")
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660])
def test_a_password_that_others_can_read_is_refused(store: PairingStore, no_keyring: None, mode: int) -> None:
    save(store)
    store.password_file.chmod(mode)
    with pytest.raises(CredentialError) as refused:
        store.read_till_conninfo()
    assert "--again" in refused.value.advice


def test_a_password_that_is_gone_is_said(store: PairingStore, ring: Keyring) -> None:
    save(store)
    ring.kept.clear()
    with pytest.raises(CredentialError, match="Counter 3"):
        store.read_till_conninfo()


def test_a_keyring_that_is_locked_later_is_said(store: PairingStore, ring: Keyring) -> None:
    save(store)
    ring.is_locked = True
    with pytest.raises(CredentialError, match="not in the keyring"):
        store.read_till_conninfo()


def test_forgetting_leaves_nothing(store: PairingStore, ring: Keyring) -> None:
    save(store)
    assert store.forget()
    assert not ring.kept
    assert store.find() is None
    assert not store.forget()


def test_a_pairing_that_cannot_be_read_is_no_missing_pairing(store: PairingStore) -> None:
    write_private(store.file, "{")
    with pytest.raises(CredentialError, match="cannot be read"):
        store.find()
    assert store.forget()


def test_two_counters_of_one_machine_are_two_pairings(tmp_path: Path, no_keyring: None) -> None:
    first, second = PairingStore(tmp_path, 1), PairingStore(tmp_path, 2)
    save(first)
    assert first.find() is not None
    assert second.find() is None
    with pytest.raises(CredentialError, match="no till"):
        second.read_till_conninfo()

"""Locks between processes that vanish with the process that holds them, however it dies."""

import contextlib
import os
import secrets
import sys
from collections.abc import Iterator
from pathlib import Path
from threading import Event

_POLL_SECONDS = 0.05


class FileLock:
    """An exclusive lock on a file. Not reentrant: two objects on one file exclude each other, in one process too."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._descriptor: int | None = None

    def try_acquire(self) -> bool:
        """True when the lock is ours now. Raises: OSError when the file cannot be made."""
        descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            _lock(descriptor)
        except OSError:
            os.close(descriptor)
            return False
        self._descriptor = descriptor
        return True

    def release(self) -> None:
        """The lock is free; harmless when it was not held."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    @contextlib.contextmanager
    def held(self, timeout_seconds: float) -> Iterator[None]:
        """Holds the lock for the block. Raises: TimeoutError."""
        waited = Event()
        tries = int(timeout_seconds / _POLL_SECONDS)
        while not self.try_acquire():
            if tries <= 0:
                raise TimeoutError(f"{self.path} is held by another process")
            tries -= 1
            waited.wait(_POLL_SECONDS)
        try:
            yield
        finally:
            self.release()


class UserRegister:
    """Who uses the server: a folder with one locked file for each user, since msvcrt knows no shared locks."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._own: FileLock | None = None

    def join(self) -> None:
        """This object counts as a user until `leave` or the end of the process."""
        if self._own is not None:
            return
        self._folder.mkdir(mode=0o700, exist_ok=True)
        own = FileLock(self._folder / f"{os.getpid()}-{secrets.token_hex(4)}.lock")
        own.try_acquire()
        self._own = own

    def leave(self) -> None:
        """This object is no user any more."""
        if self._own is not None:
            self._own.release()
            self._own.path.unlink(missing_ok=True)
            self._own = None

    def has_others(self) -> bool:
        """True when anybody else uses the server; files of dead processes are cleared away."""
        own = self._own.path if self._own else None
        alive = False
        for path in sorted(self._folder.glob("*.lock")):
            if path == own:
                continue
            lock = FileLock(path)
            if lock.try_acquire():
                lock.release()
                path.unlink(missing_ok=True)
            else:
                alive = True
        return alive


if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)

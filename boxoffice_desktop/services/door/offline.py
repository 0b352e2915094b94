"""A door without its server: it checks signatures, lets in whom its memory allows, and remembers whom it let in.

What it let in is in a file before the door opens: one line a scan, fsynced, and gone from there only when the server
has confirmed it. So a tablet whose battery dies during an outage still tells the server afterwards.
"""

import contextlib
import json
import logging
import os
import threading
from collections.abc import Collection, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from boxoffice_desktop.db.credentials import write_private
from boxoffice_desktop.domain.admission import (
    DoorBook,
    DoorPlace,
    Judgement,
    LateScan,
    Outcome,
    best_reading,
    hash_code,
    is_fresh,
    judge_signed,
)
from boxoffice_desktop.domain.errors import AttemptNotKeptError
from boxoffice_desktop.domain.ticket_codes import Reading
from boxoffice_desktop.services.door.book import parse_book, write_book
from boxoffice_desktop.services.door.signing import is_signed

_log = logging.getLogger(__name__)


class DoorMemory:
    """The files of one door: `book.json` and `scans.jsonl` in `folder`. Safe to use from several threads.

    The codes in the scans are those of tickets that were used; the file is its account's alone.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._scans_file = folder / "scans.jsonl"
        self._book_file = folder / "book.json"
        self._lock = threading.Lock()
        self._book: DoorBook | None = None

    def keep_book(self, book: DoorBook) -> None:
        """Remember a book, over a restart too. A disk that does not take it costs that much and no more."""
        with self._lock:
            self._book = book
            try:
                write_private(self._book_file, write_book(book))
            except OSError:
                _log.warning("the door's memory could not be written", exc_info=True)

    def find_book(self) -> DoorBook | None:
        """What was remembered last; None when nothing was, or when it cannot be read."""
        with self._lock:
            if self._book is None:
                with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
                    self._book = parse_book(self._book_file.read_text(encoding="utf-8"))
            return self._book

    def judge(
        self, readings: Sequence[Reading], place: DoorPlace, scan_id: UUID, now: datetime, person: str = ""
    ) -> Judgement:
        """Decide without the server; whoever is let in is in the file when this returns. `now` is aware.

        `person` is who stands at the door; empty when nobody is signed in.

        Raises:
            AttemptNotKeptError: the disk does not take it; nobody may be let in.
        """
        book = self.find_book()
        unchecked = Judgement(scan_id=scan_id, outcome=Outcome.UNCHECKED, offline=True)
        if book is None or not is_fresh(book, now):
            return unchecked
        if best_reading(tuple(readings)) is None:
            # A short code and a ticket without a signature: only the server knows them. What is no code at all is none.
            return unchecked if readings else Judgement(scan_id=scan_id, outcome=Outcome.UNKNOWN, offline=True)
        for reading in readings:
            key = book.keys.get(reading.facts.key_id) if reading.facts is not None else None
            if reading.facts is None or key is None or not is_signed(key, reading.signed, reading.signature):
                continue
            with self._lock:
                own = {hash_code(scan.code): scan for scan in self._read_scans()}
                answer = judge_signed(reading.facts, book, place, own, scan_id=scan_id, now=now)
                if answer.outcome is Outcome.ADMITTED:
                    scan = LateScan(
                        scan_id=scan_id,
                        code=reading.code,
                        door=place.name,
                        scanned_at=now,
                        show_id=reading.facts.show_id,
                        seat_name=answer.seat_name,
                        person=person,
                    )
                    self._append(scan)
            return answer
        # Signed by nobody whom this door knows: forged, or by a till that was revoked or came later.
        return Judgement(scan_id=scan_id, outcome=Outcome.UNKNOWN, offline=True)

    def list_scans(self) -> tuple[LateScan, ...]:
        """Whom the door let in by itself and the server has not heard of, oldest first."""
        with self._lock:
            return self._read_scans()

    def forget(self, scan_ids: Collection[UUID]) -> None:
        """The server has these. A file that cannot be written is told again later, harmlessly."""
        with self._lock:
            kept = [scan for scan in self._read_scans() if scan.scan_id not in scan_ids]
            try:
                if kept:
                    write_private(self._scans_file, "".join(f"{json.dumps(_values(scan))}\n" for scan in kept))
                else:
                    self._scans_file.unlink(missing_ok=True)
            except OSError:
                _log.warning("the door's scans could not be removed", exc_info=True)

    def _append(self, scan: LateScan) -> None:
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            handle = os.open(self._scans_file, os.O_RDWR | os.O_CREAT, 0o600)
            with os.fdopen(handle, "r+b") as file:
                # A line that a power cut has left half written must not swallow this one.
                size = file.seek(0, os.SEEK_END)
                if size:
                    file.seek(size - 1)
                    torn = file.read(1) != b"\n"
                    file.write(b"\n" if torn else b"")
                file.write(json.dumps(_values(scan)).encode() + b"\n")
                file.flush()
                os.fsync(file.fileno())
            self._sync_folder()
        except OSError as error:
            raise AttemptNotKeptError(error.strerror or type(error).__name__) from error

    def _sync_folder(self) -> None:
        # Windows cannot open a folder; its file system journals the new name by itself.
        with contextlib.suppress(PermissionError):
            handle = os.open(self._folder, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)

    def _read_scans(self) -> tuple[LateScan, ...]:
        try:
            lines = self._scans_file.read_text(encoding="utf-8", errors="replace").splitlines()
        except FileNotFoundError:
            return ()
        scans: dict[UUID, LateScan] = {}
        for line in lines:
            try:
                scan = _parse(json.loads(line))
            except (ValueError, KeyError, TypeError):
                # Half a line is a scan that opened no door: the power went before it was whole.
                continue
            scans.setdefault(scan.scan_id, scan)
        return tuple(scans.values())


def _values(scan: LateScan) -> dict[str, Any]:
    return {
        "scan_id": str(scan.scan_id),
        "code": scan.code.hex(),
        "door": scan.door,
        "scanned_at": scan.scanned_at.isoformat(),
        "show_id": scan.show_id,
        "seat_name": scan.seat_name,
        "person": scan.person,
    }


def _parse(values: dict[str, Any]) -> LateScan:
    return LateScan(
        scan_id=UUID(values["scan_id"]),
        code=bytes.fromhex(values["code"]),
        door=values["door"],
        scanned_at=datetime.fromisoformat(values["scanned_at"]),
        show_id=values["show_id"],
        seat_name=values["seat_name"],
        person=values.get("person", ""),
    )

"""The journal's chain: every entry of a terminal seals the one before it, so that a later change shows.

What is hashed is written by the database (`seal_sale`); here it is only checked, from the rows alone.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

# What the first entry of a terminal is chained to.
FIRST_HASH = bytes(32)


@dataclass(frozen=True, kw_only=True, slots=True)
class JournalEntry:
    """One entry as it is stored: `number` counts from 1 per terminal, `body` is its canonical text."""

    terminal_id: int
    number: int
    body: str
    previous_hash: bytes
    hash: bytes


@dataclass(frozen=True, kw_only=True, slots=True)
class BrokenChain:
    """The first entry of a terminal at which its chain is broken, and what is wrong there.

    `what` is `missing` (this number is not there), `unchained` (it does not follow the entry before it) or `changed`
    (its text or hash is not what was sealed).
    """

    terminal_id: int
    number: int
    what: str


def hash_entry(previous_hash: bytes, body: str) -> bytes:
    """SHA-256 over the previous entry's hash and the entry's text in UTF-8."""
    return hashlib.sha256(previous_hash + body.encode()).digest()


def verify_chain(entries: Iterable[JournalEntry]) -> BrokenChain | None:
    """The first broken entry of all terminals, lowest terminal first; None when every chain holds.

    Entries may come in any order. Entries cut off at the end of a chain leave no mark in it: compare the last hash
    with the terminal's own (`terminal_chain`) or with a printed ticket.
    """
    last: dict[int, tuple[int, bytes]] = {}
    for entry in sorted(entries, key=lambda entry: (entry.terminal_id, entry.number)):
        number, previous_hash = last.get(entry.terminal_id, (0, FIRST_HASH))
        what = find_fault(entry, number + 1, previous_hash)
        if what is not None:
            at = number + 1 if what == "missing" else entry.number
            return BrokenChain(terminal_id=entry.terminal_id, number=at, what=what)
        last[entry.terminal_id] = (entry.number, entry.hash)
    return None


def find_fault(entry: JournalEntry, wanted: int, previous_hash: bytes) -> str | None:
    """What is wrong with `entry` where number `wanted` must follow `previous_hash`; None when it follows."""
    if entry.number > wanted:
        return "missing"
    if entry.number < wanted or entry.previous_hash != previous_hash:
        return "unchained"
    return None if entry.hash == hash_entry(entry.previous_hash, entry.body) else "changed"

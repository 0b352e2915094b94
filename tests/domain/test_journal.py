from dataclasses import replace

from boxoffice_desktop.domain.journal import FIRST_HASH, BrokenChain, JournalEntry, hash_entry, verify_chain


def test_an_empty_journal_holds() -> None:
    assert verify_chain([]) is None


def test_chains_of_several_terminals_hold_in_any_order() -> None:
    assert verify_chain(reversed(_chain(1, "a", "b", "c") + _chain(2, "x", "y"))) is None


def test_an_edited_text_is_named() -> None:
    entries = _chain(1, "a", "b", "c")
    entries[1] = replace(entries[1], body="B")
    assert verify_chain(entries) == BrokenChain(terminal_id=1, number=2, what="changed")


def test_an_edited_text_with_a_new_hash_breaks_the_next_entry() -> None:
    entries = _chain(1, "a", "b", "c")
    entries[1] = replace(entries[1], body="B", hash=hash_entry(entries[1].previous_hash, "B"))
    assert verify_chain(entries) == BrokenChain(terminal_id=1, number=3, what="unchained")


def test_a_removed_entry_is_named() -> None:
    entries = _chain(1, "a", "b", "c")
    assert verify_chain([entries[0], entries[2]]) == BrokenChain(terminal_id=1, number=2, what="missing")


def test_a_removed_first_entry_is_named() -> None:
    assert verify_chain(_chain(1, "a", "b")[1:]) == BrokenChain(terminal_id=1, number=1, what="missing")


def test_reordered_entries_are_named() -> None:
    first, second, third = _chain(1, "a", "b", "c")
    entries = [first, replace(third, number=2), replace(second, number=3)]
    assert verify_chain(entries) == BrokenChain(terminal_id=1, number=2, what="unchained")


def test_an_entry_that_is_there_twice_is_named() -> None:
    entries = _chain(1, "a", "b")
    assert verify_chain([*entries, entries[1]]) == BrokenChain(terminal_id=1, number=2, what="unchained")


def test_the_lowest_terminal_is_named_first() -> None:
    broken = [replace(entry, body="!") for entry in _chain(2, "a") + _chain(1, "a")]
    assert verify_chain(broken) == BrokenChain(terminal_id=1, number=1, what="changed")


def _chain(terminal_id: int, *bodies: str) -> list[JournalEntry]:
    entries, previous = [], FIRST_HASH
    for number, body in enumerate(bodies, start=1):
        sealed = hash_entry(previous, body)
        entries.append(
            JournalEntry(terminal_id=terminal_id, number=number, body=body, previous_hash=previous, hash=sealed)
        )
        previous = sealed
    return entries

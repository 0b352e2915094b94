from typing import Any

import pytest

from boxoffice_desktop.domain.journal import FIRST_HASH, JournalEntry, hash_entry, verify_chain
from boxoffice_desktop.domain.selling import PaymentGiven, PaymentKind
from tests.support.cinema import Cinema
from tests.support.seats import sell


def test_every_entry_is_the_hash_of_the_one_before_and_its_text(cinema: Cinema) -> None:
    _sell_some(cinema)
    last: dict[int, bytes] = {}
    for entry in _entries(cinema):
        assert entry.previous_hash == last.get(entry.terminal_id, FIRST_HASH)
        assert entry.hash == hash_entry(entry.previous_hash, entry.body)
        last[entry.terminal_id] = entry.hash
    assert last == dict(
        cinema.query("SELECT terminal_id, journal_hash FROM boxoffice.terminal_chain WHERE journal_number > 0")
    )


def test_the_stored_chains_hold(cinema: Cinema) -> None:
    _sell_some(cinema)
    assert verify_chain(_entries(cinema)) is None


def test_an_entry_says_everything_about_its_sale(cinema: Cinema) -> None:
    card = PaymentGiven(kind=PaymentKind.CARD, amount=1200, given=1200, reference='T|"1"')
    sale = sell(cinema, cinema.till(), "A1", payments=(card,))
    body = next(entry.body for entry in _entries(cinema) if entry.body.startswith("sale")).split("\n")
    [(shift,)] = cinema.query("SELECT shift_id FROM boxoffice.terminal_chain WHERE terminal_id = 1")
    sold_at = sale.sold_at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    assert body[0] == f"sale|{sale.sale_id}|1|2|{sold_at}|1|1|{shift}|EUR|1200"
    assert body[1].startswith(f"ticket|1|1|{cinema.show_id}|{cinema.seats['A1']}|1|1|1200|89|1|")
    assert body[2] == 'payment|1|card|1200|1200|"T|\\"1\\""|0||'


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE boxoffice.journal SET body = replace(body, '1200', '1100') WHERE terminal_id = 1 AND number = 2",
        "DELETE FROM boxoffice.journal WHERE terminal_id = 1 AND number = 2",
    ],
)
def test_what_an_owner_changes_later_shows(cinema: Cinema, statement: str) -> None:
    _sell_some(cinema)
    with cinema.admin() as admin:
        # Past the guards, as only a superuser can.
        admin.execute("SET session_replication_role = replica")
        admin.execute(statement)
    broken = verify_chain(_entries(cinema))
    assert broken is not None
    assert (broken.terminal_id, broken.number) == (1, 2)


def _sell_some(cinema: Cinema) -> None:
    one, two = cinema.till("Counter 1"), cinema.till("Counter 2")
    for till, names in ((one, ("A1", "A2")), (two, ("B1",)), (one, ("A3",)), (two, ("B2", "E1")), (one, ("C1",))):
        sell(cinema, till, *names)


def _entries(cinema: Cinema) -> list[JournalEntry]:
    rows: list[tuple[Any, ...]] = cinema.query(
        "SELECT terminal_id, number, body, previous_hash, hash FROM boxoffice.journal ORDER BY terminal_id, number"
    )
    names = ("terminal_id", "number", "body", "previous_hash", "hash")
    return [JournalEntry(**dict(zip(names, row, strict=True))) for row in rows]

"""Whoever changes the record of money, even as the owner with all guards off, is found out."""

from datetime import UTC, datetime
from uuid import uuid4

import psycopg
import pytest
from typer.testing import CliRunner

from boxoffice_desktop.cli.journal import add_journal_commands
from boxoffice_desktop.domain.errors import InvalidInputError, NotFoundError
from boxoffice_desktop.domain.promotions import make_code
from boxoffice_desktop.domain.selling import (
    AdjustmentKind,
    CompletedSale,
    PaymentGiven,
    PaymentKind,
    SaleAdjustment,
    SaleOrder,
)
from boxoffice_desktop.services.imports.owner import work_as_owner
from boxoffice_desktop.services.journal import JournalFault, JournalReport, PrintedHash, verify_journal
from boxoffice_desktop.services.sales import complete_sale
from tests.support.cinema import Cinema
from tests.support.seats import sell

_ZERO = "decode(repeat('00', 32), 'hex')"
# What somebody would do who wants no gap to show: all later entries are numbered and sealed anew.
_SEAL_ANEW = """
DO $$
DECLARE
  entry record;
  last bytea := decode(repeat('00', 32), 'hex');
  place bigint := 0;
BEGIN
  FOR entry IN SELECT * FROM boxoffice.journal WHERE terminal_id = 1 ORDER BY number LOOP
    place := place + 1;
    UPDATE boxoffice.journal SET number = place, previous_hash = last, hash = sha256(last || convert_to(body, 'UTF8'))
     WHERE terminal_id = 1 AND number = entry.number RETURNING hash INTO last;
  END LOOP;
  UPDATE boxoffice.terminal_chain SET journal_number = place, journal_hash = last WHERE terminal_id = 1;
END $$
"""


@pytest.fixture
def sales(cinema: Cinema) -> list[CompletedSale]:
    """Five sales at Counter 1, among others with two seats or a card, and two at Counter 2."""
    here, there = cinema.till("Counter 1"), cinema.till("Counter 2")
    card = PaymentGiven(kind=PaymentKind.CARD, amount=2400, given=2400, reference='Ter|minal "7"\\ ü')
    made = [
        sell(cinema, here, "A1"),
        sell(cinema, here, "A2", "A3", payments=(card,)),
        sell(cinema, here, "A4"),
        sell(cinema, here, "A5", "E1"),
        sell(cinema, here, "A6"),
    ]
    sell(cinema, there, "B1")
    sell(cinema, there, "B2")
    return made


def tamper(cinema: Cinema, *statements: str) -> None:
    """Change rows as a superuser, with neither triggers nor foreign keys in the way."""
    with cinema.admin() as admin:
        admin.execute("SET session_replication_role = replica")
        for statement in statements:
            assert admin.execute(statement).rowcount != 0, statement


def verify(cinema: Cinema, printed: PrintedHash | None = None) -> JournalReport:
    now = datetime.now(UTC)  # noqa: TID251  the test is the composition here
    return work_as_owner(
        cinema.admin_conninfo, now, lambda session, context: verify_journal(session, context, printed=printed)
    )


def sale(number: int) -> str:
    return f"(SELECT sale_id FROM boxoffice.sale WHERE terminal_id = 1 AND number = {number})"


def test_an_untouched_journal_verifies(cinema: Cinema, sales: list[CompletedSale]) -> None:
    assert verify(cinema) == JournalReport(terminals=3, entries=10, faults=())


def test_the_sale_of_a_gift_card_verifies_without_a_ticket_and_not_with_another_amount(cinema: Cinema) -> None:
    sold = SaleAdjustment(kind=AdjustmentKind.GIFT_CARD, amount=5000, gift_card_code=make_code())
    paid = PaymentGiven(kind=PaymentKind.CASH, amount=5000, given=5000)
    order = SaleOrder(sale_id=uuid4(), hold_id=uuid4(), lines=(), adjustments=(sold,), payments=(paid,))
    cinema.till().call(complete_sale, order=order)
    before = verify(cinema)
    assert before.faults == ()
    tamper(cinema, f"UPDATE boxoffice.sale SET ticket_count = 1 WHERE sale_id = {sale(1)}")
    assert verify(cinema).faults == (JournalFault(terminal="Counter 1", number=before.entries - 2, what="rows"),)


def test_the_hash_on_the_last_ticket_is_found(cinema: Cinema, sales: list[CompletedSale]) -> None:
    assert verify(cinema, PrintedHash(terminal="Counter 1", digits=sales[-1].journal_hash[:8].upper())).faults == ()


_EDITS = {
    "an entry's text": ("UPDATE boxoffice.journal SET body = replace(body, '1200', '1100') WHERE {at3}", 4, "changed"),
    "an entry's hash": (f"UPDATE boxoffice.journal SET hash = {_ZERO} WHERE {{at3}}", 4, "changed"),
    "an entry's link": (f"UPDATE boxoffice.journal SET previous_hash = {_ZERO} WHERE {{at3}}", 4, "unchained"),
    "an entry's time": ("UPDATE boxoffice.journal SET at = at - interval '1 day' WHERE {at3}", 4, "rows"),
    "an entry's sale": ("UPDATE boxoffice.journal SET sale_id = gen_random_uuid() WHERE {at3}", 4, "rows"),
    "an entry away": ("DELETE FROM boxoffice.journal WHERE {at3}", 4, "missing"),
    "the first entry away": ("DELETE FROM boxoffice.journal WHERE terminal_id = 1 AND number = 2", 2, "missing"),
    "the last entry away": ("DELETE FROM boxoffice.journal WHERE terminal_id = 1 AND number = 6", 6, "end"),
    "an entry behind the last": (
        "UPDATE boxoffice.journal SET number = 7 WHERE terminal_id = 1 AND number = 6",
        6,
        "missing",
    ),
    "an entry to another terminal": ("UPDATE boxoffice.journal SET terminal_id = 3 WHERE {at3}", 4, "missing"),
    "a sale's total": ("UPDATE boxoffice.sale SET total = total - 100 WHERE {at3_of_sale}", 4, "rows"),
    "a sale's person": ("UPDATE boxoffice.sale SET staff_id = 2 WHERE {at3_of_sale}", 4, "rows"),
    "a sale's time": ("UPDATE boxoffice.sale SET sold_at = sold_at + interval '1 us' WHERE {at3_of_sale}", 4, "rows"),
    "a sale's count": ("UPDATE boxoffice.sale SET ticket_count = 2 WHERE {at3_of_sale}", 4, "rows"),
    "a sale's first serial": ("UPDATE boxoffice.sale SET first_serial = 9 WHERE {at3_of_sale}", 4, "rows"),
    "a sale away": ("DELETE FROM boxoffice.sale WHERE {at3_of_sale}", 4, "rows"),
    "a ticket's price": (
        "UPDATE boxoffice.ticket SET amount = 0, tax = 0 WHERE sale_id = {sale4} AND line = 2",
        5,
        "rows",
    ),
    "a ticket's seat": ("UPDATE boxoffice.ticket SET seat_id = 20 WHERE sale_id = {sale4} AND line = 2", 5, "rows"),
    "a ticket's code": (
        "UPDATE boxoffice.ticket SET code = sha256('x')[:16] WHERE sale_id = {sale4} AND line = 2",
        5,
        "rows",
    ),
    "a ticket's terminal": (
        "UPDATE boxoffice.ticket SET terminal_id = 2 WHERE sale_id = {sale4}",
        5,
        "rows",
    ),
    "a ticket away": ("DELETE FROM boxoffice.ticket WHERE sale_id = {sale4} AND line = 2", 5, "rows"),
    "a payment's kind": ("UPDATE boxoffice.payment SET kind = 'cash' WHERE sale_id = {sale2}", 3, "rows"),
    "a payment's reference": ("UPDATE boxoffice.payment SET reference = 'other' WHERE sale_id = {sale2}", 3, "rows"),
    "a payment away": ("DELETE FROM boxoffice.payment WHERE sale_id = {sale2}", 3, "rows"),
    "a payment more": (
        "INSERT INTO boxoffice.payment (sale_id, line, kind, amount, given) VALUES ({sale2}, 2, 'cash', 1, 1)",
        3,
        "rows",
    ),
    "the chain's end": ("UPDATE boxoffice.terminal_chain SET journal_number = 5 WHERE terminal_id = 1", 6, "end"),
    "the chain's end away": ("DELETE FROM boxoffice.terminal_chain WHERE terminal_id = 1", 1, "end"),
}


@pytest.mark.parametrize("edit", _EDITS)
def test_any_single_edit_is_named(cinema: Cinema, sales: list[CompletedSale], edit: str) -> None:
    statement, number, what = _EDITS[edit]
    numbers = {f"sale{n}": sale(n) for n in (2, 4)}
    tamper(
        cinema,
        statement.replace("sha256('x')[:16]", "substring(sha256('x') FOR 16)").format(
            at3="terminal_id = 1 AND number = 4", at3_of_sale="terminal_id = 1 AND number = 3", **numbers
        ),
    )

    assert JournalFault(terminal="Counter 1", number=number, what=what) in verify(cinema).faults


def test_exchanged_entries_are_named(cinema: Cinema, sales: list[CompletedSale]) -> None:
    tamper(
        cinema,
        "UPDATE boxoffice.journal SET number = 99 WHERE terminal_id = 1 AND number = 3",
        "UPDATE boxoffice.journal SET number = 3 WHERE terminal_id = 1 AND number = 4",
        "UPDATE boxoffice.journal SET number = 4 WHERE terminal_id = 1 AND number = 99",
    )

    assert verify(cinema).faults == (JournalFault(terminal="Counter 1", number=3, what="unchained"),)


def test_an_edit_sealed_anew_does_not_agree_with_its_rows(cinema: Cinema, sales: list[CompletedSale]) -> None:
    tamper(
        cinema,
        "UPDATE boxoffice.journal SET body = replace(body, '1200', '1100') WHERE terminal_id = 1 AND number = 4",
        _SEAL_ANEW,
    )

    assert verify(cinema).faults == (JournalFault(terminal="Counter 1", number=4, what="rows"),)


def cut_tail(cinema: Cinema, *, with_rows: bool) -> None:
    """Take the last entry away as if it had never been, and with it the sale if wished."""
    rows = [f"DELETE FROM boxoffice.{table} WHERE sale_id = {sale(5)}" for table in ("ticket", "payment")]
    rows.append("DELETE FROM boxoffice.sale WHERE terminal_id = 1 AND number = 5")
    entry = "DELETE FROM boxoffice.journal WHERE terminal_id = 1 AND number = 6"
    tamper(cinema, entry, *(rows if with_rows else ()), _SEAL_ANEW)


def test_a_cut_tail_leaves_a_sale_without_an_entry(cinema: Cinema, sales: list[CompletedSale]) -> None:
    cut_tail(cinema, with_rows=False)

    assert verify(cinema).faults == (JournalFault(terminal="Counter 1", number=5, what="unsealed"),)


def test_a_tail_cut_with_its_rows_is_named_by_the_hash_on_the_last_ticket(
    cinema: Cinema, sales: list[CompletedSale]
) -> None:
    cut_tail(cinema, with_rows=True)

    # The control: from the rows alone nobody could tell.
    assert verify(cinema).faults == ()
    printed = PrintedHash(terminal="Counter 1", digits=sales[-1].journal_hash[:8])
    assert verify(cinema, printed).faults == (JournalFault(terminal="Counter 1", number=6, what="printed"),)


def test_every_terminal_names_its_own_first_fault(cinema: Cinema, sales: list[CompletedSale]) -> None:
    tamper(cinema, "UPDATE boxoffice.journal SET body = body || ' ' WHERE number > 2")

    assert [(fault.terminal, fault.number) for fault in verify(cinema).faults] == [("Counter 1", 3), ("Counter 2", 3)]


def test_digits_that_are_no_hash_and_terminals_that_are_none_are_refused(
    cinema: Cinema, sales: list[CompletedSale]
) -> None:
    with pytest.raises(InvalidInputError):
        verify(cinema, PrintedHash(terminal="Counter 1", digits="1234567"))
    with pytest.raises(NotFoundError):
        verify(cinema, PrintedHash(terminal="Counter 9", digits="12345678"))


def test_progress_is_told_while_a_long_journal_is_walked(
    cinema: Cinema, sales: list[CompletedSale], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("boxoffice_desktop.services.journal._ROWS_AT_ONCE", 3)
    told: list[tuple[int, int]] = []
    work_as_owner(
        cinema.admin_conninfo,
        cinema.starts_at,
        lambda session, context: verify_journal(session, context, progress=lambda *done: told.append(done)),
    )

    assert told == [(3, 10), (6, 10), (9, 10)]


@pytest.fixture
def command_line() -> tuple[CliRunner, object]:
    import typer

    commands = typer.Typer()
    commands.callback()(lambda: None)
    add_journal_commands(commands)
    return CliRunner(), commands


def test_the_command_says_that_all_is_well_and_names_what_is_not(
    cinema: Cinema, sales: list[CompletedSale], command_line: tuple[CliRunner, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    known = psycopg.conninfo.conninfo_to_dict(cinema.admin_conninfo)
    monkeypatch.setenv("PGPASSWORD", str(known["password"]))
    url = f"postgresql://{known['user']}@/{known['dbname']}?host={known['host']}&port={known['port']}"
    runner, commands = command_line
    arguments = ["journal", "verify", "--insecure", "--admin-url", url]

    well = runner.invoke(commands, arguments)
    tamper(cinema, "UPDATE boxoffice.sale SET total = 0 WHERE terminal_id = 1 AND number = 2")
    wrong = runner.invoke(commands, arguments)

    assert (well.exit_code, well.stdout.strip()) == (0, "All 10 entries of 3 terminals are as they were sealed.")
    assert wrong.exit_code == 1
    assert wrong.stdout.startswith("Counter 1, number 3: does not agree with its sale")


def test_a_hash_without_its_terminal_is_refused(command_line: tuple[CliRunner, object]) -> None:
    runner, commands = command_line

    answer = runner.invoke(commands, ["journal", "verify", "--hash", "12345678"])

    assert answer.exit_code == 1
    assert "go together" in answer.stderr

"""The cinema of one machine, built once for all of these tests, on a server of its own."""

import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from boxoffice_desktop.domain.errors import ConflictError, SchemaMismatchError
from boxoffice_desktop.domain.seats import SeatKey
from boxoffice_desktop.domain.selling import SaleLine, SaleOrder
from boxoffice_desktop.services import staff
from boxoffice_desktop.services.attempts import AttemptFile
from boxoffice_desktop.services.local import LOGINS, LocalCinema
from tests.support.folders import make_open_folder
from tests.support.threads import run_together

# Tomorrow: the database goes by its own clock, and sells nothing for shows that are over.
NOW = (datetime.now(UTC) + timedelta(days=1)).replace(hour=17, minute=0, second=0, microsecond=0)  # noqa: TID251


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    made = make_open_folder()
    yield made
    shutil.rmtree(made)


@pytest.fixture(scope="module")
def said() -> list[str]:
    return []


@pytest.fixture(scope="module")
def local(folder: Path, said: list[str]) -> Iterator[LocalCinema]:
    """Two windows that are started for the first time, at the same moment; the first of them."""
    windows = [LocalCinema(folder, clock=lambda: NOW, progress=said.append) for _ in range(2)]
    run_together([window.open for window in windows])
    yield windows[0]
    for window in windows:
        window.close()


def test_two_first_starts_at_once_build_one_demo(local: LocalCinema, said: list[str]) -> None:
    assert said.count("Building the demo cinema…") == 1
    assert _ask(local, "SELECT count(*), bool_and(is_demo) FROM boxoffice.venue") == [(1, True)]


def test_the_demo_has_four_halls_and_a_week_of_shows(local: LocalCinema) -> None:
    assert _ask(local, "SELECT name FROM boxoffice.hall ORDER BY name") == [
        ("Grand Hall",),
        ("Hall 2",),
        ("Lounge",),
        ("Palace",),
    ]
    days = _ask(local, "SELECT count(DISTINCT (starts_at - interval '6 hours')::date) FROM boxoffice.show")
    assert days == [(7,)]


def test_one_show_is_sold_out_and_one_nearly(local: LocalCinema) -> None:
    fullness = _ask(
        local, "SELECT avg((state = 'sold')::int)::float8 FROM boxoffice.show_seat GROUP BY show_id ORDER BY 1 DESC"
    )
    assert fullness[0] == (1.0,)
    assert any(0.9 <= full < 1 for (full,) in fullness)


def test_some_seats_are_kept_of_every_kind(local: LocalCinema) -> None:
    kinds = _ask(local, "SELECT DISTINCT kind FROM boxoffice.show_seat JOIN boxoffice.hold USING (hold_id) ORDER BY 1")
    assert kinds == [("house",), ("out_of_order",), ("reservation",)]


def test_films_have_posters(local: LocalCinema) -> None:
    films, posters = _ask(
        local, "SELECT (SELECT count(*) FROM boxoffice.movie), (SELECT count(*) FROM boxoffice.movie_poster)"
    )[0]
    assert (films >= 12, posters) == (True, films)


def test_everybody_of_the_demo_signs_in_with_the_pin_that_is_shown(local: LocalCinema) -> None:
    till, database = local.open_till(1)
    names = till.call(staff.list_sign_in_names, {})
    for name in names:
        assert till.sign_in(name.user_name, name.demo_pin or "").display_name == name.display_name
    database.close()
    assert [name.role_hint for name in names] == ["Cashier", "Manager", "Administrator", "Supervisor"]


def test_the_demos_journal_holds(local: LocalCinema) -> None:
    from boxoffice_desktop.domain.journal import JournalEntry, verify_chain

    rows = _ask(local, "SELECT terminal_id, number, body, previous_hash, hash FROM boxoffice.journal")
    entries = [JournalEntry(terminal_id=r[0], number=r[1], body=r[2], previous_hash=r[3], hash=r[4]) for r in rows]
    assert verify_chain(entries) is None
    assert len(entries) > 100


def test_each_counter_has_a_login_and_attempts_of_its_own(local: LocalCinema) -> None:
    accesses = [local.access(counter) for counter in range(1, len(LOGINS) + 1)]
    assert len({access.attempts for access in accesses}) == len(LOGINS)
    for access in accesses:
        with psycopg.connect(access.conninfo) as connection:
            assert connection.info.user == access.login


@pytest.mark.skipif(os.name != "posix", reason="Windows keeps a user's folder by other means")
def test_credentials_are_for_this_account_alone(local: LocalCinema, folder: Path) -> None:
    assert (folder / "tills.json").stat().st_mode & 0o777 == 0o600


def test_a_start_closes_what_was_opened(local: LocalCinema, folder: Path) -> None:
    with psycopg.connect(local.admin_conninfo, autocommit=True) as admin:
        admin.execute("GRANT CONNECT, TEMP ON DATABASE boxoffice TO PUBLIC")
        admin.execute("GRANT EXECUTE ON FUNCTION lo_create(oid) TO PUBLIC")
    local.open()
    with psycopg.connect(local.admin_conninfo, autocommit=True) as admin:
        row = admin.execute(
            "SELECT has_database_privilege('public', current_database(), 'CONNECT'),"
            " has_function_privilege('public', 'lo_create(oid)', 'EXECUTE')"
        ).fetchone()
    assert row == (False, False)


def test_a_second_start_changes_nothing(local: LocalCinema, folder: Path) -> None:
    before = (_count_rows(local), (folder / "tills.json").read_bytes())
    local.open()
    assert (_count_rows(local), (folder / "tills.json").read_bytes()) == before


def test_a_demo_that_is_over_gets_a_new_week_and_keeps_its_sales(local: LocalCinema, folder: Path) -> None:
    sales = _ask(local, "SELECT count(*) FROM boxoffice.sale")
    later = LocalCinema(folder, clock=lambda: NOW + timedelta(days=30))
    later.open()
    later.close()
    latest = _ask(local, "SELECT max(starts_at) FROM boxoffice.show")[0][0]
    assert latest > NOW + timedelta(days=34)
    assert _ask(local, "SELECT count(*) FROM boxoffice.sale") == sales


def test_lost_credentials_are_made_anew(local: LocalCinema, folder: Path) -> None:
    (folder / "tills.json").unlink()
    local.open()
    till, database = local.open_till(2)
    database.close()
    assert till.describe().terminal_name == "Counter 2"


def test_a_login_that_is_gone_is_made_anew(local: LocalCinema) -> None:
    _do(local, f"DROP ROLE {LOGINS[0]}")
    local.open()
    till, database = local.open_till(1)
    database.close()
    assert till.describe().terminal_name == "Counter 1"


def test_the_data_of_a_newer_release_is_left_alone(local: LocalCinema) -> None:
    revision = _ask(local, "SELECT version_num FROM boxoffice.alembic_version")[0][0]
    _do(local, "UPDATE boxoffice.alembic_version SET version_num = '9999_later'")
    with pytest.raises(SchemaMismatchError) as refused:
        local.open()
    _do(local, f"UPDATE boxoffice.alembic_version SET version_num = '{revision}'")
    assert (refused.value.found, refused.value.newer) == ("9999_later", True)


def test_a_till_that_cannot_open_closes_its_connections(local: LocalCinema) -> None:
    _do(local, f"UPDATE boxoffice.terminal SET login = 'elsewhere' WHERE login = '{LOGINS[0]}'")
    with pytest.raises(Exception, match="terminal with this login"):
        local.open_till(1)
    _do(local, f"UPDATE boxoffice.terminal SET login = '{LOGINS[0]}' WHERE login = 'elsewhere'")


def test_a_real_cinema_is_not_thrown_away(local: LocalCinema) -> None:
    _do(local, "UPDATE boxoffice.venue SET is_demo = false")
    with pytest.raises(ConflictError):
        local.reset()
    _do(local, "UPDATE boxoffice.venue SET is_demo = true")


def test_a_demo_that_was_thrown_away_is_built_anew(local: LocalCinema) -> None:
    _do(local, "UPDATE boxoffice.venue SET city = 'Elsewhere'")
    attempts = AttemptFile(local.access(1).attempts)
    attempts.write(
        SaleOrder(
            sale_id=uuid4(),
            hold_id=uuid4(),
            lines=(SaleLine(key=SeatKey(1, 1), ticket_type_id=1, amount=1),),
            payments=(),
        )
    )
    local.reset()
    local.reset()
    local.open()
    assert _ask(local, "SELECT city FROM boxoffice.venue") == [("Wien",)]
    assert attempts.list_orders() == ()


def test_a_cinema_that_is_not_open_lets_nobody_in(tmp_path: Path) -> None:
    closed = LocalCinema(tmp_path, clock=lambda: NOW)
    for ask in (lambda: closed.admin_conninfo, lambda: closed.access(1)):
        with pytest.raises(RuntimeError, match="not open"):
            ask()


def _ask(local: LocalCinema, statement: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(local.admin_conninfo) as admin:
        return admin.execute(statement).fetchall()


def _do(local: LocalCinema, statement: str) -> None:
    with psycopg.connect(local.admin_conninfo, autocommit=True) as admin:
        admin.execute(statement)


def _count_rows(local: LocalCinema) -> list[tuple[Any, ...]]:
    tables = _ask(local, "SELECT tablename FROM pg_tables WHERE schemaname = 'boxoffice' ORDER BY 1")
    return [(name, _ask(local, f"SELECT count(*) FROM boxoffice.{name}")[0][0]) for (name,) in tables]

"""The restore of packaging/server brings every confirmed sale back, also those after the whole backup."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID, uuid4

import psycopg
import pytest

from boxoffice_desktop.db.server_checks import ServerFacts, read_facts
from boxoffice_desktop.db.url import read_server_url
from boxoffice_desktop.services import holds
from boxoffice_desktop.services.setup.check import has_problems, judge
from boxoffice_desktop.services.till import Till
from tests.services.setup.conftest import SharedCinema, provision, read_clock
from tests.support.cinema import build_cinema
from tests.support.debian_server import DebianServer

DATABASE = "box_backup"


def sell(shared: SharedCinema, till: Till, seat: str) -> UUID:
    hold_id = uuid4()
    arguments = {"show_id": shared.cinema.show_id, "seat_ids": shared.cinema.ids(seat), "basket": ()}
    till.call(holds.hold_seats, {"hold_id": hold_id, **arguments})
    return till.sell(shared.cinema.order(hold_id, seat)).sale_id


def sales_in(server: DebianServer) -> set[UUID]:
    with server.admin(DATABASE) as admin:
        return {UUID(str(row[0])) for row in admin.execute("SELECT sale_id FROM boxoffice.sale")}


@pytest.fixture
def shared(debian: DebianServer, tmp_path: Path) -> Iterator[SharedCinema]:
    url = read_server_url(debian.conninfo(DATABASE), ca_file=debian.ca)
    provision(url, None, None)
    cinema = SharedCinema(url, build_cinema(url.conninfo), tmp_path, [])
    yield cinema
    for database in cinema.open:
        database.close()
    cinema.cinema.close()
    with debian.admin() as admin:
        admin.execute(f"DROP DATABASE {DATABASE} WITH (FORCE)")


def archive_everything(debian: DebianServer) -> None:
    """Until the archive has all WAL that there is now: what a minute of waiting (archive_timeout) would do."""
    pause = threading.Event()
    with debian.admin() as admin:
        row = admin.execute("SELECT pg_walfile_name(pg_switch_wal())").fetchone()
        assert row is not None
        for _ in range(400):
            last = admin.execute("SELECT last_archived_wal FROM pg_stat_archiver").fetchone()
            if last is not None and last[0] is not None and str(last[0]) >= str(row[0]):
                return
            pause.wait(0.05)
    pytest.fail("the WAL was not archived")


@contextmanager
def restored(debian: DebianServer, name: str, backup: str, wal: Path, *until: str) -> Iterator[DebianServer]:
    sibling = debian.make_sibling(name)
    sibling.data.mkdir()
    debian.account.give(sibling.data)
    sibling.run_script("restore.sh", backup, wal, sibling.data, *until)
    try:
        sibling.start()
        yield sibling
    finally:
        sibling.stop()


def wait_until_writable(server: DebianServer) -> None:
    pause = threading.Event()
    with server.admin() as admin:
        for _ in range(400):
            if admin.execute("SELECT pg_is_in_recovery()").fetchone() == (False,):
                return
            pause.wait(0.05)
    pytest.fail("recovery did not end")


def test_a_restore_keeps_every_confirmed_sale(debian: DebianServer, shared: SharedCinema) -> None:
    till = shared.till(shared.pair("Counter 7"))
    before = {sell(shared, till, seat) for seat in ("A1", "A2")}
    backup = debian.run_script("backup.sh", debian.backups).strip().splitlines()[-1]
    after = {sell(shared, till, seat) for seat in ("B1", "B2", "E3")}
    archive_everything(debian)

    with restored(debian, "restored", backup, debian.backups / "wal") as copy:
        wait_until_writable(copy)
        assert sales_in(copy) == before | after
        url = read_server_url(copy.conninfo(DATABASE), ca_file=debian.ca)
        with psycopg.connect(url.conninfo, autocommit=True) as connection:
            assert not has_problems(judge(read_facts_of(connection), url))

    # The control: without the archive only what the whole backup had comes back, so it was the archive that did it.
    empty = debian.folder / "empty"
    empty.mkdir()
    debian.account.give(empty)
    with restored(debian, "without", backup, empty) as copy:
        wait_until_writable(copy)
        assert sales_in(copy) == before


def read_facts_of(connection: psycopg.Connection[tuple[object, ...]]) -> ServerFacts:
    return read_facts(connection, clock=read_clock)


def test_old_backups_go_and_the_wal_that_only_they_needed(debian: DebianServer) -> None:
    folder = debian.backups
    first = Path(debian.run_script("backup.sh", folder, "2").strip().splitlines()[-1])
    # The folders' names have seconds: the first as if it were of yesterday.
    first = first.rename(first.with_name("base-20200101T000000Z"))
    second = Path(debian.run_script("backup.sh", folder, "1").strip().splitlines()[-1])
    assert second.is_dir()
    assert not first.exists()
    assert [path.name for path in folder.glob("base-*")] == [second.name]


def test_a_piece_of_wal_is_never_overwritten_by_another(debian: DebianServer, tmp_path: Path) -> None:
    script = "archive-wal.sh"
    folder = debian.folder / "archive-test"
    folder.mkdir()
    debian.account.give(folder)
    mine, other = folder / "mine", folder / "other"
    mine.write_text("one")
    other.write_text("two")
    debian.account.give_tree(folder)
    debian.run_script(script, mine, folder, "000000010000000000000001")
    debian.run_script(script, mine, folder, "000000010000000000000001")  # asked twice after a crash: the same is fine
    with pytest.raises(AssertionError, match="another content"):
        debian.run_script(script, other, folder, "000000010000000000000001")
    assert (folder / "000000010000000000000001").read_text() == "one"

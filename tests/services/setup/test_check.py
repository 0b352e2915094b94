"""The check finds what is wrong. Each fault is really brought about; the control is the clean bill before."""

import contextlib
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from boxoffice_desktop.db import server_checks
from boxoffice_desktop.db.server_checks import ServerFacts, TrustLine, read_facts
from boxoffice_desktop.db.url import ServerUrl, read_server_url
from boxoffice_desktop.services.setup.check import Finding, Grade, has_problems, judge
from tests.services.setup.conftest import SharedCinema, read_clock
from tests.support.debian_server import DebianServer

OpenCinema = Callable[[ServerUrl], SharedCinema]


def look(url: ServerUrl, clock: Callable[[], datetime] = read_clock) -> tuple[Finding, ...]:
    with psycopg.connect(url.conninfo, autocommit=True) as connection:
        return judge(read_facts(connection, clock=clock), url)


def problems(findings: tuple[Finding, ...]) -> str:
    return " | ".join(finding.what for finding in findings if finding.grade is Grade.PROBLEM)


@pytest.fixture(scope="module")
def shared(debian: DebianServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SharedCinema]:
    """One cinema for the module: every fault is mended before its test ends."""
    from tests.services.setup.conftest import provision
    from tests.support.cinema import build_cinema

    url = read_server_url(debian.conninfo("box_check"), ca_file=debian.ca)
    provision(url, None, None)
    cinema = build_cinema(url.conninfo)
    yield SharedCinema(url, cinema, tmp_path_factory.mktemp("attempts"), [])
    cinema.close()


@contextlib.contextmanager
def setting(debian: DebianServer, **settings: str) -> Iterator[None]:
    with debian.admin() as admin:
        for name, value in settings.items():
            admin.execute(f"ALTER SYSTEM SET {name} = '{value}'")
        admin.execute("SELECT pg_reload_conf()")
        try:
            wait_for(settings, debian)
            yield
        finally:
            for name in settings:
                admin.execute(f"ALTER SYSTEM RESET {name}")
            admin.execute("SELECT pg_reload_conf()")


def wait_for(settings: dict[str, str], debian: DebianServer) -> None:
    """A new session sees what the postmaster has read; asked again until it has."""
    pause = threading.Event()
    for _ in range(100):
        with debian.admin() as admin:
            if all(admin.execute(f"SHOW {name}").fetchone() == (value,) for name, value in settings.items()):
                return
        pause.wait(0.05)
    pytest.fail(f"the server did not take {settings}")


def test_a_server_that_is_set_up_by_the_book_has_no_problem(shared: SharedCinema) -> None:
    findings = look(shared.url)
    assert not problems(findings)
    assert not has_problems(findings)
    assert any("TLSv1.3" in finding.what and "verified" in finding.what for finding in findings)


@pytest.mark.parametrize("name", ["fsync", "full_page_writes", "synchronous_commit"])
def test_settings_that_lose_sales_are_found(debian: DebianServer, shared: SharedCinema, name: str) -> None:
    with setting(debian, **{name: "off"}):
        assert f"{name} is off" in problems(look(shared.url))


def test_old_password_hashes_are_found(debian: DebianServer, shared: SharedCinema) -> None:
    with setting(debian, password_encryption="md5"):
        with debian.admin() as admin:
            admin.execute("SET password_encryption = md5")
            admin.execute("CREATE ROLE old_hash LOGIN PASSWORD 'weak'")
        try:
            found = problems(look(shared.url))
        finally:
            with debian.admin() as admin:
                admin.execute("DROP ROLE old_hash")
    assert "password_encryption is md5" in found
    assert "old password hashes (md5): old_hash" in found


def test_switched_off_tls_is_found(debian: DebianServer, shared: SharedCinema) -> None:
    # The connections that stand stay; a new one is refused while TLS is off, as pg_hba.conf demands.
    with psycopg.connect(shared.url.conninfo, autocommit=True) as connection, debian.admin() as admin:
        admin.execute("ALTER SYSTEM SET ssl = off")
        admin.execute("SELECT pg_reload_conf()")
        try:
            pause = threading.Event()
            for _ in range(100):
                if connection.execute("SHOW ssl").fetchone() == ("off",):
                    break
                pause.wait(0.05)
            remote = replace(shared.url, is_local=False)
            found = problems(judge(read_facts(connection, clock=read_clock), remote))
        finally:
            admin.execute("ALTER SYSTEM RESET ssl")
            admin.execute("SELECT pg_reload_conf()")
    assert "TLS is switched off" in found
    wait_until_tls(debian)


def wait_until_tls(debian: DebianServer) -> None:
    pause = threading.Event()
    for _ in range(100):
        try:
            debian.admin().close()
        except psycopg.OperationalError:
            pause.wait(0.05)
        else:
            return
    pytest.fail("TLS did not come back")


def test_a_till_whose_clock_is_a_day_wrong_is_told(shared: SharedCinema) -> None:
    wrong = look(shared.url, lambda: datetime.now(UTC) - timedelta(days=1, hours=1))  # noqa: TID251  the test's clock
    assert "the server's clock is 25 h ahead of this till's" in problems(wrong)


def test_a_time_zone_that_nobody_knows_is_found(shared: SharedCinema) -> None:
    shared.cinema.execute("UPDATE boxoffice.venue SET time_zone = 'Mars/Base'")
    try:
        found = problems(look(shared.url))
    finally:
        shared.cinema.execute("UPDATE boxoffice.venue SET time_zone = 'Europe/Zurich'")
    assert "the server does not know the time zone Mars/Base" in found
    assert "this machine does not know the time zone Mars/Base" in found


def test_a_guard_that_is_switched_off_is_named(shared: SharedCinema) -> None:
    shared.cinema.execute("ALTER TABLE boxoffice.sale DISABLE TRIGGER USER")
    try:
        found = problems(look(shared.url))
    finally:
        shared.cinema.execute("ALTER TABLE boxoffice.sale ENABLE TRIGGER USER")
    assert "guards are switched off: sale." in found
    assert "tables without a guard: sale" in found


def test_an_owner_who_can_log_in_is_found(shared: SharedCinema) -> None:
    shared.cinema.execute("ALTER ROLE boxoffice_owner LOGIN")
    try:
        found = problems(look(shared.url))
    finally:
        shared.cinema.execute("ALTER ROLE boxoffice_owner NOLOGIN")
    assert "boxoffice_owner can log in" in found


def test_a_till_without_time_limits_is_found(shared: SharedCinema) -> None:
    login = shared.cinema.logins["Counter 1"][1]
    shared.cinema.execute(f"ALTER ROLE {login} RESET statement_timeout")
    try:
        found = problems(look(shared.url))
    finally:
        shared.cinema.execute(f"ALTER ROLE {login} SET statement_timeout = '5s'")
    assert f"no time limits on the logins {login}" in found


def test_a_database_that_is_open_to_everybody_is_found(shared: SharedCinema) -> None:
    name = psycopg.conninfo.conninfo_to_dict(shared.url.conninfo)["dbname"]
    shared.cinema.execute(f'GRANT CONNECT, TEMP ON DATABASE "{name}" TO PUBLIC')
    try:
        found = problems(look(shared.url))
    finally:
        shared.cinema.execute(f'REVOKE ALL ON DATABASE "{name}" FROM PUBLIC')
    assert "every login of the server may CONNECT and TEMP in this database" in found
    assert "every login" not in problems(look(shared.url))


def test_large_objects_are_hinted_at(shared: SharedCinema) -> None:
    shared.cinema.execute("GRANT EXECUTE ON FUNCTION lo_create(oid) TO PUBLIC")
    try:
        found = [finding.what for finding in look(shared.url)]
    finally:
        shared.cinema.execute("REVOKE EXECUTE ON FUNCTION lo_create(oid) FROM PUBLIC")
    assert "tills may make large objects" in found
    assert "tills may make large objects" not in [finding.what for finding in look(shared.url)]


def test_a_till_session_without_its_limits_is_named(shared: SharedCinema, monkeypatch: pytest.MonkeyPatch) -> None:
    login = shared.cinema.logins["Counter 2"][1]
    with psycopg.connect(shared.cinema.conninfo("Counter 2")) as session:
        session.execute("SET idle_in_transaction_session_timeout = 0")
        # What has just begun may still end in time; only what has outlived the limits is named.
        fresh = problems(look(shared.url))
        monkeypatch.setattr(server_checks, "OUTLIVED_SECONDS", 0)
        found = problems(look(shared.url))
        assert f"till sessions work without their time limits: {login} (process {session.info.backend_pid})" in found
    assert "without their time limits" not in fresh


def test_lines_that_let_in_too_many_are_named(debian: DebianServer, shared: SharedCinema) -> None:
    file = debian.data / "pg_hba.conf"
    before = file.read_text()
    file.write_text(
        "hostssl nobody nobody 192.0.2.1/32 trust\nhost nobody nobody 192.0.2.0/24 scram-sha-256\n"
        f"hostssl nobody nobody 192.0.2.2/32 md5\n{before}"
    )
    try:
        found = problems(look(shared.url))
    finally:
        file.write_text(before)
    assert "line 1 of pg_hba.conf lets nobody in without a password (trust)" in found
    assert "line 2 of pg_hba.conf lets nobody in from 192.0.2.0 without TLS" in found
    assert "line 3 of pg_hba.conf takes passwords the old way (md5)" in found


def test_a_transaction_that_blocks_others_is_found(shared: SharedCinema, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server_checks, "LONG_TRANSACTION_SECONDS", 0)
    with psycopg.connect(shared.url.conninfo) as holder, psycopg.connect(shared.url.conninfo) as waiter:
        holder.execute("LOCK TABLE boxoffice.price IN ACCESS EXCLUSIVE MODE")

        def wait() -> None:
            with contextlib.suppress(psycopg.errors.QueryCanceled):
                waiter.execute("SELECT FROM boxoffice.price")

        thread = threading.Thread(target=wait)  # noqa: TID251  the one who waits
        thread.start()
        pause = threading.Event()
        for _ in range(100):
            found = problems(look(shared.url))
            if "others wait for it" in found:
                break
            pause.wait(0.05)
        waiter.cancel_safe()
        thread.join(10)
        holder.rollback()
    assert "1 others wait for it" in found


def test_an_archive_that_fails_is_found(debian: DebianServer, shared: SharedCinema) -> None:
    with setting(debian, archive_command="false"):
        shared.cinema.execute(
            "INSERT INTO boxoffice.venue (name, time_zone, currency, locale)"
            " VALUES ('Odeon', 'Europe/Zurich', 'EUR', 'en_GB')"
        )
        shared.cinema.execute("SELECT pg_switch_wal()")
        pause = threading.Event()
        for _ in range(200):
            found = problems(look(shared.url))
            if "archiving WAL fails" in found:
                break
            pause.wait(0.05)
    assert "archiving WAL fails since" in found


def test_an_older_and_a_newer_schema_are_told_apart(shared: SharedCinema) -> None:
    with psycopg.connect(shared.url.conninfo, autocommit=True) as connection:
        facts = read_facts(connection, clock=read_clock)
    older = problems(judge(replace(facts, revision="0001_tables"), shared.url))
    newer = problems(judge(replace(facts, revision="9999_future"), shared.url))
    none = problems(judge(replace(facts, revision=None), shared.url))
    assert "of an older release" in older
    assert "of a newer release" in newer
    assert "there is no schema" in none


def test_what_a_till_sees_of_its_server_is_enough_for_a_check(shared: SharedCinema) -> None:
    paired = shared.pair("Counter 9")
    findings = look(paired.url)
    assert not problems(findings)
    assert any("pg_hba.conf was not looked at" in finding.what for finding in findings)


@pytest.fixture
def facts(shared: SharedCinema) -> ServerFacts:
    with psycopg.connect(shared.url.conninfo, autocommit=True) as connection:
        return read_facts(connection, clock=read_clock)


def test_what_cannot_be_brought_about_here_is_judged_all_the_same(shared: SharedCinema, facts: ServerFacts) -> None:
    line = TrustLine(number=3, type="", databases=(), users=(), address="", method="", error="end-of-line before")
    worse = replace(
        facts,
        version=140000,
        settings={**facts.settings, "max_connections": "20", "server_encoding": "LATIN1", "data_checksums": "off"},
        free_bytes=1024**3,
        trust_lines=(line,),
        round_trip=0.05,
    )
    found = problems(judge(worse, shared.url))
    for part in ("PostgreSQL 14.0", "17 connections", "LATIN1", "only 1.0 GB are left", "line 3 of pg_hba.conf: end"):
        assert part in found
    hints = [finding.what for finding in judge(worse, shared.url) if finding.grade is Grade.HINT]
    assert any("takes 50 ms" in hint for hint in hints)
    assert any("checksums" in hint for hint in hints)


def test_a_connection_in_the_clear_is_a_problem_only_over_a_network(shared: SharedCinema, facts: ServerFacts) -> None:
    bare = replace(facts, tls="")
    near, far = replace(shared.url, is_local=True), replace(shared.url, is_local=False)
    assert "not encrypted" in problems(judge(bare, far))
    assert "not encrypted" not in problems(judge(bare, near))


def test_every_problem_says_why_and_what_to_do(shared: SharedCinema, facts: ServerFacts) -> None:
    worst = replace(facts, revision=None, tls="", settings={}, version=120000, loginable=("boxoffice_owner",))
    for finding in judge(worst, replace(shared.url, is_local=False, warnings=("Weak.",))):
        if finding.grade is not Grade.FINE:
            assert finding.why
            assert finding.action

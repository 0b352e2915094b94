import re
from collections.abc import Iterator
from itertools import count

import psycopg
import pytest
from alembic.script import ScriptDirectory

from boxoffice_desktop.db import provisioning
from boxoffice_desktop.db.embedded import ServerAddress
from boxoffice_desktop.db.schema import HEAD, REVISIONS
from boxoffice_desktop.files import migrations_folder
from tests.support.threads import run_together

_numbers = count(1)
# Everything that a schema may hold, apart from what PostgreSQL makes by itself for it.
OBJECTS = """
    SELECT 'table ' || relname FROM pg_class WHERE relnamespace = to_regnamespace('boxoffice')
    UNION ALL SELECT 'function ' || proname FROM pg_proc WHERE pronamespace = to_regnamespace('boxoffice')
    UNION ALL SELECT 'type ' || typname FROM pg_type WHERE typnamespace = to_regnamespace('boxoffice')
    UNION ALL SELECT 'grant ' || objid FROM pg_default_acl d JOIN pg_depend ON objid = d.oid
"""


@pytest.fixture
def empty(server: ServerAddress, template: str) -> Iterator[str]:
    """The administrator's way into an empty database, made as a real one is."""
    name = f"empty_{next(_numbers)}"
    with psycopg.connect(server.conninfo(), autocommit=True) as admin:
        provisioning.create_database(admin, name)
    yield server.conninfo(name)
    with psycopg.connect(server.conninfo(), autocommit=True) as admin:
        admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def test_models_and_migrations_agree(database: str) -> None:
    with provisioning.owner_connection(database) as connection:
        provisioning.run_alembic(connection, "check", "")


def test_a_difference_would_be_seen(database: str) -> None:
    # The control of the test above.
    with psycopg.connect(database, autocommit=True) as admin:
        admin.execute("ALTER TABLE boxoffice.sale DROP COLUMN currency CASCADE")
    with provisioning.owner_connection(database) as connection, pytest.raises(Exception, match="currency"):
        provisioning.run_alembic(connection, "check", "")


def test_the_till_knows_all_revisions_in_their_order() -> None:
    script = ScriptDirectory(str(migrations_folder()))
    found = [revision.revision for revision in script.walk_revisions()]
    assert tuple(reversed(found)) == REVISIONS


def test_down_to_nothing_leaves_nothing_and_up_again_is_the_same(database: str) -> None:
    before = _list_objects(database)
    _downgrade(database)
    left = [each for each in _list_objects(database) if "alembic_version" not in each]
    provisioning.upgrade_schema(database)
    assert left == []
    assert _list_objects(database) == before
    assert len(before) > 50


@pytest.mark.parametrize("revision", REVISIONS[:-1])
def test_every_step_goes_down_and_up_again(database: str, revision: str) -> None:
    before = _list_objects(database)
    _downgrade(database, revision)
    provisioning.upgrade_schema(database)
    assert _list_objects(database) == before


def test_upgrading_twice_is_harmless(database: str) -> None:
    before = _list_objects(database)
    provisioning.upgrade_schema(database)
    assert _list_objects(database) == before


def test_two_upgrades_at_once_take_turns(empty: str) -> None:
    run_together([lambda: provisioning.upgrade_schema(empty)] * 2)
    with psycopg.connect(empty) as admin:
        assert provisioning.find_revision(admin) == HEAD


def test_an_empty_database_has_no_revision(empty: str) -> None:
    with psycopg.connect(empty) as admin:
        assert provisioning.find_revision(admin) is None


def test_a_schema_without_a_version_has_no_revision(database: str) -> None:
    with psycopg.connect(database, autocommit=True) as admin:
        admin.execute("DELETE FROM boxoffice.alembic_version")
        assert provisioning.find_revision(admin) is None


def test_everything_belongs_to_the_owner(database: str) -> None:
    with psycopg.connect(database) as admin:
        rows = admin.execute(
            "SELECT DISTINCT pg_get_userbyid(relowner) FROM pg_class WHERE relnamespace = 'boxoffice'::regnamespace"
            " UNION SELECT pg_get_userbyid(proowner) FROM pg_proc WHERE pronamespace = 'boxoffice'::regnamespace"
            " UNION SELECT pg_get_userbyid(nspowner) FROM pg_namespace WHERE nspname = 'boxoffice'"
        ).fetchall()
    assert rows == [("boxoffice_owner",)]


def test_roles_and_databases_are_made_once(server: ServerAddress, empty: str) -> None:
    name = psycopg.conninfo.conninfo_to_dict(empty)["dbname"]
    with psycopg.connect(server.conninfo(), autocommit=True) as admin:
        provisioning.create_roles(admin)
        assert provisioning.create_database(admin, str(name)) is False


def test_a_database_that_was_left_open_is_closed_again(server: ServerAddress, empty: str) -> None:
    name = str(psycopg.conninfo.conninfo_to_dict(empty)["dbname"])
    rights = (
        "SELECT pg_get_userbyid(datdba), has_database_privilege('public', datname, 'CONNECT'),"
        " has_database_privilege('public', datname, 'TEMP'),"
        " has_database_privilege('boxoffice_till', datname, 'CONNECT')"
        " FROM pg_database WHERE datname = %s"
    )
    with psycopg.connect(server.conninfo(), autocommit=True) as admin:
        admin.execute(f'ALTER DATABASE "{name}" OWNER TO CURRENT_USER')
        admin.execute(f'GRANT CONNECT, TEMP ON DATABASE "{name}" TO PUBLIC')
        admin.execute(f'REVOKE CONNECT ON DATABASE "{name}" FROM boxoffice_till')
        before = admin.execute(rights, (name,)).fetchone()
        provisioning.create_database(admin, name)
        after = admin.execute(rights, (name,)).fetchone()
    assert before is not None
    # Public may connect, so the tills may as well.
    assert before[1:] == (True, True, True)
    assert after == ("boxoffice_owner", False, False, True)


def test_a_new_database_is_closed_to_everybody_but_tills(empty: str) -> None:
    with psycopg.connect(empty) as admin:
        row = admin.execute(
            "SELECT array_to_string(datacl, ' ') FROM pg_database WHERE datname = current_database()"
        ).fetchone()
    assert row is not None
    assert not re.search(r"(^| )=", row[0])
    assert "boxoffice_till=c/" in row[0]


def test_a_login_gets_a_new_password(server: ServerAddress, template: str) -> None:
    with psycopg.connect(server.conninfo(), autocommit=True) as admin:
        for password in ("first", "second"):
            provisioning.create_login(admin, "till_of_two_passwords", password)
        row = admin.execute("SELECT rolpassword FROM pg_authid WHERE rolname = 'till_of_two_passwords'").fetchone()
        admin.execute("DROP ROLE till_of_two_passwords")
    assert row is not None
    assert row[0].startswith("SCRAM-SHA-256$")


def test_a_logins_limits_hold_whatever_a_client_sends(server: ServerAddress, template: str) -> None:
    with psycopg.connect(server.conninfo(), autocommit=True) as admin:
        provisioning.create_login(admin, "till_of_limits", "x")
        row = admin.execute(
            "SELECT setconfig FROM pg_db_role_setting WHERE setrole = 'till_of_limits'::regrole"
        ).fetchone()
        admin.execute("DROP ROLE till_of_limits")
    assert row == (["lock_timeout=3s", "statement_timeout=5s", "idle_in_transaction_session_timeout=5s"],)


def _downgrade(conninfo: str, revision: str = "base") -> None:
    with provisioning.owner_connection(conninfo) as connection:
        provisioning.run_alembic(connection, "downgrade", revision)
        connection.commit()


def _list_objects(conninfo: str) -> list[str]:
    with psycopg.connect(conninfo) as connection:
        return sorted(row[0] for row in connection.execute(OBJECTS))

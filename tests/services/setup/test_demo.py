"""The demo cinema on a shared server."""

import pytest

from boxoffice_desktop.db.admin import connect_admin
from boxoffice_desktop.db.url import ServerUrl
from boxoffice_desktop.services.setup.terminals import list_terminals
from tests.services.setup.conftest import provision


@pytest.mark.soak
def test_an_empty_database_gets_the_demo_with_customers(any_url: ServerUrl) -> None:
    assert any(line.startswith("created   the demo cinema") for line in provision(any_url, None, None, demo=True))
    with connect_admin(any_url) as admin:
        row = admin.execute("SELECT count(*) FROM boxoffice.ticket").fetchone()
    assert row is not None
    assert row[0] > 100
    assert {line.name for line in list_terminals(any_url)} >= {"Counter 1", "Counter 2"}


def test_a_database_with_a_venue_is_never_filled_with_the_demo(any_url: ServerUrl) -> None:
    provision(any_url)
    lines = provision(any_url, None, None, demo=True)
    assert any("was left out" in line for line in lines)
    assert not list_terminals(any_url)

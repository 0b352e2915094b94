"""Proofs that need more than a machine may have: left out politely there, and never in CI."""

import pytest

from tests.support import debian_server


@pytest.fixture(autouse=True)
def _nothing_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(debian_server, "_find_installed", lambda: None)


def test_without_the_systems_postgresql_a_proof_is_skipped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BOXOFFICE_REQUIRE_ALL", raising=False)
    with pytest.raises(pytest.skip.Exception, match="apt-get install postgresql"):
        debian_server.find_programs()


def test_where_every_proof_is_asked_for_it_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOXOFFICE_REQUIRE_ALL", "1")
    with pytest.raises(pytest.fail.Exception, match="BOXOFFICE_REQUIRE_ALL"):
        debian_server.find_programs()

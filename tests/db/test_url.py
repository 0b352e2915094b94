"""Which connection a URL becomes: verified TLS unless it is this machine, and no password in any word."""

from pathlib import Path

import pytest
from psycopg.conninfo import conninfo_to_dict

from boxoffice_desktop.db.url import ServerUrl, is_local_host, read_server_url, system_roots, with_password
from boxoffice_desktop.domain.errors import InvalidInputError

REMOTE = "postgresql://postgres:s3cret@db.example.org/boxoffice"


def read(url: str, **options: object) -> ServerUrl:
    return read_server_url(url, environment={}, **options)  # type: ignore[arg-type]  # the tests' own words


def values(url: ServerUrl) -> dict[str, str]:
    return {name: str(value) for name, value in conninfo_to_dict(url.conninfo).items()}


def test_a_remote_server_is_verified_unless_told_otherwise() -> None:
    url = read(REMOTE)
    assert url.sslmode == values(url)["sslmode"] == "verify-full"
    assert values(url)["sslrootcert"]
    assert not url.warnings


@pytest.mark.parametrize("mode", ["disable", "allow", "prefer"])
def test_modes_that_an_attacker_can_switch_off_need_a_word(mode: str) -> None:
    with pytest.raises(InvalidInputError, match="--insecure"):
        read(f"{REMOTE}?sslmode={mode}")
    url = read(f"{REMOTE}?sslmode={mode}", insecure=True)
    assert url.sslmode == mode
    assert url.warnings


@pytest.mark.parametrize("mode", ["require", "verify-ca"])
def test_modes_that_do_not_check_the_server_are_warned_of(mode: str) -> None:
    assert read(f"{REMOTE}?sslmode={mode}").warnings


@pytest.mark.parametrize("host", ["/var/run/postgresql", "localhost", "127.0.0.1", "127.3.2.1", "[::1]"])
def test_this_machine_needs_no_tls(host: str) -> None:
    url = read(f"postgresql:///boxoffice?host={host.strip('[]')}")
    assert url.is_local
    assert url.sslmode == "prefer"


@pytest.mark.parametrize("host", ["localhost.example.org", "10.0.0.5", "::2", "db", "127.0.0.1.example.org"])
def test_names_that_only_look_local_are_remote(host: str) -> None:
    assert not is_local_host(host)


def test_an_address_behind_a_local_name_is_what_counts() -> None:
    url = read("host=localhost hostaddr=10.0.0.5 dbname=boxoffice")
    assert not url.is_local
    assert url.sslmode == "verify-full"


def test_one_remote_host_among_local_ones_makes_the_url_remote() -> None:
    assert read("postgresql://localhost,db.example.org/boxoffice").sslmode == "verify-full"


def test_several_hosts_find_the_one_that_takes_writes() -> None:
    url = read("postgresql://u@db1.example.org:5433,db2.example.org/boxoffice")
    assert url.places == ("db1.example.org:5433", "db2.example.org:5432")
    assert values(url)["target_session_attrs"] == "read-write"
    assert values(read(f"{REMOTE}")).get("target_session_attrs") is None


def test_what_several_hosts_may_be_is_the_urls_to_say() -> None:
    url = read("postgresql://u@db1,db2/boxoffice?target_session_attrs=any")
    assert values(url)["target_session_attrs"] == "any"


def test_the_environment_does_not_weaken_a_url() -> None:
    weak = {"PGSSLMODE": "disable", "PGHOST": "elsewhere.example.org"}
    url = read_server_url(REMOTE, environment=weak)
    assert values(url)["sslmode"] == "verify-full"
    assert url.places == ("db.example.org:5432",)
    assert read_server_url("postgresql:///boxoffice", environment=weak).sslmode == "verify-full"


def test_a_file_of_an_authority_is_used_also_on_this_machine(tmp_path: Path) -> None:
    ca = tmp_path / "ca.crt"
    ca.write_text("-")
    url = read("postgresql://u@localhost/boxoffice", ca_file=ca)
    assert (url.sslmode, values(url)["sslrootcert"]) == ("verify-full", str(ca))
    with pytest.raises(InvalidInputError, match="no file"):
        read(REMOTE, ca_file=tmp_path / "absent.crt")


@pytest.mark.parametrize(
    "url",
    [
        "postgresqll://u:s3cret@h/db",
        "postgresql://u:s3cret@h:port/db",
        "postgresql://u:s3cret@h:1,2:3:4/db",
        "host=h port=1,2,3 password=s3cret",
        "postgresql://u:s3cret@h/db?nonsense=1",
        "postgresql://u:s3cret@h/db?service=mine",
        "postgresql://u:s3cret@h,,g/db",
    ],
)
def test_what_cannot_be_used_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        read(url)
    assert "s3cret" not in str(refused.value)
    assert refused.value.__cause__ is None


def test_no_word_about_a_url_has_the_password() -> None:
    url = read(REMOTE)
    assert "s3cret" not in f"{url!r} {url} {url.shown}"
    assert "s3cret" in url.conninfo  # the control: it is there for the driver


def test_a_till_gets_nothing_of_the_administrators() -> None:
    url = read(f"{REMOTE}?options=-c%20role%3Dx&sslcert=/c&sslkey=/k").for_login("till_1", "own")
    found = values(url)
    assert found["user"] == "till_1"
    assert found["password"] == "own"
    assert found["require_auth"] == "scram-sha-256"
    assert not {"options", "sslcert", "sslkey", "connect_timeout"} & set(found)
    assert values(read(REMOTE).for_login("till_1")).get("password") is None


def test_a_typed_password_goes_into_the_connection_only() -> None:
    url = with_password(read("postgresql://u@db.example.org/boxoffice"), "typed")
    assert values(url)["password"] == "typed"
    assert "typed" not in repr(url)


def test_the_machines_own_authorities_are_a_file_or_a_word() -> None:
    roots = system_roots()
    assert roots == "system" or Path(roots).is_file()

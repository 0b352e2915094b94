"""What a till tells about its connection."""

from boxoffice_desktop.db.schema import HEAD
from boxoffice_desktop.db.url import ServerUrl
from boxoffice_desktop.services.setup.link import examine_link
from tests.services.setup.conftest import SharedCinema
from tests.services.setup.test_terminals import OpenCinema


def test_a_till_tells_how_it_is_connected(any_url: ServerUrl, open_cinema: OpenCinema) -> None:
    shared: SharedCinema = open_cinema(any_url)
    paired = shared.pair("Counter 7")
    report = shared.till(paired, None).call(examine_link, {})
    assert report.login == paired.login
    assert report.database == any_url.database
    assert report.schema == HEAD
    assert report.is_current
    assert 0 < report.round_trip_ms < 1000
    assert abs(report.clock_ahead) < 2
    assert report.is_verified == (any_url.sslmode == "verify-full")
    assert bool(report.tls) == report.is_verified
    assert report.is_local

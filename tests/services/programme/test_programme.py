from datetime import UTC, date, datetime, time, timedelta

import pytest

from boxoffice_desktop.domain.errors import (
    ConflictError,
    InvalidInputError,
    NotAllowedError,
    NotFoundError,
    NotSignedInError,
)
from boxoffice_desktop.services import programme
from tests.support.cinema import Cinema
from tests.support.seats import expire, hold, keep, sell


def test_today_stands_first_even_without_shows(cinema: Cinema) -> None:
    cinema.execute("UPDATE boxoffice.show SET status = 'draft'")
    days = cinema.till(user_name=None).call(programme.list_days)
    assert [(tile.day, tile.shows) for tile in days] == [(_today(cinema), 0)]


def test_days_are_business_days_with_their_number_of_shows(cinema: Cinema) -> None:
    today = _today(cinema)
    # Half past midnight still belongs to the evening before.
    for day, hour, minute in ((today + timedelta(days=2), 20, 0), (today + timedelta(days=3), 0, 30)):
        _insert_show(cinema, datetime.combine(day, time(hour, minute)))
    days = {tile.day: tile.shows for tile in cinema.till().call(programme.list_days)}
    assert days[today + timedelta(days=2)] == 2
    assert today + timedelta(days=3) not in days


def test_yesterdays_shows_are_not_listed(cinema: Cinema) -> None:
    day = _today(cinema) - timedelta(days=1)
    _insert_show(cinema, datetime.combine(day, time(20)))
    assert cinema.till().call(programme.list_days)[0].day == _today(cinema)


def test_a_show_in_the_small_hours_is_listed_with_the_evening_before(cinema: Cinema) -> None:
    # Far from the cinema's own show, which is one of tomorrow late in the night.
    day = _today(cinema) + timedelta(days=4)
    _insert_show(cinema, datetime.combine(day, time(5, 59)))
    till = cinema.till()
    assert len(till.call(programme.list_shows, day=day - timedelta(days=1))) == 1
    assert till.call(programme.list_shows, day=day) == ()


def test_shows_are_sorted_by_title_then_time(cinema: Cinema) -> None:
    day = _today(cinema) + timedelta(days=2)
    movie_id = cinema.query(
        "INSERT INTO boxoffice.movie (title, title_key, running_minutes)"
        " VALUES ('alien', 'alien', 100) RETURNING movie_id"
    )[0][0]
    late = _insert_show(cinema, datetime.combine(day, time(22)))
    early = _insert_show(cinema, datetime.combine(day, time(18)))
    alien = _insert_show(cinema, datetime.combine(day, time(20)), movie_id=movie_id)
    tiles = cinema.till().call(programme.list_shows, day=day)
    assert [tile.show_id for tile in tiles] == [alien, early, late]


def test_a_tile_says_all_that_a_cashier_must_know(cinema: Cinema) -> None:
    tile = cinema.till().call(programme.get_show, show_id=cinema.show_id)
    assert (tile.title, tile.certificate, tile.running_minutes, tile.hall_name) == ("Nosferatu", "PG", 94, "Hall 1")
    assert (tile.format, tile.status, tile.started, tile.has_poster) == ("2D", "on_sale", False, False)
    assert tile.starts_at == cinema.starts_at
    assert tile.ends_at - tile.starts_at == timedelta(minutes=94 + 15)


def test_times_are_in_the_venues_zone(cinema: Cinema) -> None:
    tile = cinema.till().call(programme.get_show, show_id=cinema.show_id)
    assert str(tile.starts_at.tzinfo) == "Europe/Zurich"


def test_seats_are_counted_by_their_state_and_expired_holds_as_free(cinema: Cinema) -> None:
    till = cinema.till()
    sell(cinema, till, "A1", "A2")
    hold(cinema, till, "B1", "B2", "B3")
    hold(cinema, till, "C1")
    expire(cinema, "C1")
    keep(cinema, "house", "Counter 2", "D1")
    tile = till.call(programme.get_show, show_id=cinema.show_id)
    assert (tile.free, tile.held, tile.sold, tile.capacity) == (34, 4, 2, 40)


def test_a_show_that_has_begun_is_marked(cinema: Cinema) -> None:
    show_id = _insert_show(cinema, datetime.combine(date(2020, 1, 1), time(20)))
    assert cinema.till().call(programme.get_show, show_id=show_id).started


def test_a_draft_is_not_listed(cinema: Cinema) -> None:
    cinema.execute("UPDATE boxoffice.show SET status = 'draft'")
    day = cinema.starts_at.date()
    found = [cinema.till().call(programme.list_shows, day=day + timedelta(days=n)) for n in (-1, 0)]
    assert found == [(), ()]


def test_an_unknown_show_is_not_found(cinema: Cinema) -> None:
    with pytest.raises(NotFoundError):
        cinema.till().call(programme.get_show, show_id=10**6)


def test_a_poster_is_its_bytes_or_none(cinema: Cinema) -> None:
    till = cinema.till()
    before = till.call(programme.get_poster, movie_id=cinema.movie_id)
    cinema.execute("INSERT INTO boxoffice.movie_poster VALUES (%s, %s)", cinema.movie_id, b"picture")
    assert (before, till.call(programme.get_poster, movie_id=cinema.movie_id)) == (None, b"picture")


def test_a_new_show_is_a_draft_with_all_seats_of_its_hall_that_are_not_retired(cinema: Cinema) -> None:
    cinema.execute("UPDATE boxoffice.seat SET retired_at = now() WHERE name = 'A1'")
    show_id = _create(cinema, hours=5)
    rows = cinema.query(
        "SELECT w.status, count(*), count(*) FILTER (WHERE ss.state = 'available') FROM boxoffice.show w"
        " JOIN boxoffice.show_seat ss USING (show_id) WHERE show_id = %s GROUP BY 1",
        show_id,
    )
    assert rows == [("draft", 39, 39)]


def test_a_hall_is_taken_until_it_is_cleaned(cinema: Cinema) -> None:
    # 15 minutes of advertising, 94 of film, 15 of cleaning.
    with pytest.raises(ConflictError, match="hall is taken"):
        _create(cinema, minutes=123)


def test_a_hall_is_free_when_it_is_cleaned(cinema: Cinema) -> None:
    assert _create(cinema, minutes=124) > cinema.show_id


def test_a_show_must_end_before_the_next_begins(cinema: Cinema) -> None:
    with pytest.raises(ConflictError):
        _create(cinema, minutes=-123)


def test_a_cancelled_show_gives_its_hall_free(cinema: Cinema) -> None:
    cinema.execute("UPDATE boxoffice.show SET status = 'cancelled'")
    assert _create(cinema, minutes=0) > cinema.show_id


def test_another_hall_is_free_at_the_same_time(cinema: Cinema) -> None:
    hall_id = cinema.query(
        "INSERT INTO boxoffice.hall (venue_id, name, width, height, best_x, best_y)"
        " VALUES (1, 'Hall 2', 1, 1, 0, 0) RETURNING hall_id"
    )[0][0]
    assert _create(cinema, minutes=0, hall_id=hall_id) > cinema.show_id


def test_a_film_without_running_time_gets_no_show(cinema: Cinema) -> None:
    cinema.execute("UPDATE boxoffice.movie SET running_minutes = NULL")
    with pytest.raises(InvalidInputError) as refused:
        _create(cinema, hours=5)
    assert refused.value.field == "running_minutes"


@pytest.mark.parametrize("missing", ["movie_id", "hall_id"])
def test_a_show_needs_a_film_and_a_hall_that_exist(cinema: Cinema, missing: str) -> None:
    with pytest.raises(NotFoundError):
        _create(cinema, hours=5, **{missing: 10**6})


def test_a_cashier_does_not_make_shows(cinema: Cinema) -> None:
    with pytest.raises(NotAllowedError):
        _create(cinema, user_name="carla", hours=5)


def test_nobody_makes_shows_before_sign_in(cinema: Cinema) -> None:
    with pytest.raises(NotSignedInError):
        _create(cinema, user_name=None, hours=5)


def test_a_show_is_put_on_sale_once(cinema: Cinema) -> None:
    with pytest.raises(ConflictError, match="on sale already"):
        cinema.till(user_name="mona").call(programme.put_on_sale, show_ids=(cinema.show_id,))


def test_an_unknown_show_is_not_put_on_sale(cinema: Cinema) -> None:
    with pytest.raises(NotFoundError):
        cinema.till(user_name="mona").call(programme.put_on_sale, show_ids=(10**6,))


def test_when_one_show_cannot_go_on_sale_none_does(cinema: Cinema) -> None:
    show_id = _create(cinema, hours=5)
    with pytest.raises(NotFoundError):
        cinema.till(user_name="mona").call(programme.put_on_sale, show_ids=(show_id, 10**6))
    assert cinema.query("SELECT status FROM boxoffice.show WHERE show_id = %s", show_id) == [("draft",)]


def _today(cinema: Cinema) -> date:
    today: date = cinema.query("SELECT (now() AT TIME ZONE 'Europe/Zurich' - interval '6 hours')::date")[0][0]
    return today


def _insert_show(cinema: Cinema, local: datetime, movie_id: int | None = None) -> int:
    """A closed-off show on sale in the venue's zone, as the owner; five minutes long, so that several fit a day."""
    show_id: int = cinema.query(
        "INSERT INTO boxoffice.show (movie_id, hall_id, starts_at, ends_at, occupies, status)"
        " SELECT %s, %s, at, at + interval '5 minutes', tstzrange(at, at + interval '5 minutes'), 'on_sale'"
        "   FROM (SELECT %s::timestamp AT TIME ZONE 'Europe/Zurich' AS at) given RETURNING show_id",
        movie_id or cinema.movie_id,
        cinema.hall_id,
        local,
    )[0][0]
    return show_id


def _create(
    cinema: Cinema,
    *,
    user_name: str | None = "mona",
    hours: int = 0,
    minutes: int = 0,
    movie_id: int | None = None,
    hall_id: int | None = None,
) -> int:
    return cinema.till(user_name=user_name).call(
        programme.create_show,
        movie_id=movie_id or cinema.movie_id,
        hall_id=hall_id or cinema.hall_id,
        starts_at=cinema.starts_at.astimezone(UTC) + timedelta(hours=hours, minutes=minutes),
    )

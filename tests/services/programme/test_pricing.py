from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from boxoffice_desktop.domain.errors import ConflictError, NotAllowedError, NotFoundError
from boxoffice_desktop.services import pricing, programme
from tests.support.cinema import ADULT, CHILD, PRICES, Cinema


def test_a_show_on_sale_has_the_prices_of_its_list_with_the_tax_inside(cinema: Cinema) -> None:
    prices = cinema.till().call(pricing.list_show_prices, show_id=cinema.show_id)
    assert {(price.area_id, price.ticket_type_id): price.amount for price in prices} == PRICES
    assert {price.amount: price.tax for price in prices} == {1200: 89, 800: 59, 1500: 111, 1000: 74}


def test_the_list_with_the_highest_priority_that_fits_is_taken(cinema: Cinema) -> None:
    _add_list(cinema, "Everything", 5, 1300)
    _add_list(cinema, "Other format", 9, 1900, format="IMAX")
    assert _adult_price(cinema, _new_show(cinema)) == 1300


def test_a_list_of_the_shows_format_fits(cinema: Cinema) -> None:
    _add_list(cinema, "IMAX", 9, 1900, format="IMAX")
    assert _adult_price(cinema, _new_show(cinema, format="IMAX")) == 1900


def test_a_list_that_is_switched_off_does_not_count(cinema: Cinema) -> None:
    _add_list(cinema, "Old", 9, 1900, is_active=False)
    assert _adult_price(cinema, _new_show(cinema)) == 1200


def test_weekday_and_time_are_the_venues_own(cinema: Cinema) -> None:
    local = (cinema.starts_at + timedelta(hours=5)).astimezone(ZoneInfo("Europe/Zurich"))
    weekday = (local - timedelta(hours=6)).isoweekday()
    begin = local.time()
    _add_list(cinema, "Exactly then", 9, 1111, weekdays=[weekday], from_time=begin)
    _add_list(cinema, "Other days", 99, 1999, weekdays=[weekday % 7 + 1])
    if begin.hour != 6:
        # Before the day's end is the whole day.
        _add_list(cinema, "Before then", 98, 1998, to_time=begin)
    assert _adult_price(cinema, _new_show(cinema)) == 1111


def test_a_list_set_on_the_show_wins_over_the_rules(cinema: Cinema) -> None:
    chosen = _add_list(cinema, "Premiere", -1, 2500)
    show_id = _new_show(cinema)
    cinema.execute("UPDATE boxoffice.show SET price_list_id = %s WHERE show_id = %s", chosen, show_id)
    assert _adult_price(cinema, show_id) == 2500


def test_the_show_remembers_its_list(cinema: Cinema) -> None:
    assert cinema.query("SELECT price_list_id FROM boxoffice.show") == [(1,)]


def test_a_later_change_of_the_list_leaves_a_show_on_sale_alone(cinema: Cinema) -> None:
    cinema.execute("UPDATE boxoffice.price SET amount = 9900")
    prices = cinema.till().call(pricing.list_show_prices, show_id=cinema.show_id)
    assert {price.amount for price in prices} == set(PRICES.values())


def test_prices_are_replaced_when_they_are_resolved_again(cinema: Cinema) -> None:
    cinema.execute("UPDATE boxoffice.price SET amount = 9900")
    till = cinema.till(user_name="mona")
    till.call(pricing.resolve_show_prices, show_id=cinema.show_id)
    assert {price.amount for price in till.call(pricing.list_show_prices, show_id=cinema.show_id)} == {9900}


def test_a_list_that_leaves_out_an_area_is_refused_by_its_name(cinema: Cinema) -> None:
    cinema.execute("DELETE FROM boxoffice.price WHERE area_id = 2")
    show_id = _new_show(cinema)
    with pytest.raises(ConflictError, match="no price for Premium"):
        _adult_price(cinema, show_id)


def test_a_list_without_prices_is_refused(cinema: Cinema) -> None:
    cinema.execute("DELETE FROM boxoffice.price")
    show_id = _new_show(cinema)
    with pytest.raises(ConflictError, match="has no prices"):
        _adult_price(cinema, show_id)


def test_without_any_list_a_show_does_not_go_on_sale(cinema: Cinema) -> None:
    cinema.execute("UPDATE boxoffice.price_list SET is_active = false")
    show_id = _new_show(cinema)
    with pytest.raises(ConflictError, match="No price list"):
        _adult_price(cinema, show_id)


def test_prices_of_an_unknown_show_are_not_found(cinema: Cinema) -> None:
    with pytest.raises(NotFoundError):
        cinema.till(user_name="mona").call(pricing.resolve_show_prices, show_id=10**6)


def test_a_cashier_does_not_make_prices(cinema: Cinema) -> None:
    with pytest.raises(NotAllowedError):
        cinema.till().call(pricing.resolve_show_prices, show_id=cinema.show_id)


def test_ticket_types_come_in_the_order_of_their_keys(cinema: Cinema) -> None:
    cinema.execute(
        "INSERT INTO boxoffice.ticket_type (venue_id, name, position, is_active)"
        " VALUES (1, 'Member', 1, true), (1, 'Old', 3, false), (1, 'Off the keys', NULL, true)"
    )
    types = cinema.till().call(pricing.list_ticket_types)
    assert [(each.name, each.position) for each in types] == [("Adult", 1), ("Member", 1), ("Child", 2)]
    assert [each.ticket_type_id for each in types][::2] == [ADULT, CHILD]


def _new_show(cinema: Cinema, **values: str) -> int:
    return cinema.till(user_name="mona").call(
        programme.create_show,
        movie_id=cinema.movie_id,
        hall_id=cinema.hall_id,
        starts_at=cinema.starts_at + timedelta(hours=5),
        **values,
    )


def _adult_price(cinema: Cinema, show_id: int) -> int:
    till = cinema.till(user_name="mona")
    till.call(programme.put_on_sale, show_ids=(show_id,))
    prices = till.call(pricing.list_show_prices, show_id=show_id)
    return next(price.amount for price in prices if (price.area_id, price.ticket_type_id) == (1, ADULT))


def _add_list(cinema: Cinema, name: str, priority: int, amount: int, **values: object) -> int:
    columns = {"venue_id": 1, "name": name, "priority": priority, **values}
    price_list_id: int = cinema.query(
        f"INSERT INTO boxoffice.price_list ({', '.join(columns)}) VALUES ({', '.join(['%s'] * len(columns))})"
        " RETURNING price_list_id",
        *columns.values(),
    )[0][0]
    cinema.execute(
        "INSERT INTO boxoffice.price SELECT %s, a.area_id, t.ticket_type_id, %s, 1"
        " FROM boxoffice.area a, boxoffice.ticket_type t",
        price_list_id,
        amount,
    )
    return price_list_id

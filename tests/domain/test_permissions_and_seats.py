import pytest

from boxoffice_desktop.domain.permissions import ADMINISTRATOR, CASHIER, MANAGER, SUPERVISOR, Permission
from boxoffice_desktop.domain.seats import SeatKey, seat_name


def test_each_ready_made_set_has_all_of_the_one_below() -> None:
    assert CASHIER < SUPERVISOR < MANAGER < ADMINISTRATOR


def test_a_cashier_neither_refunds_nor_approves() -> None:
    assert CASHIER.isdisjoint({Permission.REFUND, Permission.APPROVE})


@pytest.mark.parametrize(("zone", "name"), [(None, "C4"), ("", "C4"), ("Balcony", "Balcony C4")])
def test_a_seat_is_called_with_its_zone_where_there_are_several(zone: str | None, name: str) -> None:
    assert seat_name(zone, "C", "4") == name


def test_seat_keys_sort_in_the_order_of_locking() -> None:
    assert sorted([SeatKey(2, 1), SeatKey(1, 9), SeatKey(1, 2)]) == [SeatKey(1, 2), SeatKey(1, 9), SeatKey(2, 1)]

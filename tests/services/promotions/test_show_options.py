"""The shows that a promotion may be for."""

from datetime import timedelta

import pytest

from boxoffice_desktop.domain.errors import NotAllowedError
from boxoffice_desktop.domain.schedule import ShowStatus
from boxoffice_desktop.services import promotions
from boxoffice_desktop.services.schedule import reading
from boxoffice_desktop.services.schedule.locking import ShowStamp
from boxoffice_desktop.services.schedule.status import change_status
from tests.support.cinema import Cinema, Till
from tests.support.counters import add_shows
from tests.support.promotions import save
from tests.support.seats import end_show


@pytest.fixture
def manager(cinema: Cinema) -> Till:
    return cinema.till("Counter 3", "mona")


def offered(manager: Till) -> list[int]:
    return [each.show_id for each in manager.call(promotions.list_show_options)]


def test_coming_shows_are_offered_in_the_order_of_their_start(cinema: Cinema, manager: Till) -> None:
    later = add_shows(cinema, 2)
    assert offered(manager) == [cinema.show_id, *later]
    (first, *_) = manager.call(promotions.list_show_options)
    assert (first.movie_id, first.hall_name) == (cinema.movie_id, "Hall 1")
    assert first.starts_at - cinema.starts_at == timedelta()


def test_a_cancelled_show_is_not_offered(cinema: Cinema, manager: Till) -> None:
    (other,) = add_shows(cinema, 1)
    block = manager.call(reading.read_block, show_id=other)
    manager.call(change_status, stamps=(ShowStamp(show_id=other, version=block.version),), status=ShowStatus.CANCELLED)
    assert offered(manager) == [cinema.show_id]


def test_a_past_show_is_offered_only_where_a_promotion_is_for_it(cinema: Cinema, manager: Till) -> None:
    stored = save(manager, show_id=cinema.show_id)
    assert stored.draft.show_id == cinema.show_id
    end_show(cinema)
    assert offered(manager) == [cinema.show_id]
    manager.call(
        promotions.save_promotion,
        draft=promotions.PromotionDraft(name="Half price", value=5000),
        promotion_id=stored.promotion_id,
        version=stored.version,
    )
    assert offered(manager) == []


def test_cashiers_are_not_told(cinema: Cinema) -> None:
    with pytest.raises(NotAllowedError):
        cinema.till().call(promotions.list_show_options)

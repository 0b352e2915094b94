"""A cinema with a second hall and more films; every test plans days of its own, on which nothing stands yet."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from boxoffice_desktop.domain.business_day import local_moment
from boxoffice_desktop.domain.schedule import ShowStatus
from boxoffice_desktop.services.schedule import drafts, reading
from boxoffice_desktop.services.schedule.drafts import ChangedShow, NewShow, ShowChange
from boxoffice_desktop.services.schedule.locking import ShowStamp
from boxoffice_desktop.services.schedule.reading import ShowBlock
from boxoffice_desktop.services.schedule.status import change_status
from tests.support.cinema import Cinema, Till

ZURICH = ZoneInfo("Europe/Zurich")


@dataclass
class Office:
    """A manager at work. `day` is a business day well ahead; times are local."""

    cinema: Cinema
    till: Till
    other_till: Till
    cashier: Till
    day: date
    hall_id: int
    other_hall_id: int
    movie_id: int
    short_movie_id: int

    def at(self, hour: int, minute: int = 0, *, days: int = 0) -> datetime:
        return local_moment(self.day + timedelta(days=days), time(hour, minute), ZURICH, later=False)

    def new(self, starts_at: datetime, **changes: Any) -> NewShow:
        return NewShow(**{"movie_id": self.movie_id, "hall_id": self.hall_id, "starts_at": starts_at, **changes})

    def create(self, starts_at: datetime, **changes: Any) -> ShowBlock:
        (stamp,) = self.till.call(drafts.create_drafts, shows=[self.new(starts_at, **changes)])
        return self.read(stamp.show_id)

    def read(self, show_id: int) -> ShowBlock:
        return self.till.call(reading.read_block, show_id=show_id)

    def put_on_sale(self, starts_at: datetime, **changes: Any) -> ShowBlock:
        """A show that the tills sell; `self.cinema` holds and sells in it from now on."""
        block = self.create(starts_at, **changes)
        report = self.till.call(change_status, stamps=[stamp(block)], status=ShowStatus.ON_SALE)
        assert not report.refused
        self.cinema = replace(self.cinema, show_id=block.show_id)
        return report.changed[0]

    def change(self, block: ShowBlock, *, till: Till | None = None, **changes: Any) -> ChangedShow:
        return (till or self.till).call(
            drafts.change_show, show_id=block.show_id, version=block.version, change=ShowChange(**changes)
        )

    def blocks(self, days: int = 1) -> tuple[ShowBlock, ...]:
        return self.till.call(reading.read_schedule, first_day=self.day, days=days).blocks


def stamp(block: ShowBlock) -> ShowStamp:
    return ShowStamp(show_id=block.show_id, version=block.version)


@dataclass
class House:
    """One cinema for a whole module; every test gets days of its own in it."""

    cinema: Cinema
    manager: Till
    other_manager: Till
    cashier: Till
    offices: int = 0


@pytest.fixture(scope="module")
def house(shared_cinema: Cinema) -> House:
    cinema = shared_cinema
    cinema.execute(
        "INSERT INTO boxoffice.hall (venue_id, name, width, height, best_x, best_y, cleaning_minutes)"
        " VALUES (1, 'Hall 2', 300, 250, 130, 160, 20)"
    )
    cinema.execute(
        "INSERT INTO boxoffice.seat (hall_id, row_label, number, name, x, y, area_id)"
        " SELECT 2, row_label, number, name, x, y, area_id FROM boxoffice.seat WHERE row_label IN ('A', 'B', 'E')"
    )
    cinema.execute(
        "INSERT INTO boxoffice.movie (title, title_key, running_minutes)"
        " VALUES ('Le voyage', 'le voyage', 15), ('Unfinished', 'unfinished', NULL)"
    )
    return House(
        cinema=cinema,
        manager=cinema.till("Counter 3", "mona"),
        other_manager=cinema.till("Counter 2", "mona"),
        cashier=cinema.till("Counter 1", "carla"),
    )


@pytest.fixture
def office(house: House) -> Office:
    house.offices += 1
    first = datetime.now(UTC).date() + timedelta(days=20)  # noqa: TID251  the test is the composition here
    return Office(
        cinema=house.cinema,
        till=house.manager,
        other_till=house.other_manager,
        cashier=house.cashier,
        day=first + timedelta(days=20 * house.offices),
        hall_id=house.cinema.hall_id,
        other_hall_id=2,
        movie_id=house.cinema.movie_id,
        short_movie_id=2,
    )

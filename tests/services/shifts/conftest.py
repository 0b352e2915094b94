from collections.abc import Callable
from uuid import UUID, uuid4

import pytest

from boxoffice_desktop.domain.cash import ShiftOpening
from boxoffice_desktop.services import shifts
from tests.support.cinema import Cinema, Till
from tests.support.shifts import forget_shifts


@pytest.fixture
def bare(cinema: Cinema) -> Cinema:
    """The small cinema with no shift open anywhere, as on a morning."""
    with cinema.admin() as admin:
        forget_shifts(admin)
    return cinema


@pytest.fixture
def here(bare: Cinema) -> Till:
    """Carla at Counter 1."""
    return bare.till("Counter 1", "carla")


@pytest.fixture
def begin() -> Callable[..., UUID]:
    """Opens a shift at a till with 50.00 in the drawer: two notes of 20 and a hundred dimes."""

    def run(till: Till, *pieces: tuple[int, int]) -> UUID:
        opening = ShiftOpening(shift_id=uuid4(), float_id=uuid4(), pieces=pieces or ((2000, 2), (10, 100)))
        return till.call(shifts.open_shift, opening=opening).shift_id

    return run

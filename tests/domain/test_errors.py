import pickle

import pytest

from boxoffice_desktop.domain import errors


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (errors.NotAllowedError(), "Not allowed."),
        (errors.NotAllowedError("refund"), "This needs the permission 'refund'."),
        (errors.NotFoundError("show"), "There is no such show."),
        (errors.NotFoundError("show", 7), "There is no show 7."),
        (errors.ImportRefusedError("not JSON"), "not JSON"),
        (errors.ImportRefusedError("not JSON", "line 3"), "line 3: not JSON"),
        (errors.TerminalInUseError("Counter 1"), "Counter 1 is already open in another window."),
    ],
)
def test_an_error_says_what_happened(error: errors.BoxOfficeError, text: str) -> None:
    assert str(error) == text


def test_refused_seats_are_named_with_their_holder_or_state() -> None:
    refusal = errors.SeatsUnavailableError(
        (
            errors.SeatHolder(seat_id=1, seat_name="C4", state="held", holder="Counter 2"),
            errors.SeatHolder(seat_id=2, seat_name="C5", state="sold", holder=None),
        )
    )
    assert str(refusal) == "C4: Counter 2, C5: sold"


@pytest.mark.parametrize(("newer", "advice"), [(True, "update this till"), (False, "run its upgrade")])
def test_another_schema_says_who_must_be_updated(newer: bool, advice: str) -> None:  # noqa: FBT001
    assert advice in str(errors.SchemaMismatchError(found="x", wanted="y", newer=newer))


def test_every_error_is_one_that_may_be_shown() -> None:
    found = [each for each in vars(errors).values() if isinstance(each, type) and issubclass(each, Exception)]
    assert all(issubclass(each, errors.BoxOfficeError) for each in found)
    assert len(found) > 15


def test_an_error_travels_between_processes_whole() -> None:
    arrived = pickle.loads(pickle.dumps(errors.BasketFullError(10)))  # noqa: S301  our own
    assert (type(arrived), str(arrived), arrived.limit) == (errors.BasketFullError, str(errors.BasketFullError(10)), 10)

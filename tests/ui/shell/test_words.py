import pytest

from boxoffice_desktop.domain import errors
from boxoffice_desktop.domain.errors import SeatHolder
from boxoffice_desktop.ui.shell.message import Severity
from boxoffice_desktop.ui.shell.words import describe

ONE_OF_EACH: list[errors.BoxOfficeError] = [
    errors.BoxOfficeError("words"),
    errors.InvalidInputError("amount", "The amount is more than the ticket."),
    errors.NotAllowedError("refund"),
    errors.NotSignedInError(),
    errors.SignInRefusedError(wait_seconds=8),
    errors.NotFoundError("show", 7),
    errors.ConflictError("The hall is taken."),
    errors.NotStoredError("It was not stored."),
    errors.SeatsUnavailableError((SeatHolder(seat_id=1, seat_name="C4", state="held", holder="Counter 2"),)),
    errors.NotEnoughSeatsError(4, 3),
    errors.BasketFullError(10),
    errors.GroupTooSmallError("School", 4, 10),
    errors.HoldExpiredError(("E7", "E8")),
    errors.ShowNotOnSaleError("closed"),
    errors.ShiftClosedError(),
    errors.ApprovalRefusedError("expired"),
    errors.DifferenceReasonNeededError(),
    errors.AlreadyRefundedError(
        why="refund", seat="C4", at="2026-11-20T20:15:00+00:00", place="Counter 2", person="Sid"
    ),
    errors.TerminalInUseError("Counter 1"),
    errors.BusyError(),
    errors.DatabaseUnavailableError("Nobody answers on db.example."),
    errors.SchemaMismatchError(found="b", wanted="a", newer=True),
    errors.OutcomeUnknownError(),
    errors.AttemptNotKeptError("No space left on device"),
    errors.ServerStartError("The disk is full.", "Free 200 MB and start again."),
    errors.CredentialError("Its password is gone.", "Pair the till again."),
    errors.SetupError("The server does not let it in.", "Ask who looks after the server."),
    errors.PrinterError("Out of paper"),
    errors.ImportRefusedError("Not JSON.", "line 3"),
]


def all_kinds(base: type[errors.BoxOfficeError]) -> set[type[errors.BoxOfficeError]]:
    return {base}.union(*(all_kinds(kind) for kind in base.__subclasses__() if kind.__module__ == errors.__name__))


def test_every_error_has_words_of_its_own() -> None:
    assert {type(error) for error in ONE_OF_EACH} == all_kinds(errors.BoxOfficeError)
    assert all_kinds(errors.BoxOfficeError) <= set(describe.registry)
    assert len({describe(error).title for error in ONE_OF_EACH}) == len(ONE_OF_EACH)


@pytest.mark.parametrize("error", ONE_OF_EACH, ids=lambda error: type(error).__name__)
def test_words_are_for_a_cashier(error: errors.BoxOfficeError) -> None:
    message = describe(error)
    assert message.title
    assert message.text
    assert message.severity is not Severity.BUG
    for text in (message.title, message.text):
        assert "error" not in text.lower()
        assert "{" not in text
        assert "None" not in text


def test_a_taken_seat_is_named_with_who_has_it() -> None:
    taken = tuple(
        SeatHolder(seat_id=number, seat_name=name, state=state, holder=holder)
        for number, (name, state, holder) in enumerate(
            [("C4", "held", "Counter 2"), ("C5", "held", "Counter 2"), ("C6", "sold", "Counter 3"), ("C7", "odd", None)]
        )
    )
    assert describe(errors.SeatsUnavailableError(taken[:1])).title == "C4 is with Counter 2"
    assert describe(errors.SeatsUnavailableError(taken)).title == "C4, C5 are with Counter 2 · C6 is sold · C7 is taken"


def test_an_ended_hold_says_that_the_seats_are_free_and_no_money_is_to_be_taken() -> None:
    message = describe(errors.HoldExpiredError(("E7", "E8")))
    assert message.title == "Hold ended, seats are free again"
    assert "E7, E8" in message.text
    assert "before you take any money" in message.text


def test_an_unknown_outcome_says_not_to_take_the_money_again() -> None:
    assert "Do not take the money again." in describe(errors.OutcomeUnknownError()).text


def test_a_refusal_says_what_one_may_not_do() -> None:
    assert describe(errors.NotAllowedError("refund")).title == "You may not give refunds"
    assert describe(errors.NotAllowedError("unheard_of")).title == "You may not do this"


def test_a_full_row_and_a_full_hall_are_told_apart() -> None:
    assert "3 is the most in one row" in describe(errors.NotEnoughSeatsError(4, 3)).text
    assert "No such seat is free" in describe(errors.NotEnoughSeatsError(4, 0)).text


def test_anything_else_is_a_bug_and_its_own_words_are_not_shown() -> None:
    message = describe(KeyError("seat_4711"))
    assert message.severity is Severity.BUG
    assert "4711" not in message.title + message.text

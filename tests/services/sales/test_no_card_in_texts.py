"""A card number that somebody types into a reason, a name or a phone number is refused at that field."""

from collections.abc import Callable
from uuid import uuid4

import pytest

from boxoffice_desktop.domain.cash import CashKind, CashOrder, ShiftClosing, check_cash_order
from boxoffice_desktop.domain.edits import InvalidFieldsError
from boxoffice_desktop.domain.errors import ConflictError, InvalidInputError
from boxoffice_desktop.domain.refunding import RefundKind, RefundOrder
from boxoffice_desktop.domain.reservations import read_name, read_phone
from boxoffice_desktop.services import approvals, house_seats, refunds, reprints, shifts
from boxoffice_desktop.services.approvals import ApprovalRequest
from tests.support.card_cases import PHONES, VISA
from tests.support.cinema import Cinema, Till

WORDS = f"took it twice, {VISA[:4]} {VISA[4:8]} {VISA[8:12]} {VISA[12:]}"
PEOPLE = "Anna +43 660 1234567"


def keep(cinema: Cinema, till: Till, words: str, name: str = "") -> None:
    seats = {"show_id": cinema.show_id, "seat_ids": cinema.ids("A1")}
    till.call(house_seats.keep_for_house, hold_id=uuid4(), name=name, reason=words, **seats)


def refund(_cinema: Cinema, till: Till, words: str) -> None:
    order = RefundOrder(
        refund_id=uuid4(), kind=RefundKind.REFUND, sale_id=uuid4(), ticket_ids=(1,), money=(), reason=words
    )
    till.call(refunds.refund_tickets, order=order)


def reprint(_cinema: Cinema, till: Till, words: str) -> None:
    till.call(reprints.reprint_ticket, reprint_id=uuid4(), ticket_id=1, reason=words)


@pytest.mark.parametrize("act", [keep, refund, reprint])
def test_a_reason_with_a_card_number_is_refused_before_it_is_sent(
    cinema: Cinema, act: Callable[[Cinema, Till, str], None]
) -> None:
    with pytest.raises(InvalidInputError) as refusal:
        act(cinema, cinema.till(user_name="mona"), WORDS)
    assert refusal.value.field == "reason"
    assert VISA[-4:] not in str(refusal.value)


def test_so_are_the_reasons_of_approvals_cash_and_closings(cinema: Cinema) -> None:
    with pytest.raises(InvalidInputError):
        approvals.check_request(ApprovalRequest(act="refund", subject=uuid4(), amount=1, reason=WORDS))
    with pytest.raises(InvalidFieldsError) as refusal:
        check_cash_order(CashOrder(movement_id=uuid4(), kind=CashKind.PAY_IN, amount=1, reason=WORDS))
    assert list(refusal.value.problems) == ["reason"]
    closing = ShiftClosing(shift_id=uuid4(), count_id=uuid4(), reason=WORDS)
    with pytest.raises(InvalidFieldsError):
        cinema.till().call(shifts.close_shift, closing=closing)


@pytest.mark.parametrize("text", [VISA, "4111 1111 1111 1111", "+4111111111111111", "0041111111111111111"])
def test_a_card_number_is_no_phone_number_and_no_name(text: str) -> None:
    with pytest.raises(InvalidInputError, match="card number"):
        read_phone(text)
    with pytest.raises(InvalidInputError, match="card number"):
        read_name(f"Anna {text}")


@pytest.mark.parametrize("text", [phone for phone in PHONES if not phone.strip("+0123456789 ()/-")])
def test_phone_numbers_stay_welcome(text: str) -> None:
    assert read_phone(text).strip("+").isdigit()
    assert read_name(f"Anna {text}") == f"Anna {text}"


def test_a_till_that_does_not_ask_first_is_told_by_the_database(
    cinema: Cinema, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(house_seats, "refuse_card_number", lambda _field, _text: None)
    with pytest.raises(ConflictError, match="card number"):
        keep(cinema, cinema.till(user_name="mona"), WORDS)
    # The control: with a phone number the same is kept.
    keep(cinema, cinema.till(user_name="mona"), PEOPLE, PEOPLE)

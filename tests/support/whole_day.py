"""The tills of a whole day in francs, their shifts and books, and what their people do with them."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from boxoffice_desktop.domain.cash import ShiftClosing, ShiftOpening, list_denominations
from boxoffice_desktop.domain.permissions import CASHIER
from boxoffice_desktop.domain.selling import PaymentGiven, PaymentKind
from boxoffice_desktop.services import approvals, shifts, staff
from boxoffice_desktop.services.approvals import ApprovalRequest
from boxoffice_desktop.services.sale_details import SaleDetails, get_sale_details
from tests.support.cash_book import CashBook
from tests.support.cinema import PINS, Cinema, Till, derive_key

CURRENCY = "CHF"


@dataclass
class Day:
    """The cinema, its late show, its tills and the book of each."""

    cinema: Cinema
    late: Cinema
    tills: dict[str, Till]
    books: dict[str, CashBook] = field(default_factory=dict)
    shift_ids: dict[str, UUID] = field(default_factory=dict)

    @property
    def one(self) -> Till:
        return self.tills["Counter 1"]

    @property
    def two(self) -> Till:
        return self.tills["Counter 2"]

    @property
    def office(self) -> Till:
        return self.tills["Counter 3"]

    def book(self, till: Till) -> CashBook:
        return self.books[till.context.terminal_name]

    def open(self, name: str, *pieces: tuple[int, int]) -> None:
        opening = ShiftOpening(shift_id=uuid4(), float_id=uuid4(), pieces=pieces)
        self.shift_ids[name] = self.tills[name].call(shifts.open_shift, opening=opening).shift_id
        self.books[name] = CashBook(drawer=sum(value * count for value, count in pieces))

    def close(self, name: str, counted: int, reason: str = "") -> shifts.ClosedShift:
        closing = ShiftClosing(
            shift_id=self.shift_ids[name], count_id=uuid4(), pieces=count_out(counted), reason=reason
        )
        return self.tills[name].call(shifts.close_shift, closing=closing)


def count_out(amount: int) -> tuple[tuple[int, int], ...]:
    """As few notes and coins as make `amount`."""
    pieces = []
    for value in sorted(list_denominations(CURRENCY), reverse=True):
        count, amount = divmod(amount, value)
        if count:
            pieces.append((value, count))
    assert amount == 0
    return tuple(pieces)


def pay(kind: PaymentKind, amount: int, **values: Any) -> PaymentGiven:
    return PaymentGiven(kind=kind, amount=amount, **{"given": amount, **values})


def hire(cinema: Cinema, user_name: str, pin: str) -> None:
    """Another cashier, as the owner."""
    secret = staff.make_secret(pin)
    ((staff_id,),) = cinema.query(
        "INSERT INTO boxoffice.staff (venue_id, user_name, display_name) VALUES (%s, %s, %s) RETURNING staff_id",
        cinema.venue_id,
        user_name,
        user_name.title(),
    )
    cinema.execute(
        "INSERT INTO boxoffice.staff_secret (staff_id, salt, key_hash) VALUES (%s, %s, %s)",
        staff_id,
        secret.salt,
        secret.key_hash,
    )
    for permission in CASHIER:
        cinema.execute("INSERT INTO boxoffice.staff_permission VALUES (%s, %s)", staff_id, permission.value)


def details(till: Till, sale_id: UUID) -> SaleDetails:
    return till.call(get_sale_details, sale_id=sale_id)


def ask_supervisor(till: Till, act: str, subject: UUID, amount: int) -> UUID:
    """The supervisor's PIN at the cashier's till."""
    key = derive_key(PINS["sid"], till.call(staff.get_sign_in_salt, user_name="sid"))
    till.call(staff.offer_key, user_name="sid", key=key)
    request = ApprovalRequest(act=act, subject=subject, amount=amount, reason="asked for")
    return till.call(approvals.grant_approval, request=request).accept().approval_id

"""A cashier's shift from float to Z report, on PostgreSQL."""

from collections.abc import Callable
from dataclasses import replace
from uuid import UUID, uuid4

import pytest

from boxoffice_desktop.domain.cash import CashKind, CashOrder, Pieces, ShiftClosing, ShiftOpening
from boxoffice_desktop.domain.errors import (
    BoxOfficeError,
    ConflictError,
    DifferenceReasonNeededError,
    InvalidInputError,
    NotAllowedError,
    NotFoundError,
    ShiftClosedError,
)
from boxoffice_desktop.domain.selling import PaymentGiven, PaymentKind
from boxoffice_desktop.services import approvals, shift_reports, shifts, staff
from boxoffice_desktop.services.approvals import ApprovalRequest
from boxoffice_desktop.services.imports.owner import work_as_owner
from boxoffice_desktop.services.journal import verify_journal
from tests.support.cinema import CHILD, PINS, Cinema, Till, derive_key
from tests.support.seats import hold, sell

Begin = Callable[..., UUID]


def move(till: Till, kind: CashKind, amount: int = 0, reason: str = "", movement_id: UUID | None = None) -> UUID:
    order = CashOrder(movement_id=movement_id or uuid4(), kind=kind, amount=amount, reason=reason)
    till.call(shifts.record_cash, order=order)
    return order.movement_id


def close(till: Till, shift_id: UUID, *pieces: tuple[int, int], reason: str = "") -> shifts.ClosedShift:
    closing = ShiftClosing(shift_id=shift_id, count_id=uuid4(), pieces=pieces, reason=reason)
    return till.call(shifts.close_shift, closing=closing)


def test_without_a_shift_nothing_is_sold_and_no_cash_moves(bare: Cinema, here: Till) -> None:
    held = hold(bare, here, "A1")
    with pytest.raises(ShiftClosedError):
        sell(bare, here, "A2")
    with pytest.raises(ShiftClosedError):
        move(here, CashKind.PAY_IN, 100)
    assert here.call(shifts.get_shift_view).shift is None
    assert held is not None


def test_a_shift_opens_with_its_counted_float(bare: Cinema, here: Till, begin: Begin) -> None:
    shift_id = begin(here)
    shift = here.call(shifts.get_shift_view).shift
    assert shift is not None
    assert (shift.shift_id, shift.number, shift.opening, shift.opened_by) == (shift_id, 1, 5000, "Carla")
    assert not shift.is_old
    assert bare.query("SELECT denomination, pieces FROM boxoffice.cash_count ORDER BY 1") == [(10, 100), (2000, 2)]
    assert sell(bare, here, "A1").number == 1


def test_a_shift_opens_with_nothing_in_the_drawer(here: Till, begin: Begin) -> None:
    begin(here, (5000, 0))
    shift = here.call(shifts.get_shift_view).shift
    assert shift is not None
    assert shift.opening == 0


def test_a_second_shift_at_one_till_is_refused(here: Till, begin: Begin) -> None:
    begin(here)
    with pytest.raises(ConflictError):
        begin(here)


def test_two_tills_have_a_shift_each(bare: Cinema, here: Till, begin: Begin) -> None:
    assert begin(here) != begin(bare.till("Counter 2", "sid"))


def test_the_same_opening_movement_and_closing_twice_are_one_each(bare: Cinema, here: Till) -> None:
    opening = ShiftOpening(shift_id=uuid4(), float_id=uuid4(), pieces=((1000, 3),))
    for _ in range(2):
        here.call(shifts.open_shift, opening=opening)
    moved = move(here, CashKind.PAY_IN, 700)
    move(here, CashKind.PAY_IN, 700, movement_id=moved)
    closing = ShiftClosing(shift_id=opening.shift_id, count_id=uuid4(), pieces=((100, 37),))
    first = here.call(shifts.close_shift, closing=closing)
    assert here.call(shifts.close_shift, closing=closing) == first
    assert (first.expected, first.counted, first.number) == (3700, 3700, 1)
    assert bare.query("SELECT kind, count(*) FROM boxoffice.cash_movement GROUP BY 1 ORDER BY 1") == [
        ("count", 1),
        ("float", 1),
        ("pay_in", 1),
    ]
    with pytest.raises(ConflictError):
        here.call(shifts.open_shift, opening=opening)
    # The movement of a closed shift, asked for once more, is still the one that is stored.
    move(here, CashKind.PAY_IN, 700, movement_id=moved)


def test_an_id_stands_for_one_movement_only(here: Till, begin: Begin) -> None:
    begin(here)
    moved = move(here, CashKind.PAY_IN, 700)
    with pytest.raises(ConflictError):
        move(here, CashKind.PAY_IN, 701, movement_id=moved)
    with pytest.raises(ConflictError):
        move(here, CashKind.DROP, 700, movement_id=moved)


def test_the_drawer_should_have_what_moved(bare: Cinema, here: Till, begin: Begin) -> None:
    shift_id = begin(here)
    sell(bare, here, "A1", "A2")
    card = PaymentGiven(kind=PaymentKind.CARD, amount=1200, given=1200)
    sell(bare, here, "A3", payments=(card,))
    move(here, CashKind.PAY_IN, 1000, "coins")
    move(here, CashKind.PAY_OUT, 300, "milk")
    move(here, CashKind.DROP, 2000)
    move(here, CashKind.DRAWER)
    closed = close(here, shift_id, (1000, 6), (100, 1))
    assert (closed.expected, closed.counted, closed.difference) == (5000 + 2400 + 1000 - 300 - 2000, 6100, 0)
    report = here.call(shift_reports.get_z_report, shift_id=shift_id)
    assert (report.z_number, report.sales.count, report.sales.amount, report.no_sales) == (1, 2, 3600, 1)
    assert [(row.label, row.count, row.amount) for row in report.by_payment] == [("Card", 1, 1200), ("Cash", 1, 2400)]
    assert [(row.label, row.amount, row.reason) for row in report.movements] == [
        ("Pay-in", 1000, "coins"),
        ("Pay-out", -300, "milk"),
        ("Drop to safe", -2000, ""),
    ]
    assert [(row.count, row.amount) for row in report.denominations] == [(6, 6000), (1, 100)]
    assert (report.sale_numbers, report.ticket_serials) == ((1, 2), (1, 3))
    assert report.difference == 0
    assert shift_reports.render_report(report).pdf.startswith(b"%PDF")


def test_the_z_report_says_types_films_and_taxes(bare: Cinema, here: Till, begin: Begin) -> None:
    shift_id = begin(here, (100, 0))
    sell(bare, here, "A1", "E1")
    sell(bare, here, "A2", ticket_type=CHILD)
    close(here, shift_id, (100, 35))
    report = here.call(shift_reports.get_z_report, shift_id=shift_id)
    assert [(row.label, row.count, row.amount) for row in report.by_type] == [("Adult", 2, 2700), ("Child", 1, 800)]
    assert [(row.label, row.count, row.amount) for row in report.by_film] == [("Nosferatu", 3, 3500)]
    assert [(tax.gross, tax.net + tax.tax) for tax in report.by_tax] == [(3500, 3500)]
    assert report.by_tax[0].tax == 89 + 111 + 59
    ((number, seal),) = bare.query(
        "SELECT number, encode(hash, 'hex') FROM boxoffice.journal WHERE terminal_id = 1 ORDER BY number DESC LIMIT 1"
    )
    assert (report.journal_number, report.journal_hash) == (number, seal)


def test_a_closed_shift_takes_no_sale_and_no_cash(bare: Cinema, here: Till, begin: Begin) -> None:
    close(here, begin(here), (5000, 1))
    with pytest.raises(ShiftClosedError):
        sell(bare, here, "A1")
    with pytest.raises(ShiftClosedError):
        move(here, CashKind.PAY_IN, 100)


def test_z_reports_have_no_gaps_whatever_was_refused_between(bare: Cinema, here: Till, begin: Begin) -> None:
    for number in (1, 2, 3):
        shift_id = begin(here, (100, number))
        with pytest.raises(ConflictError):
            begin(here)
        with pytest.raises(DifferenceReasonNeededError):
            close(here, shift_id, (5000, 1))
        assert close(here, shift_id, (100, number)).number == number
    assert [line.number for line in here.call(shift_reports.list_z_reports)] == [3, 2, 1]
    assert bare.query("SELECT number FROM boxoffice.z_report ORDER BY number") == [(1,), (2,), (3,)]


def test_a_count_far_off_needs_a_reason_and_a_small_difference_none(here: Till, begin: Begin) -> None:
    shift_id = begin(here)
    with pytest.raises(DifferenceReasonNeededError) as refused:
        close(here, shift_id, (1000, 4))
    # Counting again stays blind: not a word of by how much.
    assert not any(letter.isdigit() for letter in str(refused.value))
    closed = close(here, shift_id, (1000, 4), reason="a note of 10 was handed back twice")
    assert (closed.difference, closed.reason) == (-1000, "a note of 10 was handed back twice")
    assert close(here, begin(here), (500, 9)).difference == -500


def test_the_cashier_does_not_learn_what_should_be_in_the_drawer(bare: Cinema, here: Till, begin: Begin) -> None:
    shift_id = begin(here)
    sell(bare, here, "A1")
    blind = here.call(shift_reports.read_x_report, shift_id=shift_id)
    assert (blind.z_number, blind.expected, blind.by_payment, blind.float_amount) == (None, None, (), 5000)
    assert blind.sales.amount == 1200
    seen = bare.till("Counter 2", "sid").call(shift_reports.read_x_report, shift_id=shift_id)
    assert (seen.expected, seen.by_payment[0].amount) == (6200, 1200)


def test_another_tills_shift_is_nobodys_but_a_supervisors(bare: Cinema, here: Till, begin: Begin) -> None:
    shift_id = begin(here)
    other = bare.till("Counter 2", "carla")
    with pytest.raises(NotAllowedError):
        close(other, shift_id, (5000, 1))
    with pytest.raises(NotAllowedError):
        other.call(shift_reports.read_x_report, shift_id=shift_id)
    supervisor = bare.till("Counter 2", "sid")
    assert close(supervisor, shift_id, (5000, 1)).number == 1
    with pytest.raises(NotAllowedError):
        other.call(shift_reports.get_z_report, shift_id=shift_id)
    report = supervisor.call(shift_reports.get_z_report, shift_id=shift_id)
    assert (report.terminal_name, report.opened_by, report.closed_by) == ("Counter 1", "Carla", "Sid")


def test_the_shift_of_a_revoked_terminal_can_be_closed(bare: Cinema, here: Till, begin: Begin) -> None:
    shift_id = begin(here)
    bare.execute("UPDATE boxoffice.terminal SET revoked_at = now() WHERE terminal_id = 1")
    supervisor = bare.till("Counter 2", "sid")
    (listed,) = supervisor.call(shifts.list_open_shifts)
    assert (listed.shift_id, listed.is_revoked) == (shift_id, True)
    assert close(supervisor, shift_id, (5000, 1)).difference == 0
    assert supervisor.call(shifts.list_open_shifts) == ()


def test_a_shift_of_yesterday_is_pointed_out_and_can_be_closed(bare: Cinema, here: Till, begin: Begin) -> None:
    shift_id = begin(here)
    age(bare, "1 day")
    shift = here.call(shifts.get_shift_view).shift
    assert shift is not None
    assert shift.is_old
    day = bare.till("Counter 2", "sid").call(shift_reports.list_shifts)
    assert [(line.shift_id, line.is_old) for line in day.shifts] == [(shift_id, True)]
    close(here, shift_id, (5000, 1))
    assert bare.till("Counter 2", "sid").call(shift_reports.list_shifts).shifts == ()


def test_another_cashier_goes_on_in_the_same_shift(bare: Cinema, here: Till, begin: Begin) -> None:
    shift_id = begin(here)
    sell(bare, here, "A1")
    relief = bare.till("Counter 1", "sid")
    sell(bare, relief, "A2")
    assert bare.query("SELECT DISTINCT shift_id FROM boxoffice.sale") == [(shift_id,)]
    assert close(relief, shift_id, (100, 74)).expected == 5000 + 2400


def test_the_manager_sees_all_tills_of_the_day_with_their_totals(bare: Cinema, here: Till, begin: Begin) -> None:
    other = bare.till("Counter 2", "sid")
    first, second = begin(here), begin(other)
    sell(bare, here, "A1")
    card = PaymentGiven(kind=PaymentKind.CARD, amount=2400, given=2400)
    sell(bare, other, "A2", "A3", payments=(card,))
    close(here, first, (100, 62))
    day = other.call(shift_reports.list_shifts)
    assert [(line.shift_id, line.sold, line.cash, line.card, line.difference) for line in day.shifts] == [
        (first, 1200, 1200, 0, 0),
        (second, 2400, 0, 2400, None),
    ]
    assert (day.total("sold"), day.total("tickets"), day.total("cash"), day.is_open) == (3600, 3, 1200, True)
    with pytest.raises(NotAllowedError):
        here.call(shift_reports.list_shifts)


@pytest.mark.parametrize(
    "pieces",
    [((-100, 5),), ((0, 5),), ((100, -1),), ((100, 1_000_001),), ((100, 1), (100, 2)), ((50000, 1_000_000),) * 3],
)
def test_pieces_that_cannot_be_are_refused_at_their_field(here: Till, begin: Begin, pieces: Pieces) -> None:
    with pytest.raises(InvalidInputError):
        begin(here, *pieces)
    assert here.call(shifts.get_shift_view).shift is None


@pytest.mark.parametrize(
    ("kind", "amount", "reason", "field"),
    [
        (CashKind.PAY_IN, 0, "", "amount"),
        (CashKind.PAY_IN, -5, "", "amount"),
        (CashKind.DROP, 100_000_000_001, "", "amount"),
        (CashKind.DRAWER, 5, "", "amount"),
        (CashKind.PAY_OUT, 5, "  ", "reason"),
        (CashKind.PAY_IN, 5, "x" * 501, "reason"),
    ],
)
def test_cash_that_cannot_be_is_refused_at_its_field(
    here: Till, begin: Begin, kind: CashKind, amount: int, reason: str, field: str
) -> None:
    begin(here)
    with pytest.raises(InvalidInputError) as refused:
        move(here, kind, amount, reason)
    assert refused.value.field == field
    assert here.call(shifts.get_shift_view).movements[0].kind is CashKind.FLOAT


def test_a_high_pay_out_is_for_who_may_approve(bare: Cinema, here: Till, begin: Begin) -> None:
    begin(here)
    move(here, CashKind.PAY_OUT, 5000, "window cleaner")
    with pytest.raises(NotAllowedError) as refused:
        move(here, CashKind.PAY_OUT, 5001, "window cleaner")
    assert refused.value.permission == "approve"
    move(bare.till("Counter 1", "sid"), CashKind.PAY_OUT, 5001, "window cleaner")


def test_a_supervisors_yes_pays_out_once_and_stands_in_the_journal(bare: Cinema, here: Till, begin: Begin) -> None:
    shift_id = begin(here)
    order = CashOrder(movement_id=uuid4(), kind=CashKind.PAY_OUT, amount=5001, reason="band")
    request = ApprovalRequest(act=shifts.PAY_OUT_ACT, subject=order.movement_id, amount=5001, reason="band")
    salt = here.call(staff.get_sign_in_salt, user_name="sid")
    here.call(staff.offer_key, user_name="sid", key=derive_key(PINS["sid"], salt))
    approval = here.call(approvals.grant_approval, request=request).accept()
    approved = replace(order, approval_id=approval.approval_id)
    for wrong in (replace(approved, movement_id=uuid4()), replace(approved, amount=5002)):
        with pytest.raises(BoxOfficeError):
            here.call(shifts.record_cash, order=wrong)
    for _ in range(2):
        here.call(shifts.record_cash, order=approved)
    ((entry,),) = bare.query("SELECT body FROM boxoffice.journal WHERE subject = %s", order.movement_id)
    assert f"approval|{approval.approval_id}|pay_out" in entry
    assert close(here, shift_id, reason="counted nothing").expected == -1
    assert verify(bare) == []


def test_there_is_no_report_of_what_is_not(here: Till, begin: Begin) -> None:
    shift_id = begin(here)
    for read in (shift_reports.get_z_report, shift_reports.read_x_report):
        with pytest.raises(NotFoundError):
            here.call(read, shift_id=uuid4())
    with pytest.raises(NotFoundError):
        here.call(shift_reports.get_z_report, shift_id=shift_id)
    with pytest.raises(NotFoundError):
        close(here, uuid4())
    close(here, shift_id, (5000, 1))
    with pytest.raises(NotFoundError):
        here.call(shift_reports.read_x_report, shift_id=shift_id)


def test_the_journal_vouches_for_a_whole_shift(bare: Cinema, here: Till, begin: Begin) -> None:
    shift_id = begin(here)
    sell(bare, here, "A1")
    move(here, CashKind.PAY_OUT, 100, 'a "bill" | ü')
    close(here, shift_id, (100, 62), reason="one missing")
    assert verify(bare) == []


def verify(cinema: Cinema) -> list[str]:
    report = work_as_owner(cinema.admin_conninfo, cinema.starts_at, verify_journal)
    return [fault.what for fault in report.faults]


def age(cinema: Cinema, interval: str) -> None:
    """Let the shifts be older, past all guards: time is moved, not waited for."""
    with cinema.admin() as admin:
        admin.execute("SET session_replication_role = replica")
        admin.execute(f"UPDATE boxoffice.shift SET opened_at = opened_at - interval '{interval}'")

from collections.abc import Callable
from uuid import uuid4

import pytest
from sqlalchemy import text

from boxoffice_desktop.domain.errors import (
    ApprovalRefusedError,
    InvalidInputError,
    NotAllowedError,
    NotSignedInError,
    SignInRefusedError,
)
from boxoffice_desktop.services import approvals, staff
from boxoffice_desktop.services.approvals import Approval, ApprovalAnswer, ApprovalRequest
from tests.support.cinema import PINS, Cinema, Till, derive_key

SUBJECT = uuid4()
REQUEST = ApprovalRequest(act="refund", subject=SUBJECT, amount=2400, reason="ill")


def ask(till: Till, user_name: str, pin: str, request: ApprovalRequest = REQUEST) -> ApprovalAnswer:
    key = derive_key(pin, till.call(staff.get_sign_in_salt, user_name=user_name))
    till.call(staff.offer_key, user_name=user_name, key=key)
    return till.call(approvals.grant_approval, request=request)


def approve(till: Till) -> Approval:
    return ask(till, "sid", PINS["sid"]).accept()


def use(till: Till, approval: Approval, **changes: object) -> Callable[[], str]:
    """Use an approval as a guard of this till's acts would: with the owner's rights and the till's identity."""
    values = {
        "id": approval.approval_id,
        "act": "refund",
        "subject": SUBJECT,
        "amount": 2400,
        "for": uuid4(),
        **changes,
    }
    statement = text("SELECT boxoffice.use_approval(:id, :act, :subject, :amount, :for)")
    return lambda: till.database.run(lambda session: session.execute(statement, values).scalar_one())


@pytest.fixture
def till(cinema: Cinema) -> Till:
    # What only guards may call is called directly here.
    cinema.execute("GRANT EXECUTE ON FUNCTION boxoffice.use_approval(uuid, text, uuid, bigint, uuid) TO boxoffice_till")
    return cinema.till()


def test_a_supervisor_approves_at_the_cashiers_till_and_the_cashier_stays_signed_in(cinema: Cinema, till: Till) -> None:
    approval = approve(till)
    assert (approval.approver, approval.request) == ("Sid", REQUEST)
    assert cinema.query(
        "SELECT act, subject, amount, reason, asked_by, approved_by, terminal_id FROM boxoffice.approval"
    ) == [("refund", SUBJECT, 2400, "ill", 1, 2, till.context.terminal_id)]
    who = till.database.run(
        lambda session: session.execute(text("SELECT staff_id FROM boxoffice.session_identity()")).scalar()
    )
    assert who == till.context.staff_id


def test_who_lacks_the_permission_cannot_approve_for_herself(cinema: Cinema, till: Till) -> None:
    with pytest.raises(NotAllowedError) as refused:
        ask(till, "carla", PINS["carla"]).accept()
    assert refused.value.permission == "approve"
    assert cinema.query("SELECT count(*) FROM boxoffice.approval") == [(0,)]


def test_a_wrong_pin_is_refused_and_counted(cinema: Cinema, till: Till) -> None:
    with pytest.raises(SignInRefusedError):
        ask(till, "sid", "0000").accept()
    assert cinema.query("SELECT failures FROM boxoffice.staff_secret WHERE staff_id = 2") == [(1,)]


def test_an_approval_forgets_the_wrong_pins_before_it(cinema: Cinema, till: Till) -> None:
    ask(till, "sid", "0000")
    approve(till)
    assert cinema.query("SELECT failures, wait_until FROM boxoffice.staff_secret WHERE staff_id = 2") == [(0, None)]


def test_the_tenth_wrong_pin_locks_approving_and_signing_in(cinema: Cinema, till: Till) -> None:
    for _ in range(10):
        cinema.execute("UPDATE boxoffice.staff_secret SET wait_until = NULL WHERE failures < 10")
        answer = ask(till, "sid", "0000")
    assert (answer.outcome, answer.wait_seconds) == ("locked", 900)
    with pytest.raises(SignInRefusedError) as refused:
        approve(till)
    assert refused.value.locked
    with pytest.raises(SignInRefusedError):
        cinema.till("Counter 2", "sid")


def test_both_halves_in_one_transaction_get_no_answer(cinema: Cinema, till: Till) -> None:
    key = derive_key(PINS["sid"], till.call(staff.get_sign_in_salt, user_name="sid"))

    def both(session: object, context: object) -> ApprovalAnswer:
        staff.offer_key(session, context, user_name="sid", key=key)  # type: ignore[arg-type]
        return approvals.grant_approval(session, context, request=REQUEST)  # type: ignore[arg-type]

    assert till.call(both).outcome == "refused"
    assert cinema.query("SELECT failures FROM boxoffice.staff_secret WHERE staff_id = 2") == [(1,)]


def test_an_offer_is_answered_once(till: Till) -> None:
    approve(till)
    assert till.call(approvals.grant_approval, request=REQUEST).outcome == "refused"


def test_an_offer_of_another_terminal_is_not_answered(cinema: Cinema, till: Till) -> None:
    other = cinema.till("Counter 2")
    other.call(
        staff.offer_key,
        user_name="sid",
        key=derive_key(PINS["sid"], other.call(staff.get_sign_in_salt, user_name="sid")),
    )
    assert till.call(approvals.grant_approval, request=REQUEST).outcome == "refused"


def test_nobody_approves_at_a_till_where_nobody_is_signed_in(cinema: Cinema) -> None:
    with pytest.raises(NotSignedInError):
        ask(cinema.till(user_name=None), "sid", PINS["sid"])


def test_somebody_who_left_does_not_approve(cinema: Cinema, till: Till) -> None:
    cinema.execute("UPDATE boxoffice.staff SET is_active = false WHERE user_name = 'sid'")
    assert ask(till, "sid", PINS["sid"]).outcome == "refused"


def test_an_approval_is_used_once(till: Till) -> None:
    approval = approve(till)
    use(till, approval)()
    with pytest.raises(ApprovalRefusedError) as refused:
        use(till, approval)()
    assert refused.value.why == "used"


def test_the_same_act_may_ask_again(till: Till) -> None:
    approval, act = approve(till), uuid4()
    line = use(till, approval, **{"for": act})()
    assert use(till, approval, **{"for": act})() == line
    assert line == f'approval|{approval.approval_id}|refund|{SUBJECT}|2400|1|2|"ill"'


@pytest.mark.parametrize(
    "changes", [{"act": "discount"}, {"subject": uuid4()}, {"amount": 2401}, {"amount": 0}], ids=str
)
def test_an_approval_is_for_what_was_said_yes_to(cinema: Cinema, till: Till, changes: dict[str, object]) -> None:
    approval = approve(till)
    with pytest.raises(ApprovalRefusedError) as refused:
        use(till, approval, **changes)()
    assert refused.value.why == "other"
    assert cinema.query("SELECT used_at FROM boxoffice.approval") == [(None,)]


def test_an_approval_is_for_the_till_that_asked(cinema: Cinema, till: Till) -> None:
    approval = approve(till)
    with pytest.raises(ApprovalRefusedError) as refused:
        use(cinema.till("Counter 2"), approval)()
    assert refused.value.why == "unknown"


def test_an_approval_runs_out_after_two_minutes(cinema: Cinema, till: Till) -> None:
    approval = approve(till)
    assert cinema.query("SELECT expires_at - granted_at = interval '2 minutes' FROM boxoffice.approval") == [(True,)]
    with cinema.admin() as admin, admin.transaction():
        admin.execute("ALTER TABLE boxoffice.approval DISABLE TRIGGER approval_stays")
        admin.execute("UPDATE boxoffice.approval SET expires_at = clock_timestamp()")
        admin.execute("ALTER TABLE boxoffice.approval ENABLE TRIGGER approval_stays")
    with pytest.raises(ApprovalRefusedError) as refused:
        use(till, approval)()
    assert refused.value.why == "expired"


@pytest.mark.parametrize(("field", "changes"), [("amount", {"amount": -1}), ("reason", {"reason": "x" * 501})])
def test_what_nobody_can_approve_is_refused_at_the_field(till: Till, field: str, changes: dict[str, object]) -> None:
    request = ApprovalRequest(**{"act": "refund", "subject": SUBJECT, "amount": 1, **changes})  # type: ignore[arg-type]
    with pytest.raises(InvalidInputError) as refused:
        till.call(approvals.grant_approval, request=request)
    assert refused.value.field == field


def test_approvers_are_the_active_people_with_the_permission(cinema: Cinema, till: Till) -> None:
    assert [one.display_name for one in till.call(approvals.list_approvers)] == ["Mona", "Sid"]
    cinema.execute("UPDATE boxoffice.staff SET is_active = false WHERE user_name = 'sid'")
    assert [one.user_name for one in till.call(approvals.list_approvers)] == ["mona"]

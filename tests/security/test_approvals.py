"""Approvals attacked with a till's own login: nobody writes, widens, prolongs or uses one without the guards."""

from uuid import uuid4

import psycopg
import pytest

from tests.security.conftest import attack_as
from tests.support.cinema import Cinema, Till

FORGED = (
    "INSERT INTO boxoffice.approval"
    " (approval_id, terminal_id, act, subject, amount, asked_by, approved_by, granted_at, expires_at)"
    " VALUES (gen_random_uuid(), 1, 'refund', gen_random_uuid(), 100, 1, 2, now(), now() + interval '1 day')"
)
DENIED = psycopg.errors.InsufficientPrivilege


@pytest.fixture(scope="module")
def granted(house: Cinema) -> Cinema:
    house.execute(FORGED)
    return house


@pytest.mark.parametrize(
    "statement",
    [
        FORGED,
        "UPDATE boxoffice.approval SET amount = 100000",
        "UPDATE boxoffice.approval SET expires_at = now() + interval '1 year'",
        "UPDATE boxoffice.approval SET used_at = NULL, used_for = NULL",
        "DELETE FROM boxoffice.approval",
        "TRUNCATE boxoffice.approval",
        "SELECT boxoffice.use_approval(gen_random_uuid(), 'refund', gen_random_uuid(), 100, gen_random_uuid())",
        "SELECT * FROM boxoffice.sign_in_try",
        "UPDATE boxoffice.sign_in_try SET xact = '0'",
    ],
)
def test_a_till_writes_no_approval_itself(granted: Cinema, cashier: Till, statement: str) -> None:
    with attack_as(granted, cashier) as attacker, pytest.raises(DENIED):
        attacker.run(statement)


def test_the_control_reads_approvals(granted: Cinema, cashier: Till) -> None:
    with attack_as(granted, cashier) as attacker:
        assert attacker.ask("SELECT count(*) > 0 FROM boxoffice.approval")


@pytest.mark.parametrize("statement", ["UPDATE boxoffice.approval SET amount = 5", "DELETE FROM boxoffice.approval"])
def test_the_owner_changes_no_approval_either(granted: Cinema, statement: str) -> None:
    with pytest.raises(psycopg.Error) as refused:
        granted.execute(statement)
    assert refused.value.sqlstate == "BX409"


def test_rolling_wrong_tries_back_gives_no_answer(granted: Cinema, cashier: Till) -> None:
    with attack_as(granted, cashier) as attacker:
        for _ in range(3):
            attacker.connection.execute("SAVEPOINT try")
            attacker.ask("SELECT outcome FROM boxoffice.offer_key('sid', 'x')")
            assert (
                attacker.ask("SELECT outcome FROM boxoffice.grant_approval('refund', %s, 1, '')", uuid4()) == "refused"
            )
            attacker.connection.execute("ROLLBACK TO try")


@pytest.mark.parametrize("values", [(None, 1), (uuid4(), None)])
def test_an_approval_without_subject_or_amount_is_none(
    granted: Cinema, cashier: Till, values: tuple[object, object]
) -> None:
    with attack_as(granted, cashier) as attacker, pytest.raises(psycopg.Error) as refused:
        attacker.ask("SELECT boxoffice.grant_approval('refund', %s, %s, '')", *values)
    assert refused.value.sqlstate == "BX409"

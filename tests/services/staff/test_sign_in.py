import hashlib
import secrets

import pytest

from boxoffice_desktop.domain.errors import (
    InvalidInputError,
    NotAllowedError,
    NotSignedInError,
    SignInRefusedError,
)
from boxoffice_desktop.domain.permissions import ADMINISTRATOR, CASHIER
from boxoffice_desktop.services import staff
from tests.support.cinema import PINS, Cinema, Till, derive_key
from tests.support.seats import hold


def test_the_right_pin_signs_in_with_the_persons_permissions(cinema: Cinema) -> None:
    answer = _try(cinema.till(user_name=None), "carla", PINS["carla"])
    assert answer.accept().display_name == "Carla"
    assert answer.accept().permissions == CASHIER


def test_a_name_is_found_whatever_its_case_and_spaces(cinema: Cinema) -> None:
    assert _try(cinema.till(user_name=None), " Carla ", PINS["carla"]).outcome == "ok"


def test_a_wrong_pin_is_refused(cinema: Cinema) -> None:
    with pytest.raises(SignInRefusedError) as refused:
        _try(cinema.till(user_name=None), "carla", "0000").accept()
    assert (refused.value.wait_seconds, refused.value.locked) == (0, False)


def test_an_unknown_name_is_refused_like_a_wrong_pin(cinema: Cinema) -> None:
    till = cinema.till(user_name=None)
    assert _try(till, "nobody", "0000") == _try(till, "carla", "0000")


def test_an_unknown_name_always_gets_the_same_salt(cinema: Cinema) -> None:
    till = cinema.till(user_name=None)
    salts = {till.call(staff.get_sign_in_salt, user_name=name) for name in ("nobody", " NOBODY", "nobody ")}
    assert [len(salt) for salt in salts] == [16]


def test_somebody_who_left_does_not_sign_in(cinema: Cinema) -> None:
    cinema.execute("UPDATE boxoffice.staff SET is_active = false WHERE user_name = 'carla'")
    assert _try(cinema.till(user_name=None), "carla", PINS["carla"]).outcome == "refused"


def test_a_refused_try_binds_nobody(cinema: Cinema) -> None:
    till = cinema.till(user_name=None)
    _try(till, "carla", "0000")
    assert cinema.query("SELECT count(*) FROM boxoffice.staff_session WHERE staff_id = 1") == [(0,)]


def test_the_wait_doubles_from_the_third_wrong_pin(cinema: Cinema) -> None:
    till = cinema.till(user_name=None)
    waits = []
    for _ in range(9):
        waits.append(_try(till, "carla", "0000").wait_seconds)
        _end_wait(cinema)
    assert waits == [0, 0, 1, 2, 4, 8, 16, 32, 64]


def test_the_tenth_wrong_pin_locks_over_all_terminals(cinema: Cinema) -> None:
    tills = [cinema.till(name, user_name=None) for name in ("Counter 1", "Counter 2")]
    for number in range(10):
        answer = _try(tills[number % 2], "carla", "0000")
        _end_wait(cinema, but_not_if_locked=True)
    assert (answer.outcome, answer.wait_seconds) == ("locked", 900)
    with pytest.raises(SignInRefusedError) as refused:
        _try(tills[0], "carla", PINS["carla"])
    assert refused.value.locked
    assert 895 <= refused.value.wait_seconds <= 900


def test_after_a_lock_the_count_begins_anew(cinema: Cinema) -> None:
    cinema.execute("UPDATE boxoffice.staff_secret SET failures = 10 WHERE staff_id = 1")
    assert _try(cinema.till(user_name=None), "carla", "0000").wait_seconds == 0
    assert _failures(cinema) == 1


def test_the_right_pin_is_refused_during_a_wait(cinema: Cinema) -> None:
    till = cinema.till(user_name=None)
    for _ in range(4):
        _end_wait(cinema)
        _try(till, "carla", "0000")
    with pytest.raises(SignInRefusedError) as refused:
        _try(till, "carla", PINS["carla"])
    assert (refused.value.wait_seconds, refused.value.locked) == (2, False)


def test_a_try_during_a_wait_is_not_counted(cinema: Cinema) -> None:
    till = cinema.till(user_name=None)
    for _ in range(3):
        _try(till, "carla", "0000")
    cinema.execute("UPDATE boxoffice.staff_secret SET wait_until = clock_timestamp() + interval '1 minute'")
    with pytest.raises(SignInRefusedError):
        _try(till, "carla", "0000")
    assert _failures(cinema) == 3


def test_success_forgets_the_failures(cinema: Cinema) -> None:
    till = cinema.till(user_name=None)
    for _ in range(2):
        _try(till, "carla", "0000")
    _try(till, "carla", PINS["carla"])
    assert _failures(cinema) == 0


def test_the_right_pin_after_two_wrong_ones_signs_in(cinema: Cinema) -> None:
    till = cinema.till(user_name=None)
    for _ in range(2):
        _try(till, "carla", "0000")
    assert _try(till, "carla", PINS["carla"]).outcome == "ok"


def test_a_try_is_answered_once(cinema: Cinema) -> None:
    till = cinema.till(user_name=None)
    _try(till, "carla", PINS["carla"])
    assert till.call(staff.try_sign_in, token=bytes(32)).outcome == "refused"


def test_a_try_is_answered_within_a_minute(cinema: Cinema) -> None:
    till = cinema.till(user_name=None)
    key = derive_key(PINS["carla"], till.call(staff.get_sign_in_salt, user_name="carla"))
    till.call(staff.offer_key, user_name="carla", key=key)
    cinema.execute("UPDATE boxoffice.sign_in_try SET at = at - interval '61 seconds'")
    assert till.call(staff.try_sign_in, token=bytes(32)).outcome == "refused"


def test_one_persons_wait_does_not_hold_up_another(cinema: Cinema) -> None:
    till = cinema.till(user_name=None)
    for _ in range(3):
        _try(till, "carla", "0000")
    assert _try(till, "sid", PINS["sid"]).outcome == "ok"


def test_neither_pin_nor_key_is_stored(cinema: Cinema) -> None:
    salt, key_hash = cinema.query("SELECT salt, key_hash FROM boxoffice.staff_secret WHERE staff_id = 1")[0]
    assert key_hash == hashlib.sha256(derive_key(PINS["carla"], salt)).digest()


@pytest.mark.parametrize("pin", ["", "123", "1" * 129])
def test_a_pin_has_4_to_128_characters(pin: str) -> None:
    with pytest.raises(InvalidInputError):
        staff.make_secret(pin)


def test_a_permission_that_is_taken_away_ends_at_once(cinema: Cinema) -> None:
    till = cinema.till()
    hold(cinema, till, "A1")
    cinema.execute("DELETE FROM boxoffice.staff_permission WHERE permission = 'sell'")
    with pytest.raises(NotAllowedError) as refused:
        hold(cinema, till, "A2")
    assert refused.value.permission == "sell"


def test_somebody_who_is_made_inactive_is_out_at_once(cinema: Cinema) -> None:
    till = cinema.till()
    hold(cinema, till, "A1")
    cinema.execute("UPDATE boxoffice.staff SET is_active = false WHERE user_name = 'carla'")
    with pytest.raises(NotSignedInError):
        hold(cinema, till, "A2")


def test_a_revoked_terminal_is_out_at_once(cinema: Cinema) -> None:
    till = cinema.till()
    cinema.execute("UPDATE boxoffice.terminal SET revoked_at = now() WHERE name = 'Counter 1'")
    with pytest.raises(NotSignedInError):
        hold(cinema, till, "A2")


def test_permissions_that_this_release_does_not_know_are_left_out(cinema: Cinema) -> None:
    cinema.execute("INSERT INTO boxoffice.staff_permission VALUES (1, 'fly')")
    assert _try(cinema.till(user_name=None), "carla", PINS["carla"]).accept().permissions == CASHIER


def test_signing_out_ends_all_connections_of_the_till(cinema: Cinema) -> None:
    till = cinema.till()
    with till.database._engine.connect() as other:
        till.call(staff.sign_out)
        assert other.exec_driver_sql("SELECT staff_id FROM boxoffice.session_identity()").scalar() is None


def test_signing_out_leaves_other_tills_signed_in(cinema: Cinema) -> None:
    other = cinema.till("Counter 2")
    cinema.till().call(staff.sign_out)
    assert len(hold(cinema, other, "A1").seats) == 1


def test_further_connections_of_the_till_work_for_the_same_person(cinema: Cinema) -> None:
    till = cinema.till()
    statement = "SELECT pg_backend_pid(), staff_id FROM boxoffice.session_identity()"
    with till.database._engine.connect() as one, till.database._engine.connect() as two:
        rows = [connection.exec_driver_sql(statement).one() for connection in (one, two)]
    assert rows[0][0] != rows[1][0]
    assert [row[1] for row in rows] == [1, 1]


def test_the_sign_in_screen_lists_active_staff_with_their_role(cinema: Cinema) -> None:
    cinema.execute("UPDATE boxoffice.staff SET is_active = false WHERE user_name = 'sid'")
    cinema.execute("DELETE FROM boxoffice.staff_permission WHERE staff_id = 1 AND permission = 'sell'")
    names = cinema.till(user_name=None).call(staff.list_sign_in_names)
    assert [(name.display_name, name.role_hint, name.demo_pin) for name in names] == [
        ("Carla", "", None),
        ("Mona", "Manager", None),
    ]


def test_an_administrator_is_called_one(cinema: Cinema) -> None:
    for permission in ADMINISTRATOR:
        cinema.execute("INSERT INTO boxoffice.staff_permission VALUES (1, %s) ON CONFLICT DO NOTHING", permission.value)
    assert cinema.till(user_name=None).call(staff.list_sign_in_names)[0].role_hint == "Administrator"


def test_pins_are_shown_in_a_demo_venue_only(cinema: Cinema) -> None:
    cinema.execute("UPDATE boxoffice.staff SET user_name = 'anna' WHERE staff_id = 1")
    till = cinema.till(user_name=None)
    before = till.call(staff.list_sign_in_names)[0].demo_pin
    cinema.execute("UPDATE boxoffice.venue SET is_demo = true")
    assert (before, till.call(staff.list_sign_in_names)[0].demo_pin) == (None, staff.DEMO_PINS["anna"])


def _try(till: Till, user_name: str, pin: str) -> staff.SignInAnswer:
    salt = till.call(staff.get_sign_in_salt, user_name=user_name)
    key = derive_key(pin, salt)
    till.call(staff.offer_key, user_name=user_name, key=key)
    return till.call(staff.try_sign_in, token=secrets.token_bytes(32))


def _end_wait(cinema: Cinema, *, but_not_if_locked: bool = False) -> None:
    cinema.execute(
        "UPDATE boxoffice.staff_secret SET wait_until = clock_timestamp() WHERE staff_id = 1 AND failures < %s",
        10 if but_not_if_locked else 100,
    )


def _failures(cinema: Cinema) -> int:
    failures: int = cinema.query("SELECT failures FROM boxoffice.staff_secret WHERE staff_id = 1")[0][0]
    return failures

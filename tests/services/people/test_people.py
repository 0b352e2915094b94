from dataclasses import replace

import pytest

from boxoffice_desktop.domain.edits import InvalidFieldsError, StaleEditError
from boxoffice_desktop.domain.errors import ConflictError, InvalidInputError, NotAllowedError, NotFoundError
from boxoffice_desktop.domain.permissions import CASHIER, SUPERVISOR, Permission
from boxoffice_desktop.services import audit, people, staff, terminals
from boxoffice_desktop.services.people import PersonDraft
from tests.support.cinema import PINS, Cinema, Till, derive_key, grant

CARLA, SID, MONA = 1, 2, 3
NEW = PersonDraft(user_name="Nora.N", display_name=" Nora  Nowak ", permissions=CASHIER)


@pytest.fixture
def manager(cinema: Cinema) -> Till:
    return cinema.till("Counter 3", "mona")


def try_pin(till: Till, user_name: str, pin: str) -> str:
    key = derive_key(pin, till.call(staff.get_sign_in_salt, user_name=user_name))
    till.call(staff.offer_key, user_name=user_name, key=key)
    return till.call(staff.try_sign_in, token=b"t" * 32).outcome


def person(till: Till, staff_id: int) -> people.Person:
    return till.call(people.get_person, staff_id=staff_id)


def test_a_new_person_signs_in_with_the_pin_he_was_given(cinema: Cinema, manager: Till) -> None:
    stored = manager.call(people.save_person, draft=NEW, pin="9876")
    assert stored.draft == PersonDraft(user_name="nora.n", display_name="Nora Nowak", permissions=CASHIER)
    assert try_pin(cinema.till(user_name=None), "nora.n", "9876") == "ok"


def test_a_new_person_needs_a_pin(manager: Till) -> None:
    with pytest.raises(InvalidFieldsError) as invalid:
        manager.call(people.save_person, draft=NEW)
    assert set(invalid.value.problems) == {"pin"}


def test_all_wrong_fields_are_named_at_once(manager: Till) -> None:
    with pytest.raises(InvalidFieldsError) as invalid:
        manager.call(people.save_person, draft=PersonDraft(user_name="a b", display_name=" "), pin="1")
    assert set(invalid.value.problems) == {"user_name", "display_name", "pin"}


def test_a_user_name_is_one_persons(manager: Till) -> None:
    with pytest.raises(InvalidFieldsError) as invalid:
        manager.call(people.save_person, draft=replace(NEW, user_name="CARLA"), pin="9876")
    assert set(invalid.value.problems) == {"user_name"}


def test_permissions_are_given_and_taken(manager: Till) -> None:
    before = person(manager, CARLA)
    draft = replace(before.draft, permissions=SUPERVISOR - {Permission.ADMIT})
    after = manager.call(people.save_person, draft=draft, staff_id=CARLA, version=before.version)
    assert after.draft.permissions == SUPERVISOR - {Permission.ADMIT}


def test_a_manager_gives_no_permission_that_he_lacks(manager: Till) -> None:
    with pytest.raises(NotAllowedError) as refused:
        manager.call(people.save_person, draft=replace(NEW, permissions=frozenset(Permission)), pin="9876")
    assert refused.value.permission == "manage_terminals"


def test_a_cashier_manages_nobody(cinema: Cinema) -> None:
    with pytest.raises(NotAllowedError):
        cinema.till().call(people.list_people)


def test_the_second_of_two_managers_is_shown_the_first_ones_change(manager: Till) -> None:
    before = person(manager, CARLA)
    first = manager.call(
        people.save_person, draft=replace(before.draft, display_name="Karla"), staff_id=CARLA, version=before.version
    )
    with pytest.raises(StaleEditError) as stale:
        manager.call(people.save_person, draft=before.draft, staff_id=CARLA, version=before.version)
    assert (stale.value.current, stale.value.changed_by) == (first, "Mona")


def test_the_last_manager_cannot_take_his_own_permission(manager: Till) -> None:
    me = person(manager, MONA)
    with pytest.raises(ConflictError, match="last person"):
        manager.call(
            people.save_person, draft=replace(me.draft, permissions=CASHIER), staff_id=MONA, version=me.version
        )


def test_somebody_who_may_more_is_shown_as_such(cinema: Cinema, manager: Till) -> None:
    grant(cinema, "sid", Permission.MANAGE_TERMINALS)
    assert [each.may_change for each in manager.call(people.list_people)] == [True, True, False]


def test_a_reset_pin_replaces_the_old_one(cinema: Cinema, manager: Till) -> None:
    manager.call(people.reset_pin, staff_id=CARLA, pin="8888")
    till = cinema.till(user_name=None)
    assert [try_pin(till, "carla", PINS["carla"]), try_pin(till, "carla", "8888")] == ["refused", "ok"]


def test_ones_own_pin_is_not_reset(manager: Till) -> None:
    with pytest.raises(NotAllowedError):
        manager.call(people.reset_pin, staff_id=MONA, pin="8888")


def test_a_short_pin_is_refused(manager: Till) -> None:
    with pytest.raises(InvalidInputError):
        manager.call(people.reset_pin, staff_id=CARLA, pin="1")


def test_ones_own_pin_is_changed_with_the_old_one(cinema: Cinema) -> None:
    till = cinema.till()
    assert change_pin(till, PINS["carla"]) is None
    assert try_pin(cinema.till("Counter 2", None), "carla", "7777") == "ok"


def test_a_pin_is_not_changed_without_the_old_one(cinema: Cinema) -> None:
    till = cinema.till()
    assert till.call(people.change_own_pin, new_pin="7777") == 0
    assert try_pin(till, "carla", PINS["carla"]) == "ok"


def change_pin(till: Till, old_pin: str) -> int | None:
    """Carla changes her PIN to 7777; None when done, else the seconds to wait."""
    wait = till.call(people.offer_own_pin, old_pin=old_pin)
    return till.call(people.change_own_pin, new_pin="7777") if wait is None else wait


def test_a_wrong_old_pin_counts_and_changes_nothing(cinema: Cinema, manager: Till) -> None:
    till = cinema.till()
    assert [change_pin(till, "0") for _ in range(3)] == [0, 0, 1]
    # Also the right one: waiting would mean nothing else.
    assert change_pin(till, PINS["carla"]) == 1
    assert person(manager, CARLA).failures == 3


def test_a_lock_is_taken_back(cinema: Cinema, manager: Till) -> None:
    till = cinema.till(user_name=None)
    for _ in range(3):
        try_pin(till, "carla", "0000")
    assert person(manager, CARLA).locked_until is not None
    manager.call(people.unlock_person, staff_id=CARLA)
    assert (person(manager, CARLA).failures, person(manager, CARLA).locked_until) == (0, None)
    assert try_pin(till, "carla", PINS["carla"]) == "ok"


def test_one_sees_who_is_signed_in_where_and_can_end_it(cinema: Cinema, manager: Till) -> None:
    cashier = cinema.till("Counter 1", "carla")
    cashier.call(staff.list_sign_in_names)
    assert [each.terminal_name for each in person(manager, CARLA).presences] == ["Counter 1"]
    assert manager.call(people.sign_out_person, staff_id=CARLA) == 1
    assert person(manager, CARLA).presences == ()


def test_somebody_who_left_is_out_at_once(cinema: Cinema, manager: Till) -> None:
    cashier = cinema.till("Counter 1", "carla")
    before = person(manager, CARLA)
    manager.call(
        people.save_person, draft=replace(before.draft, is_active=False), staff_id=CARLA, version=before.version
    )
    with pytest.raises(NotAllowedError):
        change_pin(cashier, PINS["carla"])


def test_a_person_that_is_not_there_is_said_so(manager: Till) -> None:
    with pytest.raises(NotFoundError):
        manager.call(people.save_person, draft=NEW, staff_id=99, version=1)


def test_the_terminals_say_who_works_there(cinema: Cinema, manager: Till) -> None:
    states = manager.call(terminals.list_terminals)
    assert [(each.name, each.person, each.is_this) for each in states] == [
        ("Counter 1", "", False),
        ("Counter 2", "", False),
        ("Counter 3", "Mona", True),
    ]
    assert [each.connected_since is not None for each in states] == [False, False, True]


def test_a_terminal_is_renamed_by_who_manages_terminals(cinema: Cinema) -> None:
    grant(cinema, "mona", Permission.MANAGE_TERMINALS)
    till = cinema.till("Counter 3", "mona")
    till.call(terminals.rename_terminal, terminal_id=1, name=" Foyer ", mark="F")
    assert till.call(terminals.list_terminals)[2].name == "Foyer"
    with pytest.raises(InvalidFieldsError):
        till.call(terminals.rename_terminal, terminal_id=1, name="Counter 2", mark="FFF")
    with pytest.raises(InvalidFieldsError):
        till.call(terminals.rename_terminal, terminal_id=1, name="Counter 2", mark="F")


def test_the_audit_names_person_place_and_change(cinema: Cinema, manager: Till) -> None:
    before = person(manager, CARLA)
    manager.call(
        people.save_person, draft=replace(before.draft, display_name="Karla"), staff_id=CARLA, version=before.version
    )
    (entry, *_) = manager.call(audit.list_audit, query=audit.AuditQuery(table="staff")).entries
    assert (entry.person, entry.terminal, entry.subject, entry.operation) == ("Mona", "Counter 3", "Karla", "update")
    assert entry.changes == (audit.AuditChange(column="display_name", before="Carla", after="Karla"),)


def test_the_audit_filters_by_person_day_and_text(cinema: Cinema, manager: Till) -> None:
    before = person(manager, CARLA)
    manager.call(
        people.save_person, draft=replace(before.draft, display_name="100%_K"), staff_id=CARLA, version=before.version
    )

    def count(**query: object) -> int:
        return len(manager.call(audit.list_audit, query=audit.AuditQuery(**query)).entries)  # type: ignore[arg-type]  # a test's shorthand

    assert count(text="0%_K") == count(staff_id=MONA, table="staff") == 1
    assert count(staff_id=CARLA) == count(text="0%x") == 0
    today = manager.context.now.date()
    assert count(table="staff", staff_id=MONA, first_day=today.replace(year=today.year + 1)) == 0
    assert count(table="staff", staff_id=MONA, last_day=today.replace(year=today.year + 1)) == 1


def test_the_audit_goes_on_page_by_page(manager: Till) -> None:
    query = audit.AuditQuery(table="seat")
    first = manager.call(audit.list_audit, query=query, limit=30)
    second = manager.call(audit.list_audit, query=query, before=first.next_before, limit=30)
    ids = [entry.audit_id for entry in (*first.entries, *second.entries)]
    assert (len(ids), second.next_before) == (40, None)
    assert ids == sorted(set(ids), reverse=True)


def test_a_cashier_reads_no_audit(cinema: Cinema) -> None:
    with pytest.raises(NotAllowedError):
        cinema.till().call(audit.list_audit, query=audit.AuditQuery())

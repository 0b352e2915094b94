"""The admission screen: scanning, the answer, undo, and the time without a server."""

from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit

from boxoffice_desktop.domain.admission import DoorPlace, Judgement, Outcome
from boxoffice_desktop.domain.errors import BusyError, DatabaseUnavailableError, OutcomeUnknownError
from boxoffice_desktop.domain.ticket_codes import payload_text, short_code
from boxoffice_desktop.services.door import admissions
from boxoffice_desktop.ui.door.sound import DoorSound
from boxoffice_desktop.ui.door.words import Tone, describe_conflict, say
from boxoffice_desktop.ui.widgets.theme import apply_theme, theme
from tests.ui.door.conftest import CODE, IN, SHOW, DoorHands, OpenDoor, signed_text

REFUSALS = [outcome for outcome in Outcome if outcome not in {Outcome.ADMITTED, Outcome.UNCHECKED}]


def test_a_scanner_types_a_code_and_the_door_opens(door: DoorHands) -> None:
    door.type(signed_text())
    assert (door.page.verdict.saying.tone, door.headline) == (Tone.IN, "Let in")
    assert "E7 · Adult" in door.page.verdict.saying.ticket
    assert [reading.code for reading in door.asked(admissions.admit)[0]["readings"]][:1] == [CODE]  # type: ignore[attr-defined]
    assert door.page.field.text() == ""


def test_a_scanner_without_enter_is_understood(door: DoorHands) -> None:
    door.type(signed_text(), enter=False)
    door.qtbot.waitUntil(lambda: bool(door.asked(admissions.admit)), timeout=3000)
    door.settle()
    assert door.headline == "Let in"


def test_a_typed_code_waits_for_enter(door: DoorHands) -> None:
    door.type(short_code(CODE), enter=False)
    door.qtbot.wait(200)
    assert door.asked(admissions.admit) == []
    door.type("")
    assert len(door.asked(admissions.admit)) == 1


def test_a_scan_is_a_scan_wherever_the_focus_is(open_door: OpenDoor) -> None:
    door = open_door(supervisor=True)
    door.type(signed_text())
    # On the button, where Enter would take the admission back.
    door.page.side.undo.setFocus()
    door.type(payload_text(bytes(reversed(range(16)))))
    door.qtbot.waitUntil(lambda: len(door.asked(admissions.admit)) == 2)
    assert door.asked(admissions.undo_admission) == []


def test_letters_for_another_field_of_the_window_stay_there(door: DoorHands) -> None:
    other = QLineEdit(door.page)
    other.show()
    other.setFocus()
    door.qtbot.keyClicks(other, "abc")
    assert (other.text(), door.page.field.text()) == ("abc", "")


def test_another_theme_has_other_colours_in_the_lists_too(door: DoorHands, qapp: QApplication) -> None:
    door.type(signed_text())
    apply_theme(qapp, dark=True)
    show = door.page.side.shows.topLevelItem(0)
    assert show is not None
    assert show.foreground(1).color() == theme().colour("text")
    assert door.page.side.scans.item(0).foreground().color() == theme().colour("ok")


def test_what_is_over_is_at_the_end(door: DoorHands) -> None:
    over = replace(SHOW, show_id=1, title="Metropolis", is_over=True)
    door.page.side.show_shows((over, SHOW), frozenset())
    items = [door.page.side.shows.topLevelItem(row) for row in range(2)]
    assert [item.text(1) for item in items if item] == ["Nosferatu", "Metropolis"]


def test_a_code_that_is_seen_twice_at_once_is_one_scan(door: DoorHands) -> None:
    door.type(signed_text())
    door.type(signed_text())
    assert len(door.asked(admissions.admit)) == 1
    assert door.headline == "Let in"


def test_a_refused_code_may_be_scanned_again_at_once(door: DoorHands) -> None:
    door.answers(admissions.admit, replace(IN, outcome=Outcome.WRONG_HALL))
    door.type(signed_text())
    door.type(signed_text())
    assert len(door.asked(admissions.admit)) == 2


@pytest.mark.parametrize("outcome", REFUSALS)
def test_every_refusal_says_what_and_why(outcome: Outcome) -> None:
    saying = say(replace(IN, outcome=outcome, place="Counter 2", person="Carla", since=None), "en_GB")
    assert saying.tone is Tone.STOP
    assert saying.headline
    assert saying.why


def test_no_two_refusals_have_the_same_word() -> None:
    headlines = [say(replace(IN, outcome=outcome), "en_GB").headline for outcome in Outcome]
    assert len(set(headlines)) == len(headlines)


def test_who_was_in_before_is_told_when_and_where_and_by_whom() -> None:
    saying = say(replace(IN, outcome=Outcome.ALREADY_IN, place="Counter 2 · Hall 2", person="Carla"), "en_GB")
    assert saying.why == "At 20:00: Counter 2 · Hall 2, Carla."


@pytest.mark.parametrize(
    ("kind", "word"),
    [
        ("refund", "Refunded"),
        ("exchange", "Exchanged"),
        ("void", "Sale taken back"),
        ("cancellation", "Show cancelled"),
    ],
)
def test_a_ticket_that_ended_says_how(kind: str, word: str) -> None:
    saying = say(replace(IN, outcome=Outcome.VOIDED, detail=kind, place="Counter 1", person="Sid"), "en_GB")
    assert saying.headline == word
    assert "Counter 1, Sid" in saying.why


def test_a_reprint_is_named() -> None:
    replaced = replace(IN, outcome=Outcome.REPLACED, detail="2", place="Counter 1", person="Sid")
    assert say(replaced, "en_GB").why == (
        "Printed again Friday 20 November 2026, 20:00: Counter 1, Sid. Only copy 2 is good."
    )


def test_the_doors_place_goes_with_the_question_and_stays_for_the_next_start(
    open_door: OpenDoor,
) -> None:
    door = open_door()
    box = door.page.place
    assert [box.itemText(row) for row in range(box.count())] == [
        "Any show today",
        "Hall 2: shows that are not over",
        "20:15 Nosferatu · Hall 2",
    ]
    box.setCurrentIndex(2)
    box.activated.emit(2)
    door.type(signed_text())
    place = door.asked(admissions.admit)[0]["place"]
    assert place == DoorPlace(name="Counter 1 · 20:15 Nosferatu · Hall 2", hall_id=2, show_id=SHOW.show_id)
    # The hall is remembered; the show is of today.
    again = open_door()
    assert again.page.place.currentText() == "Hall 2: shows that are not over"


def test_the_counts_are_on_the_screen_and_follow_a_hint(door: DoorHands) -> None:
    item = door.page.side.shows.topLevelItem(0)
    assert item is not None
    assert item.text(3) == "47 of 112"
    door.answers(admissions.list_door_shows, (replace(SHOW, admitted=48),))
    door.page.on_hint(SHOW.show_id)
    door.qtbot.waitUntil(lambda: item.text(3) == "48 of 112", timeout=3000)
    asked = len(door.asked(admissions.list_door_shows))
    door.page.on_hint(999)
    door.qtbot.wait(400)
    assert len(door.asked(admissions.list_door_shows)) == asked


def test_undo_is_for_who_may_approve(open_door: OpenDoor) -> None:
    door = open_door()
    door.type(signed_text())
    assert not door.page.side.undo.isEnabled()
    assert "approve" in door.page.side.undo.toolTip()


def test_an_admission_is_undone_and_the_same_ticket_may_come_again(open_door: OpenDoor) -> None:
    door = open_door(supervisor=True)
    door.answers(admissions.undo_admission, None)
    door.type(signed_text())
    with door.qtbot.waitSignal(door.page.told):
        door.page.side.undo.click()
    door.settle()
    assert door.asked(admissions.undo_admission) == [{"admission_id": 31, "show_id": 7}]
    assert door.scans() == []
    door.type(signed_text())
    assert len(door.asked(admissions.admit)) == 2


def test_an_admission_is_undone_by_key_from_the_field(open_door: OpenDoor) -> None:
    door = open_door(supervisor=True)
    door.answers(admissions.undo_admission, None)
    door.type(signed_text())
    door.qtbot.keyClick(door.page.field, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    door.settle()
    assert len(door.asked(admissions.undo_admission)) == 1


def test_a_full_disk_lets_nobody_in_and_says_why(door: DoorHands, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", refuse)
    door.page.set_offline(offline=True)
    door.type(signed_text())
    assert door.page.verdict.saying.tone is Tone.ASK
    assert "No space left" in door.page.verdict.saying.why


def test_what_was_let_in_before_a_restart_can_still_be_undone(open_door: OpenDoor) -> None:
    first = open_door(supervisor=True)
    first.answers(admissions.list_latest_admissions, (IN,))
    door = open_door(supervisor=True)
    assert door.scans() == ["20:00 · In · E7 · Nosferatu"]
    assert door.page.side.undo.isEnabled()


@pytest.mark.parametrize("error", [DatabaseUnavailableError("gone"), OutcomeUnknownError()])
def test_when_the_server_does_not_answer_the_door_decides_with_the_same_number(
    door: DoorHands, error: Exception
) -> None:
    door.answers(admissions.admit, error)
    door.type(signed_text())
    assert door.page.verdict.saying.tone is Tone.IN
    assert "without the server" in door.page.verdict.saying.why
    kept = door.page.controller._memory.list_scans()
    assert [scan.scan_id for scan in kept] == [door.asked(admissions.admit)[0]["scan_id"]]


def test_offline_nobody_is_asked_and_afterwards_the_server_is_told(door: DoorHands) -> None:
    door.page.set_offline(offline=True)
    door.type(signed_text())
    assert door.headline == "Let in"
    assert door.asked(admissions.admit) == []
    door.answers(admissions.admit_late, (replace(IN, scan_id=door.page.controller._memory.list_scans()[0].scan_id),))
    door.page.set_offline(offline=False)
    door.settle()
    door.qtbot.waitUntil(lambda: door.page.controller._memory.list_scans() == (), timeout=3000)
    assert len(door.asked(admissions.admit_late)) == 1


def test_scans_that_could_not_be_told_stay_in_the_file(door: DoorHands, tmp_path: Path) -> None:
    door.page.set_offline(offline=True)
    door.type(signed_text())
    door.answers(admissions.admit_late, DatabaseUnavailableError("gone again"))
    door.page.set_offline(offline=False)
    door.settle()
    assert len(door.page.controller._memory.list_scans()) == 1
    assert (tmp_path / "door" / "scans.jsonl").read_text(encoding="utf-8").count("\n") == 1


def test_conflicts_are_listed(open_door: OpenDoor) -> None:
    conflict = replace(IN, outcome=Outcome.ALREADY_IN, place="North", person="Carla", offline=True)
    first = open_door()
    assert first.page.side.conflicts.isHidden()
    first.answers(admissions.list_conflicts, (conflict,))
    door = open_door()
    assert not door.page.side.conflicts.isHidden()
    assert door.page.side.conflicts.item(0).text() == (
        "20:00 · E7 · Nosferatu: was in already: two people on one ticket (North, Carla)"
    )


@pytest.mark.parametrize("outcome", [Outcome.VOIDED, Outcome.REPLACED, Outcome.UNKNOWN])
def test_every_conflict_has_its_reason(outcome: Outcome) -> None:
    assert describe_conflict(replace(IN, outcome=outcome), "en_GB") != describe_conflict(
        replace(IN, outcome=Outcome.ALREADY_IN), "en_GB"
    )


def test_a_busy_server_is_asked_again_by_hand(door: DoorHands) -> None:
    door.answers(admissions.admit, BusyError())
    door.type(signed_text())
    assert (door.page.verdict.saying.tone, door.headline) == (Tone.ASK, "Scan again")
    assert door.page.controller._memory.list_scans() == ()


def test_what_only_the_server_knows_is_amber_without_it(door: DoorHands) -> None:
    door.page.set_offline(offline=True)
    door.type(short_code(CODE))
    assert door.page.verdict.saying.tone is Tone.ASK


def test_escape_clears_the_answer(door: DoorHands) -> None:
    door.type(signed_text())
    door.qtbot.keyClick(door.page.field, Qt.Key.Key_Escape)
    assert door.headline == "Scan a ticket"


def test_a_screen_reader_hears_the_whole_answer(door: DoorHands) -> None:
    door.type(signed_text())
    assert door.page.verdict.accessibleName().startswith("Let in. E7 · Adult")


def test_in_and_stop_sound_different_without_a_sound_library(door: DoorHands) -> None:
    beeps: list[int] = []
    sound = DoorSound(door.page, beep=lambda: beeps.append(1))
    sound._effects = {}
    sound.play(Tone.IDLE)
    assert beeps == []
    sound.play(Tone.IN)
    assert len(beeps) == 1
    sound.play(Tone.STOP)
    door.qtbot.waitUntil(lambda: len(beeps) == 3, timeout=2000)


def test_every_key_of_the_page_is_in_the_help(door: DoorHands) -> None:
    assert {keys for keys, _ in door.page.list_keys()} >= {"Enter", "F2", "Ctrl+Z", "Esc"}


def test_a_judgement_without_a_time_has_no_time() -> None:
    assert say(Judgement(scan_id=uuid4(), outcome=Outcome.UNKNOWN), "en_GB").ticket == ""

"""A door without its server: signatures, its memory, its file of scans, and what the server says afterwards."""

import os
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from uuid import uuid4

import pytest

from boxoffice_desktop.db.credentials import write_private
from boxoffice_desktop.domain.admission import DoorPlace, Judgement, LateScan, Outcome
from boxoffice_desktop.domain.errors import AttemptNotKeptError
from boxoffice_desktop.domain.ticket_codes import payload_text, read_scan, short_code
from boxoffice_desktop.services import tickets
from boxoffice_desktop.services.door import admissions
from boxoffice_desktop.services.door.book import parse_book, read_book, write_book
from boxoffice_desktop.services.door.offline import DoorMemory
from boxoffice_desktop.services.door.signing import TicketSigner
from tests.support.cinema import Cinema, Till
from tests.support.door import ANYWHERE, add_copy, code_of, play_today, scan, void
from tests.support.seats import sell
from tests.support.threads import run_together

Judge = Callable[..., Judgement]


@pytest.fixture
def till(cinema: Cinema, tmp_path: Path) -> Till:
    """Counter 1 with a key of its own; it has sold A1 to A3 of the show that begins in half an hour."""
    play_today(cinema)
    till = cinema.till()
    till.context = replace(till.context, signer=TicketSigner(tmp_path / "till.key"))
    return till


@pytest.fixture
def printed(cinema: Cinema, till: Till) -> dict[str, str]:
    """What the QR codes of the tickets say, by seat."""
    sale = sell(cinema, till, "A1", "A2", "A3")
    pages = till.call(tickets.list_ticket_pages, sale_id=sale.sale_id)
    return {f"{page.row_label}{page.seat_number}": payload_text(page.qr_data) for page in pages}


@pytest.fixture
def memory(till: Till, printed: dict[str, str], tmp_path: Path) -> DoorMemory:
    """The door's memory as it was when the server went away."""
    assert printed
    memory = DoorMemory(tmp_path / "door")
    memory.keep_book(till.call(read_book))
    return memory


@pytest.fixture
def judge(memory: DoorMemory) -> Judge:
    def judge(text: str, place: DoorPlace = ANYWHERE, minutes: int = 0) -> Judgement:
        return memory.judge(read_scan(text), place, uuid4(), _now() + timedelta(minutes=minutes))

    return judge


def test_a_signed_ticket_opens_the_door_alone(judge: Judge, printed: dict[str, str]) -> None:
    answer = judge(printed["A1"])
    assert (answer.outcome, answer.seat_name, answer.title, answer.offline) == (
        Outcome.ADMITTED,
        "A1",
        "Nosferatu",
        True,
    )


def test_a_changed_ticket_does_not(judge: Judge, printed: dict[str, str]) -> None:
    # Every letter of the signed part, one after the other; the control is the ticket as it was printed.
    text = printed["A1"]
    for place in range(0, len(text), 11):
        forged = text[:place] + ("A" if text[place] != "A" else "C") + text[place + 1 :]
        assert judge(forged).outcome in {Outcome.UNKNOWN, Outcome.UNCHECKED}
    assert judge(text).outcome is Outcome.ADMITTED


def test_a_key_of_ones_own_signs_nothing_that_a_door_believes(
    cinema: Cinema, till: Till, judge: Judge, printed: dict[str, str], tmp_path: Path
) -> None:
    forger = TicketSigner(tmp_path / "forger.key")
    assert forger._load() is not None
    facts = read_scan(printed["A1"])[0].facts
    assert facts is not None
    assert judge(payload_text(forger.sign(facts))).outcome is Outcome.UNKNOWN


def test_a_revoked_tills_tickets_are_believed_by_no_door(
    cinema: Cinema, till: Till, memory: DoorMemory, judge: Judge, printed: dict[str, str]
) -> None:
    cinema.execute("UPDATE boxoffice.terminal SET revoked_at = now() WHERE name = 'Counter 1'")
    memory.keep_book(cinema.till("Counter 2").call(read_book))
    assert judge(printed["A1"]).outcome is Outcome.UNKNOWN


def test_what_only_the_server_knows_is_left_to_it(cinema: Cinema, judge: Judge, printed: dict[str, str]) -> None:
    assert printed
    code = code_of(cinema, "A1")
    assert judge(payload_text(code)).outcome is Outcome.UNCHECKED
    assert judge(short_code(code)).outcome is Outcome.UNCHECKED
    assert judge("HELLO").outcome is Outcome.UNKNOWN


def test_without_a_memory_or_with_an_old_one_nobody_is_let_in(
    judge: Judge, printed: dict[str, str], tmp_path: Path
) -> None:
    empty = DoorMemory(tmp_path / "new door")
    assert empty.judge(read_scan(printed["A1"]), ANYWHERE, uuid4(), _now()).outcome is Outcome.UNCHECKED
    assert judge(printed["A1"], minutes=25 * 60).outcome is Outcome.UNCHECKED


def test_the_door_remembers_whom_it_let_in(judge: Judge, printed: dict[str, str]) -> None:
    first = judge(printed["A1"], DoorPlace(name="Door 1"))
    again = judge(printed["A1"], minutes=1)
    assert (again.outcome, again.place, again.since) == (Outcome.ALREADY_IN, "Door 1", first.since)


def test_it_knows_who_was_in_before_and_whose_ticket_was_void(
    cinema: Cinema, till: Till, memory: DoorMemory, judge: Judge, printed: dict[str, str]
) -> None:
    scan(till, code_of(cinema, "A1"))
    void(cinema, "A2")
    memory.keep_book(till.call(read_book))
    outcomes = [judge(printed[seat]).outcome for seat in ("A1", "A2", "A3")]
    assert outcomes == [Outcome.ALREADY_IN, Outcome.VOIDED, Outcome.ADMITTED]


def test_the_wrong_door_is_the_wrong_one_without_the_server_too(
    cinema: Cinema, till: Till, memory: DoorMemory, judge: Judge, printed: dict[str, str]
) -> None:
    assert judge(printed["A1"], DoorPlace(name="Door", hall_id=cinema.hall_id + 1)).outcome is Outcome.WRONG_HALL
    assert judge(printed["A1"], DoorPlace(name="Door", show_id=cinema.show_id + 1)).outcome is Outcome.WRONG_SHOW
    assert judge(printed["A1"], minutes=13 * 60).outcome is Outcome.WRONG_DAY
    assert judge(printed["A1"], minutes=160).outcome is Outcome.SHOW_OVER
    cinema.execute("UPDATE boxoffice.show SET status = 'cancelled'")
    memory.keep_book(till.call(read_book))
    assert judge(printed["A1"]).outcome is Outcome.CANCELLED


def test_the_memory_survives_a_restart(memory: DoorMemory, printed: dict[str, str], tmp_path: Path) -> None:
    memory.judge(read_scan(printed["A1"]), ANYWHERE, uuid4(), _now())
    again = DoorMemory(tmp_path / "door")
    assert again.find_book() == memory.find_book()
    assert again.list_scans() == memory.list_scans() != ()
    assert again.judge(read_scan(printed["A1"]), ANYWHERE, uuid4(), _now()).outcome is Outcome.ALREADY_IN


def test_a_half_written_line_swallows_no_other(memory: DoorMemory, printed: dict[str, str], tmp_path: Path) -> None:
    memory.judge(read_scan(printed["A1"]), ANYWHERE, uuid4(), _now())
    file = tmp_path / "door" / "scans.jsonl"
    file.write_bytes(file.read_bytes() + b'{"scan_id": "00000000')
    memory.judge(read_scan(printed["A2"]), ANYWHERE, uuid4(), _now())
    assert [scan.seat_name for scan in memory.list_scans()] == ["A1", "A2"]


def test_every_scan_is_on_the_disk_before_the_door_opens(
    memory: DoorMemory, printed: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[int] = []
    real = os.fsync
    monkeypatch.setattr(os, "fsync", lambda handle: (synced.append(handle), real(handle)))
    memory.judge(read_scan(printed["A1"]), ANYWHERE, uuid4(), _now())
    assert synced


def test_a_disk_that_takes_nothing_opens_no_door(
    memory: DoorMemory, printed: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(AttemptNotKeptError):
        memory.judge(read_scan(printed["A1"]), ANYWHERE, uuid4(), _now())


def test_one_ticket_opens_one_door_once_whoever_scans(memory: DoorMemory, printed: dict[str, str]) -> None:
    works = [partial(memory.judge, read_scan(printed["A1"]), ANYWHERE, uuid4(), _now()) for _ in range(6)]
    outcomes = [answer.outcome for answer in run_together(works) if isinstance(answer, Judgement)]
    assert sorted(outcomes) == [Outcome.ADMITTED] + [Outcome.ALREADY_IN] * 5


def test_afterwards_the_server_has_it_all_and_names_the_conflicts(
    cinema: Cinema, till: Till, memory: DoorMemory, judge: Judge, printed: dict[str, str]
) -> None:
    for seat in ("A1", "A2", "A3"):
        judge(printed[seat], DoorPlace(name="North"))
    scan(cinema.till("Counter 2"), code_of(cinema, "A2"), DoorPlace(name="South"))
    void(cinema, "A3")
    told = _tell(till, memory)
    assert [answer.outcome for answer in told] == [Outcome.ADMITTED, Outcome.ALREADY_IN, Outcome.VOIDED]
    assert told[1].place == "South"
    conflicts = till.call(admissions.list_conflicts)
    assert {(line.outcome, line.seat_name, line.place, line.person) for line in conflicts} == {
        (Outcome.ALREADY_IN, "A2", "North", "Carla"),
        (Outcome.VOIDED, "A3", "North", "Carla"),
    }
    # Telling it again, as after an answer that got lost, changes nothing.
    assert [answer.outcome for answer in _tell(till, memory)] == [answer.outcome for answer in told]
    assert cinema.query("SELECT count(*) FROM boxoffice.late_scan") == [(3,)]
    assert cinema.query("SELECT count(*) FROM boxoffice.admission") == [(2,)]
    memory.forget({answer.scan_id for answer in told})
    assert memory.list_scans() == ()


def test_who_stood_at_the_door_is_told_when_somebody_else_tells_the_server(
    cinema: Cinema, till: Till, memory: DoorMemory, printed: dict[str, str]
) -> None:
    north = DoorPlace(name="North")
    for seat, person in (("A1", "Carla"), ("A2", "Otto"), ("A3", "")):
        memory.judge(read_scan(printed[seat]), north, uuid4(), _now(), person)
    _tell(till, memory)
    rows = cinema.query(
        "SELECT a.door, s.display_name FROM boxoffice.admission a JOIN boxoffice.staff s USING (staff_id)"
        " ORDER BY a.admission_id"
    )
    assert rows == [("North", "Carla"), ("North (Otto)", "Carla"), ("North", "Carla")]


def test_a_scan_whose_answer_was_lost_is_no_conflict_with_itself(
    cinema: Cinema, till: Till, memory: DoorMemory, printed: dict[str, str]
) -> None:
    # The server let it in, the answer never came, and the door then decided alone.
    scan_id = uuid4()
    scan(till, code_of(cinema, "A1"), scan_id=scan_id)
    assert memory.judge(read_scan(printed["A1"]), ANYWHERE, scan_id, _now()).outcome is Outcome.ADMITTED
    assert [answer.outcome for answer in _tell(till, memory)] == [Outcome.ADMITTED]
    assert till.call(admissions.list_conflicts) == ()


def test_a_forged_ticket_that_got_in_is_named_afterwards(till: Till) -> None:
    late = LateScan(scan_id=uuid4(), code=bytes(16), door="North", scanned_at=_now(), show_id=1, seat_name="Z9")
    assert [answer.outcome for answer in till.call(admissions.admit_late, scans=(late,))] == [Outcome.UNKNOWN]
    assert [line.outcome for line in till.call(admissions.list_conflicts)] == [Outcome.UNKNOWN]


def test_a_door_with_a_clock_ahead_admits_nobody_in_the_future(cinema: Cinema, till: Till, printed: object) -> None:
    late = LateScan(
        scan_id=uuid4(),
        code=code_of(cinema, "A1"),
        door="North",
        scanned_at=_now() + timedelta(days=3),
        show_id=1,
        seat_name="A1",
    )
    till.call(admissions.admit_late, scans=(late,))
    assert cinema.query("SELECT admitted_at <= clock_timestamp() FROM boxoffice.admission") == [(True,)]


def test_the_book_comes_back_from_its_text(till: Till, memory: DoorMemory) -> None:
    book = till.call(read_book)
    assert parse_book(write_book(book)) == book
    assert [show.sold for show in book.shows.values() if show.sold] == [3]


def test_a_till_keeps_its_key(cinema: Cinema, till: Till, printed: dict[str, str], tmp_path: Path) -> None:
    later = replace(till.context, signer=TicketSigner(tmp_path / "till.key"))
    assert later.signer is not None
    assert till.database.run(later.signer.find_key_id) == 1
    assert (tmp_path / "till.key").stat().st_mode & 0o077 == 0


def test_a_key_that_others_could_read_signs_nothing(
    cinema: Cinema, till: Till, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    write_private(tmp_path / "till.key", "00" * 32)
    (tmp_path / "till.key").chmod(0o644)
    sale = sell(cinema, till, "A1")
    page = till.call(tickets.list_ticket_pages, sale_id=sale.sale_id)[0]
    assert (page.payload, page.qr_data) == (b"", page.code)
    assert "cannot be had" in caplog.text


def test_a_till_whose_key_the_database_refuses_prints_bare_codes(
    cinema: Cinema, till: Till, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    sale = sell(cinema, till, "A1")
    till.call(tickets.list_ticket_pages, sale_id=sale.sale_id)
    till.context = replace(till.context, signer=TicketSigner(tmp_path / "another.key"))
    for _ in range(2):
        assert till.call(tickets.list_ticket_pages, sale_id=sale.sale_id)[0].payload == b""
    assert caplog.text.count("did not take this till's key") == 1


def _tell(till: Till, memory: DoorMemory) -> tuple[Judgement, ...]:
    return till.call(admissions.admit_late, scans=memory.list_scans())


def _now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251  the test is the composition here


def test_a_door_knows_the_copies_that_were_replaced(
    cinema: Cinema, till: Till, memory: DoorMemory, judge: Judge, printed: dict[str, str]
) -> None:
    newest = add_copy(cinema, "A1", 2)
    facts = read_scan(printed["A1"])[0].facts
    assert facts is not None
    assert till.context.signer is not None
    reprint = payload_text(till.context.signer.sign(replace(facts, copy=2, code=newest)))
    memory.keep_book(till.call(read_book))
    assert judge(printed["A1"]).outcome is Outcome.REPLACED
    assert judge(reprint).outcome is Outcome.ADMITTED
    scan(till, newest)
    memory.keep_book(till.call(read_book))
    memory.forget({kept.scan_id for kept in memory.list_scans()})
    assert judge(reprint).outcome is Outcome.ALREADY_IN

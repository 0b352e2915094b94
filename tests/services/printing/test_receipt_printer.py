"""What a receipt printer does to a document, and what the till then knows of it."""

from collections.abc import Callable
from pathlib import Path
from time import monotonic

import pytest

from boxoffice_desktop.documents.receipt_printer import Bitmap, build_commands
from boxoffice_desktop.domain.errors import PrinterError
from boxoffice_desktop.domain.printing import PrintDoubtError, PrinterChoice, PrinterKind
from boxoffice_desktop.services.receipt_printer import Patience, deliver, kick_drawer
from tests.support.fake_printer import FakePrinter, Faults

PAGES = tuple(Bitmap(width=576, height=600, rows=bytes([number]) * (72 * 600)) for number in (1, 2))
DOCUMENT = build_commands(PAGES)
QUICK = Patience(reach=1, status=0.3, take=1, end=0.5)


def test_every_page_comes_out_as_it_was_and_is_cut_off(printer: FakePrinter) -> None:
    deliver(printer.choice(), DOCUMENT, kick=False, patience=QUICK)
    assert printer.pages == list(PAGES)


def test_the_drawer_opens_before_the_paper(printer: FakePrinter) -> None:
    deliver(printer.choice(), DOCUMENT, kick=True, patience=QUICK)
    assert printer.events == ["drawer", "asked", "asked", "page", "page"]


def test_the_drawer_opens_although_there_is_no_paper(printer: FakePrinter) -> None:
    printer.faults.out_of_paper = True
    with pytest.raises(PrinterError, match="out of paper"):
        deliver(printer.choice(), DOCUMENT, kick=True, patience=QUICK)
    assert printer.events[0] == "drawer"


@pytest.mark.parametrize("changes", [{"has_drawer": False}, {}])
def test_without_a_drawer_or_money_nothing_opens(printer: FakePrinter, changes: dict[str, object]) -> None:
    deliver(printer.choice(**changes), DOCUMENT, kick=changes != {}, patience=QUICK)
    assert "drawer" not in printer.events


def test_the_drawer_opens_alone(printer: FakePrinter) -> None:
    kick_drawer(printer.choice(), patience=QUICK)
    printer.wait_for("drawer")
    assert printer.events == ["drawer"]
    assert printer.pages == []


def _break(name: str) -> Callable[[Faults], None]:
    return lambda faults: setattr(faults, name, True)


@pytest.mark.parametrize(
    ("fault", "word"),
    [("out_of_paper", "out of paper"), ("cover_open", "cover is open"), ("mute", "does not answer")],
)
def test_a_printer_that_cannot_print_takes_nothing(printer: FakePrinter, fault: str, word: str) -> None:
    _break(fault)(printer.faults)
    with pytest.raises(PrinterError, match=word) as refused:
        deliver(printer.choice(), DOCUMENT, kick=False, patience=QUICK)
    assert not isinstance(refused.value, PrintDoubtError)
    assert printer.pages == []


def test_a_printer_that_is_off_takes_nothing(printer: FakePrinter) -> None:
    printer.stop()
    with pytest.raises(PrinterError, match="switched on") as refused:
        deliver(printer.choice(), DOCUMENT, kick=True, patience=QUICK)
    assert not isinstance(refused.value, PrintDoubtError)


@pytest.mark.parametrize("taken", [10_000, 60_000])
def test_a_printer_that_dies_in_the_middle_leaves_a_doubt(printer: FakePrinter, taken: int) -> None:
    printer.faults.dies_after = taken
    with pytest.raises(PrintDoubtError):
        deliver(printer.choice(), DOCUMENT, kick=False, patience=QUICK)
    assert len(printer.pages) == taken // 50_000


def test_a_printer_that_dies_before_it_says_so_leaves_a_doubt_although_all_is_on_paper(printer: FakePrinter) -> None:
    printer.faults.dies_before_answer = True
    with pytest.raises(PrintDoubtError):
        deliver(printer.choice(), DOCUMENT, kick=False, patience=QUICK)
    assert printer.pages == list(PAGES)


def test_a_slow_printer_gets_its_time(printer: FakePrinter) -> None:
    # Longer than any one limit, and never standing still for one.
    printer.faults.seconds_a_chunk = 0.06
    start = monotonic()
    deliver(printer.choice(), DOCUMENT, kick=False, patience=Patience(reach=1, status=1, take=1, end=2))
    assert monotonic() - start > 1
    assert printer.pages == list(PAGES)


def test_a_printer_that_never_answers_is_done_when_it_took_everything(printer: FakePrinter) -> None:
    printer.faults.mute = True
    deliver(printer.choice(answers=False), DOCUMENT, kick=False, patience=QUICK)
    printer.wait_for("page", 2)
    assert printer.pages == list(PAGES)


def test_a_device_file_gets_the_same_bytes(tmp_path: Path) -> None:
    device = tmp_path / "lp0"
    choice = PrinterChoice(kind=PrinterKind.FILE, address=str(device), answers=False)
    deliver(choice, DOCUMENT, kick=False)
    assert device.read_bytes() == DOCUMENT


@pytest.mark.parametrize(
    ("kind", "address"),
    [
        (PrinterKind.FILE, "/no/such/folder/lp0"),
        (PrinterKind.USB, "dead:beef"),
        (PrinterKind.NETWORK, "no-such-printer.invalid"),
        (PrinterKind.NETWORK, "two words"),
        (PrinterKind.USB, "printer"),
        (PrinterKind.SYSTEM, "Office"),
    ],
)
def test_what_cannot_be_reached_is_a_printer_error(kind: PrinterKind, address: str) -> None:
    with pytest.raises(PrinterError) as refused:
        deliver(PrinterChoice(kind=kind, address=address), DOCUMENT, kick=False, patience=QUICK)
    assert not isinstance(refused.value, PrintDoubtError)

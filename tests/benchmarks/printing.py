"""From the commit of a sale to the first bytes of its tickets at the printer, and what the print job costs a sale."""

import statistics
import tempfile
import time
from pathlib import Path
from typing import Any
from uuid import uuid4

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication

from boxoffice_desktop.domain.printing import DocumentKind
from boxoffice_desktop.services import holds, sales
from tests.benchmarks.house import House
from tests.support.cinema import PINS, Till
from tests.support.desktop import Counter, Counters
from tests.support.fake_printer import FakePrinter

_PRINTS = 30
_WARM_UP = 3
_BLOCKS = 16
_SALES_A_BLOCK = 15
_PATIENCE_MS = 10_000


def measure(house: House) -> dict[str, dict[str, Any]]:
    """`print_spool_latency_ms`, its 95th percentile, and `print_job_sale_ratio`."""
    ratio = _measure_job(house)
    application = QApplication.instance() or QApplication([])
    assert isinstance(application, QApplication)
    with tempfile.TemporaryDirectory(prefix="boxoffice-print-") as folder:
        counters = Counters(house.cinema, Path(folder))
        printer = FakePrinter().start()
        try:
            took = _measure_prints(house, counters.open(), printer)
        finally:
            counters.close()
            printer.stop()
    p95 = statistics.quantiles(took, n=20)[18]
    median = statistics.median(took)
    runs = _BLOCKS * _SALES_A_BLOCK
    return {
        "print_spool_latency_ms": {"value": round(median, 1), "unit": "ms", "budget": None, "runs": len(took)},
        "print_spool_latency_p95_ms": {"value": round(p95, 1), "unit": "ms", "budget": None, "runs": len(took)},
        "print_job_sale_ratio": {"value": round(ratio, 3), "unit": "x", "budget": 1.05, "runs": runs},
    }


def _measure_prints(house: House, counter: Counter, printer: FakePrinter) -> list[float]:
    desktop = counter.desktop
    desktop.printing.choices.save(DocumentKind.TICKETS, printer.choice())
    desktop.shell._on_signed_in(counter.till.sign_in("carla", PINS["carla"]))
    # What the other measurement sold is not printed here.
    house.cinema.execute("UPDATE boxoffice.print_job SET state = 'skipped' WHERE state = 'waiting'")
    _run_until(desktop.tasks.is_idle)
    took = []
    pairs = house.pairs()
    for number in range(1, _WARM_UP + _PRINTS + 1):
        hold_id, pair = uuid4(), next(pairs)
        counter.till.call(holds.hold_seats, {"hold_id": hold_id, "show_id": house.show_id, "seat_ids": pair})
        counter.till.sell(house.order(hold_id, pair))
        committed = time.monotonic()
        desktop.printing.queue.wake()
        _run_until(lambda number=number: len(printer.began_at) >= number and desktop.tasks.is_idle())
        took.append((printer.began_at[-1] - committed) * 1000)
    return took[_WARM_UP:]


def _run_until(is_so: Any) -> None:
    """Let the window live until something is so."""
    loop = QEventLoop()
    look = QTimer(interval=1)
    look.timeout.connect(lambda: loop.quit() if is_so() else None)
    look.start()
    QTimer.singleShot(_PATIENCE_MS, loop, loop.quit)
    loop.exec()
    assert is_so(), "it did not come to that"


def _measure_job(house: House) -> float:
    """The time of a sale with its print job, over that of one without, in turns on one database."""
    till, pairs = house.till(), house.pairs()
    times: dict[str, list[float]] = {"ENABLE": [], "DISABLE": []}
    for block in range(_BLOCKS):
        word = "ENABLE" if block % 2 else "DISABLE"
        house.cinema.execute(f"ALTER TABLE boxoffice.journal {word} TRIGGER journal_prints_tickets")
        took = [_sell(house, till, next(pairs)) for _ in range(_SALES_A_BLOCK)]
        times[word] += took[3:]
    house.cinema.execute("ALTER TABLE boxoffice.journal ENABLE TRIGGER journal_prints_tickets")
    till.database.close()
    return statistics.median(times["ENABLE"]) / statistics.median(times["DISABLE"])


def _sell(house: House, till: Till, pair: tuple[int, int]) -> float:
    hold_id = uuid4()
    start = time.perf_counter()
    till.call(holds.hold_seats, hold_id=hold_id, show_id=house.show_id, seat_ids=pair)
    till.call(sales.complete_sale, order=house.order(hold_id, pair))
    return time.perf_counter() - start

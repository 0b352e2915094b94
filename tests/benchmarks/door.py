"""Scans at the door: how long one takes among a million tickets, and how many a second against `pgbench`.

`pgbench` does by hand what a scan comes to: find the ticket by its code, lock it, write the admission, tell the others.
"""

import os
import re
import statistics
import subprocess
import tempfile
import time
from hashlib import md5
from pathlib import Path
from typing import Any
from uuid import uuid4

from psycopg.conninfo import conninfo_to_dict

from boxoffice_desktop.db.embedded.account import choose_account
from boxoffice_desktop.db.embedded.binaries import find_binaries
from boxoffice_desktop.domain.admission import DoorPlace, Outcome
from boxoffice_desktop.domain.ticket_codes import Reading
from boxoffice_desktop.services.door import admissions
from tests.benchmarks.house import House, open_house
from tests.support.cinema import Till

_FEW, _MANY = 50_000, 1_000_000
_SCANS = 1000
_WARM_UP = 100
_ROUNDS = 5
_ROUND_SCANS = 200
# Tickets of shows that no test uses; nothing points at them, so that no show has to exist.
_OLD = """
    INSERT INTO boxoffice.ticket (sale_id, line, terminal_id, serial, show_id, seat_id, area_id, ticket_type_id, amount,
      tax, tax_rate_id, code)
    SELECT md5('sale' || n)::uuid, 1, 3, 1000000 + n, 1000000 + n / 1000, n % 1000, 1, 1, 1200, 89, 1,
           uuid_send(gen_random_uuid()) FROM generate_series(1, {tickets}) n
"""
# One for every seat of the house; their codes can be worked out again.
_TODAY = """
    INSERT INTO boxoffice.ticket (sale_id, line, terminal_id, serial, show_id, seat_id, area_id, ticket_type_id, amount,
      tax, tax_rate_id, code)
    SELECT md5('today' || n)::uuid, 1, 3, 9000000 + n, {show}, seat_id, 1, 1, 1200, 89, 1,
           decode(md5('door' || n), 'hex')
      FROM (SELECT seat_id, row_number() OVER (ORDER BY seat_id) AS n FROM boxoffice.seat WHERE row_label LIKE 'Z%') s
"""
_SCRIPT = """
\\set done :done + 1
\\set n :first + :done
BEGIN;
SELECT ticket_id AS ticket, show_id AS show FROM bare_door.ticket WHERE code = decode(md5('door' || :n), 'hex')
   FOR NO KEY UPDATE \\gset
INSERT INTO bare_door.admission (ticket_id, show_id, scan_id, door, terminal_id, staff_id, admitted_at)
VALUES (:ticket, :show, gen_random_uuid(), 'Door', 1, 1, clock_timestamp());
COMMIT;
SELECT pg_notify('bare_hint', :show || ':');
"""


def measure(house: House) -> dict[str, dict[str, Any]]:
    """`admit_throughput_ratio`: one door without a pause, against `pgbench` with one client."""
    _write_tickets(house, _FEW)
    _make_bare(house)
    till = house.till()
    _scan(house, till, range(1, _WARM_UP + 1))
    first = _WARM_UP
    ratios, rates = [], []
    for _ in range(_ROUNDS):
        start = time.perf_counter()
        _scan(house, till, range(first + 1, first + _ROUND_SCANS + 1))
        rates.append(_ROUND_SCANS / (time.perf_counter() - start))
        ratios.append(rates[-1] / _run_bare(house, first))
        first += _ROUND_SCANS
    runs = _ROUNDS * _ROUND_SCANS
    ratio, rate = statistics.median(ratios), statistics.median(rates)
    return {
        "admit_throughput_ratio": {"value": round(ratio, 2), "unit": "x", "budget": None, "runs": runs},
        "admit_per_s": {"value": round(rate), "unit": "scans/s", "budget": None, "runs": runs},
    }


def measure_scale() -> dict[str, dict[str, Any]]:
    """`admit_p99_ms` among a million tickets."""
    with open_house() as house:
        _write_tickets(house, _MANY)
        took = _scan(house, house.till(), range(1, _WARM_UP + _SCANS + 1))[_WARM_UP:]
    took.sort()
    return {
        "admit_p99_ms": {"value": _ms(took[round(len(took) * 0.99) - 1]), "unit": "ms", "budget": None, "runs": _SCANS},
        "admit_ms": {"value": _ms(statistics.median(took)), "unit": "ms", "budget": None, "runs": _SCANS},
    }


def _scan(house: House, till: Till, numbers: range) -> list[float]:
    """Let in who has these tickets; how long each took, in seconds."""
    place = DoorPlace(name="Door", show_id=house.show_id)
    took = []
    for number in numbers:
        code = md5(f"door{number}".encode(), usedforsecurity=False).digest()
        start = time.perf_counter()
        answer = till.call(admissions.admit, readings=(Reading(code=code),), place=place, scan_id=uuid4())
        took.append(time.perf_counter() - start)
        if answer.outcome is not Outcome.ADMITTED:
            raise RuntimeError(f"ticket {number}: {answer.outcome}")
    return took


def _ms(seconds: float) -> float:
    return round(seconds * 1000, 2)


def _write_tickets(house: House, tickets: int) -> None:
    with house.cinema.admin() as admin:
        admin.execute("SET session_replication_role = replica")
        admin.execute(_OLD.format(tickets=tickets))
        admin.execute(_TODAY.format(show=house.show_id))
        admin.execute("RESET session_replication_role")
        admin.execute("VACUUM ANALYZE boxoffice.ticket")


def _make_bare(house: House) -> None:
    with house.cinema.admin() as admin:
        admin.execute("CREATE SCHEMA bare_door")
        for table in ("ticket", "admission"):
            admin.execute(f"CREATE TABLE bare_door.{table} (LIKE boxoffice.{table} INCLUDING ALL)")
        admin.execute("INSERT INTO bare_door.ticket OVERRIDING SYSTEM VALUE SELECT * FROM boxoffice.ticket")
        for column, table in (("ticket", "bare_door"), ("terminal", "boxoffice"), ("staff", "boxoffice")):
            admin.execute(
                f"ALTER TABLE bare_door.admission ADD FOREIGN KEY ({column}_id)"
                f" REFERENCES {table}.{column} ({column}_id)"
            )
        admin.execute("GRANT USAGE ON SCHEMA bare_door TO boxoffice_till")
        admin.execute("GRANT ALL ON ALL TABLES IN SCHEMA bare_door TO boxoffice_till")
        admin.execute("VACUUM ANALYZE bare_door.ticket")


def _run_bare(house: House, first: int) -> float:
    """Scans a second by hand-written statements."""
    to = conninfo_to_dict(house.cinema.conninfo())
    path = Path(tempfile.gettempdir(), f"boxoffice-door-{os.getpid()}.sql")
    path.write_text(_SCRIPT, encoding="utf-8")
    answer = subprocess.run(
        [
            str(find_binaries(choose_account()).program("pgbench")),
            *("--no-vacuum", "--protocol=prepared", "--client=1", f"--transactions={_ROUND_SCANS}"),
            *(f"--file={path}", f"--define=first={first}", "--define=done=0"),
            *(f"--host={to['host']}", f"--port={to['port']}", f"--username={to['user']}", str(to["dbname"])),
        ],
        env={**os.environ, "PGPASSWORD": str(to["password"])},
        capture_output=True,
        text=True,
        check=False,
    )
    found = re.search(r"tps = ([0-9.]+)", answer.stdout)
    if found is None or "number of failed transactions: 0" not in answer.stdout:
        raise RuntimeError(answer.stdout + answer.stderr)
    return float(found[1])

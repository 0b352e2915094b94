"""Runs every benchmark, prints the table and writes `build/bench.json`: `python tests/benchmarks/run.py [names …]`.

Figures are medians; every ratio is of two sides measured in the same run. Nothing here passes or fails.
"""

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

_ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(_ROOT))
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from tests.benchmarks import (  # noqa: E402  after the path is set
    bare_corrections,
    basket_lines,
    best_available,
    contention,
    corrections,
    documents,
    door,
    editor,
    films,
    finding,
    live,
    printing,
    sales,
    scale,
    schedule,
    seat_map,
    start,
    throughput,
)
from tests.benchmarks.house import House, open_house  # noqa: E402

Rows = dict[str, dict[str, Any]]


def _in_house(measure: Callable[[House], Rows]) -> Callable[[], Rows]:
    def run() -> Rows:
        with open_house() as house:
            return measure(house)

    return run


_BENCHMARKS: dict[str, Callable[[], Rows]] = {
    "sales": _in_house(sales.measure),
    "corrections": _in_house(corrections.measure),
    "bare_corrections": _in_house(bare_corrections.measure),
    "throughput": _in_house(throughput.measure),
    "live": _in_house(live.measure),
    "printing": _in_house(printing.measure),
    "map_under_load": _in_house(contention.measure_map_under_load),
    "crowds": contention.measure_crowds,
    "seat_map": seat_map.measure,
    "schedule": schedule.measure,
    "editor": editor.measure,
    "films": films.measure,
    "best_available": best_available.measure,
    "basket_lines": basket_lines.measure,
    "start": start.measure,
    "documents": documents.measure,
    "door": _in_house(door.measure),
    "door_scale": door.measure_scale,
    "finding": finding.measure,
    "finding_scale": finding.measure_scale,
    "scale": scale.measure,
}
# Gigabytes and minutes: only when they are asked for by name.
_ONLY_BY_NAME = frozenset({"scale", "door_scale", "finding_scale"})


def main() -> None:
    """Run the named benchmarks, or all."""
    names = sys.argv[1:] or [name for name in _BENCHMARKS if name not in _ONLY_BY_NAME]
    rows: Rows = {}
    for name in names:
        sys.stdout.write(f"… {name}\n")
        sys.stdout.flush()
        rows |= _BENCHMARKS[name]()
    path = _ROOT / "build" / "bench.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(rows, indent=2) + "\n", encoding="utf-8")
    sys.stdout.write("\n" + _table(rows) + f"\n\n{path.relative_to(_ROOT)}\n")


def _table(rows: Rows) -> str:
    lines = ["| what | value | budget | runs |", "|---|---:|---:|---:|"]
    for key, row in rows.items():
        budget = "-" if row["budget"] is None else f"{row['budget']} {row['unit']}"
        lines.append(f"| `{key}` | {row['value']} {row['unit']} | {budget} | {row['runs']} |")
    return "\n".join(lines)


if __name__ == "__main__":
    main()

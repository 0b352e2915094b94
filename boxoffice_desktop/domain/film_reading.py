"""Film lists as rows of raw fields, from JSON or CSV, whatever their headings are called."""

import csv
import io
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from boxoffice_desktop.domain.errors import ImportRefusedError

MAX_ROWS = 200_000
# Headings are compared in small letters with `_` and `-` as spaces.
FIELDS = {
    "title": "title",
    "latin title": "latin_title",
    "original title": "original_title",
    "running time min": "running_minutes",
    "running time": "running_minutes",
    "running minutes": "running_minutes",
    "runtime": "running_minutes",
    "mpaa rating": "certificate",
    "certificate": "certificate",
    "major genre": "genre",
    "genre": "genre",
    "distributor": "distributor",
    "release date": "release_date",
    "opening date": "release_date",
}
_DELIMITERS = ",;\t"
_LONGEST_DIGITS = 18


@dataclass(frozen=True, slots=True)
class RawRow:
    """One entry of a list. `number` counts from 1; `fields` has the names of `FIELDS`' values.

    `problem` says why there is nothing to read; `note` what was amiss with the row as such.
    """

    number: int
    fields: dict[str, object]
    problem: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class RawList:
    """All entries of a list; `ignored` are headings without a meaning here."""

    rows: tuple[RawRow, ...]
    ignored: tuple[str, ...]
    warnings: tuple[str, ...]


def read_film_list(data: bytes) -> RawList:
    """The entries of a JSON or CSV file; what begins with `[` or `{` is JSON.

    Raises:
        ImportRefusedError: no text, broken JSON or CSV, no list of objects, no heading for titles, more than
            200,000 entries.
    """
    text, warnings = _decode(data)
    is_json = text.lstrip()[:1] in {"[", "{"}
    rows, ignored = _read_json(text) if is_json else _read_csv(text)
    return RawList(rows, ignored, warnings)


def _decode(data: bytes) -> tuple[str, tuple[str, ...]]:
    if data[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return data.decode("utf-16", errors="replace"), ()
    if b"\0" in data:
        raise ImportRefusedError("The file is not text.", f"byte {data.index(0) + 1:,}")
    try:
        return data.decode("utf-8-sig"), ()
    except UnicodeDecodeError as error:
        warning = f"The file is not UTF-8 (byte {error.start + 1:,}); it was read as Windows-1252."
        return data.decode("cp1252", errors="replace"), (warning,)


def _read_json(text: str) -> tuple[tuple[RawRow, ...], tuple[str, ...]]:
    try:
        # Lists from data frames write NaN for what is missing; a number of a million digits would take for ever.
        value = json.loads(text, parse_constant=_read_constant, parse_int=_short_int)
    except json.JSONDecodeError as error:
        message = f"The file is not JSON ({error.msg})."
        raise ImportRefusedError(message, f"line {error.lineno}, column {error.colno}") from error
    except RecursionError as error:
        raise ImportRefusedError("The file is nested too deep to be a list of films.") from error
    entries = _find_entries(value)
    ignored: Counter[str] = Counter()
    rows = tuple(_json_row(number, entry, ignored) for number, entry in enumerate(entries, start=1))
    return rows, tuple(ignored)


def _read_constant(word: str) -> float | None:
    return None if word == "NaN" else float(word)


def _short_int(digits: str) -> int | str:
    return int(digits) if len(digits) <= _LONGEST_DIGITS else digits


def _find_entries(value: object) -> list[object]:
    if isinstance(value, dict):
        value = next((value[key] for key in ("movies", "films") if key in value), value)
    if not isinstance(value, list):
        raise ImportRefusedError("A list of films was expected.", "the top")
    _refuse_too_many(len(value))
    return value


def _refuse_too_many(count: int) -> None:
    if count > MAX_ROWS:
        raise ImportRefusedError(f"The file has {count:,} films; {MAX_ROWS:,} is the most.")


def _json_row(number: int, entry: object, ignored: Counter[str]) -> RawRow:
    if not isinstance(entry, dict):
        return RawRow(number, {}, problem="the entry is no object with fields")
    return RawRow(number, _known(entry.items(), ignored))


def _known(pairs: Iterable[tuple[str, object]], ignored: Counter[str]) -> dict[str, object]:
    fields: dict[str, object] = {}
    for heading, value in pairs:
        name = FIELDS.get(_fold(heading))
        if name is None:
            ignored[heading] += 1
        elif fields.get(name) in (None, ""):
            fields[name] = value
    return fields


def _fold(heading: str) -> str:
    return " ".join(heading.casefold().replace("_", " ").replace("-", " ").split())


def _read_csv(text: str) -> tuple[tuple[RawRow, ...], tuple[str, ...]]:
    first = text.lstrip().split("\n", 1)[0]
    delimiter = max(_DELIMITERS, key=lambda mark: sum(_fold(h.strip('" \r')) in FIELDS for h in first.split(mark)))
    lines = _csv_lines(text, delimiter)
    headings = next(lines, [])
    if "title" not in {FIELDS.get(_fold(heading)) for heading in headings}:
        raise ImportRefusedError("No list of films: neither JSON, nor CSV with a heading 'Title'.", "line 1")
    ignored: Counter[str] = Counter()
    rows = []
    for number, cells in enumerate(lines, start=1):
        _refuse_too_many(number)
        rows.append(_csv_row(number, headings, cells, ignored))
    return tuple(rows), tuple(heading for heading in ignored if heading)


def _csv_lines(text: str, delimiter: str) -> Iterator[list[str]]:
    """Lines that are not blank. Strict: a quote that never closes would swallow the rest of the file."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True, skipinitialspace=True)
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield cells
    except csv.Error as error:
        raise ImportRefusedError(f"The file is not CSV ({error}).", f"line {reader.line_num:,}") from error


def _csv_row(number: int, headings: list[str], cells: list[str], ignored: Counter[str]) -> RawRow:
    if len(cells) > len(headings):
        problem = f"the row has {len(cells)} cells, the headings are {len(headings)}: a delimiter without quotes?"
        return RawRow(number, {}, problem=problem)
    fields = _known(zip(headings, cells, strict=False), ignored)
    short = len(headings) - len(cells)
    return RawRow(number, fields, note=f"the row ends {short} cells early" if short else None)

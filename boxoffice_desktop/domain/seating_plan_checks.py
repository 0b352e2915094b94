"""Reading a foreign JSON document without trusting it: every value is asked for with a type and a place."""

import json
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass

from boxoffice_desktop.domain.errors import ImportRefusedError

# Further out than any hall; beyond it floats lose the precision that a map needs.
MAX_COORDINATE = 100_000.0


class UnknownKeys:
    """Counts keys that nobody understands, so that each is warned about once."""

    def __init__(self) -> None:
        self._seen: dict[str, tuple[int, str]] = {}

    def note(self, key: str, place: str) -> None:
        count, first = self._seen.get(key, (0, place))
        self._seen[key] = (count + 1, first)

    def warnings(self) -> tuple[str, ...]:
        """One sentence for each key, in the order of the first sight."""
        return tuple(
            f"Unknown key '{key}' was left out {_times(count)}, first at {place}."
            for key, (count, place) in self._seen.items()
        )


@dataclass(frozen=True, slots=True)
class Node:
    """A JSON object at a place like `zones[0].rows[3].seats[7]`; the document itself is at the empty place."""

    fields: dict[str, object]
    place: str
    unknown: UnknownKeys

    def path(self, key: str) -> str:
        return f"{self.place}.{key}" if self.place else key

    def refuse(self, message: str, key: str | None = None) -> ImportRefusedError:
        """The error to raise about this object, or about one of its keys."""
        return ImportRefusedError(message, (self.path(key) if key else self.place) or None)

    def allow(self, *known: str) -> None:
        """Note every key that is not among `known`."""
        for key in self.fields.keys() - set(known):
            self.unknown.note(_short(key), self.place or "the top")

    def child(self, key: str) -> "Node":
        """The object under `key`, which must be there."""
        return Node(_as_object(self._required(key), self.path(key)), self.path(key), self.unknown)

    def find_child(self, key: str) -> "Node | None":
        return self.child(key) if self.fields.get(key) is not None else None

    def children(self, key: str, *, required: bool = True) -> Iterator["Node"]:
        """The objects of the list under `key`."""
        if not required and self.fields.get(key) is None:
            return
        value = self._required(key)
        if not isinstance(value, list):
            raise self.refuse(f"A list was expected, {_kind_of(value)} found.", key)
        for at, item in enumerate(value):
            place = f"{self.path(key)}[{at}]"
            yield Node(_as_object(item, place), place, self.unknown)

    def label(self, key: str, longest: int) -> str:
        """A text that people read: not empty, printable, trimmed; a whole number counts as its digits."""
        value = self._required(key)
        if isinstance(value, int) and not isinstance(value, bool):
            value = str(value) if abs(value) < 10**longest else "9" * (longest + 1)
        if not isinstance(value, str):
            raise self.refuse(f"A text was expected, {_kind_of(value)} found.", key)
        text = value.strip()
        if not text:
            raise self.refuse("The label is empty.", key)
        if not text.isprintable():
            raise self.refuse("The label contains characters that cannot be printed.", key)
        if len(text) > longest:
            raise self.refuse(f"The label has {len(text)} characters; {longest} is the most.", key)
        return text

    def colour(self, key: str) -> str:
        """`#rrggbb`, or empty where there is none; one that cannot be read is noted like an unknown key."""
        value = self.fields.get(key)
        if value is None or value == "":
            return ""
        if isinstance(value, str) and re.fullmatch(r"#[0-9a-fA-F]{6}", value):
            return value.lower()
        self.unknown.note(f"{key} (no #rrggbb)", self.place)
        return ""

    def coordinate(self, key: str) -> float:
        """A number of plan units, within `MAX_COORDINATE` on both sides of zero."""
        value = self._number(key)
        if abs(value) > MAX_COORDINATE:
            raise self.refuse(f"{value:g} is further out than {MAX_COORDINATE:,.0f} plan units.", key)
        return value

    def size(self, key: str) -> float:
        """A number of plan units that is not negative."""
        value = self.coordinate(key)
        if value < 0:
            raise self.refuse(f"{value:g} is negative; a size cannot be.", key)
        return value

    def position(self, key: str = "position") -> tuple[float, float]:
        node = self.child(key)
        node.allow("x", "y")
        return node.coordinate("x"), node.coordinate("y")

    def _number(self, key: str) -> float:
        value = self._required(key)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.refuse(f"A number was expected, {_kind_of(value)} found.", key)
        try:
            number = float(value)
        except OverflowError:
            number = math.inf
        if not math.isfinite(number):
            raise self.refuse("The number is infinite or not a number.", key)
        return number

    def _required(self, key: str) -> object:
        if self.fields.get(key) is None:
            raise self.refuse(f"The key '{key}' is missing.")
        return self.fields[key]


def read_document(data: bytes) -> Node:
    """The JSON object that `data` holds.

    Raises:
        ImportRefusedError: `data` is no UTF-8, no JSON, no object, nested too deep, or names a key twice.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ImportRefusedError("The file is not UTF-8 text.", f"byte {error.start + 1:,}") from error
    try:
        value: object = json.loads(text, object_pairs_hook=_refuse_doubles)
    except json.JSONDecodeError as error:
        message = f"The file is not JSON ({error.msg})."
        raise ImportRefusedError(message, f"line {error.lineno}, column {error.colno}") from error
    except RecursionError as error:
        raise ImportRefusedError("The file is nested too deep to be a seating plan.") from error
    except ValueError as error:
        # Python refuses to read whole numbers of more than 4,300 digits.
        raise ImportRefusedError("The file contains a number with thousands of digits.") from error
    return Node(_as_object(value, "the top"), "", UnknownKeys())


def _refuse_doubles(pairs: list[tuple[str, object]]) -> dict[str, object]:
    fields = dict(pairs)
    if len(fields) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise ImportRefusedError(f"An object has the key '{_short(twice)}' twice.")
    return fields


def _as_object(value: object, place: str) -> dict[str, object]:
    if not isinstance(value, dict):
        raise ImportRefusedError(f"An object was expected, {_kind_of(value)} found.", place)
    return value


_KINDS = {
    dict: "an object",
    list: "a list",
    str: "a text",
    bool: "true or false",
    int: "a number",
    float: "a number",
    type(None): "nothing",
}


def _kind_of(value: object) -> str:
    return _KINDS[type(value)]


def _short(key: str) -> str:
    """A key fit for a message: nobody needs a megabyte of it, and no terminal its control characters."""
    printable = "".join(c if c.isprintable() else "?" for c in key[:40])
    return printable + "…" if len(key) > len(printable) else printable


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count:,} times"

"""Reads a design from TOML, strictly: a key is known, of its kind and within its bounds, or is named as a problem."""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Final, cast

from boxoffice_desktop.documents.design import (
    BLOCKS,
    OBLIGATORY_BLOCKS,
    SHAPES,
    TEXT_FIELDS,
    Design,
    DesignError,
    DesignKind,
    Field,
    Paper,
    TypeSizes,
)

MAX_BYTES: Final = 100_000
_MOST_FIELDS: Final = 200
# A0 and the longest roll that PDF can say.
_WIDEST, _LONGEST = 841, 5000


@dataclass(frozen=True, kw_only=True)
class _Key:
    """What a key takes: a number within bounds, one of some words, any text, or yes and no."""

    kind: str
    low: float = 0.0
    high: float = 0.0
    words: tuple[str, ...] = ()
    needed: bool = False


def _number(low: float, high: float, *, needed: bool = False) -> _Key:
    return _Key(kind="number", low=low, high=high, needed=needed)


def _whole(low: int, high: int) -> _Key:
    return _Key(kind="whole", low=low, high=high)


def _word(*words: str, needed: bool = False) -> _Key:
    return _Key(kind="word", words=words, needed=needed)


_TEXT = _Key(kind="text")
_FLAG = _Key(kind="flag")
_ANY_KEY = {
    "name": _Key(kind="text", needed=True),
    "kind": _word(*DesignKind, needed=True),
    "paper": _Key(kind="table", needed=True),
}
_TICKET_KEYS = _ANY_KEY | {"field": _Key(kind="tables")}
_FLOW_KEYS = _ANY_KEY | {"type": _Key(kind="table"), "blocks": _Key(kind="words")}
_PAPER_KEYS = {
    "width": _number(30, _WIDEST, needed=True),
    "height": _Key(kind="height", low=20, high=_LONGEST, needed=True),
    "margin": _number(0, 50),
}
_SHEET_KEYS = {"across": _whole(1, 10), "down": _whole(1, 20), "cut_marks": _FLAG}
_TYPE_KEYS = {"normal": _number(6, 30), "small": _number(5, 30), "large": _number(6, 60)}
_BOX_KEYS = {
    "show": _word(*sorted(TEXT_FIELDS | SHAPES), needed=True),
    "x": _number(0, _WIDEST, needed=True),
    "y": _number(0, _LONGEST, needed=True),
    "width": _number(0.1, _WIDEST, needed=True),
    "height": _number(0.1, _LONGEST, needed=True),
}
_TEXT_KEYS = {
    "size": _number(4, 200, needed=True),
    "smallest": _number(4, 200),
    "lines": _whole(1, 6),
    "bold": _FLAG,
    "align": _word("left", "centre", "right"),
    "valign": _word("top", "middle", "bottom"),
    "label": _word("none", "above", "beside"),
    "inverse": _FLAG,
    "grows": _FLAG,
    "text": _TEXT,
}
_FIELD_KEYS = {
    "qr": _BOX_KEYS,
    "logo": _BOX_KEYS | {"align": _word("left", "centre", "right"), "grows": _FLAG},
    "rule": _BOX_KEYS | {"dashed": _FLAG},
    "frame": _BOX_KEYS | {"thickness": _number(0.1, 3)},
}


def parse_design(data: bytes, key: str) -> Design:
    """The design in a file's bytes. What stands where is not judged here (see `design_checks`).

    Raises:
        DesignError: it is no TOML, or has keys or values that do not exist or are missing.
    """
    try:
        if len(data) > MAX_BYTES:
            raise DesignError(key, (f"The file is larger than {MAX_BYTES // 1000} KB.",))
        told = tomllib.loads(data.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise DesignError(key, (f"The file is not UTF-8 text (byte {error.start + 1}).",)) from error
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise DesignError(key, (f"The file is not TOML: {error}.",)) from error
    reader = _Reader()
    design = reader.read(told, key)
    if reader.problems or design is None:
        raise DesignError(key, tuple(reader.problems))
    return design


class _Reader:
    """Collects problems while it reads; what it returns is meaningful only when there are none."""

    def __init__(self) -> None:
        self.problems: list[str] = []

    def read(self, told: Mapping[str, Any], key: str) -> Design | None:
        is_ticket = told.get("kind") == DesignKind.TICKET
        known = _TICKET_KEYS if is_ticket else _FLOW_KEYS
        values = self._take("The design", told, known)
        if self.problems:
            return None
        kind = DesignKind(values["kind"])
        paper = self._read_paper(values["paper"], is_ticket=is_ticket)
        fields = tuple(self._read_field(number, item) for number, item in enumerate(values.get("field", ()), 1))
        type_sizes = TypeSizes(**self._take("[type]", values.get("type", {}), _TYPE_KEYS))
        blocks = self._read_blocks(kind, values.get("blocks")) if not is_ticket else ()
        if self.problems or paper is None:
            return None
        return Design(
            key=key,
            name=values["name"],
            kind=kind,
            paper=paper,
            fields=tuple(item for item in fields if item is not None),
            type=type_sizes,
            blocks=blocks,
        )

    def _read_paper(self, told: Mapping[str, Any], *, is_ticket: bool) -> Paper | None:
        before = len(self.problems)
        values = self._take("[paper]", told, _PAPER_KEYS | (_SHEET_KEYS if is_ticket else {}))
        if len(self.problems) > before:
            return None
        if values["height"] == "content":
            values["height"] = None
            if values.get("across", 1) * values.get("down", 1) > 1:
                self.problems.append('[paper]: several tickets on a page need a height, not "content".')
        return Paper(**values)

    def _read_field(self, number: int, told: Mapping[str, Any]) -> Field | None:
        show = told.get("show")
        where = f"Field {number} ('{show}')" if isinstance(show, str) else f"Field {number}"
        before = len(self.problems)
        keys = _FIELD_KEYS.get(show, _BOX_KEYS | _TEXT_KEYS) if isinstance(show, str) else _BOX_KEYS | _TEXT_KEYS
        values = self._take(where, told, keys)
        if len(self.problems) > before:
            return None
        if show not in SHAPES:
            values.setdefault("smallest", values["size"])
            if values["smallest"] > values["size"]:
                self.problems.append(
                    f"{where}: its smallest type ({values['smallest']:g} pt) is larger than its size "
                    f"({values['size']:g} pt)."
                )
        if (show == "text") != bool(values.get("text", "").strip()):
            self.problems.append(
                f'{where}: it needs the words to print, text = "…".'
                if show == "text"
                else f"{where}: 'text' is for fields that show \"text\"."
            )
        return Field(**values)

    def _read_blocks(self, kind: DesignKind, told: list[str] | None) -> tuple[str, ...]:
        if told is None:
            return BLOCKS[kind]
        for block in told:
            if block not in BLOCKS[kind]:
                self.problems.append(f"blocks: there is no block '{block}'{_guess(block, BLOCKS[kind])}.")
        self.problems.extend(
            f"blocks: '{block}' stands there twice." for block in BLOCKS[kind] if told.count(block) > 1
        )
        self.problems.extend(
            f"blocks: '{block}' is missing, and a {kind} needs it."
            for block in OBLIGATORY_BLOCKS[kind]
            if block not in told
        )
        return tuple(told)

    def _take(self, where: str, told: Mapping[str, Any], known: Mapping[str, _Key]) -> dict[str, Any]:
        """The values of known keys; everything else becomes a problem."""
        taken: dict[str, Any] = {}
        for name, value in told.items():
            if name not in known:
                self.problems.append(f"{where}: there is no key '{name}'{_guess(name, known)}.")
                continue
            wrong = _judge(known[name], value)
            if wrong:
                self.problems.append(f"{where}: {name} {wrong}.")
            else:
                taken[name] = value
        missing = [name for name, key in known.items() if key.needed and name not in told]
        if missing:
            self.problems.append(f"{where}: {_list(missing)} missing.")
        return taken


def _judge(key: _Key, value: object) -> str:
    """What is wrong with a value, or nothing."""
    return _JUDGES[key.kind](key, value)


def _judge_number(key: _Key, value: object) -> str:
    if key.kind == "height" and value == "content":
        return ""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    # The chained comparison is False for nan as well.
    if is_number and key.low <= cast("float", value) <= key.high and (key.kind != "whole" or isinstance(value, int)):
        return ""
    wanted = "a whole number" if key.kind == "whole" else "a number"
    other = ' or "content"' if key.kind == "height" else ""
    return f"must be {wanted} from {key.low:g} to {key.high:g}{other}, not {value!r}"


def _judge_word(key: _Key, value: object) -> str:
    if isinstance(value, str) and value in key.words:
        return ""
    guess = _guess(value, key.words) if isinstance(value, str) else ""
    return f"cannot be {value!r}{guess}; it is one of: {', '.join(key.words)}"


def _judge_text(_key: _Key, value: object) -> str:
    return "" if isinstance(value, str) and value.strip() else f"must be a text, not {value!r}"


def _judge_flag(_key: _Key, value: object) -> str:
    return "" if isinstance(value, bool) else f"must be true or false, not {value!r}"


def _judge_table(_key: _Key, value: object) -> str:
    return "" if isinstance(value, dict) else f"must be a section of its own, not {value!r}"


def _judge_tables(_key: _Key, value: object) -> str:
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        return "must be written as [[field]], once for every field"
    return "" if len(value) <= _MOST_FIELDS else f"stands there more than {_MOST_FIELDS} times"


def _judge_words(_key: _Key, value: object) -> str:
    is_words = isinstance(value, list) and all(isinstance(item, str) for item in value)
    return "" if is_words else f"must be a list of words, not {value!r}"


_JUDGES: Final[Mapping[str, Callable[[_Key, object], str]]] = {
    "number": _judge_number,
    "whole": _judge_number,
    "height": _judge_number,
    "word": _judge_word,
    "text": _judge_text,
    "flag": _judge_flag,
    "table": _judge_table,
    "tables": _judge_tables,
    "words": _judge_words,
}


def _guess(name: str, known: Mapping[str, _Key] | tuple[str, ...]) -> str:
    close = get_close_matches(name, list(known), 1)
    return f", did you mean '{close[0]}'?" if close else ""


def _list(names: list[str]) -> str:
    told = " and ".join([", ".join(f"'{name}'" for name in names[:-1]), f"'{names[-1]}'"][len(names) == 1 :])
    return f"{told} {'is' if len(names) == 1 else 'are'}"

"""Orders as JSON and back, by the types of their fields: what a till keeps until it knows what became of it."""

import types
from dataclasses import MISSING, fields, is_dataclass
from enum import Enum
from typing import Any, Union, get_args, get_origin, get_type_hints
from uuid import UUID


def to_json(value: Any) -> Any:
    """An order, or a part of one, in what JSON knows."""
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: to_json(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, tuple | list):
        return [to_json(each) for each in value]
    return value


def from_json(kind: Any, value: Any) -> Any:
    """What `to_json` wrote of a `kind`. Fields that came later than the file have their default.

    Raises:
        ValueError, KeyError, TypeError: this is no `kind`.
    """
    if get_origin(kind) in (Union, types.UnionType):
        options = [option for option in get_args(kind) if option is not type(None)]
        return None if value is None else from_json(options[0], value)
    if get_origin(kind) is tuple:
        if not isinstance(value, list):
            raise TypeError(kind)
        return tuple(from_json(get_args(kind)[0], each) for each in value)
    if is_dataclass(kind):
        return _read_fields(kind, value)
    if hasattr(kind, "_fields"):
        return kind(*value)
    if kind is UUID or issubclass(kind, Enum):
        if not isinstance(value, str):
            raise TypeError(kind)
        return kind(value)
    if type(value) is not kind:
        raise TypeError(kind)
    return value


def _read_fields(kind: Any, value: Any) -> Any:
    hints = get_type_hints(kind)
    known: dict[str, Any] = {}
    for field in fields(kind):
        if field.name in value:
            known[field.name] = from_json(hints[field.name], value[field.name])
        elif field.default is MISSING and field.default_factory is MISSING:
            raise KeyError(field.name)
    return kind(**known)

"""Answers as JSON and back, without loss: full precision, fields in their order, no NaN."""

from __future__ import annotations

import dataclasses
import json
import types
import typing
from typing import Any, TypeVar

import numpy as np

Record = TypeVar("Record")


def to_plain(value: Any) -> Any:
    """Dataclasses as dictionaries, tuples and arrays as lists; everything else as it is."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: to_plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, np.ndarray):
        return [float(x) for x in value]
    if isinstance(value, tuple | list):
        return [to_plain(item) for item in value]
    if isinstance(value, np.generic):
        return value.item()
    return value


def to_json(value: Any) -> str:
    """JSON text of a dataclass; equal objects give equal text. ValueError on NaN or infinity."""
    return json.dumps(to_plain(value), ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def from_json(text: str, kind: type[Record]) -> Record:
    """The object of type `kind` that `to_json` wrote."""
    result: Record = _build(json.loads(text), kind)
    return result


def _build(value: Any, kind: Any) -> Any:
    origin = typing.get_origin(kind)
    if origin in (typing.Union, types.UnionType):
        if value is None:
            return None
        return _build(value, next(a for a in typing.get_args(kind) if a is not type(None)))
    if origin is tuple:
        return tuple(_build(item, typing.get_args(kind)[0]) for item in value)
    if origin is np.ndarray:
        array = np.array(value, dtype=np.float64)
        array.setflags(write=False)
        return array
    if dataclasses.is_dataclass(kind) and isinstance(kind, type):
        hints = typing.get_type_hints(kind)
        return kind(**{name: _build(item, hints[name]) for name, item in value.items()})
    return value

"""Answers as JSON, without loss: full precision, fields in their order, no NaN."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import numpy as np


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

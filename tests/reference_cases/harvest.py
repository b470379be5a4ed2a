"""The harvest: cases that R answered, and how close an answer is."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from ketameta.measures.effects import effects
from ketameta.measures.estimates import EffectEstimates

FOLDER = Path(__file__).parents[1] / "reference" / "harvest"


@cache
def harvest(name: str) -> Mapping[str, Any]:
    """One file of the harvest."""
    found: Mapping[str, Any] = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    return found


def data(name: str, key: str) -> dict[str, list[Any]]:
    """Columns of a data set of a file."""
    return {column: list(values) for column, values in harvest(name)["data"][key].items()}


@cache
def estimates(name: str, key: str) -> EffectEstimates:
    """yi and vi of a data set as estimates."""
    columns = data(name, key)
    return effects("GEN", {"yi": columns["yi"], "vi": columns["vi"]}).estimates


def assert_close(got: float | None, expected: float, rel: float, floor: float = 0.0) -> None:
    """The number agrees, relative to itself or to a size below which only 0 is meant."""
    assert got is not None
    error = abs(got - expected)
    assert math.isfinite(got)
    assert error <= rel * max(abs(expected), floor), f"{got!r} is not {expected!r}"


def listed(value: Any) -> Sequence[float]:
    """A number or a list as a list."""
    return list(value) if isinstance(value, list) else [value]


def scale_of(found: EffectEstimates) -> float:
    """Typical sampling variance: the size below which a tau2 is as good as 0."""
    return float(np.median(found.v))

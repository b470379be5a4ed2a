"""Numbers as programs get them: null where there is none, and on the scale that readers see."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from ketameta.measures.catalog import Measure


def finite(value: float | None) -> float | None:
    """The value as a plain number; None where it is no finite number."""
    if value is None or isinstance(value, int):
        return value
    return float(value) if math.isfinite(value) else None


def display(entry: Measure, numbers: Mapping[str, float | None]) -> dict[str, float | None]:
    """Numbers of the analysis scale as readers see them, under the same names."""
    return {
        name: None if value is None else finite(float(entry.to_display(value)))
        for name, value in numbers.items()
    }


def display_columns(shown: Mapping[str, Any]) -> dict[str, Any]:
    """The same for a line of CSV, each name behind `display_`."""
    return {f"display_{name}": value for name, value in shown.items()}

"""What a conversion rests on: every converted value carries its assumptions with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import ArrayLike

from ketameta.errors import DataError

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Assumption:
    """One thing that was not reported and had to be supposed.

    Attributes
    ----------
    code
        Stable name ("correlation", "icc", "normal_data", ...), by which a sensitivity analysis
        finds it.
    description
        A sentence for the reader.
    value
        The number used; None where the assumption is not a number.
    low, high
        Smallest and largest plausible value to try; None where nobody named any.
    reference
        Where the method or the range comes from.
    """

    code: str
    description: str
    value: float | None
    low: float | None
    high: float | None
    reference: str


@dataclass(frozen=True, slots=True)
class Converted(Generic[T]):
    """A converted value together with what it rests on."""

    value: T
    assumptions: tuple[Assumption, ...]


Range = tuple[float, float]


def supposed(code: str, description: str, reference: str) -> Assumption:
    """An assumption without a number."""
    return Assumption(code, description, None, None, None, reference)


def demand(condition: ArrayLike, message: str) -> None:
    """Stop with `message` unless the condition holds everywhere (NaN never holds).

    Raises
    ------
    DataError
        With the message, which names the quantity and says what to do.
    """
    if not np.all(condition):
        raise DataError(message)


def demand_range(plausible: Range | None, value: float, what: str) -> tuple[float | None, ...]:
    """(low, high) of a plausible range that holds the value; (None, None) where none is given."""
    if plausible is None:
        return None, None
    low, high = plausible
    demand(
        low <= value <= high,
        f"{what}: the plausible range {low:g} to {high:g} does not hold the value {value:g}. "
        "Give a range around the value.",
    )
    return low, high

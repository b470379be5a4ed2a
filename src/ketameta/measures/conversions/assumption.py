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
    no_range
        Why there is no range, where there is none, and what to vary instead.
    """

    code: str
    description: str
    value: float | None
    low: float | None
    high: float | None
    reference: str
    no_range: str = ""


@dataclass(frozen=True, slots=True)
class Converted(Generic[T]):
    """A converted value together with what it rests on."""

    value: T
    assumptions: tuple[Assumption, ...]


Range = tuple[float, float]
NO_NUMBER = "True or not, so without a range: leave the study out and compare."
OTHER_METHOD = "True or not, so without a range: convert by another method and compare."


def supposed(
    code: str, description: str, reference: str, *, no_range: str = NO_NUMBER
) -> Assumption:
    """An assumption without a number."""
    return Assumption(code, description, None, None, None, reference, no_range)


def demand(condition: ArrayLike, message: str) -> None:
    """Stop with `message` unless the condition holds everywhere (NaN never holds).

    Raises
    ------
    DataError
        With the message, which names the quantity and says what to do.
    """
    if not np.all(condition):
        raise DataError(message)


def demand_range(plausible: Range, value: float, what: str) -> Range:
    """(low, high) of a plausible range that holds the value."""
    low, high = plausible
    demand(
        low <= value <= high,
        f"{what}: the plausible range {low:g} to {high:g} does not hold the value {value:g}. "
        "Give a range around the value.",
    )
    return float(low), float(high)

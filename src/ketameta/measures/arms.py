"""What a trial report gives for one arm: counts, means or rates, as any array-like."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from ketameta.errors import DataError
from ketameta.measures.estimates import FloatArray


class Counts(NamedTuple):
    """People with the event, and people in the arm; shape (..., k)."""

    events: ArrayLike
    n: ArrayLike


class Means(NamedTuple):
    """Mean, standard deviation (n - 1 in the denominator) and people; shape (..., k)."""

    mean: ArrayLike
    sd: ArrayLike
    n: ArrayLike


class Rates(NamedTuple):
    """Number of events and person-time at risk; shape (..., k)."""

    events: ArrayLike
    time: ArrayLike


class Pairs(NamedTuple):
    """The same people measured twice, 1 compared with 2; r is the correlation; shape (..., k)."""

    mean_1: ArrayLike
    sd_1: ArrayLike
    mean_2: ArrayLike
    sd_2: ArrayLike
    n: ArrayLike
    r: ArrayLike


class MatchedCounts(NamedTuple):
    """Matched pairs by where the event happened: in both, under 1 or 2 only, in neither."""

    both: ArrayLike
    only_1: ArrayLike
    only_2: ArrayLike
    neither: ArrayLike


def as_floats(*values: ArrayLike) -> tuple[FloatArray, ...]:
    """The values as float arrays of one common shape.

    Raises
    ------
    DataError
        When a value is not numeric or the shapes do not fit together.
    """
    try:
        arrays = [np.asarray(value, dtype=np.float64) for value in values]
    except (TypeError, ValueError) as error:
        raise DataError(f"effect sizes: not a number ({error}). Give numbers only.") from None
    try:
        return tuple(np.broadcast_arrays(*arrays))
    except ValueError:
        shapes = ", ".join(str(array.shape) for array in arrays)
        raise DataError(
            f"effect sizes: arrays of shapes {shapes} do not fit together. "
            "Give one value per study."
        ) from None


def where_valid(
    valid: np.ndarray[tuple[int, ...], np.dtype[np.bool_]], y: FloatArray, v: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """(y, v) with NaN in both wherever the pair is not valid or not finite."""
    keep = valid & np.isfinite(y) & np.isfinite(v)
    return np.where(keep, y, np.nan), np.where(keep, v, np.nan)

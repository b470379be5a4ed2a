"""A conversion ends with finite numbers or with an error that says so."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import wraps
from typing import ParamSpec, TypeVar

import numpy as np

from ketameta.errors import DataError
from ketameta.measures.conversions.assumption import Converted
from ketameta.measures.estimates import FloatArray

P = ParamSpec("P")
R = TypeVar("R")


def finite_result(convert: Callable[P, R]) -> Callable[P, R]:
    """The conversion, without numpy's warnings, and refusing a result that is not finite.

    Inputs near the ends of what a computer can hold, infinite ones, or nonsense that passed the
    single checks (a standard deviation of 1e-300) end here.
    """

    @wraps(convert)
    def checked(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            with np.errstate(all="ignore"):
                result = convert(*args, **kwargs)
        except (OverflowError, ZeroDivisionError, ValueError):
            finite = False
        else:
            finite = all(np.isfinite(array).all() for array in _arrays(result))
        if not finite:
            name = convert.__name__.replace("_", " ")
            raise DataError(
                f"{name}: these numbers give no finite result. Check them for missing, infinite "
                "or absurdly large or small values."
            )
        return result

    return checked


def _arrays(result: object) -> Iterator[FloatArray]:
    if isinstance(result, Converted):
        yield from _arrays(result.value)
    elif isinstance(result, tuple):
        for part in result:
            yield from _arrays(part)
    else:
        yield np.asarray(result, dtype=np.float64)

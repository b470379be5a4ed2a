"""One clear error in place of a matrix that cannot be inverted."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

from ketameta.errors import DataError
from ketameta.measures.estimates import FloatArray


@contextmanager
def refused_if_singular(where: str, v: FloatArray) -> Iterator[None]:
    """`DataError` where effects and variances v are too far apart for their covariance.

    A dense covariance matrix whose parts differ by more than 16 digits is singular as stored.
    """
    try:
        with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
            yield
    except np.linalg.LinAlgError:
        raise DataError(
            f"{where}: the covariance of the effects is singular as far as digits reach (sampling "
            f"variances are {float(np.min(v)):.3g} to {float(np.max(v)):.3g}). Check the smallest "
            "variances and the largest differences between effects, or use a simpler model."
        ) from None

"""`EffectEstimates`: what every measure makes and every pooling method takes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ketameta.errors import DataError, UsageError

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Caution:
    """Something a reader must know about a number: a stable code and a sentence."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class EffectEstimates:
    """Effect estimates and their sampling variances on the analysis scale.

    Attributes
    ----------
    measure
        The field's abbreviation, as in `measures.catalog` ("OR", "MD", "SMD", ...). Ratio
        measures are on the natural-log scale.
    y, v
        Estimates and sampling variances, shape (k,); finite, v > 0, read-only.
    labels
        One label per estimate, unique within the set.
    n
        Participants behind each estimate, shape (k,), or None where unknown.
    cautions
        What happened on the way (a zero-cell correction, rows without information).
    """

    measure: str
    y: FloatArray
    v: FloatArray
    labels: tuple[str, ...]
    n: FloatArray | None = None
    cautions: tuple[Caution, ...] = field(default=())

    def __post_init__(self) -> None:
        for name in ("y", "v", "n"):
            value = getattr(self, name)
            if value is not None:
                array = np.array(value, dtype=np.float64)
                array.setflags(write=False)
                object.__setattr__(self, name, array)
        object.__setattr__(self, "labels", tuple(str(label) for label in self.labels))
        if self.y.ndim != 1 or self.y.shape != self.v.shape or len(self.labels) != self.y.size:
            raise DataError(
                f"effect estimates: y {self.y.shape}, v {self.v.shape} and {len(self.labels)} "
                "labels do not match. Give one variance and one label per estimate."
            )
        if len(set(self.labels)) < len(self.labels):
            raise DataError(
                "effect estimates: two estimates have the same label. Give each its own, for "
                "example study and outcome."
            )
        finite = np.isfinite(self.y) & np.isfinite(self.v)
        wrong = np.flatnonzero(~(finite & (self.v > 0)))
        if wrong.size:
            raise _impossible(self.labels[wrong[0]], self.y[wrong[0]], self.v[wrong[0]])

    @property
    def k(self) -> int:
        """Number of estimates."""
        return int(self.y.size)

    @classmethod
    def from_arrays(
        cls,
        measure: str,
        y: ArrayLike,
        v: ArrayLike,
        *,
        labels: Sequence[str] | None = None,
        n: ArrayLike | None = None,
    ) -> EffectEstimates:
        """Estimates from anything array-like; labels default to "1", "2", ..."""
        y, v = _numbers(y), _numbers(v)
        names = labels if labels is not None else [str(i + 1) for i in range(y.size)]
        sizes = None if n is None else _numbers(n)
        return cls(measure, y, v, tuple(names), sizes)


def demand_estimates(value: object, where: str) -> EffectEstimates:
    """`value` if it is `EffectEstimates`; otherwise `UsageError` that says how to make them."""
    if isinstance(value, EffectEstimates):
        return value
    what = type(value).__name__
    if isinstance(getattr(value, "estimates", None), EffectEstimates):
        raise UsageError(f"{where}: takes estimates, not their {what}. Give its .estimates.")
    raise UsageError(
        f"{where}: takes EffectEstimates, not {what}. Make them by "
        "EffectEstimates.from_arrays(measure, y, v), or by effects(measure, columns).estimates."
    )


def _impossible(label: str, y: float, v: float) -> DataError:
    if not np.isfinite(y) or not np.isfinite(v):
        return DataError(
            f"{label}: the estimate ({y:g}) and its variance ({v:g}) must be finite "
            "numbers. Leave the study out and say why."
        )
    return DataError(
        f"{label}: the sampling variance is {v:g}; it must be above 0. A standard "
        "error of 0 usually means rounding or a missing value written as 0."
    )


def _numbers(values: ArrayLike) -> FloatArray:
    try:
        return np.atleast_1d(np.asarray(values, dtype=np.float64))
    except (TypeError, ValueError) as problem:
        raise DataError(f"effect estimates: not a number ({problem}). Give numbers only.") from None

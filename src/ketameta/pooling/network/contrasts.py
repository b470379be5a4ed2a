"""Contrast rows: which study compared which two treatments, with what result."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from ketameta.errors import DataError, UsageError
from ketameta.measures.columns import MISSING
from ketameta.measures.effects import ExcludedRow
from ketameta.measures.estimates import Caution, FloatArray

_NAMES = {
    "study": ("study", "studlab", "label", "author"),
    "treatment_1": ("treatment_1", "treat1", "t1"),
    "treatment_2": ("treatment_2", "treat2", "t2"),
    "y": ("y", "yi", "TE"),
    "v": ("v", "vi"),
    "se": ("se", "sei", "seTE"),
}


@dataclass(frozen=True, slots=True)
class ContrastRows:
    """Comparisons of two treatments within studies, one row each.

    Attributes
    ----------
    measure
        The field's abbreviation ("OR", "MD", ...); ratios are on the natural-log scale.
    study, treatment_1, treatment_2
        Labels, one per row. A study with m arms has all m (m - 1) / 2 rows: its pairwise
        variances are what tells the covariance of its contrasts.
    y, v
        Treatment 1 minus treatment 2 and its sampling variance, shape (rows,); finite, v > 0.
    excluded, cautions
        Studies that gave no contrast and why; what happened on the way.
    """

    measure: str
    study: tuple[str, ...]
    treatment_1: tuple[str, ...]
    treatment_2: tuple[str, ...]
    y: FloatArray
    v: FloatArray
    excluded: tuple[ExcludedRow, ...] = ()
    cautions: tuple[Caution, ...] = ()

    def __post_init__(self) -> None:
        for name in ("y", "v"):
            array = np.array(getattr(self, name), dtype=np.float64)
            array.setflags(write=False)
            object.__setattr__(self, name, array)
        for name in ("study", "treatment_1", "treatment_2"):
            values = tuple(str(value).strip() for value in getattr(self, name))
            object.__setattr__(self, name, values)
        sizes = {len(self.study), len(self.treatment_1), len(self.treatment_2), self.y.size}
        if len(sizes | {self.v.size}) > 1 or self.y.ndim != 1 or self.v.ndim != 1:
            raise DataError(
                "contrasts: columns of different lengths. Give study, treatment_1, treatment_2, "
                "y and v for every row."
            )
        self._check_rows()

    def _check_rows(self) -> None:
        rows = zip(self.study, self.treatment_1, self.treatment_2, self.y, self.v, strict=True)
        for row, (study, first, second, y, v) in enumerate(rows, start=1):
            where = f"contrasts, row {row} ({study or 'no study'})"
            empty = [text for text in (study, first, second) if text.casefold() in MISSING]
            if empty:
                raise DataError(
                    f"{where}: study, treatment_1 or treatment_2 is missing. Name all three."
                )
            if first == second:
                raise DataError(
                    f"{where}: {first!r} is compared with itself. Combine arms with the same "
                    "treatment first, or name them apart."
                )
            if not (np.isfinite(y) and np.isfinite(v) and v > 0):
                raise DataError(
                    f"{where}: estimate {y:g} with variance {v:g}; the estimate must be a finite "
                    "number and the variance above 0. Correct the row or leave the study out."
                )


def contrast_rows(columns: Mapping[str, ArrayLike], *, measure: str = "GEN") -> ContrastRows:
    """Contrast rows from columns: study, treatment_1, treatment_2, y, and v or se.

    netmeta's and metafor's names are taken too (studlab, treat1, treat2, TE, seTE, yi, vi, sei).

    Raises
    ------
    UsageError
        When a column is absent.
    DataError
        When a value cannot be: missing or infinite numbers, a treatment against itself.
    """
    found = {
        wanted: name
        for wanted, names in _NAMES.items()
        for name in reversed(names)
        if name in columns
    }
    absent = [name for name in ("study", "treatment_1", "treatment_2", "y") if name not in found]
    if "v" not in found and "se" not in found:
        absent.append("v (or se)")
    if absent:
        raise UsageError(
            f"contrasts: there is no column {', '.join(absent)}. One row per comparison and study "
            "has study, treatment_1, treatment_2, y, and v or se."
        )
    numbers = {
        name: _numbers(columns[found[name]], name) for name in ("y", "v", "se") if name in found
    }
    v = numbers["v"] if "v" in numbers else numbers["se"] ** 2
    study, first, second = (
        tuple(str(value) for value in np.atleast_1d(np.asarray(columns[found[name]], dtype=object)))
        for name in ("study", "treatment_1", "treatment_2")
    )
    return ContrastRows(measure, study, first, second, numbers["y"], v)


def _numbers(values: ArrayLike, name: str) -> FloatArray:
    try:
        return np.atleast_1d(np.asarray(values, dtype=np.float64))
    except (TypeError, ValueError):
        raise DataError(
            f"contrasts: column {name} holds something that is not a number. Write numbers with "
            "a decimal point."
        ) from None

"""`DesignMatrix`: moderators as columns of numbers, with names, terms and a rule for new data."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from ketameta.errors import DataError, UsageError
from ketameta.measures.estimates import FloatArray

INTERCEPT = "Intercept"


@dataclass(frozen=True, slots=True)
class DesignMatrix:
    """Columns of a regression, one row per study.

    Make it with `design_from_formula`, `design_from_columns` or `intercept_only`.

    Attributes
    ----------
    columns
        Names of the columns, length p.
    values
        Shape (k, p), finite, read-only.
    terms
        Name of each term and the positions of its columns, in order; the intercept is a term.
    formula
        The formula it was made from, None if made from columns.
    rows
        New data to rows of the matrix, with the codings and knots of the original data.

    Raises
    ------
    DataError
        Where a column holds a value that is not finite, or names and values do not match.
    """

    columns: tuple[str, ...]
    values: FloatArray
    terms: tuple[tuple[str, tuple[int, ...]], ...]
    formula: str | None
    rows: Callable[[Any], FloatArray]

    def __post_init__(self) -> None:
        values = np.array(self.values, dtype=np.float64)
        values.setflags(write=False)
        object.__setattr__(self, "values", values)
        if values.ndim != 2 or values.shape[1] != len(self.columns) or not self.columns:
            raise DataError(
                f"design matrix: values of shape {values.shape} for {len(self.columns)} column "
                "names. Give one row per study and one column per name."
            )
        bad = np.argwhere(~np.isfinite(values))
        if bad.size:
            row, column = bad[0]
            raise DataError(
                f"design matrix: column {self.columns[column]!r} is {values[row, column]} in row "
                f"{row + 1}. Moderators must be finite numbers: leave the study out and say why, "
                "or leave the moderator out."
            )

    @property
    def k(self) -> int:
        """Number of studies."""
        return int(self.values.shape[0])

    @property
    def p(self) -> int:
        """Number of columns, hence of coefficients."""
        return int(self.values.shape[1])

    @property
    def intercept(self) -> int | None:
        """Position of the column that is the same number, not 0, for all studies."""
        same = np.all(self.values == self.values[0], axis=0) & (self.values[0] != 0.0)
        return int(np.argmax(same)) if same.any() else None

    @property
    def moderators(self) -> tuple[int, ...]:
        """Positions of all columns but the intercept; of all if there is nothing else."""
        others = tuple(i for i in range(self.p) if i != self.intercept)
        return others or tuple(range(self.p))

    def positions(self, names: Sequence[str | int]) -> tuple[int, ...]:
        """Positions of the columns of these terms or columns, in order, without repeats.

        Raises
        ------
        UsageError
            For a name that is neither a term nor a column, or a position out of range.
        """
        terms = dict(self.terms)
        found: dict[int, None] = {}
        for name in names:
            if isinstance(name, str) and name in terms:
                found.update(dict.fromkeys(terms[name]))
            elif isinstance(name, str) and name in self.columns:
                found[self.columns.index(name)] = None
            elif not isinstance(name, str) and 0 <= int(name) < self.p:
                found[int(name)] = None
            else:
                known = dict.fromkeys([*terms, *self.columns])
                raise UsageError(
                    f"coefficients: there is none called {name!r}. Known are {', '.join(known)}."
                )
        if not found:
            raise UsageError("coefficients: none are named. Name at least one term or column.")
        return tuple(found)


def intercept_only(k: int) -> DesignMatrix:
    """The design of a common mean of k studies."""

    def rows(new: Any) -> FloatArray:
        return np.ones((len(next(iter(new.values()))) if isinstance(new, Mapping) else 1, 1))

    return DesignMatrix((INTERCEPT,), np.ones((k, 1)), ((INTERCEPT, (0,)),), "~ 1", rows)


def design_from_columns(
    columns: Mapping[str, ArrayLike], *, intercept: bool = True
) -> DesignMatrix:
    """A design of numeric moderators, each a column as it stands.

    Parameters
    ----------
    columns
        Name and values of each moderator, all of length k.
    intercept
        Whether a column of ones named "Intercept" comes first.

    Raises
    ------
    DataError
        If lengths differ or a value is not a finite number.
    """
    names = tuple(columns)

    def rows(new: Any) -> FloatArray:
        missing = [name for name in names if name not in new]
        if missing:
            raise DataError(f"new data: column {missing[0]!r} is missing. Add it.")
        return _stack({name: new[name] for name in names}, intercept)

    values = _stack(columns, intercept)
    labels = (INTERCEPT, *names) if intercept else names
    terms = tuple((name, (i,)) for i, name in enumerate(labels))
    return DesignMatrix(labels, values, terms, None, rows)


def _stack(columns: Mapping[str, ArrayLike], intercept: bool) -> FloatArray:
    arrays = []
    for name, column in columns.items():
        try:
            arrays.append(np.atleast_1d(np.asarray(column, dtype=np.float64)))
        except (TypeError, ValueError):
            raise DataError(
                f"moderator {name!r}: not all values are numbers. Use a formula with "
                f"C({name}) for groups."
            ) from None
    lengths = {array.size for array in arrays}
    if len(lengths) != 1 or any(array.ndim != 1 for array in arrays):
        raise DataError(
            f"moderators: {', '.join(columns) or 'none'} have lengths {sorted(lengths)}. "
            "Give one value per study for each."
        )
    if intercept:
        arrays.insert(0, np.ones(lengths.pop()))
    return np.column_stack(arrays)

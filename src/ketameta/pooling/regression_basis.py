"""Well-conditioned columns of a design matrix, and the way back to the coefficients asked for."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ketameta.counting import counted
from ketameta.errors import DataError
from ketameta.measures.estimates import FloatArray
from ketameta.pooling.design_matrix import DesignMatrix

# What is left of a column after the earlier ones, relative to its length: below this, rounding.
RANK_TOLERANCE = 1e-10
# Spread of a column relative to its largest value: below this it is constant up to rounding.
CONSTANT_TOLERANCE = 1e-13
# A column takes part in a dependence if its share, in units of column lengths, is above this.
SHARE_TOLERANCE = 1e-8


@dataclass(frozen=True, slots=True)
class ColumnBasis:
    """The columns of a design, centred and scaled, and an orthonormal basis of them.

    With an intercept (or a factor whose columns add up to one) every other column is centred
    at one of its own values, so that a predictor shifted by 1e6 costs no digits; columns are
    divided by a power of 2. Both are all but exact: equal rows stay equal, which least squares
    with very unequal weights needs. X beta = columns @ gamma = basis @ triangle @ gamma.

    Attributes
    ----------
    columns
        Centred and scaled columns, (k, p).
    basis, triangle
        Orthonormal basis (k, p) with columns = basis @ triangle, (p, p).
    anchor
        Which columns of the design add up to one, 1.0 or 0.0 each, (p,); all 0.0 if none do.
    centre, scale
        What was subtracted from, and then divided out of, each column, (p,).
    """

    columns: FloatArray
    basis: FloatArray
    triangle: FloatArray
    anchor: FloatArray
    centre: FloatArray
    scale: FloatArray

    @property
    def holds_mean(self) -> bool:
        """Whether a shift of all effects is a shift of coefficients only."""
        return bool(self.anchor.any())

    def rows(self, values: FloatArray) -> FloatArray:
        """Rows of the design, (m, p), centred and scaled."""
        one = values @ self.anchor
        return np.asarray((values - one[:, None] * self.centre) / self.scale)

    def coefficients(self, gamma: FloatArray) -> FloatArray:
        """Coefficients of the design from those of `columns`, (p,) or (p, m)."""
        matrix = gamma if gamma.ndim == 2 else gamma[:, None]
        plain = matrix / self.scale[:, None]
        plain = plain - self.anchor[:, None] * (self.centre @ plain)
        return np.asarray(plain if gamma.ndim == 2 else plain[:, 0])

    def from_basis(self, gamma: FloatArray) -> FloatArray:
        """Coefficients of the design from coordinates in `basis`, (p,) or (p, m)."""
        return self.coefficients(np.asarray(np.linalg.solve(self.triangle, gamma)))


def column_basis(design: DesignMatrix) -> ColumnBasis:
    """Basis of a design matrix.

    Raises
    ------
    DataError
        If there are more columns than studies, or a column is constant, zero or a linear
        combination of earlier ones; the column is named.
    """
    x = design.values
    if design.p > design.k:
        raise DataError(
            f"design matrix: {design.p} coefficients for "
            f"{counted(design.k, 'study')}. Leave out moderators."
        )
    for name, column in zip(design.columns, x.T, strict=True):
        if not column.any():
            raise DataError(
                f"design matrix: column {name!r} is 0 for all studies. Leave it out, or join it "
                "with another group."
            )
    anchor = _anchor(design)
    centre = np.zeros(design.p)
    for j in np.flatnonzero(anchor == 0.0) if anchor.any() else ():
        centre[j] = x[np.argmin(np.abs(x[:, j] - np.mean(x[:, j]))), j]
        if np.max(np.abs(x[:, j] - centre[j])) <= CONSTANT_TOLERANCE * abs(centre[j]):
            raise DataError(
                f"design matrix: column {design.columns[j]!r} is {centre[j]:g} for all studies, "
                "so it cannot be told from the intercept. Leave it out."
            )
    centred = x - centre
    scale = np.exp2(np.frexp(np.max(np.abs(centred), axis=0))[1])
    columns = centred / scale
    basis, triangle = np.linalg.qr(columns)
    _check_rank(design, triangle)
    again, correction = np.linalg.qr(basis)
    return ColumnBasis(columns, again, correction @ triangle, anchor, centre, scale)


def _anchor(design: DesignMatrix) -> FloatArray:
    """The intercept, or else the first term, or all columns, of 0 and 1 that add up to one."""
    anchor = np.zeros(design.p)
    if design.intercept is not None and design.values[0, design.intercept] == 1.0:
        anchor[design.intercept] = 1.0
        return anchor
    binary = np.array([bool(np.isin(column, (0.0, 1.0)).all()) for column in design.values.T])
    whole = tuple(int(i) for i in np.flatnonzero(binary))
    for positions in (*(places for _, places in design.terms), whole):
        columns = list(positions)
        if binary[columns].all() and np.all(design.values[:, columns].sum(axis=1) == 1.0):
            anchor[columns] = 1.0
            return anchor
    return anchor


def _check_rank(design: DesignMatrix, triangle: FloatArray) -> None:
    lengths = np.sqrt((triangle * triangle).sum(axis=0))
    left = np.abs(np.diag(triangle)) / lengths
    if np.all(left > RANK_TOLERANCE):
        return
    j = int(np.argmax(left <= RANK_TOLERANCE))
    unit = triangle / lengths
    share = np.linalg.solve(unit[:j, :j], unit[:j, j])
    others = [design.columns[i] for i in np.flatnonzero(np.abs(share) > SHARE_TOLERANCE)]
    raise DataError(
        f"design matrix: column {design.columns[j]!r} is a linear combination of "
        f"{', '.join(repr(name) for name in others)}, so its coefficient cannot be estimated. "
        "Leave one of them out."
    )

"""Permutation tests of meta-regression coefficients and of a pooled mean."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from ketameta.errors import UsageError
from ketameta.measures.estimates import FloatArray
from ketameta.pooling import catalog
from ketameta.pooling.pivot_regression import PivotRegression
from ketameta.pooling.pivot_rows import pivot_rows
from ketameta.pooling.regression_choices import COEFFICIENT_TESTS
from ketameta.pooling.regression_fit import ROUNDING_UNITS
from ketameta.pooling.regression_result import RegressionResult

# All arrangements are tried up to this many unless a number is asked for.
EXACT_BY_DEFAULT = 50_000
SAMPLED_BY_DEFAULT = 10_000
# 10! and 2^21 fit; beyond this the list of arrangements itself becomes a burden.
MOST_ARRANGEMENTS = 4_000_000
# Arrangements that give the same statistic in exact arithmetic differ by less than this.
TIE = 1e-8
# Arrangements fitted at once, and the numbers that a block of them may hold.
BLOCK, BLOCK_NUMBERS = 4096, 2_000_000


@dataclass(frozen=True, slots=True)
class PermutationTest:
    """Permutation p values of a meta-regression.

    Attributes
    ----------
    columns, p_values
        Names of the coefficients and their two-sided p values.
    omnibus_p
        p value of the omnibus test.
    arrangements, exact
        How many arrangements were used, and whether these are all there are.
    smallest_p
        The smallest p value that so many arrangements allow.
    """

    columns: tuple[str, ...]
    p_values: tuple[float, ...]
    omnibus_p: float
    arrangements: int
    exact: bool
    smallest_p: float


def permutation_test(
    result: RegressionResult, *, iterations: int | None = None, seed: int = 1
) -> PermutationTest:
    """Permutation test of the coefficients: does not rest on normality or on many studies.

    Rows of the design are exchanged between studies (each estimate keeps its variance), and the
    whole regression, tau2 included, is fitted anew for each arrangement. A common mean has
    nothing to exchange: there the signs of the effects are flipped instead.

    Parameters
    ----------
    result
        A fitted meta-regression.
    iterations
        How many random arrangements, the observed one included; None for all distinct ones if
        there are at most 50,000, otherwise 10,000 random ones. A number at least as large as
        that of all distinct arrangements gives the exact test.
    seed
        For random arrangements: the same seed gives the same p values.

    Raises
    ------
    UsageError
        If `iterations` is below 2, or above 4 million with no exact test that small.

    References
    ----------
    Higgins JPT, Thompson SG. Stat Med 2004;23:1663-1682. doi:10.1002/sim.1752.
    Follmann DA, Proschan MA. Biometrics 1999;55:732-737. doi:10.1111/j.0006-341X.1999.00732.x.

    Notes
    -----
    metafor: `permutest(rma(...), exact = TRUE)`, two-sided p values from absolute statistics. It
    differs on purpose where metafor leaves out arrangements on which REML did not converge.
    """
    flips = result.p == 1 and result.fit.basis.holds_mean
    labels = np.zeros(0, dtype=np.int8) if flips else _row_labels(result)
    possible = possible_arrangements(result)
    if iterations is not None and iterations < 2:
        raise UsageError("permutation test: iterations must be at least 2.")
    wanted = EXACT_BY_DEFAULT if iterations is None else iterations
    exact = possible <= max(2, wanted // 2 if flips else wanted)
    number = possible if exact else (SAMPLED_BY_DEFAULT if iterations is None else iterations)
    if number > MOST_ARRANGEMENTS:
        raise UsageError(
            f"permutation test: {number} arrangements are more than {MOST_ARRANGEMENTS}. Ask for "
            "fewer iterations."
        )
    rng = np.random.default_rng(seed)
    counts = np.zeros(result.p + 1)
    observed = _statistics(result, result.estimates.y[None, :], result.estimates.v[None, :])[0]
    least = np.abs(observed) * (1.0 - TIE) - 1e-12
    for y, v in _arrangements(result, labels, number, None if exact else rng):
        counts += (np.abs(_statistics(result, y, v)) >= least).sum(axis=0)
    p_values = counts / number
    total = 2 * number if flips and exact else number
    return PermutationTest(
        columns=result.design.columns,
        p_values=tuple(float(p) for p in p_values[:-1]),
        omnibus_p=float(p_values[-1]),
        arrangements=total,
        exact=exact,
        smallest_p=1.0 / number,
    )


def possible_arrangements(result: RegressionResult) -> int:
    """Number of distinct arrangements; of a common mean half of all changes of sign."""
    if result.p == 1 and result.fit.basis.holds_mean:
        return int(2 ** (result.k - 1))
    return _count(_row_labels(result))


def _row_labels(result: RegressionResult) -> NDArray[np.int8]:
    """Studies with equal rows of the design share a label; (k,)."""
    _, labels = np.unique(result.design.values, axis=0, return_inverse=True)
    return labels.reshape(-1).astype(np.int8 if result.k < 128 else np.int64)


def _count(labels: NDArray[np.int8]) -> int:
    """Number of distinct arrangements of the labels."""
    total = math.factorial(labels.size)
    for n in np.bincount(labels):
        total //= math.factorial(int(n))
    return total


def _arrangements(
    result: RegressionResult,
    labels: NDArray[np.int8],
    number: int,
    rng: np.random.Generator | None,
) -> Iterator[tuple[FloatArray, FloatArray]]:
    """Blocks of effects and variances, rearranged against the design; all of them without rng.

    All sign flips come in pairs with the same absolute statistics; one of each pair is given.
    """
    y, v, k = result.estimates.y, result.estimates.v, result.k
    every = None if rng is not None or labels.size == 0 else _all_labellings(labels)
    home = np.argsort(labels, kind="stable")
    size = min(BLOCK, max(1, BLOCK_NUMBERS // (k * result.p)))
    for start in range(0, number, size):
        n = min(size, number - start)
        if labels.size == 0:
            signs = _signs(start, n, k) if rng is None else _random_signs(rng, n, k, start)
            yield signs * y, np.broadcast_to(v, (n, k))
            continue
        if every is not None:
            # Studies in the order of their new labels take the places of the old labels.
            order = np.empty((n, k), dtype=np.intp)
            order[:, home] = np.argsort(every[start : start + n], axis=1, kind="stable")
        else:
            assert rng is not None
            order = rng.permuted(np.tile(np.arange(k), (n, 1)), axis=1)
            if start == 0:
                order[0] = np.arange(k)
        yield y[order], v[order]


def _signs(start: int, n: int, k: int) -> FloatArray:
    """Sign flips number start to start + n - 1, the first study never flipped."""
    bits = (np.arange(start, start + n)[:, None] >> np.arange(k - 1)) & 1
    return np.concatenate([np.ones((n, 1)), 1.0 - 2.0 * bits], axis=1)


def _random_signs(rng: np.random.Generator, n: int, k: int, start: int) -> FloatArray:
    signs = 1.0 - 2.0 * rng.integers(0, 2, size=(n, k))
    if start == 0:
        signs[0] = 1.0
    return np.asarray(signs)


def _all_labellings(labels: NDArray[np.int8]) -> NDArray[np.int8]:
    """Every distinct arrangement of the labels, one per row."""
    k = labels.size
    rows = np.full((1, k), -1, dtype=labels.dtype)
    free = k
    for label, n in enumerate(np.bincount(labels)):
        chosen = np.array(list(combinations(range(free), int(n))), dtype=np.intp)
        places = np.argsort(rows != -1, axis=1, kind="stable")[:, :free]
        grown = np.repeat(rows, len(chosen), axis=0)
        where = places[:, chosen].reshape(len(grown), int(n))
        np.put_along_axis(grown, where, np.asarray(label, dtype=labels.dtype), axis=1)
        rows, free = grown, free - int(n)
    return rows


def _statistics(result: RegressionResult, y: FloatArray, v: FloatArray) -> FloatArray:
    """Test statistics of the coefficients and, last, of the omnibus test; (n, p + 1)."""
    basis = result.fit.basis
    alone = result.p == 1 and basis.holds_mean
    method = catalog.tau2_method(result.tau2_method).function
    tau2 = np.asarray(method(y, v, None if alone else basis.columns))
    w = 1.0 / (v + tau2[:, None])
    origin = 0.0 if alone or not basis.holds_mean else result.fit.origin
    centred = y - origin
    columns = np.broadcast_to(basis.columns, (*y.shape, result.p))
    fit = PivotRegression.at(pivot_rows(columns, centred, np.sqrt(w)), w)
    gamma, spread = fit.coefficients(centred), basis.coefficients(np.eye(result.p)) @ fit.factor
    residuals = centred - gamma @ basis.columns.T
    q = (fit.residual**2).sum(axis=1)
    scaling = COEFFICIENT_TESTS[result.interval_method].function
    ratio = q / (result.k - result.p)
    eps = ROUNDING_UNITS * float(np.finfo(np.float64).eps) * np.max(np.abs(y), axis=1)
    perfect = np.max(np.abs(residuals), axis=1) <= eps
    factor = np.where(perfect, 1.0, [scaling.factor(float(r)) for r in ratio])
    beta = gamma @ basis.coefficients(np.eye(result.p)).T + origin * basis.anchor
    se = np.sqrt((spread * spread).sum(axis=2) * factor[:, None])
    tested = list(result.design.moderators)
    # Relative to their standard errors, so that no coefficient's unit swamps the others.
    unit = np.sqrt((spread[:, tested] ** 2).sum(axis=2))
    triangle = np.linalg.qr(np.swapaxes(spread[:, tested] / unit[..., None], 1, 2), mode="r")
    solved = _solved_below(np.swapaxes(triangle, 1, 2), beta[:, tested] / unit)
    omnibus = (solved * solved).sum(axis=1) / factor
    z = beta / se
    return np.concatenate([z, omnibus[:, None]], axis=1)


def _solved_below(triangle: FloatArray, values: FloatArray) -> FloatArray:
    """Solutions of lower triangular systems (n, m, m) for values (n, m), never singular ones."""
    out = np.zeros_like(values)
    for j in range(values.shape[1]):
        rest = values[:, j] - (triangle[:, j, :j] * out[:, :j]).sum(axis=1)
        out[:, j] = rest / triangle[:, j, j]
    return out

"""Three-level models with variances from 1e-16 to 1e16, against exact rational arithmetic."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest

from ketameta.errors import DataError
from ketameta.measures.estimates import EffectEstimates
from ketameta.pooling.multilevel import multilevel
from ketameta.pooling.multilevel_groups import groups
from ketameta.pooling.multilevel_marginal import DenseMarginal, three_level_marginal

Row = list[Fraction]


def log_of(value: Fraction) -> float:
    return math.log(value.numerator) - math.log(value.denominator)


def solved(matrix: list[Row], right: list[Row]) -> tuple[list[Row], Fraction]:
    """Solutions for several right-hand sides and the determinant, by elimination."""
    rows = [[*a, *b] for a, b in zip(matrix, right, strict=True)]
    n, determinant = len(rows), Fraction(1)
    for j in range(n):
        determinant *= rows[j][j]
        rows[j] = [one / rows[j][j] for one in rows[j]]
        for i in range(n):
            if i != j and rows[i][j] != 0:
                factor = rows[i][j]
                rows[i] = [a - factor * b for a, b in zip(rows[i], rows[j], strict=True)]
    return [row[n:] for row in rows], determinant


def exact_fit(
    y: np.ndarray, v: np.ndarray, cluster: list[int], sigma2: np.ndarray
) -> tuple[float, float, float]:
    """Mean, its standard error, and the restricted log-likelihood (with + log k / 2)."""
    k, (between, within) = y.size, (Fraction(float(one)) for one in sigma2)
    matrix = [
        [
            (Fraction(float(v[i])) + within if i == j else Fraction(0))
            + (between if cluster[i] == cluster[j] else Fraction(0))
            for j in range(k)
        ]
        for i in range(k)
    ]
    effects = [Fraction(float(one)) for one in y]
    found, determinant = solved(matrix, [[Fraction(1), effect] for effect in effects])
    total = sum((row[0] for row in found), Fraction(0))
    mean = sum((row[1] for row in found), Fraction(0)) / total
    q = sum((e * (r[1] - mean * r[0]) for e, r in zip(effects, found, strict=True)), Fraction(0))
    logs = log_of(determinant) + log_of(total) - math.log(k)
    value = -0.5 * ((k - 1) * math.log(2.0 * math.pi) + logs + float(q))
    return float(mean), math.sqrt(1 / total), value


@pytest.mark.parametrize("seed", range(8))
def test_independent_errors(seed: int) -> None:
    """Two estimates in each of four clusters, all variances anywhere."""
    rng = np.random.default_rng(seed)
    v, cluster = 10.0 ** rng.uniform(-16.0, 16.0, 8), [0, 0, 1, 1, 2, 2, 3, 3]
    v[0], v[1 + seed % 7] = 1e-16, 1e16
    y = rng.normal(size=8) * np.sqrt(v + 0.1)
    found = multilevel(EffectEstimates.from_arrays("MD", y, v), [str(c) for c in cluster])
    mean, se, value = exact_fit(y, v, cluster, found.sigma2)
    assert abs(found.coefficients[0].estimate - mean) <= 1e-8 * (se + 1e-6 * abs(mean))
    assert found.coefficients[0].se == pytest.approx(se, rel=1e-8)
    assert found.reml.log_likelihood == pytest.approx(value, rel=1e-9)
    for part in (0, 1):
        for move in (0.97, 1.03):
            other = found.sigma2.copy()
            other[part] = other[part] * move if other[part] > 0.0 else move * 1e-3 * v.min()
            assert exact_fit(y, v, cluster, other)[2] <= value + 1e-9
    assert 0.0 <= found.i2 <= 100.0


@pytest.mark.parametrize("v", [[1e-16, 1e16], [1e-16, 1.0, 1e16], [1e16, 1e-16, 1e16, 1e-16]])
def test_few(v: list[float]) -> None:
    estimates = EffectEstimates.from_arrays("MD", np.arange(len(v)) * 0.5, v)
    found = multilevel(estimates, [str(i) for i in range(len(v))])
    assert np.isfinite(found.coefficients[0].se)
    assert 0.0 <= found.i2 <= 100.0


def test_correlated_errors_too_far_apart_are_refused() -> None:
    v = np.array([1e-16, 1e16, 1.0, 2.0, 3.0, 4.0])
    estimates = EffectEstimates.from_arrays("MD", np.arange(6.0), v)
    with pytest.raises(DataError, match="too far apart"):
        multilevel(estimates, ["a", "a", "b", "b", "c", "c"], covariance=0.6)


def test_nested_covariance_is_the_dense_one() -> None:
    rng = np.random.default_rng(8)
    v = rng.uniform(0.1, 2.0, 12)
    cluster = groups(list("aaaaabbbbccc"), 12, "cluster")
    unit = groups(list("112231122211"), 12, "unit")
    unit = groups([f"{a}{b}" for a, b in zip(cluster.index, unit.index, strict=True)], 12, "unit")
    sigma2 = np.array([0.7, 0.3])
    nested = three_level_marginal(v, cluster, unit, None, sigma2)
    blocks = tuple(nested.block(rows) for rows in cluster.members)
    dense = DenseMarginal.of(cluster, blocks)
    columns = rng.normal(size=(12, 3))
    np.testing.assert_allclose(nested.solve(columns), dense.solve(columns), rtol=1e-12)
    a, b = nested.whiten(columns), dense.whiten(columns)
    np.testing.assert_allclose(a.T @ a, b.T @ b, rtol=1e-12)
    for part in (cluster, unit, groups(list(range(12)), 12, "each")):
        np.testing.assert_allclose(nested.information(part), dense.information(part), rtol=1e-12)

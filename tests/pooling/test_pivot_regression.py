"""Weighted regressions against exact rational arithmetic, with variances from 1e-16 to 1e16."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from ketameta.pooling.design_batch import DesignBatch
from ketameta.pooling.design_matrix import design_from_columns
from ketameta.pooling.intercept_batch import InterceptBatch
from ketameta.pooling.regression_basis import column_basis
from ketameta.pooling.regression_fit import weighted_fit

Matrix = list[list[Fraction]]


def exact(values: np.ndarray) -> Matrix:
    return [[Fraction(float(one)) for one in row] for row in np.atleast_2d(values)]


def product(a: Matrix, b: Matrix) -> Matrix:
    columns = list(zip(*b, strict=True))
    return [
        [sum((x * y for x, y in zip(row, column, strict=True)), Fraction(0)) for column in columns]
        for row in a
    ]


def inverse(a: Matrix) -> Matrix:
    """By Gauss-Jordan elimination without rounding."""
    n = len(a)
    rows = [[*row, *(Fraction(i == j) for j in range(n))] for i, row in enumerate(a)]
    for j in range(n):
        i = next(i for i in range(j, n) if rows[i][j] != 0)
        rows[j], rows[i] = rows[i], rows[j]
        rows[j] = [one / rows[j][j] for one in rows[j]]
        for other in range(n):
            if other != j:
                factor = rows[other][j]
                rows[other] = [a - factor * b for a, b in zip(rows[other], rows[j], strict=True)]
    return [row[n:] for row in rows]


def transposed(a: Matrix) -> Matrix:
    return [list(row) for row in zip(*a, strict=True)]


def trace(a: Matrix) -> Fraction:
    return sum((a[i][i] for i in range(len(a))), Fraction(0))


class Exact:
    """P = W - WX(X'WX)^-1 X'W for diagonal weights, and what is made of it."""

    def __init__(self, y: np.ndarray, weights: list[Fraction], x: np.ndarray) -> None:
        self.x, self.y = exact(x), transposed(exact(y))
        k = len(weights)
        w = [[weights[i] if i == j else Fraction(0) for j in range(k)] for i in range(k)]
        wx = product(w, self.x)
        self.covariance = inverse(product(transposed(self.x), wx))
        self.beta = product(self.covariance, product(transposed(wx), self.y))
        hat = product(product(wx, self.covariance), transposed(wx))
        self.p = [[a - b for a, b in zip(*rows, strict=True)] for rows in zip(w, hat, strict=True)]

    def terms(self) -> list[float]:
        py = product(self.p, self.y)
        ppy = product(self.p, py)
        forms = [
            product(transposed(self.y), py),
            product(transposed(py), py),
            product(transposed(py), ppy),
        ]
        return [
            *(float(one[0][0]) for one in forms),
            float(trace(self.p)),
            float(trace(product(self.p, self.p))),
        ]


def drawn(seed: int, p: int, span: float, shift: float = 0.0) -> tuple[np.ndarray, ...]:
    rng = np.random.default_rng(seed)
    k = p + int(rng.integers(2, 6))
    v = 10.0 ** rng.uniform(-span, span, k)
    x = np.column_stack([np.ones(k), rng.normal(size=(k, p - 1))])
    return shift + rng.normal(size=k) * np.sqrt(v + 0.1), v, x


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("p", [1, 2, 3, 5])
def test_terms(p: int, seed: int) -> None:
    y, v, x = drawn(seed, p, 16.0)
    batch = DesignBatch.build(y[None], v[None], x[None])
    unit = Fraction(float(batch.unit[0]))
    for tau2 in (0.0, 1e-16, 1e-4, 1.0, 1e10):
        weights = [unit**2 / (Fraction(float(one)) + Fraction(tau2)) for one in v]
        expected = Exact(y, weights, x)
        scaled = expected.terms()
        found = batch.terms(np.array([tau2]) / batch.unit**2, restricted=True)
        values = [found.q[0], found.ypp[0], found.yppp[0], found.trace[0], found.trace_sq[0]]
        scaled[:3] = [one / float(unit**2) for one in scaled[:3]]
        np.testing.assert_allclose(values, scaled, rtol=1e-10)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("p", [2, 3])
def test_coefficients(p: int, seed: int) -> None:
    y, v, x = drawn(seed, p, 16.0)
    design = design_from_columns({f"x{i}": x[:, i] for i in range(1, p)})
    fit = weighted_fit(y, v, 0.0, column_basis(design))
    expected = Exact(y, [1 / Fraction(float(one)) for one in v], x)
    se = np.sqrt([float(expected.covariance[i][i]) for i in range(p)])
    beta = np.array([float(row[0]) for row in expected.beta])
    assert np.all(np.abs(fit.coefficients - beta) <= 1e-10 * (np.abs(beta) + se))
    np.testing.assert_allclose(np.sqrt((fit.coefficient_factor**2).sum(axis=1)), se, rtol=1e-10)
    assert fit.q == pytest.approx(expected.terms()[0], rel=1e-10)
    left = [float(expected.p[i][i]) * v[i] for i in range(v.size)]
    np.testing.assert_allclose(1.0 - fit.leverage, left, rtol=1e-9, atol=1e-15)


@pytest.mark.parametrize("restricted", [True, False])
def test_the_common_mean_is_a_design(restricted: bool) -> None:
    rng = np.random.default_rng(3)
    v = 10.0 ** rng.uniform(-16.0, 16.0, (40, 9))
    y = 1e9 + rng.normal(size=v.shape)
    v[::3, 4] = np.inf
    plain = InterceptBatch.build(np.where(np.isinf(v), 0.0, y), v)
    design = DesignBatch.build(y, v, np.ones((*v.shape, 1)))
    tau2 = rng.uniform(0.0, 2.0, 40) / plain.unit**2
    for name in ("q", "ypp", "yppp", "trace", "trace_sq"):
        a, b = (getattr(one.terms(tau2, restricted=restricted), name) for one in (plain, design))
        np.testing.assert_allclose(a, b, rtol=1e-12)
    for one in (0.0, 0.5, 1.0):
        for a, b in zip(plain.quadratic_form(one), design.quadratic_form(one), strict=True):
            np.testing.assert_allclose(a, b, rtol=1e-10)
    values = [one.log_likelihood(tau2, restricted=restricted) for one in (plain, design)]
    np.testing.assert_allclose(*values, rtol=1e-12)


def test_no_columns() -> None:
    """The mean held at 0: a profile likelihood asks for it."""
    batch = DesignBatch.build(np.array([[1.0, 2.0]]), np.array([[0.5, 4.0]]), np.zeros((1, 2, 0)))
    found = batch.terms(np.array([0.0]), restricted=True)
    unit = float(batch.unit[0])
    assert found.q[0] == pytest.approx(1.0 / 0.5 + 4.0 / 4.0)
    assert found.trace[0] == pytest.approx((1.0 / 0.5 + 1.0 / 4.0) * unit**2)

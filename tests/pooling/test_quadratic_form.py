"""The exact distribution of the moment statistic."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import chdtr

from ketameta.pooling.quadratic_form import quadratic_form_cdf


@pytest.mark.parametrize("df", [1, 2, 3, 5, 12, 30, 100, 1000])
def test_equal_weights_are_chi_squared(df: int) -> None:
    x = np.array([1e-6, 1e-3, 0.1, 0.5, 1, 2, 5, 10, 50, 200, 600])
    x = np.concatenate([x, df * np.array([0.5, 0.9, 1.0, 1.1, 1.2, 2.0])])
    found = quadratic_form_cdf(x, np.full(df + 1, 0.3), np.full(df + 1, 1 / 0.3))
    assert found == pytest.approx(chdtr(df, x), abs=1e-13)


@pytest.mark.parametrize("seed", range(8))
def test_two_unequal_chi_squared(seed: int) -> None:
    """Three studies: integrate one of the two chi-squared variables out."""
    rng = np.random.default_rng(seed)
    a, variance = 10 ** rng.uniform(-3, 3, (2, 3))
    matrix = np.diag(a) - np.outer(a, a) / a.sum()
    root = np.sqrt(variance)
    small, large = np.linalg.eigvalsh(root[:, None] * matrix * root)[1:]
    for share in (0.05, 0.4, 1.0, 2.0):
        x = share * (small + large)

        def inner(z: float, x: float = x) -> float:
            rest = max(0.0, (x - large * z * z) / small)
            return float(2 * chdtr(1, rest) * np.exp(-z * z / 2) / np.sqrt(2 * np.pi))

        end = np.sqrt(x / large)
        near = [end * (1 - 10.0**-p) for p in range(1, 9)]
        expected = quad(inner, 0, end, points=near, epsabs=1e-13, limit=2000)[0]
        assert float(quadratic_form_cdf(x, a, variance)) == pytest.approx(expected, abs=1e-8)


def test_simulation() -> None:
    rng = np.random.default_rng(7)
    a, variance = rng.uniform(0.5, 20, 9), rng.uniform(0.1, 2, 9)
    y = rng.normal(0, np.sqrt(variance), (40_000, 9))
    q = (a * (y - (y @ a)[:, None] / a.sum()) ** 2).sum(axis=1)
    for x in np.quantile(q, [0.05, 0.5, 0.95]):
        share = np.mean(q <= x)
        error = np.sqrt(share * (1 - share) / len(q))
        assert float(quadratic_form_cdf(x, a, variance)) == pytest.approx(share, abs=4 * error)


def test_unequal_weights_over_sixteen_orders() -> None:
    a = 10.0 ** np.arange(-8, 9)
    x = 10.0 ** np.linspace(-6, 10, 60)
    found = quadratic_form_cdf(x, a, np.ones(17))
    assert np.all(np.diff(found) >= -1e-13)
    assert found[0] >= 0.0
    assert found[-1] == pytest.approx(1.0, abs=1e-9)
    # The largest weight dominates: P(Q <= x) is near that of the second largest eigenvalue.
    assert found[30] < found[45]


def test_shapes_and_the_lower_end() -> None:
    a, variance = np.array([1.0, 2.0, 3.0]), np.ones((4, 3))
    assert quadratic_form_cdf(np.array([-1.0, 0.0, 1.0, 1e9]), a, variance).shape == (4,)
    assert float(quadratic_form_cdf(0.0, a, variance[0])) == 0.0
    assert float(quadratic_form_cdf(1e12, a, variance[0])) == 1.0

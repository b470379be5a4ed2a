"""Derivatives of the Copas likelihood against differences, and that no start finds a higher top."""

from __future__ import annotations

import numpy as np
import pytest

from ketameta.errors import ConvergenceError
from ketameta.measures.estimates import FloatArray
from ketameta.sensitivity.bias.copas import probits
from ketameta.sensitivity.bias.copas_derivatives import CopasObjective
from ketameta.sensitivity.bias.copas_likelihood import CopasLikelihood
from ketameta.sensitivity.bias.copas_newton import box_maxima
from ketameta.sensitivity.bias.copas_search import highest_maxima
from ketameta.sensitivity.bias.selection.box_newton import Box

CHANCES = (0.9, 0.5, 0.1)


def simulated(seed: int, k: int) -> CopasLikelihood:
    """Studies with a slope in their standard errors, and one outlier in some."""
    rng = np.random.default_rng(seed)
    se = np.exp(rng.uniform(-2.5, 0.5, k))
    y = rng.choice([0.0, 1.0]) * se + rng.normal(size=k) * np.sqrt(se**2 + 0.05)
    y[0] += 5.0 * (seed % 2)
    return CopasLikelihood(y, se, np.array([probits(se, (c, 0.99)) for c in CHANCES]))


def points(rng: np.random.Generator, n: int) -> FloatArray:
    """Mean, slope, log tau2 and atanh rho at random, tau2 = 0 and rho = 0 among them."""
    x = rng.normal(size=(n, 4)) * [1.0, 0.5, 2.0, 1.5]
    x[0, 2], x[1, 3] = -np.inf, 0.0
    return x


def test_value_is_that_of_the_density() -> None:
    likelihood = simulated(3, 9)
    x = points(np.random.default_rng(3), 3)
    objective = CopasObjective.of(likelihood)
    for i, value in enumerate(objective(x)[0]):
        one = CopasLikelihood(likelihood.y, likelihood.se, likelihood.u[i])
        mean = objective.unit * x[i, 0] + x[i, 1] * likelihood.se
        expected = one.value(mean, np.exp(x[i, 2]), np.tanh(x[i, 3]))
        assert value == pytest.approx(expected, rel=1e-13)


@pytest.mark.parametrize("seed", range(5))
def test_derivatives_are_those_of_differences(seed: int) -> None:
    likelihood = simulated(seed, 7)
    objective = CopasObjective.of(likelihood).take(np.repeat(np.arange(3), 4))
    x = points(np.random.default_rng(seed), 12)
    _, gradient, hessian = objective(x)
    assert hessian == pytest.approx(np.swapaxes(hessian, 1, 2), rel=1e-13)
    for i in range(4):
        step = 1e-6 * np.eye(4)[i]
        up, down = objective(x + step), objective(x - step)
        size = 1.0 + np.abs(hessian).max(axis=(1, 2))
        slope = (up[0] - down[0]) / 2e-6
        bend = (up[1] - down[1]) / 2e-6
        assert np.all(np.abs(slope - gradient[:, i]) < 1e-7 * (size + np.abs(up[0])))
        assert np.all(np.abs(bend - hessian[:, i]) < 1e-7 * size[:, None])


@pytest.mark.parametrize("slope", [False, True])
@pytest.mark.parametrize(("seed", "k"), [(1, 3), (2, 4), (4, 8), (5, 12), (6, 20), (7, 30)])
def test_no_random_start_leads_higher(seed: int, k: int, *, slope: bool) -> None:
    likelihood = simulated(seed, k)
    found = highest_maxima(likelihood, slope=slope)
    rng, n = np.random.default_rng(seed), 120
    v = likelihood.se**2
    tilt = np.inf if slope else 0.0
    log_tau2, rho = rng.uniform(-18.0, 4.0, n), rng.uniform(-0.9999, 0.9999, n)
    mean = rng.normal(size=(n, 2)) * [3.0, slope]
    starts = np.column_stack([mean, log_tau2, np.arctanh(rho)])
    ends = np.array([np.inf, tilt, np.log(1e6 * (np.median(v) + np.var(likelihood.y)))])
    bound = float(np.arctanh(0.9999))
    low = np.tile([-np.inf, -tilt, np.log(1e-9 * np.median(v)), -bound], (n, 1))
    box = Box(low, np.tile([*ends, bound], (n, 1)), np.array([1e300, 1e300, 3.0, 1.0]))
    for row in range(len(CHANCES)):
        objective = CopasObjective.of(likelihood).take(np.full(n, row))
        _, values = box_maxima(objective, starts, box)
        assert np.isfinite(values).all()
        assert values.max() <= found.value[row] + 1e-7


def test_suppositions_are_fitted_as_by_themselves(monkeypatch: pytest.MonkeyPatch) -> None:
    likelihood = simulated(6, 20)
    together = highest_maxima(likelihood, slope=True)
    monkeypatch.setattr("ketameta.sensitivity.bias.copas_search.BLOCK", 1)
    apart = highest_maxima(likelihood, slope=True)
    assert apart.value == pytest.approx(together.value, rel=1e-12)
    assert apart.x == pytest.approx(together.x, rel=1e-6)


def test_without_a_maximum_it_says_so() -> None:
    likelihood = simulated(6, 5)
    broken = CopasLikelihood(np.full(5, np.nan), likelihood.se, likelihood.u)
    with pytest.raises(ConvergenceError, match="no maximum"):
        highest_maxima(broken, slope=False)

"""The global maximum of the likelihood, on data where iteration from one start value fails."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from ketameta.measures.estimates import EffectEstimates
from ketameta.pooling import likelihood, tau2
from ketameta.pooling.pool import pool

# metafor 3.8-1 and 5.1-12: "Fisher scoring algorithm did not converge".
NO_CONVERGENCE = (
    [1.30, 1.94, 0.70, 0.36, 1.31, 0.46, 1.24, 0.71, 0.35, 0.77],
    [0.640, 0.421, 0.992, 0.058, 0.756, 0.634, 0.79, 0.596, 0.457, 0.935],
)
# Two modes, 0 the higher; iteration climbs the inner one first.
HIGHER_AT_ZERO = (
    [0.628868, 1.94018, 0.618294, -1.55919],
    [0.0439213, 2.28092, 0.00686531, 0.699819],
)
# Two modes, the inner one higher; metafor starts at 0 and stays there without a word.
_ROWS = (
    """-.131724 -.259634 .0707983 -.0176769 .203818
    .145557 -.0724705 -.0211335 -.0415729 -.00565359""",
    """.0441951 .0105223 .0269389 1.75034e-05 .00524883
    .0269392 .00194196 .238552 .019956 .00035065""",
)
HIGHER_INSIDE = tuple([float(x) for x in row.split()] for row in _ROWS)


def brute_force(y: np.ndarray, v: np.ndarray, grid: np.ndarray, *, restricted: bool) -> np.ndarray:
    """The log-likelihood written out from its definition, on a grid."""
    w = 1.0 / (v + grid[:, None])
    mean = (w * y).sum(axis=1) / w.sum(axis=1)
    value = np.log(w).sum(axis=1) - (w * (y - mean[:, None]) ** 2).sum(axis=1)
    constant = -y.size * np.log(2 * np.pi)
    if restricted:
        value += np.log(y.size) - np.log(w.sum(axis=1))
        constant += np.log(2 * np.pi)
    return np.asarray(0.5 * (value + constant))


def score(y: list[float], v: list[float], at: Fraction, *, restricted: bool) -> Fraction:
    """Twice the derivative of the log-likelihood in exact rational arithmetic."""
    effects, w = [Fraction(a) for a in y], [1 / (Fraction(a) + at) for a in v]
    total = sum(w)
    mean = sum(a * b for a, b in zip(w, effects, strict=True)) / total
    spread = sum((a * (b - mean)) ** 2 for a, b in zip(w, effects, strict=True))
    return spread - total + (sum(a * a for a in w) / total if restricted else 0)


def test_long_flat_likelihood_converges() -> None:
    y, v = NO_CONVERGENCE
    fit = likelihood.reml_fit(y, v)
    assert float(fit.tau2) == pytest.approx(0.08197311, abs=5e-9)
    assert int(fit.local_maxima) == 1
    # A caution worth having: three other estimators call the same data homogeneous.
    assert float(tau2.dl(y, v)) == float(tau2.pm(y, v)) == float(tau2.eb(y, v)) == 0.0


def test_zero_is_the_higher_mode() -> None:
    y, v = HIGHER_AT_ZERO
    fit = likelihood.reml_fit(y, v)
    assert float(fit.tau2) == 0.0
    assert bool(fit.at_boundary)
    assert int(fit.local_maxima) == 2
    assert float(fit.runner_up) == pytest.approx(0.5066, abs=6e-4)
    # metafor's log-likelihoods: -2.506 at 0 and -2.879 at the inner mode.
    assert float(fit.log_likelihood - fit.runner_up_log_likelihood) == pytest.approx(
        -2.506 + 2.879, abs=1e-3
    )


def test_zero_as_higher_mode_is_told_to_the_reader() -> None:
    result = pool(EffectEstimates.from_arrays("MD", *HIGHER_AT_ZERO))
    assert result.estimate == pytest.approx(0.605, abs=5e-4)
    assert result.local_maxima == 2
    text = next(c.message for c in result.cautions if c.code == "several_likelihood_modes")
    assert "0.3535" in text  # the pooled estimate at the other mode


def test_inner_mode_is_higher_than_zero() -> None:
    y, v = HIGHER_INSIDE
    fit = likelihood.reml_fit(y, v)
    assert float(fit.tau2) == pytest.approx(0.00845, abs=5e-6)
    assert int(fit.local_maxima) == 2
    assert float(fit.runner_up) == 0.0
    assert float(fit.log_likelihood - fit.runner_up_log_likelihood) == pytest.approx(0.60, abs=5e-3)


def test_inner_mode_changes_the_pooled_estimate_and_metafor_misses_it() -> None:
    result = pool(EffectEstimates.from_arrays("MD", *HIGHER_INSIDE), interval="wald")
    # metafor 3.8-1 returns tau2 = 0 with mean -.0172 (-.025 to -.009) silently; with
    # tau2.init = .01 it finds what is asserted here.
    assert result.estimate == pytest.approx(-0.0113, abs=5e-5)
    assert result.interval.low == pytest.approx(-0.094, abs=5e-4)
    assert result.interval.high == pytest.approx(0.071, abs=5e-4)
    assert "several_likelihood_modes" in {c.code for c in result.cautions}


@pytest.mark.parametrize("restricted", [True, False])
def test_never_below_a_dense_grid_and_as_many_modes(restricted: bool) -> None:
    rng = np.random.default_rng(20240901)
    v = 10.0 ** rng.uniform(-5, 0, (400, 6))
    y = rng.normal(size=v.shape) * np.sqrt(v + 10.0 ** rng.uniform(-4, 0, (400, 1)))
    fit = likelihood.reml_fit(y, v) if restricted else likelihood.ml_fit(y, v)
    grid = np.concatenate([[0.0], 10.0 ** np.linspace(-9, 2, 1000)])
    for i in range(len(y)):
        values = brute_force(y[i], v[i], grid, restricted=restricted)
        steps = np.diff(values)
        steps = np.sign(steps[np.abs(steps) > 1e-13])
        modes = int(steps[0] < 0) + int(np.sum((steps[:-1] > 0) & (steps[1:] < 0)))
        assert fit.log_likelihood[i] >= values.max() - 1e-12 * (1 + abs(values.max()))
        assert fit.local_maxima[i] == modes


@pytest.mark.parametrize("span", [0, 3, 8, 16])
@pytest.mark.parametrize("restricted", [True, False])
def test_exact_arithmetic_confirms_the_maximum(span: int, restricted: bool) -> None:
    """The derivative changes sign within 1e-9 of the estimate, variances from 1e-16 to 1e16."""
    rng = np.random.default_rng(span)
    function = likelihood.reml if restricted else likelihood.ml
    for trial in range(40):
        k = int(rng.integers(2, 9))
        v = 10.0 ** rng.uniform(-span, span, k) if span else np.full(k, 0.2)
        y = rng.normal(size=k) * np.sqrt(v + 10.0 ** rng.uniform(-span, span))
        if trial % 5 == 0:
            y = y + 1e9 * np.sqrt(np.median(v))
        if trial % 7 == 0:
            y = np.round(4 * y) / 4
        found = Fraction(float(function(y, v)))
        if found == 0:
            assert score(list(y), list(v), found, restricted=restricted) <= 0
            continue
        below, above = found * Fraction(1 - 1e-9), found * Fraction(1 + 1e-9)
        assert score(list(y), list(v), below, restricted=restricted) > 0
        assert score(list(y), list(v), above, restricted=restricted) < 0


def test_equal_variances_have_a_closed_form() -> None:
    rng = np.random.default_rng(3)
    y = rng.normal(0, 2, 12)
    assert float(likelihood.reml(y, np.full(12, 0.5))) == pytest.approx(
        np.var(y, ddof=1) - 0.5, rel=1e-14
    )
    assert float(likelihood.ml(y, np.full(12, 0.5))) == pytest.approx(np.var(y) - 0.5, rel=1e-14)


def test_ten_thousand_studies() -> None:
    rng = np.random.default_rng(4)
    v = 10.0 ** rng.uniform(-3, 0, 10_000)
    y = rng.normal(0, np.sqrt(v + 0.09))
    found = float(likelihood.reml(y, v))
    for step in (1e-7, -1e-7):
        at = np.array([found, found * (1 + step)])
        here, there = likelihood.log_likelihood(y, v, at)
        assert here >= there
    assert found == pytest.approx(0.09, rel=0.1)

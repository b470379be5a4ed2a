"""Mixed models where the answer is known by hand, by another route, or cannot exist."""

from __future__ import annotations

import json
import math
from dataclasses import asdict

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from scipy.optimize import minimize_scalar
from scipy.special import expit

from ketameta.errors import DataError, UsageError
from ketameta.measures.arms import Counts, Rates
from ketameta.pooling.glmm import GLMM_MODELS, GLMMResult, HypergeometricTables, glmm, glmm_model
from ketameta.pooling.glmm.log_factorials import log_factorial_change

MODELS = ["CM.EL", "CM.AL", "UM.FS", "UM.RS"]
# Rare events with single zeros.
TREATED = Counts([0, 2, 1, 3, 0, 1, 4, 2], [20, 25, 30, 22, 40, 15, 33, 60])
CONTROL = Counts([3, 4, 0, 6, 2, 5, 3, 9], [20, 24, 28, 21, 20, 16, 35, 30])
# Six times the same table.
SAME = Counts([3] * 6, [30] * 6), Counts([6] * 6, [30] * 6)


def codes(result: GLMMResult) -> set[str]:
    return {caution.code for caution in result.cautions}


@pytest.mark.parametrize("model", ["UM.FS", "UM.RS"])
def test_identical_tables_give_the_crude_odds_ratio(model: str) -> None:
    result = glmm(*SAME, model=model)
    # log (3 * 24 / (6 * 27)), variance (1/3 + 1/24 + 1/6 + 1/27) / 6.
    assert result.estimate == pytest.approx(math.log(72 / 162), rel=1e-9)
    assert result.se == pytest.approx(math.sqrt((1 / 3 + 1 / 24 + 1 / 6 + 1 / 27) / 6), rel=1e-7)
    assert result.heterogeneity.tau2 == 0.0
    assert result.heterogeneity.q_lrt == pytest.approx(0.0, abs=1e-9)
    assert "tau2_at_boundary" in codes(result)
    assert result.heterogeneity.tau2_lrt_p == 1.0


def test_identical_tables_give_the_conditional_odds_ratio() -> None:
    result = glmm(*SAME, model="CM.EL")

    def mean(log_odds: float) -> float:
        return float(stats.nchypergeom_fisher(60, 9, 30, math.exp(log_odds)).mean())

    assert mean(result.estimate) == pytest.approx(3.0, abs=1e-9)
    variance = stats.nchypergeom_fisher(60, 9, 30, math.exp(result.estimate)).var()
    assert result.se == pytest.approx(1.0 / math.sqrt(6 * variance), rel=1e-8)


def test_identical_rates() -> None:
    result = glmm(Rates([4] * 5, [100.0] * 5), Rates([8] * 5, [50.0] * 5))
    assert result.measure == "IRR"
    assert result.estimate == pytest.approx(math.log(0.25), rel=1e-9)
    assert result.se == pytest.approx(math.sqrt((1 / 4 + 1 / 8) / 5), rel=1e-7)


def test_identical_proportions() -> None:
    result = glmm(Counts([3] * 5, [30] * 5))
    assert (result.measure, result.model) == ("PLO", "LOGIT-NORMAL")
    assert result.estimate == pytest.approx(math.log(3 / 27), rel=1e-9)
    assert result.se == pytest.approx(math.sqrt((1 / 3 + 1 / 27) / 5), rel=1e-7)


@pytest.mark.parametrize("model", MODELS)
def test_swapping_the_groups_turns_the_sign(model: str) -> None:
    one, other = glmm(TREATED, CONTROL, model=model), glmm(CONTROL, TREATED, model=model)
    assert other.estimate == pytest.approx(-one.estimate, rel=1e-6)
    assert other.se == pytest.approx(one.se, rel=1e-6)
    assert other.log_likelihood == pytest.approx(one.log_likelihood, rel=1e-9)


Z = np.linspace(-10.0, 10.0, 1201)


def log_likelihood_by_hand(
    model: str, theta: float, tau: float, treated: Counts = TREATED, control: Counts = CONTROL
) -> float:
    """Log-likelihood of a one-dimensional model: every table, on a plain grid of the effect."""
    total = 0.0
    odds = np.exp(theta + tau * Z)
    for a, n_1, c, n_2 in zip(*treated, *control, strict=True):
        if model == "CM.EL":
            possible = range(max(0, a + c - n_2), min(n_1, a + c) + 1)
            ways = {x: math.comb(n_1, x) * math.comb(n_2, a + c - x) for x in possible}
            likelihood = ways[a] * odds**a / sum(ways[x] * odds**x for x in possible)
        else:
            share = n_1 * odds / (n_1 * odds + n_2)
            likelihood = math.comb(a + c, a) * share**a * (1.0 - share) ** c
        total += math.log(float(np.sum(likelihood * stats.norm.pdf(Z))) * (Z[1] - Z[0]))
    return total


@pytest.mark.parametrize("model", ["CM.EL", "CM.AL"])
def test_the_likelihood_is_right_and_at_its_maximum(model: str) -> None:
    result = glmm(TREATED, CONTROL, model=model)
    theta, tau = result.estimate, math.sqrt(result.heterogeneity.tau2)
    best = log_likelihood_by_hand(model, theta, tau)
    assert result.log_likelihood == pytest.approx(best, abs=1e-8)
    for step in (-0.02, 0.02):
        assert log_likelihood_by_hand(model, theta + step, tau) < best
        assert log_likelihood_by_hand(model, theta, tau + step) < best


def test_random_study_effects_by_double_integration() -> None:
    result = glmm(TREATED, CONTROL, model="UM.RS")
    spread = result.heterogeneity
    tau, sigma = math.sqrt(spread.tau2), math.sqrt(spread.sigma2)

    def log_likelihood(alpha: float) -> float:
        total = 0.0
        for a, n_1, c, n_2 in zip(*TREATED, *CONTROL, strict=True):

            def joint(u: float, v: float, a: int = a, n_1: int = n_1, c: int = c, n_2: int = n_2):
                half = 0.5 * (result.estimate + tau * v)
                p_1, p_2 = expit(alpha + sigma * u + half), expit(alpha + sigma * u - half)
                likelihood = stats.binom.pmf(a, n_1, p_1) * stats.binom.pmf(c, n_2, p_2)
                return likelihood * stats.norm.pdf(u) * stats.norm.pdf(v)

            grid = np.linspace(-8.5, 8.5, 137)
            u, v = np.meshgrid(grid, grid)
            total += math.log(float(joint(u, v).sum()) * (grid[1] - grid[0]) ** 2)
        return total

    # The intercept is not on the result: the highest value over it must be the one reported.
    peak = minimize_scalar(
        lambda alpha: -log_likelihood(alpha), bounds=(-3.5, -1.0), method="bounded"
    )
    assert -peak.fun == pytest.approx(result.log_likelihood, abs=1e-8)


@pytest.mark.parametrize(
    ("treated", "control", "above"),
    [
        # The likelihood falls from tau = 0, and rises to a second, lower mode near 1.
        (Counts([1, 50], [60, 50]), Counts([2, 58], [7, 74]), 0.0),
        # It falls from tau = 0 as well, but the mode near 1.9 is the higher one.
        (Counts([0, 18, 0, 0], [16, 72, 3, 74]), Counts([0, 1, 2, 1], [1, 46, 78, 78]), 1.5),
    ],
)
def test_the_higher_of_two_modes_is_found(treated: Counts, control: Counts, above: float) -> None:
    result = glmm(treated, control, model="CM.AL")
    tau = math.sqrt(result.heterogeneity.tau2)
    assert result.certificate.local_maxima == 2
    assert "several_maxima" in codes(result)
    assert (tau == 0.0) if above == 0.0 else (tau > above)
    for other in np.linspace(0.0, 4.0, 21):
        highest = minimize_scalar(
            lambda theta, other=other: (
                -log_likelihood_by_hand("CM.AL", theta, other, treated, control)
            ),
            bounds=(-15.0, 15.0),
            method="bounded",
        )
        assert -highest.fun <= result.log_likelihood + 1e-9


def test_profile_interval_has_the_likelihood_ratio_of_chance() -> None:
    result = glmm(TREATED, CONTROL, model="CM.AL", interval="profile")
    allowed = stats.chi2(1).ppf(0.95)
    for limit in (result.interval.low, result.interval.high):
        peak = minimize_scalar(
            lambda tau, limit=limit: -log_likelihood_by_hand("CM.AL", limit, tau),
            bounds=(0.0, 5.0),
            method="bounded",
        )
        assert 2 * (result.log_likelihood + peak.fun) == pytest.approx(allowed, abs=1e-7)
    low, high = result.heterogeneity.tau2_interval.low, result.heterogeneity.tau2_interval.high
    assert low == 0.0
    assert high > result.heterogeneity.tau2
    assert result.p_value == pytest.approx(stats.chi2(1).sf(result.statistic**2))


def test_wald_and_t_differ_in_the_quantile_alone() -> None:
    z, t = glmm(TREATED, CONTROL), glmm(TREATED, CONTROL, interval="t", level=0.9)
    assert t.df == 7.0
    assert t.interval.high - t.estimate == pytest.approx(stats.t(7).ppf(0.95) * t.se)
    assert z.interval.high - z.estimate == pytest.approx(stats.norm.ppf(0.975) * z.se)
    assert t.p_value == pytest.approx(2 * stats.t(7).sf(abs(t.estimate / t.se)))
    spread = math.sqrt(z.se**2 + z.heterogeneity.tau2)
    assert z.prediction.low == pytest.approx(z.estimate - stats.norm.ppf(0.975) * spread)


def test_one_study() -> None:
    result = glmm(Counts([2], [20]), Counts([5], [21]), model="UM.FS")
    assert result.estimate == pytest.approx(math.log(2 * 16 / (18 * 5)), rel=1e-9)
    assert result.se == pytest.approx(math.sqrt(1 / 2 + 1 / 18 + 1 / 5 + 1 / 16), rel=1e-8)
    assert (result.heterogeneity.tau2, result.prediction.low) == (None, None)
    assert codes(result) == {"single_study"}


def test_studies_without_information_are_listed() -> None:
    result = glmm(
        Counts([0, 2, 20, np.nan, 0], [10, 20, 20, 20, 0]),
        Counts([0, 5, 20, 4, 1], [12, 21, 20, 20, 9]),
        labels=["A", "B", "C", "D", "E"],
    )
    assert result.labels == ("B",)
    reasons = dict(result.left_out)
    assert set(reasons) == {"A", "C", "D", "E"}
    assert reasons["A"] == "no events in either group"
    assert reasons["C"] == "events in everybody"
    assert "studies_left_out" in codes(result)


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize(
    ("events", "direction"), [(([0, 0, 0], [3, 4, 2]), "minus inf"), (([3, 1], [0, 0]), "is inf")]
)
def test_an_arm_without_events_is_explained(
    model: str, events: tuple[list[int], list[int]], direction: str
) -> None:
    first, second = events
    n = [20] * len(first)
    with pytest.raises(DataError, match=f"{direction}.*Use the risk difference"):
        glmm(Counts(first, n), Counts(second, n), model=model)


def test_a_group_without_events_is_explained() -> None:
    with pytest.raises(DataError, match="exact confidence interval"):
        glmm(Counts([0, 0], [10, 20]))
    with pytest.raises(DataError, match="exact confidence interval"):
        glmm(Rates([0, 0], [10.0, 20.0]))
    with pytest.raises(DataError, match="Use the rate difference"):
        glmm(Rates([0, 0], [10.0, 20.0]), Rates([3, 1], [10.0, 20.0]))


@pytest.mark.parametrize("model", MODELS)
def test_complete_contradiction_is_explained(model: str) -> None:
    with pytest.raises(DataError, match="rises without end"):
        glmm(Counts([0, 5, 0, 6], [5, 5, 6, 6]), Counts([5, 0, 6, 0], [5, 5, 6, 6]), model=model)


def test_a_level_ridge_is_the_boundary() -> None:
    # One person per arm: P(table) depends on theta and tau through a single number.
    result = glmm(Counts([1, 0, 1], [1] * 3), Counts([0, 1, 0], [1] * 3))
    assert result.heterogeneity.tau2 == 0.0
    assert result.estimate == pytest.approx(math.log(2.0), rel=1e-8)


def test_nothing_to_estimate_is_an_error() -> None:
    with pytest.raises(DataError, match="none of the 2 studies"):
        glmm(Counts([0, 0], [10, 20]), Counts([0, 0], [10, 20]))
    with pytest.raises(DataError, match=r"group 1 has 11 events .* is more than n"):
        glmm(Counts([11], [10]), Counts([1], [10]))
    with pytest.raises(DataError, match="whole number of events"):
        glmm(Counts([1.5], [10]), Counts([1], [10]))
    with pytest.raises(DataError, match="cannot be negative"):
        glmm(Counts([-1], [10]), Counts([1], [10]))
    with pytest.raises(DataError, match="must be finite"):
        glmm(Counts([1], [np.inf]), Counts([1], [10]))
    with pytest.raises(DataError, match="not a number"):
        glmm(Counts(["a"], [10]), Counts([1], [10]))
    with pytest.raises(DataError, match="both as rates"):
        glmm(Counts([1], [10]), Rates([1], [10]))


def test_unusable_requests() -> None:
    with pytest.raises(UsageError, match=r"Did you mean CM\.EL"):
        glmm(TREATED, CONTROL, model="CMEXL")
    with pytest.raises(UsageError, match=r"does not estimate IRR\. Use CM\.EL or"):
        glmm(Rates([1], [10]), Rates([2], [10]), model="CM.AL")
    with pytest.raises(UsageError, match="no interval 'hksj'"):
        glmm(TREATED, CONTROL, interval="hksj")
    with pytest.raises(UsageError, match=r"written UM\.RS:laplace"):
        glmm(TREATED, CONTROL, model="CM.EL:laplace")
    with pytest.raises(UsageError, match="no profile intervals"):
        glmm(TREATED, CONTROL, model="UM.RS:laplace", interval="profile")
    with pytest.raises(UsageError, match="level"):
        glmm(TREATED, CONTROL, level=1.0)


@pytest.mark.parametrize("model", ["CM.EL", "CM.AL", "UM.FS"])
def test_large_tables(model: str) -> None:
    treated = Counts([2000, 50000, 300], [1e6, 2e6, 1e5])
    control = Counts([2500, 49000, 333], [1e6, 2e6, 1e5])
    result = glmm(treated, control, model=model)
    y = np.log([2000 / 998000, 50000 / 1.95e6, 300 / 99700])
    y -= np.log([2500 / 997500, 49000 / 1.951e6, 333 / 99667])
    # With so many events the normal approximation holds: about the ML fit of the log odds ratios.
    assert result.estimate == pytest.approx(float(np.mean(y)), abs=0.03)
    assert result.heterogeneity.tau2 == pytest.approx(0.0108, abs=2e-4)


@given(
    n=st.tuples(st.integers(1, 40), st.integers(1, 40)),
    share=st.floats(0.05, 0.95),
    eta=st.floats(-6.0, 6.0),
)
@settings(max_examples=40, deadline=None)
def test_hypergeometric_likelihood(n: tuple[int, int], share: float, eta: float) -> None:
    total = max(1, int(share * sum(n)))
    low, high = max(0, total - n[1]), min(n[0], total)
    a = np.arange(low, high + 1.0)
    full = np.ones(a.size)
    tables = HypergeometricTables(a, n[0] * full, n[1] * full, total * full)
    found = tables(np.full((a.size, 1), eta))
    witness = stats.nchypergeom_fisher(sum(n), total, n[0], math.exp(eta))
    if a.size > 1:
        assert found.value[:, 0] == pytest.approx(witness.logpmf(a), rel=1e-6, abs=1e-8)
    assert np.exp(found.value).sum() == pytest.approx(1.0, rel=1e-12)
    mean = float(np.sum(np.exp(found.value[:, 0]) * a))
    assert found.first[:, 0] == pytest.approx(a - mean, abs=1e-10 * (1 + total))


@pytest.mark.parametrize("model", MODELS)
def test_a_billion_people_cost_no_precision(model: str) -> None:
    # With that many events the studies' log odds ratios are all but known: two values y, so that
    # by maximum likelihood tau = |y1 - y2| / 2 and se = tau / sqrt(2), whatever the model (CM.AL,
    # meant for rare events, estimates another contrast).
    treated, control = Counts([2e8, 5e8], [1e9, 2e9]), Counts([2.5e8, 4.9e8], [1e9, 2e9])
    result = glmm(treated, control, model=model)
    tau = math.sqrt(result.heterogeneity.tau2)
    # Curvatures of 1e8 that differ by 80 leave six to seven digits.
    assert result.se == pytest.approx(tau / math.sqrt(2.0), rel=1e-5)
    if model != "CM.AL":
        y = [math.log(2 / 8) - math.log(2.5 / 7.5), math.log(5 / 15) - math.log(4.9 / 15.1)]
        assert result.estimate == pytest.approx(sum(y) / 2, rel=1e-4)
        assert tau == pytest.approx(abs(y[0] - y[1]) / 2, rel=1e-4)


@pytest.mark.parametrize("cell", [0.0, 7.0, 99.0, 101.0, 5000.0])
def test_differences_of_log_factorials(cell: float) -> None:
    for change in (-cell, -min(cell, 3.0), 0.0, 1.0, 40.0, 3000.0):
        found = log_factorial_change(cell, np.array([change]))[0]
        steps = range(1, int(change) + 1) if change > 0 else range(int(change) + 1, 1)
        sign = 1.0 if change > 0 else -1.0
        plain = sign * math.fsum(math.log(cell + j) for j in steps if change != 0.0)
        plain -= change * math.log(max(cell, 1.0))
        assert found == pytest.approx(plain, rel=1e-13, abs=1e-13 * (1.0 + cell))


def test_wide_tables_are_summed_at_a_stride_without_loss() -> None:
    columns = [np.array([float(x)]) for x in (30_000, 80_000, 120_000, 71_000)]
    tables = HypergeometricTables(*columns)
    eta = np.array([[-0.5, 0.1, 0.9]])
    found = tables(eta)
    a, n_1, n_2, total = (float(column[0]) for column in columns)
    x = np.arange(max(0.0, total - n_2), min(n_1, total) + 1.0)
    log_ways = stats.binom.logpmf(x, n_1, 0.4) + stats.binom.logpmf(total - x, n_2, 0.4)
    for column in range(3):
        terms = log_ways + (x - a) * eta[0, column]
        p = np.exp(terms - terms.max())
        log_sum = math.log(p.sum()) + terms.max() - log_ways[int(a - x[0])]
        mean = float(np.sum(p * x) / p.sum())
        assert found.value[0, column] == pytest.approx(-log_sum, rel=1e-9)
        assert found.first[0, column] == pytest.approx(a - mean, rel=1e-8)


@pytest.mark.parametrize("entry", GLMM_MODELS.values(), ids=lambda entry: entry.code)
def test_catalog_lines_are_complete(entry: object) -> None:
    assert entry.summary.endswith(".")
    assert entry.reference[-4:].isdigit()
    assert entry.doi.startswith("10.")
    assert entry.metafor.startswith("rma.glmm(")
    assert glmm_model(entry.code.lower(), entry.measures[0]) is entry


def test_results_are_plain_numbers() -> None:
    for interval in ("wald", "profile"):
        result = glmm(TREATED, CONTROL, model="CM.AL", interval=interval)
        assert (
            json.loads(json.dumps(asdict(result), allow_nan=False))["estimate"] == result.estimate
        )

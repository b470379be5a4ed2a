"""What must hold for any data: arms swapped, units changed, rows shuffled, batches as loops."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ketameta.measures import (
    association,
    averages,
    binary,
    continuous,
    dichotomised,
    proportions,
    rates,
    tetrachoric,
    variability,
)
from ketameta.measures.arguments import computed
from ketameta.measures.arms import Counts, Means, Rates
from ketameta.measures.catalog import MEASURES
from ketameta.measures.effects import effects
from ketameta.measures.zero_cells import RULES, ZeroCells

Effect = tuple[np.ndarray, np.ndarray]

ARM = st.integers(1, 60).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
TABLES = st.lists(st.tuples(ARM, ARM), min_size=1, max_size=6)
SPREAD = st.floats(0.1, 30)
GROUP = st.tuples(st.floats(-50, 50), SPREAD, st.integers(3, 200))
GROUPS = st.tuples(GROUP, GROUP)
BINARY = [
    binary.odds_ratio,
    binary.risk_ratio,
    binary.risk_difference,
    binary.arcsine_difference,
    binary.peto_odds_ratio,
    association.phi,
    association.yule_q,
    association.yule_y,
    dichotomised.probit_difference,
    dichotomised.smd_by_cox,
    dichotomised.smd_by_logistic,
    tetrachoric.tetrachoric_correlation,
]


def counts(tables: list[tuple[tuple[int, int], tuple[int, int]]]) -> tuple[Counts, Counts]:
    array = np.array(tables, dtype=float)
    return Counts(array[:, 0, 0], array[:, 0, 1]), Counts(array[:, 1, 0], array[:, 1, 1])


def close(left: np.ndarray, right: np.ndarray) -> None:
    np.testing.assert_allclose(left, right, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("function", BINARY, ids=lambda f: f.__name__)
@settings(max_examples=25)
@given(tables=TABLES, rule=st.sampled_from(sorted(RULES)))
def test_swapping_groups_flips_the_sign(
    function: Callable[..., Effect], tables: list, rule: str
) -> None:
    one, two = counts(tables)
    y, v = function(one, two, zero_cells=ZeroCells(rule))
    swapped, same = function(two, one, zero_cells=ZeroCells(rule))
    close(swapped, -y)
    close(same, v)


@given(tables=TABLES, rule=st.sampled_from(["only0", "all", "if0all", "none"]))
def test_counting_the_absence_flips_the_odds_ratio(tables: list, rule: str) -> None:
    one, two = counts(tables)
    y, v = binary.odds_ratio(one, two, zero_cells=ZeroCells(rule))
    rest_1, rest_2 = Counts(one.n - one.events, one.n), Counts(two.n - two.events, two.n)
    flipped, same = binary.odds_ratio(rest_1, rest_2, zero_cells=ZeroCells(rule))
    close(flipped, -y)
    close(same, v)


@pytest.mark.parametrize("function", BINARY, ids=lambda f: f.__name__)
@settings(max_examples=25)
@given(first=TABLES, second=TABLES, rule=st.sampled_from(sorted(RULES)))
def test_a_batch_is_a_loop(
    function: Callable[..., Effect], first: list, second: list, rule: str
) -> None:
    k = min(len(first), len(second))
    sets = [counts(first[:k]), counts(second[:k])]
    one = Counts(*(np.stack([s[0][i] for s in sets]) for i in (0, 1)))
    two = Counts(*(np.stack([s[1][i] for s in sets]) for i in (0, 1)))
    batch = np.array(function(one, two, zero_cells=ZeroCells(rule)))
    for i, (a, b) in enumerate(sets):
        single = np.array(function(a, b, zero_cells=ZeroCells(rule)))
        np.testing.assert_array_equal(batch[:, i], single)


@given(tables=TABLES, seed=st.integers(0, 99), rule=st.sampled_from(sorted(RULES)))
def test_shuffled_rows_give_shuffled_estimates(tables: list, seed: int, rule: str) -> None:
    order = np.random.default_rng(seed).permutation(len(tables))
    one, two = counts(tables)
    columns = {"events_1": one.events, "n_1": one.n, "events_2": two.events, "n_2": two.n}
    names = np.array([f"S{i}" for i in range(len(tables))])
    plain = effects("OR", columns, labels=list(names), zero_cells=rule)
    mixed = effects(
        "OR",
        {name: values[order] for name, values in columns.items()},
        labels=list(names[order]),
        zero_cells=rule,
    )
    expected = dict(zip(plain.estimates.labels, plain.estimates.y.tolist(), strict=True))
    assert dict(zip(mixed.estimates.labels, mixed.estimates.y.tolist(), strict=True)) == expected
    reasons = {row.label: row.reason for row in plain.excluded}
    assert {row.label: row.reason for row in mixed.excluded} == reasons


CONTINUOUS = [
    continuous.mean_difference,
    continuous.standardised_mean_difference,
    continuous.heteroscedastic_difference,
    variability.variability_ratio,
]


@pytest.mark.parametrize("function", CONTINUOUS, ids=lambda f: f.__name__)
@settings(max_examples=25)
@given(groups=GROUPS)
def test_swapping_means_flips_the_sign(
    function: Callable[..., Effect], groups: tuple[tuple[float, float, int], ...]
) -> None:
    one, two = Means(*groups[0]), Means(*groups[1])
    (y, v), (swapped, same) = function(one, two), function(two, one)
    close(swapped, -y)
    close(same, v)


@given(groups=GROUPS, unit=st.floats(0.01, 100), shift=st.floats(-5, 5))
def test_units_change_mean_differences_only(
    groups: tuple[tuple[float, float, int], ...], unit: float, shift: float
) -> None:
    plain = [Means(*group) for group in groups]
    scaled = [Means(m * unit + shift, s * unit, n) for m, s, n in groups]
    y, v = continuous.mean_difference(*plain)
    np.testing.assert_allclose(continuous.mean_difference(*scaled)[0], y * unit, atol=1e-8)
    np.testing.assert_allclose(continuous.mean_difference(*scaled)[1], v * unit**2, rtol=1e-10)
    for function in CONTINUOUS[1:]:
        np.testing.assert_allclose(function(*scaled), function(*plain), rtol=1e-7, atol=1e-9)


@given(groups=GROUPS, unit=st.floats(0.01, 100))
def test_ratios_of_means_do_not_know_the_unit(
    groups: tuple[tuple[float, float, int], ...], unit: float
) -> None:
    plain = [Means(abs(m) + 1, s, n) for m, s, n in groups]
    scaled = [Means((abs(m) + 1) * unit, s * unit, n) for m, s, n in groups]
    for function in (continuous.ratio_of_means, variability.coefficient_of_variation_ratio):
        np.testing.assert_allclose(function(*scaled), function(*plain), rtol=1e-9, atol=1e-10)


@given(groups=GROUPS)
def test_hedges_g_is_nearer_to_zero_than_cohens_d(
    groups: tuple[tuple[float, float, int], ...],
) -> None:
    one, two = Means(*groups[0]), Means(*groups[1])
    y, _ = continuous.standardised_mean_difference(one, two)
    d = (groups[0][0] - groups[1][0]) / continuous.pooled_sd(one, two)
    assert abs(float(y)) <= abs(float(d))


@given(arm=ARM)
def test_logit_of_the_absence_is_the_opposite(arm: tuple[int, int]) -> None:
    x, n = arm
    y, v = proportions.logit_proportion(Counts(x, n))
    opposite, same = proportions.logit_proportion(Counts(n - x, n))
    close(opposite, -y)
    close(same, v)


@given(
    x=st.tuples(st.integers(0, 40), st.integers(0, 40)),
    time=st.tuples(st.floats(0.5, 99), st.floats(0.5, 99)),
    unit=st.floats(0.1, 400),
)
def test_rate_ratio_does_not_know_the_unit_of_time(
    x: tuple[int, int], time: tuple[float, float], unit: float
) -> None:
    plain = rates.rate_ratio(Rates(x[0], time[0]), Rates(x[1], time[1]))
    scaled = rates.rate_ratio(Rates(x[0], time[0] * unit), Rates(x[1], time[1] * unit))
    np.testing.assert_allclose(scaled, plain, rtol=1e-9, atol=1e-12)
    swapped = rates.rate_ratio(Rates(x[1], time[1]), Rates(x[0], time[0]))
    close(swapped[0], -plain[0])


ANY = st.sampled_from([0.0, 1.0, 2.0, 7.5, -1.0, 1e-300, 1e308, -1e308, np.inf, -np.inf, np.nan])


@pytest.mark.parametrize("code", sorted(MEASURES))
@settings(max_examples=25)
@given(rows=st.lists(st.lists(ANY, min_size=7, max_size=7), min_size=1, max_size=4))
def test_functions_take_any_float_without_a_warning(code: str, rows: list[list[float]]) -> None:
    """A batch holds whatever it holds: either both numbers are finite or both are NaN."""
    entry = MEASURES[code]
    columns = {name: np.array(rows)[:, i] for i, name in enumerate(entry.columns)}
    y, v = computed(entry, columns, ZeroCells(), None)
    assert (np.isfinite(y) == np.isfinite(v)).all()
    assert not np.isinf(y).any()


@settings(max_examples=25)
@given(first=TABLES, second=TABLES)
def test_averaged_variances_of_a_batch_are_those_of_a_loop(first: list, second: list) -> None:
    k = min(len(first), len(second))
    sets = [counts(first[:k]), counts(second[:k])]
    one = Counts(*(np.stack([s[0][i] for s in sets]) for i in (0, 1)))
    two = Counts(*(np.stack([s[1][i] for s in sets]) for i in (0, 1)))
    batch = np.array(binary.risk_difference(one, two, variance="AV"))
    for i, (a, b) in enumerate(sets):
        close(batch[:, i], np.array(binary.risk_difference(a, b, variance="AV")))


def test_the_average_of_one_study_is_its_own() -> None:
    alone = binary.risk_difference(Counts(3, 10), Counts(5, 12), variance="AV")
    close(np.array(alone), np.array(binary.risk_difference(Counts(3, 10), Counts(5, 12))))
    left = averages.average(np.array([1.0, np.nan, 3.0]), np.array([1.0, 5.0, 3.0]))
    assert left.tolist() == [2.5]


@pytest.mark.parametrize("r", [-0.999, -0.6, 0.0, 0.3, 0.95, 0.9999])
@pytest.mark.parametrize("share", [0.5, 0.2, 0.02])
def test_tetrachoric_correlation_of_even_margins(r: float, share: float) -> None:
    """Both variables cut at the median: P(++) = 1/4 + arcsin(r)/(2 pi), whatever n."""
    a = 0.25 + np.arcsin(r) / (2 * np.pi)
    n = 1e6 * share
    group_1, group_2 = Counts(n * a, n / 2), Counts(n * (0.5 - a), n / 2)
    y, v = tetrachoric.tetrachoric_correlation(group_1, group_2)
    assert float(y) == pytest.approx(r, abs=1e-11)
    # At the median the variance is (pi/2)^2 (1 - r^2) 4 (2a)(1 - 2a)/n (by the delta method).
    exact = np.pi**2 * (1 - r**2) * 2 * a * (1 - 2 * a) / n
    assert float(v) == pytest.approx(exact, rel=1e-6)

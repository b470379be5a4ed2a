"""Whatever comes in: finite numbers or one clear error from every engine function, in little time.

Not a number is allowed only where it says so: standard errors of a flat scale model, and
robust standard errors that one cluster alone would have to tell.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np
import pytest

from ketameta.errors import ConvergenceError, DataError, UsageError
from ketameta.measures.arms import Counts, Rates
from ketameta.measures.estimates import EffectEstimates
from ketameta.pooling import catalog
from ketameta.pooling.aggregate import aggregate
from ketameta.pooling.bayes import bayes, parse_prior
from ketameta.pooling.beta_binomial import beta_binomial
from ketameta.pooling.choices import PoolingChoices
from ketameta.pooling.common_effect import Tables, pool_tables
from ketameta.pooling.design_matrix import DesignMatrix, design_from_columns, intercept_only
from ketameta.pooling.glmm import glmm
from ketameta.pooling.location_scale import location_scale
from ketameta.pooling.multilevel import multilevel
from ketameta.pooling.multilevel_multivariate import multivariate
from ketameta.pooling.network import contrast_rows, network
from ketameta.pooling.pool import pool
from ketameta.pooling.pool_batch import pool_batch
from ketameta.pooling.regression import regress
from ketameta.pooling.regression_choices import COEFFICIENT_TESTS, RegressionChoices
from ketameta.pooling.regression_diagnostics import regression_residuals
from ketameta.pooling.regression_permutation import permutation_test
from ketameta.pooling.robust import robust
from ketameta.pooling.stratified_tests import breslow_day, cochran_mantel_haenszel, tarone

RNG = np.random.default_rng(11)
ALLOWED = {"scale_likelihood_flat", "robust_variance_missing", "robust_variance_zero"}


def drawn(v: np.ndarray, shift: float = 0.0) -> EffectEstimates:
    y = shift + RNG.normal(0.2, np.sqrt(v + 0.05 * np.median(v)))
    return EffectEstimates.from_arrays("MD", y, v, n=RNG.integers(10, 500, v.size) * 1.0)


def given(y: Any, v: Any) -> EffectEstimates:
    return EffectEstimates.from_arrays("MD", y, v)


HOSTILE = {
    "one": drawn(np.array([0.1])),
    "two": drawn(np.array([0.1, 0.3])),
    "three": drawn(np.array([0.1, 0.3, 0.02])),
    "two identical": given([0.3, 0.3], [0.1, 0.2]),
    "identical": given(np.full(12, 0.3), np.linspace(0.1, 1, 12)),
    "all zero": given(np.zeros(12), np.linspace(0.1, 1, 12)),
    "ties": given([0.1, 0.2] * 6, [0.1, 0.1, 0.3] * 4),
    "equal v": drawn(np.full(12, 0.1)),
    "shifted": drawn(RNG.uniform(0.01, 0.5, 12), shift=1e9),
    "tiny": given(RNG.normal(size=12) * 1e-8, np.full(12, 1e-16)),
    "huge": given(RNG.normal(size=12) * 1e8, 1e16 * RNG.uniform(0.5, 2, 12)),
    "wide": drawn(10.0 ** RNG.uniform(-16, 16, 12)),
    "two wide": given([0.1, -0.2], [1e-16, 1e16]),
    "three wide": given([0.1, -0.2, 5.0], [1e-16, 1e16, 1.0]),
    "dominated": drawn(np.array([1e-16, *RNG.uniform(0.1, 1, 11)])),
    "outlier": given([1e7, *RNG.normal(size=11)], RNG.uniform(0.1, 1, 12)),
    "far apart": given(np.arange(12) * 1e3, np.full(12, 1e-12)),
    "far apart and wide": given(np.arange(12) * 1e3, 10.0 ** np.linspace(-16, 16, 12)),
}

# Where every estimator meets every interval.
CROSSED = ("three", "two wide")


def nans(value: Any, where: str) -> Iterator[str]:
    """Names of numbers, not in arrays, that are nan."""
    if isinstance(value, float) and np.isnan(value):
        yield where
    elif isinstance(value, tuple):
        for i, one in enumerate(value):
            yield from nans(one, f"{where}[{i}]")
    elif is_dataclass(value):
        for field in fields(value):
            yield from nans(getattr(value, field.name), f"{where}.{field.name}")


def answer(call: Callable[[], Any]) -> Any:
    """The result, or None where the data are refused in words."""
    try:
        result = call()
    except (DataError, UsageError, ConvergenceError) as problem:
        text = str(problem)
        assert ": " in text
        assert text.endswith(".")
        assert "Please report" not in text
        return None
    if not {one.code for one in getattr(result, "cautions", ())} & ALLOWED:
        assert list(nans(result, "")) == []
    return result


@pytest.mark.parametrize("name", HOSTILE)
def test_pool(name: str) -> None:
    estimates = HOSTILE[name]
    # GENQM solves a distribution function for each of 4,096 changes of sign: minutes.
    intervals = set(catalog.INTERVAL_METHODS) - {"permutation"}
    for tau2 in catalog.TAU2_METHODS:
        for interval in intervals if name in CROSSED else ("hksj", "wald"):
            answer(lambda t=tau2, i=interval: pool(estimates, tau2=t, interval=i))
    for interval in catalog.INTERVAL_METHODS:
        answer(lambda i=interval: pool(estimates, interval=i))
    for prediction in catalog.PREDICTION_METHODS:
        answer(lambda p=prediction: pool(estimates, prediction=p))
    for code in catalog.TAU2_INTERVAL_METHODS:
        answer(lambda c=code: pool(estimates, PoolingChoices(tau2_interval=c)))


def designs(k: int) -> list[DesignMatrix]:
    rng = np.random.default_rng(5)
    columns = {"x": rng.normal(size=k), "far": 1e9 + rng.normal(size=k)}
    sets = (["x"], ["far"], ["x", "far"])
    return [design_from_columns({name: columns[name] for name in names}) for names in sets]


@pytest.mark.parametrize("name", HOSTILE)
def test_regression(name: str) -> None:
    estimates = HOSTILE[name]
    for design in designs(estimates.k):
        for tau2 in catalog.TAU2_METHODS:
            choices = RegressionChoices(tau2, next(iter(COEFFICIENT_TESTS)))
            answer(lambda d=design, c=choices: regress(estimates, d, None, c))
        for interval in COEFFICIENT_TESTS:
            choices = RegressionChoices("REML", interval)
            answer(lambda d=design, c=choices: regress(estimates, d, None, c))
        result = answer(lambda d=design: regress(estimates, d))
        if result is None:
            continue
        answer(lambda r=result: permutation_test(r, iterations=20))
        answer(lambda r=result: regression_residuals(r))
        answer(lambda r=result: robust(r, [str(i // 2) for i in range(estimates.k)]))


@pytest.mark.parametrize("name", HOSTILE)
def test_location_scale(name: str) -> None:
    estimates = HOSTILE[name]
    plain = intercept_only(estimates.k)
    for design in designs(estimates.k)[:2]:
        answer(lambda d=design: location_scale(estimates, plain, d))
        answer(lambda d=design: location_scale(estimates, d, d))


@pytest.mark.parametrize("covariance", [None, 0.6])
@pytest.mark.parametrize("name", HOSTILE)
def test_dependent_estimates(name: str, covariance: float | None) -> None:
    estimates = HOSTILE[name]
    places = range(estimates.k)
    units = [str(i % 2) for i in places]
    for cluster in (
        [str(i // 2) for i in places],
        [str(i % 3) for i in places],
        list(map(str, places)),
    ):
        for within in (None, units):
            result = answer(
                lambda c=cluster, w=within: multilevel(
                    estimates, c, within=w, covariance=covariance
                )
            )
            if result is not None:
                answer(lambda r=result: robust(r))
        answer(lambda c=cluster: aggregate(estimates, c, covariance or 0.0))
    answer(lambda: multivariate(estimates, [str(i // 2) for i in places], units))


@pytest.mark.parametrize("name", HOSTILE)
def test_bayes(name: str) -> None:
    estimates = HOSTILE[name]
    answer(lambda: bayes(estimates, prior=parse_prior("half-normal:0.5")))


@pytest.mark.parametrize("name", HOSTILE)
def test_network(name: str) -> None:
    estimates = HOSTILE[name]
    k = estimates.k
    rows = {
        "study": list(estimates.labels),
        "treatment_1": ["abc"[i % 3] for i in range(k)],
        "treatment_2": ["bca"[i % 3] for i in range(k)],
        "y": estimates.y,
        "v": estimates.v,
    }
    answer(lambda: network(contrast_rows(rows)))


TABLES: dict[str, tuple[Any, ...]] = {
    "all zero": ([0, 0, 0], [10, 20, 30], [0, 0, 0], [10, 20, 30]),
    "all events": ([10, 20], [10, 20], [10, 20], [10, 20]),
    "one": ([1], [10], [5], [10]),
    "one person": ([1, 0], [1, 1], [0, 1], [1, 1]),
    "large": ([10**7, 3 * 10**6], [10**9, 10**8], [10**6, 10**6], [10**9, 10**8]),
    "some zero": ([0, 3, 5, 2], [10, 20, 30, 25], [2, 0, 4, 6], [10, 20, 30, 25]),
    "one group without events": ([0, 0, 0], [10, 20, 30], [2, 3, 4], [10, 20, 30]),
    "no people": ([0, 3], [0, 20], [2, 1], [10, 20]),
    "more events than people": ([11, 3], [10, 20], [2, 1], [10, 20]),
    "not finite": ([np.nan, 3], [10, 20], [2, np.inf], [10, 20]),
    "text": (["three", 3], [10, 20], [2, 1], [10, 20]),
    "objects": ([object(), 3], [10, 20], [2, 1], [10, 20]),
    "unequal": ([1, 2, 3], [10, 20], [2, 1], [10, 20]),
    "none": ([], [], [], []),
}


@pytest.mark.parametrize("name", TABLES)
def test_tables(name: str) -> None:
    a, n1, c, n2 = TABLES[name]
    one, two = Counts(a, n1), Counts(c, n2)
    for method in catalog.COMMON_EFFECT_METHODS:
        if "IR" not in method:
            answer(lambda m=method: pool_tables(Tables.from_counts(one, two), method=m))
    for test in (cochran_mantel_haenszel, breslow_day, tarone):
        answer(lambda t=test: t(one, two))
    for model in ("UM.FS", "UM.RS", "CM.EL", "CM.AL") if name != "large" else ():
        answer(lambda m=model: glmm(one, two, model=m))
    answer(lambda: glmm(one))
    answer(lambda: glmm(Rates(a, n1), Rates(c, n2)))
    for measure in ("OR", "RR", "RD"):
        answer(lambda m=measure: beta_binomial(one, two, measure=m))
    answer(lambda: beta_binomial(one))


NO_NUMBERS: dict[str, tuple[Any, Any]] = {
    "nan": ([0.1, np.nan], [0.1, 0.2]),
    "infinite": ([0.1, np.inf], [0.1, 0.2]),
    "infinite variance": ([0.1, 0.2], [0.1, np.inf]),
    "negative variance": ([0.1, 0.2], [0.1, -0.2]),
    "no variance": ([0.1, 0.2], [0.1, 0.0]),
    "text": (["a", "b"], [0.1, 0.2]),
    "objects": ([object(), 1.0], [0.1, 0.2]),
    "nothing": ([None, 1.0], [0.1, 0.2]),
    "ragged": ([[1.0], [1.0, 2.0]], [0.1, 0.2]),
    "unequal": ([1.0, 2.0, 3.0], [0.1, 0.2]),
    "complex": ([1.0 + 2.0j, 1.0], [0.1, 0.2]),
    "empty": ([], []),
    "a number": (1.0, 0.2),
}


@pytest.mark.parametrize("name", NO_NUMBERS)
def test_no_numbers(name: str) -> None:
    y, v = NO_NUMBERS[name]
    answer(lambda: pool(given(y, v)))
    answer(lambda: pool_batch(y, v))
    for method in catalog.TAU2_METHODS.values():
        answer(lambda m=method: m.function(y, v))


SHIFT = 2.0**30


@pytest.mark.parametrize("tau2", catalog.TAU2_METHODS)
def test_a_shift_moves_the_mean_and_nothing_else(tau2: str) -> None:
    """Effects are multiples of 2^-20, so that shifting them by 1e9 loses none of them."""
    rng = np.random.default_rng(2)
    y = np.round(rng.normal(0.3, 0.5, 12) * 2.0**20) / 2.0**20
    v, x = rng.uniform(0.02, 0.3, 12), rng.normal(size=12)
    near, far = (pool(given(y + shift, v), tau2=tau2) for shift in (0.0, SHIFT))
    assert far.se == pytest.approx(near.se, rel=1e-10)
    assert far.heterogeneity.tau2 == pytest.approx(near.heterogeneity.tau2, rel=1e-10)
    assert far.heterogeneity.q == pytest.approx(near.heterogeneity.q, rel=1e-10)
    assert far.estimate - SHIFT == pytest.approx(near.estimate, abs=1e-6)
    if tau2 == "GENQM":
        return  # takes no moderators
    design, choices = design_from_columns({"x": x}), RegressionChoices(tau2)
    one, two = (regress(given(y + shift, v), design, None, choices) for shift in (0.0, SHIFT))
    assert two.heterogeneity.q == pytest.approx(one.heterogeneity.q, rel=1e-9)
    assert two.tau2 == pytest.approx(one.tau2, rel=1e-9)
    for a, b in zip(one.coefficients, two.coefficients, strict=True):
        assert b.se == pytest.approx(a.se, rel=1e-9)
    assert two.coefficients[1].estimate == pytest.approx(one.coefficients[1].estimate, rel=1e-9)


def test_ten_thousand_studies() -> None:
    rng = np.random.default_rng(3)
    v = 10.0 ** rng.uniform(-3.0, 1.0, 10_000)
    y = 1e9 + rng.normal(0.2, np.sqrt(v + 0.1))
    estimates = given(y, v)
    for tau2 in set(catalog.TAU2_METHODS) - {"GENQM"}:
        answer(lambda t=tau2: pool(estimates, tau2=t))
    for interval in ("wald", "pl", "kenward-roger", "henmi-copas", "ivhet"):
        answer(lambda i=interval: pool(estimates, interval=i))
    x = design_from_columns({"x": rng.normal(size=10_000)})
    assert answer(lambda: regress(estimates, x)) is not None
    assert answer(lambda: multilevel(estimates, [str(i // 5) for i in range(10_000)])) is not None

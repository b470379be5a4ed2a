"""Three-level models and cluster-robust tests against metafor and clubSandwich."""

from __future__ import annotations

import pytest
from tests.reference_cases.harvest import assert_close, data, estimates, harvest

from ketameta.pooling.multilevel import multilevel
from ketameta.pooling.multilevel_choices import MultilevelChoices
from ketameta.pooling.multilevel_effects import variance_intervals
from ketameta.pooling.multilevel_result import MultilevelResult
from ketameta.pooling.regression_formula import design_from_formula
from ketameta.pooling.robust import robust

CASES = harvest("dependence")["cases"]


@pytest.mark.parametrize("index", range(len(CASES)))
def test_three_levels(index: int) -> None:
    case = CASES[index]
    columns, found = data("dependence", case["data"]), estimates("dependence", case["data"])
    design = None if case["formula"] == "~ 1" else design_from_formula(case["formula"], columns)
    model = multilevel(
        found,
        [str(x) for x in columns["cluster"]],
        within=[str(x) for x in columns["unit"]],
        design=design,
        covariance=case["rho"] or None,
        choices=MultilevelChoices(method=case["method"], test="wald"),
    )
    fit = model.reml if case["method"] == "REML" else model.ml
    assert_close(fit.log_likelihood, case["ll"], 1e-8)
    # A likelihood known to 14 digits is flat over 7 of those of its place: metafor stops there.
    assert fit.log_likelihood >= case["ll"] - 1e-11 * abs(case["ll"])
    assert_close(model.q, case["QE"], 1e-9)
    for i, one in enumerate(model.coefficients):
        assert_close(one.estimate, case["beta"][i], 1e-7, one.se)
        assert_close(one.se, case["se"][i], 1e-7)
    for i, component in enumerate(model.components):
        assert_close(component.sigma2, case["sigma2"][i], 1e-6, 1e-2)
    for kind in (kind for kind in ("CR0", "CR1", "CR1p", "CR2") if kind in case):
        for i, one in enumerate(robust(model, kind=kind).coefficients):
            assert_close(one.se, case[kind]["se"][i], 1e-7)
            assert_close(one.df, case[kind]["df"][i], 1e-7)
            assert_close(one.p_value, case[kind]["p"][i], 1e-6, 1e-6)


def test_profile_limits_lie_where_the_likelihood_has_dropped() -> None:
    """metafor 3.8-1 gives 0.016147 as the first lower limit, where it has dropped by 1.70."""
    columns, found = data("dependence", "assink"), estimates("dependence", "assink")
    clusters, units = ([str(x) for x in columns[key]] for key in ("cluster", "unit"))

    def fit(sigma2: tuple[float | None, float | None] = (None, None)) -> MultilevelResult:
        choices = MultilevelChoices(test="wald", sigma2=sigma2)
        return multilevel(found, clusters, within=units, covariance=0.6, choices=choices)

    model = fit()
    limits = variance_intervals(model)[0].interval
    assert limits.low is not None
    assert limits.high is not None
    for limit in (limits.low, limits.high):
        drop = model.reml.log_likelihood - fit((limit, None)).reml.log_likelihood
        assert_close(drop, 3.841458820694124 / 2, 1e-6)
    assert_close(limits.low, 0.01378392333710344, 1e-6)

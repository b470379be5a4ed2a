"""Intervals for tau2 other than Q-profile."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from ketameta.errors import UsageError
from ketameta.measures.estimates import EffectEstimates
from ketameta.pooling.choices import PoolingChoices
from ketameta.pooling.pool import pool
from ketameta.pooling.tau2_intervals import biggerstaff_jackson, jackson, q_profile

FOLDER = Path(__file__).parents[1] / "reference" / "pooling"
METAFOR = json.loads((FOLDER / "univariate.json").read_text())
IMHOF = json.loads((FOLDER / "generalised_q.json").read_text())["results"]
DATA = {
    name: (np.array(data["y"]), np.array(data["v"])) for name, data in METAFOR["datasets"].items()
}
SEVERAL = [name for name, (y, _) in DATA.items() if y.size > 1]
FUNCTIONS = {"BJ": biggerstaff_jackson, "J": jackson}


@pytest.mark.parametrize("name", list(IMHOF))
@pytest.mark.parametrize("code", ["BJ", "J"])
def test_exact_intervals_against_imhof(name: str, code: str) -> None:
    """R's Imhof integral is good for about nine digits."""
    found, cautions = FUNCTIONS[code](*DATA[name], PoolingChoices())
    low, high = IMHOF[name][code][:2]
    assert found.low == pytest.approx(low, rel=1e-8, abs=1e-10)
    assert found.high == pytest.approx(high, rel=1e-8)
    assert cautions == ()


@pytest.mark.parametrize("function", FUNCTIONS.values())
def test_equal_variances_make_all_of_them_q_profile(function) -> None:  # type: ignore[no-untyped-def]
    rng = np.random.default_rng(8)
    y, v = rng.normal(0, 1, 7), np.full(7, 0.3)
    expected, found = q_profile(y, v, PoolingChoices())[0], function(y, v, PoolingChoices())[0]
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high), rel=1e-10)


@pytest.mark.parametrize("method", ["ML", "REML"])
@pytest.mark.parametrize("name", SEVERAL)
def test_profile_likelihood_against_metafor(name: str, method: str) -> None:
    low, high = METAFOR["results"][name][method]["pl"]
    estimates = EffectEstimates.from_arrays("MD", *DATA[name])
    found = pool(estimates, PoolingChoices(tau2=method, tau2_interval="PL"))
    limits = found.heterogeneity.tau2_interval
    assert limits.low == pytest.approx(low, rel=1e-9, abs=1e-9)
    if high == 100.0:  # metafor's search ends there
        assert limits.high > 100.0
    else:
        assert limits.high == pytest.approx(high, rel=1e-9)


def test_profile_likelihood_needs_a_likelihood() -> None:
    three = EffectEstimates.from_arrays("MD", [0.1, 0.9, 0.4], [0.1, 0.2, 0.3])
    with pytest.raises(UsageError, match="needs a likelihood"):
        pool(three, PoolingChoices(tau2="DL", tau2_interval="PL"))


def test_two_modes_leave_a_gap_or_not() -> None:
    """Two modes 0.37 apart in log-likelihood: both are inside, and so is what lies between."""
    y = np.array([0.628868, 1.94018, 0.618294, -1.55919])
    v = np.array([0.0439213, 2.28092, 0.00686531, 0.699819])
    estimates = EffectEstimates.from_arrays("MD", y, v)
    found = pool(estimates, PoolingChoices(tau2_interval="PL"))
    assert found.heterogeneity.tau2_interval.low == 0.0
    assert found.heterogeneity.tau2_interval.high > 0.507
    narrow = pool(estimates, PoolingChoices(tau2_interval="PL", level=0.62))
    assert "tau2_set_in_parts" in {caution.code for caution in narrow.cautions}


@pytest.mark.parametrize("function", FUNCTIONS.values())
@pytest.mark.parametrize("y", [[0.3, 0.3, 0.3], [0.3, 0.301, 0.3]])
def test_empty_sets_are_explained(function, y: list[float]) -> None:  # type: ignore[no-untyped-def]
    found, cautions = function(np.array(y), np.full(3, 0.5), PoolingChoices())
    assert (found.low, found.high) == (None, None)
    assert cautions[0].code == "tau2_set_empty"


@pytest.mark.parametrize("function", FUNCTIONS.values())
def test_moderators_are_refused(function) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(UsageError, match="no moderators"):
        function(np.ones(3), np.ones(3), PoolingChoices(), np.ones((3, 1)))

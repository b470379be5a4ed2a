"""What a Python user may hand on: the command's own words, and one clear error for the rest."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import ketameta as km

E = km.EffectEstimates.from_arrays("OR", [0.1, 0.5, -0.2, 0.8], [0.05, 0.1, 0.08, 0.2])
LABS = ["x", "x", "y", "z"]


@pytest.mark.parametrize("prior", ["half-normal:0.5", "jeffreys", "turner"])
def test_a_prior_in_the_words_of_the_command(prior: str) -> None:
    assert km.bayes(E, prior=prior).mu == km.bayes(E, prior=km.parse_prior(prior)).mu


def test_a_prior_of_the_mean_in_words() -> None:
    assert (
        km.bayes(E, mean_prior="0,2").mean_prior == km.bayes(E, mean_prior="normal:0,2").mean_prior
    )
    assert km.bayes(E, mean_prior="flat").mu == km.bayes(E).mu


def test_a_correlation_under_the_name_of_the_option() -> None:
    same = km.multilevel(E, LABS, covariance=0.6)
    assert km.multilevel(E, LABS, rho=0.6).coefficients == same.coefficients
    with pytest.raises(km.UsageError, match="covariance and rho"):
        km.multilevel(E, LABS, covariance=0.6, rho=0.6)


def test_a_selection_model_under_the_names_of_the_options() -> None:
    choices = km.SelectionChoices("step", (0.05,), alternative="greater")
    found = km.selection(E, type="step", steps=[0.05], alternative="greater")
    assert found.estimate == km.selection(E, choices).estimate
    power = km.selection(E, type="half-normal", precision="se")
    choices = km.SelectionChoices("half-normal", imprecision="se")
    assert power.estimate == km.selection(E, choices).estimate


def test_a_preset_by_its_name() -> None:
    counts = {"ai": [14, 13, 4], "n1i": [17, 27, 20], "ci": [15, 3, 2], "n2i": [23, 28, 22]}
    table = km.preset_effects("OR", counts, "revman-5")
    same = km.pool_preset(table, km.preset("revman-5"))
    for found in (km.pool_preset(table, "RevMan5").pooled, km.pool(table, preset="revman-5")):
        assert (found.interval, found.heterogeneity) == (
            same.pooled.interval,
            same.pooled.heterogeneity,
        )
    # Estimates have no counts, so Q cannot be around the Mantel-Haenszel estimate.
    without = km.pool(table.estimates, preset="revman-5")
    assert [c.code for c in without.cautions][-2] == "q_around_inverse_variance"
    assert without.estimate == pytest.approx(km.pool(table.estimates, tau2="DL").estimate)
    # Single methods replace the program's own, as on the command line.
    assert km.pool(E, preset="metafor", tau2="PM").tau2_method == "PM"
    assert km.pool(E, preset="stata", level=0.9).level == 0.9


WRONG: tuple[tuple[str, Callable[..., Any]], ...] = (
    ("takes EffectEstimates, not list", lambda: km.pool([1, 2, 3])),
    ("takes EffectEstimates, not list", lambda: km.bayes([1, 2, 3])),
    ("takes EffectEstimates, not list", lambda: km.multilevel([1, 2, 3], LABS)),
    ("takes EffectEstimates, not dict", lambda: km.selection({})),
    (r"Give its \.estimates", lambda: km.pool(km.effects("GEN", {"yi": [1], "vi": [1]}))),
    ("prior: 0.5 is none", lambda: km.bayes(E, prior=0.5)),
    ("none called 'half-norma'", lambda: km.bayes(E, prior="half-norma:1")),
    ("neither a correlation", lambda: km.multilevel(E, LABS, covariance="x")),
    ("neither a correlation", lambda: km.multilevel(E, LABS, rho="x")),
    ("something else than numbers", lambda: km.multilevel(E, LABS, covariance=[["x"]])),
    ("steps 0.5 are not numbers", lambda: km.selection(E, type="step", steps=0.5)),
    ("no model 'stp'", lambda: km.selection(E, type="stp")),
    ("threshold: 'x'", lambda: km.probability_above(km.pool(E), "x")),
    ("threshold: nan", lambda: km.probability_above(km.pool(E), float("nan"))),
    ("none called 'rev-5'", lambda: km.pool(E, preset="rev-5")),
    ("preset and choices", lambda: km.pool(E, km.PoolingChoices(), preset="stata")),
    ("takes EffectEstimates, not list", lambda: km.pool([1.0], preset="stata")),
    ("takes EffectEstimates, not list", lambda: km.pool_preset([1.0], "stata")),
    ("median is 'x'", lambda: km.convert("median", {"median": "x", "q1": 1, "q3": 2, "n": 9})),
    ("n is '9'", lambda: km.convert("median", {"median": 1.5, "q1": 1, "q3": 2, "n": "9"})),
    ("mean is 3. Give a number for", lambda: km.convert("combine", {"mean": 3, "sd": [1, 2]})),
    ("takes what pool gives", lambda: km.probability_above(E, 0.0)),
)


@pytest.mark.parametrize(("message", "call"), WRONG)
def test_one_clear_error(message: str, call: Callable[..., Any]) -> None:
    with pytest.raises((km.UsageError, km.DataError), match=message):
        call()

"""Regression and rank tests of asymmetry against metafor and R's lm."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from tests.sensitivity.reference import data_set, reference

from ketameta.errors import DataError, UsageError
from ketameta.measures.arms import Counts
from ketameta.measures.estimates import EffectEstimates
from ketameta.sensitivity.bias import begg as begg_module
from ketameta.sensitivity.bias import binary_asymmetry
from ketameta.sensitivity.bias.begg import begg
from ketameta.sensitivity.bias.egger import egger, pustejovsky_rodgers
from ketameta.sensitivity.bias.weighted_line import AsymmetryTest, Dispersion
from ketameta.sensitivity.selected_estimates import selected_estimates

METAFOR = reference("egger")["results"]
PREDICTORS = {
    "sei": "se",
    "vi": "v",
    "ni": "n",
    "ninv": "1/n",
    "sqrtni": "sqrt(n)",
    "sqrtninv": "1/sqrt(n)",
}


@pytest.mark.parametrize("case", METAFOR)
def test_metafor_regtest(case: str) -> None:
    name, model, predictor, method, test = case.split("/")
    expected = METAFOR[case]
    if model == "lm":
        dispersion = Dispersion()
    else:
        dispersion = Dispersion("additive", method, "wald" if test == "z" else "hksj")
    found = egger(data_set(name), predictor=PREDICTORS[predictor], dispersion=dispersion)
    close = 1e-7 if method == "REML" else 1e-9
    assert found.statistic == pytest.approx(expected["stat"], rel=close)
    assert found.p_value == pytest.approx(expected["pval"], rel=close)
    assert found.df == expected.get("dfs")
    assert [found.limit, found.slope] == pytest.approx(expected["beta"], rel=close)
    assert [found.limit_se, found.slope_se] == pytest.approx(expected["se"], rel=close)
    if model == "lm":
        assert found.factor == pytest.approx(expected["sigma"] ** 2, rel=close)
    else:
        assert found.tau2 == pytest.approx(expected.get("tau2", 0.0), rel=1e-7, abs=1e-12)


def agrees(found: AsymmetryTest, expected: dict[str, Any]) -> None:
    assert found.statistic == pytest.approx(expected["stat"], rel=1e-9)
    assert found.p_value == pytest.approx(expected["pval"], rel=1e-9)
    assert found.df == expected.get("df")
    assert [found.limit, found.slope] == pytest.approx(expected["beta"], rel=1e-9)
    assert [found.limit_se, found.slope_se] == pytest.approx(expected["se"], rel=1e-9)


LM = reference("binary_asymmetry")


@pytest.mark.parametrize("name", ["bcg", "zeros"])
@pytest.mark.parametrize("code", ["harbord", "peters", "macaskill", "deeks", "ruecker-arcsine"])
def test_binary_tests_against_lm(name: str, code: str) -> None:
    table = LM["tables"][name]
    groups = Counts(table["a"], table["n1"]), Counts(table["c"], table["n2"])
    function = getattr(binary_asymmetry, code.replace("-", "_"))
    found = function(*groups)
    agrees(found, LM["results"][name][code])
    assert found.code == code
    if code == "ruecker-arcsine":
        assert found.tau2 == pytest.approx(LM["results"][name][code]["tau2"], abs=1e-12)
        agrees(function(*groups, dispersion=Dispersion()), LM["results"][name][f"{code}/lm"])


@pytest.mark.parametrize("variant", ["modified-predictor", "modified-both", "variance-stabilised"])
def test_pustejovsky_rodgers_against_lm(variant: str) -> None:
    smd = LM["smd"]
    estimates = EffectEstimates.from_arrays("SMD", smd["y"], smd["v"])
    agrees(pustejovsky_rodgers(estimates, smd["n1"], smd["n2"], variant=variant), smd[variant])


@pytest.mark.parametrize("name", reference("begg")["results"])
def test_metafor_ranktest(name: str) -> None:
    found, expected = begg(data_set(name)), reference("begg")["results"][name]
    assert found.tau == pytest.approx(expected["tau"], rel=1e-12)
    assert found.p_value == pytest.approx(expected["pval"], rel=1e-12)


def test_exact_and_normal_rank_tests_agree_where_they_meet(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rng = np.random.default_rng(2)
    v = rng.uniform(0.01, 1.0, 100)
    estimates = EffectEstimates.from_arrays("MD", rng.normal(0.3 * v, np.sqrt(v)), v)
    exact = begg(estimates)
    monkeypatch.setattr(begg_module, "EXACT_UP_TO", 10)
    normal = begg(estimates)
    assert exact.exact
    assert not normal.exact
    assert normal.p_value == pytest.approx(exact.p_value, abs=0.003)


def test_a_test_with_few_studies_comes_with_the_reason() -> None:
    found = egger(data_set("normand1999_SMD"))
    assert found.p_value is not None
    assert found.cautions[0].code == "fewer_than_ten_studies"
    assert "With 9 studies" in found.cautions[0].message
    assert "Cochrane Handbook" in found.cautions[0].message
    assert egger(data_set("bcg_RR")).cautions == ()
    assert begg(data_set("edge_k3")).cautions[0].code == "fewer_than_ten_studies"


def test_similar_precision_is_named() -> None:
    alike = EffectEstimates.from_arrays("MD", np.arange(12) % 5, np.linspace(1.0, 1.2, 12))
    assert [c.code for c in egger(alike).cautions] == ["similar_standard_errors"]


def test_equal_standard_errors_leave_nothing_to_test() -> None:
    estimates = EffectEstimates.from_arrays("MD", [0.1, 0.4, 0.2], [0.1, 0.1, 0.1])
    found = egger(estimates)
    assert (found.statistic, found.p_value) == (None, None)
    assert found.cautions[-1].code == "constant_predictor"
    ranks = begg(estimates)
    assert (ranks.tau, ranks.p_value) == (None, None)
    assert ranks.cautions[-1].code == "no_ranks"


@pytest.mark.parametrize("k", [1, 2])
def test_too_few_for_a_line(k: int) -> None:
    estimates = EffectEstimates.from_arrays("MD", [0.1, 0.4][:k], [0.1, 0.3][:k])
    found = egger(estimates)
    assert found.p_value is None
    assert found.cautions[-1].code == "too_few_studies_for_a_line"
    assert begg(estimates).p_value == (None if k == 1 else 1.0)


def test_identical_effects() -> None:
    estimates = data_set("edge_identical")
    multiplicative = egger(estimates)
    assert multiplicative.p_value is None
    assert multiplicative.cautions[-1].code == "perfect_fit"
    additive = egger(estimates, dispersion=Dispersion("additive", interval="hksj"))
    assert additive.slope == pytest.approx(0.0, abs=1e-12)
    assert additive.p_value == pytest.approx(1.0)
    assert additive.cautions[-1].code == "perfect_fit"
    assert begg(estimates).cautions[-1].code == "no_ranks"


def test_shifted_effects_and_wide_variances() -> None:
    estimates = data_set("bcg_RR")
    far = EffectEstimates.from_arrays("MD", estimates.y + 1e6, estimates.v)
    assert egger(far).statistic == pytest.approx(egger(estimates).statistic, rel=1e-8)
    rng = np.random.default_rng(0)
    v = 10.0 ** rng.uniform(-16, 16, 20)
    wide = EffectEstimates.from_arrays("MD", rng.normal(0, np.sqrt(v)), v)
    assert np.isfinite(egger(wide).p_value or np.nan)
    assert np.isfinite(begg(wide).p_value or np.nan)


def test_uninformative_tables_are_counted() -> None:
    found = binary_asymmetry.harbord(
        Counts([0, 4, 2, 7], [20, 30, 25, 60]), Counts([0, 6, 5, 9], [21, 30, 24, 61])
    )
    assert found.k == 3
    assert found.cautions[-1].message.startswith("1 table without events")


def test_what_is_refused() -> None:
    estimates = data_set("edge_k3")
    with pytest.raises(UsageError, match="no predictor 'sei'"):
        egger(estimates, predictor="sei")
    with pytest.raises(DataError, match="needs the number of participants"):
        egger(estimates, predictor="n")
    with pytest.raises(DataError, match="no estimates"):
        egger(selected_estimates(estimates, np.zeros(3, dtype=bool)))
    with pytest.raises(DataError, match="no estimates"):
        begg(selected_estimates(estimates, np.zeros(3, dtype=bool)))
    with pytest.raises(UsageError, match="multiplicative or additive"):
        Dispersion("both")
    with pytest.raises(UsageError, match="not between 0 and 1"):
        Dispersion(level=95.0)
    with pytest.raises(UsageError, match="no variant"):
        pustejovsky_rodgers(estimates, [9, 9, 9], [9, 9, 9], variant="x")
    with pytest.raises(DataError, match="group sizes"):
        pustejovsky_rodgers(estimates, [9, 0, 9], [9, 9, 9])
    with pytest.raises(DataError, match="n_1 and n_2"):
        pustejovsky_rodgers(estimates, [9], [9])
    with pytest.raises(DataError, match="no more events than people"):
        binary_asymmetry.peters(Counts([5], [4]), Counts([1], [4]))
    with pytest.raises(DataError, match="no table carries"):
        binary_asymmetry.peters(Counts([0], [4]), Counts([0], [4]))
    with pytest.raises(DataError, match="one or more studies"):
        binary_asymmetry.peters(Counts(1, 4), Counts(0, 4))

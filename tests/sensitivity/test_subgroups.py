"""Subgroups against metafor, and what happens to groups of one study."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ketameta.errors import DataError
from ketameta.measures.estimates import EffectEstimates
from ketameta.pooling.choices import PoolingChoices
from ketameta.pooling.pool import pool
from ketameta.sensitivity.subgroups import SubgroupAnalysis, subgroups

REFERENCE = json.loads(
    (Path(__file__).parents[1] / "reference" / "pooling" / "subgroups.json").read_text()
)
CASES = [
    (name, case)
    for name, cases in REFERENCE["results"].items()
    for case in cases
    if case != "EE/knha"  # HKSJ is refused under equal effects
]


def analysis(name: str, case: str, *, common_tau2: bool) -> SubgroupAnalysis:
    data, (method, test) = REFERENCE["datasets"][name], case.split("/")
    estimates = EffectEstimates.from_arrays("MD", data["y"], data["v"])
    choices = PoolingChoices(tau2=method, interval="wald" if test == "z" else "hksj")
    return subgroups(estimates, data["group"], choices, common_tau2=common_tau2)


@pytest.mark.parametrize(("name", "case"), CASES)
@pytest.mark.parametrize("common_tau2", [False, True])
def test_groups(name: str, case: str, common_tau2: bool) -> None:
    expected = REFERENCE["results"][name][case]["pooled" if common_tau2 else "separate"]
    groups = dict(analysis(name, case, common_tau2=common_tau2).groups)
    for i, level in enumerate(REFERENCE["datasets"][name]["levels"]):
        found = groups[level]
        tau2 = expected["tau2"] if common_tau2 else expected["tau2"][i]
        assert found.heterogeneity.tau2 == pytest.approx(tau2, rel=1e-9, abs=1e-12)
        assert found.estimate == pytest.approx(expected["estimate"][i], rel=1e-10)
        assert found.se == pytest.approx(expected["se"][i], rel=1e-10)
        assert found.interval.low == pytest.approx(expected["ci_lb"][i], rel=1e-10)
        assert found.interval.high == pytest.approx(expected["ci_ub"][i], rel=1e-10)


@pytest.mark.parametrize(("name", "case"), CASES)
def test_difference_with_tau2_of_their_own(name: str, case: str) -> None:
    expected = REFERENCE["results"][name][case]["separate"]
    found = analysis(name, case, common_tau2=False)
    assert found.q_between == pytest.approx(expected["Q_between"], rel=1e-10)
    assert found.df == expected["Q_between_df"]
    assert found.df_denominator is None
    assert found.p_value == pytest.approx(expected["Q_between_p"], rel=1e-9)
    levels = [level for level, _ in found.groups]
    assert [dict(found.groups)[level].heterogeneity.q for level in sorted(levels)] == pytest.approx(
        expected["Q"], rel=1e-12
    )


@pytest.mark.parametrize(("name", "case"), CASES)
def test_difference_with_a_common_tau2(name: str, case: str) -> None:
    expected = REFERENCE["results"][name][case]["pooled"]
    found = analysis(name, case, common_tau2=True)
    assert found.q_between == pytest.approx(expected["QM"], rel=1e-10)
    assert [found.df, found.df_denominator] == expected["QM_df"]
    assert found.p_value == pytest.approx(expected["QMp"], rel=1e-9)


FIVE = EffectEstimates.from_arrays("MD", [0.1, 0.5, 0.9, 0.3, 0.7], [0.1, 0.2, 0.1, 0.3, 0.2])


def test_group_of_one_study_has_no_test() -> None:
    found = subgroups(FIVE, ["b", "a", "b", "a", "lone"])
    assert [level for level, _ in found.groups] == ["b", "a", "lone"]
    assert (found.q_between, found.p_value) == (None, None)
    assert found.cautions[0].code == "single_study_group"
    assert "A single study stands in lone" in found.cautions[0].message


def test_group_of_one_study_with_a_common_tau2() -> None:
    found = subgroups(FIVE, ["b", "a", "b", "a", "lone"], common_tau2=True)
    assert found.df == 2
    assert found.df_denominator == 2.0
    assert dict(found.groups)["lone"].df == 2.0


def test_group_of_one_study_under_equal_effects() -> None:
    found = subgroups(FIVE, ["b", "a", "b", "a", "lone"], PoolingChoices(tau2="EE"))
    assert found.df == 2
    # Q of all studies = sum of Q within groups + Q between groups
    within = sum(result.heterogeneity.q for _, result in found.groups)
    whole = pool(FIVE, tau2="EE").heterogeneity.q
    assert within + found.q_between == pytest.approx(whole, rel=1e-12)


def test_one_group_is_the_whole() -> None:
    for common_tau2 in (False, True):
        found = subgroups(FIVE, ["all"] * 5, common_tau2=common_tau2)
        assert found.cautions[0].code == "one_group"
        assert found.q_between is None
        assert found.groups[0][1].interval.low == pytest.approx(pool(FIVE).interval.low, rel=1e-12)


def test_common_tau2_needs_a_group_of_two() -> None:
    with pytest.raises(DataError, match="every group has a single study"):
        subgroups(FIVE, ["a", "b", "c", "d", "e"], common_tau2=True)


def test_one_name_per_estimate() -> None:
    with pytest.raises(DataError, match="2 group names for 5 estimates"):
        subgroups(FIVE, ["a", "b"])

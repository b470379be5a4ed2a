"""Permutation tests against metafor's exact ones."""

from __future__ import annotations

import numpy as np
import pytest
from tests.sensitivity.reference import data_set, reference

from ketameta.errors import DataError, UsageError
from ketameta.measures.estimates import EffectEstimates
from ketameta.pooling.choices import PoolingChoices
from ketameta.pooling.pool import pool
from ketameta.sensitivity import permutation as module
from ketameta.sensitivity.permutation import PermutationTest, permutation_test
from ketameta.sensitivity.selected_estimates import selected_estimates

METAFOR = reference("permutation")["results"]
CASES = [case for case in METAFOR if "EE/knha" not in case]


def permuted(case: str) -> PermutationTest:
    name, method, test = case.split("/")
    if name == "bcg_RR_first8":
        estimates = selected_estimates(data_set("bcg_RR"), np.arange(8))
    else:
        estimates = data_set(name)
    choices = PoolingChoices(tau2=method, interval="wald" if test == "z" else "hksj")
    return permutation_test(estimates, choices)


@pytest.mark.parametrize("case", CASES)
def test_metafor(case: str) -> None:
    found, expected = permuted(case), METAFOR[case]
    assert found.exact
    assert found.p_value == expected["pval"]
    assert found.statistic == pytest.approx(expected["zval_obs"], rel=1e-9)
    assert found.count == expected["n"]
    both = np.repeat(found.statistics[::-1], 2)[:20]
    assert both == pytest.approx(expected["largest"][: both.size], rel=1e-8)


def test_blocks_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = permutation_test(data_set("normand1999_SMD"))
    monkeypatch.setattr(module, "BLOCK", 100)
    parts = permutation_test(data_set("normand1999_SMD"))
    assert parts.p_value == whole.p_value
    assert parts.statistics == pytest.approx(whole.statistics, rel=1e-12)


def test_sample_holds_the_observed_signs_and_can_be_repeated() -> None:
    estimates = data_set("raudenbush1985")
    found = permutation_test(estimates, sample=400)
    assert not found.exact
    assert found.count == 400
    assert found.p_value >= found.smallest_p == 1 / 400
    assert found.p_value == permutation_test(estimates, sample=400).p_value
    assert found.statistic == pytest.approx(pool(estimates).statistic, rel=1e-10)
    exact_p = permutation_test(estimates, PoolingChoices(tau2="DL")).p_value
    near = permutation_test(estimates, PoolingChoices(tau2="DL"), sample=2000)
    assert near.p_value == pytest.approx(exact_p, abs=4 * np.sqrt(exact_p / 2000))


def test_few_studies_have_a_smallest_p() -> None:
    found = permutation_test(data_set("edge_k2_het"))
    assert found.smallest_p == 0.5
    assert found.cautions[0].code == "permutation_needs_more_studies"
    one = permutation_test(EffectEstimates.from_arrays("MD", [0.4], [0.2]))
    assert one.p_value == 1.0
    assert one.count == 2


def test_all_effects_zero() -> None:
    found = permutation_test(EffectEstimates.from_arrays("MD", np.zeros(7), np.full(7, 0.1)))
    assert found.p_value == 1.0


def test_what_is_refused() -> None:
    with pytest.raises(DataError, match="no estimates"):
        permutation_test(EffectEstimates.from_arrays("MD", [], []))
    with pytest.raises(UsageError, match="Use the interval wald, t or hksj"):
        permutation_test(data_set("edge_k3"), PoolingChoices(interval="kr"))
    with pytest.raises(UsageError, match="Give 2 or more"):
        permutation_test(data_set("edge_k3"), sample=1)

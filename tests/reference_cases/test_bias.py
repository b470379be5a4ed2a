"""Tests of small-study effects, trim and fill, leave-one-out and influence against metafor."""

from __future__ import annotations

import numpy as np
import pytest
from tests.reference_cases.harvest import assert_close, data, harvest, scale_of

from ketameta.measures.estimates import EffectEstimates
from ketameta.pooling.choices import PoolingChoices
from ketameta.sensitivity.bias.begg import begg
from ketameta.sensitivity.bias.egger import egger
from ketameta.sensitivity.bias.excess_significance import excess_significance
from ketameta.sensitivity.bias.fail_safe import orwin, rosenberg, rosenthal
from ketameta.sensitivity.bias.trim_fill import TrimFillChoices, trim_fill
from ketameta.sensitivity.bias.weighted_line import Dispersion
from ketameta.sensitivity.influence import influence
from ketameta.sensitivity.leave_one_out import leave_one_out_arrays
from ketameta.sensitivity.permutation import permutation_test

CASES = {case["data"]: case for case in harvest("bias")["cases"]}
WALD = PoolingChoices("REML", "wald")


def sample(name: str) -> EffectEstimates:
    columns = data("bias", name)
    y, v, n = (np.asarray(columns[key], dtype=float) for key in ("yi", "vi", "ni"))
    return EffectEstimates("GEN", y, v, tuple(f"s{i}" for i in range(y.size)), n)


@pytest.mark.parametrize("name", CASES)
def test_regression_and_rank_tests(name: str) -> None:
    case, found = CASES[name], sample(name)
    for key, model in (("egger", "multiplicative"), ("additive", "additive")):
        for predictor, (statistic, p) in case[key].items():
            line = egger(found, predictor=predictor, dispersion=Dispersion(model))
            assert_close(line.statistic, statistic, 1e-6, 1e-3)
            assert_close(line.p_value, p, 1e-6, 1e-9)
    ranks = begg(found)
    assert_close(ranks.tau, case["begg"][0], 1e-10)
    assert_close(ranks.p_value, case["begg"][1], 1e-8)


@pytest.mark.parametrize("name", CASES)
def test_fail_safe_numbers_and_excess(name: str) -> None:
    case, found = CASES[name], sample(name)
    assert rosenthal(found).n == case["rosenthal"]
    assert orwin(found).n == case["orwin"]
    assert rosenberg(found).n == case["rosenberg"]
    excess = excess_significance(found)
    assert excess.observed == case["excess"][0]
    assert_close(excess.expected, case["excess"][1], 1e-9)
    assert_close(excess.theta, case["excess"][2], 1e-9, 1e-3)


@pytest.mark.parametrize("name", CASES)
def test_trim_and_fill(name: str) -> None:
    for key, (count, estimate, se, tau2) in CASES[name]["trimfill"].items():
        estimator, side = key.split()
        chosen = TrimFillChoices(estimator=estimator, side=side)
        filled = trim_fill(sample(name), PoolingChoices("DL", "wald"), chosen)
        assert filled.missing == count
        assert filled.adjusted is not None
        assert_close(filled.adjusted.estimate, estimate, 1e-9, se)
        assert_close(filled.adjusted.se, se, 1e-9)
        assert_close(filled.adjusted.heterogeneity.tau2, tau2, 1e-9, 1e-9)


@pytest.mark.parametrize("name", CASES)
def test_leave_one_out_and_influence(name: str) -> None:
    case, found = CASES[name], sample(name)
    small = 1e-4 * scale_of(found)
    without = leave_one_out_arrays(found.y, found.v)
    one = influence(found, WALD)
    for i in range(found.k):
        assert_close(float(without.estimate[i]), case["leave1out"]["estimate"][i], 1e-7, 1e-2)
        assert_close(float(without.se[i]), case["leave1out"]["se"][i], 1e-6)
        assert_close(float(without.tau2[i]), case["leave1out"]["tau2"][i], 1e-5, small)
        for key, values in case["influence"].items():
            assert_close(float(getattr(one, key)[i]), values[i], 1e-5, 1e-3)


def test_exact_permutation() -> None:
    case = CASES["random6"]
    found = permutation_test(sample("random6"), choices=PoolingChoices("REML", "wald"))
    assert_close(found.p_value, case["permutation"], 1e-12)

"""Network meta-analysis against metafor's contrast-based models and printed results of netmeta."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ketameta.pooling.choices import PoolingChoices
from ketameta.pooling.network import (
    NetworkResult,
    contrasts_from_arms,
    design_inconsistency,
    net_heat,
    network,
    p_scores,
    split_evidence,
)

FILE = Path(__file__).parents[1] / "reference" / "pooling" / "network.json"
CASES = ("senn2013_MD", "hasselblad1998_OR")


@cache
def case(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(FILE.read_text())["results"][name]
    return found


@cache
def fitted(name: str, method: str, interval: str = "wald") -> NetworkResult:
    rows = contrasts_from_arms(name.rpartition("_")[2], case(name)["arms"])
    return network(rows, PoolingChoices(tau2=method, interval=interval))


@pytest.mark.parametrize("method", ["EE", "ML", "REML"])
@pytest.mark.parametrize("name", CASES)
def test_effects_and_their_covariance_agree_with_metafor(name: str, method: str) -> None:
    theirs, ours = case(name)["models"][method], fitted(name, method)
    assert list(ours.treatments) == case(name)["treatments"]
    # rma.mv optimises numerically; its tau2 is good to about seven digits.
    assert ours.tau2 == pytest.approx(theirs["tau2"], rel=1e-6)
    near = 1e-10 if method == "EE" else 1e-6
    assert ours.estimate[1:, 0] == pytest.approx(np.array(theirs["beta"]), rel=near)
    vb = np.array(theirs["vb"])
    assert ours.se[1:, 0] ** 2 == pytest.approx(np.diag(vb), rel=near)
    pairs = np.diag(vb)[:, None] + np.diag(vb)[None, :] - 2 * vb
    assert ours.se[1:, 1:] ** 2 == pytest.approx(pairs, rel=near, abs=1e-12)
    assert ours.heterogeneity.q == pytest.approx(theirs["q"], rel=1e-10)


@pytest.mark.parametrize("method", ["ML", "REML"])
@pytest.mark.parametrize("name", CASES)
def test_interaction_model_agrees_with_metafor(name: str, method: str) -> None:
    theirs, ours = case(name)["models"][method], design_inconsistency(fitted(name, method))
    assert ours.tau2_within == pytest.approx(theirs["tau2_within"], rel=1e-6)
    assert ours.between_random.q == pytest.approx(theirs["q_between"], rel=1e-6)
    assert ours.within.q == pytest.approx(case(name)["q_within"], rel=1e-10)


@pytest.mark.parametrize("method", ["EE", "ML", "REML"])
@pytest.mark.parametrize("name", CASES)
def test_side_splitting_agrees_with_metafor(name: str, method: str) -> None:
    found = split_evidence(fitted(name, method), method="side-splitting")
    ours = {(split.treatment_1, split.treatment_2): split for split in found}
    for side in case(name)["models"][method]["sides"]:
        split = ours[tuple(side["pair"])]
        assert split.difference is not None
        assert split.tau2 == pytest.approx(side["tau2"], rel=1e-5)
        assert split.difference.estimate == pytest.approx(side["difference"], rel=1e-5)
        assert split.difference.se == pytest.approx(side["se"], rel=1e-6)


def test_diabetes_network_as_printed_by_netmeta() -> None:
    """Senn2013 in netmeta's documentation, method.tau = "DL".

    Contrasts and standard errors there are rounded to four digits (here they come from the arms),
    which moves an estimate of standard error 0.1 by up to 1e-4 and a P-score by as much.
    """
    result = fitted("senn2013_MD", "DL")
    assert result.k == 26
    assert result.tau2 == pytest.approx(0.1087, abs=5e-5)
    assert result.heterogeneity.i2_q == pytest.approx(81.4, abs=0.05)
    against = result.compare("rosiglitazone", "placebo")
    assert against.estimate == pytest.approx(-1.2335, abs=5e-4)
    assert against.se == pytest.approx(0.1278, abs=5e-5)
    best = p_scores(result, smaller_is_better=True)
    printed = {
        "rosiglitazone": 0.8934,
        "metformin": 0.7818,
        "pioglitazone": 0.7746,
        "miglitol": 0.6137,
    }
    assert [score.treatment for score in best[:4]] == list(printed)
    assert [score.p_score for score in best[:4]] == pytest.approx([*printed.values()], abs=2e-4)


def test_diabetes_decomposition_as_printed_by_netmeta() -> None:
    """decomp.design() of the same network; 96.99 and 22.53 there, from rounded contrasts."""
    found = design_inconsistency(fitted("senn2013_MD", "DL"))
    assert (found.total.df, found.within.df, found.between.df) == (18, 11, 7)
    assert found.total.q == pytest.approx(96.99, abs=0.01)
    assert found.within.q == pytest.approx(74.46, abs=0.02)
    assert found.between.q == pytest.approx(22.53, abs=0.01)
    assert found.between.p == pytest.approx(0.0021, abs=5e-5)
    assert found.between_random.q == pytest.approx(2.19, abs=0.005)
    assert found.between_random.p == pytest.approx(0.9483, abs=5e-5)
    assert found.tau2_within == pytest.approx(0.1442, abs=5e-5)
    detached = {d.design: d.between_without for d in found.designs}
    assert detached["metformin:sulfonylurea"].q == pytest.approx(7.51, abs=0.01)


def test_heat_adds_up_to_the_inconsistency() -> None:
    """Krahn 2013: row sums of contributions, and what detaching a design leaves of the whole."""
    result = fitted("senn2013_MD", "DL")
    heat, split = net_heat(result), design_inconsistency(result)
    assert heat.q.sum() == pytest.approx(split.between.q, rel=1e-10)
    left = {d.design: d.between_without.q for d in split.designs}
    for column, design in enumerate(heat.designs):
        gone = heat.change[:, column].sum()
        assert split.between.q - gone == pytest.approx(left[design], rel=1e-9)
        # Once detached, a design has no inconsistency left.
        assert heat.change[column, column] == pytest.approx(heat.q[column], rel=1e-8, abs=1e-10)
    assert "benfluorex:placebo" not in heat.designs
    assert net_heat(result, random=True).q.sum() == pytest.approx(split.between_random.q, rel=1e-9)

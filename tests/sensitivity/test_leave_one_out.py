"""Leave-one-out against metafor and against pooling by hand."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from ketameta.measures.estimates import EffectEstimates
from ketameta.pooling.choices import PoolingChoices
from ketameta.pooling.pool import pool
from ketameta.sensitivity import leave_one_out as module
from ketameta.sensitivity.leave_one_out import leave_one_out, leave_one_out_arrays

FOLDER = Path(__file__).parents[1] / "reference" / "pooling"
METAFOR = json.loads((FOLDER / "leave_one_out.json").read_text())["results"]
DATA = json.loads((FOLDER / "univariate.json").read_text())["datasets"]
CASES = [
    (name, case)
    for name, cases in METAFOR.items()
    for case in cases
    # Differing on purpose: HKSJ under equal effects, identical effects, single studies left over.
    if case != "EE/knha" and name not in {"edge_k2_het", "edge_identical"}
]


@pytest.mark.parametrize(("name", "case"), CASES)
def test_metafor(name: str, case: str) -> None:
    method, test = case.split("/")
    expected = METAFOR[name][case]
    estimates = EffectEstimates.from_arrays("MD", DATA[name]["y"], DATA[name]["v"])
    choices = PoolingChoices(tau2=method, interval="wald" if test == "z" else "hksj")
    results = [result for _, result in leave_one_out(estimates, choices)]
    close = 1e-10 if method in {"REML", "PM"} else 1e-12
    for key, found in {
        "estimate": [r.estimate for r in results],
        "se": [r.se for r in results],
        "ci_lb": [r.interval.low for r in results],
        "ci_ub": [r.interval.high for r in results],
        "Q": [r.heterogeneity.q for r in results],
    }.items():
        assert found == pytest.approx(expected[key], rel=10 * close, abs=1e-13)


def test_labels_name_the_study_left_out() -> None:
    estimates = EffectEstimates.from_arrays(
        "MD", [0.1, 0.5, 0.9], [0.1, 0.2, 0.3], labels=["a", "b", "c"], n=[10, 20, 30]
    )
    found = leave_one_out(estimates)
    assert [label for label, _ in found] == ["a", "b", "c"]
    assert found[1][1].labels == ("a", "c")
    by_hand = pool(EffectEstimates.from_arrays("MD", [0.1, 0.9], [0.1, 0.3]))
    assert found[1][1].interval == by_hand.interval


def test_nothing_to_leave_out() -> None:
    assert leave_one_out(EffectEstimates.from_arrays("MD", [0.1], [0.1])) == ()


@pytest.mark.parametrize("method", ["REML", "DL", "EE"])
def test_arrays_are_the_same_numbers(method: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BLOCK", 40)
    rng = np.random.default_rng(5)
    v = rng.uniform(0.05, 0.4, 15)
    y = rng.normal(0, 0.6, 15)
    fast = leave_one_out_arrays(y, v, tau2=method)
    slow = leave_one_out(
        EffectEstimates.from_arrays("MD", y, v), PoolingChoices(tau2=method, interval="wald")
    )
    for i, (_, result) in enumerate(slow):
        assert fast.tau2[i] == pytest.approx(result.heterogeneity.tau2, rel=1e-12)
        assert fast.estimate[i] == pytest.approx(result.estimate, rel=1e-12)
        assert fast.se[i] == pytest.approx(result.se, rel=1e-12)


def test_arrays_of_two_studies_have_no_tau2() -> None:
    fast = leave_one_out_arrays(np.array([0.1, 0.4]), np.array([0.2, 0.3]))
    assert np.isnan(fast.tau2).all()
    assert fast.estimate == pytest.approx([0.4, 0.1])

"""Every universe is the analysis one would have run by itself."""

from __future__ import annotations

import numpy as np
import pytest
from tests.sensitivity.reference import data_set

from ketameta.errors import DataError, UsageError
from ketameta.measures.effects import effects
from ketameta.measures.estimates import EffectEstimates
from ketameta.pooling.pool import pool
from ketameta.sensitivity.multiverse import (
    inclusion_by_group,
    multiverse,
    multiverse_of_estimates,
)
from ketameta.sensitivity.multiverse_summary import multiverse_summary
from ketameta.sensitivity.universes import MultiverseChoices, Universe

TABLES = {
    "study": np.array(["a", "b", "c", "d", "e"]),
    "events_1": np.array([4, 0, 3, 6, 9]),
    "n_1": np.array([60, 40, 50, 70, 66]),
    "events_2": np.array([12, 3, 9, 11, 10]),
    "n_2": np.array([60, 42, 50, 69, 64]),
}
RISK = ["low", "high", "low", "high", "low"]
RULES = inclusion_by_group({"risk of bias": RISK})


def row_of(rows: tuple[Universe, ...], **wanted: str) -> Universe:
    found = [r for r in rows if all(getattr(r, key) == value for key, value in wanted.items())]
    assert len(found) == 1
    return found[0]


def test_a_universe_is_that_analysis() -> None:
    whole = multiverse(TABLES, ["OR", "RD"], RULES)
    row = row_of(
        whole.rows,
        inclusion="risk of bias: without low",
        measure="OR",
        tau2_method="PM",
        interval_method="hksj",
        zero_cells="treatment_arm",
    )
    high = [i for i, label in enumerate(RISK) if label == "high"]
    part = {name: values[high] for name, values in TABLES.items()}
    alone = pool(effects("OR", part, zero_cells="treatment_arm").estimates, tau2="PM")
    assert row.k == 2
    assert row.estimate == pytest.approx(alone.estimate, rel=1e-12)
    assert row.low == pytest.approx(alone.interval.low, rel=1e-12)
    assert row.prediction_high == pytest.approx(alone.prediction.high, rel=1e-12)
    assert row.p_value == pytest.approx(alone.p_value, rel=1e-12)
    assert row.tau2 == pytest.approx(alone.heterogeneity.tau2, rel=1e-12)
    assert row.excludes_null == (not alone.interval.low <= 0.0 <= alone.interval.high)


def test_every_combination_that_fits_is_there_once() -> None:
    whole = multiverse(TABLES, ["OR", "RD"], RULES)
    # REML, PM, DL with three intervals each and EE with one: 10 pairs. Odds ratios: three zero
    # rules, but one where the study with a zero is left out. Risk differences: likewise.
    keys = [
        (r.inclusion, r.measure, r.tau2_method, r.interval_method, r.zero_cells) for r in whole.rows
    ]
    assert len(set(keys)) == len(keys)
    rules = {(r.inclusion, r.zero_cells) for r in whole.rows if r.measure == "OR"}
    assert rules == {
        ("all studies", "only0"),
        ("all studies", "treatment_arm"),
        ("all studies", "none"),
        ("risk of bias: without low", "only0"),
        ("risk of bias: without low", "treatment_arm"),
        ("risk of bias: without low", "none"),
        ("risk of bias: without high", "only0 = treatment_arm = none"),
    }
    # Without correction one study is left in that set: four tau2 methods, one interval.
    lone = [r for r in whole.rows if r.k == 1]
    assert {r.interval_method for r in lone} == {"wald"}
    assert {r.tau2 for r in lone} == {None}
    assert len([r for r in whole.rows if r.measure == "OR"]) == 6 * 10 + 4
    assert any("EE with hksj" in text for text in whole.refused)


def test_nothing_is_left() -> None:
    nobody = {"nobody": np.zeros(5, dtype=bool)}
    found = multiverse(TABLES, ["OR"], nobody)
    assert {row.reason for row in found.rows} == {"no study gives an estimate"}
    with pytest.raises(DataError, match="no universe of OR has a result"):
        multiverse_summary(found, "OR")


def test_estimates_with_masks() -> None:
    estimates = data_set("bcg_RR", "RR")
    late = np.arange(13) > 5
    whole = multiverse_of_estimates(
        [estimates], {"all": np.ones(13, dtype=bool), "late": late, "again": late}
    )
    assert whole.merged == ("inclusion 'again' keeps the same studies as 'late'",)
    assert {row.zero_cells for row in whole.rows} == {None}
    assert len(whole.rows) == 20
    curve = whole.curve("RR")
    assert [r.estimate for r in curve] == sorted(r.estimate for r in whole.rows)


def test_other_methods_and_those_that_do_not_fit() -> None:
    forks = MultiverseChoices(tau2=("REML", "ML", "reml"), intervals=("kr", "pl", "henmi-copas"))
    whole = multiverse_of_estimates([data_set("bcg_RR")], choices=forks)
    pairs = {(r.tau2_method, r.interval_method) for r in whole.rows}
    assert pairs == {
        ("REML", "kr"),
        ("REML", "henmi-copas"),
        ("ML", "pl"),
        ("ML", "henmi-copas"),
    }
    assert len(whole.refused) == 2
    with pytest.raises(UsageError, match="fits any of the intervals"):
        multiverse_of_estimates(
            [data_set("bcg_RR")], choices=MultiverseChoices(tau2=("EE",), intervals=("hksj",))
        )


def test_summary() -> None:
    whole = multiverse(TABLES, ["OR", "RD"], RULES)
    found = multiverse_summary(whole, "or")
    rows = whole.curve("OR")
    assert found.count == len(rows)
    assert found.lowest == rows[0].estimate
    assert found.below_null + found.above_null == found.count
    assert found.excluding_null == sum(bool(r.excludes_null) for r in rows)
    assert [f.spread for f in found.forks] == sorted((f.spread for f in found.forks), reverse=True)
    inclusion = next(f for f in found.forks if f.fork == "inclusion")
    high = [r.estimate for r in rows if r.inclusion == "risk of bias: without high"]
    assert dict(inclusion.medians)["risk of bias: without high"] == pytest.approx(np.median(high))


def test_what_is_refused() -> None:
    with pytest.raises(DataError, match="must be 5 times True or False"):
        multiverse(TABLES, ["OR"], {"x": [True, False]})
    with pytest.raises(DataError, match="must be 5 times True or False"):
        multiverse(TABLES, ["OR"], {"x": [1, 0, 1, 0, 1]})
    with pytest.raises(UsageError, match="no inclusion rule"):
        multiverse(TABLES, ["OR"], {})
    with pytest.raises(UsageError, match="give columns, measures"):
        multiverse(TABLES, [])
    with pytest.raises(DataError, match="one set per measure"):
        multiverse_of_estimates([data_set("bcg_RR"), data_set("normand1999_SMD")])
    with pytest.raises(DataError, match="one set per measure"):
        multiverse_of_estimates([])


def test_proportions_have_no_null() -> None:
    estimates = EffectEstimates.from_arrays("PLO", [-1.0, -2.0, -1.5], [0.1, 0.2, 0.1])
    found = multiverse_of_estimates([estimates])
    assert {row.excludes_null for row in found.rows} == {None}
    assert multiverse_summary(found, "PLO").excluding_null == 0

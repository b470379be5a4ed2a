"""Tornado: every bar is a set of analyses one could have run by hand."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest

from ketameta.errors import DataError, UsageError
from ketameta.measures.conversions.assumption import Assumption, supposed
from ketameta.measures.conversions.change import sd_of_change
from ketameta.measures.effects import effects
from ketameta.measures.estimates import EffectEstimates
from ketameta.pooling.choices import PoolingChoices
from ketameta.pooling.pool import pool
from ketameta.sensitivity.assumptions import tornado

R_1 = sd_of_change([8.0], [9.0], 0.5).assumptions[0]
R_2 = sd_of_change([10.0], [9.5], 0.6, plausible=(0.4, 0.9)).assumptions[0]
ASSUMPTIONS = {
    "first: correlation": R_1,
    "second: correlation": R_2,
    "third: normal": supposed("normal_data", "The data are normal.", "hand"),
    "third: icc": Assumption("icc", "Clusters are alike.", 0.02, None, None, "hand"),
}


def analyse(values: Mapping[str, float]) -> EffectEstimates:
    """Three trials; the SDs of change of the first two rest on correlations."""
    deff = 1.0 + 9.0 * values["third: icc"]
    sd_1 = sd_of_change([8.0, 8.2], [9.0, 8.8], values["first: correlation"]).value
    sd_2 = sd_of_change(
        [10.0, 9.0], [9.5, 9.9], values["second: correlation"], plausible=(0.0, 1.0)
    ).value
    columns = {
        "mean_1": [-5.0, -1.0, -3.0],
        "sd_1": [sd_1[0], sd_2[0], 7.0 * np.sqrt(deff)],
        "n_1": [30, 44, 25],
        "mean_2": [-1.0, 0.5, -2.5],
        "sd_2": [sd_1[1], sd_2[1], 7.5 * np.sqrt(deff)],
        "n_2": [31, 40, 27],
    }
    return effects("MD", columns).estimates


BASE = {"first: correlation": 0.5, "second: correlation": 0.6, "third: icc": 0.02}


def test_bars_are_analyses_by_hand() -> None:
    found = tornado(ASSUMPTIONS, analyse)
    assert found.base.estimate == pool(analyse(BASE)).estimate
    bars = {bar.keys: bar for bar in found.bars}
    assert set(bars) == {
        ("first: correlation",),
        ("second: correlation",),
        ("first: correlation", "second: correlation"),
    }
    points = bars[("second: correlation",)].points
    assert [point.value for point in points] == pytest.approx([0.4, 0.525, 0.65, 0.775, 0.9])
    for point in points:
        by_hand = pool(analyse({**BASE, "second: correlation": point.value or 0.0}))
        assert point.result is not None
        assert point.result.estimate == by_hand.estimate
        assert point.result.interval == by_hand.interval
    joint = bars[("first: correlation", "second: correlation")]
    ends = {**BASE, "first: correlation": 0.8, "second: correlation": 0.9}
    assert joint.points[-1].result.estimate == pool(analyse(ends)).estimate
    assert joint.points[-1].value is None
    assert joint.description.startswith("2 assumptions of the same kind together")


def test_longest_bar_first() -> None:
    swings = [bar.swing for bar in tornado(ASSUMPTIONS, analyse).bars]
    assert swings == sorted(swings, reverse=True)
    assert swings[-1] > 0.0


def test_what_cannot_be_varied_is_listed() -> None:
    found = tornado(ASSUMPTIONS, analyse, together=False)
    assert len(found.bars) == 2
    assert found.not_varied == (
        ("third: normal", "The data are normal."),
        ("third: icc", "Clusters are alike."),
    )


def bump(values: Mapping[str, float]) -> EffectEstimates:
    shift = (values["x"] - 0.5) ** 2
    return EffectEstimates.from_arrays("MD", [0.2 - shift, 0.3 - shift], [0.001, 0.001])


def test_a_hump_is_seen() -> None:
    x = Assumption("x", "A hump.", 0.0, 0.0, 1.0, "hand")
    ends, inside = (tornado({"x": x}, bump, points=points).bars[0] for points in (2, 5))
    assert ends.swing == pytest.approx(0.0, abs=1e-12)
    assert inside.swing == pytest.approx(0.25)


def test_interval_that_changes_side() -> None:
    x = Assumption("x", "A hump.", 0.5, 0.0, 1.0, "hand")
    assert tornado({"x": x}, bump).bars[0].interval_changes_side is False
    bar = tornado({"x": x}, bump, choices=PoolingChoices(interval="wald")).bars[0]
    assert bar.interval_changes_side


def test_values_that_cannot_be_analysed_keep_their_reason() -> None:
    def fragile(values: Mapping[str, float]) -> EffectEstimates:
        return EffectEstimates.from_arrays("MD", [0.1, 0.4], [values["x"], 0.2])

    x = Assumption("x", "A variance.", 0.1, 0.0, 0.2, "hand")
    first = tornado({"x": x}, fragile, points=2).bars[0].points[0]
    assert first.result is None
    assert "must be above 0" in (first.reason or "")
    with pytest.raises(DataError, match="above 0"):
        tornado({"x": Assumption("x", "A variance.", 0.0, 0.0, 0.2, "hand")}, fragile)


def test_no_assumptions_and_no_range() -> None:
    def fixed(values: Mapping[str, float]) -> EffectEstimates:
        return EffectEstimates.from_arrays("MD", [0.1, 0.4], [0.1, 0.2])

    assert tornado({}, fixed).bars == ()
    with pytest.raises(UsageError, match="Give 2 or more"):
        tornado({}, fixed, points=1)

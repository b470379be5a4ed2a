"""The curve of a weight function: its formulas, its steps, and the studies' p values."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import ndtr

from ketameta.measures.estimates import EffectEstimates
from ketameta.sensitivity.bias.selection.choices import SelectionChoices, vevea_woods
from ketameta.sensitivity.bias.selection.fit import selection_model
from ketameta.sensitivity.bias.selection.weight_curve import WeightCurve, weight_curve

Y = [0.1, 0.4, 0.9, 1.1, 0.3, 0.8, 1.5, -0.2, 0.6, 1.9]
V = [0.05, 0.08, 0.1, 0.2, 0.06, 0.15, 0.4, 0.09, 0.07, 0.6]
TRIALS = EffectEstimates.from_arrays("SMD", Y, V)


def curve(choices: SelectionChoices) -> tuple[WeightCurve, list[float]]:
    found = selection_model(TRIALS, choices)
    return weight_curve(TRIALS, choices, found), [one.value for one in found.weights]


@pytest.mark.parametrize(
    ("model", "formula"),
    [
        ("half-normal", lambda p, d: np.exp(-d * p**2)),
        ("negative-exponential", lambda p, d: np.exp(-d * p)),
        ("logistic", lambda p, d: 2 * np.exp(-d * p) / (1 + np.exp(-d * p))),
        ("power", lambda p, d: (1 - p) ** d),
    ],
)
def test_smooth_curves_are_their_formulas(model: str, formula: object) -> None:
    found, (delta,) = curve(SelectionChoices(model))
    expected = formula(found.p, delta)  # type: ignore[operator]
    assert found.weight == pytest.approx(expected / expected[0], rel=1e-9)
    assert found.low is not None
    assert found.high is not None
    assert np.all(found.low <= found.weight + 1e-12)
    assert np.all(found.weight <= found.high + 1e-12)
    assert np.all(np.diff(found.p) >= 0)


def test_steps_have_their_weights_between_their_cut_offs() -> None:
    found, weights = curve(SelectionChoices("step", steps=(0.025, 0.5)))
    assert found.p.tolist() == pytest.approx([0, 0.025, 0.025, 0.5, 0.5, 1])
    assert found.weight.tolist() == pytest.approx(np.repeat(weights, 2).tolist())
    assert found.weight[0] == 1.0


def test_fixed_weights_have_no_interval() -> None:
    found, weights = curve(vevea_woods("severe one-sided"))
    assert (found.low, found.high) == (None, None)
    assert found.weight[-1] == weights[-1] == 0.10


def test_p_values_are_one_sided_towards_the_mean() -> None:
    found, _ = curve(SelectionChoices())
    assert found.study_p == pytest.approx(ndtr(-np.array(Y) / np.sqrt(V)))
    turned = EffectEstimates("SMD", -TRIALS.y, TRIALS.v, TRIALS.labels)
    choices = SelectionChoices()
    mirrored = weight_curve(turned, choices, selection_model(turned, choices))
    assert mirrored.study_p == pytest.approx(found.study_p)

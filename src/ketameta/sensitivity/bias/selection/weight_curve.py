"""Data of a figure of the weight function: how likely a study is to be seen, given its p value."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ketameta.measures.estimates import EffectEstimates, FloatArray
from ketameta.sensitivity.bias.selection.choices import SelectionChoices
from ketameta.sensitivity.bias.selection.result import SelectionModel
from ketameta.sensitivity.bias.selection.weight_functions import SMOOTH, PValues, p_values

POINTS = 120


@dataclass(frozen=True, slots=True)
class WeightCurve:
    """A weight function as a curve, and the studies' p values.

    Attributes
    ----------
    p, weight
        The curve, (m,), relative to the smallest p value shown; steps have two points per edge.
    low, high
        Its interval, (m,): of the single parameter at each p; of each step's weight. None where
        weights are fixed, for the beta model, and without an interval.
    labels, study_p
        The studies and their p values, (k,).
    """

    p: FloatArray
    weight: FloatArray
    low: FloatArray | None
    high: FloatArray | None
    labels: tuple[str, ...]
    study_p: FloatArray


def weight_curve(
    estimates: EffectEstimates, choices: SelectionChoices, found: SelectionModel
) -> WeightCurve:
    """The fitted weight function from p = 0 to p = 1.

    For a measure of imprecision the curve is that of the least precise study.

    Parameters
    ----------
    estimates, choices
        What `found` was fitted to, and how.
    found
        From `selection_model`.
    """
    z = estimates.y / np.sqrt(estimates.v)
    z = -z if found.alternative == "less" else z
    own = p_values(z, two_sided=found.alternative == "two-sided", smallest=0.0).p
    make = _steps if found.model == "step" else _smooth
    p, weight, low, high = make(choices, found)
    return WeightCurve(p, weight, low, high, estimates.labels, np.asarray(own))


Curve = tuple[FloatArray, FloatArray, FloatArray | None, FloatArray | None]


def _steps(choices: SelectionChoices, found: SelectionModel) -> Curve:
    edges = np.concatenate([[0.0], choices.cut_offs, [1.0]])
    p = np.repeat(edges, 2)[1:-1]
    weight = np.repeat([one.value for one in found.weights], 2)
    limits = [(one.interval.low, one.interval.high) for one in found.weights]
    ends = np.array(
        [
            (one.value, one.value) if one.fixed or None in pair else pair
            for one, pair in zip(found.weights, limits, strict=True)
        ],
        dtype=np.float64,
    )
    if all(one.fixed for one in found.weights):
        return p, weight, None, None
    return p, weight, np.repeat(ends[:, 0], 2), np.repeat(ends[:, 1], 2)


def _smooth(choices: SelectionChoices, found: SelectionModel) -> Curve:
    # Denser towards 0 and 1, where the functions bend.
    p = 0.5 - 0.5 * np.cos(np.pi * np.linspace(0.0, 1.0, POINTS))
    smallest = max(SMOOTH[found.model].smallest_p, 1e-5)
    p = np.clip(p, smallest, 1.0 - smallest)
    weight = _weight(found.model, p, [one.value for one in found.weights])
    if len(found.weights) > 1:
        return p, weight, None, None
    low, high = found.weights[0].interval.low, found.weights[0].interval.high
    if low is None or high is None:
        return p, weight, None, None
    ends = [_weight(found.model, p, [max(end, 0.0)]) for end in (low, high)]
    return p, weight, np.minimum(*ends), np.maximum(*ends)


def _weight(model: str, p: FloatArray, delta: list[float]) -> FloatArray:
    at = PValues(p, np.log(p), np.log1p(-p))
    logs = SMOOTH[model].function(at, np.array(delta), np.ones_like(p)).value
    return np.asarray(np.exp(logs - logs[0]))

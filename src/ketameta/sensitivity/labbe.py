"""Data of a L'Abbe plot: risk in one group against risk in the other."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ketameta.errors import DataError, UsageError
from ketameta.measures.arms import Counts, as_floats
from ketameta.measures.effects import effects
from ketameta.measures.estimates import FloatArray
from ketameta.pooling.choices import PoolingChoices
from ketameta.pooling.pool import pool

POINTS = 201


@dataclass(frozen=True, slots=True)
class LabbePlot:
    """Coordinates of a L'Abbe plot.

    Attributes
    ----------
    labels, risk_1, risk_2
        The studies and their observed risks, (k,).
    people
        People in both groups together, (k,): for the size of points.
    weight
        Percent in the pooled result; nan for studies that give no estimate, (k,).
    axis
        Risks in group 2, (m,).
    curve
        Risks in group 1 that the pooled effect goes with, (m,), and with its interval
        (`curve_low`, `curve_high`); kept within 0 and 1.
    """

    labels: tuple[str, ...]
    risk_1: FloatArray
    risk_2: FloatArray
    people: FloatArray
    weight: FloatArray
    axis: FloatArray
    curve: FloatArray
    curve_low: FloatArray
    curve_high: FloatArray


def labbe_plot(
    group_1: Counts,
    group_2: Counts,
    *,
    code: str = "OR",
    labels: tuple[str, ...] | None = None,
    choices: PoolingChoices | None = None,
) -> LabbePlot:
    """Coordinates of a L'Abbe plot, with the curve of the pooled effect.

    Shows at a glance whether a ratio or a difference describes all studies, and at which risks
    they were done.

    Parameters
    ----------
    group_1, group_2
        Events and people, (k,).
    code
        OR, RR or RD: which effect is pooled.
    labels
        One per study.
    choices
        How to pool; None for the defaults.

    References
    ----------
    L'Abbe KA, Detsky AS, O'Rourke K. Ann Intern Med 1987;107:224-233.
    doi:10.7326/0003-4819-107-2-224. metafor: `labbe(rma(...))`.
    """
    if code not in _CURVES:
        raise UsageError(f"L'Abbe plot: it shows OR, RR and RD, not {code}.")
    a, n1, c, n2 = as_floats(*group_1, *group_2)
    if a.ndim != 1 or a.size == 0 or np.any(n1 <= 0.0) or np.any(n2 <= 0.0):
        raise DataError("L'Abbe plot: give events and people, more than 0, of one or more studies.")
    names = labels or tuple(str(i + 1) for i in range(a.size))
    table = effects(code, {"events_1": a, "n_1": n1, "events_2": c, "n_2": n2}, labels=list(names))
    result = pool(table.estimates, choices)
    weight = np.full(a.size, np.nan)
    weight[table.rows] = result.weights
    axis = np.linspace(0.0, 1.0, POINTS)
    curve = _CURVES[code]
    low, high = (
        curve(axis, np.nan if limit is None else limit)
        for limit in (result.interval.low, result.interval.high)
    )
    return LabbePlot(
        names, a / n1, c / n2, n1 + n2, weight, axis, curve(axis, result.estimate), low, high
    )


def _odds_curve(risk: FloatArray, log_ratio: float) -> FloatArray:
    ratio = np.exp(log_ratio)
    return np.asarray(ratio * risk / (1.0 - risk + ratio * risk))


def _risk_curve(risk: FloatArray, log_ratio: float) -> FloatArray:
    return np.asarray(np.minimum(1.0, np.exp(log_ratio) * risk))


def _difference_curve(risk: FloatArray, difference: float) -> FloatArray:
    return np.asarray(np.clip(risk + difference, 0.0, 1.0))


_CURVES = {"OR": _odds_curve, "RR": _risk_curve, "RD": _difference_curve}

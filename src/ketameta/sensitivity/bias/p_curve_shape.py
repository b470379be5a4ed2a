"""Data of a p-curve figure: the shares of small p values, seen and expected."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ketameta.measures.estimates import FloatArray
from ketameta.sensitivity.bias.p_curve import ALPHA, LOW_POWER, PCurve, share_below, shift_at

BINS = 5


@dataclass(frozen=True, slots=True)
class PCurveShape:
    """Percent of the p values below 0.05 in bins of equal width; arrays (5,).

    Attributes
    ----------
    upper
        Upper end of each bin: 0.01, 0.02, ... 0.05.
    observed, count
        Percent and number of the p values found; percent nan where there are none.
    no_effect
        Percent expected if there is no effect: 20 in each bin.
    low_power
        Percent expected if the studies have a power of 1/3.
    """

    upper: FloatArray
    observed: FloatArray
    count: FloatArray
    no_effect: FloatArray
    low_power: FloatArray


def p_curve_shape(found: PCurve) -> PCurveShape:
    """Bins of a p-curve with what no effect, and a power of 1/3, lead one to expect.

    Parameters
    ----------
    found
        From `p_curve`.

    References
    ----------
    Simonsohn U, Nelson LD, Simmons JP. J Exp Psychol Gen 2014;143:534-547. doi:10.1037/a0033242.
    """
    upper = ALPHA * np.arange(1, BINS + 1) / BINS
    # A p value on an edge belongs to the bin below it.
    place = np.minimum(np.searchsorted(upper * (1.0 + 1e-12), found.p_values), BINS - 1)
    count = np.bincount(place, minlength=BINS).astype(np.float64)
    shift = shift_at(LOW_POWER)
    below = np.array([0.0, *(share_below(shift, float(end)) for end in upper)])
    return PCurveShape(
        upper=upper,
        observed=100.0 * count / count.sum() if count.any() else np.full(BINS, np.nan),
        count=count,
        no_effect=np.full(BINS, 100.0 / BINS),
        low_power=100.0 * np.diff(below) / below[-1],
    )

"""p-curve: do the p values below 0.05 look like those of real effects?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.special import bdtr, bdtrc, ndtr, ndtri

from ketameta.errors import DataError
from ketameta.measures.estimates import Caution, EffectEstimates, FloatArray
from ketameta.pooling.result import Interval
from ketameta.pooling.roots import bracketed_root
from ketameta.sensitivity.bias.gate import gate

ALPHA, HALF = 0.05, 0.025
LOW_POWER = 1.0 / 3.0
# Probabilities are kept this far from 0 and 1, as in the authors' program.
CLIP = 2.2e-16
LOWEST_POWER, HIGHEST_POWER = 0.0501, 0.99


@dataclass(frozen=True, slots=True)
class StoufferTest:
    """Stouffer's combination of k probabilities: z = sum / sqrt(k), and its lower tail."""

    k: int
    z: float
    p_value: float


@dataclass(frozen=True, slots=True)
class PCurve:
    """p-curve analysis of two-sided p values.

    Attributes
    ----------
    k, below_05, below_025
        Studies, and those with p below 0.05 and 0.025.
    p_values
        Those below 0.05, ascending: the curve.
    right_skew, right_skew_half
        Against p values being uniform; over p < 0.05 and p < 0.025. A small p value speaks for
        evidential value.
    right_skew_binomial
        p value of so many of them being below 0.025.
    flatness, flatness_half, flatness_binomial
        Against the studies having a power of 1/3; a small p value says that there is less than
        that.
    evidential_value
        The authors' rule: the half curve's p is below 0.05, or both curves' are below 0.1.
    inadequate
        Their rule: the flatness of the full curve has p below 0.05, or that of the half curve and
        of the binomial test have p below 0.1.
    power, power_interval
        Average power of the studies with p below 0.05, corrected for their selection, with a
        90 % interval; None without them.
    cautions
        When not to believe it.
    """

    k: int
    below_05: int
    below_025: int
    p_values: FloatArray
    right_skew: StoufferTest | None
    right_skew_half: StoufferTest | None
    right_skew_binomial: float | None
    flatness: StoufferTest | None
    flatness_half: StoufferTest | None
    flatness_binomial: float | None
    evidential_value: bool
    inadequate: bool
    power: float | None
    power_interval: Interval
    cautions: tuple[Caution, ...] = ()


def p_curve(estimates: EffectEstimates) -> PCurve:
    """p-curve analysis.

    Needs studies whose main results these are, and none of the p values reported for other
    reasons. Heterogeneous effects inflate the power estimate.

    Parameters
    ----------
    estimates
        Effects; p values are those of y / sqrt(v), two-sided.

    References
    ----------
    Simonsohn U, Nelson LD, Simmons JP. J Exp Psychol Gen 2014;143:534-547. doi:10.1037/a0033242.
    Simonsohn U, Simmons JP, Nelson LD. J Exp Psychol Gen 2015;144:1146-1152.
    doi:10.1037/xge0000104 (half curve). R dmetar: `pcurve()`; its flatness of the half curve
    differs because it puts an unconditional probability where one given p < 0.05 belongs.
    """
    if estimates.k == 0:
        raise DataError("p-curve: there are no estimates. Give at least one study.")
    z = np.abs(estimates.y) / np.sqrt(estimates.v)
    z = np.sort(z[2.0 * ndtr(-z) < ALPHA])[::-1]
    half = z[2.0 * ndtr(-z) < HALF]
    cautions = gate(estimates.k)
    if z.size == 0:
        text = "No p value is below 0.05, so there is no p-curve."
        nothing = Caution("no_p_curve", text)
        return PCurve(
            estimates.k, 0, 0, np.empty(0), None, None, None, None, None, None,
            False, False, None, Interval(None, None), (*cautions, nothing),
        )  # fmt: skip
    share = share_below(shift_at(LOW_POWER), HALF) / LOW_POWER
    right, right_half = _right_skew(z, ALPHA), _right_skew(half, HALF)
    flat, flat_half = _flat(z, LOW_POWER, ALPHA), _flat(half, LOW_POWER, HALF)
    flat_binomial = float(bdtr(half.size, z.size, share))
    return PCurve(
        k=estimates.k,
        below_05=z.size,
        below_025=half.size,
        p_values=2.0 * ndtr(-z),
        right_skew=right,
        right_skew_half=right_half,
        right_skew_binomial=1.0 if half.size == 0 else float(bdtrc(half.size - 1, z.size, 0.5)),
        flatness=flat,
        flatness_half=flat_half,
        flatness_binomial=flat_binomial,
        evidential_value=_both_below(right, right_half, 0.05),
        inadequate=_inadequate(flat, flat_half, flat_binomial),
        power=_power(z, 0.5),
        power_interval=Interval(_power(z, 0.95), _power(z, 0.05)),
        cautions=cautions,
    )


def _both_below(full: StoufferTest | None, half: StoufferTest | None, alpha: float) -> bool:
    if full is None or half is None:
        return False
    return half.p_value < alpha or max(full.p_value, half.p_value) < 2.0 * alpha


def _inadequate(full: StoufferTest | None, half: StoufferTest | None, binomial: float) -> bool:
    if full is not None and full.p_value < 0.05:
        return True
    return half is not None and half.p_value < 0.1 and binomial < 0.1


def _stouffer(probabilities: FloatArray) -> StoufferTest | None:
    if probabilities.size == 0:
        return None
    z = float(ndtri(np.clip(probabilities, CLIP, 1.0 - CLIP)).sum() / np.sqrt(probabilities.size))
    return StoufferTest(probabilities.size, z, float(ndtr(z)))


def _right_skew(z: FloatArray, alpha: float) -> StoufferTest | None:
    """p / alpha is uniform if there is no effect."""
    return _stouffer(2.0 * ndtr(-z) / alpha)


def share_below(shift: float, alpha: float) -> float:
    """P(two-sided p < alpha) for a normal statistic with this mean."""
    critical = -float(ndtri(alpha / 2.0))
    return float(ndtr(shift - critical) + ndtr(-shift - critical))


def shift_at(power: float) -> float:
    """Mean of the statistic at which the power at 0.05 has this value."""
    return bracketed_root(lambda shift: share_below(shift, ALPHA) - power, 0.0, 10.0)


def _conditional(z: FloatArray, power: float, alpha: float) -> FloatArray:
    """P(a smaller |statistic|, given p < alpha) at this power."""
    shift = shift_at(power)
    share = share_below(shift, alpha)
    beyond = ndtr(shift - z) + ndtr(-shift - z)
    return np.asarray(1.0 - beyond / share)


def _flat(z: FloatArray, power: float, alpha: float) -> StoufferTest | None:
    return _stouffer(_conditional(z, power, alpha))


def _power(z: FloatArray, quantile: float) -> float:
    """Power at which Stouffer's combination of conditional probabilities is at this quantile."""

    def excess(power: float) -> float:
        found = _flat(z, power, ALPHA)
        assert found is not None
        return found.p_value - quantile

    return _crossing(excess)


def _crossing(excess: Callable[[float], float]) -> float:
    """Where a falling function of power is 0, within the range of power."""
    if excess(LOWEST_POWER) <= 0.0:
        return 0.05
    if excess(HIGHEST_POWER) >= 0.0:
        return HIGHEST_POWER
    return bracketed_root(excess, LOWEST_POWER, HIGHEST_POWER)

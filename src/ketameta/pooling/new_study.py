"""How likely a new study's true effect is to lie beyond a threshold."""

from __future__ import annotations

import math

from scipy.special import ndtr, stdtr

from ketameta.errors import UsageError
from ketameta.pooling.result import PooledResult

NO_STUDY = "no study gives an estimate"
"""Why there is no probability where there is no result."""


def probability_above(result: PooledResult, threshold: float) -> float | None:
    """Probability that the true effect in a new study is above a threshold.

    Answers "how often would this help?" where the interval for the mean does not. It is the upper
    tail of the t (or normal) distribution whose central part is the prediction interval; read as
    a confidence distribution. The threshold is on the analysis scale (log for ratios); 1 minus
    the result is the probability of an effect below it.

    Parameters
    ----------
    result
        A pooled result.
    threshold
        For example 0 (no difference), or the smallest effect that matters.

    Returns
    -------
    A probability; None where there is no prediction interval, or it was not made from a t or
    normal distribution.

    Raises
    ------
    UsageError
        For a threshold that is not a finite number, or anything else than a pooled result.

    References
    ----------
    Mathur MB, VanderWeele TJ. Stat Med 2019;38:1336-1342. doi:10.1002/sim.8057 (the question).
    meta: `cidprop()`; pimeta: `Pr(theta_new < 0)`.
    """
    if not isinstance(result, PooledResult):
        raise UsageError(
            f"probability_above: takes what pool gives, not {type(result).__name__}. Pool first."
        )
    if isinstance(threshold, str) or not math.isfinite(threshold):
        raise UsageError(f"threshold: {threshold!r} is not a finite number. Use for example 0.")
    if result.prediction_se is None:
        return None
    distance = (result.estimate - threshold) / result.prediction_se
    if result.prediction_df is None:
        return float(ndtr(distance))
    return float(stdtr(result.prediction_df, distance))


def why_no_probability(result: PooledResult) -> str:
    """Why `probability_above` gives None; empty where it gives a probability."""
    if result.prediction_se is not None:
        return ""
    if result.prediction.low is not None:
        return "the prediction interval is not made from a t or normal distribution"
    if result.weighting == "BETA-BINOMIAL":
        return (
            "in the beta-binomial model the probabilities of people vary between studies, and "
            "nothing says how the effect does"
        )
    if result.k < 2:
        return "from one study, how effects vary between studies cannot be estimated"
    if result.heterogeneity.tau2 is None:
        return "how effects vary between studies cannot be estimated here"
    if result.tau2_method == "EE":
        return "one effect is taken for all studies, so nothing says how that in a new one varies"
    told = [one.message for one in result.cautions if one.code == "no_prediction_interval"]
    return told[0].rstrip(".") if told else "there is no prediction interval"

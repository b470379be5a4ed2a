"""Confidence intervals for tau2."""

from __future__ import annotations

import numpy as np
from scipy.special import chdtri

from ketameta.errors import UsageError
from ketameta.measures.estimates import Caution, FloatArray
from ketameta.pooling.choices import PoolingChoices
from ketameta.pooling.generalised_q import generalised_q, tau2_at_q
from ketameta.pooling.likelihood import log_likelihood, ml_fit, reml_fit
from ketameta.pooling.moment_statistic import moment_statistic, tau2_at_probability
from ketameta.pooling.result import Interval
from ketameta.pooling.roots import bracketed_root, root_above

NO_INTERVAL = Interval(None, None)
Tau2Interval = tuple[Interval, tuple[Caution, ...]]

# Points between two modes at which a gap in the likelihood set is looked for.
GAP_POINTS = 200


def q_profile(
    y: FloatArray, v: FloatArray, choices: PoolingChoices, X: FloatArray | None = None
) -> Tau2Interval:
    """All tau2 at which the generalised Q is not surprising (the default).

    Exact when effects are normal. If Q at tau2 = 0 is already below the lower quantile the set is
    empty; metafor prints the limits 0 and 0 for it, here there are none and a caution says why.
    There is no upper search bound.

    References
    ----------
    Viechtbauer W. Stat Med 2007;26:37-52. doi:10.1002/sim.2514.
    metafor: `confint(rma(...))`, type "QP", with a tight `control`.
    """
    df, tail = y.size - (1 if X is None else X.shape[1]), (1.0 - choices.level) / 2.0
    upper_q, lower_q = float(chdtri(df, tail)), float(chdtri(df, 1.0 - tail))
    if float(generalised_q(y, v, 0.0, X)) < lower_q:
        return NO_INTERVAL, (_empty("Q-profile"),)
    low, high = tau2_at_q(y, v, np.array([upper_q, lower_q]), X)
    return Interval(float(low), float(high)), ()


def biggerstaff_jackson(
    y: FloatArray, v: FloatArray, choices: PoolingChoices, X: FloatArray | None = None
) -> Tau2Interval:
    """All tau2 at which Cochran's Q is not surprising, from its exact distribution.

    References
    ----------
    Biggerstaff BJ, Jackson D. Stat Med 2008;27:6093-6110. doi:10.1002/sim.3428.
    metafor: `confint(rma(..., method = "GENQ", weights = 1/vi))`, type "GENQ".
    """
    return _moment_interval(y, v, 1.0 / v, choices, X)


def jackson(
    y: FloatArray, v: FloatArray, choices: PoolingChoices, X: FloatArray | None = None
) -> Tau2Interval:
    """All tau2 at which the moment statistic with weights 1 / sqrt(v) is not surprising.

    Shorter than the other two when heterogeneity is moderate and sampling variances differ.

    References
    ----------
    Jackson D. Res Synth Methods 2013;4:220-229. doi:10.1002/jrsm.1081.
    metafor: `confint(rma(..., method = "GENQ", weights = 1/sqrt(vi)))`, type "GENQ".
    """
    return _moment_interval(y, v, 1.0 / np.sqrt(v), choices, X)


def profile_likelihood(
    y: FloatArray, v: FloatArray, choices: PoolingChoices, X: FloatArray | None = None
) -> Tau2Interval:
    """All tau2 whose (restricted) log-likelihood is near its maximum; with ML and REML only.

    Where the set falls apart (two modes) its outermost points are given, with a caution.

    References
    ----------
    Hardy RJ, Thompson SG. Stat Med 1996;15:619-629.
    doi:10.1002/(SICI)1097-0258(19960330)15:6<619::AID-SIM188>3.0.CO;2-A.
    metafor: `confint(rma(...), type = "PL")`.
    """
    if choices.tau2 not in {"ML", "REML"}:
        raise UsageError(
            f"tau2 interval: PL needs a likelihood, and {choices.tau2} has none. "
            "Use REML or ML, or the interval QP."
        )
    restricted = choices.tau2 == "REML"
    fit = reml_fit(y, v, X) if restricted else ml_fit(y, v, X)
    floor = float(fit.log_likelihood) - 0.5 * float(chdtri(1, 1.0 - choices.level))

    def above_floor(tau2: float) -> float:
        return float(log_likelihood(y, v, tau2, X, restricted=restricted)) - floor

    inside = [float(fit.tau2)]
    if float(fit.runner_up_log_likelihood) > floor:
        inside.append(float(fit.runner_up))
    first, last = min(inside), max(inside)
    high = root_above(above_floor, last, last + float(np.median(v)))
    low = 0.0
    if above_floor(0.0) < 0.0:
        low = bracketed_root(above_floor, 0.0, first)
    grid = np.linspace(first, last, GAP_POINTS)
    gap = np.any(log_likelihood(y, v, grid, X, restricted=restricted) < floor)
    return Interval(low, high), (IN_PARTS,) if gap else ()


IN_PARTS = Caution(
    "tau2_set_in_parts",
    "The profile likelihood set for tau2 consists of separate parts; its outermost points are "
    "given as limits.",
)


def _moment_interval(
    y: FloatArray, v: FloatArray, a: FloatArray, choices: PoolingChoices, X: FloatArray | None
) -> Tau2Interval:
    if X is not None:
        raise UsageError("tau2 interval: BJ and J take no moderators. Use QP.")
    statistic, tail = moment_statistic(y, v, a), (1.0 - choices.level) / 2.0
    if statistic.q == 0.0:
        return NO_INTERVAL, (_empty("moment statistic"),)
    high = tau2_at_probability(statistic, tail)
    if high is None:
        return NO_INTERVAL, (_empty("moment statistic"),)
    return Interval(tau2_at_probability(statistic, 1.0 - tail) or 0.0, high), ()


def _empty(what: str) -> Caution:
    return Caution(
        "tau2_set_empty",
        f"The {what} set for tau2 is empty: the estimates are more alike than chance alone "
        "makes likely, at any tau2. There are no limits for tau2, I2 and H2. Check whether "
        "the estimates are independent and their standard errors right.",
    )

"""Further estimators of tau2: relatives of those in `tau2`, for sensitivity analyses.

Arguments and results as in `tau2`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import chdtri

from ketameta.errors import UsageError
from ketameta.measures.estimates import FloatArray
from ketameta.pooling.batches import Batch, check_members
from ketameta.pooling.generalised_q import q_root
from ketameta.pooling.moment_statistic import moment_statistic, tau2_at_probability
from ketameta.pooling.tau2 import moment_estimate, pm


def hsk(
    y: ArrayLike, v: ArrayLike, X: ArrayLike | None = None, include: ArrayLike | None = None
) -> FloatArray:
    """Hunter-Schmidt with the small-sample factor k / (k - p) on Q.

    References
    ----------
    Brannick MT et al. Organ Res Methods 2019;22:490-514. doi:10.1177/1094428117741966.
    metafor: `method = "HSk"`.
    """
    return check_members(y, v, X, include).solve(_hunter_schmidt_k)


def dlit(
    y: ArrayLike, v: ArrayLike, X: ArrayLike | None = None, include: ArrayLike | None = None
) -> FloatArray:
    """DerSimonian-Laird iterated with weights 1 / (v + tau2): at convergence, Paule-Mandel.

    A fixed point of the iteration satisfies Q(tau2) = k - p, because
    tr(P (V + tau2 I)) = k - p. metafor 3.8-1 leaves tr(PV) out and stops elsewhere (BCG trials:
    0.158, or "did not converge", in place of 0.318); later versions agree with this one.

    References
    ----------
    DerSimonian R, Kacker R. Contemp Clin Trials 2007;28:105-114. doi:10.1016/j.cct.2006.04.004.
    metafor (5.x): `method = "DLIT"`.
    """
    return pm(y, v, X, include)


def sjit(
    y: ArrayLike, v: ArrayLike, X: ArrayLike | None = None, include: ArrayLike | None = None
) -> FloatArray:
    """Sidik-Jonkman iterated to convergence: Paule-Mandel.

    Each step multiplies tau2 by Q(tau2) / (k - p), so the fixed points are the Paule-Mandel
    estimate and 0. metafor stops its slow descent to 0 somewhat above it.

    References
    ----------
    Sidik K, Jonkman JN. Stat Med 2007;26:1964-1981. doi:10.1002/sim.2688.
    metafor: `method = "SJIT"`.
    """
    return pm(y, v, X, include)


def pmm(
    y: ArrayLike, v: ArrayLike, X: ArrayLike | None = None, include: ArrayLike | None = None
) -> FloatArray:
    """Median-unbiased Paule-Mandel: Q(tau2) equals the median of chi-squared(k - p).

    References
    ----------
    Viechtbauer W. Median-unbiased estimators for the amount of heterogeneity in meta-analysis.
    European Congress of Methodology, Valencia 2021. Paule RC, Mandel J. J Res Natl Bur Stand
    1982;87:377-385. doi:10.6028/jres.087.022. metafor: `method = "PMM"`.
    """
    return check_members(y, v, X, include).solve(lambda batch: q_root(batch, chdtri(batch.df, 0.5)))


def genq(
    y: ArrayLike, v: ArrayLike, X: ArrayLike | None = None, include: ArrayLike | None = None
) -> FloatArray:
    """Moment estimator with fixed weights 1 / sqrt(v), between Hedges and DerSimonian-Laird.

    For weights of one's own see `moment_statistic.moment_statistic`.

    References
    ----------
    DerSimonian R, Kacker R. Contemp Clin Trials 2007;28:105-114. doi:10.1016/j.cct.2006.04.004.
    Jackson D. Res Synth Methods 2013;4:220-229. doi:10.1002/jrsm.1081 (these weights).
    metafor: `method = "GENQ", weights = 1 / sqrt(vi)`.
    """
    return check_members(y, v, X, include).solve(lambda batch: moment_estimate(batch, 0.5))


def genqm(
    y: ArrayLike, v: ArrayLike, X: ArrayLike | None = None, include: ArrayLike | None = None
) -> FloatArray:
    """Median-unbiased version of `genq`: the observed statistic is the median of its distribution.

    Uses the exact distribution for normal effects, one meta-analysis after the other; without
    moderators only (`UsageError` with a design matrix).

    References
    ----------
    Viechtbauer W. European Congress of Methodology, Valencia 2021 (the idea).
    Jackson D. Res Synth Methods 2013;4:220-229. doi:10.1002/jrsm.1081 (the distribution).
    metafor: `method = "GENQM", weights = 1 / sqrt(vi)`.
    """
    if X is not None:
        raise UsageError("tau2 method: GENQM takes no moderators. Use GENQ or REML.")
    members = check_members(y, v, None, include)
    mask = np.ones(members.y.shape[-1:], dtype=np.bool_) if include is None else include
    full = (*members.shape, members.y.shape[-1])
    effects, variances, used = (
        np.broadcast_to(array, full).reshape(-1, full[-1])
        for array in (members.y, members.v, np.asarray(mask, dtype=np.bool_))
    )
    found = [
        _median_unbiased(effects[i][used[i]], variances[i][used[i]]) for i in range(members.count)
    ]
    return np.array(found).reshape(members.shape)


def _hunter_schmidt_k(batch: Batch) -> FloatArray:
    terms = batch.terms(np.zeros(batch.size), restricted=False)
    return np.asarray(np.maximum((terms.q * batch.k / batch.df - batch.k) / terms.trace, 0.0))


def _median_unbiased(y: FloatArray, v: FloatArray) -> float:
    if y.size < 2:
        return float("nan")
    statistic = moment_statistic(y, v, 1.0 / np.sqrt(v))
    return tau2_at_probability(statistic, 0.5) or 0.0

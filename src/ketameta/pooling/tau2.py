"""Estimators of tau2, the variance of true effects between studies.

Every function takes y and v of shape (..., k), the last axis studies and leading axes a batch, an
optional design matrix X (..., k, p) and an optional boolean mask `include` (..., k), and returns
tau2 of shape (...), on the squared scale of y; nan where k <= p. Estimates below 0 are returned
as 0. `DataError` where an included study has no finite estimate or no variance above 0.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from ketameta.measures.estimates import FloatArray
from ketameta.pooling.batches import Batch, check_members
from ketameta.pooling.generalised_q import q_root
from ketameta.pooling.likelihood import ml, reml

__all__ = ["dl", "eb", "equal_effects", "he", "hs", "ml", "pm", "reml", "sj"]


def equal_effects(
    y: ArrayLike, v: ArrayLike, X: ArrayLike | None = None, include: ArrayLike | None = None
) -> FloatArray:
    """0: the equal-effects (common-effect) model assumes that all studies share one effect.

    metafor: `method = "EE"`.
    """
    return np.zeros(check_members(y, v, X, include).shape)


def dl(
    y: ArrayLike, v: ArrayLike, X: ArrayLike | None = None, include: ArrayLike | None = None
) -> FloatArray:
    """DerSimonian-Laird: the moment estimator from Cochran's Q.

    Closed form, long the field's default; too small when heterogeneity is large.

    References
    ----------
    DerSimonian R, Laird N. Control Clin Trials 1986;7:177-188.
    doi:10.1016/0197-2456(86)90046-2. metafor: `method = "DL"`.
    """
    return check_members(y, v, X, include).solve(lambda batch: moment_estimate(batch, 1.0))


def he(
    y: ArrayLike, v: ArrayLike, X: ArrayLike | None = None, include: ArrayLike | None = None
) -> FloatArray:
    """Hedges: the moment estimator from the unweighted sum of squares (variance components).

    Closed form, unbiased before truncation, but imprecise when variances differ much.

    References
    ----------
    Hedges LV. Psychol Bull 1983;93:388-395. doi:10.1037/0033-2909.93.2.388.
    metafor: `method = "HE"`.
    """
    return check_members(y, v, X, include).solve(lambda batch: moment_estimate(batch, 0.0))


def hs(
    y: ArrayLike, v: ArrayLike, X: ArrayLike | None = None, include: ArrayLike | None = None
) -> FloatArray:
    """Hunter-Schmidt: (Q - k) / sum of weights. Simple and biased downwards.

    References
    ----------
    Viechtbauer W. J Educ Behav Stat 2005;30:261-293. doi:10.3102/10769986030003261.
    metafor: `method = "HS"`.
    """
    return check_members(y, v, X, include).solve(_hunter_schmidt)


def sj(
    y: ArrayLike, v: ArrayLike, X: ArrayLike | None = None, include: ArrayLike | None = None
) -> FloatArray:
    """Sidik-Jonkman: one model-error-variance step from the variance of the estimates.

    Closed form and always above 0 (unless all estimates are equal), hence never evidence of
    heterogeneity; too large when heterogeneity is small.

    References
    ----------
    Sidik K, Jonkman JN. J R Stat Soc C 2005;54:367-384. doi:10.1111/j.1467-9876.2005.00489.x.
    metafor: `method = "SJ"` (start value: sum of squares about the mean / k).
    """
    return check_members(y, v, X, include).solve(_sidik_jonkman)


def pm(
    y: ArrayLike, v: ArrayLike, X: ArrayLike | None = None, include: ArrayLike | None = None
) -> FloatArray:
    """Paule-Mandel: tau2 at which the generalised Q equals its expectation k - p.

    Needs no normality; 0 where Q is not above k - p.

    References
    ----------
    Paule RC, Mandel J. J Res Natl Bur Stand 1982;87:377-385. doi:10.6028/jres.087.022.
    metafor: `method = "PM"`, whose search stops at max(100, 10 MAD(y)^2) with an error and whose
    stopping rule is absolute; here there is no upper bound and the tolerance is relative.
    """
    return check_members(y, v, X, include).solve(lambda batch: q_root(batch, batch.df))


def eb(
    y: ArrayLike, v: ArrayLike, X: ArrayLike | None = None, include: ArrayLike | None = None
) -> FloatArray:
    """Empirical Bayes (Morris). At convergence it is the Paule-Mandel estimator.

    References
    ----------
    Morris CN. J Am Stat Assoc 1983;78:47-55. doi:10.1080/01621459.1983.10477920.
    Viechtbauer W et al. Psychol Methods 2015;20:360-374. doi:10.1037/met0000023.
    metafor: `method = "EB"`.
    """
    return pm(y, v, X, include)


def moment_estimate(batch: Batch, power: float) -> FloatArray:
    """Method of moments with fixed weights v ** -power, in the batch's units."""
    form, sampling, trace = batch.quadratic_form(power)
    return np.asarray(np.maximum((form - sampling) / trace, 0.0))


def _hunter_schmidt(batch: Batch) -> FloatArray:
    terms = batch.terms(np.zeros(batch.size), restricted=False)
    return np.asarray(np.maximum((terms.q - batch.k) / terms.trace, 0.0))


def _sidik_jonkman(batch: Batch) -> FloatArray:
    start = batch.total_ss() / batch.k
    q, _ = batch.q_terms(start)
    return np.asarray(start * q / batch.df)

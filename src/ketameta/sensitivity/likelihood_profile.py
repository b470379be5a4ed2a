"""Data of a profile likelihood plot of tau2: how sharply do the data speak?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import chdtri

from ketameta.errors import DataError
from ketameta.measures.estimates import EffectEstimates, FloatArray
from ketameta.measures.level import check_level
from ketameta.pooling.likelihood import log_likelihood, ml_fit, reml_fit
from ketameta.pooling.weighted_mean import pooled_means

POINTS = 201
# How far below the cut-off the axis goes on, in units of log-likelihood, and the most doublings.
BEYOND, DOUBLINGS = 1.0, 80


@dataclass(frozen=True, slots=True)
class LikelihoodProfile:
    """(Restricted) log-likelihood of tau2, maximised over the mean.

    Attributes
    ----------
    tau2, log_likelihood
        The curve, (m,).
    mean
        Pooled mean at each tau2, (m,): how it depends on it.
    peak, peak_log_likelihood
        The global maximum.
    cut_off
        Log-likelihood at the limits of the profile likelihood interval.
    local_maxima
        Number of local maxima, tau2 = 0 included where the curve falls from it.
    restricted
        Whether this is the restricted likelihood (REML).
    """

    tau2: FloatArray
    log_likelihood: FloatArray
    mean: FloatArray
    peak: float
    peak_log_likelihood: float
    cut_off: float
    local_maxima: int
    restricted: bool


def likelihood_profile(
    estimates: EffectEstimates, *, restricted: bool = True, level: float = 0.95
) -> LikelihoodProfile:
    """Profile of the likelihood of tau2, far enough to show both limits of its interval.

    Parameters
    ----------
    estimates
        At least two estimates.
    restricted
        REML, otherwise ML.
    level
        Coverage of the interval whose cut-off is given.

    References
    ----------
    Hardy RJ, Thompson SG. Stat Med 1996;15:619-629.
    doi:10.1002/(SICI)1097-0258(19960330)15:6<619::AID-SIM188>3.0.CO;2-A.
    metafor: `profile(rma(...))`.
    """
    if estimates.k < 2:
        raise DataError("likelihood profile: tau2 needs two studies or more.")
    check_level(level)
    y, v = estimates.y, estimates.v
    fit = (reml_fit if restricted else ml_fit)(y, v)
    peak, top = float(fit.tau2), float(fit.log_likelihood)
    cut = top - 0.5 * float(chdtri(1.0, 1.0 - level))
    end = 2.0 * peak + float(np.median(v))
    for _ in range(DOUBLINGS):
        if float(log_likelihood(y, v, end, restricted=restricted)) < cut - BEYOND:
            break
        end *= 2.0
    # Denser towards 0, where variances are small and the curve bends; the peak is one point.
    axis = np.unique(np.append(end * np.linspace(0.0, 1.0, POINTS) ** 2, peak))
    mean, _, _ = pooled_means(np.broadcast_to(y, (axis.size, y.size)), v, axis)
    return LikelihoodProfile(
        tau2=axis,
        log_likelihood=log_likelihood(y, v, axis, restricted=restricted),
        mean=mean,
        peak=peak,
        peak_log_likelihood=top,
        cut_off=cut,
        local_maxima=int(fit.local_maxima),
        restricted=restricted,
    )

"""Maximum likelihood and restricted maximum likelihood for tau2, at the global maximum."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ketameta.measures.estimates import FloatArray
from ketameta.pooling.batches import check_members, spread_over
from ketameta.pooling.likelihood_search import find_modes


@dataclass(frozen=True, slots=True)
class LikelihoodFit:
    """The maximum and its certificate; arrays of the batch's shape.

    Attributes
    ----------
    tau2
        Where the (restricted) log-likelihood is highest; nan where k <= p.
    log_likelihood
        Its value there; the restricted one includes + log|X'X| / 2.
    local_maxima
        Number of local maxima on [0, inf), 0 itself included where the likelihood falls from it.
    at_boundary
        Whether tau2 = 0 is the global maximum.
    runner_up, runner_up_log_likelihood
        The best of the other local maxima; nan with a single mode.
    """

    tau2: FloatArray
    log_likelihood: FloatArray
    local_maxima: NDArray[np.int64]
    at_boundary: NDArray[np.bool_]
    runner_up: FloatArray
    runner_up_log_likelihood: FloatArray


def reml(
    y: ArrayLike, v: ArrayLike, X: ArrayLike | None = None, include: ArrayLike | None = None
) -> FloatArray:
    """Restricted maximum likelihood estimate of tau2 (the default estimator).

    Nearly unbiased, and the estimator that Cochrane recommends. Never fails to converge, and
    returns the higher of two modes where there are two.

    Parameters
    ----------
    y, v
        Estimates and sampling variances, shape (..., k).
    X
        Design matrix, shape (..., k, p); None for a common mean.
    include
        Studies to use, boolean, shape (..., k).

    Returns
    -------
    tau2, shape (...); nan where k <= p.

    References
    ----------
    Viechtbauer W. J Educ Behav Stat 2005;30:261-293. doi:10.3102/10769986030003261.
    Veroniki AA et al. Res Synth Methods 2016;7:55-79. doi:10.1002/jrsm.1164.

    Notes
    -----
    metafor: `rma(yi, vi, method = "REML")`, which iterates from one start value and, on data with
    two modes or a long flat likelihood, can stop with an error or stay at the lower mode.
    """
    return _estimate(y, v, X, include, restricted=True)


def ml(
    y: ArrayLike, v: ArrayLike, X: ArrayLike | None = None, include: ArrayLike | None = None
) -> FloatArray:
    """Maximum likelihood estimate of tau2, at the global maximum.

    Biased downwards with few studies; needed to compare models with different moderators by
    likelihood. Parameters, result and behaviour as for `reml`.

    References
    ----------
    Hardy RJ, Thompson SG. Stat Med 1996;15:619-629.
    doi:10.1002/(SICI)1097-0258(19960330)15:6<619::AID-SIM188>3.0.CO;2-A.

    Notes
    -----
    metafor: `rma(yi, vi, method = "ML")`.
    """
    return _estimate(y, v, X, include, restricted=False)


def reml_fit(
    y: ArrayLike, v: ArrayLike, X: ArrayLike | None = None, include: ArrayLike | None = None
) -> LikelihoodFit:
    """`reml` with its certificate."""
    return _fit(y, v, X, include, restricted=True)


def ml_fit(
    y: ArrayLike, v: ArrayLike, X: ArrayLike | None = None, include: ArrayLike | None = None
) -> LikelihoodFit:
    """`ml` with its certificate."""
    return _fit(y, v, X, include, restricted=False)


def log_likelihood(
    y: ArrayLike,
    v: ArrayLike,
    tau2: ArrayLike,
    X: ArrayLike | None = None,
    *,
    restricted: bool = True,
) -> FloatArray:
    """(Restricted) log-likelihood at given tau2 of shape (...), profiled over the coefficients."""
    values = np.asarray(tau2, dtype=np.float64)
    members = check_members(spread_over(y, values), v, X)
    at = np.broadcast_to(values, members.shape).reshape(-1)
    out = np.empty(members.count)
    for part, batch in members.chunks():
        out[part] = batch.log_likelihood(at[part] / batch.unit**2, restricted=restricted)
    return out.reshape(members.shape)


def _estimate(
    y: ArrayLike,
    v: ArrayLike,
    X: ArrayLike | None,
    include: ArrayLike | None,
    *,
    restricted: bool,
) -> FloatArray:
    members = check_members(y, v, X, include)
    return members.solve(lambda batch: find_modes(batch, restricted=restricted).best)


def _fit(
    y: ArrayLike,
    v: ArrayLike,
    X: ArrayLike | None,
    include: ArrayLike | None,
    *,
    restricted: bool,
) -> LikelihoodFit:
    members = check_members(y, v, X, include)
    nan = np.full(members.count, np.nan)
    out = LikelihoodFit(
        nan,
        nan.copy(),
        np.zeros(members.count, dtype=np.int64),
        np.zeros(members.count, dtype=np.bool_),
        nan.copy(),
        nan.copy(),
    )
    for part, able, chosen in members.estimable():
        modes = find_modes(chosen, restricted=restricted)
        square = chosen.unit**2
        out.tau2[part][able] = modes.best * square
        out.log_likelihood[part][able] = chosen.log_likelihood(modes.best, restricted=restricted)
        out.local_maxima[part][able] = modes.count
        out.at_boundary[part][able] = modes.best == 0.0
        out.runner_up[part][able] = modes.second * square
        several = np.flatnonzero(modes.count > 1)
        if several.size:
            second = chosen.take(several).log_likelihood(
                modes.second[several], restricted=restricted
            )
            out.runner_up_log_likelihood[part][able[several]] = second
    return LikelihoodFit(*(getattr(out, f.name).reshape(members.shape) for f in fields(out)))

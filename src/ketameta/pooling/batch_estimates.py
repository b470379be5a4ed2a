"""tau2, mean and heterogeneity of a working batch, from one arrangement of its numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from scipy.special import chdtri

from ketameta.measures.estimates import FloatArray
from ketameta.pooling.batches import Members
from ketameta.pooling.generalised_q import q_root
from ketameta.pooling.intercept_batch import InterceptBatch, Terms
from ketameta.pooling.likelihood_search import find_modes
from ketameta.pooling.tau2 import moment_estimate
from ketameta.pooling.weighted_mean import mean_terms

# Estimators that ask a batch for its sums only, in its units.
BATCH_ESTIMATORS: Mapping[str, Callable[..., FloatArray]] = {
    "REML": lambda batch: find_modes(batch, restricted=True).best,
    "ML": lambda batch: find_modes(batch, restricted=False).best,
    "DL": lambda batch: moment_estimate(batch, 1.0),
    "HE": lambda batch: moment_estimate(batch, 0.0),
    "GENQ": lambda batch: moment_estimate(batch, 0.5),
    "PM": lambda batch: q_root(batch, batch.df),
    "EB": lambda batch: q_root(batch, batch.df),
    "DLIT": lambda batch: q_root(batch, batch.df),
    "SJIT": lambda batch: q_root(batch, batch.df),
    "PMM": lambda batch: q_root(batch, chdtri(batch.df, 0.5)),
    "EE": lambda batch: np.zeros(batch.size),
}


@dataclass(frozen=True, slots=True)
class BatchEstimates:
    """Numbers of each member in the caller's units, (n,).

    Attributes
    ----------
    tau2, mean, se
        tau2 is nan for a single study; `se` is 1 / sqrt(sum of weights).
    spread
        Generalised Q at tau2.
    q, typical
        Cochran's Q, and the typical sampling variance, nan for a single study.
    """

    tau2: FloatArray
    mean: FloatArray
    se: FloatArray
    spread: FloatArray
    q: FloatArray
    typical: FloatArray


def batch_estimates(
    batch: InterceptBatch, code: str, given: FloatArray | None = None
) -> BatchEstimates:
    """Estimates of a batch in which every member has a study.

    Parameters
    ----------
    batch
        The members.
    code
        In `BATCH_ESTIMATORS`, unless tau2 is given.
    given
        tau2 of the members in the caller's units.
    """
    at_zero, square = batch.terms(np.zeros(batch.size), restricted=True), batch.unit**2
    tau2 = _tau2(batch, code, at_zero) * square if given is None else given
    mean, variance, spread = mean_terms(batch, np.nan_to_num(tau2))
    with np.errstate(divide="ignore", invalid="ignore"):
        typical = batch.df / at_zero.trace * square
    return BatchEstimates(tau2, mean, np.sqrt(variance), spread, at_zero.q, typical)


def given_tau2(
    estimator: Callable[..., FloatArray], code: str, members: Members
) -> FloatArray | None:
    """tau2 of all members by estimators that are not in `BATCH_ESTIMATORS`, None for these."""
    if code in BATCH_ESTIMATORS:
        return None
    return estimator(members.y, members.v, None, members.include).reshape(-1)


def _tau2(batch: InterceptBatch, code: str, at_zero: Terms) -> FloatArray:
    several = batch.df > 0.0
    if several.all():
        if code == "REML":
            return find_modes(batch, restricted=True, at_zero=at_zero).best
        return BATCH_ESTIMATORS[code](batch)
    tau2 = np.full(batch.size, np.nan)
    tau2[several] = BATCH_ESTIMATORS[code](batch.take(several))
    return tau2

"""tau2 and mean without each study in turn, in time that grows with the number of studies."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtri

from ketameta.errors import ConvergenceError
from ketameta.measures.estimates import FloatArray
from ketameta.pooling.batches import check_members
from ketameta.pooling.generalised_q import q_root
from ketameta.pooling.likelihood_search import find_modes
from ketameta.pooling.tau2 import moment_estimate
from ketameta.sensitivity.deleted_batch import DeletedBatch

# Times the largest variance: weights are equal to the third digit.
LARGE = 1e3

# Estimators that ask a batch for its sums only.
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


def fill_linear(
    y: FloatArray,
    v: FloatArray,
    code: str,
    out: tuple[FloatArray, FloatArray, FloatArray, FloatArray],
) -> NDArray[np.intp]:
    """Fill tau2, mean, standard error and generalised Q of all deletions; all of shape (k,).

    Returns
    -------
    Positions that lost digits (a study that dominates the others, a gross outlier) and must be
    computed from scratch; their numbers in `out` are not to be used.
    """
    check_members(y, v)
    whole = DeletedBatch.build(y, v)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        batch = _trustworthy(whole)
        try:
            tau2 = BATCH_ESTIMATORS[code](batch) * whole.scale**2
        except ConvergenceError:  # lost digits led the search astray
            return np.arange(y.size)
        mean, variance, q = batch.means(tau2)
        found = np.array((tau2, mean, np.sqrt(variance), q))
    for target, values in zip(out, found, strict=True):
        target[batch.members] = values
    lost = whole.doubtful
    lost[batch.members[~np.all(np.isfinite(found), axis=0)]] = True
    return np.flatnonzero(lost)


def _trustworthy(batch: DeletedBatch) -> DeletedBatch:
    """The members whose sums keep their digits for small, middling and large tau2."""
    v = batch.sums.v
    for tau2 in (0.0, float(np.median(v)), LARGE * float(v.max())):
        batch.terms(np.full(batch.size, tau2), restricted=True)
    return batch.take(~batch.doubtful)

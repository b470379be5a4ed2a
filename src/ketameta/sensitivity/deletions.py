"""tau2 and mean without each study in turn, in time that grows with the number of studies."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ketameta.errors import ConvergenceError
from ketameta.measures.estimates import FloatArray
from ketameta.pooling.batch_estimates import BATCH_ESTIMATORS
from ketameta.pooling.batches import check_members
from ketameta.sensitivity.deleted_batch import DeletedBatch

# Times the largest variance: weights are equal to the third digit.
LARGE = 1e3


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

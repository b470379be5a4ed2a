"""Does the conclusion hang on one study? Pool again without each study in turn."""

from __future__ import annotations

import numpy as np

from ketameta.measures.estimates import EffectEstimates, FloatArray
from ketameta.pooling.batch_estimates import BATCH_ESTIMATORS
from ketameta.pooling.batches import check_members
from ketameta.pooling.catalog import tau2_method
from ketameta.pooling.result import PooledResult
from ketameta.sensitivity.deleted_batch import DeletedBatch
from ketameta.sensitivity.pooled_arrays import BLOCK, LINEAR_FROM, PooledArrays
from ketameta.sensitivity.pooler import Pooling, pooler
from ketameta.sensitivity.selected_estimates import selected_estimates


def leave_one_out(
    estimates: EffectEstimates, choices: Pooling = None
) -> tuple[tuple[str, PooledResult], ...]:
    """Pooled results without each study in turn, in the order of the studies.

    Parameters
    ----------
    estimates
        Any number of estimates.
    choices
        How to pool, or a function that pools some of them; None for the defaults.

    Returns
    -------
    Pairs of the label left out and the result of the others; () for a single study.

    References
    ----------
    Viechtbauer W, Cheung MW-L. Res Synth Methods 2010;1:112-125. doi:10.1002/jrsm.11.
    metafor: `leave1out(rma(...))`.
    """
    if estimates.k < 2:
        return ()
    positions, pooled = np.arange(estimates.k), pooler(choices)
    return tuple(
        (label, pooled(selected_estimates(estimates, positions != i)))
        for i, label in enumerate(estimates.labels)
    )


def leave_one_out_arrays(y: FloatArray, v: FloatArray, *, tau2: str = "REML") -> PooledArrays:
    """Leave-one-out numbers of one meta-analysis at array speed, without study i at position i.

    With many studies the cost grows with k, for estimators in `batch_estimates.BATCH_ESTIMATORS`;
    otherwise with k^2, in blocks of bounded memory. y and v of shape (k,), k >= 2.
    """
    method = tau2_method(tau2)
    check_members(y, v)
    out, left = PooledArrays.empty(y.size), np.arange(y.size)
    if y.size >= LINEAR_FROM and method.code in BATCH_ESTIMATORS:
        left = out.fill_quickly(DeletedBatch.build(y, v), method.code)
    step = max(1, BLOCK // y.size)
    for start in range(0, left.size, step):
        part = left[start : start + step]
        out.fill(part, (y, v, np.arange(y.size) != part[:, None]), method)
    return out

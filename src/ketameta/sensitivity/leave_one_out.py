"""Does the conclusion hang on one study? Pool again without each study in turn."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from ketameta.measures.estimates import EffectEstimates, FloatArray
from ketameta.pooling.batch_estimates import BATCH_ESTIMATORS
from ketameta.pooling.batches import check_members
from ketameta.pooling.catalog import tau2_method
from ketameta.pooling.choices import PoolingChoices
from ketameta.pooling.result import PooledResult
from ketameta.pooling.settle import settle
from ketameta.pooling.weighted_mean import effects_identical
from ketameta.sensitivity.brief_result import BriefResult, Part, brief_results
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


def brief_leave_one_out(
    estimates: EffectEstimates, choices: Pooling = None
) -> tuple[tuple[str, BriefResult], ...]:
    """`leave_one_out` in brief, which takes a second for 10,000 studies."""
    if callable(choices) or estimates.k < LINEAR_FROM:
        found = leave_one_out(estimates, choices)
        return tuple((label, BriefResult.of(result)) for label, result in found)
    settled = settle(choices or PoolingChoices())
    arrays = leave_one_out_arrays(estimates.y, estimates.v, tau2=settled.tau2)
    results = brief_results(arrays, _without_each(estimates), settled)
    return tuple(zip(estimates.labels, results, strict=True))


def _without_each(estimates: EffectEstimates) -> Iterator[Part]:
    """The others; arrays are used again, so that each part ends where the next one begins."""
    alike = identical_without_each(estimates.y)
    y, v = estimates.y[1:].copy(), estimates.v[1:].copy()
    for i in range(estimates.k):
        if i > 0:
            y[i - 1], v[i - 1] = estimates.y[i - 1], estimates.v[i - 1]
        yield Part(y, v, bool(alike[i]))


def identical_without_each(y: FloatArray) -> NDArray[np.bool_]:
    """Whether the other estimates agree up to rounding, for each of two or more estimates."""
    order = np.argsort(y, kind="stable")
    found = np.zeros(y.size, dtype=np.bool_)
    for i in {int(order[0]), int(order[-1])}:
        found[i] = effects_identical(np.delete(y, i))
    return np.ones_like(found) if effects_identical(y) else found


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

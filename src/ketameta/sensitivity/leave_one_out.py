"""Does the conclusion hang on one study? Pool again without each study in turn."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ketameta.measures.estimates import EffectEstimates, FloatArray
from ketameta.pooling.batch_estimates import BATCH_ESTIMATORS
from ketameta.pooling.catalog import tau2_method
from ketameta.pooling.result import PooledResult
from ketameta.pooling.weighted_mean import pooled_means
from ketameta.sensitivity.deletions import fill_linear
from ketameta.sensitivity.pooler import Pooling, pooler
from ketameta.sensitivity.selected_estimates import selected_estimates

# Below it, fits from scratch are as fast.
LINEAR_FROM = 60
# Studies times meta-analyses in one block of masks: tens of megabytes, whatever k.
BLOCK = 4_000_000


@dataclass(frozen=True, slots=True)
class LeaveOneOutArrays:
    """Results without study i at position i; arrays of shape (k,).

    Attributes
    ----------
    tau2, estimate, se
        tau2 (nan where one study is left), pooled mean, and its plain standard error.
    q
        Generalised Q at tau2; q / (k - 2) is the Hartung-Knapp-Sidik-Jonkman factor.
    """

    tau2: FloatArray
    estimate: FloatArray
    se: FloatArray
    q: FloatArray


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


def leave_one_out_arrays(y: FloatArray, v: FloatArray, *, tau2: str = "REML") -> LeaveOneOutArrays:
    """Leave-one-out numbers of one meta-analysis at array speed; y and v of shape (k,), k >= 2.

    With many studies the cost grows with k, for estimators in `batch_estimates.BATCH_ESTIMATORS`;
    otherwise with k^2, in blocks of bounded memory.
    """
    method = tau2_method(tau2)
    out = LeaveOneOutArrays(*(np.empty(y.size) for _ in range(4)))
    left = np.arange(y.size)
    if y.size >= LINEAR_FROM and method.code in BATCH_ESTIMATORS:
        left = fill_linear(y, v, method.code, (out.tau2, out.estimate, out.se, out.q))
    step = max(1, BLOCK // y.size)
    for start in range(0, left.size, step):
        part = left[start : start + step]
        include = np.arange(y.size) != part[:, None]
        found = method.function(y, v, None, include)
        out.tau2[part] = found
        at = np.nan_to_num(found)
        out.estimate[part], out.se[part], out.q[part] = pooled_means(y, v, at, include)
    return out

"""Does the conclusion hang on one trial with several results, one country, one group of authors?"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ketameta.errors import DataError
from ketameta.measures.estimates import EffectEstimates
from ketameta.pooling.result import PooledResult
from ketameta.sensitivity.pooler import Pooling, pooler
from ketameta.sensitivity.selected_estimates import selected_estimates


def leave_cluster_out(
    estimates: EffectEstimates, clusters: Sequence[str], choices: Pooling = None
) -> tuple[tuple[str, PooledResult], ...]:
    """Pooled results without each cluster of estimates in turn.

    Parameters
    ----------
    estimates
        Any number of estimates.
    clusters
        The cluster of each estimate, length k.
    choices
        How to pool, or a function that pools some of them; None for the defaults.

    Returns
    -------
    Pairs of the cluster left out and the result of the others, by first appearance; () with a
    single cluster.

    Raises
    ------
    DataError
        If there are not as many clusters as estimates.

    References
    ----------
    Viechtbauer W, Cheung MW-L. Res Synth Methods 2010;1:112-125. doi:10.1002/jrsm.11.
    metafor: `leave1out(x, cluster = )` (from version 4.0).
    """
    if len(clusters) != estimates.k:
        raise DataError(
            f"leave-one-out: {len(clusters)} cluster names for {estimates.k} estimates. Give one "
            "per estimate."
        )
    names = np.array([str(cluster) for cluster in clusters])
    levels = list(dict.fromkeys(names.tolist()))
    if len(levels) < 2:
        return ()
    pooled = pooler(choices)
    return tuple((level, pooled(selected_estimates(estimates, names != level))) for level in levels)

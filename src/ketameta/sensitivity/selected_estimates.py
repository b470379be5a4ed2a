"""Some of a set of effect estimates."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from ketameta.measures.estimates import EffectEstimates


def selected_estimates(estimates: EffectEstimates, members: ArrayLike) -> EffectEstimates:
    """The estimates at these positions (integers) or where True (booleans), in order.

    Cautions of the whole set are not repeated: they need not concern the part.
    """
    index = np.arange(estimates.k)[np.asarray(members)]
    return EffectEstimates(
        estimates.measure,
        estimates.y[index],
        estimates.v[index],
        tuple(estimates.labels[i] for i in index),
        None if estimates.n is None else estimates.n[index],
    )

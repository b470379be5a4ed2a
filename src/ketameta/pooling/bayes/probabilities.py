"""Posterior probabilities beyond a threshold."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ketameta.errors import UsageError
from ketameta.pooling.bayes.posterior import Posterior


@dataclass(frozen=True, slots=True)
class Beyond:
    """Probability on both sides of a threshold, each to full relative precision."""

    threshold: float
    below: float
    above: float


def probability_beyond(posterior: Posterior, threshold: float, *, of: str = "mu") -> Beyond:
    """P(value < threshold) and P(value > threshold).

    Parameters
    ----------
    threshold
        On the analysis scale (log for ratios); for tau at least 0.
    of
        "mu" (the mean effect), "new_study" (the true effect in a new study) or "tau".

    Raises
    ------
    UsageError
        For anything else.
    """
    if of == "tau":
        below = float(posterior.tau.cdf(np.array([max(threshold, 0.0)]))[0])
        return Beyond(float(threshold), below, 1.0 - below)
    if of not in ("mu", "new_study"):
        raise UsageError(f"probability: of {of!r} is not on offer. Use mu, new_study or tau.")
    row = 0 if of == "mu" else 1
    offset = np.full((2, 1), threshold - posterior.origin)
    mixtures = posterior.pooled()
    below = float(mixtures.cdf(offset)[row, 0])
    return Beyond(float(threshold), below, float(mixtures.survival(offset)[row, 0]))

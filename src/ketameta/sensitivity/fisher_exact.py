"""Fisher's exact test of a 2x2 table."""

from __future__ import annotations

import numpy as np

from ketameta.pooling.exact_odds_ratio import log_choose

# Tables whose probabilities agree to this relative tolerance count as equally probable.
TIE = 1e-7


def fisher_exact_p(events_1: int, n_1: int, events_2: int, n_2: int) -> float:
    """Two-sided p value: total probability of tables no more probable than this one.

    Margins are fixed; without events, or with events in everybody, the p value is 1.

    References
    ----------
    Fisher RA. J R Stat Soc 1935;98:39-82. doi:10.2307/2342435. R: `fisher.test(x)$p.value`.
    """
    events = events_1 + events_2
    low, high = max(0, events - n_2), min(n_1, events)
    possible = np.arange(low, high + 1, dtype=np.float64)
    log_p = log_choose(n_1, possible) + log_choose(n_2, events - possible)
    weight = np.exp(log_p - log_p.max())
    share = weight / weight.sum()
    return min(1.0, float(share[share <= share[events_1 - low] * (1.0 + TIE)].sum()))

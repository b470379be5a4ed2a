"""P-scores: how certain it is that a treatment is better than the others."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr, stdtr

from ketameta.measures.estimates import FloatArray
from ketameta.pooling.network.result import NetworkResult


@dataclass(frozen=True, slots=True)
class PScore:
    """A treatment with its P-score, between 0 (surely worst) and 1 (surely best)."""

    treatment: str
    p_score: float


def certainty_of_better(result: NetworkResult, *, smaller_is_better: bool) -> FloatArray:
    """One-sided certainty that the row treatment is better than the column treatment, (T, T).

    1 minus the one-sided p value, from the distribution of the result's intervals; diagonal nan.
    """
    with np.errstate(all="ignore"):
        statistic = np.asarray(result.estimate / result.se)
    if smaller_is_better:
        statistic = -statistic
    certain = np.asarray(ndtr(statistic) if result.df is None else stdtr(result.df, statistic))
    np.fill_diagonal(certain, np.nan)
    return certain


def p_scores(result: NetworkResult, *, smaller_is_better: bool) -> tuple[PScore, ...]:
    """Treatments from the highest P-score to the lowest.

    The P-score is the mean, over all other treatments, of the certainty of being better: the
    frequentist SUCRA. It says nothing of how much better, and ranks noise as readily as effects:
    read it beside the league table. The mean of all P-scores is 1/2.

    Parameters
    ----------
    result
        A network result.
    smaller_is_better
        Whether small values of the measure are good (relapse, craving). Never guessed.

    References
    ----------
    Rücker G, Schwarzer G. BMC Med Res Methodol 2015;15:58. doi:10.1186/s12874-015-0060-8.
    netmeta: `netrank(x, small.values = "desirable")`.
    """
    scores = np.nanmean(certainty_of_better(result, smaller_is_better=smaller_is_better), axis=1)
    order = sorted(range(scores.size), key=lambda i: (-scores[i], result.treatments[i]))
    return tuple(PScore(result.treatments[i], float(scores[i])) for i in order)

"""A beta-binomial model as a `PooledResult`, for tables and figures that show any model alike."""

from __future__ import annotations

import math

import numpy as np

from ketameta.pooling.beta_binomial.result import BetaBinomialResult
from ketameta.pooling.result import Heterogeneity, Interval, PooledResult

NONE = Interval(None, None)


def pooled_beta_binomial(found: BetaBinomialResult, *, measure: str) -> PooledResult:
    """What the model found, in the form of every other pooled result.

    It has no tau2 (its spread is the correlation within studies), no prediction interval on the
    effect's scale and no weights (NaN).

    Parameters
    ----------
    measure
        Code of the measure: OR, RR, RD or PLO.
    """
    return PooledResult(
        measure=measure,
        k=found.k,
        tau2_method="ML",
        interval_method=found.interval_method,
        prediction_method="z",
        level=found.level,
        estimate=found.estimate,
        se=found.se,
        interval=found.interval,
        statistic=found.statistic,
        df=found.df,
        p_value=found.p_value,
        heterogeneity=Heterogeneity(
            None, None, NONE, None, NONE, None, NONE, math.nan, 0, None, None, None
        ),
        prediction=NONE,
        weights=np.full(found.k, np.nan),
        labels=found.labels,
        log_likelihood=found.log_likelihood,
        local_maxima=found.local_maxima,
        weighting="BETA-BINOMIAL",
        cautions=found.cautions,
    )

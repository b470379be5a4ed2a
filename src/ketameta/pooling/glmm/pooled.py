"""A mixed model as a `PooledResult`, for tables and figures that show any model alike."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from ketameta.pooling.glmm.result import GLMMResult
from ketameta.pooling.intervals import t_inference
from ketameta.pooling.result import Heterogeneity, Interval, PooledResult

NONE = Interval(None, None)


def pooled_glmm(found: GLMMResult, *, measure: str, equal_effects: bool = False) -> PooledResult:
    """What a mixed model found, in the form of every other pooled result.

    Parameters
    ----------
    measure
        Code of the measure on whose analysis scale the model works: OR, IRR, PLO or IRLN.
    equal_effects
        Take the same model with one effect for all studies (tau2 = 0); Q stays that of the model
        with several.

    Returns
    -------
    PooledResult
        Without weights (NaN): a mixed model has none.
    """
    spread = found.heterogeneity
    result = PooledResult(
        measure=measure,
        k=found.k,
        tau2_method="ML",
        interval_method={"profile": "pl"}.get(found.interval_method, found.interval_method),
        prediction_method="t(k-1)" if found.interval_method == "t" else "z",
        level=found.level,
        estimate=found.estimate,
        se=found.se,
        interval=found.interval,
        statistic=found.statistic,
        df=found.df,
        p_value=found.p_value,
        heterogeneity=Heterogeneity(
            tau2=spread.tau2,
            tau2_se=spread.tau2_se,
            tau2_interval=spread.tau2_interval,
            i2=spread.i2,
            i2_interval=NONE,
            h2=spread.h2,
            h2_interval=NONE,
            q=spread.q_lrt,
            q_df=spread.q_df,
            q_p=spread.q_lrt_p,
            i2_q=None,
            h2_q=None,
        ),
        prediction=found.prediction,
        prediction_se=None if spread.tau2 is None else math.hypot(found.se, math.sqrt(spread.tau2)),
        prediction_df=None if spread.tau2 is None else found.df,
        weights=np.full(found.k, np.nan),
        labels=found.labels,
        log_likelihood=found.log_likelihood,
        local_maxima=found.certificate.local_maxima,
        weighting=found.model,
        cautions=found.cautions,
    )
    return _one_effect(result, found) if equal_effects else result


def _one_effect(result: PooledResult, found: GLMMResult) -> PooledResult:
    common = found.common
    inference = t_inference(common.estimate, common.se, result.level, result.df)
    spread = replace(
        result.heterogeneity, tau2=0.0, tau2_se=None, tau2_interval=NONE, i2=None, h2=None
    )
    return replace(
        result,
        tau2_method="EE",
        interval_method="wald" if result.df is None else "t",
        estimate=common.estimate,
        se=common.se,
        interval=inference.interval,
        statistic=inference.statistic,
        p_value=inference.p_value,
        prediction=NONE,
        prediction_se=None,
        prediction_df=None,
        heterogeneity=spread,
        log_likelihood=common.log_likelihood,
        local_maxima=None,
    )

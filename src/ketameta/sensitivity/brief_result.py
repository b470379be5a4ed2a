"""What one line of a table says of a pooled result: little enough for thousands of lines."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from ketameta.measures.estimates import FloatArray
from ketameta.pooling import catalog
from ketameta.pooling.choices import PoolingChoices
from ketameta.pooling.pool import predict
from ketameta.pooling.result import Interval, PooledResult
from ketameta.pooling.weighted_mean import WeightedMean
from ketameta.sensitivity.pooled_arrays import PooledArrays


class Part(NamedTuple):
    """Some of the studies: y and v, (k,), and whether the effects agree up to rounding."""

    y: FloatArray
    v: FloatArray
    identical: bool


@dataclass(frozen=True, slots=True)
class BriefResult:
    """Numbers of a `PooledResult`; `i2` is that of Q where tau2 is not estimated."""

    k: int
    estimate: float
    se: float
    interval: Interval
    p_value: float | None
    tau2: float | None
    i2: float | None
    q: float
    prediction: Interval

    @classmethod
    def of(cls, result: PooledResult) -> BriefResult:
        """Of a pooled result."""
        spread = result.heterogeneity
        return cls(
            k=result.k,
            estimate=result.estimate,
            se=result.se,
            interval=result.interval,
            p_value=result.p_value,
            tau2=spread.tau2,
            i2=spread.i2_q if spread.i2 is None else spread.i2,
            q=spread.q,
            prediction=result.prediction,
        )


def brief_results(
    arrays: PooledArrays, parts: Iterable[Part], choices: PoolingChoices
) -> list[BriefResult]:
    """Results from numbers that are known: those of `pool` without an interval for tau2.

    Parameters
    ----------
    arrays
        One entry per result, of two or more studies each.
    parts
        The studies of each.
    choices
        Settled.
    """
    tau2_method = catalog.tau2_method(choices.tau2)
    assert choices.interval is not None
    interval_method = catalog.interval_method(choices.interval)
    found = []
    for i, part in enumerate(parts):
        mean = WeightedMean(
            y=part.y,
            v=part.v,
            tau2=float(arrays.tau2[i]),
            estimate=float(arrays.estimate[i]),
            se=float(arrays.se[i]),
            q=float(arrays.q[i]),
            df=part.y.size - 1.0,
            identical_effects=part.identical or float(arrays.q[i]) == 0.0,
            estimator=tau2_method.function,
        )
        inference = interval_method.function(mean, choices.level)
        q, typical = float(arrays.cochran_q[i]), float(arrays.typical[i])
        if choices.tau2 == "EE":
            i2 = max(0.0, 100.0 * (q - mean.df) / q) if q > 0.0 else 0.0
        else:
            i2 = 100.0 * mean.tau2 / (mean.tau2 + typical)
        found.append(
            BriefResult(
                k=mean.k,
                estimate=inference.estimate,
                se=inference.se,
                interval=inference.interval,
                p_value=inference.p_value,
                tau2=mean.tau2,
                i2=i2,
                q=q,
                prediction=predict(mean, inference, choices).interval,
            )
        )
    return found

"""`PoolingChoices`: how to pool, as one value that can be handed on."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PoolingChoices:
    """Which methods `pool` uses; codes as in `catalog`, in any case.

    Attributes
    ----------
    tau2
        Estimator of tau2, or "EE" for the equal-effects model.
    interval
        Method for the mean; None for the recommended one: "hksj", under equal effects "wald".
    prediction
        Method for the prediction interval.
    level
        Coverage of every interval, between 0 and 1.
    tau2_interval
        Method for the interval of tau2, from which those of I2 and H2 follow.
    """

    tau2: str = "REML"
    interval: str | None = None
    prediction: str = "t(k-1)"
    level: float = 0.95
    tau2_interval: str = "QP"

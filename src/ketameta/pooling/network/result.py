"""`NetworkResult`: what a network meta-analysis returns."""

from __future__ import annotations

from dataclasses import dataclass

from ketameta.measures.estimates import Caution, FloatArray
from ketameta.pooling.network.graph import Network
from ketameta.pooling.result import Heterogeneity, Interval


@dataclass(frozen=True, slots=True)
class NetworkResult:
    """Relative effects of all treatments, on the analysis scale (log for ratios).

    Matrices are (T, T) over `network.treatments`: row treatment minus column treatment, diagonal
    0 (intervals too), read-only.

    Attributes
    ----------
    network
        Studies and designs behind it, with the contrasts.
    measure, k, n_contrasts
        The measure, the number of studies, and of contrast rows.
    tau2_method, interval_method, prediction_method, level
        Names as in `pooling.catalog`; "EE" is the common-effect model.
    reference
        The treatment that a summary compares the others with.
    tau2
        Between-study variance used, of every pairwise comparison; 0 where it is not estimable.
    estimate, se, low, high, p_value
        Network estimates with the standard error and the interval of `interval_method`.
    prediction_low, prediction_high
        Prediction intervals for the true effect in a new study; nan where there is none.
    df
        Degrees of freedom of intervals and p values; None for the normal distribution.
    scale
        Factor that the interval method put on the standard errors (1 but for HKSJ).
    heterogeneity
        Q of the whole network (heterogeneity and inconsistency together), I2 and tau2 with their
        intervals, over N - (T - 1) degrees of freedom.
    cautions
        What a reader must know of.
    """

    network: Network
    measure: str
    k: int
    n_contrasts: int
    tau2_method: str
    interval_method: str
    prediction_method: str
    level: float
    reference: str
    tau2: float
    estimate: FloatArray
    se: FloatArray
    low: FloatArray
    high: FloatArray
    p_value: FloatArray
    prediction_low: FloatArray
    prediction_high: FloatArray
    df: float | None
    scale: float
    heterogeneity: Heterogeneity
    cautions: tuple[Caution, ...] = ()

    @property
    def treatments(self) -> tuple[str, ...]:
        """Names of the treatments, in the order of the matrices."""
        return self.network.treatments

    def compare(self, treatment_1: str, treatment_2: str) -> NetworkEstimate:
        """Treatment 1 against treatment 2."""
        a, b = self.network.position(treatment_1), self.network.position(treatment_2)
        ahead = Interval(None, None)
        if self.prediction_low[a, b] == self.prediction_low[a, b]:
            ahead = Interval(float(self.prediction_low[a, b]), float(self.prediction_high[a, b]))
        return NetworkEstimate(
            treatment_1,
            treatment_2,
            float(self.estimate[a, b]),
            float(self.se[a, b]),
            Interval(float(self.low[a, b]), float(self.high[a, b])),
            float(self.p_value[a, b]),
            ahead,
        )


@dataclass(frozen=True, slots=True)
class NetworkEstimate:
    """Treatment 1 against treatment 2, on the analysis scale."""

    treatment_1: str
    treatment_2: str
    estimate: float
    se: float
    interval: Interval
    p_value: float
    prediction: Interval

"""What the beta-binomial model returns."""

from __future__ import annotations

from dataclasses import dataclass

from ketameta.measures.estimates import Caution
from ketameta.pooling.result import Interval


@dataclass(frozen=True, slots=True)
class BetaBinomialResult:
    """A contrast of mean probabilities of two groups, or one group's log odds.

    Attributes
    ----------
    measure
        "OR" or "RR" (on the log scale), "RD", or "PLO" (log odds of a single group).
    k, labels
        Studies used; those without any event are among them.
    left_out
        Label and reason of every other study.
    probabilities
        Mean probability of an event in each group.
    estimate, se, interval
        On the analysis scale of the measure.
    statistic, df, p_value
        estimate / se; df is None for the normal distribution. All None for a single group,
        whose log odds have no value of "no difference".
    correlation, correlation_se
        Intraclass correlation rho of people within a group of a study: 0 if probabilities do not
        differ between studies. The error is None at the boundary.
    log_likelihood
        With all constants.
    correlation_lrt, correlation_lrt_p
        Likelihood ratio of rho = 0 (the binomial model); p from the even mixture of chi-squared
        with 0 and 1 df.
    local_maxima
        How many the search saw, the boundary included; the highest is reported.
    """

    measure: str
    k: int
    labels: tuple[str, ...]
    left_out: tuple[tuple[str, str], ...]
    interval_method: str
    level: float
    probabilities: tuple[float, ...]
    estimate: float
    se: float
    interval: Interval
    statistic: float | None
    df: float | None
    p_value: float | None
    correlation: float
    correlation_se: float | None
    log_likelihood: float
    correlation_lrt: float
    correlation_lrt_p: float
    local_maxima: int
    cautions: tuple[Caution, ...] = ()

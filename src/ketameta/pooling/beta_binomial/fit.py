"""`beta_binomial`: counts in, a contrast of mean probabilities out."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np
from scipy.special import chdtrc, expit, logit

from ketameta.errors import DataError, UsageError
from ketameta.measures.arms import Counts
from ketameta.measures.estimates import Caution, FloatArray
from ketameta.measures.level import check_level
from ketameta.pooling.beta_binomial.likelihood import ArmSums
from ketameta.pooling.beta_binomial.result import BetaBinomialResult
from ketameta.pooling.beta_binomial.search import BetaBinomialFit, fit
from ketameta.pooling.glmm.tables import EventData, event_data
from ketameta.pooling.intervals import symmetric_interval, two_sided_p

MEASURES = ("OR", "RR", "RD")
INTERVALS = {"wald": "wald", "z": "wald", "normal": "wald", "t": "t"}


def beta_binomial(
    group_1: Counts,
    group_2: Counts | None = None,
    *,
    measure: str | None = None,
    labels: Sequence[str] | None = None,
    interval: str = "wald",
    level: float = 0.95,
) -> BetaBinomialResult:
    """Odds ratio, risk ratio or risk difference of mean probabilities, by maximum likelihood.

    For very sparse data. The probability of an event varies between studies by a beta
    distribution around each group's mean, with one intraclass correlation. Studies without any
    event count, and nothing is added to zeros. The two groups of a study are not kept together,
    though: the comparison rests on groups being alike across studies.

    Parameters
    ----------
    group_1, group_2
        Events and people, arrays of shape (k,). Without group_2 the log odds of one group.
    measure
        "OR" (the default), "RR" or "RD". They are contrasts of the same two fitted means.
    labels
        One per study.
    interval
        "wald" (normal) or "t" (k - 1 degrees of freedom).
    level
        Coverage of the interval.

    Raises
    ------
    UsageError
        For an unknown measure or interval.
    DataError
        For impossible counts, or a group without events (or with events in everybody).
    ConvergenceError
        When a maximum cannot be reached.

    References
    ----------
    Kuss O. Stat Med 2015;34:1097-1116. doi:10.1002/sim.6383.
    """
    method, wanted = _checked(group_1, group_2, measure, interval, level)
    data = event_data(group_1, group_2, labels, keep_uninformative=True)
    _refuse(data)
    arms = tuple(ArmSums.build(x, n) for x, n in zip(data.events, data.size, strict=True))
    crude = np.array(
        [logit(x.sum() / n.sum()) for x, n in zip(data.events, data.size, strict=True)]
    )
    found = fit(arms, crude)
    estimate, se = _contrast(found, wanted)
    df = data.k - 1.0 if method == "t" and data.k > 1 else None
    statistic = estimate / se if wanted != "PLO" else None
    ratio = max(0.0, 2.0 * (found.log_likelihood - found.binomial)) if found.g > 0.0 else 0.0
    return BetaBinomialResult(
        measure=wanted,
        k=data.k,
        labels=data.labels,
        left_out=data.left_out,
        interval_method=method,
        level=level,
        probabilities=tuple(float(p) for p in expit(found.log_odds)),
        estimate=estimate,
        se=se,
        interval=symmetric_interval(estimate, se, level, df),
        statistic=statistic,
        df=df,
        p_value=None if statistic is None else two_sided_p(statistic, df),
        correlation=found.g / (1.0 + found.g),
        correlation_se=None if found.g_se is None else found.g_se / (1.0 + found.g) ** 2,
        log_likelihood=found.log_likelihood,
        correlation_lrt=ratio,
        correlation_lrt_p=1.0 if ratio == 0.0 else 0.5 * float(chdtrc(1.0, ratio)),
        local_maxima=found.local_maxima,
        cautions=tuple(_cautions(data, found)),
    )


def _checked(
    group_1: Counts, group_2: Counts | None, measure: str | None, interval: str, level: float
) -> tuple[str, str]:
    if not isinstance(group_1, Counts) or not isinstance(group_2, Counts | None):
        raise UsageError("beta-binomial model: it takes counts (events and people).")
    method = INTERVALS.get(interval.casefold())
    if method is None:
        raise UsageError(f"beta-binomial model: there is no interval {interval!r}. Use wald or t.")
    check_level(level)
    offered = MEASURES if group_2 is not None else ("PLO",)
    wanted = offered[0] if measure is None else measure.upper()
    if wanted not in offered:
        raise UsageError(
            f"beta-binomial model: {measure!r} is not on offer. Use {', '.join(offered)}."
        )
    return method, wanted


def _refuse(data: EventData) -> None:
    """Stop where the likelihood has no maximum inside."""
    for group, (x, n) in enumerate(zip(data.events, data.size, strict=True), start=1):
        if x.sum() in (0.0, n.sum()):
            what = "no event" if x.sum() == 0.0 else "events in everybody"
            raise DataError(
                f"beta-binomial model: group {group} has {what} in all studies, so that its "
                "probability lies at the edge and the contrast has no standard error. Report the "
                "counts with an exact interval, or use a Bayesian model."
            )
    whole = [(x == 0.0) | (x == n) for x, n in zip(data.events, data.size, strict=True)]
    single = [n == 1.0 for n in data.size]
    if all(np.all(part) for part in whole) and not all(np.all(part) for part in single):
        raise DataError(
            "beta-binomial model: in every study all or none had the event, so that the "
            "correlation within studies is 1 and people carry no information beyond their study. "
            "Compare studies, not people."
        )


def _contrast(found: BetaBinomialFit, measure: str) -> tuple[float, float]:
    """Estimate and standard error by the delta method."""
    p, q = expit(found.log_odds), expit(-found.log_odds)
    values, slopes = {
        "OR": (found.log_odds, np.ones(p.size)),
        "PLO": (found.log_odds, np.ones(p.size)),
        "RR": (np.log(p), q),
        "RD": (p, p * q),
    }[measure]
    sign: FloatArray = np.array([1.0, -1.0])[: p.size]
    loading = sign * slopes
    variance = float(loading @ found.covariance @ loading)
    return float(sign @ values), math.sqrt(variance)


def _cautions(data: EventData, found: BetaBinomialFit) -> Iterator[Caution]:
    if data.left_out:
        listed = "; ".join(f"{label} ({reason})" for label, reason in data.left_out[:5])
        yield Caution("studies_left_out", f"Not used: {listed}.")
    if len(data.events) == 2:
        yield Caution(
            "groups_not_paired",
            "The two groups of a study are compared as if they came from different studies: "
            "differences in case mix between studies do not cancel.",
        )
    if found.g == 0.0:
        yield Caution(
            "correlation_at_boundary",
            "The correlation within studies is estimated as 0, the edge of its range: people of "
            "all studies are pooled as if they came from one.",
        )
    if found.local_maxima > 1:
        yield Caution(
            "several_maxima",
            f"The likelihood has {found.local_maxima} local maxima; the highest is reported.",
        )

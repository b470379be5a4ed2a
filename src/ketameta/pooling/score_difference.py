"""A common risk difference of sparse tables, with a score interval that exists without events."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ketameta.errors import DataError
from ketameta.measures.arms import Counts, as_floats
from ketameta.measures.difference_intervals import critical, crossing, restricted_variance
from ketameta.measures.estimates import Caution, FloatArray
from ketameta.pooling.catalog import SCORE
from ketameta.pooling.common_effect import NO_LIMITS, Tables
from ketameta.pooling.heterogeneity import single_study
from ketameta.pooling.result import Interval, PooledResult

WITHOUT_CONTRAST = "nobody_or_everybody"
"""Code of the caution of `pool_without_contrast`."""


@dataclass(frozen=True, slots=True)
class CommonDifference:
    """A risk difference common to all tables, on the scale -1 to 1.

    Attributes
    ----------
    k, labels
        The tables; all of them count, also those without any event.
    estimate, interval
        Group 1 minus group 2.
    weights
        Percent of the total, shape (k,), sum 100.
    """

    k: int
    labels: tuple[str, ...]
    estimate: float
    interval: Interval
    weights: FloatArray


def score_risk_difference(tables: Tables, *, level: float = 0.95) -> CommonDifference:
    """Mantel-Haenszel risk difference with the score interval of Miettinen and Nurminen.

    The interval holds the common differences that the tables do not contradict. Unlike Wald's or
    Sato's it has a width where no table has an event.

    Parameters
    ----------
    tables
        Counts of each study.
    level
        Coverage of the interval.

    Raises
    ------
    UsageError
        For a level outside (0, 1).

    References
    ----------
    Miettinen O, Nurminen M. Stat Med 1985;4:213-226 (section 4). doi:10.1002/sim.4780040211.
    It differs on purpose: weights are those of Mantel and Haenszel, n1 n2 / (n1 + n2), and not
    functions of the risks, so that estimate and interval belong together.
    """
    z = critical(level)
    a, n1, c, n2 = as_floats(*tables.group_1, *tables.group_2)
    weight = n1 * n2 / (n1 + n2)
    weight = weight / weight.sum()
    estimate = float(np.sum(weight * (a / n1 - c / n2)))

    def distance(delta: FloatArray) -> FloatArray:
        variance = restricted_variance(Counts(a, n1), Counts(c, n2), np.full(a.shape, delta))
        return np.asarray(z * np.sqrt(np.sum(weight**2 * variance)))

    start, none = np.asarray(estimate), np.asarray(-1.0)
    low = crossing(lambda d: estimate - d - distance(d), none, start)
    high = crossing(lambda d: estimate - d + distance(d), start, -none)
    interval = Interval(float(low), float(high))
    return CommonDifference(len(tables.labels), tables.labels, estimate, interval, 100.0 * weight)


def pool_without_contrast(tables: Tables, *, level: float = 0.95) -> PooledResult:
    """The pooled risk difference of tables in which nobody, or everybody, had the event.

    Where the counts of a table are the same in both groups, a variance exists only after
    something was added to its empty cells; inverse-variance pooling then measures the sizes of
    the groups, and a factor for the spread of such estimates makes their interval shorter still.
    The difference is 0 here, with the score interval. Its standard error is what the width of the
    interval amounts to; there is no test, no heterogeneity and no prediction interval.

    Raises
    ------
    DataError
        For tables of which one has both: somebody with the event, and somebody without.

    References
    ----------
    As `score_risk_difference`, whose interval it is: without events the upper limit is
    s / (1 + s) with s = z² Σ w² N / (n1 (N - 1)), the lower one the same with n2.
    """
    a, n1, c, n2 = as_floats(*tables.group_1, *tables.group_2)
    nobody, everybody = a + c == 0.0, a + c == n1 + n2
    if not np.all(nobody | everybody):
        mixed = tables.labels[int(np.argmin(nobody | everybody))]
        raise DataError(f"{mixed}: some people had the event and some had not. Use `pool`.")
    found = score_risk_difference(tables, level=level)
    assert found.interval.low is not None
    assert found.interval.high is not None
    return PooledResult(
        measure="RD",
        k=found.k,
        tau2_method="EE",
        interval_method=SCORE.code,
        prediction_method="z",
        level=level,
        estimate=0.0,
        se=(found.interval.high - found.interval.low) / (2.0 * critical(level)),
        interval=found.interval,
        statistic=None,
        df=None,
        p_value=None,
        heterogeneity=single_study(None),
        prediction=NO_LIMITS,
        weights=found.weights,
        labels=found.labels,
        weighting="MH-RD",
        cautions=(_without_contrast(tables),),
    )


def _without_contrast(tables: Tables) -> Caution:
    a, n1, c, n2 = as_floats(*tables.group_1, *tables.group_2)
    counts = f"{a.sum():g} of {n1.sum():g} and {c.sum():g} of {n2.sum():g}"
    who = "nobody or everybody"
    if not a.any() and not c.any():
        who = "nobody"
    elif np.array_equal(a, n1) and np.array_equal(c, n2):
        who = "everybody"
    text = (
        f"{who.capitalize()} in either group had the event ({counts}), so that the difference is "
        "0. Its interval is the score interval, made from the counts as they are: a variance "
        "would exist only with 1/2 added to empty cells, and would measure the sizes of the "
        "groups. How true differences vary between studies, and a prediction interval, cannot be "
        "estimated."
    )
    return Caution(WITHOUT_CONTRAST, text)

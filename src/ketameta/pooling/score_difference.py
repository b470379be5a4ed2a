"""A common risk difference of sparse tables, with a score interval that exists without events."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ketameta.measures.arms import Counts, as_floats
from ketameta.measures.difference_intervals import critical, crossing, restricted_variance
from ketameta.measures.estimates import FloatArray
from ketameta.pooling.common_effect import Tables
from ketameta.pooling.result import Interval


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

"""The moment statistic with fixed weights, its estimator of tau2, and its exact distribution."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ketameta.errors import DataError
from ketameta.measures.estimates import FloatArray
from ketameta.pooling.quadratic_form import quadratic_form_cdf
from ketameta.pooling.roots import root_above


@dataclass(frozen=True, slots=True)
class MomentStatistic:
    """Q = sum a (y - mean)^2 with the mean weighted by a (Cochran's Q: a = 1 / v).

    Attributes
    ----------
    q
        The observed value.
    a, v
        Fixed weights and sampling variances, shape (k,).
    sampling, slope
        E(Q) = sampling + slope * tau2.
    """

    q: float
    a: FloatArray
    v: FloatArray
    sampling: float
    slope: float

    @property
    def tau2(self) -> float:
        """The moment estimate of tau2, not below 0."""
        return max(0.0, (self.q - self.sampling) / self.slope)

    def probability(self, tau2: float) -> float:
        """P(Q <= q) at tau2, for normal effects; falls from its value at 0 towards 0."""
        return float(quadratic_form_cdf(self.q, self.a, self.v + tau2))


def moment_statistic(y: FloatArray, v: FloatArray, a: FloatArray) -> MomentStatistic:
    """The statistic of one meta-analysis; y, v and weights a > 0 of shape (k,), k >= 2.

    References
    ----------
    DerSimonian R, Kacker R. Contemp Clin Trials 2007;28:105-114. doi:10.1016/j.cct.2006.04.004.
    metafor: `method = "GENQ", weights = a` for its `tau2`.
    """
    if y.size < 2 or y.shape != v.shape or y.shape != a.shape or not np.all(a > 0.0):
        raise DataError(
            "moment statistic: give two or more estimates, each with a variance and a weight "
            "above 0."
        )
    first = int(np.argmax(a))
    total = float(np.sum(a))
    offset = y - y[first]
    mean = float(np.sum(a * offset)) / total
    rest = np.delete(a, first)
    diagonal = a * (total - a) / total
    diagonal[first] = a[first] * float(np.sum(rest)) / total
    return MomentStatistic(
        q=float(np.sum(a * (offset - mean) ** 2)),
        a=a,
        v=v,
        sampling=float(np.sum(diagonal * v)),
        slope=float(np.sum(diagonal)),
    )


def tau2_at_probability(statistic: MomentStatistic, probability: float) -> float | None:
    """tau2 at which P(Q <= q) has this value; None if it is lower already at tau2 = 0."""

    def excess(tau2: float) -> float:
        return statistic.probability(tau2) - probability

    at_zero = excess(0.0)
    if at_zero <= 0.0:
        return 0.0 if at_zero == 0.0 else None
    return root_above(excess, 0.0, statistic.sampling / statistic.slope)

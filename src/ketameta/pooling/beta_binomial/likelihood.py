"""The beta-binomial log-likelihood, exact also where the correlation is 0."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import expit, gammaln

from ketameta.measures.estimates import FloatArray
from ketameta.pooling.beta_binomial.rising_sums import SumRule, sum_rule


@dataclass(frozen=True, slots=True)
class ArmSums:
    """One group's data as sums that the likelihood needs.

    P(x) = C(n, x) prod_{j<x} (p + j g) prod_{j<n-x} (1 - p + j g) / prod_{j<n} (1 + j g), with
    g = rho / (1 - rho): g = 0 is the binomial distribution, without any cancellation nearby.
    """

    events: SumRule
    others: SumRule
    people: SumRule
    constant: float

    @classmethod
    def build(cls, events: FloatArray, n: FloatArray) -> ArmSums:
        """From counts of shape (k,)."""
        ways = gammaln(n + 1.0) - gammaln(events + 1.0) - gammaln(n - events + 1.0)
        return cls(sum_rule(events), sum_rule(n - events), sum_rule(n), float(ways.sum()))


@dataclass(frozen=True, slots=True)
class Point:
    """Value, gradient and Hessian in (log odds of each group, g)."""

    value: float
    gradient: FloatArray
    hessian: FloatArray


def log_likelihood(arms: tuple[ArmSums, ...], log_odds: FloatArray, g: float) -> Point:
    """At log odds of shape (groups,) and g >= 0."""
    m = len(arms)
    value, gradient, hessian = 0.0, np.zeros(m + 1), np.zeros((m + 1, m + 1))
    for index, (arm, eta) in enumerate(zip(arms, log_odds, strict=True)):
        p, q = float(expit(eta)), float(expit(-eta))
        up, down, whole = arm.events, arm.others, arm.people
        x, y, z = p + g * up.at, q + g * down.at, 1.0 + g * whole.at
        value += arm.constant + up.total(np.log(x)) + down.total(np.log(y))
        value -= whole.total(np.log(z))
        slope = up.total(1.0 / x) - down.total(1.0 / y)
        curve = -up.total(x**-2.0) - down.total(y**-2.0)
        gradient[index] = p * q * slope
        hessian[index, index] = (p * q) ** 2 * curve + p * q * (q - p) * slope
        cross = down.total(down.at / y**2) - up.total(up.at / x**2)
        hessian[index, m] = hessian[m, index] = p * q * cross
        gradient[m] += up.total(up.at / x) + down.total(down.at / y) - whole.total(whole.at / z)
        hessian[m, m] += whole.total((whole.at / z) ** 2)
        hessian[m, m] -= up.total((up.at / x) ** 2) + down.total((down.at / y) ** 2)
    return Point(value, gradient, hessian)

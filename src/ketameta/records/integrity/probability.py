"""P values of test statistics, in plain Python: the records load no numerical library.

Continued fractions of the incomplete beta and gamma functions (Abramowitz and Stegun 26.5.8 and
6.5.31, evaluated by Lentz's method) to about 1e-14; R: `2 * pnorm(-z)`, `2 * pt(-t, df)`,
`pf(f, df1, df2, lower.tail = FALSE)`, `pchisq(x, df, lower.tail = FALSE)`.
"""

from __future__ import annotations

from collections.abc import Callable
from math import erfc, exp, inf, isinf, lgamma, log, log1p, sqrt
from statistics import NormalDist

_SMALL = 1e-300
_TERMS = 2000


def normal_p(z: float) -> float:
    """Two-sided P value of a standard normal statistic."""
    return erfc(abs(z) / sqrt(2))


def t_p(t: float, df: float) -> float:
    """Two-sided P value of a t statistic."""
    if isinf(df):
        return normal_p(t)
    if isinf(t):
        return 0.0
    return _beta_fraction(df / 2, 0.5, df / (df + t * t), t * t / (df + t * t))


def f_p(f: float, df1: float, df2: float) -> float:
    """P value of an F statistic."""
    if f <= 0:
        return 1.0
    if isinf(f):
        return 0.0
    whole = df2 + df1 * f
    return _beta_fraction(df2 / 2, df1 / 2, df2 / whole, df1 * f / whole)


def chi2_p(x: float, df: float) -> float:
    """P value of a chi-squared statistic."""
    if x <= 0:
        return 1.0
    a, x = df / 2, x / 2
    front = exp(a * log(x) - x - lgamma(a))
    if x < a + 1:
        term = total = 1 / a
        for k in range(1, _TERMS):
            term *= x / (a + k)
            total += term
            if term < total * 1e-17:
                break
        return max(0.0, 1 - front * total)
    return front * _lentz(lambda k: (-k * (k - a), x + 2 * k + 1 - a), x + 1 - a)


def normal_quantile(level: float) -> float:
    """The normal quantile of an interval, 1.96 for a level of 0.95."""
    return NormalDist().inv_cdf(0.5 + level / 2)


def t_quantile(level: float, df: float) -> float:
    """The t quantile of an interval, by bisection to the last digit."""
    low, high = 0.0, normal_quantile(level)
    while t_p(high, df) > 1 - level:
        high *= 2
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (middle, high) if t_p(middle, df) > 1 - level else (low, middle)
    return high


def _beta_fraction(a: float, b: float, x: float, rest: float) -> float:
    """The regularised incomplete beta function at x = 1 - rest."""
    if x <= 0 or rest <= 0:
        return 0.0 if x <= 0 else 1.0
    if x > (a + 1) / (a + b + 2):
        return 1 - _beta_fraction(b, a, rest, x)
    log_x = log(x) if x < 0.5 else log1p(-rest)
    log_rest = log(rest) if rest < 0.5 else log1p(-x)
    front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log_x + b * log_rest) / a

    def step(k: int) -> tuple[float, float]:
        m = k // 2
        if k % 2:
            return -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)), 1.0
        return m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)), 1.0

    return front * _lentz(step, 1.0, first_index=1)


def _lentz(
    step: Callable[[int], tuple[float, float]], first: float, *, first_index: int = 1
) -> float:
    """1 / (first + n1 / (d1 + n2 / (d2 + ...))), with `step(k)` the pair (nk, dk)."""
    value = c = first if first else _SMALL
    d = 0.0
    for k in range(first_index, first_index + _TERMS):
        numerator, denominator = step(k)
        d = denominator + numerator * d
        c = denominator + numerator / c
        d, c = (1 / (d or _SMALL)), (c or _SMALL)
        value *= c * d
        if abs(c * d - 1) < 1e-16:
            break
    return inf if value == 0 else 1 / value

"""Exact distribution of a weighted sum of squares about a weighted mean, for normal effects."""

from __future__ import annotations

import numpy as np

from ketameta.errors import ConvergenceError
from ketameta.measures.estimates import FloatArray

# Step of the trapezoidal rule in units of the width of the saddle. The nearest singularity is
# about 0.8 units away or more, so the error is near exp(-2 pi 0.8 / STEP) = 3e-15.
STEP = 0.15
NEGLIGIBLE = 1e-17
BLOCK, MAX_NODES = 96, 20_000
# A saddle within 0.1 % is as good as the exact one.
SADDLE_STEPS = 24


def quadratic_form_cdf(x: FloatArray | float, a: FloatArray, variance: FloatArray) -> FloatArray:
    """P(Q <= x) for Q = sum a (y - mean)^2, mean weighted by a, and y independent normal.

    The moment statistic of every estimator with fixed weights (Cochran's Q: a = 1 / v). Its
    distribution is that of a weighted sum of chi-squared variables; the weights, eigenvalues, are
    not needed: the Laplace transform is [prod(1 + 2 s c) * sum(a / (1 + 2 s c)) / sum(a)]^(-1/2)
    with c = a * variance. It is inverted along a parabola through the saddle point of
    exp(s x) * transform / s that turns left around the singularities on the negative axis. The
    absolute error is below 1e-12 however unequal the weights are, where the series of Ruben and
    Farebrother and the integral of Imhof slow down.

    Parameters
    ----------
    x
        Shape (...); the result is 0 where x <= 0.
    a
        Weights above 0, shape (k,), k >= 2.
    variance
        Variances of y (v + tau2), shape (..., k).

    Returns
    -------
    Probabilities, shape (...).

    References
    ----------
    Biggerstaff BJ, Jackson D. Stat Med 2008;27:6093-6110. doi:10.1002/sim.3428 (the distribution).
    Jackson D. Res Synth Methods 2013;4:220-229. doi:10.1002/jrsm.1081 (with any weights).
    """
    shape = np.broadcast_shapes(np.shape(x), np.shape(variance)[:-1])
    at = np.broadcast_to(np.asarray(x, dtype=np.float64), shape).reshape(-1)
    share = a / np.sum(a)
    scales = np.broadcast_to(2.0 * a * variance, (*shape, a.size)).reshape(-1, a.size)
    out = np.zeros(at.size)
    for i in np.flatnonzero(at > 0.0):
        out[i] = _invert(float(at[i]), scales[i], share)
    return out.reshape(shape)


def _invert(x: float, c: FloatArray, share: FloatArray) -> float:
    """Bromwich integral for one x; c = 2 * a * variance."""
    if 0.7 * float(np.sum(c)) - x < -90.0 * float(np.max(c)):
        return 1.0  # by Chernoff's bound P(Q > x) < exp(-45)
    saddle = _saddle(x, c, share)
    second, third = _curvature(saddle, c, share)
    step = STEP / np.sqrt(second)
    # The parabola of steepest descent, but no closer to the singularities (left of -1 / max c)
    # than the one that a single one of them at that place would ask for.
    bend = max(third / (6.0 * second), -1.0 / (3.0 * (saddle + 1.0 / float(np.max(c)))))
    total = 0.0
    for start in range(0, MAX_NODES, BLOCK):
        t = step * np.arange(start, start + BLOCK)
        s = saddle + 1j * t + bend * t * t
        spread = 1.0 + s[:, None] * c
        log_transform = -0.5 * (np.log(spread).sum(axis=1) + np.log((share / spread).sum(axis=1)))
        values = np.exp(s * x + log_transform) / s * (1j + 2.0 * bend * t)
        total += float(np.sum(values.imag)) - (0.5 * float(values[0].imag) if start == 0 else 0.0)
        if float(np.abs(values[-1])) * step < NEGLIGIBLE:
            return min(max(float(step) * total / np.pi, 0.0), 1.0)
    raise ConvergenceError(
        "heterogeneity: the distribution of the moment statistic could not be computed for these "
        "weights. Use the Q-profile interval, and please report these data."
    )


def _saddle(x: float, c: FloatArray, share: FloatArray) -> float:
    """Where exp(s x) * transform / s is smallest for s > 0, by bisection in log s.

    The derivative of its logarithm rises; it is negative at 1 / x and positive at (k / 2 + 1) / x.
    """
    low, high = 1.0 / x, (0.5 * c.size + 1.0) / x
    for _ in range(SADDLE_STEPS):
        middle = float(np.sqrt(low * high))
        e = c / (1.0 + c * middle)
        part = share / (1.0 + c * middle)
        slope = x - 0.5 * (e.sum() - (part * e).sum() / part.sum()) - 1.0 / middle
        low, high = (middle, high) if slope < 0.0 else (low, middle)
    return high


def _curvature(s: float, c: FloatArray, share: FloatArray) -> tuple[float, float]:
    """Second and third derivative in s of log(exp(s x) * transform / s)."""
    e = c / (1.0 + c * s)
    part = share / (1.0 + c * s)
    first, second, third = (
        sign * float((part * e**power).sum() / part.sum())
        for power, sign in ((1, -1.0), (2, 2.0), (3, -6.0))
    )
    log_second = second - first * first
    log_third = third - 3.0 * first * second + 2.0 * first**3
    return (
        -0.5 * (-float((e * e).sum()) + log_second) + 1.0 / (s * s),
        -0.5 * (2.0 * float((e**3).sum()) + log_third) - 2.0 / s**3,
    )

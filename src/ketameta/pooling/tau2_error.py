"""Standard errors of tau2 estimates, large-sample, one meta-analysis at a time."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ketameta.measures.estimates import FloatArray
from ketameta.pooling.pivot_regression import PivotRegression
from ketameta.pooling.pivot_rows import pivot_rows


def tau2_se(
    method: str, y: FloatArray, v: FloatArray, tau2: float, X: FloatArray | None = None
) -> float | None:
    """Standard error of a tau2 estimate.

    Inverse expected information for ML and REML; for the moment estimators the exact variance of
    the quadratic form under normality, at the estimate; for Paule-Mandel and empirical Bayes the
    variance of Viechtbauer (2005). At tau2 = 0 it describes an estimate on the edge of its range
    and is no basis for an interval.

    Parameters
    ----------
    method
        Code in `catalog.TAU2_METHODS`.
    y, v
        Shape (k,).
    tau2
        The estimate.
    X
        Design matrix (k, p), None for a common mean.

    Returns
    -------
    The standard error on the scale of tau2, or None where the method has none.

    References
    ----------
    Viechtbauer W. J Educ Behav Stat 2005;30:261-293. doi:10.3102/10769986030003261.
    metafor: `rma(...)$se.tau2`.
    """
    k = y.size
    df, w = k - (1 if X is None else X.shape[1]), 1.0 / (v + tau2)
    heaviest = float(w.max())  # weights relative to it have squares that do not overflow
    if method == "REML":
        information = _trace_of_square(w / heaviest, np.ones(k), X)
        return float(np.sqrt(2.0 / information)) / heaviest if information > 0.0 else None
    if method == "ML":
        return float(np.sqrt(2.0 / np.sum((w / heaviest) ** 2))) / heaviest
    if method in {"PM", "EB", "PMM", "DLIT", "SJIT"}:
        return float(np.sqrt(2.0 * k * k / df) / np.sum(w))
    if method == "SJ" and tau2 == 0.0:
        return None
    if method not in MOMENT_WEIGHTS:
        return None
    weights = MOMENT_WEIGHTS[method](y, v)
    if method not in {"HE", "SJ"}:  # their scale does not matter
        weights = weights / weights.max()
    divisor = {
        "HE": float(df),
        "SJ": float(df),
        "HS": float(np.sum(weights)),
        "HSk": float(np.sum(weights)) * df / k,
    }.get(method)
    if divisor is None:
        divisor = _trace(weights, X)
    variance = 2.0 * _trace_of_square(weights, v + tau2, X)
    return float(np.sqrt(variance)) / divisor if variance > 0.0 and divisor > 0.0 else None


MOMENT_WEIGHTS: dict[str, Callable[[FloatArray, FloatArray], FloatArray]] = {
    "HE": lambda y, v: np.ones(v.size),
    "DL": lambda y, v: 1.0 / v,
    "HS": lambda y, v: 1.0 / v,
    "HSk": lambda y, v: 1.0 / v,
    "GENQ": lambda y, v: 1.0 / np.sqrt(v),
    "GENQM": lambda y, v: 1.0 / np.sqrt(v),
    "SJ": lambda y, v: 1.0 / (v / float(np.var(y)) + 1.0),
}


def _trace_of_square(a: FloatArray, s: FloatArray, x: FloatArray | None) -> float:
    """tr(ASAS) for A = D - DX(X'DX)^-1 X'D, D = diag(a), S = diag(s); no k x k matrix is made.

    Unequal weights cost no digits.
    """
    if x is None:
        diagonal, product = a * sum_of_others(a), s * a * a
        total = float(np.sum(a))
        pairs = float(np.sum(product * sum_of_others(product)))
        return (float(np.sum((s * diagonal) ** 2)) + pairs) / total**2
    return float(_regression(a, x).trace_of_square(s[None])[0])


def _trace(a: FloatArray, x: FloatArray | None) -> float:
    """tr(A)."""
    if x is None:
        return float(np.sum(a * sum_of_others(a)) / np.sum(a))
    return float((a * _regression(a, x).freedom()).sum())


def _regression(a: FloatArray, x: FloatArray) -> PivotRegression:
    weights = a[None]
    return PivotRegression.at(
        pivot_rows(x[None], np.zeros_like(weights), np.sqrt(weights)), weights
    )


def sum_of_others(a: FloatArray) -> FloatArray:
    """For each element the sum of all others; exact also where one of them swamps the rest."""
    others = np.sum(a) - a
    first = int(np.argmax(a))
    others[first] = np.sum(np.delete(a, first))
    return np.asarray(others)

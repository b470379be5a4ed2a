"""Standard errors of tau2 estimates, large-sample, one meta-analysis at a time."""

from __future__ import annotations

import numpy as np

from ketameta.measures.estimates import FloatArray


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
    design = np.ones((k, 1)) if X is None else X
    one, w, df = np.ones(k), 1.0 / (v + tau2), k - design.shape[1]
    if method == "REML":
        return float(np.sqrt(2.0 / _trace_pair(w, design, one, one)))
    if method == "ML":
        return float(np.sqrt(2.0 / np.sum(w * w)))
    if method in {"PM", "EB", "PMM", "DLIT", "SJIT"}:
        return float(np.sqrt(2.0 * k * k / df) / np.sum(w))
    weights, divisor = one, float(df)
    if method == "DL":
        weights = 1.0 / v
        divisor = _trace(weights, design)
    elif method == "HS":
        weights, divisor = 1.0 / v, float(np.sum(1.0 / v))
    elif method == "HSk":
        weights, divisor = 1.0 / v, float(np.sum(1.0 / v)) * df / k
    elif method == "SJ":
        if tau2 == 0.0:
            return None
        start = float(np.mean((y - np.mean(y)) ** 2))
        weights = 1.0 / (v / start + 1.0)
    elif method in {"GENQ", "GENQM"}:
        weights = 1.0 / np.sqrt(v)
        divisor = _trace(weights, design)
    elif method != "HE":
        return None
    return _quadratic_form_se(weights, design, v, tau2) / divisor


def _quadratic_form_se(a: FloatArray, x: FloatArray, v: FloatArray, tau2: float) -> float:
    """Standard deviation of y'Ay for y with variances v + tau2 and A = D - DX(X'DX)^-1 X'D."""
    total = v + tau2
    return float(np.sqrt(2.0 * _trace_pair(a, x, total, total)))


def _trace_pair(a: FloatArray, x: FloatArray, s: FloatArray, t: FloatArray) -> float:
    """tr(A diag(s) A diag(t)) for A = D - DX(X'DX)^-1 X'D, D = diag(a), without k x k matrices."""
    weighted = a[:, None] * x
    inverse = np.linalg.inv(x.T @ weighted)
    leverage = np.einsum("kp,pq,kq->k", weighted, inverse, weighted)
    left = inverse @ (weighted.T @ (s[:, None] * weighted))
    right = inverse @ (weighted.T @ (t[:, None] * weighted))
    return float(np.sum(s * t * (a * a - 2.0 * a * leverage)) + np.sum(left * right.T))


def _trace(a: FloatArray, x: FloatArray) -> float:
    """tr(A)."""
    weighted = a[:, None] * x
    inverse = np.linalg.inv(x.T @ weighted)
    return float(np.sum(a - np.einsum("kp,pq,kq->k", weighted, inverse, weighted)))

"""Tests of homogeneity that need no zero-cell correction, and the size of tau2."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.special import chdtrc

from ketameta.measures.estimates import FloatArray
from ketameta.pooling.glmm.designs import common_design, saturated_design
from ketameta.pooling.glmm.hypergeometric import HypergeometricTables
from ketameta.pooling.glmm.quadrature import evaluate
from ketameta.pooling.glmm.search import fit, fit_common
from ketameta.pooling.glmm.tables import EventData

NO_INFORMATION = 1e-6


class HomogeneityTests(NamedTuple):
    """One shared effect against one for each study: statistics and p values."""

    lrt: float
    wald: float | None
    df: int
    lrt_p: float | None
    wald_p: float | None


def homogeneity_tests(data: EventData, model: str, log_likelihood: float) -> HomogeneityTests:
    """Likelihood-ratio and Wald-type tests.

    Parameters
    ----------
    log_likelihood
        Of the model with one shared effect.

    Notes
    -----
    metafor: `QE.LRT` and `QE.Wld` of `rma.glmm`.
    """
    random = model == "UM.RS" and data.k > 1
    saturated, wald = _random_intercepts(data) if random else _separate(data, model)
    lrt = max(0.0, 2.0 * (saturated - log_likelihood))
    df = data.k - 1
    return HomogeneityTests(
        lrt,
        wald,
        df,
        float(chdtrc(df, lrt)) if df else None,
        float(chdtrc(df, wald)) if df and wald is not None else None,
    )


def _separate(data: EventData, model: str) -> tuple[float, float | None]:
    """Log-likelihood with an effect for each study, and the Wald-type statistic.

    A study whose own estimate is infinite has no weight in the latter.
    """
    cells = common_design(data, model).cells
    saturated = float(sum(part.saturated().sum() for part in cells))
    if isinstance(cells[0], HypergeometricTables):
        _, y, w = cells[0].own_estimates()
    else:
        y, w = _own_estimates(data, model)
    finite = np.isfinite(y) & (w > 0.0)
    if not finite.any():
        return saturated, None
    y, w = y[finite], w[finite]
    mean = np.sum(w * y) / np.sum(w)
    return saturated, float(np.sum(w * (y - mean) ** 2))


def _random_intercepts(data: EventData) -> tuple[float, float | None]:
    """The same for UM.RS, where the studies' effects are correlated through the intercepts."""
    design = saturated_design(data)
    found = fit(design, fit_common(design).maximum.at)
    best = found.maximum
    hessian = -evaluate(design, best.at, found.rule, best.modes).hessian
    free = [0, 1] if best.at.sigma[0] > 0.0 else [0]
    shared, across = hessian[:, :2, :2].sum(axis=0)[np.ix_(free, free)], hessian[:, free, 2]
    information = np.diag(hessian[:, 2, 2]) - across @ np.linalg.solve(shared, across.T)
    # Effects on their way to infinity no longer carry information.
    finite = hessian[:, 2, 2] > NO_INFORMATION * hessian[:, 2, 2].max()
    information, y = information[np.ix_(finite, finite)], best.at.alpha[finite]
    weight = information.sum(axis=1)
    away = y - float(weight @ y) / float(weight.sum())
    return best.log_likelihood, float(away @ information @ away)


def _own_estimates(data: EventData, model: str) -> tuple[FloatArray, FloatArray]:
    """Each study's estimate and information; an infinite one where a count is 0."""
    with np.errstate(divide="ignore"):
        if len(data.events) == 2 and model == "CM.AL":
            y = np.log(data.events[0] / data.size[0]) - np.log(data.events[1] / data.size[1])
            return y, 1.0 / (1.0 / data.events[0] + 1.0 / data.events[1])
        y = np.zeros(data.k)
        variance = np.zeros(data.k)
        for sign, x, n in zip((1.0, -1.0), data.events, data.size, strict=False):
            other = n - x if data.counted else n
            y = y + sign * (np.log(x) - np.log(other))
            variance = variance + 1.0 / x + (1.0 / other if data.counted else 0.0)
        return y, 1.0 / variance


def typical_variance(data: EventData) -> float | None:
    """Typical sampling variance of the studies' own log estimates; None for a single study.

    Where a study has a zero, 1/2 is added to all its counts, for this purpose alone.

    References
    ----------
    Higgins JPT, Thompson SG. Stat Med 2002;21:1539-1558. doi:10.1002/sim.1186.
    """
    if data.k < 2:
        return None
    counts = list(data.events)
    if data.counted:
        counts += [n - x for x, n in zip(data.events, data.size, strict=True)]
    add = np.where(np.any(np.array(counts) == 0.0, axis=0), 0.5, 0.0)
    w = 1.0 / np.sum([1.0 / (count + add) for count in counts], axis=0)
    return float((data.k - 1) * np.sum(w) / (np.sum(w) ** 2 - np.sum(w * w)))

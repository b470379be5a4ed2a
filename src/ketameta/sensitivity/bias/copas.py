"""Copas selection model: how would the mean change if small studies had been published less?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import chdtrc, ndtr, ndtri

from ketameta.errors import DataError, UsageError
from ketameta.measures.estimates import Caution, EffectEstimates, FloatArray
from ketameta.pooling.intervals import symmetric_interval, two_sided_p
from ketameta.pooling.result import Interval
from ketameta.pooling.weighted_mean import effects_identical, weighted_mean
from ketameta.sensitivity.bias.copas_likelihood import CopasLikelihood
from ketameta.sensitivity.bias.copas_search import CopasMaximum, highest_maxima
from ketameta.sensitivity.bias.gate import gate

# Chance that the study with the largest standard error was published.
CHANCES = (0.99, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1)
# Chance for the one with the smallest standard error.
SURE = 0.99
# Above it asymmetry that is left may well be chance.
RESIDUAL_P = 0.10


@dataclass(frozen=True, slots=True)
class CopasRow:
    """The fit at one supposed degree of selection.

    Attributes
    ----------
    chance_smallest
        Chance of publication of the study with the largest standard error.
    estimate, se, p_value, interval
        Mean before selection; se None where the likelihood is too flat.
    tau2, rho
        Variance of true effects; correlation between a study's error and its being published.
    unpublished
        Studies that remained unpublished, as this model supposes.
    log_likelihood
        At the maximum.
    residual_p
        p value of asymmetry that this degree of selection leaves (likelihood ratio, a slope in
        the standard error).
    """

    chance_smallest: float
    estimate: float
    se: float | None
    p_value: float | None
    interval: Interval
    tau2: float
    rho: float
    unpublished: float
    log_likelihood: float
    residual_p: float


@dataclass(frozen=True, slots=True)
class CopasAnalysis:
    """Copas sensitivity analysis.

    Attributes
    ----------
    rows
        From no selection to strong selection.
    adjusted
        The row with the least selection that leaves no clear asymmetry (residual_p above 0.1);
        None if no row does.
    cautions
        When not to believe it.
    """

    rows: tuple[CopasRow, ...]
    adjusted: CopasRow | None
    cautions: tuple[Caution, ...] = ()


def copas(
    estimates: EffectEstimates,
    *,
    chances: tuple[float, ...] = CHANCES,
    chance_largest: float = SURE,
    level: float = 0.95,
) -> CopasAnalysis:
    """Mean effect under a range of supposed selection.

    A study with standard error s is published if gamma0 + gamma1 / s + delta > 0; delta and the
    study's sampling error correlate with rho. The data cannot tell gamma0 and gamma1, so these
    are set by the chances of publication of the least and the most precise study, and mu, tau2
    and rho are estimated by maximum likelihood at each of them.

    Parameters
    ----------
    estimates
        At least three estimates whose standard errors differ.
    chances
        Chances of publication of the study with the largest standard error to try, in (0, 1).
    chance_largest
        That of the study with the smallest standard error; not below any of `chances`.
    level
        Coverage of intervals.

    Raises
    ------
    UsageError
        For chances outside (0, 1) or out of order.
    DataError
        With fewer than three estimates, equal effects or equal standard errors.

    References
    ----------
    Copas JB, Shi JQ. Biostatistics 2000;1:247-262. doi:10.1093/biostatistics/1.3.247.
    Copas JB, Shi JQ. Stat Methods Med Res 2001;10:251-265. doi:10.1177/096228020101000402.
    Carpenter JR et al. J Clin Epidemiol 2009;62:624-631. doi:10.1016/j.jclinepi.2008.12.002
    (which degree of selection to report).
    R metasens: `copas()`, whose path through (gamma0, gamma1) is found from contours instead.
    """
    if not chances or not all(0.0 < c <= chance_largest < 1.0 for c in chances):
        raise UsageError(
            "Copas model: chances of publication lie between 0 and 1, and that of the most "
            "precise study is the highest."
        )
    se = np.sqrt(estimates.v)
    if (
        estimates.k < 3
        or effects_identical(estimates.y)
        or float(np.ptp(1.0 / se)) <= 1e-9 * float((1.0 / se).max())
    ):
        raise DataError(
            "Copas model: it needs three or more studies whose effects and standard errors differ."
        )
    pairs = [(chance, chance_largest) for chance in sorted(chances, reverse=True)]
    rows = _rows(estimates, pairs, level)
    adjusted = next((row for row in rows if row.residual_p > RESIDUAL_P), None)
    return CopasAnalysis(rows, adjusted, gate(estimates.k, se))


def _rows(
    estimates: EffectEstimates, chances: list[tuple[float, float]], level: float
) -> tuple[CopasRow, ...]:
    se = np.sqrt(estimates.v)
    u = np.array([probits(se, pair) for pair in chances])
    origin = weighted_mean(estimates.y, estimates.v, 0.0).estimate
    likelihood = CopasLikelihood(estimates.y - origin, se, u)
    plain = highest_maxima(likelihood, slope=False)
    sloped = highest_maxima(likelihood, slope=True)
    odds_against = np.sum(ndtr(-u) / ndtr(u), axis=1)
    unit = float(np.median(se))
    rows = []
    for i, (chance, _) in enumerate(chances):
        mean, _, log_tau2, atanh_rho = plain.x[i].tolist()
        estimate, error = origin + unit * mean, _standard_error(plain, i)
        error = None if error is None else error * unit
        gained = float(sloped.value[i] - plain.value[i])
        rows.append(
            CopasRow(
                chance_smallest=chance,
                estimate=estimate,
                se=error,
                p_value=None if error is None else two_sided_p(estimate / error, None),
                interval=Interval(None, None)
                if error is None
                else symmetric_interval(estimate, error, level, None),
                tau2=float(np.exp(log_tau2)),
                rho=float(np.tanh(atanh_rho)),
                unpublished=float(odds_against[i]),
                log_likelihood=float(plain.value[i]),
                residual_p=float(chdtrc(1.0, max(0.0, 2.0 * gained))),
            )
        )
    return tuple(rows)


def probits(se: FloatArray, chances: tuple[float, float]) -> FloatArray:
    """gamma0 + gamma1 / se, from the chances of the largest and the smallest standard error."""
    low, high = (float(ndtri(chance)) for chance in chances)
    precision = 1.0 / se
    gamma1 = (high - low) / float(np.ptp(precision))
    return np.asarray(low + gamma1 * (precision - precision.min()))


def _standard_error(fit: CopasMaximum, row: int) -> float | None:
    """Of the mean in units, from the observed information of what lies inside its bounds."""
    inside = fit.inside[row]
    try:
        covariance = np.linalg.inv(-fit.hessian[row][np.ix_(inside, inside)])
    except np.linalg.LinAlgError:
        return None
    if not np.all(np.diag(covariance) > 0.0):
        return None
    return float(np.sqrt(covariance[0, 0]))

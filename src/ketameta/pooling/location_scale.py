"""`location_scale`: does the amount of heterogeneity differ with characteristics of the studies?"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.special import chdtrc

from ketameta.errors import DataError, UsageError
from ketameta.measures.estimates import Caution, EffectEstimates, FloatArray
from ketameta.pooling.design_matrix import DesignMatrix
from ketameta.pooling.heterogeneity import typical_variance
from ketameta.pooling.likelihood import log_likelihood, ml, reml
from ketameta.pooling.location_scale_flat import flat_caution, scale_errors
from ketameta.pooling.location_scale_likelihood import (
    ScalePoint,
    ScaleProblem,
    all_maxima,
    log_tau2,
)
from ketameta.pooling.regression_basis import ColumnBasis, column_basis
from ketameta.pooling.regression_choices import COEFFICIENT_TESTS, RegressionChoices, settle
from ketameta.pooling.regression_fit import weighted_fit
from ketameta.pooling.regression_result import (
    Coefficient,
    FitStatistics,
    WaldTest,
    fit_statistics,
)
from ketameta.pooling.regression_tests import coefficient_rows, moderator_test


@dataclass(frozen=True, slots=True)
class HomogeneityTest:
    """Likelihood ratio test of a tau2 that moderators explain against one tau2 for all studies.

    Attributes
    ----------
    statistic, df, p_value
        Twice the difference in log-likelihood, coefficients left out, upper chi-squared tail.
    tau2_full, tau2_reduced
        Mean tau2 of the studies with the moderators; tau2 without them.
    """

    statistic: float
    df: int
    p_value: float
    tau2_full: float
    tau2_reduced: float


@dataclass(frozen=True, slots=True)
class LocationScaleResult:
    """A location-scale model on the analysis scale.

    Attributes
    ----------
    measure, k, method, level
        The measure, number of estimates, "REML" or "ML", coverage of intervals.
    location, scale
        Coefficients of the mean effect, and of log tau2; se is nan and there is no test where
        the likelihood is flat in a scale coefficient: a caution names those.
    location_covariance, scale_covariance
        Shapes (p, p) and (q, q).
    location_omnibus, scale_omnibus
        Tests of all coefficients but the intercept; None where one of them has no standard error
        or there is nothing but an intercept.
    tau2
        tau2 of each study, (k,).
    fit
        Fit under the likelihood that was maximised.
    homogeneity
        Likelihood ratio test against one tau2 for all studies (same mean effects).
    maxima
        How many distinct local maxima the searches from several starts reached.
    cautions
        Degenerate cases that a reader must know of.
    """

    measure: str
    k: int
    method: str
    level: float
    location: tuple[Coefficient, ...]
    scale: tuple[Coefficient, ...]
    location_covariance: FloatArray
    scale_covariance: FloatArray
    location_omnibus: WaldTest
    scale_omnibus: WaldTest | None
    tau2: FloatArray
    fit: FitStatistics
    homogeneity: HomogeneityTest | None
    maxima: int
    cautions: tuple[Caution, ...] = ()


def location_scale(
    estimates: EffectEstimates,
    design: DesignMatrix,
    scale: DesignMatrix,
    choices: RegressionChoices | None = None,
) -> LocationScaleResult:
    """Meta-regression of the mean effect and of log tau2 at once.

    Parameters
    ----------
    estimates
        More estimates than coefficients of the mean plus those of log tau2.
    design
        Moderators of the mean effect.
    scale
        Moderators of log tau2, with an intercept.
    choices
        tau2 "REML" (default) or "ML"; interval "wald" (default) or "t" (k - p and k - q degrees
        of freedom); level.

    Raises
    ------
    UsageError
        For another estimator or test.
    DataError
        If there are too few studies, numbers of rows differ, or columns are dependent.

    References
    ----------
    Viechtbauer W, Lopez-Lopez JA. Res Synth Methods 2022;13:697-715. doi:10.1002/jrsm.1562.

    Notes
    -----
    metafor: `rma(yi, vi, mods = ~ x, scale = ~ z)`. Standard errors of the scale coefficients
    come from the exact Hessian (metafor differentiates numerically). The likelihood can have
    several maxima, or rise for ever as tau2 of some studies goes to 0: the search runs from
    several starts; coefficients that only such studies tell are named and have no standard error
    (metafor prints where its search stopped, with a huge one), the others keep theirs.
    """
    settled = _settle(choices or RegressionChoices(interval="wald"))
    k, p, q = estimates.k, design.p, scale.p
    if design.k != k or scale.k != k:
        raise DataError(
            f"location-scale: {design.k} and {scale.k} rows of moderators for {k} estimates. Give "
            "one row per estimate."
        )
    location_basis, scale_basis = column_basis(design), column_basis(scale)
    if k <= p + q:
        raise DataError(
            f"location-scale: {p} + {q} coefficients for {k} studies. Leave out moderators."
        )
    problem = _problem(estimates, location_basis, scale_basis, settled.tau2 == "REML")
    points = all_maxima(problem, _starts(problem, scale_basis))
    return _result(
        estimates, (design, scale), (location_basis, scale_basis), problem, points, settled
    )


def _settle(choices: RegressionChoices) -> RegressionChoices:
    wanted = choices if choices.interval is not None else replace(choices, interval="wald")
    settled = settle(wanted)
    if settled.tau2 not in {"REML", "ML"}:
        raise UsageError(f"location-scale: tau2 method {settled.tau2}; use REML or ML.")
    if settled.interval not in {"wald", "t"}:
        raise UsageError(f"location-scale: test {settled.interval}; use wald or t.")
    return settled


def _problem(
    estimates: EffectEstimates, location: ColumnBasis, scale: ColumnBasis, restricted: bool
) -> ScaleProblem:
    origin = float(estimates.y[np.argmin(estimates.v)]) if location.holds_mean else 0.0
    z = scale.basis * np.sqrt(estimates.k)
    return ScaleProblem(estimates.y - origin, estimates.v, location.basis, z, restricted)


def _starts(problem: ScaleProblem, scale: ColumnBasis) -> list[FloatArray]:
    """Constant log tau2, log tau2 fitted to squared residuals, and tilts of the constant."""
    x, z, k = problem.x, problem.z, problem.y.size
    common = float((reml if problem.restricted else ml)(problem.y, problem.v, x))
    typical = typical_variance(problem.v, x)
    level = np.log(max(common, 0.05 * typical))
    residual = problem.y - x @ (x.T @ problem.y)
    excess = np.log(np.maximum(residual**2 - problem.v, 0.05 * typical))
    flat = z.T @ np.full(k, level) / k
    starts = [flat, z.T @ excess / k]
    for j in range(z.shape[1]):
        tilt = np.zeros(z.shape[1])
        tilt[j] = 1.5
        starts += [flat + tilt, flat - tilt]
    if not scale.holds_mean:
        starts.append(np.zeros(z.shape[1]))
    return starts


def _result(
    estimates: EffectEstimates,
    designs: tuple[DesignMatrix, DesignMatrix],
    bases: tuple[ColumnBasis, ColumnBasis],
    problem: ScaleProblem,
    points: list[ScalePoint],
    choices: RegressionChoices,
) -> LocationScaleResult:
    best = points[0]
    k, p, q = estimates.k, designs[0].p, designs[1].p
    assert choices.interval is not None
    uses_t = COEFFICIENT_TESTS[choices.interval].function.uses_t
    tau2 = np.exp(log_tau2(problem, best.delta))
    fit = weighted_fit(estimates.y, estimates.v + tau2, 0.0, bases[0])
    factor = fit.coefficient_factor
    df = float(k - p) if uses_t else None
    errors = scale_errors(problem, best, bases[1])
    scale_factor = errors.factor
    alpha = bases[1].from_basis(best.delta * np.sqrt(k))
    scale_df = float(k - q) if uses_t else None
    others = [i for i in range(q) if i != designs[1].intercept]
    omnibus = None
    if others and errors.told[others].all():
        omnibus = moderator_test(designs[1], alpha, scale_factor, scale_df)
    parameters, n = p + q, k - p if problem.restricted else k
    return LocationScaleResult(
        measure=estimates.measure,
        k=k,
        method=choices.tau2,
        level=choices.level,
        location=coefficient_rows(designs[0], fit.coefficients, factor, df, choices.level),
        scale=coefficient_rows(designs[1], alpha, scale_factor, scale_df, choices.level),
        location_covariance=factor @ factor.T,
        scale_covariance=scale_factor @ scale_factor.T,
        location_omnibus=moderator_test(designs[0], fit.coefficients, factor, df),
        scale_omnibus=omnibus,
        tau2=tau2,
        fit=fit_statistics(best.log_likelihood, parameters, n),
        homogeneity=_homogeneity(problem, best, bases[1]),
        maxima=len(points),
        cautions=(
            *estimates.cautions,
            *flat_caution(errors, designs[1].columns, estimates.labels),
            *_several_maxima(points),
        ),
    )


def _homogeneity(
    problem: ScaleProblem, best: ScalePoint, scale: ColumnBasis
) -> HomogeneityTest | None:
    if not scale.holds_mean or problem.z.shape[1] == 1:
        return None
    y, v, x = problem.y, problem.v, problem.x
    common = float((reml if problem.restricted else ml)(y, v, x))
    without = float(log_likelihood(y, v, common, x, restricted=problem.restricted))
    statistic = max(0.0, 2.0 * (best.log_likelihood - without))
    df = problem.z.shape[1] - 1
    mean = float(np.mean(np.exp(log_tau2(problem, best.delta))))
    return HomogeneityTest(statistic, df, float(chdtrc(df, statistic)), mean, common)


def _several_maxima(points: list[ScalePoint]) -> tuple[Caution, ...]:
    if len(points) < 2:
        return ()
    gap = points[0].log_likelihood - points[1].log_likelihood
    text = (
        f"The likelihood has {len(points)} local maxima. The highest is used; the next is lower "
        f"by {gap:.3g}."
    )
    return (Caution("several_likelihood_modes", text),)

"""From variance components to a `MultilevelResult`."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import chdtrc

from ketameta.errors import DataError
from ketameta.measures.estimates import EffectEstimates, FloatArray
from ketameta.pooling.design_matrix import DesignMatrix
from ketameta.pooling.heterogeneity import typical_variance
from ketameta.pooling.intervals import critical_value
from ketameta.pooling.multilevel_choices import MULTILEVEL_TESTS, MultilevelChoices
from ketameta.pooling.multilevel_groups import Groups
from ketameta.pooling.multilevel_likelihood import evaluate
from ketameta.pooling.multilevel_marginal import Marginal, three_level_marginal
from ketameta.pooling.multilevel_result import MultilevelResult, VarianceComponent
from ketameta.pooling.multilevel_search import ThreeLevelMaximum, ThreeLevelProblem
from ketameta.pooling.regression_basis import ColumnBasis
from ketameta.pooling.regression_fit import WeightedFit, origin_of, whitened_fit
from ketameta.pooling.regression_result import Coefficient, FitStatistics, fit_statistics
from ketameta.pooling.regression_tests import coefficient_rows, moderator_test
from ketameta.pooling.result import Interval

# Below this share a difference has lost too many digits.
DIGITS = 1e-9


@dataclass(frozen=True, slots=True)
class Parts:
    """Data of a three-level model; `blocks` in the order of `cluster.members`."""

    estimates: EffectEstimates
    design: DesignMatrix
    basis: ColumnBasis
    cluster: Groups
    unit: Groups | None
    blocks: tuple[FloatArray, ...] | None

    def marginal(self, sigma2: FloatArray) -> Marginal:
        """Marginal covariance at these components."""
        return three_level_marginal(self.estimates.v, self.cluster, self.unit, self.blocks, sigma2)

    def fitted(self, marginal: Marginal) -> WeightedFit:
        """Generalised least squares with this covariance."""
        origin = origin_of(self.estimates.y, self.estimates.v, self.basis)
        return whitened_fit(self.estimates.y, self.basis, marginal.whiten, origin)


def assemble(
    parts: Parts, problem: ThreeLevelProblem, best: ThreeLevelMaximum, choices: MultilevelChoices
) -> MultilevelResult:
    """The result at the maximum, without cautions."""
    design, k, p = parts.design, parts.estimates.k, parts.design.p
    marginal = parts.marginal(best.point.sigma2)
    fit = parts.fitted(marginal)
    factor = fit.coefficient_factor
    df = MULTILEVEL_TESTS[choices.test].function(design.values, parts.cluster, parts.unit)
    rows = coefficient_rows(design, fit.coefficients, factor, df, choices.level)
    nothing = parts.marginal(np.zeros(2))
    without = parts.fitted(nothing)
    components = _components(parts, problem, best.point.sigma2, nothing, without)
    ml, reml = _both_fits(problem, best.point.sigma2)
    return MultilevelResult(
        measure=parts.estimates.measure,
        k=k,
        p=p,
        method=choices.method,
        test=choices.test,
        level=choices.level,
        coefficients=rows,
        covariance=factor @ factor.T,
        omnibus=moderator_test(design, fit.coefficients, factor, df),
        components=components,
        i2=components[0].i2 + components[1].i2,
        q=without.q,
        q_df=k - p,
        q_p=float(chdtrc(k - p, without.q)),
        prediction=_prediction(rows[0], best, choices) if p == 1 and fit.basis.holds_mean else None,
        ml=ml,
        reml=reml,
        maxima=best.maxima,
        estimates=parts.estimates,
        design=design,
        cluster=parts.cluster,
        unit=parts.unit,
        fit=fit,
        marginal=marginal,
        problem=problem,
    )


def _prediction(mean: Coefficient, best: ThreeLevelMaximum, choices: MultilevelChoices) -> Interval:
    spread = np.sqrt(mean.se * mean.se + best.point.sigma2.sum())
    half = critical_value(choices.level, mean.df) * float(spread)
    return Interval(mean.estimate - half, mean.estimate + half)


def _components(
    parts: Parts,
    problem: ThreeLevelProblem,
    sigma2: FloatArray,
    nothing: Marginal,
    without: WeightedFit,
) -> tuple[VarianceComponent, VarianceComponent]:
    """Components with their share of the total variance of a typical estimate.

    The typical sampling variance is (k - p) / tr(P) with weights of the sampling errors alone
    (Higgins and Thompson 2002, extended to a covariance matrix).
    """
    k = parts.estimates.k
    typical = _typical_variance(parts, nothing, without)
    total = float(sigma2.sum()) + typical
    units = k if parts.unit is None else len(parts.unit.labels)
    numbers = (len(parts.cluster.labels), units)
    made = [
        VarianceComponent(level, float(s), n, problem.fixed[i] is None, 100.0 * float(s) / total)
        for i, (level, s, n) in enumerate(zip(("between", "within"), sigma2, numbers, strict=True))
    ]
    return made[0], made[1]


def _typical_variance(parts: Parts, nothing: Marginal, without: WeightedFit) -> float:
    if parts.blocks is None:
        return typical_variance(parts.estimates.v, parts.basis.columns)
    k, p = parts.basis.basis.shape
    own = float(nothing.information(Groups(np.arange(k), parts.estimates.labels)).sum())
    moved = nothing.solve(parts.basis.columns) @ without.factor
    left = own - float((moved * moved).sum())
    if left <= DIGITS * own:
        raise DataError(
            "multilevel: the most precise estimates leave no digits of the others' covariance to "
            "compute with. Check the smallest variances, or take sampling errors as independent."
        )
    return float(k - p) / left


def _both_fits(
    problem: ThreeLevelProblem, sigma2: FloatArray
) -> tuple[FitStatistics, FitStatistics]:
    rows = problem.rows
    parameters = rows.p + sum(f is None for f in problem.fixed)
    full, restricted = (
        evaluate(rows, sigma2, restricted=flag).log_likelihood for flag in (False, True)
    )
    return (
        fit_statistics(full, parameters, rows.k),
        fit_statistics(restricted, parameters, rows.k - rows.p),
    )

"""From the maximum of the likelihood to the result of a multivariate model."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.special import chdtrc

from ketameta.measures.estimates import EffectEstimates, FloatArray
from ketameta.pooling.design_matrix import DesignMatrix
from ketameta.pooling.intervals import critical_value
from ketameta.pooling.multilevel_choices import MULTILEVEL_TESTS, MultilevelChoices
from ketameta.pooling.multilevel_groups import Groups
from ketameta.pooling.multilevel_marginal import DenseMarginal
from ketameta.pooling.multilevel_multivariate_result import MultivariateResult
from ketameta.pooling.multilevel_outcomes import (
    OutcomeMaximum,
    OutcomeProblem,
    outcome_problem,
    value_and_slope,
)
from ketameta.pooling.multilevel_structures import Structure
from ketameta.pooling.regression_basis import ColumnBasis
from ketameta.pooling.regression_fit import WeightedFit, origin_of, whitened_fit
from ketameta.pooling.regression_result import (
    FitStatistics,
    fit_statistics,
)
from ketameta.pooling.regression_tests import coefficient_rows, moderator_test
from ketameta.pooling.result import Interval


@dataclass(frozen=True, slots=True)
class OutcomeParts:
    """Data of a multivariate model; `blocks`, errors' covariances, as `cluster.members`."""

    estimates: EffectEstimates
    design: DesignMatrix
    basis: ColumnBasis
    cluster: Groups
    outcome: Groups
    blocks: tuple[FloatArray, ...]

    @property
    def origin(self) -> float:
        """Taken off the effects, so that no digits are lost."""
        return origin_of(self.estimates.y, self.estimates.v, self.basis)

    def problem(self, structure: Structure, *, restricted: bool) -> OutcomeProblem:
        """The likelihood to maximise."""
        a = np.column_stack([self.basis.basis, self.estimates.y - self.origin])
        return outcome_problem(
            a, self.blocks, self.cluster, self.outcome, structure, restricted=restricted
        )

    def marginal(self, g: FloatArray) -> DenseMarginal:
        """Covariance of the effects where true effects on the outcomes have the covariance g."""
        made = []
        for rows, block in zip(self.cluster.members, self.blocks, strict=True):
            names = self.outcome.index[rows]
            made.append(block + g[np.ix_(names, names)])
        return DenseMarginal.of(self.cluster, tuple(made))

    def fitted(self, marginal: DenseMarginal) -> WeightedFit:
        """Generalised least squares with this covariance."""
        return whitened_fit(self.estimates.y, self.basis, marginal.whiten, self.origin)


def assemble_outcomes(
    parts: OutcomeParts,
    problem: OutcomeProblem,
    best: OutcomeMaximum,
    structure: str,
    choices: MultilevelChoices,
) -> MultivariateResult:
    """The result at the maximum, without predictions and cautions."""
    design, k, p = parts.design, parts.estimates.k, parts.design.p
    marginal = parts.marginal(best.g)
    full, restricted = _both_fits(problem, best)
    fit = parts.fitted(marginal)
    without = parts.fitted(parts.marginal(np.zeros_like(best.g)))
    df = MULTILEVEL_TESTS[choices.test].function(design.values, parts.cluster, None)
    tau2, correlation = _split(best.g)
    factor = fit.coefficient_factor
    return MultivariateResult(
        measure=parts.estimates.measure,
        k=k,
        p=p,
        method=choices.method,
        test=choices.test,
        structure=structure,
        level=choices.level,
        coefficients=coefficient_rows(design, fit.coefficients, factor, df, choices.level),
        covariance=factor @ factor.T,
        omnibus=moderator_test(design, fit.coefficients, factor, df),
        outcomes=parts.outcome.labels,
        tau2=tau2,
        correlation=correlation,
        predictions=None,
        q=without.q,
        q_df=k - p,
        q_p=float(chdtrc(k - p, without.q)),
        ml=full,
        reml=restricted,
        maxima=best.maxima,
        estimates=parts.estimates,
        design=design,
        cluster=parts.cluster,
        outcome=parts.outcome,
        fit=fit,
        marginal=marginal,
        problem=problem,
        covariance_of_effects=best.g,
    )


def new_study_effects(result: MultivariateResult) -> tuple[Interval, ...]:
    """Prediction interval of the true effect on each outcome, by the mean effect on it."""
    found = []
    for row, variance in zip(result.coefficients, result.tau2, strict=True):
        half = critical_value(result.level, row.df) * float(np.hypot(row.se, np.sqrt(variance)))
        found.append(Interval(row.estimate - half, row.estimate + half))
    return tuple(found)


def _split(g: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Variances and correlations; correlations nan where a variance is 0."""
    tau2 = np.diag(g).copy()
    with np.errstate(invalid="ignore", divide="ignore"):
        correlation = g / np.sqrt(tau2[:, None] * tau2[None, :])
    np.fill_diagonal(correlation, 1.0)
    return tau2, np.where(np.isfinite(correlation), np.clip(correlation, -1.0, 1.0), np.nan)


def _both_fits(
    problem: OutcomeProblem, best: OutcomeMaximum
) -> tuple[FitStatistics, FitStatistics]:
    full, restricted = (
        value_and_slope(replace(problem, restricted=flag), best.g)[0] for flag in (False, True)
    )
    parameters = problem.p + problem.structure.parameters(problem.m)
    return (
        fit_statistics(full, parameters, problem.k),
        fit_statistics(restricted, parameters, problem.k - problem.p),
    )

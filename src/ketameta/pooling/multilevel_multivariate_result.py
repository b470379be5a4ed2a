"""`MultivariateResult`: what a multivariate meta-analysis returns."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ketameta.measures.estimates import Caution, EffectEstimates, FloatArray
from ketameta.pooling.design_matrix import DesignMatrix
from ketameta.pooling.multilevel_groups import Groups
from ketameta.pooling.multilevel_marginal import Marginal
from ketameta.pooling.multilevel_outcomes import OutcomeProblem
from ketameta.pooling.regression_fit import WeightedFit
from ketameta.pooling.regression_result import Coefficient, FitStatistics, WaldTest
from ketameta.pooling.result import Interval


@dataclass(frozen=True, slots=True)
class MultivariateResult:
    """A multivariate meta-analysis or meta-regression on the analysis scale.

    Attributes
    ----------
    measure, k, p
        The measure, number of estimates, number of coefficients.
    method, test, structure, level
        "REML" or "ML"; codes in `MULTILEVEL_TESTS` and `STRUCTURES`; coverage of intervals.
    coefficients
        In the order of the design's columns; by default the mean effect on each outcome.
    covariance
        Of the coefficients, (p, p).
    omnibus
        Test of all coefficients but the intercept; by default that every mean effect is 0.
    outcomes
        Names, in the order in which they first appear; m of them.
    tau2, correlation
        Variance of true effects on each outcome, (m,), and their correlations, (m, m); nan where
        a variance is 0.
    predictions
        Prediction interval for the true effect of a new study on each outcome; None where there
        are moderators.
    q, q_df, q_p
        Weighted residual sum of squares without random effects (QE) and its test.
    ml, reml
        Fit under the full and the restricted likelihood, both at the estimates.
    maxima
        Distinct local maxima of the likelihood that were found.
    estimates, design, cluster, outcome
        What went in.
    fit, marginal
        The solved regression and the marginal covariance.
    problem, covariance_of_effects
        What was maximised, and the covariance of true effects at the maximum, (m, m).
    cautions
        Degenerate cases that a reader must know of.
    """

    measure: str
    k: int
    p: int
    method: str
    test: str
    structure: str
    level: float
    coefficients: tuple[Coefficient, ...]
    covariance: FloatArray
    omnibus: WaldTest
    outcomes: tuple[str, ...]
    tau2: FloatArray
    correlation: FloatArray
    predictions: tuple[Interval, ...] | None
    q: float
    q_df: int
    q_p: float
    ml: FitStatistics
    reml: FitStatistics
    maxima: int
    estimates: EffectEstimates
    design: DesignMatrix
    cluster: Groups
    outcome: Groups
    fit: WeightedFit
    marginal: Marginal
    problem: OutcomeProblem
    covariance_of_effects: FloatArray
    cautions: tuple[Caution, ...] = ()

    @property
    def beta(self) -> FloatArray:
        """Coefficients, (p,)."""
        return np.array([c.estimate for c in self.coefficients])

    @property
    def log_likelihood(self) -> float:
        """The log-likelihood that was maximised."""
        return (self.reml if self.method == "REML" else self.ml).log_likelihood

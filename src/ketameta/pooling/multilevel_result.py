"""`MultilevelResult`: what a three-level meta-analysis returns."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ketameta.measures.estimates import Caution, EffectEstimates, FloatArray
from ketameta.pooling.design_matrix import DesignMatrix
from ketameta.pooling.multilevel_groups import Groups
from ketameta.pooling.multilevel_marginal import Marginal
from ketameta.pooling.multilevel_search import ThreeLevelProblem
from ketameta.pooling.regression_fit import WeightedFit
from ketameta.pooling.regression_result import Coefficient, FitStatistics, WaldTest
from ketameta.pooling.result import Interval


@dataclass(frozen=True, slots=True)
class VarianceComponent:
    """Variance of true effects at one level, on the squared analysis scale.

    Attributes
    ----------
    level
        "between" clusters or "within" clusters.
    sigma2
        The estimate, or the value it was held at.
    groups
        Number of clusters or units that tell of it.
    estimated
        False where it was held at a value.
    i2
        Percent of the total variance of a typical estimate, None where sampling variance is 0.
    """

    level: str
    sigma2: float
    groups: int
    estimated: bool
    i2: float

    @property
    def at_boundary(self) -> bool:
        """Whether the estimate is 0, the edge of its range."""
        return self.estimated and self.sigma2 == 0.0


@dataclass(frozen=True, slots=True)
class MultilevelResult:
    """A three-level meta-analysis or meta-regression on the analysis scale.

    Attributes
    ----------
    measure, k, p
        The measure, number of estimates, number of coefficients.
    method, test, level
        "REML" or "ML"; code in `MULTILEVEL_TESTS`; coverage of every interval.
    coefficients
        In the order of the design's columns; the pooled mean where there are no moderators.
    covariance
        Of the coefficients, model-based, (p, p).
    omnibus
        Test that all coefficients but the intercept are 0.
    components
        Variance between clusters and within clusters.
    i2
        Percent of the total variance of a typical estimate that is heterogeneity at any level.
    q, q_df, q_p
        Weighted residual sum of squares without random effects (QE) and its chi-squared test.
    prediction
        Prediction interval for the true effect of a new estimate in a new cluster; None where
        there are moderators (see `predict_multilevel`).
    ml, reml
        Fit under the full and the restricted likelihood, both at the components estimated.
    maxima
        Distinct local maxima of the likelihood that were found.
    estimates, design, cluster, unit
        What went in; unit is None where every estimate is its own unit.
    fit, marginal, problem
        The solved regression, the marginal covariance, and the likelihood.
    cautions
        Degenerate cases that a reader must know of.
    """

    measure: str
    k: int
    p: int
    method: str
    test: str
    level: float
    coefficients: tuple[Coefficient, ...]
    covariance: FloatArray
    omnibus: WaldTest
    components: tuple[VarianceComponent, VarianceComponent]
    i2: float
    q: float
    q_df: int
    q_p: float
    prediction: Interval | None
    ml: FitStatistics
    reml: FitStatistics
    maxima: int
    estimates: EffectEstimates
    design: DesignMatrix
    cluster: Groups
    unit: Groups | None
    fit: WeightedFit
    marginal: Marginal
    problem: ThreeLevelProblem
    cautions: tuple[Caution, ...] = ()

    @property
    def sigma2(self) -> FloatArray:
        """Variance between clusters and within clusters, (2,)."""
        return np.array([component.sigma2 for component in self.components])

    @property
    def beta(self) -> FloatArray:
        """Coefficients, (p,)."""
        return np.array([c.estimate for c in self.coefficients])

    @property
    def log_likelihood(self) -> float:
        """The log-likelihood that was maximised."""
        return (self.reml if self.method == "REML" else self.ml).log_likelihood

    @property
    def weights(self) -> FloatArray:
        """Weight of each estimate in percent, (k,), sum 100; row sums of the inverse covariance.

        A weight can be below 0 where sampling errors are strongly correlated.
        """
        w = self.marginal.solve(np.ones((self.k, 1)))[:, 0]
        return np.asarray(100.0 * w / w.sum())

"""`RegressionResult`: what a meta-regression returns."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ketameta.measures.estimates import Caution, EffectEstimates, FloatArray
from ketameta.pooling.design_matrix import DesignMatrix
from ketameta.pooling.intervals import symmetric_interval, two_sided_p
from ketameta.pooling.regression_fit import WeightedFit
from ketameta.pooling.result import Heterogeneity, Interval


@dataclass(frozen=True, slots=True)
class Coefficient:
    """One coefficient, or one linear combination of coefficients, on the analysis scale.

    `df` is None for the normal distribution; `statistic` and `p_value` are None where the
    standard error says nothing; se is nan, and the limits are None, where there is none.
    """

    name: str
    estimate: float
    se: float
    statistic: float | None
    df: float | None
    p_value: float | None
    interval: Interval


@dataclass(frozen=True, slots=True)
class WaldTest:
    """Test that some coefficients, or linear combinations, are all 0.

    Attributes
    ----------
    statistic
        Chi-squared if `df_denominator` is None, otherwise F.
    df, df_denominator
        Number of combinations tested; denominator degrees of freedom of F.
    p_value
        Upper tail.
    tested
        Names of what is tested.
    """

    statistic: float
    df: int
    df_denominator: float | None
    p_value: float
    tested: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FitStatistics:
    """Likelihood-based fit at the estimates; smaller AIC, BIC and AICc are better.

    Models with different moderators are comparable under maximum likelihood only.
    """

    log_likelihood: float
    deviance: float
    aic: float
    bic: float
    aicc: float
    parameters: int


@dataclass(frozen=True, slots=True)
class RegressionResult:
    """A meta-regression on the analysis scale (log for ratios).

    Attributes
    ----------
    measure, k, p
        The measure, the number of estimates, the number of coefficients.
    tau2_method, interval_method, level
        Codes as in `catalog` and `COEFFICIENT_TESTS`; level is the coverage of every interval.
    coefficients
        In the order of the design's columns.
    covariance
        Of the coefficients, as used for their tests, (p, p).
    omnibus
        Test that all coefficients but the intercept are 0 (QM or F).
    heterogeneity
        What the moderators leave: tau2, QE, I2.
    r2
        Percent of tau2 that the moderators account for; under equal effects the adjusted R2 of
        the weighted regression. None without an intercept.
    tau2_without
        tau2 without moderators.
    hksj_factor
        Generalised Q over k - p, which scales the variance under Knapp-Hartung tests.
    ml, reml
        Fit under the full and the restricted likelihood, both at the tau2 estimate.
    local_maxima
        Of the likelihood of tau2, for ML and REML; None with other estimators.
    estimates, design, fit
        What went in, and the solved regression.
    cautions
        Degenerate cases and safeguards that a reader must know of.
    """

    measure: str
    k: int
    p: int
    tau2_method: str
    interval_method: str
    level: float
    coefficients: tuple[Coefficient, ...]
    covariance: FloatArray
    omnibus: WaldTest
    heterogeneity: Heterogeneity
    r2: float | None
    tau2_without: float | None
    hksj_factor: float | None
    ml: FitStatistics
    reml: FitStatistics
    local_maxima: int | None
    estimates: EffectEstimates
    design: DesignMatrix
    fit: WeightedFit
    cautions: tuple[Caution, ...] = ()

    @property
    def tau2(self) -> float:
        """Residual between-study variance; 0 under equal effects."""
        return self.heterogeneity.tau2 or 0.0

    @property
    def beta(self) -> FloatArray:
        """Coefficients, (p,)."""
        return np.array([c.estimate for c in self.coefficients])

    @property
    def df(self) -> float | None:
        """Degrees of freedom of the tests of single coefficients; None for the normal."""
        return self.coefficients[0].df

    @property
    def variance_factor(self) -> float:
        """What the plain covariance was multiplied by."""
        plain = self.fit.coefficient_factor[0]
        return float(self.coefficients[0].se ** 2 / (plain @ plain))

    @property
    def fitted(self) -> FloatArray:
        """Fitted values, (k,)."""
        return self.estimates.y - self.fit.residuals

    @property
    def weights(self) -> FloatArray:
        """Weights 1 / (v + tau2) in percent, (k,), sum 100."""
        w = 1.0 / (self.estimates.v + self.tau2)
        return np.asarray(100.0 * w / w.sum())


def coefficient(
    name: str, estimate: float, se: float, df: float | None, level: float
) -> Coefficient:
    """A coefficient with its test and interval; without them if se is nan, no test if it is 0."""
    if np.isnan(se):
        return Coefficient(name, estimate, se, None, df, None, Interval(None, None))
    interval = symmetric_interval(estimate, se, level, df)
    if se == 0.0:
        return Coefficient(name, estimate, se, None, df, None, interval)
    statistic = estimate / se
    return Coefficient(name, estimate, se, statistic, df, two_sided_p(statistic, df), interval)


def fit_statistics(log_likelihood: float, parameters: int, n: int) -> FitStatistics:
    """AIC, BIC and AICc of a log-likelihood with n observations (k - p under REML).

    metafor: `fitstats()`; AICc uses at least parameters + 2 observations, as there.
    """
    deviance, size = -2.0 * log_likelihood, max(n, parameters + 2)
    return FitStatistics(
        log_likelihood=log_likelihood,
        deviance=deviance,
        aic=deviance + 2.0 * parameters,
        bic=deviance + parameters * float(np.log(n)),
        aicc=deviance + 2.0 * parameters * size / (size - parameters - 1.0),
        parameters=parameters,
    )

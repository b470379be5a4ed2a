"""`RobustResult`, and the HTZ test of several coefficients with a cluster-robust variance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import chdtrc, fdtrc

from ketameta.errors import DataError
from ketameta.measures.estimates import Caution, FloatArray
from ketameta.pooling.design_matrix import DesignMatrix
from ketameta.pooling.joint_tests import Tested, tested_combinations
from ketameta.pooling.regression_result import Coefficient, WaldTest
from ketameta.pooling.robust_working import RobustWorking

# Share of the model-based variance below which a robust variance is 0 but for rounding.
NOTHING = 1e-10
# An eigenvalue of a covariance below this share of the largest is a rounding error.
SINGULAR = 1e-13


@dataclass(frozen=True, slots=True)
class RobustResult:
    """Coefficients of a fitted model with cluster-robust inference, on the analysis scale.

    Attributes
    ----------
    kind, degrees, level
        Codes in `SANDWICHES` and `DEGREES`; coverage of intervals.
    clusters
        Number of clusters.
    coefficients
        The model's coefficients with robust tests and intervals.
    covariance
        Robust covariance of the coefficients, (p, p).
    omnibus
        Test of all coefficients but the intercept; None where there are too few clusters.
    design, working
        What tests of other coefficients are made from.
    cautions
        What a reader must know of.
    """

    kind: str
    degrees: str
    level: float
    clusters: int
    coefficients: tuple[Coefficient, ...]
    covariance: FloatArray
    omnibus: WaldTest | None
    design: DesignMatrix
    working: RobustWorking
    cautions: tuple[Caution, ...] = ()

    @property
    def beta(self) -> FloatArray:
        """Coefficients, (p,)."""
        return np.array([c.estimate for c in self.coefficients])


def robust_test(result: RobustResult, tested: Tested) -> WaldTest:
    """Test that several coefficients, or combinations of them, are 0.

    With Satterthwaite degrees of freedom the HTZ test: the robust covariance is matched to a
    Wishart distribution, which gives an F test. Otherwise F with clusters less coefficients, or
    chi-squared.

    Parameters
    ----------
    result
        From `robust`.
    tested
        Names of terms or columns, positions, or a matrix with one row of p weights per
        combination.

    Raises
    ------
    UsageError
        For an unknown name or a matrix of another width.
    DataError
        If the combinations are dependent or there are too few clusters for the test.

    References
    ----------
    Tipton E, Pustejovsky JE. J Educ Behav Stat 2015;40:604-634. doi:10.3102/1076998615606099.
    Pustejovsky JE, Tipton E. J Bus Econ Stat 2018;36:672-683. doi:10.1080/07350015.2016.1247004.
    clubSandwich: `Wald_test(fit, constraints, vcov = "CR2", test = "HTZ")`.
    """
    weights, names = tested_combinations(result.design, tested)
    directions = weights @ result.working.factor
    length = np.sqrt((directions * directions).sum(axis=1))
    expected = result.working.expected(directions / length[:, None])
    values, vectors = np.linalg.eigh(expected)
    if values[0] <= NOTHING:
        raise DataError(
            "robust test: the combinations tested are not independent, or a single cluster tells "
            "of one. Leave it out."
        )
    q = len(names)
    estimate = (weights @ result.beta) / length
    covariance = weights @ result.covariance @ weights.T / length[:, None] / length[None, :]
    spread, axes = np.linalg.eigh(covariance)
    if spread[0] <= SINGULAR * max(spread[-1], NOTHING):
        raise DataError(
            "robust test: the residuals leave a combination tested without any variance, so there "
            "is nothing to test it against. Use the model's own test."
        )
    wald = float(np.sum((axes.T @ estimate) ** 2 / spread))
    if result.degrees == "normal":
        return WaldTest(wald, q, None, float(chdtrc(q, wald)), names)
    eta, denominator = float("inf"), float(result.clusters - len(result.coefficients))
    if result.degrees == "satterthwaite":
        whitened = (vectors / np.sqrt(values)).T @ (directions / length[:, None])
        eta = q * (q + 1.0) / _total_variance(result.working, whitened)
        denominator = eta - q + 1.0
    if denominator <= 0.0:
        raise DataError(
            f"robust test: {result.clusters} clusters are too few to test {q} coefficients at "
            "once. Test fewer."
        )
    scale = denominator / eta if np.isfinite(eta) else 1.0
    statistic = scale * wald / q
    return WaldTest(statistic, q, denominator, float(fdtrc(q, denominator, statistic)), names)


def _total_variance(working: RobustWorking, directions: FloatArray) -> float:
    """Sum of the variances of all entries of the robust covariance of directions, (q, p).

    For normal effects with the working covariance and directions whose expected robust
    covariance is the identity.
    """
    d = np.einsum("sp,jpq,tq->jst", directions, working.spread, directions)
    z = np.einsum("jpq,sq->jsp", working.overlap, directions)
    inner = np.einsum("jsp,jtp->jst", z, z)
    g = np.einsum("jsp,jtq->stpq", z, z)
    own = np.einsum("jss->js", d)
    own_inner = np.einsum("jss->js", inner)
    crossed = (d * d).sum(axis=0) - 2.0 * (d * inner).sum(axis=0) + np.einsum("stpq,stqp->st", g, g)
    paired = own.T @ own - own.T @ own_inner - own_inner.T @ own + np.einsum("stpq,stpq->st", g, g)
    return float((crossed + paired).sum())

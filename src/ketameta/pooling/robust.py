"""`robust`: tests and intervals that do not rest on the assumed dependence of estimates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ketameta.errors import DataError, UsageError
from ketameta.measures.estimates import Caution, FloatArray
from ketameta.pooling.look_up import look_up
from ketameta.pooling.multilevel_groups import Groups, Labels, groups
from ketameta.pooling.multilevel_marginal import Marginal, RankOneMarginal
from ketameta.pooling.multilevel_multivariate_result import MultivariateResult
from ketameta.pooling.multilevel_result import MultilevelResult
from ketameta.pooling.regression_result import Coefficient, RegressionResult, coefficient
from ketameta.pooling.robust_catalog import DEGREES, SANDWICHES
from ketameta.pooling.robust_tests import NOTHING, RobustResult, robust_test
from ketameta.pooling.robust_working import RobustWorking, robust_working
from ketameta.pooling.singular import refused_if_singular

Fitted = RegressionResult | MultilevelResult | MultivariateResult

# Below these degrees of freedom the t approximation fails (Tipton 2015).
FEW_DF = 4.0
# Relative difference of a CR2 variance's expectation from the model's variance: below, rounding.
UNBIASED = 1e-6


def robust(
    result: Fitted,
    cluster: Labels | None = None,
    *,
    kind: str = "CR2",
    degrees: str = "satterthwaite",
) -> RobustResult:
    """Cluster-robust (sandwich) inference for a fitted model.

    Valid for many clusters whatever the dependence of estimates within them; with CR2 and
    Satterthwaite degrees of freedom close to valid for few.

    Parameters
    ----------
    result
        From `regress`, `multilevel` or `multivariate`; its covariance is the working model.
    cluster
        Cluster of each estimate, (k,); None for the clusters of the multilevel model. Clusters
        of a multilevel model may be joined but not split.
    kind
        Code in `SANDWICHES`, in any case.
    degrees
        "satterthwaite", "clusters" or "normal".

    Raises
    ------
    UsageError
        For an unknown kind, or a meta-regression without clusters.
    DataError
        If there is one cluster, with CR1p or "clusters" not more clusters than coefficients, or a
        cluster of the model is split.

    References
    ----------
    Pustejovsky JE, Tipton E. J Bus Econ Stat 2018;36:672-683. doi:10.1080/07350015.2016.1247004.
    Tipton E. Psychol Methods 2015;20:375-393. doi:10.1037/met0000011.
    clubSandwich: `coef_test(fit, vcov = "CR2")`; metafor: `robust(fit, cluster,
    clubSandwich = TRUE)`, without it CR1p with "clusters".
    """
    method = look_up(SANDWICHES, kind, "robust variance")
    wanted = degrees.casefold().strip()
    if wanted not in DEGREES:
        raise UsageError(
            f"degrees of freedom: there are none called {degrees!r}. Known are "
            f"{', '.join(DEGREES)}."
        )
    marginal, clusters = _working_model(result, cluster)
    number = len(clusters.labels)
    if number < 2 or (number <= result.p and (wanted == "clusters" or method.code == "CR1p")):
        raise DataError(
            f"robust: {number} clusters for {result.p} coefficients are too few. Leave out "
            "moderators, or use the model's own standard errors."
        )
    with refused_if_singular("robust", result.estimates.v):
        working = robust_working(result.fit, marginal, clusters, method.function.adjustment)
    multiplier = method.function.multiplier(number, result.k, result.p)
    covariance = working.covariance(multiplier)
    rows = tuple(_row(result, working, covariance, wanted, i, number) for i in range(result.p))
    found = RobustResult(
        kind=method.code,
        degrees=wanted,
        level=result.level,
        clusters=number,
        coefficients=rows,
        covariance=covariance,
        omnibus=None,
        design=result.design,
        working=working,
        cautions=_cautions(rows, working, method.code),
    )
    try:
        return replace(found, omnibus=robust_test(found, list(result.design.moderators)))
    except DataError:
        return found


def _working_model(result: Fitted, cluster: Labels | None) -> tuple[Marginal, Groups]:
    if isinstance(result, MultilevelResult | MultivariateResult):
        if cluster is None:
            return result.marginal, result.cluster
        clusters = groups(cluster, result.k, "cluster")
        for label, members in zip(result.cluster.labels, result.cluster.members, strict=True):
            if np.unique(clusters.index[members]).size > 1:
                raise DataError(
                    f"robust: estimates of cluster {label!r} of the model are in different "
                    "clusters. Give clusters that hold those of the model whole."
                )
        return result.marginal, clusters
    if cluster is None:
        raise UsageError("robust: a meta-regression has no clusters of its own. Give them.")
    clusters = groups(cluster, result.k, "cluster")
    return RankOneMarginal(clusters, result.estimates.v + result.tau2, 0.0), clusters


def _row(
    result: Fitted,
    working: RobustWorking,
    covariance: FloatArray,
    degrees: str,
    i: int,
    clusters: int,
) -> Coefficient:
    name, estimate = result.design.columns[i], float(result.beta[i])
    direction = working.factor[i]
    least = NOTHING * float(direction @ direction)
    if float(working.expected(direction[None, :])[0, 0]) <= least or covariance[i, i] <= least:
        return coefficient(name, estimate, float("nan"), None, result.level)
    df: float | None = None
    if degrees == "satterthwaite":
        df = working.satterthwaite(direction)
    elif degrees == "clusters":
        df = float(clusters - result.p)
    return coefficient(name, estimate, float(np.sqrt(covariance[i, i])), df, result.level)


def _cautions(
    rows: Sequence[Coefficient], working: RobustWorking, kind: str
) -> tuple[Caution, ...]:
    found = []
    share = [float(working.expected(row[None, :])[0, 0] / (row @ row)) for row in working.factor]
    missing = [row.name for row in rows if np.isnan(row.se)]
    alone = [row.name for row, part in zip(rows, share, strict=True) if part <= NOTHING]
    equal = [name for name in missing if name not in alone]
    if alone:
        text = (
            f"A single cluster tells of {', '.join(alone)}: its residuals leave nothing to "
            "estimate a robust variance from."
        )
        found.append(Caution("robust_variance_missing", text))
    if equal:
        text = (
            f"The clusters agree exactly about {', '.join(equal)}: the robust variance would be 0 "
            "and the interval would have no width, so there is none. Use the model's own."
        )
        found.append(Caution("robust_variance_zero", text))
    short = [
        f"{row.name} ({100.0 * part:.0f} %)"
        for row, part in zip(rows, share, strict=True)
        if kind == "CR2" and row.name not in missing and part < 1.0 - UNBIASED
    ]
    if short:
        text = (
            "A single cluster fixes part of the model, which its residuals therefore do not show. "
            f"The robust variance holds only part of the model's for {', '.join(short)}."
        )
        found.append(Caution("robust_variance_too_small", text))
    low = [row.name for row in rows if row.df is not None and row.df < FEW_DF]
    if low:
        text = (
            f"The degrees of freedom of {', '.join(low)} are below {FEW_DF:g}: p values and "
            "intervals are unreliable, probably too hopeful."
        )
        found.append(Caution("robust_df_below_4", text))
    return tuple(found)

"""`multilevel`: several estimates per study, pooled with variance between and within studies."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ketameta.errors import DataError
from ketameta.measures.estimates import Caution, EffectEstimates, demand_estimates
from ketameta.pooling.design_matrix import DesignMatrix, intercept_only
from ketameta.pooling.multilevel_assembly import Parts, assemble
from ketameta.pooling.multilevel_choices import MultilevelChoices, settle
from ketameta.pooling.multilevel_covariance import Errors, one_of, sampling_covariance
from ketameta.pooling.multilevel_groups import Groups, Labels, groups
from ketameta.pooling.multilevel_result import MultilevelResult
from ketameta.pooling.multilevel_rows import clustered_rows
from ketameta.pooling.multilevel_search import ThreeLevelMaximum, maximise, problem_of
from ketameta.pooling.regression_basis import ColumnBasis, column_basis
from ketameta.pooling.regression_fit import origin_of
from ketameta.pooling.singular import refused_if_singular

# Share of the clusters' indicator columns that the design does not explain: below, rounding.
EXPLAINED = 1e-10
FEW_CLUSTERS = 10


def multilevel(
    estimates: EffectEstimates,
    cluster: Labels,
    *,
    within: Labels | None = None,
    design: DesignMatrix | None = None,
    covariance: Errors | None = None,
    rho: float | None = None,
    choices: MultilevelChoices | None = None,
) -> MultilevelResult:
    """Three-level meta-analysis: effects differ between clusters and within them.

    Parameters
    ----------
    estimates
        On the analysis scale; more estimates than coefficients.
    cluster
        The cluster (study, laboratory) of each estimate, (k,); at least two.
    within
        The unit within a cluster that each estimate is from, (k,), where units have several
        estimates; None if every estimate is its own unit. The same name in two clusters means
        two units.
    design
        Moderators; None for a common mean.
    covariance
        Covariance of the sampling errors: a correlation rho within clusters (correlated and
        hierarchical effects working model), a `WithinCorrelation`, a `BlockCovariance`, or a
        (k, k) matrix. None if the errors are independent, that is, from different participants.
    rho
        In place of `covariance`: the correlation within clusters.
    choices
        Methods; by default REML and t tests with degrees of freedom by containment.

    Raises
    ------
    UsageError
        For an unknown method, a correlation out of range, covariance and rho at once, or
        anything else than `EffectEstimates`.
    DataError
        If numbers differ, there is one cluster, the design explains every difference between
        clusters, or the covariance is not positive definite or spans clusters.

    References
    ----------
    Konstantopoulos S. Res Synth Methods 2011;2:61-76. doi:10.1002/jrsm.35.
    Van den Noortgate W et al. Behav Res Methods 2013;45:576-594. doi:10.3758/s13428-012-0261-6.
    Pustejovsky JE, Tipton E. Prev Sci 2022;23:425-438. doi:10.1007/s11121-021-01246-3.

    Notes
    -----
    metafor: `rma.mv(yi, V, random = ~ 1 | cluster/within, dfs = "contain")`. It differs on
    purpose: components at the edge are 0, not 1e-12; the maximum is searched for on all scales;
    one cluster, or nothing but clusters of one estimate, is said and not split arbitrarily.
    """
    demand_estimates(estimates, "multilevel")
    settled = settle(choices or MultilevelChoices())
    k = estimates.k
    clusters = groups(cluster, k, "cluster")
    units = _units(clusters, within, k)
    chosen = design or intercept_only(k)
    if chosen.k != k:
        raise DataError(f"multilevel: {chosen.k} rows of moderators for {k} estimates.")
    basis = column_basis(chosen)
    _check_identified(basis, clusters)
    known = sampling_covariance(estimates.v, cluster, one_of(covariance, rho))
    blocks = None if known is None else known.regrouped(clusters)
    fixed, cautions = _held(settled, clusters, units, k)
    origin = origin_of(estimates.y, estimates.v, basis)
    rows = clustered_rows(
        np.column_stack([basis.basis, estimates.y - origin]), estimates.v, clusters, units, blocks
    )
    problem = problem_of(rows, settled.method == "REML", fixed)
    best = maximise(problem)
    parts = Parts(estimates, chosen, basis, clusters, units, blocks)
    with refused_if_singular("multilevel", estimates.v):
        result = assemble(parts, problem, best, settled)
    return replace(
        result,
        cautions=(*estimates.cautions, *cautions, *_cautions(result, best, known is not None)),
    )


def _units(clusters: Groups, within: Labels | None, k: int) -> Groups | None:
    """Units named by cluster and unit; None where every estimate is its own."""
    if within is None:
        return None
    inner = groups(within, k, "within")
    pairs = list(zip(clusters.index.tolist(), inner.index.tolist(), strict=True))
    places = {pair: i for i, pair in enumerate(dict.fromkeys(pairs))}
    if len(places) == k:
        return None
    names = tuple(f"{clusters.labels[i]}/{inner.labels[j]}" for i, j in places)
    return Groups(np.array([places[pair] for pair in pairs], dtype=np.intp), names)


def _check_identified(basis: ColumnBasis, clusters: Groups) -> None:
    """Variance between clusters needs differences that the design leaves unexplained."""
    if len(clusters.labels) == 1:
        raise DataError(
            "multilevel: all estimates are in one cluster, so how clusters differ cannot be "
            "estimated. Pool them as they are, or name more clusters."
        )
    sums = clusters.sums(basis.basis)
    k, p = basis.basis.shape
    if k <= p:
        raise DataError(
            f"multilevel: {p} coefficients for {k} estimates leave nothing to estimate variances "
            "from. Leave out moderators."
        )
    if k - float(np.sum(sums * sums)) <= EXPLAINED * k:
        raise DataError(
            "multilevel: the moderators explain every difference between clusters, so variance "
            "between them cannot be estimated. Leave out moderators."
        )


def _held(
    choices: MultilevelChoices, clusters: Groups, units: Groups | None, k: int
) -> tuple[tuple[float | None, float | None], tuple[Caution, ...]]:
    """Components that are held, and why."""
    number = k if units is None else len(units.labels)
    if number > len(clusters.labels) or choices.sigma2[1] is not None:
        return choices.sigma2, ()
    text = (
        "Every cluster has a single unit, so variance between and within clusters cannot be told "
        "apart. All of it is given as variance between clusters; that within them is held at 0."
    )
    return (choices.sigma2[0], 0.0), (Caution("single_unit_clusters", text),)


def _cautions(
    result: MultilevelResult, best: ThreeLevelMaximum, known: bool
) -> tuple[Caution, ...]:
    found = []
    for component in result.components:
        if component.at_boundary:
            text = (
                f"The variance {component.level} clusters is estimated as 0, the edge of its "
                "range. This is no evidence that there is none: read its interval."
            )
            found.append(Caution(f"sigma2_{component.level}_at_boundary", text))
    if best.runner_up is not None:
        gap = best.point.log_likelihood - best.runner_up.log_likelihood
        between, within = best.runner_up.sigma2
        text = (
            f"The likelihood has {best.maxima} local maxima. The highest is used; the next, lower "
            f"by {gap:.3g} in log-likelihood, is at {between:.4g} between and {within:.4g} within."
        )
        found.append(Caution("several_likelihood_modes", text))
    clusters = len(result.cluster.labels)
    if clusters < FEW_CLUSTERS:
        text = (
            f"There are {clusters} clusters: variance between them is hardly estimable, and "
            "tests and intervals are approximate."
        )
        found.append(Caution("few_clusters", text))
    if not known and clusters < result.k:
        text = (
            "Sampling errors are taken as independent, which holds if estimates of a cluster come "
            "from different participants. Otherwise give their covariance or a correlation, and "
            "see the robust standard errors."
        )
        found.append(Caution("sampling_errors_independent", text))
    return tuple(found)

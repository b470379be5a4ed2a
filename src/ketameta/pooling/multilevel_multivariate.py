"""`multivariate`: several outcomes per study with correlated true effects."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ketameta.errors import DataError
from ketameta.measures.estimates import Caution, EffectEstimates, FloatArray, demand_estimates
from ketameta.pooling.design_matrix import DesignMatrix, design_from_columns
from ketameta.pooling.likelihood import reml
from ketameta.pooling.look_up import look_up
from ketameta.pooling.multilevel_choices import MultilevelChoices, settle
from ketameta.pooling.multilevel_covariance import Errors, one_of, sampling_covariance
from ketameta.pooling.multilevel_groups import Groups, Labels, groups
from ketameta.pooling.multilevel_multivariate_assembly import (
    OutcomeParts,
    assemble_outcomes,
    new_study_effects,
)
from ketameta.pooling.multilevel_multivariate_result import MultivariateResult
from ketameta.pooling.multilevel_outcomes import (
    maximise_outcomes,
)
from ketameta.pooling.multilevel_structures import STRUCTURES
from ketameta.pooling.regression_basis import column_basis
from ketameta.pooling.singular import refused_if_singular

# The smallest eigenvalue of a correlation matrix below which it is singular but for rounding.
EDGE = 1e-6
FEW_STUDIES = 10


def multivariate(
    estimates: EffectEstimates,
    cluster: Labels,
    outcome: Labels,
    *,
    structure: str = "UN",
    design: DesignMatrix | None = None,
    covariance: Errors | None = None,
    rho: float | None = None,
    choices: MultilevelChoices | None = None,
) -> MultivariateResult:
    """Multivariate meta-analysis: a true effect on each outcome, correlated within studies.

    Outcomes that some studies do not report borrow strength from those they do.

    Parameters
    ----------
    estimates
        On the analysis scale.
    cluster, outcome
        Study and outcome of each estimate, (k,); up to about six outcomes.
    structure
        Covariance of the true effects, code in `STRUCTURES`, in any case.
    design
        Moderators; None for a mean effect on each outcome.
    covariance
        Of the sampling errors: a correlation within studies, a `WithinCorrelation`, a
        `BlockCovariance` or a (k, k) matrix; None if they are independent.
    rho
        In place of `covariance`: the correlation within studies.
    choices
        Method, test and level; sigma2 is not used.

    Raises
    ------
    UsageError
        For an unknown structure or method.
    DataError
        If an outcome is reported by one study only, two outcomes never together (with UN), or
        the data do not fit together.

    References
    ----------
    Jackson D, Riley R, White IR. Stat Med 2011;30:2481-2498. doi:10.1002/sim.4172.
    metafor: `rma.mv(yi, V, mods = ~ 0 + outcome, random = ~ outcome | study, struct = "UN")`.
    """
    demand_estimates(estimates, "multivariate")
    settled = settle(choices or MultilevelChoices())
    kind = look_up(STRUCTURES, structure, "structure")
    k = estimates.k
    clusters, outcomes = groups(cluster, k, "cluster"), groups(outcome, k, "outcome")
    _check_reported(clusters, outcomes, kind.code)
    chosen = design or _means(outcomes)
    if chosen.k != k:
        raise DataError(f"multivariate: {chosen.k} rows of moderators for {k} estimates.")
    basis = column_basis(chosen)
    if k <= chosen.p:
        raise DataError(f"multivariate: {chosen.p} coefficients for {k} estimates are too many.")
    known = sampling_covariance(estimates.v, cluster, one_of(covariance, rho))
    blocks = (
        tuple(np.diag(estimates.v[rows]) for rows in clusters.members)
        if known is None
        else known.regrouped(clusters)
    )
    parts = OutcomeParts(estimates, chosen, basis, clusters, outcomes, blocks)
    problem = parts.problem(kind.function, restricted=settled.method == "REML")
    with refused_if_singular("multivariate", estimates.v):
        best = maximise_outcomes(problem, _start(estimates, basis.basis, outcomes))
        result = assemble_outcomes(parts, problem, best, kind.code, settled)
    return replace(
        result,
        predictions=new_study_effects(result) if design is None else None,
        cautions=(*estimates.cautions, *_cautions(result, known is not None)),
    )


def _means(outcomes: Groups) -> DesignMatrix:
    columns = {
        label: (outcomes.index == i).astype(np.float64) for i, label in enumerate(outcomes.labels)
    }
    return design_from_columns(columns, intercept=False)


def _check_reported(clusters: Groups, outcomes: Groups, structure: str) -> None:
    """Each outcome in two studies or more; with UN each pair in one or more."""
    together = np.zeros((len(clusters.labels), len(outcomes.labels)), dtype=bool)
    together[clusters.index, outcomes.index] = True
    for label, number in zip(outcomes.labels, together.sum(axis=0), strict=True):
        if number < 2:
            raise DataError(
                f"multivariate: outcome {label!r} is reported by one study only, so how its "
                "effect differs between studies cannot be estimated. Leave it out or join it."
            )
    if structure != "UN":
        return
    pairs = together.T.astype(np.int64) @ together
    for i, j in np.argwhere(pairs == 0):
        raise DataError(
            f"multivariate: no study reports both {outcomes.labels[i]!r} and "
            f"{outcomes.labels[j]!r}, so their correlation cannot be estimated. Use the structure "
            "DIAG or CS."
        )


def _start(estimates: EffectEstimates, basis: FloatArray, outcomes: Groups) -> FloatArray:
    """Standard deviations of true effects to start from: outcome by outcome, never 0."""
    y, v = estimates.y, estimates.v
    residual = y - basis @ (basis.T @ y)
    sd = np.empty(len(outcomes.labels))
    for i, rows in enumerate(outcomes.members):
        centred = residual[rows]
        tau2 = float(reml(centred, v[rows])) if rows.size > 1 else 0.0
        sd[i] = np.sqrt(max(tau2, 0.1 * float(np.median(v[rows]))))
    return sd


def _cautions(result: MultivariateResult, known: bool) -> tuple[Caution, ...]:
    found = []
    outcomes, clusters = result.outcome, result.cluster
    tau2, correlation = result.tau2, result.correlation
    zero = [label for label, value in zip(outcomes.labels, tau2, strict=True) if value == 0.0]
    if zero:
        text = (
            f"The variance of true effects on {', '.join(zero)} is estimated as 0, the edge of "
            "its range. This is no evidence that there is none."
        )
        found.append(Caution("tau2_at_boundary", text))
    varies = tau2 > 0.0
    least = np.linalg.eigvalsh(correlation[np.ix_(varies, varies)])[:1]
    if np.any(least < EDGE):
        text = (
            "The correlations of true effects are estimated at the edge of their range (for two "
            "outcomes: 1 or -1): there are too few studies to estimate them. Compare the "
            "structure DIAG."
        )
        found.append(Caution("correlation_at_boundary", text))
    if result.maxima > 1:
        text = f"The likelihood has {result.maxima} local maxima. The highest is used."
        found.append(Caution("several_likelihood_modes", text))
    pairs = set(zip(clusters.index.tolist(), outcomes.index.tolist(), strict=True))
    if len(pairs) < clusters.index.size:
        text = (
            "Some studies report an outcome several times: its true effect is taken as the same "
            "each time, so that the reports differ by sampling error alone."
        )
        found.append(Caution("repeated_outcomes", text))
    if len(clusters.labels) < FEW_STUDIES:
        text = (
            f"There are {len(clusters.labels)} studies: variances and correlations of true "
            "effects are hardly estimable, and tests and intervals are approximate."
        )
        found.append(Caution("few_clusters", text))
    if not known and len(clusters.labels) < clusters.index.size:
        text = (
            "Sampling errors of a study's outcomes are taken as independent, which holds if they "
            "are from different participants. Otherwise give a correlation or the covariance."
        )
        found.append(Caution("sampling_errors_independent", text))
    return tuple(found)

"""What a multivariate fit says of each outcome, and of each study's own true effects."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ketameta.measures.estimates import FloatArray
from ketameta.pooling.intervals import critical_value, symmetric_interval
from ketameta.pooling.multilevel_multivariate_result import MultivariateResult
from ketameta.pooling.result import Interval


@dataclass(frozen=True, slots=True)
class OutcomeEffect:
    """Mean effect on one outcome, on the analysis scale.

    `interval` is that of the mean, `prediction` that of the true effect in a new study.
    """

    outcome: str
    estimate: float
    interval: Interval
    prediction: Interval


def outcome_effects(result: MultivariateResult) -> tuple[OutcomeEffect | None, ...]:
    """The mean effect on each outcome, in the order of `result.outcomes`.

    None for an outcome whose effect moves with moderators: where all its estimates have the same
    row of the design (as with `~ 0 + outcome` or `~ outcome`), there is one effect, whatever the
    coding. With t tests the smallest degrees of freedom of the coefficients in it are used.

    References
    ----------
    metafor: `predict(rma.mv(...), newmods = , tau2.levels = )`.
    """
    return tuple(_effect(result, i) for i in range(len(result.outcomes)))


def _effect(result: MultivariateResult, i: int) -> OutcomeEffect | None:
    rows = result.design.values[result.outcome.members[i]]
    if not np.array_equal(rows, np.broadcast_to(rows[0], rows.shape)):
        return None
    used = [one for one, weight in zip(result.coefficients, rows[0], strict=True) if weight]
    if len(used) == 1 and np.count_nonzero(rows[0] == 1.0) == 1:
        estimate, se = used[0].estimate, used[0].se
    else:
        mean, error = result.fit.predict(rows[:1])
        estimate, se = float(mean[0]), float(error[0])
    degrees = [one.df for one in used if one.df is not None]
    df = min(degrees) if degrees else None
    half = critical_value(result.level, df) * float(np.hypot(se, np.sqrt(result.tau2[i])))
    return OutcomeEffect(
        result.outcomes[i],
        estimate,
        symmetric_interval(estimate, se, result.level, df),
        Interval(estimate - half, estimate + half),
    )


@dataclass(frozen=True, slots=True)
class OutcomeDeviations:
    """Deviations of true effects from the fitted mean, one for each outcome of each cluster.

    Best linear unbiased predictions on the analysis scale: `value` and `se` by `clusters` and
    `outcomes`; `low` and `high` are prediction limits.
    """

    clusters: tuple[str, ...]
    outcomes: tuple[str, ...]
    value: FloatArray
    se: FloatArray
    low: FloatArray
    high: FloatArray


def outcome_deviations(result: MultivariateResult) -> OutcomeDeviations:
    """Deviations of the clusters, on the outcomes that they report.

    References
    ----------
    Raudenbush SW, Bryk AS. J Educ Stat 1985;10:75-98. doi:10.3102/10769986010002075.
    metafor: `ranef(rma.mv(..., random = ~ outcome | study))`.
    """
    g, m = result.covariance_of_effects, len(result.outcomes)
    fit, index = result.fit, result.outcome.index
    weighted = result.marginal.solve(np.column_stack([fit.residuals, fit.basis.columns]))
    names: list[tuple[str, str]] = []
    values, variances = [], []
    for label, rows in zip(result.cluster.labels, result.cluster.members, strict=True):
        z = (index[rows][:, None] == np.arange(m)).astype(np.float64)
        sums = z.T @ weighted[rows]
        lost = sums[:, 1:] @ fit.factor
        known = z.T @ np.linalg.solve(result.marginal.block(rows), z) - lost @ lost.T
        reported = np.flatnonzero(z.any(axis=0))
        names += [(label, result.outcomes[i]) for i in reported]
        values.append((g @ sums[:, 0])[reported])
        variances.append(np.diag(g - g @ known @ g)[reported])
    value = np.concatenate(values)
    se = np.sqrt(np.maximum(np.concatenate(variances), 0.0))
    df = None if result.test == "wald" else float(result.k - result.p)
    half = critical_value(result.level, df) * se
    clusters, outcomes = (tuple(name[i] for name in names) for i in (0, 1))
    return OutcomeDeviations(clusters, outcomes, value, se, value - half, value + half)

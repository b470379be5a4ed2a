"""Trim and fill: studies that a symmetric funnel would have, and the mean with them in place."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from ketameta.errors import DataError, UsageError
from ketameta.measures.estimates import Caution, EffectEstimates, FloatArray
from ketameta.pooling.catalog import tau2_method
from ketameta.pooling.choices import PoolingChoices
from ketameta.pooling.result import PooledResult
from ketameta.pooling.settle import settle
from ketameta.pooling.weighted_mean import effects_identical, weighted_mean
from ketameta.sensitivity.bias.egger import egger
from ketameta.sensitivity.bias.gate import gate
from ketameta.sensitivity.bias.missing_count import MissingCount, missing_count
from ketameta.sensitivity.bias.weighted_line import Dispersion
from ketameta.sensitivity.pooler import Pooler, pooler


@dataclass(frozen=True, slots=True)
class TrimFill:
    """Number of studies that seem to be missing, and results without and with them.

    Attributes
    ----------
    missing, missing_se
        Estimated number and its standard error (None where it cannot be computed).
    missing_p
        p value of the hypothesis that none is missing; for the estimator R0 only.
    estimator, trimming
        L0, R0 or Q0; and the tau2 method of the means around which studies are trimmed.
    side
        "left" or "right" of the funnel: where studies are added.
    centre
        Mean of the studies left after trimming, around which the others are mirrored.
    filled
        Estimates of the added studies and the variances of their mirror images, or None.
    observed, adjusted
        Results of the observed studies, and of these with the added ones.
    cautions
        When not to believe it.
    """

    missing: int
    missing_se: float | None
    missing_p: float | None
    estimator: str
    trimming: str
    side: str
    centre: float
    filled: EffectEstimates | None
    observed: PooledResult
    adjusted: PooledResult
    cautions: tuple[Caution, ...] = ()


@dataclass(frozen=True, slots=True)
class TrimFillChoices:
    """How to trim and fill.

    Attributes
    ----------
    estimator
        Of the number of missing studies: "L0" (default), "R0" or "Q0".
    side
        "left" or "right"; None: opposite to where small studies lie, by the sign of the slope of
        the regression on standard errors with the trimming tau2 method.
    trimming
        tau2 method while trimming; None for that of pooling. "EE" trims as first proposed and as
        R's meta does.
    """

    estimator: str = "L0"
    side: str | None = None
    trimming: str | None = None

    def __post_init__(self) -> None:
        if self.estimator not in ("L0", "R0", "Q0"):
            raise UsageError(
                f"trim and fill: there is no estimator {self.estimator!r}. Use L0, R0 or Q0."
            )
        if self.side not in (None, "left", "right"):
            raise UsageError(f"trim and fill: the side is left or right, not {self.side!r}.")


def trim_fill(
    estimates: EffectEstimates,
    choices: PoolingChoices | None = None,
    trimming: TrimFillChoices | None = None,
    *,
    pool_by: Pooler | None = None,
) -> TrimFill:
    """Trim-and-fill analysis.

    A sensitivity analysis: it shows how much a symmetric funnel would change the result. It
    supposes that asymmetry comes from studies suppressed because of their results, which is one
    reason among several, and works poorly when effects differ between studies.

    Parameters
    ----------
    estimates
        At least one estimate.
    choices
        How to pool before and after; None for the defaults.
    trimming
        How to trim; None for L0, the side by regression, and the tau2 method of pooling.
    pool_by
        What pools before and after, in place of `choices`, whose tau2 method still trims.

    Raises
    ------
    DataError
        Without estimates.

    References
    ----------
    Duval S, Tweedie R. Biometrics 2000;56:455-463. doi:10.1111/j.0006-341X.2000.00455.x.
    Duval S, Tweedie R. J Am Stat Assoc 2000;95:89-98. doi:10.1080/01621459.2000.10473905.
    metafor: `trimfill(rma(...))`. Where its iteration ends in a circle or would trim everything
    (an error there), the largest number in the circle, at most k - 1, is used here with a caution.
    """
    if estimates.k == 0:
        raise DataError("trim and fill: there are no estimates. Give at least one study.")
    settled, how = settle(choices or PoolingChoices()), trimming or TrimFillChoices()
    method = settled.tau2 if how.trimming is None else tau2_method(how.trimming).code
    pooled = pool_by or pooler(settled)
    observed = pooled(estimates)
    cautions = gate(estimates.k, np.sqrt(estimates.v))
    if estimates.k < 3 or effects_identical(estimates.y):
        return TrimFill(
            0,
            None,
            None,
            how.estimator,
            method,
            how.side or "left",
            observed.estimate,
            None,
            observed,
            observed,
            (*cautions, NOTHING_TO_TRIM),
        )
    count, side, notes = _count(estimates, method, how)
    filled = _filled(estimates, count, side)
    adjusted = observed if filled is None else pooled(_joined(estimates, filled))
    return TrimFill(
        missing=count.missing,
        missing_se=count.se,
        missing_p=count.p_value,
        estimator=how.estimator,
        trimming=method,
        side=side,
        centre=count.centre if side == "left" else -count.centre,
        filled=filled,
        observed=observed,
        adjusted=adjusted,
        cautions=(*cautions, *notes),
    )


NOTHING_TO_TRIM = Caution(
    "nothing_to_trim",
    "Two studies, or studies with equal effects, have no asymmetry that could be filled.",
)
SIDE_BY_COUNT = Caution(
    "side_by_count",
    "All studies have the same standard error, so a regression cannot tell on which side studies "
    "are missing. The side on which more seem to be missing was taken.",
)
CIRCLE = Caution(
    "trimming_in_a_circle",
    "The iteration does not settle on one number of missing studies; the largest of those it "
    "comes back to is used.",
)


def _count(
    estimates: EffectEstimates, method: str, how: TrimFillChoices
) -> tuple[MissingCount, str, tuple[Caution, ...]]:
    """The count, its side, and cautions; the count is for effects turned to have it on the left."""

    def on(side: str) -> MissingCount:
        y = estimates.y if side == "left" else -estimates.y
        return missing_count(y, estimates.v, lambda a, b: _mean(a, b, method), how.estimator)

    side, notes = how.side, []
    if side is None:
        slope = egger(estimates, dispersion=Dispersion("additive", method)).slope
        if slope is None:
            notes.append(SIDE_BY_COUNT)
            side = max(("left", "right"), key=lambda one: on(one).missing)
        else:
            side = "left" if slope > 0.0 else "right"
    found = on(side)
    if found.circular:
        notes.append(CIRCLE)
    return found, side, tuple(notes)


def _mean(y: FloatArray, v: FloatArray, method: str) -> float:
    tau2 = 0.0 if y.size < 2 else float(tau2_method(method).function(y, v))
    return weighted_mean(y, v, tau2).estimate


def _filled(estimates: EffectEstimates, count: MissingCount, side: str) -> EffectEstimates | None:
    if count.missing == 0:
        return None
    sign = 1.0 if side == "left" else -1.0
    most = count.trimmed
    y = sign * (2.0 * count.centre - sign * estimates.y[most])
    labels = tuple(f"filled: mirror of {estimates.labels[i]}" for i in most.tolist())
    n = None if estimates.n is None else estimates.n[most]
    return EffectEstimates(estimates.measure, y, estimates.v[most], labels, n)


def _joined(estimates: EffectEstimates, filled: EffectEstimates) -> EffectEstimates:
    return replace(
        estimates,
        y=np.concatenate([estimates.y, filled.y]),
        v=np.concatenate([estimates.v, filled.v]),
        labels=(*estimates.labels, *filled.labels),
        n=None
        if estimates.n is None or filled.n is None
        else np.concatenate([estimates.n, filled.n]),
    )

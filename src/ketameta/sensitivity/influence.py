"""Which studies change the answer? What each one does to the fit when it is left out."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtri

from ketameta.errors import DataError, UsageError
from ketameta.measures.estimates import Caution, EffectEstimates, FloatArray
from ketameta.pooling.catalog import tau2_method
from ketameta.pooling.choices import PoolingChoices
from ketameta.pooling.settle import settle
from ketameta.pooling.weighted_mean import WeightedMean, effects_identical, weighted_mean
from ketameta.sensitivity.leave_one_out import identical_without_each, leave_one_out_arrays

# Whether the interval's standard error is scaled, and not below the plain one.
SCALED = {"wald": None, "t": None, "hksj": 0.0, "hksj-guarded": 1.0}


@dataclass(frozen=True, slots=True)
class Influence:
    """Influence of every study on a random-effects mean; arrays (k,), nan where undefined.

    Attributes
    ----------
    labels
        The studies.
    rstudent
        Estimate less the mean of the others, over the standard deviation of that difference.
    dffits
        Change of the study's fitted value, in standard deviations of it.
    cooks_distance
        Squared change of the mean, in units of its variance.
    cov_ratio
        Variance of the mean without the study over that with it; below 1 where the study makes
        the mean less precise.
    tau2_deleted, q_deleted
        tau2 and Cochran's Q without the study.
    hat
        Share of the study in the mean, sum 1; `weight` is the same in percent.
    dfbetas
        Change of the mean, in its standard errors at the tau2 without the study.
    influential
        Whether a common cut-off is passed: |dffits| > 3 sqrt(1 / (k - 1)), Cook's distance above
        the median of chi-squared(1), hat > 3 / k, or |dfbetas| > 1; never of two studies, since
        which of them is unusual cannot be told.
    cautions
        Degenerate cases.
    """

    labels: tuple[str, ...]
    rstudent: FloatArray
    dffits: FloatArray
    cooks_distance: FloatArray
    cov_ratio: FloatArray
    tau2_deleted: FloatArray
    q_deleted: FloatArray
    hat: FloatArray
    weight: FloatArray
    dfbetas: FloatArray
    influential: NDArray[np.bool_]
    cautions: tuple[Caution, ...] = ()


def influence(estimates: EffectEstimates, choices: PoolingChoices | None = None) -> Influence:
    """Influence diagnostics of every study.

    The cost grows with k for the estimators named in `deletions`, so tens of thousands of studies
    are no obstacle.

    Parameters
    ----------
    estimates
        At least two estimates.
    choices
        tau2 estimator and interval. Under hksj the factor of the variance is estimated anew
        without each study; wald and t use the plain variance. None for the defaults.

    Raises
    ------
    DataError
        With fewer than two estimates.
    UsageError
        With an interval whose standard error is neither the plain nor the scaled one.

    References
    ----------
    Viechtbauer W, Cheung MW-L. Res Synth Methods 2010;1:112-125. doi:10.1002/jrsm.11.

    Notes
    -----
    metafor: `influence(rma(...))`, with the same cut-offs. Differs on purpose where the studies
    left agree exactly: their spread says nothing, so under hksj the factor 1 is used for them
    (metafor divides by 0 or stops), tau2 of a single study left is nan, not 0, and of two studies
    none is influential.
    """
    settled = settle(choices or PoolingChoices())
    if settled.interval not in SCALED:
        raise UsageError(
            f"influence: it is defined for the plain and the scaled standard error, not for "
            f"{settled.interval}. Use the interval wald, t, hksj or hksj-guarded."
        )
    if estimates.k < 2:
        raise DataError(
            f"influence: there {'is 1 study' if estimates.k else 'are no studies'}, so there is "
            "nothing left to compare with. Give two studies or more."
        )
    v = estimates.v
    # Only differences matter, and a shift of all effects must not cost their digits.
    y = estimates.y - estimates.y[np.argmin(v)]
    whole = weighted_mean(y, v, float(tau2_method(settled.tau2).function(y, v)))
    return _diagnostics(estimates, y, whole, settled)


def _diagnostics(
    estimates: EffectEstimates, y: FloatArray, whole: WeightedMean, choices: PoolingChoices
) -> Influence:
    v, k = estimates.v, estimates.k
    without = leave_one_out_arrays(y, v, tau2=choices.tau2)
    tau2 = np.nan_to_num(without.tau2)
    least = SCALED[choices.interval or "wald"]
    alike = identical_without_each(estimates.y)
    same = whole.identical_effects or effects_identical(estimates.y)
    factor = 1.0 if same else _factor(whole.q / whole.df, least)
    factors = np.ones(k)
    if k > 2 and least is not None:
        factors = np.where(alike, 1.0, np.maximum(without.q / (k - 2.0), least))
    hat, own = whole.weights / 100.0, v + tau2
    variance = without.se**2
    change = whole.estimate - without.estimate
    total = 1.0 / variance + 1.0 / own
    dffits = change / np.sqrt(factors * hat * own)
    cooks = change**2 / (factor * whole.se**2)
    dfbetas = change * np.sqrt(total / factors)
    flags = (np.abs(dffits) > 3.0 / np.sqrt(k - 1.0)) | (cooks > chdtri(1.0, 0.5))
    flags |= (hat > 3.0 / k) | (np.abs(dfbetas) > 1.0)
    flags &= k > 2
    result = Influence(
        labels=estimates.labels,
        rstudent=(y - without.estimate) / np.sqrt(factors * (own + variance)),
        dffits=dffits,
        cooks_distance=cooks,
        cov_ratio=factors * variance / (factor * whole.se**2),
        tau2_deleted=without.tau2,
        q_deleted=without.cochran_q,
        hat=hat,
        weight=whole.weights,
        dfbetas=dfbetas,
        influential=np.asarray(flags),
    )
    return replace(result, cautions=_cautions(k, bool(alike.any()) and least is not None))


def _factor(ratio: float, least: float | None) -> float:
    return 1.0 if least is None else max(ratio, least)


def _cautions(k: int, alike: bool) -> tuple[Caution, ...]:
    found = []
    if k == 2:
        text = (
            "There are two studies: without one of them tau2 cannot be estimated and is taken as "
            "0, so these numbers say no more than how far apart they are, and neither stands out."
        )
        found.append(Caution("two_studies", text))
    if alike:
        text = (
            "Some studies, once another is left out, agree exactly; their spread says nothing, so "
            "the Hartung-Knapp-Sidik-Jonkman factor 1 is used for them."
        )
        found.append(Caution("identical_effects", text))
    return tuple(found)

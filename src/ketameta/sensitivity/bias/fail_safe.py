"""Fail-safe N: how many unpublished studies without an effect would undo a result?"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr, ndtri

from ketameta.errors import DataError, UsageError
from ketameta.measures.estimates import Caution, EffectEstimates
from ketameta.pooling.weighted_mean import weighted_mean
from ketameta.sensitivity.bias.gate import gate

# A count this close below a whole number is that number, and differs by rounding.
ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class FailSafe:
    """A fail-safe N.

    Attributes
    ----------
    method
        "rosenthal", "orwin" or "rosenberg".
    n
        Number of further studies with an effect of 0, rounded up; 0 where the result is undone
        already; None where no number of them would do (a target of 0).
    k
        Number of studies.
    p_value
        Of the result that is to be undone: one-sided for Rosenthal (sum of z), two-sided for
        Rosenberg (common-effect mean); None for Orwin.
    mean, target
        Mean effect and the one it is to fall to; for Orwin only (`mean` also for Rosenberg).
    tolerance
        Rosenthal's 5 k + 10, below which he called a result doubtful; None for the others.
    cautions
        Why not to rely on it.
    """

    method: str
    n: int | None
    k: int
    p_value: float | None
    mean: float | None
    target: float | None
    tolerance: int | None
    cautions: tuple[Caution, ...] = ()


OBSOLETE = Caution(
    "fail_safe_n_discouraged",
    "Fail-safe N supposes that unpublished studies show no effect at all and says nothing about "
    "how many there are. The Cochrane Handbook (chapter 13) advises against it.",
)


def rosenthal(estimates: EffectEstimates, *, alpha: float = 0.05) -> FailSafe:
    """Studies with z = 0 that bring the sum of z over sqrt(k) to a one-sided p of alpha.

    References
    ----------
    Rosenthal R. Psychol Bull 1979;86:638-641. doi:10.1037/0033-2909.86.3.638.
    metafor: `fsn(yi, vi, type = "Rosenthal")`.
    """
    _check(estimates, alpha)
    total = abs(float(np.sum(estimates.y / np.sqrt(estimates.v))))
    critical = -float(ndtri(alpha))
    number = _whole((total / critical) ** 2 - estimates.k) if critical > 0.0 else 0
    p = float(ndtr(-total / math.sqrt(estimates.k)))
    tolerance = 5 * estimates.k + 10
    return FailSafe(
        "rosenthal", number, estimates.k, p, None, None, tolerance, _cautions(estimates.k)
    )


def orwin(
    estimates: EffectEstimates, *, target: float | None = None, weighted: bool = False
) -> FailSafe:
    """Studies with an effect of 0 that bring the mean effect to a target: k (mean - target)/target.

    Parameters
    ----------
    estimates
        At least one estimate.
    target
        On the analysis scale; None for half of the mean.
    weighted
        Whether the mean is the common-effect mean, otherwise the plain one.

    References
    ----------
    Orwin RG. J Educ Stat 1983;8:157-159. doi:10.3102/10769986008002157.
    metafor: `fsn(yi, vi, type = "Orwin", target = , weighted = )`.
    """
    _check(estimates, 0.05)
    mean = float(np.mean(estimates.y))
    if weighted:
        mean = weighted_mean(estimates.y, estimates.v, 0.0).estimate
    aim = 0.5 * mean if target is None else float(target)
    if not math.isfinite(aim):
        raise UsageError(f"fail-safe N: the target {aim!r} is not a number.")
    cautions = _cautions(estimates.k)
    number: int | None
    if aim == 0.0 or mean == 0.0:
        number = 0 if mean == 0.0 else None
    elif (aim > 0.0) != (mean > 0.0):
        text = (
            f"The target {aim:g} lies on the other side of 0 than the mean {mean:.3g}: studies "
            "without an effect cannot bring the mean there."
        )
        number, cautions = None, (*cautions, Caution("target_out_of_reach", text))
    else:
        number = _whole(estimates.k * (mean - aim) / aim)
    return FailSafe("orwin", number, estimates.k, None, mean, aim, None, cautions)


def rosenberg(estimates: EffectEstimates, *, alpha: float = 0.05) -> FailSafe:
    """Studies of average weight with an effect of 0 that bring the common-effect p to alpha.

    References
    ----------
    Rosenberg MS. Evolution 2005;59:464-468. doi:10.1111/j.0014-3820.2005.tb01004.x.
    metafor: `fsn(yi, vi, type = "Rosenberg")`.
    """
    _check(estimates, alpha)
    w = 1.0 / estimates.v
    whole = weighted_mean(estimates.y, estimates.v, 0.0)
    # (sum w y / z)^2 - sum w extra weight, in studies of the mean weight; free of units.
    statistic = abs(whole.estimate) / whole.se
    excess = (statistic / float(ndtri(alpha / 2.0))) ** 2 - 1.0
    number = _whole(excess * w.size)
    p = float(2.0 * ndtr(-statistic))
    return FailSafe("rosenberg", number, w.size, p, whole.estimate, None, None, _cautions(w.size))


def _check(estimates: EffectEstimates, alpha: float) -> None:
    if estimates.k == 0:
        raise DataError("fail-safe N: there are no estimates. Give at least one study.")
    if not 0.0 < alpha < 1.0:
        raise UsageError(f"fail-safe N: alpha {alpha!r} is not between 0 and 1.")


def _cautions(k: int) -> tuple[Caution, ...]:
    return (*gate(k), OBSOLETE)


def _whole(number: float) -> int:
    return max(0, math.ceil(number * (1.0 - ROUNDING)))

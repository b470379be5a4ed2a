"""What a multilevel fit says of its clusters and of its variance components."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import chdtrc, chdtri

from ketameta.errors import DataError, UsageError
from ketameta.measures.estimates import FloatArray
from ketameta.measures.level import check_level
from ketameta.pooling.intervals import critical_value
from ketameta.pooling.multilevel_groups import Groups
from ketameta.pooling.multilevel_result import MultilevelResult
from ketameta.pooling.multilevel_search import profile, profile_limits
from ketameta.pooling.regression_prediction import Predictions
from ketameta.pooling.result import Interval

if TYPE_CHECKING:
    import pandas as pd

LEVELS = ("between", "within")


@dataclass(frozen=True, slots=True)
class RandomEffects:
    """Deviations of clusters, or of units from their cluster, from the fitted mean.

    Best linear unbiased predictions on the analysis scale: `value` and `se` by `labels`; `low`
    and `high` are prediction limits.
    """

    labels: tuple[str, ...]
    value: FloatArray
    se: FloatArray
    low: FloatArray
    high: FloatArray


def random_effects(result: MultilevelResult, level: str = "between") -> RandomEffects:
    """Deviations of the clusters ("between") or of the units within clusters ("within").

    Parameters
    ----------
    result
        A fitted three-level model.
    level
        "between" or "within".

    Raises
    ------
    UsageError
        For another level.

    References
    ----------
    Raudenbush SW, Bryk AS. J Educ Stat 1985;10:75-98. doi:10.3102/10769986010002075.
    metafor: `ranef(rma.mv(...))`.
    """
    component = _component(level)
    sigma2 = float(result.sigma2[component])
    part = result.cluster if component == 0 else _units(result)
    weighted = result.marginal.solve(
        np.column_stack([result.fit.residuals, result.fit.basis.columns])
    )
    sums = part.sums(weighted)
    value = sigma2 * sums[:, 0]
    lost = ((sums[:, 1:] @ result.fit.factor) ** 2).sum(axis=1)
    known = result.marginal.information(part) - lost
    se = np.sqrt(np.maximum(sigma2 - sigma2 * sigma2 * known, 0.0))
    df = None if result.test == "wald" else float(result.k - result.p)
    half = critical_value(result.level, df) * se
    return RandomEffects(part.labels, value, se, value - half, value + half)


def _component(level: str) -> int:
    if level not in LEVELS:
        raise UsageError(f"level: there is none called {level!r}. Use between or within.")
    return LEVELS.index(level)


def _units(result: MultilevelResult) -> Groups:
    if result.unit is not None:
        return result.unit
    return Groups(np.arange(result.k), result.estimates.labels)


@dataclass(frozen=True, slots=True)
class ComponentInterval:
    """Profile-likelihood interval of one variance component.

    `high` of the interval is None where the likelihood does not bound it.
    """

    level: str
    sigma2: float
    interval: Interval


def variance_intervals(
    result: MultilevelResult, *, level: float | None = None
) -> tuple[ComponentInterval, ...]:
    """Profile-likelihood intervals of the variance components that were estimated.

    Parameters
    ----------
    result
        A fitted three-level model.
    level
        Coverage; by default that of the result.

    References
    ----------
    Hardy RJ, Thompson SG. Stat Med 1996;15:619-629.
    doi:10.1002/(SICI)1097-0258(19960330)15:6<619::AID-SIM188>3.0.CO;2-A.
    metafor: `confint(rma.mv(...))`.
    """
    coverage = check_level(result.level if level is None else level)
    drop = 0.5 * float(chdtri(1, 1.0 - coverage))
    found = []
    for i, component in enumerate(result.components):
        if component.estimated:
            low, high = profile_limits(
                result.problem, result.sigma2, result.log_likelihood - drop, i
            )
            limit = high if np.isfinite(high) else None
            found.append(ComponentInterval(component.level, component.sigma2, Interval(low, limit)))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class ComponentTest:
    """Likelihood ratio test that a variance component is 0.

    Attributes
    ----------
    level, statistic
        The component and twice the difference in log-likelihood.
    p_value
        Upper tail of chi-squared with 1 degree of freedom; too large, because 0 is the edge of
        the range.
    p_boundary
        Half of it: the large-sample p value at the edge.
    """

    level: str
    statistic: float
    p_value: float
    p_boundary: float


def component_test(result: MultilevelResult, level: str) -> ComponentTest:
    """Test that there is no variance between, or within, clusters.

    References
    ----------
    Self SG, Liang KY. J Am Stat Assoc 1987;82:605-610. doi:10.1080/01621459.1987.10478472.
    metafor: `anova(full, reduced)` of `rma.mv` fits, one with the component fixed at 0.
    """
    i = _component(level)
    if not result.components[i].estimated:
        raise UsageError(f"component test: the variance {level} clusters was not estimated.")
    statistic = max(0.0, 2.0 * (result.log_likelihood - profile(result.problem, i, 0.0)))
    p = float(chdtrc(1, statistic))
    return ComponentTest(level, statistic, p, 0.5 * p if statistic > 0.0 else 1.0)


def predict_multilevel(
    result: MultilevelResult, new: Mapping[str, Any] | pd.DataFrame | ArrayLike
) -> Predictions:
    """Predicted mean effects; prediction intervals are for a new estimate in a new cluster.

    Parameters
    ----------
    result
        A fitted three-level model.
    new
        Moderator values, one column per variable, or rows of the design, (m, p).

    Raises
    ------
    DataError
        If a variable is missing or a value is not finite.

    References
    ----------
    metafor: `predict(rma.mv(...), newmods = )`. With t tests the smallest degrees of freedom of
    any coefficient are used.
    """
    rows = result.design.rows(new) if hasattr(new, "keys") else np.atleast_2d(np.asarray(new))
    if rows.ndim != 2 or rows.shape[1] != result.p or not np.isfinite(rows).all():
        raise DataError(
            f"new data: give finite values, one row of {result.p} per prediction, the intercept "
            "included."
        )
    estimate, se = result.fit.predict(rows)
    degrees = [c.df for c in result.coefficients if c.df is not None]
    critical = critical_value(result.level, min(degrees) if degrees else None)
    spread = result.fit.basis.columns @ result.fit.factor
    leverage = se**2 / float(np.max((spread * spread).sum(axis=1)))
    half = critical * np.hypot(se, np.sqrt(result.sigma2.sum()))
    return Predictions(
        estimate=estimate,
        se=se,
        low=estimate - critical * se,
        high=estimate + critical * se,
        prediction_low=estimate - half,
        prediction_high=estimate + half,
        leverage=leverage,
    )

"""Pooling events over person-time under one common effect: Mantel-Haenszel for rates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ketameta.errors import DataError
from ketameta.measures.arms import Rates, as_floats
from ketameta.measures.estimates import Caution, FloatArray
from ketameta.measures.level import check_level
from ketameta.measures.rates import possible, rate_difference, rate_ratio
from ketameta.pooling.catalog import common_rate_method
from ketameta.pooling.common_effect import NO_LIMITS, q_around, study_names
from ketameta.pooling.intervals import t_inference
from ketameta.pooling.result import PooledResult

MEASURES = {"MH-IRR": "IRR", "MH-IRD": "IRD"}


@dataclass(frozen=True, slots=True)
class RateTables:
    """Events and person-time of several studies in two groups, arrays of shape (k,)."""

    group_1: Rates
    group_2: Rates
    labels: tuple[str, ...]

    @classmethod
    def from_rates(
        cls, group_1: Rates, group_2: Rates, labels: Sequence[str] | None = None
    ) -> RateTables:
        """Checked tables; labels default to "1", "2", ...

        Raises
        ------
        DataError
            For numbers that cannot be: negative events, or no time at risk.
        """
        arrays = [np.atleast_1d(x) for x in as_floats(*group_1, *group_2)]
        names = study_names(arrays[0], labels, what="rates")
        first, second = Rates(*arrays[:2]), Rates(*arrays[2:])
        wrong = ~(possible(first) & possible(second))
        if wrong.any():
            raise DataError(
                f"{names[int(np.argmax(wrong))]}: events must be 0 or more and the time at risk "
                "above 0 in both groups. Correct the numbers."
            )
        return cls(first, second, names)


def pool_rates(tables: RateTables, *, method: str = "MH-IRR", level: float = 0.95) -> PooledResult:
    """Common rate ratio or rate difference, without adding anything to zeros.

    Only the estimates of single studies, and Q which is made from them, use 1/2 in studies with a
    zero. Studies without any event carry no information about a ratio and are named in a caution;
    they count towards a difference.

    Parameters
    ----------
    tables
        Events and person-time of each study.
    method
        "MH-IRR" (on the log scale) or "MH-IRD", in any case.
    level
        Coverage of the interval.

    Returns
    -------
    PooledResult
        `weighting` is the method, `tau2_method` "EE"; heterogeneity is Q-based.

    Raises
    ------
    UsageError
        For an unknown method or level.
    DataError
        Where the estimate does not exist: no event at all or, for the ratio, in one of the groups.

    References
    ----------
    Greenland S, Robins JM. Biometrics 1985;41:55-68. doi:10.2307/2530643.

    Notes
    -----
    metafor: `rma.mh(measure = "IRR")` and `"IRD"` (there with `drop00 = FALSE`).
    """
    chosen = common_rate_method(method)
    check_level(level)
    estimate, se = (float(x) for x in chosen.function(tables.group_1, tables.group_2))
    if not np.isfinite(estimate) or not se > 0.0:
        raise DataError(
            f"{chosen.name}: it does not exist for these rates, because a group has no event "
            "throughout. Use MH-IRD where the other has some, or report the rates."
        )
    weights = _weights(tables, chosen.code)
    found = t_inference(estimate, se, level, None)
    y, v = _study_estimates(tables, chosen.code)
    return PooledResult(
        measure=MEASURES[chosen.code],
        k=len(tables.labels),
        tau2_method="EE",
        interval_method="wald",
        prediction_method="z",
        level=level,
        estimate=estimate,
        se=se,
        interval=found.interval,
        statistic=found.statistic,
        df=None,
        p_value=found.p_value,
        heterogeneity=q_around(estimate, y, v),
        prediction=NO_LIMITS,
        weights=100.0 * weights / float(np.sum(weights)),
        labels=tables.labels,
        weighting=chosen.code,
        cautions=_cautions(tables, chosen.code),
    )


def _weights(tables: RateTables, code: str) -> FloatArray:
    _, t1, x2, t2 = as_floats(*tables.group_1, *tables.group_2)
    return np.asarray((x2 * t1 if code == "MH-IRR" else t1 * t2) / (t1 + t2))


def _study_estimates(tables: RateTables, code: str) -> tuple[FloatArray, FloatArray]:
    """Estimates and variances of the studies that have one."""
    function = rate_ratio if code == "MH-IRR" else rate_difference
    y, v = function(tables.group_1, tables.group_2)
    use = np.isfinite(y) & np.isfinite(v) & (v > 0.0)
    return y[use], v[use]


def _cautions(tables: RateTables, code: str) -> tuple[Caution, ...]:
    x1, _, x2, _ = as_floats(*tables.group_1, *tables.group_2)
    silent = [label for label, x in zip(tables.labels, x1 + x2, strict=True) if x == 0.0]
    if not silent:
        return ()
    text = "They carry no information about the rate ratio and have no weight."
    if code == "MH-IRD":
        text = "They count towards the rate difference, with a difference of 0."
    who = f"In both groups nobody had the event: {', '.join(silent)}."
    return (Caution("tables_without_information", f"{who} {text}"),)

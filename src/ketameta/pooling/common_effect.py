"""Pooling sparse 2x2 tables under one common effect: Mantel-Haenszel and Peto."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import chdtrc

from ketameta.errors import DataError
from ketameta.measures.arms import Counts, as_floats
from ketameta.measures.binary import (
    informative,
    odds_ratio,
    possible,
    risk_difference,
    risk_ratio,
)
from ketameta.measures.estimates import Caution, FloatArray
from ketameta.measures.level import check_level
from ketameta.pooling.catalog import common_effect_method
from ketameta.pooling.intervals import t_inference
from ketameta.pooling.peto import observed_minus_expected, peto_odds_ratio
from ketameta.pooling.result import Heterogeneity, Interval, PooledResult

# Peto's method is meant for risks of about 1 %, groups of similar size and small effects
# (Cochrane Handbook, section 10.4.4.1); beyond these a caution says so.
RARE_RISK, SIMILAR_SIZE, SMALL_EFFECT = 0.01, 2.0, np.log(2.0)
NO_LIMITS = Interval(None, None)


def study_names(column: FloatArray, labels: Sequence[str] | None, *, what: str) -> tuple[str, ...]:
    """The labels of studies in a column, "1", "2", ... where there are none; `DataError` where
    their number is not that of the studies.
    """
    names = tuple(str(i + 1) for i in range(column.size)) if labels is None else tuple(labels)
    if column.ndim != 1 or len(names) != column.size or column.size == 0:
        raise DataError(
            f"{what}: {column.size} studies and {len(names)} labels. Give one label per study, and "
            "at least one study."
        )
    return names


@dataclass(frozen=True, slots=True)
class Tables:
    """2x2 tables of several studies: events and people in two groups, arrays of shape (k,)."""

    group_1: Counts
    group_2: Counts
    labels: tuple[str, ...]

    @classmethod
    def from_counts(
        cls, group_1: Counts, group_2: Counts, labels: Sequence[str] | None = None
    ) -> Tables:
        """Checked tables; labels default to "1", "2", ...

        Raises
        ------
        DataError
            For counts that cannot be: negative, more events than people, or nobody in a group.
        """
        a, n1, c, n2 = (np.atleast_1d(x) for x in as_floats(*group_1, *group_2))
        names = study_names(a, labels, what="tables")
        first, second = Counts(a, n1), Counts(c, n2)
        wrong = ~possible(first, second)
        if wrong.any():
            raise DataError(
                f"{names[int(np.argmax(wrong))]}: events must lie between 0 and the number of "
                "people, and both groups must have people. Correct the counts."
            )
        return cls(first, second, names)


def pool_tables(tables: Tables, *, method: str = "MH-OR", level: float = 0.95) -> PooledResult:
    """Common effect of sparse tables.

    Nothing is added to zero cells for the pooled estimate. Only the estimates of single studies,
    and Q which is made from them, use 1/2 in tables with a zero cell. Tables with no event, or
    only events, in both groups carry no information about a ratio; they are named in a caution.

    Parameters
    ----------
    tables
        Counts of each study.
    method
        "MH-OR", "MH-RR", "MH-RD" or "Peto-OR", in any case.
    level
        Coverage of the interval.

    Returns
    -------
    PooledResult
        `weighting` is the method, `tau2_method` "EE"; heterogeneity is Q-based.

    Raises
    ------
    UsageError
        For an unknown method.
    DataError
        Where the estimate does not exist: no event at all or, for Mantel-Haenszel ratios, no
        event (or nobody without it) in one of the groups.

    Notes
    -----
    metafor: `rma.mh()` and `rma.peto()`, which return NA where this stops with the reason.
    """
    chosen = common_effect_method(method)
    check_level(level)
    estimate, se = (float(x) for x in chosen.function(tables.group_1, tables.group_2))
    if not np.isfinite(estimate) or not se > 0.0:
        raise DataError(f"{chosen.name}: {_why_not(estimate)}")
    weights = _weights(tables, chosen.code)
    found = t_inference(estimate, se, level, None)
    return PooledResult(
        measure=_measure(chosen.code),
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
        heterogeneity=_heterogeneity(tables, chosen.code, estimate),
        prediction=NO_LIMITS,
        weights=100.0 * weights / float(np.sum(weights)),
        labels=tables.labels,
        weighting=chosen.code,
        cautions=(*_table_cautions(tables, chosen.code), *_peto_cautions(tables, chosen.code)),
    )


def _measure(code: str) -> str:
    return code.rpartition("-")[2]


def _why_not(estimate: float) -> str:
    if np.isfinite(estimate):
        return (
            "its variance is 0 for these tables, in which nobody or everybody had the event, so "
            "that it has no interval. Use measure AS, whose variance rests on the sizes of the "
            "groups alone, or give the exact interval of each group."
        )
    return (
        "it does not exist for these tables, because one of the groups has no event, or only "
        "events, throughout. Use MH-RD or, with events in one group, Peto-OR."
    )


def _weights(tables: Tables, code: str) -> FloatArray:
    a, n1, c, n2 = as_floats(*tables.group_1, *tables.group_2)
    if code == "Peto-OR":
        return observed_minus_expected(tables.group_1, tables.group_2)[1]
    weights = {"MH-OR": (n1 - a) * c, "MH-RR": n1 * c, "MH-RD": n1 * n2}[code]
    return np.asarray(weights / (n1 + n2))


def _study_estimates(tables: Tables, code: str) -> tuple[FloatArray, FloatArray]:
    """Estimates and variances of the tables that have one."""
    if code == "Peto-OR":
        difference, variance = observed_minus_expected(tables.group_1, tables.group_2)
        use = variance > 0.0
        return difference[use] / variance[use], 1.0 / variance[use]
    function = {"OR": odds_ratio, "RR": risk_ratio, "RD": risk_difference}[_measure(code)]
    y, v = function(tables.group_1, tables.group_2)
    use = np.isfinite(y) & np.isfinite(v) & (v > 0.0)
    return y[use], v[use]


def _heterogeneity(tables: Tables, code: str, estimate: float) -> Heterogeneity:
    """Q of the single studies around the pooled estimate."""
    return q_around(estimate, *_study_estimates(tables, code))


def q_around(estimate: float, y: FloatArray, v: FloatArray) -> Heterogeneity:
    """Q of single studies, arrays of shape (k,), around a common effect that is taken as given."""
    df = max(y.size - 1, 0)
    q = float(np.sum((y - estimate) ** 2 / v)) if df else 0.0
    return Heterogeneity(
        tau2=0.0,
        tau2_se=None,
        tau2_interval=NO_LIMITS,
        i2=None,
        i2_interval=NO_LIMITS,
        h2=None,
        h2_interval=NO_LIMITS,
        q=q,
        q_df=df,
        q_p=float(chdtrc(df, q)) if df else None,
        i2_q=(max(0.0, 100.0 * (q - df) / q) if q > 0.0 else 0.0) if df else None,
        h2_q=q / df if df else None,
    )


def _table_cautions(tables: Tables, code: str) -> tuple[Caution, ...]:
    telling = informative(tables.group_1, tables.group_2)
    silent = [label for label, tells in zip(tables.labels, telling, strict=True) if not tells]
    if not silent:
        return ()
    if code == "MH-RD":
        text = "They count towards the risk difference, with a difference of 0."
    else:
        text = "They carry no information about the odds or risk ratio and have no weight."
    who = f"In both groups nobody or everybody had the event: {', '.join(silent)}."
    return (Caution("tables_without_information", f"{who} {text}"),)


def _peto_cautions(tables: Tables, code: str) -> tuple[Caution, ...]:
    if code != "Peto-OR":
        return ()
    a, n1, c, n2 = as_floats(*tables.group_1, *tables.group_2)
    risk = float(np.sum(a + c) / np.sum(n1 + n2))
    imbalance = float(np.max(np.maximum(n1 / n2, n2 / n1)))
    size = abs(float(peto_odds_ratio(tables.group_1, tables.group_2)[0]))
    unmet = []
    if risk > RARE_RISK:
        unmet.append(f"events are not rare ({100 * risk:.2g} % of participants)")
    if imbalance > SIMILAR_SIZE:
        unmet.append(f"groups differ in size (up to {imbalance:.2g} to 1)")
    if size > SMALL_EFFECT:
        unmet.append("the effect is not small")
    if not unmet:
        return ()
    text = f"Peto's method may be biased here: {'; '.join(unmet)}. Compare with MH-OR."
    return (Caution("peto_conditions", text),)

"""The universes of one set of effect estimates: every pair of methods that fits together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ketameta.errors import UsageError
from ketameta.measures.catalog import measure
from ketameta.measures.estimates import EffectEstimates
from ketameta.pooling.catalog import interval_method, tau2_method
from ketameta.pooling.choices import PoolingChoices
from ketameta.pooling.pool import pool, predict
from ketameta.pooling.settle import settle
from ketameta.pooling.weighted_mean import weighted_mean

# Never refused together: what most reviews choose between.
TAU2_METHODS = ("REML", "PM", "DL", "EE")
INTERVAL_METHODS = ("hksj", "hksj-guarded", "wald")
ZERO_CELL_RULES = ("only0", "treatment_arm", "none")


@dataclass(frozen=True, slots=True)
class MultiverseChoices:
    """The forks; every combination that fits together is followed.

    Attributes
    ----------
    tau2, intervals, zero_cells
        Codes as in `pooling.catalog` and `measures.zero_cells`; zero-cell rules concern tables of
        counts only.
    prediction, level
        Prediction interval and coverage, the same for all.
    """

    tau2: tuple[str, ...] = TAU2_METHODS
    intervals: tuple[str, ...] = INTERVAL_METHODS
    zero_cells: tuple[str, ...] = ZERO_CELL_RULES
    prediction: str = "t(k-1)"
    level: float = 0.95


@dataclass(frozen=True, slots=True)
class Universe:
    """One combination of choices and what it gives, on the analysis scale.

    Attributes
    ----------
    inclusion, measure, tau2_method, interval_method, zero_cells
        The choices; `zero_cells` is None where there are no counts, and names all rules that give
        the same estimates ("only0 = none").
    k
        Studies pooled.
    estimate, se, low, high, p_value, tau2, prediction_low, prediction_high
        As in `PooledResult`; None where they do not exist.
    excludes_null
        Whether the interval lies on one side of the measure's null value; None without one.
    reason
        Why there is no result; None where there is one.
    """

    inclusion: str
    measure: str
    tau2_method: str
    interval_method: str
    zero_cells: str | None
    k: int
    estimate: float | None = None
    se: float | None = None
    low: float | None = None
    high: float | None = None
    p_value: float | None = None
    tau2: float | None = None
    prediction_low: float | None = None
    prediction_high: float | None = None
    excludes_null: bool | None = None
    reason: str | None = None


def fitting_pairs(forks: MultiverseChoices) -> tuple[list[PoolingChoices], list[str]]:
    """Settled choices for all pairs of methods that fit together, and why others do not."""
    pairs: list[PoolingChoices] = []
    refused = []
    for tau2 in dict.fromkeys(tau2_method(code).code for code in forks.tau2):
        for interval in dict.fromkeys(interval_method(code).code for code in forks.intervals):
            wanted = PoolingChoices(tau2, interval, forks.prediction, forks.level)
            try:
                pairs.append(settle(wanted))
            except UsageError as problem:
                refused.append(f"{tau2} with {interval}: {problem}")
    if not pairs:
        raise UsageError(
            "multiverse: no tau2 method fits any of the intervals. " + " ".join(refused)
        )
    return pairs, refused


def universes_of(estimates: EffectEstimates, pairs: Sequence[PoolingChoices]) -> Iterator[Universe]:
    """The universes of these estimates, `inclusion` and `zero_cells` left to the caller."""
    for tau2 in dict.fromkeys(pair.tau2 for pair in pairs):
        mine = [pair for pair in pairs if pair.tau2 == tau2]
        if estimates.k < 2:
            yield _small(estimates, mine[0])
            continue
        estimator = tau2_method(tau2).function
        value = float(estimator(estimates.y, estimates.v))
        mean = replace(weighted_mean(estimates.y, estimates.v, value), estimator=estimator)
        for pair in mine:
            assert pair.interval is not None
            inference = interval_method(pair.interval).function(mean, pair.level)
            ahead = predict(mean, inference, pair).interval
            row = Universe(
                "",
                estimates.measure,
                tau2,
                pair.interval,
                None,
                estimates.k,
                estimate=inference.estimate,
                se=inference.se,
                low=inference.interval.low,
                high=inference.interval.high,
                p_value=inference.p_value,
                tau2=value,
                prediction_low=ahead.low,
                prediction_high=ahead.high,
            )
            yield replace(row, excludes_null=_excludes_null(row))


def _small(estimates: EffectEstimates, choices: PoolingChoices) -> Universe:
    """The universe of a single study, or of none: choices make no difference."""
    row = Universe("", estimates.measure, choices.tau2, "wald", None, estimates.k)
    if estimates.k == 0:
        return replace(row, reason="no study gives an estimate")
    result = pool(estimates, tau2=choices.tau2, interval="wald", level=choices.level)
    row = replace(
        row,
        estimate=result.estimate,
        se=result.se,
        low=result.interval.low,
        high=result.interval.high,
        p_value=result.p_value,
    )
    return replace(row, excludes_null=_excludes_null(row))


def _excludes_null(row: Universe) -> bool | None:
    null = measure(row.measure).null
    if null is None or row.low is None or row.high is None:
        return None
    return not row.low <= null <= row.high

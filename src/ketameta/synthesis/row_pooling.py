"""Pooling the rows of an analysis: the one home of how the answers of a review are pooled.

Rows in which nobody, or everybody, in both groups had the event are pooled from their counts;
everything else by its variances. Whoever pools other rows of the same question (subsets,
subgroups, what is left of a claim) pools them here, so that every subset of a question without an
event is answered by one method.
"""

from __future__ import annotations

from collections.abc import Sequence

from ketameta.measures.arms import Counts
from ketameta.measures.catalog import measure as find_measure
from ketameta.measures.difference_intervals import miettinen_nurminen
from ketameta.measures.estimates import EffectEstimates
from ketameta.pooling.choices import PoolingChoices
from ketameta.pooling.common_effect import Tables
from ketameta.pooling.pool import pool
from ketameta.pooling.result import PooledResult
from ketameta.pooling.score_difference import pool_without_contrast
from ketameta.questions.question import Choices
from ketameta.synthesis.answer import ArmNumbers, StudyRow

DIFFERENCE = "RD"
"""The measure whose estimate exists without an event."""


def pooling_choices(chosen: Choices) -> PoolingChoices:
    """The methods that a review chooses."""
    level = float(chosen.level) / 100
    return PoolingChoices(chosen.tau2, chosen.interval, chosen.prediction, level)


def row_estimates(rows: Sequence[StudyRow], measure: str) -> EffectEstimates:
    """The effects of rows with their variances, on the analysis scale."""
    return EffectEstimates.from_arrays(
        find_measure(measure).code,
        [row.y for row in rows],
        [row.v for row in rows],
        labels=[row.label for row in rows],
    )


def pool_rows(rows: Sequence[StudyRow], measure: str, choices: PoolingChoices) -> PooledResult:
    """The pooled result of rows.

    Raises
    ------
    DataError
        Without rows.
    UsageError
        For choices that do not fit together.
    """
    if without_contrast(rows, measure):
        return pool_without_contrast(_tables(rows), level=choices.level)
    return pool(row_estimates(rows, measure), choices)


def without_contrast(rows: Sequence[StudyRow], measure: str) -> bool:
    """Whether these are risk differences of counts that are the same in both groups of every row.

    Ratios of such counts do not exist, and have no row.
    """
    if not rows or find_measure(measure).code != DIFFERENCE:
        return False
    return all(same_for_all(row.experimental, row.control) for row in rows)


def nobody_affected(rows: Sequence[StudyRow]) -> bool:
    """Whether nobody in any group of any row had the event; no for no rows, or without counts."""
    counts = [side.events for row in rows for side in (row.experimental, row.control)]
    return bool(counts) and all(count == 0 for count in counts)


def same_for_all(one: ArmNumbers, two: ArmNumbers) -> bool:
    """Whether nobody, or everybody, in both groups had the event; no where counts are missing."""
    if one.events is None or two.events is None or not one.n or not two.n:
        return False
    return one.events + two.events in (0, one.n + two.n)


def score_limits(one: ArmNumbers, two: ArmNumbers, *, level: float) -> tuple[float, float]:
    """The score interval of one study's risk difference; both sides have counts."""
    assert one.events is not None
    assert one.n is not None
    assert two.events is not None
    assert two.n is not None
    first, second = Counts(one.events, one.n), Counts(two.events, two.n)
    low, high = miettinen_nurminen(first, second, level=level)
    return float(low), float(high)


def affected(rows: Sequence[StudyRow]) -> tuple[tuple[float, int], tuple[float, int]]:
    """Events and people of both sides over all rows; rows without counts have no part in it."""
    sides = ([row.experimental for row in rows], [row.control for row in rows])
    first, second = (
        (
            sum(float(side.events) for side in group if side.events is not None),
            sum(side.n or 0 for side in group if side.events is not None),
        )
        for group in sides
    )
    return first, second


def _tables(rows: Sequence[StudyRow]) -> Tables:
    def counts(sides: Sequence[ArmNumbers]) -> Counts:
        return Counts([side.events or 0 for side in sides], [side.n or 0 for side in sides])

    return Tables.from_counts(
        counts([row.experimental for row in rows]),
        counts([row.control for row in rows]),
        [row.label for row in rows],
    )

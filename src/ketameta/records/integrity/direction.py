"""What a source says in words, and how its numbers for the same outcome and time point the way."""

from __future__ import annotations

from collections.abc import Iterator

from ketameta.records.checks_numbers import RATIOS
from ketameta.records.findings import Finding
from ketameta.records.integrity import comparisons, two_by_two
from ketameta.records.integrity.comparisons import Sides
from ketameta.records.integrity.printed import Span, span
from ketameta.records.integrity.printed_p import ALPHA
from ketameta.records.results import ContrastData, Result, StatementData
from ketameta.records.study import Outcome, Study
from ketameta.records.vocabulary import Better, Direction
from ketameta.records.yaml_reader import Path_

CLAIMED = {Direction.FAVOURS_EXPERIMENTAL: 1, Direction.FAVOURS_CONTROL: -1}
HINT = (
    "Check `direction`, `better` and which arm is which; where the source is at odds with itself, "
    "add a note and waive the rule."
)


def check(study: Study, outcome: Outcome, result: Result, where: Path_) -> Iterator[Finding]:
    """A statement against the numbers beside it."""
    data = result.data
    if not isinstance(data, StatementData):
        return
    named = bool(data.experimental and data.control)
    sides = Sides(data.experimental, data.control) if named else comparisons.sides_of(study)
    for other in comparisons.beside(outcome, result):
        if isinstance(other.data, StatementData):
            continue
        favour, words = _favour(outcome, other, sides)
        claimed = CLAIMED.get(data.direction)
        if claimed is not None and favour * claimed < 0:
            side = "control" if favour < 0 else "tested treatment"
            message = f'"{data.direction}" is at odds with {words}, better with the {side}.'
            yield Finding("R145", (*where, "direction"), message, HINT)
        elif data.direction is Direction.NEITHER and _excludes_none(other, sides):
            message = f'"{data.direction}" is at odds with {words} and its interval or tests.'
            yield Finding("R145", (*where, "direction"), message, HINT)


def _favour(outcome: Outcome, other: Result, sides: Sides) -> tuple[int, str]:
    """1 where all that the digits allow favours the tested side, -1 the control side, else 0."""
    apart, words = _difference(other, sides)
    sign = 1 if apart.low > 0 else -1 if apart.high < 0 else 0
    return (sign if outcome.better is Better.HIGHER else -sign), words


def _difference(other: Result, sides: Sides) -> tuple[Span, str]:
    """Tested minus control, of whatever the result reports, and its numbers in words."""
    data = other.data
    if isinstance(data, ContrastData):
        if (set(data.experimental), set(data.control)) != (
            set(sides.experimental),
            set(sides.control),
        ):
            return Span(0.0, 0.0), ""
        null = 1.0 if data.measure in RATIOS else 0.0
        estimate = span(data.estimate)
        words = f"the {data.measure} of {data.estimate}"
        return Span(estimate.low - null, estimate.high - null), words
    if counts := comparisons.counts(data, sides):
        apart = two_by_two.risk_difference(counts)
        return Span(apart, apart), "{}/{} against {}/{}".format(*counts)
    if both := comparisons.means(data, sides):
        return comparisons.difference(both), f"the means {both[0].mean} and {both[1].mean}"
    return Span(0.0, 0.0), ""


def _excludes_none(other: Result, sides: Sides) -> bool:
    data = other.data
    if isinstance(data, ContrastData) and _difference(other, sides)[1]:
        null = 1 if data.measure in RATIOS else 0
        return (data.ci_low is not None and data.ci_low > null) or (
            data.ci_high is not None and data.ci_high < null
        )
    counts = comparisons.counts(data, sides)
    return counts is not None and two_by_two.p_values(counts).high < ALPHA

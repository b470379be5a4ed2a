"""Where two raters differ, and how far they agree."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from ketameta.appraisal.risk_of_bias.assessed import Assessed, assessments
from ketameta.errors import DataError
from ketameta.records.study import Study

OVERALL = "overall"


@dataclass(frozen=True, slots=True)
class Pair:
    """Two raters' judgements of the same domain of the same result.

    `settled` is what their consensus says, "" where there is none.
    """

    study: str
    label: str
    outcome: str
    tool: str
    domain: str
    raters: tuple[str, str]
    levels: tuple[str, str]
    settled: str = ""

    @property
    def agree(self) -> bool:
        """Whether both judged alike."""
        return self.levels[0] == self.levels[1]


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far raters agree on judgements made with one tool.

    Attributes
    ----------
    tool
        Name of the tool.
    pairs, alike
        Judgements that two raters made, and those that are alike.
    kappa
        Linearly weighted kappa; None where it is not defined.
    """

    tool: str
    pairs: int
    alike: int
    kappa: float | None


def rated_twice(studies: Sequence[Study]) -> tuple[Pair, ...]:
    """Every judgement that two raters made of the same result with the same tool."""
    return tuple(pair for study in studies for pair in _pairs(assessments(study)))


def disagreements(pairs: Sequence[Pair]) -> tuple[Pair, ...]:
    """The pairs that differ; an empty list also where nobody rated twice."""
    return tuple(pair for pair in pairs if not pair.agree)


def _pairs(found: tuple[Assessed, ...]) -> Iterator[Pair]:
    single = [a for a in found if not a.assessment.consensus]
    agreed = [a for a in found if a.assessment.consensus]
    for one, other in combinations(single, 2):
        shared = [o for o in one.assessment.outcomes if o in other.assessment.outcomes]
        if one.tool is not other.tool or one.assessment.rater == other.assessment.rater:
            continue
        for outcome in shared:
            settled = [a for a in agreed if outcome in a.assessment.outcomes]
            yield from _judgements(one, other, outcome, settled[0] if settled else None)


def _judgements(
    one: Assessed, other: Assessed, outcome: str, settled: Assessed | None
) -> Iterator[Pair]:
    first, second = _levels(one), _levels(other)
    third = {} if settled is None else _levels(settled)
    raters = (one.assessment.rater, other.assessment.rater)
    for domain, level in first.items():
        yield Pair(
            one.study, one.label, outcome, one.tool.name, domain, raters,
            (level, second[domain]), third.get(domain, ""),
        )  # fmt: skip


def _levels(found: Assessed) -> dict[str, str]:
    return {**dict(found.levels), OVERALL: found.overall.level}


def agreement(pairs: Sequence[Pair], levels: Sequence[str]) -> Agreement | None:
    """Agreement of pairs of one tool, whose levels go from best to worst; None without pairs."""
    if not pairs:
        return None
    kappa = weighted_kappa([pair.levels for pair in pairs], levels)
    return Agreement(pairs[0].tool, len(pairs), sum(pair.agree for pair in pairs), kappa)


def weighted_kappa(pairs: Sequence[tuple[str, str]], levels: Sequence[str]) -> float | None:
    """Kappa with linear weights: disagreement counts by how many levels it spans.

    One minus the observed over the expected mean distance, where the expected one lets the raters
    be independent with their own shares of each level.

    Parameters
    ----------
    pairs
        The two judgements of each item.
    levels
        All levels in order.

    Returns
    -------
    float or None
        1 is agreement throughout, 0 what chance would give; None where both raters used the same
        single level, so that chance alone agrees throughout.

    Raises
    ------
    DataError
        For a level that is not among `levels`.

    References
    ----------
    Cohen 1968, Psychological Bulletin 70:213-220, doi:10.1037/h0026256.
    """
    places = {level: place for place, level in enumerate(levels)}
    unknown = [level for pair in pairs for level in pair if level not in places]
    if unknown:
        raise DataError(f"agreement: {unknown[0]!r} is not one of {', '.join(levels)}. Correct it.")
    if not pairs:
        return None
    ranks = [(places[one], places[other]) for one, other in pairs]
    observed = sum(abs(a - b) for a, b in ranks) / len(ranks)
    expected = sum(abs(a - b) for a, _ in ranks for _, b in ranks) / len(ranks) ** 2
    return None if expected == 0.0 else 1.0 - observed / expected

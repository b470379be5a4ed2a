"""Harms in a report: what is known in sentences, the tables, and the figure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ketameta.counting import counted
from ketameta.questions.question import Review
from ketameta.records.store import Evidence
from ketameta.synthesis.safety import Harm, Safety, safety
from ketameta.synthesis.safety_groups import GroupRisk
from ketameta.tables.risks import NUMBERS, points_text, share_text, shares_text
from ketameta.tables.safety import safety_tables
from ketameta.tables.table import Table

if TYPE_CHECKING:
    from ketameta.figures.picture import Picture

PLACE = "After the questions and before the certainty of the evidence."


@dataclass(frozen=True, slots=True)
class SafetyPart:
    """What a report says about harms.

    Attributes
    ----------
    found
        The harms as data.
    by_harm
        Each harm that anybody counted, with a paragraph on what is known of it.
    unknown
        What is not known, in sentences.
    tables
        By name: risks, compared, pooled, groups, words, missing.
    """

    found: Safety
    by_harm: tuple[tuple[Harm, str], ...]
    unknown: tuple[str, ...]
    tables: Mapping[str, Table]

    @property
    def sentences(self) -> tuple[str, ...]:
        """Every paragraph, and what is not known."""
        return (*(text for _, text in self.by_harm), *self.unknown)

    def picture(self) -> Picture:
        """The figure, drawn now."""
        from ketameta.figures.safety import safety_figure

        return safety_figure(self.found)


def safety_part(evidence: Evidence, review: Review) -> SafetyPart:
    """Harms of all studies on record."""
    return safety_part_of(safety(evidence, review))


def safety_part_of(found: Safety) -> SafetyPart:
    """The same of harms that are known already."""
    by_harm = tuple(
        (harm, f"{_capital(harm.construct)}: {' '.join(_harm(harm, found.level))}")
        for harm in found.harms
        if any(not risk.count.case_report for risk in harm.risks)
    )
    return SafetyPart(found, by_harm, tuple(_unknown(found)), safety_tables(found))


def _harm(harm: Harm, level: float) -> Iterator[str]:
    if harm.ketamine is not None:
        yield from _with_ketamine(harm.ketamine, level)
    yield from _compared(harm)
    told = len({word.result.study for word in harm.words})
    wanted = len({missing.study for missing in harm.missing})
    words = f"told of in words only by {counted(told, 'study')}" if told else ""
    more = f"still to be extracted from {counted(wanted, 'study')}" if wanted else ""
    if said := " and ".join(part for part in (words, more) if part):
        yield f"It is {said}."


def _with_ketamine(group: GroupRisk, level: float) -> Iterator[str]:
    k = len(group.labels)
    where = group.labels[0] if k == 1 else counted(k, "study")
    if group.events == 0:
        yield f"counted in none of {group.n} people with ketamine ({where})."
        bound = group.upper_of_none
        if bound is not None:
            rule = f"; the rule of three, 3/{group.n}, gives {share_text(3 / group.n)}"
            yield (
                f"If the risk were the same everywhere, risks up to {share_text(bound)} would "
                f"still fit (one-sided {100 * level:g}% bound{rule if level == 0.95 else ''})."
            )
        elif k == 1:
            yield "Its exact interval stands in the table; none counted is not a risk of 0."
        return
    yield f"counted in {group.events} of {group.n} people with ketamine ({where})."
    if group.method == "mixed model":
        low, high = group.interval.low, group.interval.high
        text = f"In the median study the share is {shares_text(group.estimate, low, high)}"
        if group.prediction.low is not None:
            text += (
                f"; in a new study between {share_text(group.prediction.low)} and "
                f"{share_text(group.prediction.high)} would be no surprise"
            )
        yield f"{text}."


def _compared(harm: Harm) -> Iterator[str]:
    used = [one for one in harm.comparisons if one.pooled]
    if not used:
        yield "No study gives counts with ketamine beside counts of a control without it."
    elif len(used) == 1:
        one = used[0]
        yield (
            f"One study compares groups ({one.label}): {_of(one.ketamine)} with ketamine and "
            f"{_of(one.control)} with {one.control_type}, a difference of "
            f"{points_text(one.difference, *one.score)} percentage points."
        )
    else:
        yield from _pooled(harm, len(used))


def _pooled(harm: Harm, k: int) -> Iterator[str]:
    best = harm.pools[0]
    if not best.reason:
        yield (
            f"In {counted(k, 'study')} that compare groups the pooled difference is "
            f"{points_text(best.estimate, best.low, best.high)} percentage points (score "
            "interval, which uses studies without events)."
        )
    without = [pool for pool in harm.pools if pool.reason]
    if len(without) == len(harm.pools) - 1:
        yield "No other method gives a number; the table says why."
    ratios = [pool for pool in harm.pools if pool.method.measure == "OR" and not pool.reason]
    if ratios:
        texts = (
            f"{pool.method.name} {NUMBERS.ratio(pool.estimate, 2)}"
            for pool in ratios
            if pool.estimate
        )
        yield f"Odds ratios by method: {', '.join(texts)}."


def _unknown(found: Safety) -> Iterator[str]:
    words = [harm.construct for harm in found.harms if not harm.risks and harm.words]
    if words:
        yield f"Known in words only, without counts: {', '.join(words)}."
    nothing = [h.construct for h in found.harms if not h.risks and not h.words]
    if nothing:
        yield (
            f"Not reported in anything that was read: {', '.join(nothing)}. That nobody wrote of "
            "it does not mean that nobody had it."
        )
    entries = {missing for harm in found.harms for missing in harm.missing}
    if entries:
        studies = len({missing.study for missing in entries})
        yield (
            f"{_capital(counted(studies, 'study'))} on record have, or should have, numbers on "
            "harm that nobody has extracted; the table says where they can be found."
        )


def _of(pair: tuple[int, int]) -> str:
    return f"{pair[0]} of {pair[1]}"


def _capital(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"

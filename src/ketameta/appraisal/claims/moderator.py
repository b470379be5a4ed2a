"""Parts of claims that say for whom, or with what beside it, ketamine works better."""

from __future__ import annotations

import math

from ketameta.appraisal.claims.findings import (
    Bench,
    ClaimNumber,
    PartFinding,
    Signal,
    listed,
    rounded,
)
from ketameta.appraisal.claims.pooled import analysed, estimate_text, row_number
from ketameta.measures.catalog import measure as find_measure
from ketameta.measures.generic import normal_quantile
from ketameta.records.claim_tests import ModeratorTest
from ketameta.records.store import Evidence
from ketameta.records.vocabulary import Role
from ketameta.synthesis.answer import Analysis, StudyRow


def moderator(test: ModeratorTest, bench: Bench) -> PartFinding:
    """Compare the pooled answers of two groups of studies.

    The difference of the two pooled effects has a normal interval from both standard errors.
    Studies differ in much else, so even a clear difference supports a claim, or
    contradicts it, only weakly.
    """
    answer = bench.answer(test.question)
    groups = {
        name: analysed(
            [r for r in answer.main.rows if _level(r, test.by, bench.evidence) in levels],
            answer,
            bench,
        )
        for name, levels in (("more", test.more), ("less", test.less))
    }
    more, less = groups["more"], groups["less"]
    names = f"{test.by} {listed(test.more)}", f"{test.by} {listed(test.less)}"
    title = answer.question.title
    if more.pooled is None or less.pooled is None:
        missing = names[0] if more.pooled is None else names[1]
        reason = f"{title}: no study with {missing} has a usable number to compare."
        return PartFinding(Signal.SILENT, (reason,), question=test.question)
    measure = find_measure(answer.question.measure)
    sign = 1.0 if answer.question.better == "higher" else -1.0
    difference = sign * (more.pooled.estimate - less.pooled.estimate)
    half = float(normal_quantile(more.pooled.level)) * math.hypot(_se(more), _se(less))
    shown = [
        rounded(math.exp(x) if measure.is_ratio else x)
        for x in (difference, difference - half, difference + half)
    ]
    what = f"ratio of {measure.code}s" if measure.is_ratio else f"difference of {measure.code}s"
    text = f"{what} {shown[0]} ({100 * more.pooled.level:g}% interval {shown[1]} to {shown[2]})"
    numbers = (
        ClaimNumber("difference", text),
        *(row_number(row, answer) for group in (more, less) for row in group.rows),
    )
    first, second = estimate_text(more, answer), estimate_text(less, answer)
    said = f"{title}: {names[0]} {first}; {names[1]} {second}; {text}."
    if difference - half > 0:
        signal, why = Signal.WEAK, "These are different studies, which differ in more than this."
    elif difference + half < 0:
        signal, why = (
            Signal.WEAK_AGAINST,
            ("The interval lies on the other side, between studies that differ in more than this."),
        )
    else:
        signal, why = Signal.OPEN, "The interval leaves both directions open."
    return PartFinding(signal, (f"{said} {why}",), numbers, question=test.question)


def _se(analysis: Analysis) -> float:
    if analysis.pooled is None:
        raise ValueError("nothing was pooled.")
    return math.sqrt(analysis.rows[0].v) if analysis.k == 1 else analysis.pooled.se


def _level(row: StudyRow, by: str, evidence: Evidence) -> str:
    """What the study of a row has as depression rule or psychotherapy; "" where arms differ."""
    study = evidence.get(row.study).study
    if by == "depression":
        return str(study.population.depression)
    types = {str(arm.psychotherapy.type) for arm in study.arms if arm.role is Role.EXPERIMENTAL}
    return types.pop() if len(types) == 1 else ""

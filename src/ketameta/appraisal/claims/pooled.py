"""Parts of claims that the pooled answer to a question of the review can test."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ketameta.appraisal.answers import flag_analysis
from ketameta.appraisal.catalog import FLAGS, SERIOUS
from ketameta.appraisal.claims.findings import (
    Bench,
    ClaimNumber,
    PartFinding,
    Signal,
    listed,
    rounded,
)
from ketameta.counting import counted
from ketameta.measures.catalog import Measure
from ketameta.measures.catalog import measure as find_measure
from ketameta.records.claim_tests import PooledTest
from ketameta.synthesis.answer import Analysis, Answer, StudyRow
from ketameta.synthesis.reported_interval import recomputed_alone
from ketameta.synthesis.row_pooling import pool_rows, pooling_choices

TOO_FEW_PEOPLE = "PI"
NOT_SURE = ("low", "very low")


@dataclass(frozen=True, slots=True)
class Evened:
    """An estimate with its limits on the analysis scale, turned so that above the null is good."""

    estimate: float
    low: float
    high: float


def pooled(test: PooledTest, bench: Bench) -> PartFinding:
    """What the (narrowed) answer says; the wider interval decides where there are two."""
    answer = bench.answer(test.question)
    analysis = narrowed(answer, test, bench)
    certainty = bench.certainty.get(test.question, "")
    if analysis.pooled is None:
        return PartFinding(
            Signal.SILENT, (_nothing(answer, test),), question=test.question, certainty=certainty
        )
    measure = find_measure(answer.question.measure)
    null = measure.null if measure.null is not None else 0.0
    found = evened(analysis, answer, null)
    signal, why = _signal(found, null, analysis, certainty)
    text = estimate_text(analysis, answer)
    told = (
        counted(analysis.k, "study"),
        _people(analysis.rows),
        recomputed_alone(analysis, measure),
    )
    basis = ", ".join(filter(None, told))
    reason = f"{answer.question.title}{_narrowing(test)}: {text} ({basis}). {why}"
    numbers = (
        ClaimNumber("studies", str(analysis.k)),
        ClaimNumber("people", _people(analysis.rows)),
        ClaimNumber("estimate", text),
        ClaimNumber("flags", " ".join(flag.code for flag in analysis.flags)),
        *(row_number(row, answer) for row in analysis.rows),
    )
    return PartFinding(signal, (reason,), numbers, analysis.flags, test.question, certainty)


def narrowed(answer: Answer, test: PooledTest, bench: Bench) -> Analysis:
    """The main analysis, or what is left of it for some substances and weeks, pooled anew."""
    if not test.substances and test.weeks is None:
        return answer.main
    rows = [row for row in answer.main.rows if _fits(row, test)]
    return analysed(rows, answer, bench)


def analysed(rows: Sequence[StudyRow], answer: Answer, bench: Bench) -> Analysis:
    """Some rows of an answer, pooled and flagged as the review pools."""
    if not rows:
        return Analysis("narrowed", answer.main.title, (), None)
    result = pool_rows(rows, answer.question.measure, pooling_choices(bench.review.choices))
    analysis = Analysis("narrowed", answer.main.title, tuple(rows), result)
    return flag_analysis(analysis, bench.evidence, bench.review.thresholds)


def _fits(row: StudyRow, test: PooledTest) -> bool:
    if test.substances and row.substance not in test.substances:
        return False
    if test.weeks is None:
        return True
    if row.weeks is None:
        return False
    upper = test.weeks.maximum
    return float(test.weeks.minimum) <= row.weeks and (upper is None or row.weeks <= float(upper))


def limits(analysis: Analysis) -> tuple[float, float, float]:
    """Estimate and limits; of two intervals the wider, of one study its own.

    Raises
    ------
    ValueError
        Without a pooled result.
    """
    if analysis.pooled is None:
        raise ValueError("nothing was pooled.")
    if analysis.k == 1:
        row = analysis.rows[0]
        return row.y, row.low, row.high
    result = analysis.pooled
    found = [i for i in (result.interval, result.guarded_interval) if i is not None]
    lows = [i.low for i in found if i.low is not None]
    highs = [i.high for i in found if i.high is not None]
    endless = float("inf")
    return result.estimate, min(lows, default=-endless), max(highs, default=endless)


def evened(analysis: Analysis, answer: Answer, null: float) -> Evened:
    """Limits turned so that what favours ketamine lies above the null value."""
    estimate, low, high = limits(analysis)
    if answer.question.better == "higher":
        return Evened(estimate, low, high)
    return Evened(2 * null - estimate, 2 * null - high, 2 * null - low)


def _signal(found: Evened, null: float, analysis: Analysis, certainty: str) -> tuple[Signal, str]:
    if found.low <= null <= found.high:
        side = "ketamine" if found.estimate > null else "the control"
        return Signal.OPEN, (
            f"The estimate lies on the side of {side}, but the interval reaches from benefit to "
            "harm."
        )
    against = found.high < null
    side = "the control" if against else "ketamine"
    if weak := _weakness(analysis, certainty):
        signal = Signal.WEAK_AGAINST if against else Signal.WEAK
        return signal, f"The interval favours {side}, yet {'; '.join(weak)}."
    signal = Signal.AGAINST if against else Signal.SUPPORTS
    return signal, f"The whole interval favours {side}."


def _weakness(analysis: Analysis, certainty: str) -> list[str]:
    """Why a clear direction is weak evidence, whichever way it points."""
    weak = [
        f"{FLAGS[flag.code].title}: {flag.message.rstrip('.')}"
        for flag in analysis.flags
        if flag.severity == SERIOUS or flag.code == TOO_FEW_PEOPLE
    ]
    return [*weak, f"certainty {certainty}"] if certainty in NOT_SURE else weak


def estimate_text(analysis: Analysis, answer: Answer) -> str:
    """An analysis as "OR 3.50 (95% interval 0.91 to 13.55)", with a wider one where that decides.

    The wider one is the guarded interval, which is never narrower than the plain standard error
    gives; where the two read differently it decides.
    """
    measure = find_measure(answer.question.measure)
    estimate, *decides = (rounded(float(measure.to_display(x))) for x in limits(analysis))
    result = analysis.pooled
    level = 95.0 if result is None else 100 * result.level
    shown = decides
    if analysis.k > 1 and result is not None:
        shown = [_shown_limit(x, measure) for x in (result.interval.low, result.interval.high)]
    text = f"{measure.code} {estimate} ({level:g}% interval {shown[0]} to {shown[1]}"
    if shown != decides:
        text += f"; guarded, never narrower than the plain standard error: {' to '.join(decides)}"
    return f"{text})"


def _shown_limit(limit: float | None, measure: Measure) -> str:
    return "no limit" if limit is None else rounded(float(measure.to_display(limit)))


def row_number(row: StudyRow, answer: Answer) -> ClaimNumber:
    """The estimate of one study with its risk of bias and the line of its record."""
    measure = find_measure(answer.question.measure)
    y, low, high = (rounded(float(measure.to_display(x))) for x in (row.y, row.low, row.high))
    text = f"{row.label}: {measure.code} {y} ({low} to {high}), {row.control_type}"
    bias = row.risk_of_bias
    if bias is not None and bias.overall:
        text += f"; risk of bias {bias.overall} ({bias.status})"
    return ClaimNumber.read_in(row.study, text, row.source)


def _people(rows: Sequence[StudyRow]) -> str:
    total = sum(row.n or 0 for row in rows)
    least = "at least " if any(row.n is None for row in rows) else ""
    return f"{least}{counted(total, 'person')}"


def _narrowing(test: PooledTest) -> str:
    words = [str(s) for s in test.substances]
    if test.weeks is not None:
        upper = test.weeks.maximum
        words.append(
            f"from week {test.weeks.minimum} on"
            if upper is None
            else f"weeks {test.weeks.minimum} to {upper}"
        )
    return f" ({', '.join(words)})" if words else ""


def _nothing(answer: Answer, test: PooledTest) -> str:
    unusable = [left.label for left in answer.main.left_out if left.status == "no usable number"]
    waiting = sum(left.status == "awaiting data" for left in answer.main.left_out)
    more = f" No usable number in what was read of {listed(unusable)}." if unusable else ""
    if waiting:
        verb = "awaits" if waiting == 1 else "await"
        more += f" {counted(waiting, 'study')} that ended {verb} data."
    return f"{answer.question.title}{_narrowing(test)}: no study has a usable number.{more}"

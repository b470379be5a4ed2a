"""An answer in sentences: what was found, how sure it is, and what it rests on.

No sentence calls a result significant or says that there is no effect: each gives the estimate,
its interval, the prediction interval and the studies behind them.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from ketameta.counting import counted
from ketameta.measures.catalog import Measure
from ketameta.pooling.result import Interval, PooledResult
from ketameta.synthesis.answer import Analysis, Answer, QuestionLine, StudyRow
from ketameta.synthesis.reported_interval import recomputed_alone
from ketameta.synthesis.row_pooling import nobody_affected
from ketameta.tables.formatting import AnswerText, people_text, variance_text
from ketameta.tables.robustness import safeguard_text

NOBODY = (
    "Nobody was affected in either group. Nothing was added to the empty cells: the interval says "
    "how large a difference so few people could have missed."
)
TOO_WIDE_RATIO = 100.0
"""Upper over lower limit of a ratio above which an interval says next to nothing of its size."""


def time_words(question: QuestionLine) -> str:
    """When the outcome was measured: "at the longest follow-up"."""
    if question.time == "longest":
        return "at the longest follow-up"
    if question.time == "end of treatment":
        return "at the end of treatment"
    return f"in {question.time}"


def lead(answer: Answer) -> str:
    """The finding in one sentence."""
    text, main, question = AnswerText.of(answer), answer.main, answer.question
    about = f"{question.outcome}, {time_words(question)}"
    if main.pooled is None:
        about = about.replace(", ", " ", 1)
        return f"No usable study: nothing can be said about {about}."
    estimate = text.estimate(main).replace("(", f"({text.level} CI ", 1)
    if main.k == 1:
        row = main.rows[0]
        if note := recomputed_alone(main, text.measure):
            estimate = f"{estimate[:-1]}; {note})"
        return (
            f"One study, not pooled ({row.label}, {people_text(main)} people): {text.name} of "
            f"{about}: {estimate}; {text.direction}."
        )
    if safeguard := safeguard_text(text, main):
        estimate = f"{estimate[:-1]}; {safeguard})"
    return (
        f"Pooled {text.name} for {about}: {estimate}; {text.direction}. "
        f"{counted(main.k, 'study')}, {people_text(main)} people."
    )


def readings(answer: Answer) -> tuple[str, ...]:
    """What the interval and the prediction interval leave open."""
    text, main = AnswerText.of(answer), answer.main
    if main.pooled is None:
        return ()
    interval = main.pooled.interval
    if main.k == 1:
        interval = Interval(main.rows[0].low, main.rows[0].high)
    if nobody_affected(main.rows):
        return (NOBODY,)
    found = [_interval_reading(text, interval)]
    if main.k > 1:
        found.append(_prediction_reading(text, main.pooled))
    return tuple(sentence for sentence in found if sentence)


def _interval_reading(text: AnswerText, interval: Interval) -> str:
    null, low, high = text.measure.null, interval.low, interval.high
    if low is None or high is None:
        return "An interval cannot be given."
    wide = _too_wide(text.measure, low, high)
    end = " It is so wide that it says next to nothing about the size." if wide else ""
    if null is None:
        return end.strip()
    if low < null < high:
        return (
            f"The interval reaches from the side that {favours(text.question, ketamine=False)} to "
            f"the side that {favours(text.question, ketamine=True)}: the direction is open.{end}"
        )
    ketamine = (low >= null) == (text.question.better == "higher")
    return f"The whole interval {_lies(text.question, ketamine)}.{end}"


def _too_wide(measure: Measure, low: float, high: float) -> bool:
    return measure.is_ratio and high - low > math.log(TOO_WIDE_RATIO)


def _prediction_reading(text: AnswerText, pooled: PooledResult) -> str:
    null, low, high = text.measure.null, pooled.prediction.low, pooled.prediction.high
    if low is None or high is None:
        return ""
    start = (
        f"In a new study like these the true {text.name} may lie anywhere from "
        f"{text.interval(pooled.prediction)} ({text.level} prediction interval)"
    )
    if null is None:
        return f"{start}."
    if low < null < high:
        return f"{start}: benefit and harm are both within it."
    ketamine = (low >= null) == (text.question.better == "higher")
    return f"{start}; all of it {_lies(text.question, ketamine)}."


def favours(question: QuestionLine, *, ketamine: bool) -> str:
    """Words for a side, in a sentence: "favours ketamine"."""
    words = question.favours_experimental if ketamine else question.favours_control
    return words[:1].lower() + words[1:]


def _lies(question: QuestionLine, ketamine: bool) -> str:
    return f"lies on the side that {favours(question, ketamine=ketamine)}"


def basis(main: Analysis) -> str:
    """How many of the studies are randomised, placebo-controlled, verified."""
    if not main.rows:
        return ""
    if main.k == 1:
        return _single(main.rows[0])
    randomised = sum(row.randomised == "yes" for row in main.rows)
    placebo = sum(has_placebo(row) for row in main.rows)
    verified = sum(is_verified(row) for row in main.rows)
    return (
        f"Of the {main.k} studies, {_of(randomised)} randomised, {_of(placebo)} "
        f"placebo-controlled (inert or active), and the numbers of {verified or 'none'} were read "
        "at the primary source."
    )


def _of(count: int) -> str:
    """ "3 are", "1 is", "none is"."""
    return f"{count} are" if count > 1 else f"{count or 'none'} is"


def control_words(row: StudyRow) -> str:
    """The control within a sentence: "an inert placebo", "usual care"."""
    return f"an {row.control_type}" if row.control_type.endswith("placebo") else row.control_type


def _single(row: StudyRow) -> str:
    randomised = {"yes": "randomised", "no": "not randomised"}.get(
        row.randomised, "not stated to be randomised"
    )
    read = "were" if is_verified(row) else "were not"
    return (
        f"The study is {randomised}, the control was {control_words(row)}, and its numbers {read} "
        "read at the primary source."
    )


def has_placebo(row: StudyRow) -> bool:
    """Whether the control of a row received a placebo, inert or active."""
    return "placebo" in row.control_type


def is_verified(row: StudyRow) -> bool:
    """Whether no part of a row's number was read only second hand."""
    return all(flag.code != "UV" for flag in row.flags)


def restricting_sets(answer: Answer) -> Iterator[Analysis]:
    """Sensitivity sets that only leave studies of the main analysis out."""
    main = {(row.study, row.y, row.v) for row in answer.main.rows}
    for analysis in answer.sensitivity:
        if {(row.study, row.y, row.v) for row in analysis.rows} <= main:
            yield analysis


def restricted_sentence(answer: Answer, analysis: Analysis) -> str:
    """What remains when only some studies count: "2 of 3 studies: OR 2.88 (...)"."""
    text, k = AnswerText.of(answer), answer.main.k
    if analysis.k == 0:
        return f"none of the {k} studies is left" if k > 1 else "no study is left"
    if analysis.k == k:
        return f"all {k} studies; the result stays as it is" if k > 1 else "that study stays"
    if analysis.k == 1:
        one = f"1 of {k} studies ({analysis.rows[0].label}), not pooled"
        note = recomputed_alone(analysis, text.measure)
        return f"{one}: {text.short} {text.estimate(analysis)}{f' ({note})' if note else ''}"
    found = f"{analysis.k} of {k} studies: {text.result(analysis)}"
    pooled = analysis.pooled
    assert pooled is not None
    return f"{found}; {text.level} prediction interval {text.prediction(pooled)}"


def absolute_sentence(answer: Answer, control_risk: float) -> str:
    """An odds ratio as people out of 100, so that odds are not taken for chances; else ""."""
    text, main = AnswerText.of(answer), answer.main
    if text.measure.code != "OR" or main.k < 2 or main.pooled is None:
        return ""
    if text.question.better != "higher":
        return ""
    odds = control_risk / (1 - control_risk)

    def out_of_100(y: float | None) -> str:
        if y is None:
            return "?"
        ratio = text.shown(y)
        return f"{100 * odds * ratio / (1 + odds * ratio):.0f}"

    pooled = main.pooled
    low, high = pooled.interval.low, pooled.interval.high
    return (
        f"Odds are not chances: if {control_risk * 100:.0f} of 100 people have the good outcome "
        f"without ketamine, this odds ratio means {out_of_100(pooled.estimate)} of 100 with it "
        f"({text.level} CI {out_of_100(low)} to {out_of_100(high)})."
    )


def heterogeneity_words(answer: Answer) -> tuple[str, ...]:
    """How much the true effects differ between studies, and how well that is known."""
    text, main = AnswerText.of(answer), answer.main
    if main.pooled is None or main.k < 2:
        return ("Heterogeneity cannot be estimated from one study.",) if main.k == 1 else ()
    tau2, limits = main.pooled.heterogeneity.tau2, main.pooled.heterogeneity.tau2_interval
    if tau2 is None:
        return ("Heterogeneity cannot be estimated.",)
    few = f"With {main.k} studies this is poorly known."
    if tau2 == 0:
        first = (
            "The variance between studies is estimated as 0. That does not show that the studies "
            "agree."
        )
    else:
        first = f"The true effects are estimated to differ between studies: {_spread(text, tau2)}."
    if limits.low is None or limits.high is None:
        return (first, few)
    if limits.low > 0:
        second = "The whole interval of tau² lies above 0."
    else:
        second = (
            f"The interval of tau² reaches from 0 to {variance_text(limits.high)}: the data fit "
            "studies that agree and studies that differ by that much."
        )
    return (first, second, few) if main.k < 10 else (first, second)


def _spread(text: AnswerText, tau2: float) -> str:
    tau = math.sqrt(tau2)
    if text.measure.is_ratio:
        return (
            f"one standard deviation between studies multiplies or divides the {text.name} by "
            f"{math.exp(tau):.2f}"
            if tau < 20
            else f"a standard deviation of {tau:.1f} on the log scale"
        )
    return f"one standard deviation between studies is {text.effect.number(tau)}"

"""What an answer says in plain words, by the size of the effect and the certainty.

The principle, not the wording, of Santesso et al. 2020, doi:10.1016/j.jclinepi.2019.10.014: a
sentence is as firm as the evidence is certain, and says how large the effect is. Certainty is
never put as a matter of P values.
"""

from __future__ import annotations

from ketameta.appraisal.confirmation import confirmations_words
from ketameta.appraisal.grade.absolute import PER, absolute_effect
from ketameta.appraisal.grade.decision_scale import Baseline, DecisionScale
from ketameta.appraisal.grade.rating import (
    HIGH,
    LOW,
    MODERATE,
    NO_EVIDENCE,
    VERY_LOW,
    QuestionGrade,
)
from ketameta.synthesis.row_pooling import affected, nobody_affected

TRIVIAL, PLAIN, LARGE = "trivial", "plain", "large"
FIRMNESS = {
    HIGH: ("{verb}s", "changes"),
    MODERATE: ("probably {verb}s", "probably changes"),
    LOW: ("may {verb}", "may change"),
}
"""How sure a sentence is: for an effect, and for one that hardly matters."""


def size_of(difference: float, scale: DecisionScale) -> str:
    """trivial, plain or large, by what was said to matter; plain where nothing was said."""
    if scale.smallest is None or scale.large is None:
        return PLAIN
    if abs(difference) < scale.smallest:
        return TRIVIAL
    return LARGE if abs(difference) >= scale.large else PLAIN


def statement(graded: QuestionGrade) -> str:
    """One sentence on what the treatment does to the outcome."""
    pooled, scale = graded.answer.main.pooled, graded.scale
    treatment, outcome = graded.treatment, graded.outcome
    silent = nobody_words(graded)
    if graded.certainty == NO_EVIDENCE or pooled is None or scale is None:
        return f"What {treatment} does to {outcome} is not known: no study gives a usable number."
    if graded.certainty == VERY_LOW:
        why = f": {silent}" if silent else ""
        return f"We are very uncertain about what {treatment} does to {outcome}{why}."
    difference = scale.difference(pooled.estimate)
    effect, little = FIRMNESS[graded.certainty]
    subject = f"{treatment[:1].upper()}{treatment[1:]}"
    if silent:
        subject = f"{silent[:1].upper()}{silent[1:]}. {subject}"
    size = size_of(difference, scale)
    if size == TRIVIAL:
        return f"{subject} {little} {outcome} by little, if at all.{_supposed(graded)}"
    verb = "increase" if difference > 0 else "reduce"
    amount = " by a large amount" if size == LARGE else ""
    return f"{subject} {effect.format(verb=verb)} {outcome}{amount}.{_supposed(graded)}"


def nobody_words(graded: QuestionGrade) -> str:
    """That nobody had the event, with the counts, within a sentence; "" where somebody had.

    There is then no "more" or "fewer", and no number needed to treat.
    """
    rows = graded.answer.main.rows
    if not nobody_affected(rows):
        return ""
    (_, first), (_, second) = affected(rows)
    what = "was affected" if graded.answer.question.better == "lower" else "had the outcome"
    return f"nobody {what} in either group (0 of {first} and 0 of {second})"


def _supposed(graded: QuestionGrade) -> str:
    """Where risk of bias is not judged, a sentence may be too firm."""
    sound = " This supposes that the studies are sound, which nobody has judged yet."
    return sound if graded.provisional else ""


def out_of_1000(graded: QuestionGrade, baseline: Baseline) -> str:
    """A risk as people: "Of 1000 people, 240 without ketamine and 525 (222 to 811) with it"."""
    pooled, scale = graded.answer.main.pooled, graded.scale
    if pooled is None or scale is None or scale.typical is None:
        return ""
    low, high = pooled.interval.low, pooled.interval.high
    if low is None or high is None:
        return ""
    found = absolute_effect(scale.measure, (pooled.estimate, low, high), baseline.risk)
    counts = [f"{PER * risk:.0f}" for risk in (found.control, found.treated, found.low, found.high)]
    return (
        f"Of 1000 people, {counts[0]} without {graded.treatment} and {counts[1]} "
        f"({100 * pooled.level:g}% CI {counts[2]} to {counts[3]}) with it."
    )


def certainty_sentences(graded: QuestionGrade) -> str:
    """What is said about certainty beside an answer: how certain, why, and what it means."""
    if graded.start is None:
        return graded.statement
    at_most = "at most " if graded.provisional else ""
    first = f"The certainty of this answer is {at_most}{graded.certainty} ({graded.symbol}, GRADE)"
    because = graded.start.because
    begins = f"it starts low because {because}; " if because else ""
    reasons = f": {begins}{_steps(graded)}." if begins or _steps(graded) else "."
    parts = [f"{first}{reasons}", graded.statement]
    if graded.provisional:
        parts.append("Risk of bias has not been judged for most of the weight.")
    if graded.stale:
        names = ", ".join(domain.domain for domain in graded.stale)
        parts.append(f"The decision on {names} rests on inputs that have moved since.")
    if graded.confirmations:
        states = [one.state for one in graded.confirmations]
        parts.append(confirmations_words(states, "decision"))
    return " ".join(parts)


def _steps(graded: QuestionGrade) -> str:
    """ "two levels off for risk of bias, one each for inconsistency and imprecision"."""
    found = []
    for count, word in ((-3, "three levels"), (-2, "two levels"), (-1, "one level")):
        names = [domain.domain for domain in graded.domains if domain.steps == count]
        if names:
            each = " each" if len(names) > 1 else ""
            found.append(f"{word} off{each} for {_and(names)}")
    raised = [domain.domain for domain in graded.domains if domain.steps > 0]
    if raised:
        found.append(f"raised for {_and(raised)}")
    return "; ".join(found)


def _and(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"

"""What two states conclude: certainty, plain words, verdicts on claims, and what went stale."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ketameta.appraisal.claims.trial import JudgedClaim
from ketameta.appraisal.grade.rating import QuestionGrade
from ketameta.reports.certainty_part import certainty_part
from ketameta.reports.inputs import ReportInputs
from ketameta.tables.claims_part import claims_part

NONE = "none"
DRAFTED, STALE = "drafted", "stale"
MOVED, WENT_STALE, DRAFTED_AGAIN, STANDING = "moved", "went stale", "drafted again", "standing"
MOST_MOVED = 3
"""So many numbers that a verdict rested on are named; the rest is counted."""

Grades = Mapping[str, QuestionGrade]


@dataclass(frozen=True, slots=True)
class Verdict:
    """A certainty or a verdict on a claim before and now; "none" where there was or is none.

    Attributes
    ----------
    stale, why
        Whether it rests on numbers of before, and a sentence that says so.
    change
        Of a claim: MOVED, WENT_STALE, DRAFTED_AGAIN, or STANDING where only who stands behind the
        verdict is other than before.
    """

    id: str
    title: str
    before: str
    now: str
    stale: bool = False
    why: str = ""
    change: str = MOVED


@dataclass(frozen=True, slots=True)
class StaleDecision:
    """A decision on certainty whose inputs moved; `moved` says which, in words."""

    question: str
    title: str
    domain: str
    level: str
    moved: str


@dataclass(frozen=True, slots=True)
class Conclusion:
    """Certainty and plain words of one answer in both states; "" on a side without the question."""

    certainty: tuple[str, str]
    statement: tuple[str, str]


def certainty_of(inputs: ReportInputs) -> Grades:
    """The ratings by the id of the question."""
    part = certainty_part(inputs.review, inputs.evidence, inputs.answers, inputs.review_folder)
    return {graded.id: graded for graded in part.grades}


def claims_of(inputs: ReportInputs, grades: Grades) -> Mapping[str, JudgedClaim]:
    """The judged claims by their number."""
    levels = {name: graded.certainty for name, graded in grades.items()}
    part = claims_part(inputs.review, inputs.evidence, inputs.answers, levels)
    return {judged.claim.id: judged for judged in part.judged}


def certainty_verdicts(before: Grades, now: Grades) -> Iterator[Verdict]:
    """Certainty that moved."""
    for name in dict.fromkeys((*now, *before)):
        old, new = before.get(name), now.get(name)
        was, is_ = _certainty(old) or NONE, _certainty(new) or NONE
        if was != is_:
            yield Verdict(name, _title(new or old), was, is_)


def conclusions(before: Grades, now: Grades) -> Mapping[str, Conclusion]:
    """What every answer says, by the id of the question."""
    return {
        name: Conclusion(
            (_certainty(before.get(name)), _certainty(now.get(name))),
            (_statement(before.get(name)), _statement(now.get(name))),
        )
        for name in dict.fromkeys((*now, *before))
    }


def gone_stale(before: Grades, now: Grades) -> Iterator[StaleDecision]:
    """Decisions whose inputs moved since the state before, where they still held."""
    for name, graded in now.items():
        old = before.get(name)
        was = set() if old is None else {d.domain for d in old.domains if d.stale}
        for domain in graded.domains:
            if domain.stale and domain.domain not in was:
                yield StaleDecision(
                    name, _title(graded), domain.domain, str(domain.level), domain.moved_text
                )


def stale_already(before: Grades, now: Grades) -> int:
    """How many decisions were stale before and still are."""
    return sum(
        domain.stale and domain.domain in {d.domain for d in before[name].domains if d.stale}
        for name, graded in now.items()
        if name in before
        for domain in graded.domains
    )


def claim_verdicts(
    before: Mapping[str, JudgedClaim], now: Mapping[str, JudgedClaim]
) -> Iterator[Verdict]:
    """Verdicts on claims that moved, went stale, were drafted again or have another standing."""
    for name in dict.fromkeys((*now, *before)):
        old, new = before.get(name), now.get(name)
        was, is_ = _verdict(old), _verdict(new)
        if was != is_:
            judged = new or old
            assert judged is not None
            stale = new is not None and new.state == STALE
            why = _why_stale(new) if stale and new is not None else ""
            yield Verdict(name, judged.claim.title, was, is_, stale, why, _change(old, new))


def _change(old: JudgedClaim | None, new: JudgedClaim | None) -> str:
    if new is not None and new.state == STALE and (old is None or old.state != STALE):
        return WENT_STALE
    if old is None or new is None or old.qualified != new.qualified:
        return MOVED
    return DRAFTED_AGAIN if (old.state, new.state) == (STALE, DRAFTED) else STANDING


def _verdict(judged: JudgedClaim | None) -> str:
    return NONE if judged is None else f"{judged.qualified} ({judged.state})"


def _why_stale(judged: JudgedClaim) -> str:
    entered = judged.claim.entered
    assert entered is not None
    shown = "; ".join(judged.moved[:MOST_MOVED])
    more = len(judged.moved) - MOST_MOVED
    rest = f"; and {more} more" if more > 0 else ""
    gives = "still give it" if judged.proposed is entered.verdict else f"give: {judged.proposed}"
    return (
        f"The verdict “{entered.verdict}” "
        f"was entered on other numbers and is stale ({shown}{rest}). The numbers of now {gives}."
    )


def _certainty(graded: QuestionGrade | None) -> str:
    return "" if graded is None else graded.certainty


def _statement(graded: QuestionGrade | None) -> str:
    return "" if graded is None else graded.statement


def _title(graded: QuestionGrade | None) -> str:
    return "" if graded is None else graded.answer.question.title

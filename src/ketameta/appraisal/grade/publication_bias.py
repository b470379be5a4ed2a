"""Publication bias: results that exist, or should, and are not in the analysis."""

from __future__ import annotations

from dataclasses import dataclass

from ketameta.appraisal.availability import AWAITED, PLANNED, STATE_OF, UNUSABLE
from ketameta.appraisal.evidence_map import NOT_STATED, map_entries
from ketameta.appraisal.grade.proposal import HALF, Body, Proposal, joined, percent
from ketameta.questions.certainty import Domain, Level
from ketameta.questions.eligibility import could_compare, has_nobody
from ketameta.records.vocabulary import YesNo

ASYMMETRY = 0.1
"""P value below which a test of small-study effects counts, as Egger and colleagues used it."""


@dataclass(frozen=True, slots=True)
class MissingResults:
    """Studies, by label, whose result for the question is known to exist or to be planned.

    Only studies whose arms could answer the question; those that ended before anybody was
    enrolled have no result to miss.

    Attributes
    ----------
    unusable
        A result is known, without a number that can be used.
    awaited
        Finished; its record names the outcome among what is not extracted.
    planned
        Registered without results seen; names the outcome, or no outcome at all.
    """

    unusable: tuple[str, ...]
    awaited: tuple[str, ...]
    planned: tuple[str, ...]

    @property
    def known(self) -> int:
        """Results that exist and are not in the analysis."""
        return len(self.unusable) + len(self.awaited)


def missing_results(body: Body) -> MissingResults:
    """Which results are missing from the main analysis."""
    wanted = {str(choice.construct_) for choice in body.question.outcomes}
    criteria = body.review.criteria.overridden_by(body.question.criteria)
    found: dict[str, list[str]] = {UNUSABLE: [], AWAITED: [], PLANNED: []}
    for left in body.main.left_out:
        state = STATE_OF.get(left.status, "")
        study = body.evidence.get(left.study).study
        if state not in found or has_nobody(study) or not could_compare(study, criteria):
            continue
        outcomes = {entry.outcome for entry in map_entries(study)}
        named = wanted & outcomes or (state == PLANNED and NOT_STATED in outcomes)
        if state == UNUSABLE or named:
            found[state].append(left.label)
    return MissingResults(*(tuple(found[state]) for state in (UNUSABLE, AWAITED, PLANNED)))


def publication_bias(body: Body) -> Proposal:
    """Propose "serious" (strongly suspected) or "not serious" (undetected).

    Serious: results known to exist and not in the analysis are at least half as many as the
    studies in it; or, from ten studies on, a test of small-study effects below 0.1; or studies
    with a financial interest carry half of the weight and small studies do too. More than one
    level is never proposed. What raises suspicion is named by GRADE; the numbers are ours.

    References
    ----------
    Guyatt et al. 2011, doi:10.1016/j.jclinepi.2011.01.011; Page et al. 2023,
    doi:10.1136/bmj-2023-076754.
    """
    missing, k = missing_results(body), body.main.k
    interest = body.share(lambda row: _has_interest(body, row.study))
    small = body.share(lambda row: any(flag.code == "SM" for flag in row.flags))
    tests, lowest = _tests(body)
    suspected = (
        2 * missing.known >= k and missing.known > 0,
        lowest is not None and lowest < ASYMMETRY,
        interest >= HALF and small >= HALF,
    )
    level = Level.SERIOUS if any(suspected) else Level.NOT_SERIOUS
    reason = joined(
        (
            _missing_words(missing, k),
            f"{len(missing.planned)} registered without results" if missing.planned else "",
            tests,
            f"{percent(interest)} of the weight with a financial interest" if interest else "",
        )
    )
    seen = (
        ("k", str(k)),
        ("known and not in the analysis", str(missing.known)),
        ("registered without results", str(len(missing.planned))),
        ("small-study test", "not run" if lowest is None else f"{lowest:.3f}"),
        ("financial interest", percent(interest)),
    )
    return Proposal(Domain.PUBLICATION_BIAS, level, f"{reason[:1].upper()}{reason[1:]}.", seen)


def _missing_words(missing: MissingResults, k: int) -> str:
    if not missing.known:
        return "no study is known to have measured it without numbers that can be used"
    names = ", ".join((*missing.unusable, *missing.awaited))
    return f"{missing.known} beside {k} measured it without numbers that can be used ({names})"


def _has_interest(body: Body, study: str) -> bool:
    funding = body.evidence.get(study).study.funding
    return funding is not None and funding.conflict_of_interest is YesNo.YES


def _tests(body: Body) -> tuple[str, float | None]:
    """What the tests found, in words, and the smallest p value; or why there are none."""
    further = body.answer.further
    found = [] if further is None else [t for t in further.small_studies if t.p_value is not None]
    if not found:
        few = "1 study" if body.main.k == 1 else f"{body.main.k} studies"
        return f"no test of small-study effects with {few} (10 are needed)", None
    words = ", ".join(f"{test.name} P = {test.p_value:.2f}" for test in found)
    return words, min(test.p_value for test in found if test.p_value is not None)

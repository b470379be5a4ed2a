"""Parts of claims about how treatment is given, set beside what the trials did.

Trials do not contradict a practice that they did not use; they only cannot speak for it.
"""

from __future__ import annotations

from collections.abc import Iterator

from ketameta.appraisal.claims.directions import UNTOLD, directions
from ketameta.appraisal.claims.findings import (
    Bench,
    ClaimNumber,
    PartFinding,
    Signal,
    listed,
    percent,
)
from ketameta.counting import counted
from ketameta.records.claim_tests import ArmsTest, EligibilityTest
from ketameta.records.claim_words import Share
from ketameta.records.store import Evidence
from ketameta.records.study import Arm, Study
from ketameta.records.vocabulary import Construct, Enantiomer, Role, Route, Status

NEARLY_ALL, MOST, SOME = 0.9, 0.5, 0.1
"""Shares of arms from where on a practice is that of the trials, of most of them, of some."""
OF_ADDICTION = frozenset(
    {
        Construct.ABSTINENCE,
        Construct.RELAPSE,
        Construct.DAYS_ABSTINENT,
        Construct.HEAVY_DAYS,
        Construct.CONSUMPTION,
        Construct.CRAVING,
        Construct.WITHDRAWAL,
    }
)


def arms(test: ArmsTest, bench: Bench) -> PartFinding:
    """The share of ketamine arms, among those where a source states it, treated as claimed.

    Every record counts, running trials too, for they show what is done; arms of one study that
    were treated alike count once.
    """
    looked = list(_ketamine_arms(bench.evidence, test))
    if not looked:
        return PartFinding(Signal.SILENT, ("No record states it.",))
    good = [item for item in looked if _as_claimed(item[2], test)]
    share = len(good) / len(looked)
    studies = {study.id for study, _, _ in looked}
    text = f"{len(good)} of {len(looked)} ketamine arms ({percent(share)})"
    reason = (
        f"{_asked(test)}: {text} where a source states it, in {counted(len(studies), 'study')}. "
        f"{_spread(test, [arm for _, _, arm in looked])}"
    )
    numbers = (
        ClaimNumber("arms", text),
        *(_arm_number(study, i, arm, bench, test) for study, i, arm in looked),
    )
    return PartFinding(_signal(share), (reason.strip(),), numbers)


def _signal(share: float) -> Signal:
    if share >= NEARLY_ALL:
        return Signal.SUPPORTS
    if share >= MOST:
        return Signal.MIXED
    return Signal.OPEN if share >= SOME else Signal.SILENT


def _ketamine_arms(evidence: Evidence, test: ArmsTest) -> Iterator[tuple[Study, int, Arm]]:
    """Ketamine arms for which it is stated; of arms of a study with the same value the first."""
    for study in evidence.studies:
        seen = set()
        for i, arm in enumerate(study.arms):
            if arm.enantiomer is Enantiomer.NOT_KETAMINE or arm.role is not Role.EXPERIMENTAL:
                continue
            value = _value(arm, test)
            if _stated(arm, test) and value not in seen:
                seen.add(value)
                yield study, i, arm


def _stated(arm: Arm, test: ArmsTest) -> bool:
    if test.share is Share.ROUTE:
        return arm.route is not Route.NOT_STATED
    if test.routes and arm.route not in test.routes:
        return False
    if test.share is Share.MINUTES:
        return arm.infusion_minutes is not None
    if test.share is Share.SESSIONS:
        return arm.sessions is not None
    return arm.dose is not None


def _as_claimed(arm: Arm, test: ArmsTest) -> bool:
    if test.share is Share.ROUTE:
        return arm.route in test.routes
    if test.share is Share.VARIED:
        return arm.dose is not None and arm.dose.maximum is not None
    value = arm.infusion_minutes if test.share is Share.MINUTES else arm.sessions
    if value is None:
        return False
    return (test.minimum is None or value >= test.minimum) and (
        test.maximum is None or value <= test.maximum
    )


def _asked(test: ArmsTest) -> str:
    if test.share is Share.ROUTE:
        return f"Route {listed([str(r) for r in test.routes])}"
    if test.share is Share.VARIED:
        return "Dose varied within the arm"
    unit = "Minutes of one infusion" if test.share is Share.MINUTES else "Administrations"
    return f"{unit} from {test.minimum} to {test.maximum}"


def _value(arm: Arm, test: ArmsTest) -> str:
    if test.share is Share.ROUTE:
        return str(arm.route)
    if test.share is Share.MINUTES:
        return f"{arm.infusion_minutes} minutes"
    if test.share is Share.SESSIONS:
        return counted(arm.sessions or 0, "session")
    if arm.dose is None:
        return ""
    upper = f" to {arm.dose.maximum}" if arm.dose.maximum is not None else ""
    return f"{arm.dose.amount}{upper} {arm.dose.unit}"


def _spread(test: ArmsTest, looked: list[Arm]) -> str:
    """Each value with how often it occurs, the most frequent first."""
    if test.share is Share.VARIED:
        return ""
    values = [_value(arm, test) for arm in looked]
    order = sorted(dict.fromkeys(values), key=lambda v: (-values.count(v), v))
    return "; ".join(f"{value}: {values.count(value)}" for value in order) + "."


def _arm_number(study: Study, i: int, arm: Arm, bench: Bench, test: ArmsTest) -> ClaimNumber:
    file, line = bench.place(study, ("arms", i))
    text = f"{study.label}: {_value(arm, test)}"
    return ClaimNumber(f"{study.id} {arm.id}", text, study.id, file, line)


def eligibility(test: EligibilityTest, bench: Bench) -> PartFinding:
    """Records that mention a word among diagnosis and eligibility, and whether they help.

    Words are looked for in what the records say, which is shorter than what the papers say: that
    a record does not mention something does not mean that the study did not ask for it.
    """
    told = [s for s in bench.evidence.studies if s.population.eligibility]
    found = [s for s in bench.evidence.studies if _mentions(s, test)]
    words = listed([f'"{word}"' for word in test.mentions]).replace(" and ", " or ")
    text = f"{len(found)} of {len(bench.evidence.studies)} records"
    reason = (
        f"Mentioned among diagnosis and eligibility ({words}): {text}; "
        f"{len(told)} records have eligibility criteria at all."
    )
    names = listed([study.label for study in found])
    numbers = (ClaimNumber("records", names or "none"), *(_record(study, bench) for study in found))
    if not found:
        return PartFinding(Signal.SILENT, (reason,), numbers)
    if not test.with_results:
        return PartFinding(Signal.WEAK, (reason, f"Records: {names}."), numbers)
    useful = [study.label for study in found if _has_results(study)]
    if useful:
        return PartFinding(Signal.WEAK, (reason, f"With a comparison: {listed(useful)}."), numbers)
    why = f"None of them ({names}) has a comparison of use, craving or withdrawal on record."
    return PartFinding(Signal.SILENT, (reason, why), numbers)


def _mentions(study: Study, test: EligibilityTest) -> bool:
    population = study.population
    text = f"{population.diagnosis} {population.eligibility or ''}".casefold()
    return any(word.casefold() in text for word in test.mentions)


def _has_results(study: Study) -> bool:
    return study.status is not Status.ONGOING and any(
        d.controls and d.direction != UNTOLD for d in directions(study, OF_ADDICTION)
    )


def _record(study: Study, bench: Bench) -> ClaimNumber:
    file, line = bench.place(study, ("population",))
    said = study.population.eligibility or study.population.diagnosis
    return ClaimNumber(study.id, f"{study.label}: {said}", study.id, file, line)

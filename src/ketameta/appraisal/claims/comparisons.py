"""Parts of claims that results study by study can test: counted by direction, not pooled.

Counting directions shows whether results point one way, never how large an effect is; therefore
it supports a claim, or contradicts it, only weakly.

References
----------
McKenzie JE, Brennan SE. Cochrane Handbook, chapter 12: vote counting based on the direction of
effect.
"""

from __future__ import annotations

from collections.abc import Sequence

from ketameta.appraisal.claims.directions import (
    BETTER,
    NEITHER,
    UNTOLD,
    WORDS,
    WORSE,
    Directed,
    directions,
    result_number,
)
from ketameta.appraisal.claims.findings import (
    Bench,
    ClaimNumber,
    PartFinding,
    Signal,
    listed,
)
from ketameta.appraisal.evidence_map import PLACEBOS
from ketameta.counting import counted
from ketameta.questions.contrasts import CLASS_OF_CONTROL, ContrastClass
from ketameta.records.claim_tests import ComparisonsTest
from ketameta.records.study import Study
from ketameta.records.vocabulary import Status

Found = tuple[Study, Directed]
_WITHOUT_KETAMINE = tuple(
    kind
    for kind, contrast in CLASS_OF_CONTROL.items()
    if contrast is ContrastClass.KETAMINE_V_CONTROL
)


def comparisons(test: ComparisonsTest, bench: Bench) -> PartFinding:
    """Count the directions of all studies that the test lets in, one result per study."""
    found: list[Found] = []
    waiting: list[str] = []
    for study in bench.evidence.studies:
        if not _study_fits(study, test):
            continue
        seen = directions(study, test.constructs)
        told = [d for d in seen if d.direction != UNTOLD and _fits(d, test)]
        if told:
            found.append((study, max(told, key=_preferred)))
        elif _waits(study, test):
            waiting.append(study.label)
    groups = {word: [f for f in found if f[1].direction == word] for word in (BETTER, WORSE)}
    neither = [f for f in found if f[1].direction == NEITHER]
    claimed, other = (BETTER, WORSE) if test.claimed == "better" else (WORSE, BETTER)
    signal = _signal(len(groups[claimed]), len(groups[other]), len(neither))
    reasons = _reasons(groups[claimed], groups[other], neither, waiting, test)
    numbers = (
        ClaimNumber("as claimed", str(len(groups[claimed]))),
        ClaimNumber("otherwise", str(len(groups[other]) + len(neither))),
        *(_number(study, directed, bench, test) for study, directed in found),
    )
    return PartFinding(signal, reasons, numbers)


def _signal(claimed: int, other: int, neither: int) -> Signal:
    if claimed == other == neither == 0:
        return Signal.SILENT
    if claimed == 0:
        return Signal.WEAK_AGAINST if other else Signal.OPEN
    return Signal.MIXED if other or neither else Signal.WEAK


def _study_fits(study: Study, test: ComparisonsTest) -> bool:
    if test.substances and study.substance not in test.substances:
        return False
    if test.studies and study.id not in test.studies:
        return False
    return not test.depression or study.population.depression in test.depression


def _fits(directed: Directed, test: ComparisonsTest) -> bool:
    if not _control_fits(directed, test):
        return False
    if test.minimum_sessions is not None and not any(
        (arm.sessions or 0) >= test.minimum_sessions for arm in directed.experimental
    ):
        return False
    return _in_time(directed, test)


def _control_fits(directed: Directed, test: ComparisonsTest) -> bool:
    if not directed.against:
        return test.uncontrolled
    allowed = test.control_types or _WITHOUT_KETAMINE
    return any(arm.control_type in allowed for arm in directed.controls)


def _in_time(directed: Directed, test: ComparisonsTest) -> bool:
    if test.weeks is None:
        return True
    weeks, upper = directed.result.time.weeks, test.weeks.maximum
    return weeks is not None and weeks >= test.weeks.minimum and (upper is None or weeks <= upper)


def _preferred(directed: Directed) -> tuple[bool, bool, float]:
    """Results with a comparison first, then with an interval, then the latest."""
    weeks = directed.result.time.weeks
    return bool(directed.controls), directed.exact, -1.0 if weeks is None else float(weeks)


def _waits(study: Study, test: ComparisonsTest) -> bool:
    """Whether a finished study measured one of the outcomes and no direction was seen."""
    if study.status is Status.ONGOING:
        return False
    measured = {outcome.construct_ for outcome in study.outcomes}
    return bool(measured & set(test.constructs)) and not any(_told_otherwise(study, test))


def _told_otherwise(study: Study, test: ComparisonsTest) -> Sequence[bool]:
    """Results with a direction that the test does not let in, such as those of one group."""
    return [d.direction != UNTOLD for d in directions(study, test.constructs)]


def _reasons(
    claimed: Sequence[Found],
    other: Sequence[Found],
    neither: Sequence[Found],
    waiting: Sequence[str],
    test: ComparisonsTest,
) -> tuple[str, ...]:
    outcomes = listed([str(c) for c in test.constructs]).replace(" and ", " or ")
    where = f" ({', '.join(str(s) for s in test.substances)})" if test.substances else ""
    title = f"{outcomes[:1].upper()}{outcomes[1:]}{where}"
    if not (claimed or other or neither):
        reasons = [f"{title}: no result that tells a direction is on record."]
    else:
        parts = [
            f"{len(found)} {words} ({_names(found)})"
            for found, words in (
                (claimed, "as the claim says"),
                (other, "the other way"),
                (neither, "without telling one direction from the other"),
            )
            if found
        ]
        total = counted(len(claimed) + len(other) + len(neither), "study")
        reasons = [f"{title}: {total}, by direction: {'; '.join(parts)}."]
        reasons += _weakness([*claimed, *other, *neither], test)
    if waiting:
        reasons.append(
            "It was also measured in these, without a comparison or without a direction in what "
            f"was read: {listed(waiting)}."
        )
    return tuple(reasons)


def _names(found: Sequence[Found]) -> str:
    return ", ".join(study.label for study, _ in found)


def _weakness(found: Sequence[Found], test: ComparisonsTest) -> list[str]:
    """What the directions rest on, where that is less than trials against placebo."""
    placebo = [f for f in found if any(a.control_type in PLACEBOS for a in f[1].controls)]
    exact = [f for f in found if f[1].exact]
    printed = [f for f in found if f[1].printed]
    people = sum(s.design.analysed_n or s.design.enrolled_n or 0 for s, _ in found)
    inferred = [study.label for study, _ in found if study.id in test.inferred]
    said = [
        f"Compared with a placebo: {len(placebo)} of {len(found)}",
        f"with an interval that can be computed with: {len(exact)}",
        *([f"with one that the source prints: {len(printed)}"] if printed else []),
        *([f"with the comparison inferred: {listed(inferred)}"] if inferred else []),
        f"people in all, where stated: {people}",
    ]
    return [f"{'; '.join(said)}."]


def _number(study: Study, directed: Directed, bench: Bench, test: ComparisonsTest) -> ClaimNumber:
    controls = listed(list(dict.fromkeys(str(arm.control_type) for arm in directed.controls)))
    text = f"{study.label}, {directed.result.time.label}: {WORDS[directed.direction]}"
    text = f"{text}, {directed.text}"
    if controls:
        text += f"; control: {controls}{', inferred' if study.id in test.inferred else ''}"
    return result_number(study, directed, text, bench)

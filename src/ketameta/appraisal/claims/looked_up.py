"""Parts of claims that can be looked up: a cited study, a figure, what documents state."""

from __future__ import annotations

from collections.abc import Iterator

from ketameta.appraisal.claims.findings import (
    Bench,
    ClaimNumber,
    PartFinding,
    Signal,
    listed,
)
from ketameta.counting import counted
from ketameta.records.claim_tests import CitationTest, DocumentsTest, Figure, FigureTest
from ketameta.records.claim_words import Bearing
from ketameta.records.claims import Claim
from ketameta.records.study import Study
from ketameta.records.vocabulary import YesNo

_BEARS = {
    Bearing.SUPPORTS: "for it",
    Bearing.IN_PART: "for it in part",
    Bearing.AGAINST: "against it",
    Bearing.BACKGROUND: "as background",
}


def citation(test: CitationTest, bench: Bench) -> PartFinding:
    """What the cited study is about; another substance means that it is misattributed."""
    study = bench.evidence.get(test.study).study
    number = _cited(study, bench)
    if test.substances and study.substance not in test.substances:
        claimed = listed([str(s) for s in test.substances])
        diagnosis = study.population.diagnosis
        reason = (
            f"{study.label} is about {study.substance} use ({diagnosis}), the claim about "
            f"{claimed}."
        )
        return PartFinding(Signal.MISPLACED, (reason,), (number,))
    wrong = list(_differences(study, test))
    if wrong:
        return PartFinding(Signal.AGAINST, (f"{study.label}: {'; '.join(wrong)}.",), (number,))
    if missing := list(_not_on_record(study, test)):
        reason = f"{study.label}: nothing on {listed(missing)} is on record."
        return PartFinding(Signal.SILENT, (reason,), (number,))
    reason = f"{study.label} is what the claim says it is ({study.substance}, {study.design.type})."
    return PartFinding(Signal.SUPPORTS, (reason,), (number,))


def _cited(study: Study, bench: Bench) -> ClaimNumber:
    file, line = bench.place(study, ("citation",))
    text = f"{study.label}: {study.substance}, {study.design.type}; {study.citation.title}"
    return ClaimNumber(study.id, text, study.id, file, line)


def _differences(study: Study, test: CitationTest) -> Iterator[str]:
    if test.year is not None and study.citation.year != test.year:
        yield f"published in {study.citation.year}, not {test.year}"
    journal = study.citation.journal or ""
    if test.journal is not None and journal.casefold() != test.journal.casefold():
        yield f"published in {journal or 'a journal not on record'}, not {test.journal}"
    if _differ(test.randomised, study.design.randomised):
        yield f"randomised: {study.design.randomised}"
    seeking = study.population.treatment_seeking
    if _differ(test.treatment_seeking, seeking):
        yield f"participants sought treatment: {seeking} ({study.population.diagnosis})"
    controls = [arm.control_type for arm in study.arms if arm.control_type]
    if test.control_types and not set(controls) & set(test.control_types):
        yield f"compared with {listed([str(c) for c in controls]) or 'nothing'}"


def _differ(claimed: YesNo | None, stated: YesNo) -> bool:
    return claimed is not None and stated not in (claimed, YesNo.NOT_STATED)


def _not_on_record(study: Study, test: CitationTest) -> Iterator[str]:
    """What the record lacks, which need not mean that the study lacked it."""
    if test.randomised is not None and study.design.randomised is YesNo.NOT_STATED:
        yield "random groups"
    if test.treatment_seeking is not None and (
        study.population.treatment_seeking is YesNo.NOT_STATED
    ):
        yield "whether participants sought treatment"
    measured = {outcome.construct_ for outcome in study.outcomes}
    yield from (str(c) for c in test.constructs if c not in measured)


def figure(test: FigureTest, claim: Claim) -> PartFinding:
    """A stated figure against published ones: the newest, an older one, or none of them."""
    published = sorted(test.published, key=lambda f: (f.until, not f.withdrawn))
    numbers = tuple(_published(f, claim) for f in published)
    matching = [f for f in published if 0 <= f.value - test.stated <= test.rounding]
    stated = f"{test.stated:,} {test.unit}"
    newest = [f for f in published if not f.withdrawn][-1:]
    if not matching:
        reason = f"{stated}: no published figure on record rounds to it."
        return PartFinding(Signal.AGAINST, (reason,), numbers)
    match = matching[-1]
    if newest == [match]:
        return PartFinding(
            Signal.SUPPORTS, (f"{stated}: the newest figure, {_said(match)}.",), numbers
        )
    later = f" The newest is {_said(newest[0])}." if newest else ""
    return PartFinding(Signal.OUTDATED, (f"{stated}: right for {_said(match)}.{later}",), numbers)


def _said(found: Figure) -> str:
    return f"{found.value:,} ({found.period})"


def _published(found: Figure, claim: Claim) -> ClaimNumber:
    source = claim.sources[found.source.ref]
    corrected = ", corrected later" if found.withdrawn else ""
    return ClaimNumber(
        f"{found.period}",
        f"{_said(found)}{corrected}",
        document=source.document,
        address=source.url or "",
        verification=str(source.level),
    )


def stated_facts(test: DocumentsTest, claim: Claim) -> PartFinding:
    """What documents state that bears on the claim, as a person has read them."""
    facts = [fact for fact in claim.facts if fact.id in test.facts]
    bearings = {fact.bearing for fact in facts}
    numbers = []
    for fact in facts:
        source = claim.sources[fact.source.ref]
        numbers.append(
            ClaimNumber(
                fact.id,
                f"{fact.text.rstrip('.')} ({fact.bearing})",
                document=source.document,
                address=source.url or "",
                verification=str(source.level),
            )
        )
    if not facts:
        return PartFinding(Signal.SILENT, ("No document was found that says so.",))
    for_it = bearings & {Bearing.SUPPORTS, Bearing.IN_PART}
    if Bearing.AGAINST in bearings:
        signal = Signal.MIXED if for_it else Signal.AGAINST
    elif for_it:
        signal = Signal.WEAK if Bearing.IN_PART in bearings else Signal.SUPPORTS
    else:
        signal = Signal.ASIDE
    counts = [(sum(f.bearing is b for f in facts), b) for b in Bearing]
    said = ", ".join(f"{n} {_BEARS[b]}" for n, b in counts if n)
    return PartFinding(signal, (f"{counted(len(facts), 'document')}: {said}.",), tuple(numbers))

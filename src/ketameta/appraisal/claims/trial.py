"""Claims judged: parts tested, a verdict computed, and an entered verdict held to its inputs."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ketameta.appraisal.claims.comparisons import comparisons
from ketameta.appraisal.claims.contrast import contrast
from ketameta.appraisal.claims.findings import Bench, ClaimNumber, PartFinding, Signal
from ketameta.appraisal.claims.harms import harms
from ketameta.appraisal.claims.looked_up import citation, figure, stated_facts
from ketameta.appraisal.claims.moderator import moderator
from ketameta.appraisal.claims.placebo import placebo
from ketameta.appraisal.claims.pooled import pooled
from ketameta.appraisal.claims.practice import arms, eligibility
from ketameta.appraisal.claims.verdict import proposed_verdict, verdict_basis
from ketameta.appraisal.confirmation import Confirmation, agreed_by
from ketameta.records.claim_files import LoadedClaim
from ketameta.records.claim_tests import (
    ArmsTest,
    CitationTest,
    ComparisonsTest,
    ContrastTest,
    DocumentsTest,
    EligibilityTest,
    EventsTest,
    FigureTest,
    MechanismTest,
    ModeratorTest,
    PlaceboTest,
    PooledTest,
)
from ketameta.records.claim_words import Verdict
from ketameta.records.claims import Claim, Entry, Part

SUMMED = ("arms", "eligibility")
"""Kinds of tests whose sums a verdict is held to, not every record behind them."""
DIGITS = 16
"""Hexadecimal digits of a fingerprint: 64 bits, far more than chance could match."""


@dataclass(frozen=True, slots=True)
class JudgedPart:
    """One part of a claim with what it came to."""

    says: str
    kind: str
    decides: bool
    finding: PartFinding


@dataclass(frozen=True, slots=True)
class JudgedClaim:
    """A claim with its parts, the computed verdict, and whether the entered one still holds.

    Attributes
    ----------
    claim, file
        The claim, and its file beside the records.
    parts
        Every part, tested.
    proposed
        The verdict by computation.
    digest
        Fingerprint of the claim, its tests and the numbers of today.
    moved
        What the entered verdict rested on and is otherwise today, in words; empty while it holds.
    """

    claim: Claim
    file: str
    parts: tuple[JudgedPart, ...]
    proposed: Verdict
    digest: str
    moved: tuple[str, ...]

    @property
    def verdict(self) -> Verdict:
        """The entered verdict where there is one that holds, otherwise the computed one."""
        entered = self.claim.entered
        return self.proposed if entered is None or self.moved else entered.verdict

    @property
    def state(self) -> str:
        """computed or stale; otherwise drafted, confirmed once or twice, or disputed."""
        entered = self.claim.entered
        if entered is None:
            return "computed"
        if self.moved:
            return "stale"
        return confirmation(entered).state

    @property
    def qualified(self) -> str:
        """The verdict, with what it rests on where the word alone would say too much."""
        deciding = [part.finding.signal for part in self.parts if part.decides]
        basis = verdict_basis(self.verdict, deciding)
        return f"{self.verdict} ({basis})" if basis else str(self.verdict)

    @property
    def numbers(self) -> dict[str, str]:
        """The rounded inputs by part and name, as an entered verdict keeps them."""
        return inputs(self.parts)


def confirmation(entered: Entry) -> Confirmation:
    """Who stands behind an entered verdict."""
    others = tuple(
        (one.by, f"{one.otherwise} ({(one.reason or '').rstrip('.')})")
        for one in entered.signed
        if one.otherwise is not None
    )
    agreed = agreed_by(one for one in entered.signed if one.otherwise is None)
    return Confirmation(entered.date, agreed, others)


def judge_all(loaded: Sequence[LoadedClaim], bench: Bench) -> tuple[JudgedClaim, ...]:
    """Every claim, in the order of its number."""
    return tuple(judge(item, bench) for item in loaded)


def judge(item: LoadedClaim, bench: Bench) -> JudgedClaim:
    """One claim: its parts, the proposed verdict, and what has moved since it was entered."""
    claim = item.claim
    parts = tuple(
        JudgedPart(part.says, part.test.kind, part.decides, _tested(part, claim, bench))
        for part in claim.parts
    )
    deciding = [part.finding.signal for part in parts if part.decides]
    proposed = proposed_verdict(deciding or [Signal.SILENT])
    digest = _digest(claim, parts)
    return JudgedClaim(
        claim, item.file, parts, proposed, digest, _moved(claim, parts, proposed, digest)
    )


def _tested(part: Part, claim: Claim, bench: Bench) -> PartFinding:
    match part.test:
        case PooledTest():
            return pooled(part.test, bench)
        case ModeratorTest():
            return moderator(part.test, bench)
        case ComparisonsTest():
            return comparisons(part.test, bench)
        case ContrastTest():
            return contrast(part.test, bench)
        case EventsTest():
            return harms(part.test, bench)
        case ArmsTest():
            return arms(part.test, bench)
        case EligibilityTest():
            return eligibility(part.test, bench)
        case CitationTest():
            return citation(part.test, bench)
        case FigureTest():
            return figure(part.test, claim)
        case PlaceboTest():
            return placebo(part.test, bench)
        case DocumentsTest():
            return stated_facts(part.test, claim)
        case MechanismTest():
            why = "How ketamine works is not what trials of treatment measure."
            return PartFinding(Signal.OUTSIDE, (why,))


def inputs(parts: Sequence[JudgedPart]) -> dict[str, str]:
    """Signal and numbers of every part, by part and name; what an entered verdict is held to."""
    found: dict[str, str] = {}
    for i, part in enumerate(parts, start=1):
        found[f"{i}. signal"] = str(part.finding.signal)
        kept = [n for n in part.finding.numbers if not n.study or part.kind not in SUMMED]
        for number in kept:
            found[f"{i}. {number.name}"] = _plain(number)
    return found


def _plain(number: ClaimNumber) -> str:
    return " ".join(number.text.split()) or "none"


def _digest(claim: Claim, parts: Sequence[JudgedPart]) -> str:
    """A fingerprint of everything a verdict rests on; lines and files of records are no part."""
    stated = claim.model_dump(
        mode="json",
        by_alias=True,
        exclude_defaults=True,  # a field that is new in the form changes no fingerprint
        exclude={"entered", "found_in", "notes", "title", "needs"},
    )
    text = json.dumps([stated, inputs(parts)], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:DIGITS]


def _moved(
    claim: Claim, parts: Sequence[JudgedPart], proposed: Verdict, digest: str
) -> tuple[str, ...]:
    entered = claim.entered
    if entered is None:
        return ()
    moved = _changes(entered.numbers, inputs(parts))
    if entered.proposed is not proposed:
        moved = (f"computed verdict: was {entered.proposed}, is {proposed}", *moved)
    if not moved and entered.digest != digest:
        return ("the words, sources or tests of the claim",)
    return moved


def _changes(old: Mapping[str, str], new: Mapping[str, str]) -> tuple[str, ...]:
    """What was, and what is, for every input that differs."""
    names = [*old, *(name for name in new if name not in old)]
    return tuple(
        f"{name}: was {old.get(name, 'not there')}, is {new.get(name, 'not there')}"
        for name in names
        if old.get(name) != new.get(name)
    )

"""Everything a report says about claims: a sentence, a table, and one card per claim."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ketameta.appraisal.claims.findings import Bench
from ketameta.appraisal.claims.trial import JudgedClaim, JudgedPart, judge_all
from ketameta.questions.question import Review
from ketameta.records.claim_files import load_claims
from ketameta.records.claim_words import Verdict
from ketameta.records.problems import Problem
from ketameta.records.store import Evidence
from ketameta.synthesis.answer import Answer
from ketameta.tables.claims import (
    anchor,
    certainties,
    claim_numbers_table,
    claims_table,
    flags,
    why,
)
from ketameta.tables.formatting import counted
from ketameta.tables.table import Table

_PHRASES = {
    Verdict.SUPPORTED: ("stands as made", "stand as made"),
    Verdict.SMALL: (
        "rests on small or uncontrolled evidence",
        "rest on small or uncontrolled evidence",
    ),
    Verdict.HALF_TRUE: ("is half-true", "are half-true"),
    Verdict.OUTDATED: ("is outdated", "are outdated"),
    Verdict.MISATTRIBUTED: ("is misattributed", "are misattributed"),
    Verdict.CONTRADICTED: ("is contradicted", "are contradicted"),
    Verdict.NO_EVIDENCE: ("has no evidence on record", "have no evidence on record"),
    Verdict.OUTSIDE: (
        "is about a mechanism, which trials of treatment cannot judge",
        "are about mechanisms, which trials of treatment cannot judge",
    ),
}
"""In the order of the summary."""


@dataclass(frozen=True, slots=True)
class ClaimCard:
    """One claim in full.

    Attributes
    ----------
    anchor
        "claim-K01"; rows of the table have the same.
    met_in
        Kinds of text in which it was met, in words.
    verdict, meaning, state, why
        The verdict, what the word means, confirmed or stale or proposed, and the reason.
    proposed
        The computed verdict where it is not the one shown, otherwise "".
    confirmed
        "by ..., 22 November" as the record says it; "" without a person's verdict.
    moved
        What a stale verdict rested on and is otherwise today.
    """

    anchor: str
    id: str
    title: str
    claim: str
    met_in: tuple[str, ...]
    kinds: tuple[str, ...]
    needs: str
    questions: tuple[str, ...]
    verdict: str
    meaning: str
    state: str
    why: str
    proposed: str
    confirmed: str
    moved: tuple[str, ...]
    parts: tuple[JudgedPart, ...]
    flags: tuple[str, ...]
    certainty: tuple[str, ...]
    notes: tuple[str, ...]
    numbers: Table


@dataclass(frozen=True, slots=True)
class ClaimsPart:
    """Claims on trial in a report; empty parts where a folder has no claims.

    `problems` are those of claim files, which are left out.
    """

    summary: str
    stale: str
    table: Table
    cards: tuple[ClaimCard, ...]
    judged: tuple[JudgedClaim, ...]
    problems: tuple[Problem, ...]


def claims_part(
    review: Review,
    evidence: Evidence,
    answers: Sequence[Answer],
    certainty: Mapping[str, str] | None = None,
) -> ClaimsPart:
    """Judge every claim beside the records and say it for readers.

    Parameters
    ----------
    review, evidence
        The review, and the records it was answered from.
    answers
        Flagged answers, one per question that claims name.
    certainty
        Certainty by id of the question, where it was graded: "high", "moderate", "low", "very low".

    Raises
    ------
    DataError
        When a claim names a question that was not answered.
    """
    found = load_claims(evidence)
    bench = Bench(review, evidence, {a.question.id: a for a in answers}, certainty or {})
    judged = judge_all(found.loaded, bench)
    return ClaimsPart(
        summary(judged),
        staleness(judged),
        claims_table(judged),
        tuple(claim_card(item) for item in judged),
        judged,
        found.problems,
    )


def summary(judged: Sequence[JudgedClaim]) -> str:
    """How many claims came to which verdict, in a sentence; "" without claims."""
    if not judged:
        return ""
    verdicts = [item.verdict for item in judged]
    parts = [
        f"{verdicts.count(verdict)} {words[0] if verdicts.count(verdict) == 1 else words[1]}"
        for verdict, words in _PHRASES.items()
        if verdict in verdicts
    ]
    if Verdict.SUPPORTED not in verdicts:
        parts.insert(0, "none stands as made")
    listed = parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
    return f"Of {counted(len(judged), 'claim')} {listed}."


def staleness(judged: Sequence[JudgedClaim]) -> str:
    """Which verdicts are stale or nobody's, in a sentence or two; "" where there are none."""
    stale = [item.claim.id for item in judged if item.state == "stale"]
    open_ = [item.claim.id for item in judged if item.state == "proposed"]
    said = []
    if stale:
        said.append(
            f"The evidence moved since a person gave these verdicts, so that the computed ones are "
            f"shown: {', '.join(stale)}."
        )
    if open_:
        said.append(f"Nobody has confirmed the computed verdict of {', '.join(open_)}.")
    return " ".join(said)


def claim_card(judged: JudgedClaim) -> ClaimCard:
    """One claim in full."""
    claim = judged.claim
    confirmed = claim.confirmed
    return ClaimCard(
        anchor=anchor(judged),
        id=claim.id,
        title=claim.title,
        claim=claim.claim,
        met_in=tuple(text.meaning.rstrip(".") for text in claim.found_in),
        kinds=tuple(str(kind) for kind in claim.kinds),
        needs=claim.needs,
        questions=claim.questions,
        verdict=str(judged.verdict),
        meaning=judged.verdict.meaning,
        state=judged.state,
        why=why(judged),
        proposed="" if judged.proposed is judged.verdict else str(judged.proposed),
        confirmed="" if confirmed is None else f"{confirmed.by}, {confirmed.date}",
        moved=judged.moved,
        parts=judged.parts,
        flags=flags(judged),
        certainty=certainties(judged),
        notes=claim.notes,
        numbers=claim_numbers_table(judged),
    )

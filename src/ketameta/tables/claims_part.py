"""Everything a report says about claims: a sentence, a table, and one card per claim."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ketameta.appraisal.claims.findings import Bench
from ketameta.appraisal.claims.trial import JudgedClaim, JudgedPart, confirmation, judge_all
from ketameta.appraisal.claims.verdict import LEFT_OPEN, PARTLY_OPEN, WEAKLY
from ketameta.appraisal.confirmation import confirmations_words
from ketameta.counting import counted
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
    flags_in_words,
    signed,
    why,
)
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
    Verdict.NO_EVIDENCE: (
        "has nothing on record that shows it",
        "have nothing on record that shows them",
    ),
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
        The verdict and what it rests on, what the word means, whether it is computed only,
        drafted, confirmed, disputed or stale, and the reason.
    proposed
        The computed verdict where it is not the one shown, otherwise "".
    signed
        When the verdict was drafted, and who has confirmed it.
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
    signed: str
    moved: tuple[str, ...]
    parts: tuple[JudgedPart, ...]
    flags: str
    certainty: tuple[str, ...]
    notes: tuple[str, ...]
    numbers: Table


@dataclass(frozen=True, slots=True)
class ClaimsPart:
    """Claims on trial in a report; empty parts where a folder has no claims.

    `problems` are those of claim files, which are left out.
    """

    summary: str
    signed: str
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
    sizes: Mapping[str, str] | None = None,
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
    sizes
        The information size that grading took, by id of the question (`own_sizes`).

    Raises
    ------
    DataError
        When a claim names a question that was not answered.
    """
    found = load_claims(evidence)
    bench = Bench(
        review, evidence, {a.question.id: a for a in answers}, certainty or {}, sizes or {}
    )
    judged = judge_all(found.loaded, bench)
    return ClaimsPart(
        summary(judged),
        signatures(judged),
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
    said = f"Of {counted(len(judged), 'claim')}, {_listed(parts)}."
    return " ".join((said, *_qualifications(judged)))


def _listed(parts: Sequence[str]) -> str:
    """Parts of a sentence: "one, another and a third"."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def _qualifications(judged: Sequence[JudgedClaim]) -> Iterator[str]:
    """What the counted words alone would say too strongly, with the claims it is true of."""
    open_ = [
        item.claim.id
        for item in judged
        if item.qualified.endswith((f"({LEFT_OPEN})", f"({PARTLY_OPEN})"))
    ]
    weak = [i.claim.id for i in judged if i.qualified == f"{Verdict.CONTRADICTED} ({WEAKLY})"]
    if open_:
        yield f"There are results on {_listed(open_)}, which leave both directions open."
    if weak:
        yield f"What contradicts {_listed(weak)} is small or uncontrolled evidence."


def signatures(judged: Sequence[JudgedClaim]) -> str:
    """How many drafted verdicts people have confirmed, and how many; "" without any."""
    drafted = [item.claim.entered for item in judged if item.claim.entered is not None]
    return confirmations_words([confirmation(entry).state for entry in drafted], "verdict")


def staleness(judged: Sequence[JudgedClaim]) -> str:
    """Which verdicts are stale or nobody's, in a sentence or two; "" where there are none."""
    stale = [item.claim.id for item in judged if item.state == "stale"]
    open_ = [item.claim.id for item in judged if item.state == "computed"]
    said = []
    if stale:
        said.append(
            "The evidence has moved since these verdicts were drafted, so that the computed ones "
            f"are shown: {', '.join(stale)}."
        )
    if open_:
        said.append(f"No verdict has been drafted on {_listed(open_)}; the computed one is shown.")
    return " ".join(said)


def claim_card(judged: JudgedClaim) -> ClaimCard:
    """One claim in full."""
    claim = judged.claim
    return ClaimCard(
        anchor=anchor(judged),
        id=claim.id,
        title=claim.title,
        claim=claim.claim,
        met_in=tuple(text.meaning.rstrip(".") for text in claim.found_in),
        kinds=tuple(str(kind) for kind in claim.kinds),
        needs=claim.needs,
        questions=claim.questions,
        verdict=judged.qualified,
        meaning=judged.verdict.meaning,
        state=judged.state,
        why=why(judged),
        proposed="" if judged.proposed is judged.verdict else str(judged.proposed),
        signed=signed(claim.entered),
        moved=judged.moved,
        parts=judged.parts,
        flags=flags_in_words(judged),
        certainty=certainties(judged),
        notes=claim.notes,
        numbers=claim_numbers_table(judged),
    )

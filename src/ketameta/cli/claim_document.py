"""One claim in full, for reading."""

from __future__ import annotations

from collections.abc import Iterator

from ketameta.appraisal.claims.findings import ClaimNumber, Signal
from ketameta.appraisal.claims.trial import JudgedPart
from ketameta.cli.document import Block, Field, Fields, Heading, Paragraph, fields
from ketameta.tables.claims_part import ClaimCard

TONES = {
    Signal.SUPPORTS: "good",
    Signal.WEAK: "caution",
    Signal.MIXED: "caution",
    Signal.OUTDATED: "caution",
    Signal.AGAINST: "serious",
    Signal.WEAK_AGAINST: "serious",
    Signal.MISPLACED: "serious",
}


def claim_document(card: ClaimCard) -> tuple[Block, ...]:
    """The claim, the verdict and why, who entered it, and every part with its numbers."""
    return (
        Heading(f"{card.id}: {card.title}", ", ".join(card.kinds), level=1),
        Paragraph(card.claim),
        fields(("Met in", "; ".join(card.met_in)), ("It would need", card.needs)),
        *_verdict(card),
        *(block for i, part in enumerate(card.parts, start=1) for block in _part(part, i)),
        *_notes(card),
    )


def _verdict(card: ClaimCard) -> Iterator[Block]:
    yield Heading(f"Verdict: {card.verdict}", card.state)
    yield Paragraph(card.meaning, tone="quiet")
    yield Paragraph(card.why)
    facts = fields(
        ("Computed", card.proposed),
        ("Flags", card.flags),
        ("Certainty", "; ".join(card.certainty)),
        ("Signed", card.signed),
        ("Questions", ", ".join(card.questions)),
    )
    if facts.fields:
        yield facts
    if card.moved:
        yield Paragraph(
            "Stale: what the drafted verdict rests on has moved. To enter it anew: ketameta "
            f"claims {card.id} --enter",
            tone="caution",
        )
        yield Fields(tuple(Field("-", change, tone="caution") for change in card.moved))


def _part(part: JudgedPart, number: int) -> Iterator[Block]:
    beside = "" if part.decides else ", shown beside the verdict"
    yield Heading(f"{number}. {part.says}", level=3)
    yield Paragraph(
        f"{str(part.finding.signal).capitalize()}{beside}.", TONES.get(part.finding.signal, "")
    )
    for reason in part.finding.reasons:
        yield Paragraph(reason, indent=2)
    lines = [_number(n) for n in part.finding.numbers if n.file or n.address]
    if lines:
        yield Fields(tuple(lines), indent=2)


def _number(number: ClaimNumber) -> Field:
    place = f"{number.file}:{number.line}" if number.file else ""
    words = (place, number.document, number.verification, number.address)
    where = ", ".join(word for word in words if word)
    return Field("-", f"{number.text} [{where}]", tone="quiet")


def _notes(card: ClaimCard) -> Iterator[Block]:
    if card.notes:
        yield Heading("To be fair")
        yield Fields(tuple(Field("-", note) for note in card.notes))

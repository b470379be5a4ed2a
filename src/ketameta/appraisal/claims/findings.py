"""What testing one part of a claim gives: a signal, the reasons, and the numbers behind it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from ketameta.errors import DataError
from ketameta.questions.question import Review
from ketameta.records.store import Evidence
from ketameta.records.study import Study
from ketameta.records.yaml_reader import Path_
from ketameta.synthesis.answer import Answer, Flag, SourceLine

MINUS = "−"


class Signal(StrEnum):
    """What a test says about a part of a claim."""

    SUPPORTS = "borne out"
    WEAK = "borne out by small or uncontrolled evidence"
    MIXED = "borne out in part"
    OPEN = "left open"
    AGAINST = "contradicted"
    WEAK_AGAINST = "contradicted by small or uncontrolled evidence"
    SILENT = "nothing on record"
    ASIDE = "for information"
    OUTDATED = "replaced by a newer figure"
    MISPLACED = "about something else"
    OUTSIDE = "not for trials to judge"


@dataclass(frozen=True, slots=True)
class ClaimNumber:
    """A number behind a verdict, as text, with the record or document it comes from.

    Attributes
    ----------
    name
        What it is, unique within its part.
    text
        The number, rounded, with whatever belongs to it.
    study
        Id of the record, "" where it is not of one study.
    file, line
        Where the record has it; 0 where that is not one place.
    document, address
        The document it was read in, and where that is on the web.
    verification
        How far the document verifies it.
    """

    name: str
    text: str
    study: str = ""
    file: str = ""
    line: int = 0
    document: str = ""
    address: str = ""
    verification: str = ""

    @classmethod
    def read_in(cls, study: str, text: str, source: SourceLine) -> ClaimNumber:
        """A number of a record, named after its study, with where it was read."""
        return cls(
            study,
            text,
            study,
            source.file,
            source.line,
            source.document,
            source.address or "",
            source.verification,
        )


@dataclass(frozen=True, slots=True)
class PartFinding:
    """What one part of a claim came to.

    `question` is the id of the review's question that was asked, "" where none was.
    """

    signal: Signal
    reasons: tuple[str, ...]
    numbers: tuple[ClaimNumber, ...] = ()
    flags: tuple[Flag, ...] = ()
    question: str = ""
    certainty: str = ""


@dataclass(frozen=True, slots=True)
class Bench:
    """Everything that tests may look at.

    `certainty` is the certainty of the answer by id of the question, where it was graded, and
    `sizes` the information size of the question's own that grading took ("160 people").
    """

    review: Review
    evidence: Evidence
    answers: Mapping[str, Answer]
    certainty: Mapping[str, str] = field(default_factory=dict)
    sizes: Mapping[str, str] = field(default_factory=dict)

    def answer(self, question: str) -> Answer:
        """The answer to a question.

        Raises
        ------
        DataError
            When the review has no such question.
        """
        if question not in self.answers:
            known = ", ".join(self.answers) or "none"
            raise DataError(
                f"claims: no answer to the question {question!r}. Answered: {known}. Correct "
                "`question` in the claim, or answer it first."
            )
        return self.answers[question]

    def place(self, study: Study, where: Path_) -> tuple[str, int]:
        """File and line of a part of a record, as the records' own place."""
        line, _ = self.evidence.get(study.id).document.locate(where)
        folder = self.evidence.folder.resolve().name
        return f"{folder}/{study.substance}/{study.id}.yaml", line


def rounded(value: float, decimals: int = 2) -> str:
    """A number with a real minus sign; what is very large or small is only said to be so."""
    if abs(value) > 999:
        return ">999" if value > 0 else f"<{MINUS}999"
    if 0 < value < 0.5 * 10**-decimals:
        return f"<{10**-decimals:.{decimals}f}"
    text = f"{value:.{decimals}f}"
    if float(text) == 0:
        text = text.lstrip("-")
    return text.replace("-", MINUS)


def percent(share: float) -> str:
    """A share as a percentage with one decimal: "8.0%"."""
    return f"{100 * share:.1f}%"


def share_text(share: float) -> str:
    """A share of people with the digits of the tables of harms: "0%", "8.5%", "42%"."""
    if share == 0:
        return "0%"
    if share < 0.0005:
        return "<0.1%"
    return f"{100 * share:.{1 if share < 0.0995 else 0}f}%"


def listed(words: Sequence[str]) -> str:
    """Words joined as in a sentence: "a, b and c"."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} and {words[-1]}"

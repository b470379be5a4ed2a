"""Risk-of-bias assessments as a record holds them: answers, their support, and judgements.

What the questions ask and what follows from the answers stands in `appraisal.risk_of_bias.tools`;
nothing is judged here.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from ketameta.records.provenance import Day, Key, Record, SourceRef, Text
from ketameta.records.signature import Signature, check_signatures
from ketameta.records.vocabulary import RiskOfBiasTool, Signal

QuestionId = Annotated[str, Field(pattern=r"^[0-9]{0,2}[A-Za-z]?\.[0-9]{1,2}[a-z]?$")]
UNSUPPORTED = (Signal.NO_INFORMATION, Signal.NOT_APPLICABLE)
"""Answers that need neither support nor source: nothing was found, or nothing was asked."""


class SignallingAnswer(Record):
    """The answer to one signalling question of a tool."""

    question: QuestionId
    """Number of the question in the tool, in quotes: "1.1"."""
    answer: Signal
    """Y, PY, PN, N, NI, or NA for a question that does not arise."""
    support: Text | None = None
    """What in the source supports the answer, in our own words; required for Y, PY, PN and N."""
    source: SourceRef | None = None
    """Where the support was read; required for Y, PY, PN and N."""

    @model_validator(mode="after")
    def _supported(self) -> SignallingAnswer:
        if self.answer not in UNSUPPORTED and (self.support is None or self.source is None):
            raise PydanticCustomError(
                "answer_without_support",
                "the answer {answer} needs `support` and `source`; without them it is NI",
                {"answer": str(self.answer)},
            )
        return self


class HumanJudgement(Record):
    """What a rater judged; given where it differs from the proposal, or to adopt it."""

    judgement: Text
    """A level of the tool: low, some concerns, high; moderate, serious, critical; no
    information."""
    reason: Text | None = None
    """Why; required where the judgement differs from what the tool proposes."""


class DomainJudgement(HumanJudgement):
    """What a rater judged of one domain."""

    domain: Text
    """Domain of the tool: D1, D2, ..."""


class Assessment(Record):
    """One rater's assessment of one result, or of results that all answers hold for."""

    tool: RiskOfBiasTool
    """The tool that was used."""
    outcomes: tuple[Key, ...] = Field(min_length=1)
    """Ids of the outcomes whose results were assessed."""
    rater: Text
    """Who assessed: name, initials or role."""
    date: Day
    """When, as 2026-11-22."""
    consensus: bool = False
    """True for what two raters agreed on after comparing; it then stands for both."""
    answers: tuple[SignallingAnswer, ...] = Field(min_length=1)
    """Answers to the signalling questions, in the order of the tool."""
    judgements: tuple[DomainJudgement, ...] = ()
    """Judgements of domains; a domain without one has only the tool's proposal."""
    overall: HumanJudgement | None = None
    """The overall judgement, where the rater stated one."""
    note: Text | None = None
    """What a reader must know about this assessment."""
    signed: tuple[Signature, ...] = ()
    """People who checked answers and judgements and agree; who does not, assesses anew."""

    @model_validator(mode="after")
    def _signatures(self) -> Assessment:
        check_signatures(self.signed, self.date)
        return self

"""The top of a report: the first question's answer in words, and what stands against it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ketameta.appraisal.catalog import FLAGS
from ketameta.questions.question import Review
from ketameta.reports.wording import (
    absolute_sentence,
    basis,
    lead,
    readings,
    restricted_sentence,
    restricting_sets,
)
from ketameta.synthesis.answer import Analysis, Answer, Flag
from ketameta.tables.flags import by_severity


@dataclass(frozen=True, slots=True)
class FlagLine:
    """A flag in words; `studies` are those it was raised on, empty for a flag on the pool."""

    code: str
    title: str
    severity: str
    found: str
    meaning: str
    studies: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Headline:
    """The answer to the first question.

    Attributes
    ----------
    question, lead
        What was asked, and the finding in one sentence.
    caveats
        What the intervals leave open, what the answer rests on, what the odds mean.
    restricted
        For each set that counts only some of the studies: its title and what remains.
    certainty
        What is said about certainty.
    """

    anchor: str
    question: str
    lead: str
    caveats: tuple[str, ...]
    restricted: tuple[tuple[str, str], ...]
    certainty: str

    @property
    def text(self) -> str:
        """All of it as plain text, for a terminal."""
        lines = [self.lead, *self.caveats]
        lines += [f"{title}: {found}." for title, found in self.restricted]
        return "\n".join([*lines, self.certainty])


def headline(answer: Answer, review: Review, certainty: str) -> Headline:
    """The top of a report about an answer; `certainty` is what is said of how sure it is."""
    risk = float(review.thresholds.information_size.control_risk)
    caveats = [*readings(answer), basis(answer.main), absolute_sentence(answer, risk)]
    return Headline(
        anchor=f"question-{answer.question.id}",
        question=answer.question.text,
        lead=lead(answer),
        caveats=tuple(sentence for sentence in caveats if sentence),
        restricted=restricted(answer),
        certainty=certainty,
    )


def restricted(answer: Answer) -> tuple[tuple[str, str], ...]:
    """What remains of an answer when only some of its studies count."""
    if answer.main.k == 0:
        return ()
    return tuple(
        (analysis.title, restricted_sentence(answer, analysis))
        for analysis in restricting_sets(answer)
    )


def pool_flag_lines(analysis: Analysis) -> tuple[FlagLine, ...]:
    """Flags on a pool in words, the weightiest first."""
    return tuple(
        FlagLine(f.code, FLAGS[f.code].title, f.severity, f.message, FLAGS[f.code].meaning)
        for f in by_severity(analysis.flags)
    )


def study_flag_lines(analysis: Analysis) -> tuple[FlagLine, ...]:
    """Flags on the studies of an analysis, gathered by code, the weightiest first."""
    raised = [(flag, row) for row in analysis.rows for flag in row.flags]
    lines = []
    for flag in by_severity(_first_of_each([flag for flag, _ in raised])):
        studies = tuple((row.study, row.label) for f, row in raised if f.code == flag.code)
        found = f"{len(studies)} of {analysis.k}"
        kind = FLAGS[flag.code]
        lines.append(FlagLine(flag.code, kind.title, flag.severity, found, kind.meaning, studies))
    return tuple(lines)


def _first_of_each(flags: Sequence[Flag]) -> list[Flag]:
    order = list(FLAGS)
    first: dict[str, Flag] = {}
    for flag in flags:
        first.setdefault(flag.code, flag)
    return sorted(first.values(), key=lambda flag: order.index(flag.code))

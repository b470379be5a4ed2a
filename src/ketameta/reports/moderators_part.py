"""Moderators in a report: what the studies did, and how little their effects say about it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ketameta.counting import counted
from ketameta.questions.contrasts import ContrastClass
from ketameta.questions.question import Review
from ketameta.records.store import Evidence
from ketameta.sensitivity.bias.gate import ENOUGH_STUDIES
from ketameta.synthesis.answer import Answer
from ketameta.synthesis.moderators import LevelsFound, Moderated, ModeratedSet, moderated
from ketameta.tables.formatting import NUMBERS
from ketameta.tables.moderators import moderator_tables, slope_text
from ketameta.tables.table import Table

PLACE = "In each question of two studies or more, after the robustness of its answer."
KETAMINE_ALONE = (
    str(ContrastClass.KETAMINE_V_CONTROL),
    str(ContrastClass.KETAMINE_V_TREATMENT),
)
ECOLOGICAL = (
    "Studies are compared here, not people: what differs between them goes together (route with "
    "dose, therapy, team and decade), and chance decided none of it."
)


@dataclass(frozen=True, slots=True)
class ModeratorsPart:
    """What a report says about the moderators of one question.

    `tables` by name: studies, levels, slopes.
    """

    question: str
    found: Moderated
    sentences: tuple[str, ...]
    tables: Mapping[str, Table]


def moderators_part(
    answers: Sequence[Answer], evidence: Evidence, review: Review, by: str | None = None
) -> tuple[ModeratorsPart, ...]:
    """Moderators of every question with two studies, in the order of the answers.

    Parameters
    ----------
    by
        Name of one moderator; None for all.

    Raises
    ------
    UsageError
        For a moderator that is not looked at.
    """
    parts = []
    for answer in answers:
        found = moderated(answer, evidence, review, by)
        if found is not None:
            sentences = tuple(s for one in found.sets for s in set_sentences(found, one))
            tables = moderator_tables(found, answer)
            parts.append(ModeratorsPart(answer.question.id, found, sentences, tables))
    return tuple(parts)


def set_sentences(found: Moderated, one: ModeratedSet) -> Iterator[str]:
    """What can be said of one set of studies."""
    k = len(one.studies)
    start = f"{one.title}: {counted(k, 'study')}"
    if one.enough:
        yield f"{start}. {ECOLOGICAL}"
    else:
        yield (
            f"{start}, fewer than {ENOUGH_STUDIES}, so that nothing said here can be relied on: "
            f"one study makes a pattern and another breaks it. {ECOLOGICAL}"
        )
    both = [s for s in one.studies if s.row.contrast_class not in KETAMINE_ALONE]
    if both:
        names = ", ".join(study.row.label for study in both)
        yield (
            f"In {names} the control group received ketamine too, so that dose, route and therapy "
            "are not what was compared there."
        )
    untested = [levels.moderator.title.lower() for levels in one.levels if levels.q is None]
    if untested:
        yield (
            f"Too few studies to compare levels: {', '.join(untested)}. That is no answer in "
            "either direction."
        )
    yield from (_tested(levels) for levels in one.levels if levels.q is not None)
    for slope in one.slopes:
        text = slope_text(slope, found.question.measure)
        what = f"{slope.moderator.title}, per {slope.moderator.unit}"
        if text:
            size = f"{counted(len(slope.labels), 'study')}"
            yield f"{what}: {found.question.measure} {_change(found, text)} ({size})."
        else:
            yield f"{what}: no line. {slope.why_not}"


def _tested(levels: LevelsFound) -> str:
    """A test between levels in words: its P value, and what it is not."""
    return (
        f"{levels.moderator.title}, {' against '.join(levels.tested)}: {_statistic(levels)}. A "
        "large P value is no evidence that they are alike, a small one none of what made them "
        f"differ. {levels.moderator.caution}"
    )


def _statistic(levels: LevelsFound) -> str:
    q = NUMBERS.fixed(levels.q, 2)
    return f"Q between levels {q} with {levels.df} df, {NUMBERS.p_value(levels.p_value)}"


def _change(found: Moderated, text: str) -> str:
    from ketameta.measures.catalog import measure

    ratio = measure(found.question.measure).is_ratio
    return f"times {text}" if ratio else f"changes by {text}"

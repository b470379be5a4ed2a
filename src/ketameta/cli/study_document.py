"""The card of a study, for reading."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ketameta.appraisal.catalog import FLAGS
from ketameta.cli.document import Block, Field, Fields, Heading, Paragraph, fields
from ketameta.cli.study_sources import part_sources, result_sources, source_words
from ketameta.counting import counted
from ketameta.records.loading import LoadedStudy
from ketameta.records.study import Arm, Study
from ketameta.reports.number_lines import NumberLine
from ketameta.reports.study_cards import StudyCard, study_card
from ketameta.synthesis.answer import Flag
from ketameta.tables.characteristics import arm_in_words


def study_document(loaded: LoadedStudy, flags: Sequence[Flag]) -> tuple[Block, ...]:
    """Everything a record says, its numbers with their sources, and what it lacks."""
    card = study_card(loaded, flags, {})
    return (
        *_head(card),
        *_flags(card),
        *_description(card, loaded.study),
        *_results(card, loaded),
        *_pairs("Contradictions", card.contradictions, tone="caution"),
        *_pairs("Notes", card.notes),
        *_pairs("Missing, and where it can be found", card.missing),
        *_pairs("Other reports of the same participants", card.reports),
        *_sources(card, loaded),
    )


def _head(card: StudyCard) -> Iterator[Block]:
    yield Heading(f"{card.label}, {card.substance}", card.id, level=1)
    if card.status == "included":
        yield Paragraph("included", tone="good")
    else:
        yield Paragraph(f"{card.status}: {card.status_reason}", tone="caution")
    yield Paragraph(card.citation)
    yield fields(
        ("Found under", ", ".join(link.text for link in card.links)), ("Record", card.file)
    )


def _flags(card: StudyCard) -> Iterator[Block]:
    if card.flags:
        yield Heading("Flags on the study as a whole")
        yield Fields(
            tuple(
                Field(
                    flag.code,
                    f"{FLAGS[flag.code].title}: {flag.message}",
                    tone="" if flag.severity == "info" else flag.severity,
                )
                for flag in card.flags
            )
        )


def _description(card: StudyCard, study: Study) -> Iterator[Block]:
    yield Heading("Design and participants")
    yield fields(*card.facts)
    yield Heading("Arms")
    yield fields(*((arm.label, _arm(arm)) for arm in study.arms))


def _arm(arm: Arm) -> str:
    role = str(arm.role) + (f" ({arm.control_type})" if arm.control_type else "")
    therapy = arm.psychotherapy
    details = [
        arm_in_words(arm),
        arm.dose_details,
        f"psychotherapy: {therapy.type}"
        + (f" ({counted(therapy.sessions, 'session')})" if therapy.sessions else ""),
        therapy.description,
        None if arm.n_randomised is None else f"n {arm.n_randomised}",
        arm.notes,
    ]
    return "; ".join([role, *(d.rstrip(".") for d in details if d)])


def _results(card: StudyCard, loaded: LoadedStudy) -> Iterator[Block]:
    yield Heading("Results")
    times = [len(line.time) for outcome in card.outcomes for line in outcome.lines]
    if not times:
        yield Paragraph("No result has been seen.", tone="caution")
    others = dict(result_sources(loaded))
    width = min(MOST_TIME, max(times, default=0))
    for outcome in card.outcomes:
        yield Heading(f"{outcome.construct}: {outcome.definition}", level=3)
        for line in outcome.lines:
            found = _result_fields(line, others.get(line.place, ()), width)
            yield Fields(tuple(found), indent=2)


MOST_TIME = 18
"""Times with longer names are broken, so that the numbers of a study stand under each other."""


def _result_fields(line: NumberLine, others: Sequence[str], width: int) -> Iterator[Field]:
    yield Field(line.time.ljust(width), line.numbers, tone="strong")
    yield Field("", line.details)
    yield Field("read in", source_words(line.source), tone="quiet")
    for other in others:
        yield Field("", other, tone="quiet")
    yield Field("", line.place, tone="quiet")


def _pairs(title: str, pairs: Sequence[tuple[str, str]], *, tone: str = "") -> Iterator[Block]:
    if pairs:
        yield Heading(title)
        yield Fields(tuple(Field("-", f"{about}: {text}", tone=tone) for about, text in pairs))


def _sources(card: StudyCard, loaded: LoadedStudy) -> Iterator[Block]:
    yield Heading("Sources of the description")
    yield fields(*part_sources(loaded))
    yield Heading("Documents read")
    yield Fields(
        tuple(
            Field("-", f"{link.text} ({level})" + (f" {link.href}" if link.href else ""))
            for link, level in card.sources
        )
    )

"""`Document`: a whole report as plain data, before any language is chosen."""

from __future__ import annotations

from dataclasses import dataclass

from ketameta.appraisal.study_flags import Subject, study_flags
from ketameta.figures.picture import Picture
from ketameta.reports.explorer.page_data import explorer_json
from ketameta.reports.headline import (
    FlagLine,
    Headline,
    headline,
    pool_flag_lines,
    study_flag_lines,
)
from ketameta.reports.inputs import ReportInputs
from ketameta.reports.methods_text import MethodsParagraph, methods_text
from ketameta.reports.part_files import part_pictures, part_tables
from ketameta.reports.parts import question_pieces, report_parts
from ketameta.reports.provenance import Provenance, software_versions
from ketameta.reports.question_pictures import question_pictures
from ketameta.reports.question_section import QuestionSection, question_section
from ketameta.reports.section import Section
from ketameta.reports.sections import sections
from ketameta.reports.study_cards import StudyCard, results_used, study_card
from ketameta.synthesis.answer import Answer, Flag
from ketameta.tables.characteristics import by_status
from ketameta.tables.exclusions import excluded_reports
from ketameta.tables.findings import overview
from ketameta.tables.flags import flag_key
from ketameta.tables.table import Table


@dataclass(frozen=True, slots=True)
class Document:
    """A report in the order in which it is read.

    `explorer` is what the page's script looks up; `tables` and `pictures` are also written as
    files of their own.
    """

    id: str
    title: str
    purpose: str
    search_date: str
    headline: Headline
    pool_flags: tuple[FlagLine, ...]
    study_flags: tuple[FlagLine, ...]
    limits: tuple[str, ...]
    overview: Table
    questions: tuple[QuestionSection, ...]
    answers: tuple[Answer, ...]
    characteristics: tuple[Table, ...]
    cards: tuple[StudyCard, ...]
    excluded: Table
    flag_key: Table
    methods: tuple[MethodsParagraph, ...]
    warnings: tuple[str, ...]
    explorer: str
    sections: tuple[Section, ...]
    tables: tuple[Table, ...]
    pictures: tuple[Picture, ...]
    provenance: Provenance


def document(inputs: ReportInputs) -> Document:
    """The report of a review."""
    review, evidence, answers = inputs.review, inputs.evidence, inputs.answers
    first = answers[0]
    flags = record_flags(inputs)
    used = results_used(answers)
    methods = methods_text(review, evidence, answers)
    parts = report_parts(inputs)
    return Document(
        id=review.id,
        title=review.title,
        purpose=review.purpose,
        search_date=review.search_date,
        headline=headline(first, review, parts.certainty.sentences(first.question.id)),
        pool_flags=pool_flag_lines(first.main),
        study_flags=study_flag_lines(first.main),
        limits=review.limits,
        overview=overview(answers),
        questions=tuple(
            question_section(
                answer,
                review,
                certainty=parts.certainty.sentences(answer.question.id),
                pictures=question_pictures(answer, review, evidence),
                more=question_pieces(answer, parts, inputs),
            )
            for answer in answers
        ),
        answers=answers,
        characteristics=by_status(evidence.studies, flags),
        cards=tuple(
            study_card(item, flags[item.study.id], used)
            for item in sorted(evidence.loaded, key=lambda i: (str(i.study.substance), i.study.id))
        ),
        excluded=excluded_reports(evidence.excluded),
        flag_key=flag_key(review.thresholds),
        methods=methods,
        warnings=tuple(problem.message for problem in evidence.problems),
        explorer=explorer_json(inputs),
        sections=sections(inputs, methods, parts),
        tables=part_tables(parts, inputs),
        pictures=part_pictures(parts, inputs),
        provenance=Provenance(
            software_versions(), tuple(sorted(inputs.hashes.items())), inputs.digest
        ),
    )


def record_flags(inputs: ReportInputs) -> dict[str, tuple[Flag, ...]]:
    """Flags of each study judged on its record alone, by id."""
    thresholds = inputs.review.thresholds
    return {study.id: study_flags(Subject(study, thresholds)) for study in inputs.evidence.studies}

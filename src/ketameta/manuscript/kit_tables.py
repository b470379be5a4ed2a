"""The tables of a manuscript: which there are, in order, and in which files they stand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ketameta.appraisal.study_flags import Subject, study_flags
from ketameta.manuscript.checklist import checklist
from ketameta.manuscript.docx_table import CaptionedTable
from ketameta.manuscript.phrases import lower_first
from ketameta.manuscript.risk_of_bias import assessed
from ketameta.manuscript.subject_matter import SubjectMatter
from ketameta.manuscript.texts import ManuscriptTexts
from ketameta.synthesis.answer import Answer, Flag
from ketameta.tables.characteristics import by_status
from ketameta.tables.effects import study_effects
from ketameta.tables.exclusions import excluded_reports
from ketameta.tables.findings import overview
from ketameta.tables.findings_summary import findings_summary, main_findings
from ketameta.tables.further import bayes_table
from ketameta.tables.risk_of_bias import rob_tables
from ketameta.tables.robustness import interval_methods, leave_one_out, sensitivity_sets
from ketameta.tables.table import Table

INCLUDED = "characteristics-included"


@dataclass(frozen=True, slots=True)
class TableFile:
    """Tables that stand in one file."""

    name: str
    title: str
    tables: tuple[CaptionedTable, ...]


def table_files(subject: SubjectMatter, texts: ManuscriptTexts) -> tuple[TableFile, ...]:
    """Every table, numbered through the files; files without a table are left out."""
    files, number = [], 0
    for name, title, tables in _groups(subject, texts):
        if tables:
            labelled = [
                CaptionedTable(_without_places(table), f"Table {number + place}")
                for place, table in enumerate(tables, start=1)
            ]
            files.append(TableFile(name, title, tuple(labelled)))
            number += len(tables)
    return tuple(files)


def _without_places(table: Table) -> Table:
    """The table without links to places of the report, which the kit does not hold."""
    rows = tuple(
        replace(
            row,
            cells=tuple(
                replace(cell, href="") if cell.href.startswith("#") else cell for cell in row.cells
            ),
        )
        for row in table.rows
    )
    return replace(table, rows=rows)


def _groups(
    subject: SubjectMatter, texts: ManuscriptTexts
) -> Iterator[tuple[str, str, Sequence[Table]]]:
    answers = [answer for answer in subject.answers if answer.main.k]
    yield "characteristics", "Characteristics of studies", _characteristics(subject)
    bias = [
        replace(table, caption=f"Risk of bias: {lower_first(table.caption)}")
        for table in rob_tables(assessed(subject))
    ]
    yield "risk-of-bias", "Risk of bias", bias
    chosen = main_findings(subject.grades, subject.certainty) if subject.whole else subject.grades
    yield "summary-of-findings", "Summary of findings", [findings_summary(chosen)]
    yield "overview", "Every question", [overview(subject.answers)]
    yield "results-by-study", "Results of each study", [study_effects(a) for a in answers]
    yield "sensitivity", "Sensitivity analyses", list(_sensitivity(subject, answers))
    yield (
        "excluded",
        "Reports left out, with reasons",
        [excluded_reports(subject.evidence.excluded)] if subject.evidence.excluded else [],
    )
    yield "prisma-checklist", "PRISMA 2020 checklist", [checklist(subject, texts)]


def _characteristics(subject: SubjectMatter) -> list[Table]:
    """Those of the included studies first; of some questions only the studies that they use."""
    used = {row.study for answer in subject.answers for row in answer.main.rows}
    studies = [s for s in subject.evidence.studies if subject.whole or s.id in used]
    thresholds = subject.review.thresholds
    flags: dict[str, tuple[Flag, ...]] = {
        study.id: study_flags(Subject(study, thresholds)) for study in studies
    }
    return [
        replace(table, caption="Characteristics of included studies")
        if table.id == INCLUDED
        else table
        for table in by_status(studies, flags)
    ]


def _sensitivity(subject: SubjectMatter, answers: Sequence[Answer]) -> Iterator[Table]:
    reasons = {s.id: s.why for s in subject.review.sets}
    for answer in answers:
        if answer.main.k < 2:
            continue
        found = (
            interval_methods(answer),
            leave_one_out(answer) if answer.leave_one_out else None,
            sensitivity_sets(answer, reasons) if answer.sensitivity else None,
            bayes_table(answer),
        )
        for table in found:
            if table is not None:
                yield replace(
                    table, caption=f"{answer.question.title}: {lower_first(table.caption)}"
                )

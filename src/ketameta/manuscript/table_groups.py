"""The tables of a manuscript in the order in which its text speaks of them, by file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ketameta.appraisal.study_flags import Subject, study_flags
from ketameta.manuscript.courses import courses
from ketameta.manuscript.phrases import lower_first
from ketameta.manuscript.risk_of_bias import assessed
from ketameta.manuscript.subject_matter import SubjectMatter
from ketameta.reports.safety_part import safety_part
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
HARMS = ("risks", "groups", "compared", "pooled", "missing")
COURSE = ("compared", "words")


@dataclass(frozen=True, slots=True)
class TableGroup:
    """Tables that stand in one file.

    Attributes
    ----------
    first
        The number of the first of them in the manuscript.
    """

    name: str
    title: str
    tables: tuple[Table, ...]
    first: int

    @property
    def numbers(self) -> range:
        """Their numbers."""
        return range(self.first, self.first + len(self.tables))


def table_groups(subject: SubjectMatter) -> tuple[TableGroup, ...]:
    """Every table but the checklist, numbered through the files; files without one are left out."""
    groups: list[TableGroup] = []
    for name, title, tables in _groups(subject):
        if tables:
            first = groups[-1].numbers.stop if groups else 1
            groups.append(TableGroup(name, title, tuple(tables), first))
    return tuple(groups)


def _groups(subject: SubjectMatter) -> Iterator[tuple[str, str, Sequence[Table]]]:
    answers = [answer for answer in subject.answers if answer.main.k]
    yield "characteristics", "Characteristics of studies", _characteristics(subject)
    excluded = subject.evidence.excluded
    yield (
        "excluded",
        "Reports left out, with reasons",
        [excluded_reports(excluded)] * bool(excluded),
    )
    yield "overview", "Every question", [overview(subject.answers)]
    bias = [
        replace(table, caption=f"Risk of bias: {lower_first(table.caption)}")
        for table in rob_tables(assessed(subject))
    ]
    yield "risk-of-bias", "Risk of bias", bias
    chosen = main_findings(subject.grades, subject.certainty) if subject.whole else subject.grades
    yield "summary-of-findings", "Summary of findings", [findings_summary(chosen)]
    yield "results-by-study", "Results of each study", [study_effects(a) for a in answers]
    yield "sensitivity", "Sensitivity analyses", list(_sensitivity(subject, answers))
    yield "durability", "Effects over time", list(_over_time(subject))
    yield "harms", "Harms", list(_harms(subject))


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


def _over_time(subject: SubjectMatter) -> Iterator[Table]:
    for course in courses(subject):
        yield from (course.tables[name] for name in COURSE if course.tables[name].rows)


def _harms(subject: SubjectMatter) -> Iterator[Table]:
    """Those of every study on record, and so of the whole review only."""
    if subject.whole:
        found = safety_part(subject.evidence, subject.review).tables
        yield from (found[name] for name in HARMS if found[name].rows)

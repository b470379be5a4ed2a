"""What `ketameta list` shows: plain rows for programs, a document for people, and a remark."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from ketameta.appraisal.study_flags import Subject, study_flags
from ketameta.cli.document import Block, Column, Grid, Heading, Line, without_column
from ketameta.cli.flag_legend import flag_legend
from ketameta.counting import counted
from ketameta.errors import UsageError
from ketameta.questions.question import Question, Review, Thresholds
from ketameta.records.problems import did_you_mean
from ketameta.records.store import Evidence
from ketameta.records.study import Study
from ketameta.records.vocabulary import Role, Status, Substance, Word, YesNo


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which studies to list; empty means all."""

    substances: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Listing:
    """A list in both forms, and what to say about it."""

    rows: tuple[dict[str, Any], ...]
    document: tuple[Block, ...]
    remark: str


def wanted(substances: Sequence[str], statuses: Sequence[str]) -> Wanted:
    """The filters with every word resolved; UsageError with the nearest word otherwise."""
    return Wanted(
        tuple(_word("--substance", word, Substance) for word in substances),
        tuple(_word("--status", word, Status) for word in statuses),
    )


def _word(option: str, word: str, words: type[Word]) -> str:
    known = [str(w) for w in words]
    fitting = [w for w in known if w.startswith(word.strip().lower())]
    if len(fitting) != 1:
        raise UsageError(f'list {option}: there is no "{word}". {did_you_mean(word, known)}')
    return fitting[0]


def study_listing(
    evidence: Evidence, review: Review, chosen: Wanted, *, wide: bool = False
) -> Listing:
    """The studies, grouped by substance."""
    files = {item.study.id: item.document.path.as_posix() for item in evidence.loaded}
    studies = [study for study in evidence.studies if _fits(study, chosen)]
    rows = tuple(_study_row(s, files[s.id], review.thresholds) for s in studies)
    legend = flag_legend(code for row in rows for code in row["flags"])
    document = (*_study_document(rows, wide=wide), *legend)
    remark = f"{len(rows)} of {counted(len(evidence.studies), 'study')}."
    if rows:
        remark += f" For one of them: ketameta show {rows[0]['id']}"
    return Listing(rows, document, remark)


def _fits(study: Study, chosen: Wanted) -> bool:
    return (not chosen.substances or study.substance in chosen.substances) and (
        not chosen.statuses or study.status in chosen.statuses
    )


def _study_row(study: Study, file: str, thresholds: Thresholds) -> dict[str, Any]:
    controls = [arm for arm in study.arms if arm.role is Role.CONTROL]
    return {
        "id": study.id,
        "label": study.label,
        "substance": str(study.substance),
        "status": str(study.status),
        "design": str(study.design.type),
        "randomised": str(study.design.randomised),
        "n": participants(study),
        "control_types": list(dict.fromkeys(str(arm.control_type) for arm in controls)),
        "flags": [flag.code for flag in study_flags(Subject(study, thresholds))],
        "file": file,
    }


def participants(study: Study) -> int | None:
    """Number enrolled; where it is not known the number randomised or analysed."""
    randomised = [arm.n_randomised for arm in study.arms]
    if study.design.enrolled_n is not None:
        return study.design.enrolled_n
    if all(n is not None for n in randomised):
        return sum(n for n in randomised if n is not None)
    return study.design.analysed_n


def design_words(row: dict[str, Any]) -> str:
    """Design and allocation in the fewest words: "parallel RCT", "before-after"."""
    design = str(row["design"]).removesuffix(" controlled")
    return f"{design} RCT" if row["randomised"] == YesNo.YES else design


def _study_document(rows: Sequence[dict[str, Any]], *, wide: bool) -> Iterator[Block]:
    substances, statuses = [str(s) for s in Substance], [str(s) for s in Status]

    def place(row: dict[str, Any]) -> tuple[int, int, str]:
        return substances.index(row["substance"]), statuses.index(row["status"]), row["id"]

    for substance, group in groupby(sorted(rows, key=place), key=lambda row: str(row["substance"])):
        members = list(group)
        yield Heading(substance, counted(len(members), "study"))
        columns = (
            Column("Study", least=min(MOST_ID, _widest(rows, "id") + 1)),
            Column("Label", least=min(MOST_ID, _widest(rows, "label"))),
            Column("Design", least=14),
            Column("n", right=True, least=4),
            Column("Control", firm=False, least=14),
            Column("Flags", firm=False, least=14),
        )
        grid = Grid(columns, tuple(_study_lines(members)))
        yield grid if wide else without_column(grid, 1)


MOST_ID = 20
"""Longer ids widen the column only in their own group."""


def _widest(rows: Sequence[dict[str, Any]], key: str) -> int:
    return max((len(str(row[key])) for row in rows), default=0)


def _study_lines(members: Sequence[dict[str, Any]]) -> Iterator[Line]:
    for status, group in groupby(members, key=lambda row: str(row["status"])):
        yield Line((status, "", "", "", "", ""), tone="quiet")
        for row in group:
            yield Line(
                (
                    f" {row['id']}",
                    row["label"],
                    design_words(row),
                    "" if row["n"] is None else str(row["n"]),
                    ", ".join(row["control_types"]),
                    " ".join(row["flags"]),
                )
            )


def excluded_listing(evidence: Evidence, chosen: Wanted) -> Listing:
    """Reports that were looked at and left out."""
    kept = [
        report
        for report in evidence.excluded
        if not chosen.substances or report.substance in chosen.substances
    ]
    rows = tuple(
        {
            "id": r.id,
            "substance": str(r.substance),
            "citation": r.citation,
            "reason": r.reason,
            "doi": r.doi,
            "pmid": r.pmid,
            "registration": r.registration,
            "note": r.note,
        }
        for r in kept
    )
    columns = (
        Column("Report", least=_widest(rows, "id"), tone="strong"),
        Column("Substance"),
        Column("Why it was left out", firm=False, least=24),
    )
    lines = tuple(Line((r.id, str(r.substance), r.reason)) for r in kept)
    remark = f"{counted(len(rows), 'report')} left out."
    return Listing(rows, (Grid(columns, lines),) if lines else (), remark)


def question_listing(review: Review) -> Listing:
    """The questions of a review."""
    rows = tuple(_question_row(question) for question in review.questions)
    columns = (
        Column("Question", least=_widest(rows, "id"), tone="strong"),
        Column("Measure"),
        Column("Asks", firm=False, least=24),
    )
    lines = tuple(Line((row["id"], row["measure"], row["text"])) for row in rows)
    remark = f"For an answer: ketameta pool {review.questions[0].id}"
    heading = Heading(review.title, f"{len(rows)} questions", level=1)
    return Listing(rows, (heading, Grid(columns, lines)), remark)


def _question_row(question: Question) -> dict[str, Any]:
    time = question.time
    return {
        "id": question.id,
        "title": question.title,
        "text": question.text,
        "measure": question.measure,
        "time": time if isinstance(time, str) else f"weeks {time.minimum} to {time.maximum}",
        "better": str(question.better),
        "sensitivity": list(question.sensitivity),
    }

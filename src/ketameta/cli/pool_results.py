"""Results of `ketameta pool` in every form, and where they go."""

from __future__ import annotations

from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

from ketameta.cli.answer_document import answer_document
from ketameta.cli.data_analysis import analyse_table
from ketameta.cli.data_options import DataRequest
from ketameta.cli.document import Document, Paragraph
from ketameta.cli.machine_formats import to_csv, to_json
from ketameta.cli.markdown import to_markdown
from ketameta.cli.method_options import Methods
from ketameta.cli.output import Output
from ketameta.cli.overview_document import overview_document
from ketameta.cli.pool_json import answer_json, flat, table_json
from ketameta.cli.saving import MARK, check_target, save
from ketameta.cli.table_document import table_document
from ketameta.cli.terminal import to_terminal
from ketameta.cli.workspace import Workspace
from ketameta.errors import UsageError
from ketameta.synthesis.answer import Answer

MARKS = {"json": b'"tau2_ci_low"', "csv": b"tau2_ci_low", "md": MARK, "table": MARK}
"""What an earlier result of the same form holds."""
FOR_PAGES = 200
"""Width of a document that is not read on a terminal: every column is kept."""


@dataclass(frozen=True, slots=True)
class PoolOutcome:
    """A result as values for JSON, lines for CSV, and a document; and a remark on it."""

    values: Any
    lines: tuple[dict[str, Any], ...]
    document: Document
    wide_document: Document
    remark: str = ""


def check_out(out: Path, style: str, data: Path | None, *, force: bool) -> None:
    """Refuse a target that must not be overwritten; the table itself never is."""
    if data is not None and out.exists() and data.exists() and out.samefile(data):
        raise UsageError(f"{out}: is the table that is read. Choose another name.")
    check_target(out, mark=MARKS[style], force=force)


def of_table(request: DataRequest, methods: Methods, output: Output) -> PoolOutcome:
    """A user's table, pooled."""
    analysed = analyse_table(request, methods)
    for note in analysed.notes:
        output.say(note)
    values = table_json(analysed)
    found = values if isinstance(values, list) else [values]
    lines = [{**({"by": v["by"]} if analysed.by else {}), **flat(v)} for v in found]
    return PoolOutcome(
        values,
        tuple(lines),
        table_document(analysed, output.width),
        table_document(analysed, FOR_PAGES),
    )


def of_review(
    workspace: Workspace,
    question: str | None,
    methods: Methods,
    *,
    review_file: Path | None,
    output: Output,
) -> PoolOutcome:
    """The review's questions, or one of them."""
    # Imported here: a user's table needs neither records nor flags.
    from ketameta.appraisal.answers import answer_question, answer_review
    from ketameta.questions.loading import find_question

    review = methods.applied_to(workspace.review(review_file))
    if question is not None:
        asked = find_question(review, question)
        answer = answer_question(asked, review, workspace.evidence(output))
        why = {s.id: s.why for s in review.sets}
        return PoolOutcome(
            answer_json(answer),
            tuple(_lines(answer)),
            answer_document(answer, why, output.width),
            answer_document(answer, why, FOR_PAGES),
        )
    answers = answer_review(review, workspace.evidence(output))
    values = [answer_json(answer) for answer in answers]
    return PoolOutcome(
        values,
        tuple(
            {"question": v["question"], "state": v["state"], "n": v["n"], **flat(v)} for v in values
        ),
        overview_document(answers, review, output.width),
        overview_document(answers, review, FOR_PAGES),
        f"For one of them in full: ketameta pool {answers[0].question.id}",
    )


def _lines(answer: Answer) -> list[dict[str, Any]]:
    """The main analysis and all its variations, one line each."""
    values = answer_json(answer)
    kinds = {
        "main": [values],
        **{k: values[k] for k in ("subgroups", "sensitivity", "leave_one_out")},
    }
    return [
        {"analysis": kind, "id": v["id"], "state": v["state"], "n": v["n"], **flat(v)}
        for kind, analyses in kinds.items()
        for v in analyses
    ]


def deliver(outcome: PoolOutcome, style: str, out: Path | None, output: Output) -> None:
    """Write a result to its file, or to standard output."""
    if out is not None:
        signed = replace(
            outcome,
            document=(*outcome.document, _signature()),
            wide_document=(*outcome.wide_document, _signature()),
        )
        save(out, _text(signed, style, Output(colour=False, width=output.width)))
        output.say(f"Written: {out}")
        return
    output.result(_text(outcome, style, output))
    if outcome.remark and style == "table":
        output.say(outcome.remark)


def _signature() -> Paragraph:
    """By which a file is recognised, and a reader can tell how it was made."""
    return Paragraph(f"Made by ketameta {version('ketameta')}.", tone="quiet")


def _text(outcome: PoolOutcome, style: str, output: Output) -> str:
    if style == "json":
        return to_json(outcome.values)
    if style == "csv":
        return to_csv(outcome.lines)
    if style == "md":
        return to_markdown(outcome.wide_document)
    return to_terminal(outcome.document, output)

"""Results of `ketameta pool` in every form, and where they go."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ketameta.cli.answer_document import answer_document
from ketameta.cli.data_analysis import analyse_table
from ketameta.cli.data_options import DataRequest
from ketameta.cli.document import Document
from ketameta.cli.machine_formats import to_csv, to_json
from ketameta.cli.markdown import to_markdown
from ketameta.cli.method_details import method_details
from ketameta.cli.method_options import Methods
from ketameta.cli.narrowing import Narrowing
from ketameta.cli.output import Output
from ketameta.cli.overview_document import overview_document
from ketameta.cli.pool_json import answer_json, flat, table_json
from ketameta.cli.question_answers import Answered, answered, methods_in, with_decision
from ketameta.cli.result_options import Delivery
from ketameta.cli.table_document import table_document
from ketameta.cli.terminal import to_terminal
from ketameta.cli.workspace import Workspace
from ketameta.errors import UsageError

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
    wish: tuple[str | None, Narrowing],
    methods: Methods,
    *,
    review_file: Path | None,
    output: Output,
) -> PoolOutcome:
    """The review's questions, or one of them, asked of all studies or of fewer."""
    # Imported here: a user's table needs neither records nor flags.
    from ketameta.questions.loading import find_question

    question, narrowing = wish
    review = methods_in(workspace.review(review_file), methods)
    for note in methods.notes:
        output.say(note)
    if question is not None:
        evidence = workspace.evidence(output)
        asked = narrowing.applied_to(find_question(review, question), review, evidence)
        found = answered(asked, review, evidence, methods)
        if methods.decision is not None:
            folder = workspace.review_file(review_file).parent
            found = with_decision(found, review, evidence, (folder, methods.decision))
        why = {s.id: s.why for s in review.sets}
        return PoolOutcome(
            answer_json(found),
            tuple(_lines(found)),
            _document(found, why, output.width),
            _document(found, why, FOR_PAGES),
        )
    if methods.threshold is not None or methods.decision is not None:
        raise UsageError(
            "--threshold: is on the scale of one measure, and the questions have several. Name a "
            "QUESTION."
        )
    evidence = workspace.evidence(output)
    every = [answered(question, review, evidence, methods) for question in review.questions]
    answers = [found.answer for found in every]
    values = [answer_json(found) for found in every]
    return PoolOutcome(
        values,
        tuple(
            {"question": v["question"], "state": v["state"], "n": v["n"], **flat(v)} for v in values
        ),
        overview_document(answers, review, output.width),
        overview_document(answers, review, FOR_PAGES),
        f"For one of them in full: ketameta pool {answers[0].question.id}",
    )


def _document(found: Answered, why: Mapping[str, str], width: int) -> Document:
    told = found.told.get(("main", found.answer.main.id), {})
    return (*answer_document(found.answer, why, width), *method_details(told))


def _lines(found: Answered) -> list[dict[str, Any]]:
    """The main analysis and all its variations, one line each."""
    values = answer_json(found)
    kinds = {
        "main": [values],
        **{k: values[k] for k in ("subgroups", "sensitivity", "leave_one_out")},
    }
    return [
        {"analysis": kind, "id": v["id"], "state": v["state"], "n": v["n"], **flat(v)}
        for kind, analyses in kinds.items()
        for v in analyses
    ]


def deliver(outcome: PoolOutcome, delivery: Delivery, output: Output) -> None:
    """Write a result to its file, or to standard output."""
    output.result(_text(outcome, delivery.style, output))
    if outcome.remark and delivery.style == "table" and delivery.out is None:
        output.say(outcome.remark)


def _text(outcome: PoolOutcome, style: str, output: Output) -> str:
    if style == "json":
        return to_json(outcome.values)
    if style == "csv":
        return to_csv(outcome.lines)
    if style == "md":
        return to_markdown(outcome.wide_document)
    return to_terminal(outcome.document, output)

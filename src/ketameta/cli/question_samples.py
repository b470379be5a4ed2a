"""The estimates behind a question of the review."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ketameta.appraisal.answers import answer_question
from ketameta.cli.curated_rows import curated_rows
from ketameta.cli.data_samples import Behind, Rows, Sample, Samples, unused_row
from ketameta.cli.method_options import Methods
from ketameta.cli.output import Output
from ketameta.cli.workspace import Workspace
from ketameta.errors import DataError
from ketameta.measures.catalog import measure
from ketameta.questions.loading import find_question
from ketameta.synthesis.answer import LeftOut
from ketameta.synthesis.moderator_values import moderator_columns
from ketameta.synthesis.question_tornado import Asked


def question_samples(
    workspace: Workspace,
    question: str,
    methods: Methods,
    review_file: Path | None,
    output: Output,
    *,
    columns: bool = False,
) -> Samples:
    """The estimates that the review uses to answer a question, as one sample.

    Parameters
    ----------
    columns
        With the studies as rows of a table, for commands that work on columns.

    Raises
    ------
    UsageError
        When there is no such question.
    DataError
        When no study gives an estimate.
    """
    review = workspace.review(review_file)
    if methods.zero_cells is not None and methods.program is None:
        review = Methods(zero_cells=methods.zero_cells).applied_to(review)
    asked = find_question(review, question)
    evidence = workspace.evidence(output)
    answer = answer_question(asked, review, evidence)
    main = answer.main
    if main.pooled is None:
        raise DataError(
            f"{asked.id}: no study gives an estimate. ketameta pool {asked.id} says why."
        )
    more = moderator_columns(main.rows, evidence) if columns else {}
    rows = curated_rows(answer, str(review.choices.zero_cells), methods.program, more=more)
    entry = measure(answer.question.measure)
    if rows.computed.estimates.k == 0:
        raise DataError(f"{asked.id}: no study gives an estimate under this preset.")
    sample = Sample(
        asked.id,
        answer.question.title,
        entry,
        rows.computed.estimates,
        (*main.left_out, *_without_estimate(rows)),
        rows if columns else None,
        curated=True,
        behind=Behind(Asked(asked, review, evidence), answer),
    )
    return Samples(asked.id, entry, "question", (sample,))


def _without_estimate(rows: Rows) -> Iterator[LeftOut]:
    """Studies that the review uses and a preset does not."""
    for item in rows.computed.excluded:
        yield unused_row(item.label, item.reason, rows.table.where(item.row))

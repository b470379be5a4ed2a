"""The estimates behind a question of the review."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from ketameta.appraisal.answers import answer_question
from ketameta.cli.data_samples import Sample, Samples
from ketameta.cli.method_options import Methods
from ketameta.cli.output import Output
from ketameta.cli.workspace import Workspace
from ketameta.errors import DataError
from ketameta.measures.catalog import measure
from ketameta.measures.estimates import EffectEstimates
from ketameta.questions.loading import find_question


def question_samples(
    workspace: Workspace,
    question: str,
    methods: Methods,
    review_file: Path | None,
    output: Output,
) -> Samples:
    """The estimates that the review uses to answer a question, as one sample.

    Raises
    ------
    UsageError
        When there is no such question.
    DataError
        When no study gives an estimate.
    """
    review = workspace.review(review_file)
    if methods.zero_cells is not None:
        review = Methods(zero_cells=methods.zero_cells).applied_to(review)
    asked = find_question(review, question)
    answer = answer_question(asked, review, workspace.evidence(output))
    main = answer.main
    if main.pooled is None:
        raise DataError(
            f"{asked.id}: no study gives an estimate. ketameta pool {asked.id} says why."
        )
    sizes = [row.n for row in main.rows]
    estimates = EffectEstimates(
        answer.question.measure,
        np.array([row.y for row in main.rows]),
        np.array([row.v for row in main.rows]),
        main.pooled.labels,
        None if None in sizes else np.array(sizes, dtype=np.float64),
    )
    entry = measure(answer.question.measure)
    sample = Sample(asked.id, answer.question.title, entry, estimates, main.left_out)
    return Samples(asked.id, entry, "question", (sample,))

"""The answer that a forest plot draws: a review's question, or a user's table with subgroups."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from ketameta.cli.data_analysis import analyse_table
from ketameta.cli.data_options import DataRequest
from ketameta.cli.method_options import Methods
from ketameta.cli.narrowing import Narrowing
from ketameta.cli.output import Output
from ketameta.cli.question_answers import answered, methods_in
from ketameta.cli.workspace import Workspace
from ketameta.questions.loading import find_question
from ketameta.synthesis.answer import Answer, Subgroup


def of_question(
    workspace: Workspace,
    wish: tuple[str | None, Narrowing],
    methods: Methods,
    *,
    review_file: Path | None,
    output: Output,
) -> Answer:
    """A question of the review; the first one if none is named."""
    question, narrowing = wish
    review = methods_in(workspace.review(review_file), methods)
    asked = find_question(review, question or review.questions[0].id)
    if question is None:
        output.say(
            f"{asked.id}: the first question of the review. Others: ketameta list --questions"
        )
    evidence = workspace.evidence(output)
    narrowed = narrowing.applied_to(asked, review, evidence)
    return answered(narrowed, review, evidence, methods).answer


def of_table(
    request: DataRequest,
    methods: Methods,
    better: str | None,
    output: Output,
    *,
    title: str | None = None,
) -> Answer:
    """All rows of a table; the values of `--by` become subgroups, the file's name the title."""
    analysed = analyse_table(replace(request, by=None), methods)
    for note in analysed.notes:
        output.say(note)
    answer = analysed.groups[0].answer
    if request.by is not None:
        groups = analyse_table(request, methods).groups
        answer = replace(
            answer,
            subgroups=tuple(Subgroup(g.value or "no value", g.analysis) for g in groups),
        )
    name = "table" if request.file is None or str(request.file) == "-" else request.file.stem
    question = replace(
        answer.question, id=name, title=title or name, better=better or answer.question.better
    )
    for item in answer.main.left_out:
        output.say(f"{item.where}: {item.label}: {item.reason}. It is not in the plot.")
    return replace(answer, question=question)

"""`ketameta export r`: the data and models of an analysis as a script for R and metafor."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ketameta.cli.data_options import DataRequest, data_options
from ketameta.cli.failures import FINE
from ketameta.cli.method_options import Methods, method_options, weighting_option
from ketameta.cli.options import OUT, everywhere, review_option
from ketameta.cli.output import Output
from ketameta.cli.workspace import Workspace
from ketameta.counting import counted
from ketameta.errors import UsageError

if TYPE_CHECKING:
    from ketameta.exchange.r_script.script import ScriptAnalysis
    from ketameta.synthesis.answer import Answer


@click.command(
    "r",
    epilog="""\b
Examples:
  ketameta export r -o review.R
  ketameta export r abstinence-longest -o abstinence.R
  ketameta export r --data trials.csv --measure OR --method mh -o trials.R
\b
Then, where R with metafor and jsonlite is installed:
  Rscript review.R
""",
)
@click.argument("question", required=False)
@data_options
@weighting_option
@method_options
@click.option(
    *OUT,
    type=click.Path(path_type=Path),
    metavar="FILE",
    required=True,
    help="Script to write.",
)
@click.option("--force", is_flag=True, help="Replace FILE if it exists.")
@review_option
@everywhere
@click.pass_context
def export_r(
    ctx: click.Context,
    question: str | None,
    request: DataRequest,
    methods: Methods,
    out: Path,
    force: bool,
    review_file: Path | None,
) -> int:
    """Write a script that does the same analysis in R.

    The script holds the data and calls metafor with the same methods: pooled mean, intervals,
    prediction interval, interval of tau2, leave-one-out; Mantel-Haenszel, Peto and mixed models
    from counts. It prints its results as JSON, which equal those of ketameta pool; where the two
    differ on purpose, a comment says so. Text of your files stands in it as text and does nothing.
    """
    from ketameta import __version__
    from ketameta.cli.saving import check_place, save
    from ketameta.exchange.r_script.script import r_script

    if request.file is not None and question is not None:
        raise UsageError("export r: QUESTION and --data exclude each other. Choose one.")
    if methods.program is not None:
        raise UsageError("--preset: a script calls metafor's own methods. Name them one by one.")
    check_place(out, request.file)
    if request.file is not None:
        title, analyses = str(request.file), list(_of_table(request, methods))
    else:
        request.refuse_without_file()
        workspace = Workspace.of(ctx)
        title, answers, rule = _answers(workspace, question, methods, review_file)
        analyses = [_of_answer(answer, rule) for answer in answers]
    made_by = f"ketameta {__version__}"
    output = Output.here()
    output.say(save(out, r_script(analyses, title=title, made_by=made_by), force=force))
    output.result(f"{out}: {counted(len(analyses), 'analysis')}. Run it: Rscript {out}")
    return FINE


def _of_table(request: DataRequest, methods: Methods) -> Iterator[ScriptAnalysis]:
    from ketameta.cli.count_methods import pool_counts
    from ketameta.cli.data_analysis import pool_carefully
    from ketameta.cli.data_samples import table_samples
    from ketameta.exchange.r_script.script import ScriptAnalysis

    methods.check()
    samples = table_samples(request, zero_cells=methods.zero_cells)
    for note in samples.notes:
        Output.here().say(note)
    for sample in samples.samples:
        if methods.from_counts:
            found = pool_counts(sample, str(methods.method), methods)
            sample, pooled = found.sample, found.pooled
        else:
            some = sample.estimates.k > 0
            pooled = pool_carefully(samples.source, sample.estimates, methods) if some else None
        computed = sample.rows.computed if sample.rows else None
        columns = {} if computed is None else computed.inputs
        yield ScriptAnalysis(
            key="all" if request.by is None else sample.key or "(empty)",
            title=sample.title,
            measure=sample.measure.code,
            labels=sample.estimates.labels,
            y=[float(value) for value in sample.estimates.y],
            v=[float(value) for value in sample.estimates.v],
            pooled=pooled,
            columns={
                name: [float(value) for value in values[computed.rows]]
                for name, values in columns.items()
                if computed is not None
            },
            zero_cells=methods.zero_cells or "only0",
            tau2_interval=methods.choices().tau2_interval,
        )


def _answers(
    workspace: Workspace, question: str | None, methods: Methods, review_file: Path | None
) -> tuple[str, tuple[Answer, ...], str]:
    """The title, the answers, and the rule for zero cells of the review."""
    from ketameta.appraisal.answers import answer_question, answer_review
    from ketameta.questions.loading import find_question

    review = methods.applied_to(workspace.review(review_file))
    evidence = workspace.evidence(Output.here())
    rule = review.choices.zero_cells
    if question is None:
        return review.title, answer_review(review, evidence), rule
    asked = find_question(review, question)
    title = f"{review.title}: {asked.title}"
    return title, (answer_question(asked, review, evidence),), rule


def _of_answer(answer: Answer, rule: str) -> ScriptAnalysis:
    from ketameta.exchange.r_script.script import ScriptAnalysis

    rows = answer.main.rows
    columns = {
        f"{name}_{number}": [getattr(side, name) for side in sides]
        for number, sides in enumerate(
            ([row.experimental for row in rows], [row.control for row in rows]), start=1
        )
        for name in ("events", "n", "mean", "sd")
    }
    given = {name: v for name, v in columns.items() if any(value is not None for value in v)}
    return ScriptAnalysis(
        key=answer.question.id,
        title=answer.question.title,
        measure=answer.question.measure,
        labels=[row.label for row in rows],
        y=[row.y for row in rows],
        v=[row.v for row in rows],
        pooled=answer.main.pooled,
        columns=given,
        zero_cells=rule,
    )

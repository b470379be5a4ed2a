"""`ketameta export data`: the analysis data set of a review in the format of another program."""

from __future__ import annotations

from pathlib import Path

import click

from ketameta.cli.failures import FINE
from ketameta.cli.options import OUT, everywhere, review_option
from ketameta.cli.output import Output
from ketameta.cli.workspace import Workspace
from ketameta.counting import counted


@click.command(
    "data",
    epilog="""\b
Examples:
  ketameta export data --out review.sav
  ketameta export data --out review.dta
  ketameta export data abstinence-longest --out abstinence.csv

By the ending: .sav, .zsav, .por (SPSS), .dta (Stata), .xpt (SAS), .xlsx, .csv, .tsv, .tab,
.parquet. The notes on the data set stand in .sav, .zsav, .dta, .xlsx and .parquet. Beside .xpt
stands a program for SAS (.sas) with the notes and the labels of missing values, which a transport
file cannot hold. .por, .csv, .tsv and .tab are written without notes. In .csv, .tsv, .tab and
.xlsx, text that a spreadsheet would run as a formula gets an apostrophe in front, which is taken
away when ketameta reads the file again.
""",
)
@click.argument("question", required=False)
@click.option(
    *OUT,
    type=click.Path(path_type=Path),
    metavar="FILE",
    required=True,
    help="File to write; its ending says the format.",
)
@click.option("--force", is_flag=True, help="Replace FILE if it exists.")
@review_option
@everywhere
@click.pass_context
def export_data(
    ctx: click.Context, question: str | None, out: Path, force: bool, review_file: Path | None
) -> int:
    """Write the analysis data set: a row per study and question.

    Each row holds the study, both arms, the effect yi with its sampling variance vi, the weight,
    flags and the source. Columns have labels; words are codes with labels in .sav, .zsav and .dta;
    a number that no source gives is declared missing (-9 in .sav, .a in .dta, .A in .xpt), one
    that does not apply as well (-8, .b, .B; in .sav not of means, which may be -8). Pooling yi and
    vi of the file gives the answer of the review.
    """
    from ketameta.appraisal.answers import answer_question, answer_review
    from ketameta.cli.saving import check_place, save_table
    from ketameta.exchange.analysis_data import analysis_data
    from ketameta.exchange.writing import writer_for
    from ketameta.questions.loading import find_question

    writer_for(out)
    check_place(out)
    output = Output.here()
    workspace = Workspace.of(ctx)
    review = workspace.review(review_file)
    evidence = workspace.evidence(output)
    if question is None:
        answers = answer_review(review, evidence)
        name, title = review.id, review.title
    else:
        asked = find_question(review, question)
        answers = (answer_question(asked, review, evidence),)
        name, title = asked.id, f"{review.title}: {asked.title}"
    data = analysis_data(answers, name=name, title=title)
    save_table(data, out, force=force, output=output)
    output.result(f"{out}: {counted(data.size, 'row')}, {len(data.variables)} columns.")
    return FINE

"""`ketameta forest`: a forest plot in a file."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

from ketameta.cli.data_options import DataRequest, data_options
from ketameta.cli.failures import FINE
from ketameta.cli.method_options import Methods, method_options
from ketameta.cli.narrowing import Narrowing, narrowing_options
from ketameta.cli.options import everywhere, review_option, saving_options
from ketameta.cli.output import Output
from ketameta.cli.plot_files import dpi_option
from ketameta.cli.workspace import Workspace
from ketameta.errors import UsageError


@click.command(
    epilog="""\b
Examples:
  ketameta forest abstinence-longest -o forest.svg
  ketameta forest abstinence-longest --style bmj --printed -o forest.pdf
  ketameta forest abstinence-longest --dpi 600 -o forest.tiff
  ketameta forest abstinence-end-of-treatment --rob domains -o forest.pdf
  ketameta forest --data trials.csv --measure OR --by substance -o forest.png
"""
)
@click.argument("question", required=False)
@data_options
@click.option(
    "--style",
    default="default",
    metavar="NAME",
    show_default=True,
    help="House style: default, cochrane, bmj, jama, lancet or plain.",
)
@click.option(
    "--sort",
    default="given",
    metavar="ORDER",
    show_default=True,
    help="Order of the studies: given, label, effect or weight.",
)
@click.option(
    "--better",
    type=click.Choice(["higher", "lower"]),
    help="With --data: which direction favours group 1; without it nothing is said about favour.",
)
@click.option(
    "--title", metavar="TEXT", help="Heading of the figure.  [default: question, or name of FILE]"
)
@click.option(
    "--rob",
    type=click.Choice(["overall", "domains", "none"]),
    default="overall",
    show_default=True,
    help="Risk of bias of the assessed studies: the overall judgement, every domain, or nothing.",
)
@click.option(
    "--printed",
    is_flag=True,
    help="Fit a page of 17 cm: without control types and flags, which tables have, and with "
    "letters of 7 points or more.",
)
@click.option("--main-only", is_flag=True, help="Leave out the other sets of studies.")
@dpi_option
@method_options
@narrowing_options
@saving_options
@review_option
@everywhere
@click.pass_context
def forest(
    ctx: click.Context,
    question: str | None,
    request: DataRequest,
    style: str,
    sort: str,
    better: str | None,
    title: str | None,
    rob: str,
    printed: bool,
    main_only: bool,
    dpi: int,
    methods: Methods,
    narrowing: Narrowing,
    out: Path | None,
    force: bool,
    review_file: Path | None,
) -> int:
    """Draw a forest plot (SVG, PDF, PNG, TIFF, EPS, HTML).

    The kind of file follows from the name given with -o. Without QUESTION and --data the first
    question of the review is drawn. With --data a table is drawn; --by makes subgroups.
    """
    from ketameta.cli import forest_answers
    from ketameta.cli.plot_files import NO_SIGN, check_picture_place
    from ketameta.cli.saving import save
    from ketameta.figures.forest.layout import layout
    from ketameta.figures.forest.save import FORMATS, content
    from ketameta.figures.forest.style import forest_style
    from ketameta.figures.forest.style import printed as on_page
    from ketameta.figures.text_metrics import undrawable

    output = Output.here()
    if out is None:
        raise UsageError("forest: no file. Add for example -o forest.svg")
    if request.file is not None and question is not None:
        raise UsageError("forest: QUESTION and --data exclude each other. Choose one.")
    house = on_page(style) if printed else forest_style(style)
    chosen = replace(house, risk_of_bias=rob)
    check_picture_place(out, request.file, FORMATS)
    if request.file is not None:
        narrowing.refuse_without_question("forest")
        answer = forest_answers.of_table(request, methods, better, output, title=title)
    else:
        request.refuse_without_file()
        answer = forest_answers.of_question(
            Workspace.of(ctx),
            (question, narrowing),
            methods,
            review_file=review_file,
            output=output,
        )
        if title is not None:
            answer = replace(answer, question=replace(answer.question, title=title))
    plan = layout(answer, style=chosen, sort=sort, sensitivity=not main_only)
    output.say(save(out, content(plan, out, dpi=dpi), force=force))
    names = (plan.title, *(row.label for row in plan.rows))
    if out.suffix.lower() != ".html" and undrawable(names):
        output.say(f"{NO_SIGN}, or draw a page (.html), which takes the reader's fonts.")
    output.result(str(out))
    output.say(plan.alt)
    return FINE

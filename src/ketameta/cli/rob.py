"""`ketameta rob`: risk of bias of every result that was assessed."""

from __future__ import annotations

from pathlib import Path

import click

from ketameta.cli.failures import FINE
from ketameta.cli.options import everywhere, format_option, review_option, saving_options
from ketameta.cli.output import Output
from ketameta.cli.result_options import form_of
from ketameta.cli.signing import sign_option
from ketameta.cli.workspace import Workspace
from ketameta.errors import UsageError
from ketameta.figures.figure_kind import ENDINGS


@click.command(
    epilog="""\b
Examples:
  ketameta rob
  ketameta rob dakwar-2019
  ketameta rob --question abstinence-longest -o traffic-lights.svg
  ketameta rob --question abstinence-longest --bars -o weights.svg
  ketameta rob --disagreements
  ketameta rob --format csv > judgements.csv
  ketameta rob dakwar-2019 --sign "Jane Doe"
""",
)
@click.argument("study", required=False)
@click.option(
    "--question", metavar="ID", help="Only the results that this question of the review uses."
)
@click.option("--disagreements", is_flag=True, help="Where two raters differ, and their agreement.")
@click.option(
    "--bars", is_flag=True, help="With --question and -o: bars of the weight at each level."
)
@sign_option("the drafted assessments of STUDY")
@click.option(
    "--palette",
    type=click.Choice(["default", "cochrane"]),
    default="default",
    show_default=True,
    help="Colours of figures; the signs are the same.",
)
@format_option("table", "json", "csv", "md")
@saving_options
@review_option
@everywhere
@click.pass_context
def rob(
    ctx: click.Context,
    study: str | None,
    question: str | None,
    disagreements: bool,
    bars: bool,
    signer: str | None,
    palette: str,
    style: str,
    out: Path | None,
    force: bool,
    review_file: Path | None,
) -> int:
    """Show the risk of bias of every assessed result.

    A row is a result, a column a domain of the tool: RoB 2, ROBINS-I, or a checklist for single
    groups. With STUDY, the id of a record, every question is shown with its answer, what supports
    it and where that was read. JSON and CSV hold every judgement of every rater beside what the
    tool proposes. Assessments are drafts until a first and a second person confirm them with
    --sign; who judges otherwise writes an assessment of their own. With -o and a name ending in
    .svg, .pdf, .png, .tiff or .eps the figure is drawn.
    """
    from ketameta.cli.rob_forms import RiskOfBias

    if study is not None and (question is not None or disagreements):
        raise UsageError("rob: STUDY goes with neither --question nor --disagreements. Choose one.")
    if signer is not None and (study is None or out is not None):
        raise UsageError(
            "rob: --sign is for one study, and alone. For example: ketameta rob dakwar-2019 "
            '--sign "Jane Doe"'
        )
    if bars and question is None:
        raise UsageError("rob: --bars needs the weights of an analysis. Add --question ID.")
    workspace = Workspace.of(ctx)
    asked = RiskOfBias.of(workspace, (study, question), review_file, Output.here(), palette)
    if signer is not None:
        asked.sign(signer, workspace)
        return FINE
    suffix = "" if out is None else out.suffix.lower()
    if out is not None and suffix in ENDINGS:
        if disagreements:
            raise UsageError(
                f"{out}: disagreements are a table. Leave --disagreements out, or name a file that "
                "ends in .md, .csv or .json."
            )
        asked.draw(out, bars=bars, force=force)
    elif bars:
        raise UsageError("rob: --bars is a figure. Add for example -o weights.svg")
    else:
        asked.write(
            form_of(style, out, others=ENDINGS), out, disagreements=disagreements, force=force
        )
    return FINE

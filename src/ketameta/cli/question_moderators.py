"""`ketameta moderators`: do effects differ with therapy, dose, route, control and the rest?"""

from __future__ import annotations

from pathlib import Path

import click

from ketameta.cli.failures import FINE
from ketameta.cli.options import everywhere, part_option, review_option
from ketameta.cli.result_options import Delivery, result_options


@click.command(
    "moderators",
    epilog="""\b
Examples:
  ketameta moderators
  ketameta moderators abstinence-longest
  ketameta moderators abstinence-longest --by dose
  ketameta moderators -o moderators.xlsx
  ketameta moderators abstinence-longest --format csv > moderators.csv
""",
)
@click.argument("question", required=False)
@click.option(
    "--by",
    metavar="NAME",
    help="Only this one: psychotherapy, dose, route, sessions, control, treatment-seeking, "
    "depression or weeks.",
)
@part_option("studies, levels or slopes")
@result_options("table", "json", "csv", "md")
@review_option
@everywhere
@click.pass_context
def moderators(
    ctx: click.Context,
    question: str | None,
    by: str | None,
    table_name: str,
    delivery: Delivery,
    review_file: Path | None,
) -> int:
    """Ask what effects go with: therapy, dose, route, control.

    What each study did beside its effect; levels with two studies or more are pooled and compared,
    numbers get a line. Without QUESTION every question with two studies is shown. Below ten studies
    nothing of it should be relied on, and the result says so. With -o and a name ending in .xlsx
    every table is a sheet; other files of tables hold the one that --table names.
    """
    from ketameta.cli.moderator_forms import deliver_moderators
    from ketameta.cli.output import Output
    from ketameta.cli.workspace import Workspace

    workspace = Workspace.of(ctx)
    deliver_moderators(workspace, (question, by, review_file), table_name, delivery, Output.here())
    return FINE

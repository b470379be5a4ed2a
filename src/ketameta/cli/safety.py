"""`ketameta safety`: harms, with methods for rare events and exact intervals."""

from __future__ import annotations

from pathlib import Path

import click

from ketameta.cli.failures import FINE
from ketameta.cli.options import (
    everywhere,
    format_option,
    part_option,
    review_option,
    saving_options,
)


@click.command(
    "safety",
    epilog="""\b
Examples:
  ketameta safety
  ketameta safety --construct "serious adverse event"
  ketameta safety --table missing
  ketameta safety --format csv > risks.csv
  ketameta safety -o safety.svg
""",
)
@click.option(
    "--construct",
    metavar="NAME",
    help="Only this harm, e.g. dropout or misuse; the beginning or a word of it is enough.",
)
@part_option("risks, compared, pooled, groups, words or missing")
@format_option("table", "json", "csv", "md")
@saving_options
@review_option
@everywhere
@click.pass_context
def safety(
    ctx: click.Context,
    construct: str | None,
    table_name: str,
    style: str,
    out: Path | None,
    force: bool,
    review_file: Path | None,
) -> int:
    """Show harms: risks, comparisons, words, and what is missing.

    Counts of every group with exact intervals, also where nobody had the event; comparisons
    within studies; pooling by methods for rare events, each with what it makes of studies without
    events. With -o and a name ending in .svg, .pdf, .png, .tiff or .eps the risks are drawn.
    """
    from ketameta.cli.harm_forms import Harms
    from ketameta.cli.output import Output
    from ketameta.cli.workspace import Workspace

    harms = Harms.of(Workspace.of(ctx), review_file, Output.here(), construct)
    harms.write(table_name, style, out, force=force)
    return FINE

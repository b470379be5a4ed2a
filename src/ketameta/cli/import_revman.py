"""`ketameta import revman`: study results as RevMan and Covidence export them (CSV)."""

from __future__ import annotations

from pathlib import Path

import click

from ketameta.cli.options import everywhere
from ketameta.cli.table_import import TableRequest, deliver_comparisons, table_options


@click.command(
    "revman",
    epilog="""\b
Examples:
  ketameta import revman study-results.csv -o trials.csv
  ketameta import revman study-results.csv --control Saline -o trials.csv
  ketameta import revman study-results.csv --records --set substance=alcohol
""",
)
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--control",
    metavar="NAME",
    help="Arm or intervention to compare with.  [default: the one whose name says so]",
)
@table_options
@everywhere
@click.pass_context
def import_revman(
    ctx: click.Context, file: Path, control: str | None, request: TableRequest
) -> int:
    """Read the study results of RevMan or Covidence (CSV, one row per arm).

    FILE is the file of study results among the four that Covidence exports for RevMan, or that
    ketameta export revman writes. Arms of one study, outcome and time are compared with the
    control arm; contrasts are taken as they stand. What cannot be compared is named.
    """
    from ketameta.exchange.reviews.revman_reading import from_revman
    from ketameta.exchange.tabular import read_table

    table, told = from_revman(read_table(file), control=control)
    return deliver_comparisons(ctx, table, told, request)

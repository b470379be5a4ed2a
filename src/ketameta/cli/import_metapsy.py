"""`ketameta import metapsy`: a table in Metapsy's wide format."""

from __future__ import annotations

from pathlib import Path

import click

from ketameta.cli.options import everywhere
from ketameta.cli.table_import import TableRequest, deliver_comparisons, table_options


@click.command(
    "metapsy",
    epilog="""\b
Examples:
  ketameta import metapsy depression.csv -o trials.csv
  ketameta import metapsy depression.xlsx --records --set substance=alcohol
""",
)
@click.argument("file", type=click.Path(path_type=Path))
@table_options
@everywhere
@click.pass_context
def import_metapsy(ctx: click.Context, file: Path, request: TableRequest) -> int:
    """Read a table in the wide format of Metapsy (one row per comparison).

    Endpoint means, change scores, events, and finished g or log RR are told apart by the columns
    that are filled; a row that fills two of these groups is refused, one that fills none is named.
    """
    from ketameta.exchange.reviews.metapsy import from_metapsy
    from ketameta.exchange.tabular import read_table

    table, told = from_metapsy(read_table(file))
    return deliver_comparisons(ctx, table, told, request)

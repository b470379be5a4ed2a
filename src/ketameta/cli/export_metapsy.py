"""`ketameta export metapsy`: the records in Metapsy's wide format."""

from __future__ import annotations

from pathlib import Path

import click

from ketameta.cli.failures import FINE
from ketameta.cli.options import OUT, everywhere
from ketameta.cli.output import Output
from ketameta.cli.workspace import Workspace


@click.command(
    "metapsy",
    epilog="""\b
Examples:
  ketameta export metapsy --out metapsy.csv
  ketameta export metapsy --out metapsy.xlsx
""",
)
@click.option(
    *OUT,
    type=click.Path(path_type=Path),
    metavar="FILE",
    required=True,
    help="File to write; its ending says the format.",
)
@click.option("--force", is_flag=True, help="Replace FILE if it exists.")
@everywhere
@click.pass_context
def export_metapsy(ctx: click.Context, out: Path, force: bool) -> int:
    """Write every comparison of two arms in the wide format of Metapsy.

    Tested arms are the first, controls the second. Events, means with standard deviations, change
    scores, and reported SMD and RR have columns there; what has none is named.
    """
    from ketameta.cli.saving import check_place, save_table
    from ketameta.exchange.reviews.arm_pairs import arm_pairs
    from ketameta.exchange.reviews.metapsy import to_metapsy
    from ketameta.exchange.writing import writer_for

    writer_for(out)
    check_place(out)
    output = Output.here()
    pairs, told = arm_pairs(Workspace.of(ctx).evidence(output).studies)
    data, more = to_metapsy(pairs)
    for sentence in (*told, *more):
        output.say(sentence)
    save_table(data, out, force=force, output=output)
    output.result(f"{out}: {data.size} rows, {len(data.variables)} columns.")
    return FINE

"""`ketameta import rm5`: the analyses of a RevMan 5 file, checked and taken over."""

from __future__ import annotations

from pathlib import Path

import click

from ketameta.cli.options import everywhere
from ketameta.cli.review_import import ReviewRequest, handle, review_options


@click.command(
    "rm5",
    epilog="""\b
Examples:
  ketameta import rm5 review.rm5
  ketameta import rm5 review.rm5 --outcome 1.2 -o relapse.csv
  ketameta import rm5 review.rm5 --records --set substance=alcohol --to new
""",
)
@click.argument("file", type=click.Path(path_type=Path))
@review_options
@everywhere
@click.pass_context
def import_rm5(ctx: click.Context, file: Path, request: ReviewRequest) -> int:
    """Read and check the analyses of a RevMan 5 file (.rm5).

    Every effect, interval, weight, total and heterogeneity that the file states is computed again
    with the method it states; what differs, and zeros that RevMan never replaced, are reported
    (exit code 1). With --out the data of one analysis become a table; with --records its studies
    become records to complete.
    """
    from ketameta.exchange.reviews.rm5 import read_rm5

    review = read_rm5(file)
    return handle(ctx, str(file), review.analyses, request, review.judgements)

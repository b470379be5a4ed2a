"""`ketameta import cochrane`: a data package of a Cochrane review, checked and taken over."""

from __future__ import annotations

from pathlib import Path

import click

from ketameta.cli.options import everywhere
from ketameta.cli.output import Output
from ketameta.cli.review_import import ReviewRequest, handle, review_options


@click.command(
    "cochrane",
    epilog="""\b
Examples:
  ketameta import cochrane CD000000-data-package.zip
  ketameta import cochrane package.zip --outcome 1.2 -o relapse.csv
  ketameta import cochrane package.zip --records --set substance=alcohol
""",
)
@click.argument("file", type=click.Path(path_type=Path))
@review_options
@everywhere
@click.pass_context
def import_cochrane(ctx: click.Context, file: Path, request: ReviewRequest) -> int:
    """Read and check the data package of a Cochrane review (.zip).

    As ketameta import rm5: every stated number is computed again from the data and compared; the
    package fills fields it does not use, or has not computed, with zeros, which are reported.
    Published judgements of risk of bias go into the records.
    """
    from ketameta.exchange.reviews.package import read_package

    package = read_package(file)
    output = Output.here()
    for note in package.notes:
        output.say(note)
    for name, raw in package.references.items():
        count = raw.count(b"TY  -")
        output.say(
            f"{file}: {name}: {count} references (unpack it, then: ketameta import references)."
        )
    return handle(ctx, str(file), package.analyses, request, package.judgements)

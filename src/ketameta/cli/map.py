"""`ketameta map`: what is known of what, and where the gaps are."""

from __future__ import annotations

from pathlib import Path

import click

from ketameta.cli.failures import FINE
from ketameta.cli.options import everywhere, format_option, review_option, saving_options
from ketameta.cli.output import Output
from ketameta.cli.result_options import form_of
from ketameta.cli.workspace import Workspace
from ketameta.figures.figure_kind import ENDINGS


@click.command(
    "map",
    epilog="""\b
Examples:
  ketameta map
  ketameta map --format csv > map.csv
  ketameta map -o map.svg
  ketameta map -o map.html
  ketameta map --results
""",
)
@click.option(
    "--results",
    is_flag=True,
    help="Instead: which study has a result for which question, and which results are missing.",
)
@format_option("table", "json", "csv", "md")
@saving_options
@review_option
@everywhere
@click.pass_context
def map_(
    ctx: click.Context,
    results: bool,
    style: str,
    out: Path | None,
    force: bool,
    review_file: Path | None,
) -> int:
    """Show what is known of what, and where the gaps are.

    Substance by outcome by kind of control: how many studies have numbers that compare arms, how
    many only words or one group, with the people in each; how many measured it without anything
    published or extracted, and how many trials have no results yet; the certainty, where a question
    of the review pools all studies with numbers. With -o and a name ending in .svg, .pdf, .png,
    .tiff or .eps the map is drawn; .html writes it as a page.
    """
    from ketameta.cli.map_forms import EvidenceMaps

    maps = EvidenceMaps.of(Workspace.of(ctx), review_file, Output.here(), results=results)
    suffix = "" if out is None else out.suffix.lower()
    if out is not None and suffix in ENDINGS:
        maps.draw(out, force=force)
    elif out is not None and suffix in (".html", ".htm"):
        maps.page(out, force=force)
    else:
        maps.write(form_of(style, out, others=(*ENDINGS, ".html")), out, force=force)
    return FINE

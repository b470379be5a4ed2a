"""`ketameta plot`: any diagnostic figure in a file."""

from __future__ import annotations

from pathlib import Path

import click

from ketameta.cli.data_options import DataRequest, data_options
from ketameta.cli.failures import FINE
from ketameta.cli.method_options import Methods, method_options
from ketameta.cli.options import OUT, everywhere, review_option
from ketameta.cli.output import Output
from ketameta.cli.plot_files import dpi_option
from ketameta.cli.plot_kinds import PLOTTED, PLOTTERS
from ketameta.cli.plot_options import PlotOptions, plot_options
from ketameta.cli.workspace import Workspace
from ketameta.figures.catalog import FIGURES


@click.command(
    epilog="\b\nExamples:\n"
    "  ketameta plot funnel abstinence-longest -o funnel.svg\n"
    "  ketameta plot funnel --data t.csv --measure OR --trim-fill -o f.pdf\n"
    "  ketameta plot bubble --data t.csv --measure OR --moderator year -o b.png\n"
    "  ketameta plot bubble abstinence-longest --moderator weeks -o b.tiff\n"
    "  ketameta plot tornado --data t.csv --measure SMCC --vary r=.3:.8 -o t.svg\n"
    "  ketameta plot network --data arms.csv --measure OR -o network.svg\n"
    "\b\nKinds:\n"
    + "\n".join(f"  {name:16} {FIGURES[name].title}" for name in PLOTTERS)
    + "\n\b\nWhat a kind shows: ketameta explain KIND"
)
@click.argument("kind", type=click.Choice(PLOTTED), metavar="KIND")
@click.argument("question", required=False)
@data_options
@dpi_option
@click.option("--title", metavar="TEXT", help="What the figure is about, for its title.")
@click.option("--legend", is_flag=True, help="Print the legend for a manuscript as well.")
@plot_options
@method_options
@click.option(
    *OUT,
    type=click.Path(path_type=Path),
    metavar="FILE",
    required=True,
    help="File to write; its name ends in .svg, .pdf, .png, .tiff or .eps.",
)
@click.option("--force", is_flag=True, help="Replace FILE if it exists.")
@review_option
@everywhere
@click.pass_context
def plot(
    ctx: click.Context,
    kind: str,
    question: str | None,
    request: DataRequest,
    out: Path,
    force: bool,
    dpi: int,
    title: str | None,
    legend: bool,
    options: PlotOptions,
    methods: Methods,
    review_file: Path | None,
) -> int:
    """Draw a diagnostic figure (SVG, PDF, PNG, TIFF, EPS).

    Of the studies behind a QUESTION of the review, or of a table. The name of the file is printed,
    and on standard error one sentence that says what the figure shows. With --by one file is
    written for each group, the group's name added to that of the file.
    """
    from ketameta.cli.plot_files import check_picture_place, write_pictures
    from ketameta.cli.plot_kinds import PlotWish, draw_pictures
    from ketameta.cli.sampling import Source

    options.check(kind)
    methods.check()
    check_picture_place(out, request.file)
    output = Output.here()
    source = Source(
        workspace=lambda: Workspace.of(ctx),
        request=request,
        question=question,
        review_file=review_file,
        output=output,
        style="table",
    )
    pictures = draw_pictures(PlotWish(kind, source, methods, options, title))
    places = write_pictures(pictures, out, force=force, output=output, dpi=dpi)
    for path, (_, picture) in zip(places, pictures, strict=True):
        output.result(str(path))
        output.say(picture.alt)
        if legend:
            output.result(picture.legend)
    return FINE

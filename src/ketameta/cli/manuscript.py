"""`ketameta manuscript`: everything that is pasted into a manuscript, in one folder."""

from __future__ import annotations

import textwrap
from pathlib import Path

import click

from ketameta.cli.failures import FINE
from ketameta.cli.options import OUT, everywhere, review_option
from ketameta.cli.output import Output
from ketameta.cli.workspace import Workspace, shown
from ketameta.errors import UsageError


@click.command(
    epilog="""\b
Examples:
  ketameta manuscript
  ketameta manuscript --out paper-kit --style bmj
  ketameta manuscript --question abstinence-longest --out paper-kit
"""
)
@click.option(
    "--question",
    "questions",
    multiple=True,
    metavar="ID",
    help="Only this question. Repeat.",
)
@click.option(
    "--style",
    default="default",
    metavar="NAME",
    show_default=True,
    help="House style: default, cochrane, bmj, jama, lancet or plain.",
)
@click.option(
    *OUT,
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Folder of the kit; by default `manuscript` beside the review.",
)
@click.option("--force", is_flag=True, help="Overwrite files of an earlier kit that were edited.")
@review_option
@everywhere
@click.pass_context
def manuscript(
    ctx: click.Context,
    out: Path | None,
    questions: tuple[str, ...],
    style: str,
    force: bool,
    review_file: Path | None,
) -> int:
    """Write the texts, tables and figures of a manuscript.

    Methods and results with numbered citations, legends, statements, tables that can be edited in
    Word, figures as SVG, PDF, EPS, PNG and TIFF, references for BibTeX, EndNote and Zotero, and the
    PRISMA checklist. What only the review team can write is left as a place to fill and listed.
    """
    from ketameta.manuscript.kit import KitWish, build_kit

    output = Output.here()
    workspace = Workspace.of(ctx)
    path = workspace.review_file(review_file)
    if workspace.folder != workspace.root / "studies":
        raise UsageError(f"{shown(workspace.folder)}: a kit needs a folder called studies.")
    folder = out or workspace.beside_review(
        review_file, "manuscript", elsewhere="ketameta-manuscript"
    )
    output.say(f"Writing the manuscript kit of {shown(path)} ...")
    wish = KitWish(questions, style, force)
    built = build_kit(workspace.root, folder, wish, review_path=path)
    output.result(str(shown(built.folder / "README.md")))
    output.say(f"{len(built.files)} files.")
    if built.to_write:
        output.say("Left for the review team to write:")
        for wanted in dict.fromkeys(built.to_write):
            output.say(textwrap.fill(f"- {wanted}", output.prose, subsequent_indent="  "))
    return FINE

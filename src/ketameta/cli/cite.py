"""`ketameta cite`: how to cite the program, the evidence, methods and studies."""

from __future__ import annotations

from pathlib import Path

import click

from ketameta.cli.failures import FINE
from ketameta.cli.options import everywhere, format_option, review_option, saving_options
from ketameta.cli.output import Output
from ketameta.cli.workspace import Workspace

FORMS = ("text", "bibtex", "ris", "csl-json", "apa", "vancouver")


@click.command(
    epilog="""\b
Examples:
  ketameta cite
  ketameta cite abstinence-longest --format bibtex > references.bib
  ketameta cite --with-studies --format vancouver
  ketameta cite abstinence-longest --with-studies -o references.ris
"""
)
@click.argument("question", required=False)
@click.option("--with-studies", is_flag=True, help="Also the studies behind the answer.")
@format_option(*FORMS)
@saving_options
@review_option
@everywhere
@click.pass_context
def cite(
    ctx: click.Context,
    question: str | None,
    *,
    with_studies: bool,
    style: str,
    out: Path | None,
    force: bool,
    review_file: Path | None,
) -> int:
    """Say how to cite program, evidence, methods and studies.

    The program is cited as its CITATION.cff asks, the evidence with the date of its last update
    and the hash of its files. With a QUESTION the methods behind its answer follow; with
    --with-studies the studies that it uses, or those of every question.
    """
    from ketameta.cli.cite_forms import CiteWish, deliver

    wish = CiteWish(question, with_studies, style, out, force)
    deliver(wish, Workspace.of(ctx), review_file, Output.here())
    return FINE

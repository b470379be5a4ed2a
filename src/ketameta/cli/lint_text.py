"""`ketameta lint-text`: words that claim more than the numbers do, in any text."""

from __future__ import annotations

import click

from ketameta.cli.failures import FINDINGS, FINE
from ketameta.cli.options import everywhere
from ketameta.cli.output import Output


@click.command(
    "lint-text",
    epilog="""\b
Examples:
  ketameta lint-text manuscript.md
  ketameta lint-text draft.docx website.html --format json
  pandoc draft.odt -t plain | ketameta lint-text -
""",
)
@click.argument("files", nargs=-1, metavar="FILE...")
@click.option(
    "--format",
    "style",
    type=click.Choice(["text", "json", "github"], case_sensitive=False),
    default="text",
    show_default=True,
    help="Form of the result.",
)
@everywhere
def lint_text(files: tuple[str, ...], style: str) -> int:
    """Find words that claim more than the numbers do.

    Reads .md, .txt, .html, .docx, .tex and .yaml, or standard input for "-". Code, quotations,
    references and addresses are left alone; in HTML also q, blockquote, cite and what is marked
    data-reported, in Word the styles Quote, Intense Quote and Reported words. Exit code 1 when
    something was found. A line with `ketameta: allow L03 why` in a comment keeps the words that
    follow. See ketameta explain L01.

    Only known wordings are found: a text in which nothing is found may still claim too much.
    """
    from ketameta.cli.lint_forms import LintForms

    return FINDINGS if LintForms.of(files, Output.here()).deliver(style) else FINE

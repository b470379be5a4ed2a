"""`ketameta grade`: how certain each answer is, why, and the summary of findings."""

from __future__ import annotations

from pathlib import Path

import click

from ketameta.cli.failures import FINE
from ketameta.cli.options import everywhere, format_option, review_option, saving_options
from ketameta.cli.output import Output
from ketameta.cli.workspace import Workspace


@click.command(
    epilog="""\b
Examples:
  ketameta grade
  ketameta grade abstinence-longest
  ketameta grade --sof --format md > summary-of-findings.md
  ketameta grade -o grade.svg
  ketameta grade --draft > certainty.yaml
""",
)
@click.argument("question", required=False)
@click.option(
    "--sof",
    "summary",
    is_flag=True,
    help="The summary of findings: the main outcomes, with people out of 1000 and in plain words.",
)
@click.option(
    "--draft",
    is_flag=True,
    help="certainty.yaml as of today: decisions kept, proposals filled in, inputs renewed.",
)
@format_option("table", "json", "csv", "md")
@saving_options
@review_option
@everywhere
@click.pass_context
def grade(
    ctx: click.Context,
    question: str | None,
    *,
    summary: bool,
    draft: bool,
    style: str,
    out: Path | None,
    force: bool,
    review_file: Path | None,
) -> int:
    """Rate how certain each answer is, by GRADE.

    Each domain has inputs computed from the evidence and a level proposed by stated rules; what
    people decided stands in certainty.yaml beside review.yaml and overrides the proposal. A
    decision whose inputs moved since is called stale. With a QUESTION every reason is shown. With
    -o and a name ending in .svg, .pdf, .png, .tiff or .eps the ratings are drawn.
    """
    from ketameta.cli.grade_forms import GradeForms

    forms = GradeForms.of(Workspace.of(ctx), review_file, question, Output.here())
    forms.deliver(style, out, force=force, part=_part(summary=summary, draft=draft))
    return FINE


def _part(*, summary: bool, draft: bool) -> str:
    from ketameta.errors import UsageError

    if summary and draft:
        raise UsageError("grade: --sof and --draft are two results. Ask for one of them.")
    return "summary" if summary else "draft" if draft else "ratings"

"""`ketameta grade`: how certain each answer is, why, and the summary of findings."""

from __future__ import annotations

from pathlib import Path

import click

from ketameta.cli.failures import FINE
from ketameta.cli.options import everywhere, format_option, review_option, saving_options
from ketameta.cli.output import Output
from ketameta.cli.signing import sign_option
from ketameta.cli.workspace import Workspace
from ketameta.errors import UsageError


@click.command(
    epilog="""\b
Examples:
  ketameta grade
  ketameta grade abstinence-longest
  ketameta grade --sof --format md > summary-of-findings.md
  ketameta grade -o grade.svg
  ketameta grade --draft > certainty.yaml
  ketameta grade abstinence-longest --sign "Jane Doe"
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
@sign_option("the drafted decisions on QUESTION")
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
    signer: str | None,
    style: str,
    out: Path | None,
    force: bool,
    review_file: Path | None,
) -> int:
    """Rate how certain each answer is, by GRADE.

    Each domain has inputs computed from the evidence and a level proposed by stated rules; what
    was decided stands in certainty.yaml beside review.yaml and overrides the proposal. Decisions
    are drafts until a first and a second person confirm them with --sign; one whose inputs moved
    since is called stale. With a QUESTION every reason is shown. With -o and a name ending in
    .svg, .pdf, .png, .tiff or .eps the ratings are drawn.
    """
    from ketameta.cli.grade_forms import GradeForms

    if signer is not None and (question is None or summary or draft or out is not None):
        raise UsageError(
            "grade: --sign is for one question, and alone. For example: ketameta grade "
            'abstinence-longest --sign "Jane Doe"'
        )
    workspace = Workspace.of(ctx)
    forms = GradeForms.of(workspace, review_file, question, Output.here())
    if signer is not None:
        forms.sign(signer, workspace, workspace.review_file(review_file).parent)
        return FINE
    forms.deliver(style, out, force=force, part=_part(summary=summary, draft=draft))
    return FINE


def _part(*, summary: bool, draft: bool) -> str:
    if summary and draft:
        raise UsageError("grade: --sof and --draft are two results. Ask for one of them.")
    return "summary" if summary else "draft" if draft else "ratings"

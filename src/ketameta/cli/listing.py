"""`ketameta list`: studies, excluded reports, or the questions of a review."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ketameta.cli.failures import FINE
from ketameta.cli.machine_formats import to_csv, to_json
from ketameta.cli.options import everywhere, review_option
from ketameta.cli.output import Output
from ketameta.cli.result_options import Delivery, result_options
from ketameta.cli.workspace import Workspace
from ketameta.errors import UsageError

if TYPE_CHECKING:
    from ketameta.cli.listings import Listing


@click.command(
    "list",
    epilog="""\b
Examples:
  ketameta list --substance alcohol --status included
  ketameta list --excluded
  ketameta list --questions
  ketameta list --format csv > studies.csv
""",
)
@click.option(
    "--substance", "substances", multiple=True, metavar="WORD", help="Only this substance. Repeat."
)
@click.option(
    "--status",
    "statuses",
    multiple=True,
    metavar="WORD",
    help="Only this status: included, narrative, awaiting data, ongoing. Repeat.",
)
@click.option("--excluded", is_flag=True, help="Reports that were left out, with the reason.")
@click.option("--questions", is_flag=True, help="Questions of the review.")
@result_options("table", "json", "csv", "md")
@review_option
@everywhere
@click.pass_context
def list_(
    ctx: click.Context,
    substances: Sequence[str],
    statuses: Sequence[str],
    excluded: bool,
    questions: bool,
    delivery: Delivery,
    review_file: Path | None,
) -> int:
    """List studies, excluded reports or questions.

    One line per study: id, status, design, number of participants, what the control received, and
    the flags that hold for the study as a whole. `ketameta explain NP` explains a flag.
    """
    from ketameta.cli import listings

    if excluded and questions:
        raise UsageError("list: --excluded and --questions exclude each other. Choose one.")
    output = delivery.output()
    workspace = Workspace.of(ctx)
    if questions:
        listing = listings.question_listing(workspace.review(review_file, to_answer=False))
    else:
        wanted = listings.wanted(substances, statuses)
        evidence = workspace.evidence(output)
        if excluded:
            listing = listings.excluded_listing(evidence, wanted)
        else:
            listing = listings.study_listing(
                evidence,
                workspace.review(review_file, to_answer=False),
                wanted,
                wide=output.width >= 110,
            )
    _print(listing, delivery.style, output)
    return FINE


def _print(listing: Listing, style: str, output: Output) -> None:
    if style == "json":
        output.result(to_json(listing.rows))
    elif style == "csv":
        output.result(to_csv(listing.rows))
    elif style == "md":
        from ketameta.cli.markdown import to_markdown

        output.result(to_markdown(listing.document))
    else:
        from ketameta.cli.terminal import to_terminal

        output.result(to_terminal(listing.document, output))
    if style in ("table", "md"):
        output.say(listing.remark)

"""`ketameta durability`: how long effects were followed, and where knowledge of them ends."""

from __future__ import annotations

from pathlib import Path

import click

from ketameta.cli.failures import FINE
from ketameta.cli.options import (
    everywhere,
    format_option,
    part_option,
    review_option,
    saving_options,
)


@click.command(
    "durability",
    epilog="""\b
Examples:
  ketameta durability
  ketameta durability abstinence-longest -o durability.svg
  ketameta durability abstinence-longest --table words
  ketameta durability abstinence-longest --format csv > over-time.csv
""",
)
@click.argument("question", required=False)
@part_option("compared, shares or words")
@format_option("table", "json", "csv", "md")
@saving_options
@review_option
@everywhere
@click.pass_context
def durability(
    ctx: click.Context,
    question: str | None,
    table_name: str,
    style: str,
    out: Path | None,
    force: bool,
    review_file: Path | None,
) -> int:
    """Show effects over time, and where knowledge of them ends.

    Every result of the question's outcomes at every time, whichever comparison and assessment:
    compared, in one group, or in words. Without QUESTION the first question of the review is
    shown. With -o and a name ending in .svg, .pdf, .png, .tiff or .eps it is drawn, every trial a
    line.
    """
    from ketameta.cli.output import Output
    from ketameta.cli.part_delivery import (
        Parts,
        deliver_parts,
        draw_part,
        is_figure,
    )
    from ketameta.cli.result_options import Delivery, form_of
    from ketameta.cli.workspace import Workspace
    from ketameta.figures.figure_kind import ENDINGS
    from ketameta.questions.loading import find_question
    from ketameta.reports.durability_part import durability_part

    workspace, output = Workspace.of(ctx), Output.here()
    review = workspace.review(review_file)
    asked = review.questions[0] if question is None else find_question(review, question)
    part = durability_part(asked, review, workspace.evidence(output))
    if out is not None and is_figure(out):
        draw_part(part.picture, out, output, force=force)
        return FINE
    title = f"Over time: {part.found.title}"
    names = tuple(name for name, table in part.tables.items() if table.rows) or ("compared",)
    parts = Parts(asked.id, title, part.sentences, part.tables, names)
    form = form_of(style, out, others=ENDINGS)
    deliver_parts([parts], table_name, Delivery(form, out, force))
    return FINE

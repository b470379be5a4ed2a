"""`ketameta diff`: what changed between two states of the evidence."""

from __future__ import annotations

from pathlib import Path

import click

from ketameta.cli.failures import FINDINGS, FINE
from ketameta.cli.options import everywhere, format_option, saving_options
from ketameta.cli.output import Output
from ketameta.cli.result_options import form_of
from ketameta.cli.workspace import Workspace


@click.command(
    epilog="""\b
Examples:
  ketameta diff main
  ketameta diff v1.0 v1.1 --format md -o diff.md --pictures figures
  ketameta diff ../before ../after --format json
"""
)
@click.argument("before")
@click.argument("now", required=False, default=".")
@click.option(
    "--pictures",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="FOLDER",
    help="Draw a before/after forest plot (SVG, PNG) of every main answer that moved.",
)
@click.option("--exit-code", is_flag=True, help="Exit with 1 when anything changed.")
@format_option("table", "json", "csv", "md")
@saving_options
@click.option("--review", "review", metavar="NAME", help="Folder of the review below reports.")
@everywhere
@click.pass_context
def diff(
    ctx: click.Context,
    before: str,
    now: str,
    pictures: Path | None,
    review: str | None,
    exit_code: bool,
    style: str,
    out: Path | None,
    force: bool,
) -> int:
    """Show what changed between two states of the evidence.

    BEFORE and NOW are folders with studies and reports in them, or git revisions; NOW is by
    default the present folder. In sentences: what moved, which way, whether an interval now holds
    or leaves the null value, which conclusions, decisions on certainty and verdicts on claims went
    stale; then which records changed, field by field. CSV and JSON list every number that moved.
    Both states are computed by this version; a revision whose records it cannot read any more is
    known by the numbers that its lock accepted, and the text says so.
    """
    from ketameta.cli.diff_forms import DiffWish, deliver_diff

    form = form_of(style, out)
    wish = DiffWish(before, now, review, pictures, form, out, force)
    changed = deliver_diff(wish, Workspace.of(ctx), Output.here())
    return FINDINGS if changed and exit_code else FINE

"""`ketameta show`: everything known about one study, every number with its source."""

from __future__ import annotations

from pathlib import Path

import click

from ketameta.cli.failures import FINE
from ketameta.cli.machine_formats import to_json
from ketameta.cli.options import everywhere, format_option, review_option
from ketameta.cli.output import Output
from ketameta.cli.workspace import Workspace


@click.command(
    epilog="""\b
Examples:
  ketameta show dakwar-2019
  ketameta show "Krupitsky 1997" | less
  ketameta show grabski-2022 --format json
"""
)
@click.argument("study_id", metavar="ID")
@format_option("text", "json", "md")
@review_option
@everywhere
@click.pass_context
def show(ctx: click.Context, study_id: str, style: str, review_file: Path | None) -> int:
    """Show one study, every number with its source.

    Citation, registrations, other reports of the same participants, design, arms, outcomes with
    their numbers as written, where each was read, how far it was verified and on which line of
    the record it stands, contradictions between sources, and what nobody has extracted yet.
    """
    from ketameta.cli.study_document import study_document
    from ketameta.cli.study_json import study_json
    from ketameta.cli.study_records import find_study, flags_of

    output = Output.here()
    workspace = Workspace.of(ctx)
    loaded = find_study(workspace, study_id)
    flags = flags_of(loaded, workspace, review_file)
    if style == "json":
        output.result(to_json(study_json(loaded, flags)))
        return FINE
    document = study_document(loaded, flags)
    if style == "md":
        from ketameta.cli.markdown import to_markdown

        output.result(to_markdown(document))
    else:
        from ketameta.cli.terminal import to_terminal

        output.result(to_terminal(document, output))
    return FINE

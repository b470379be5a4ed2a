"""`ketameta export references`: studies, exclusions and methods for a reference manager."""

from __future__ import annotations

from pathlib import Path

import click

from ketameta.cli.failures import FINE
from ketameta.cli.options import OUT, everywhere, review_option
from ketameta.cli.output import Output
from ketameta.cli.workspace import Workspace
from ketameta.counting import counted


@click.command(
    "references",
    epilog="""\b
Examples:
  ketameta export references --format ris -o included.ris
  ketameta export references --what excluded --format bibtex
  ketameta export references --what all --format csl-json -o all.json
""",
)
@click.option(
    "--what",
    type=click.Choice(["included", "records", "excluded", "methods", "all"]),
    default="included",
    show_default=True,
    help="Included studies, all study records, excluded reports, methods of the review, or all.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["ris", "bibtex", "csl-json"]),
    help="Format.  [default: by the ending of FILE, else ris]",
)
@click.option(
    *OUT,
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="File to write.  [default: standard output]",
)
@click.option("--force", is_flag=True, help="Replace FILE if it exists.")
@review_option
@everywhere
@click.pass_context
def export_references(
    ctx: click.Context,
    what: str,
    form: str | None,
    out: Path | None,
    force: bool,
    review_file: Path | None,
) -> int:
    """Write references for Zotero, EndNote, Mendeley or LaTeX.

    Notes say the status of a study, why a report was left out, or which method a reference stands
    for. Excluded reports are recorded with a citation in short, which is their title here.
    """
    from ketameta.cli.saving import check_place, save
    from ketameta.exchange.references.evidence_references import (
        excluded_references,
        method_references,
        study_references,
    )
    from ketameta.exchange.references.formats import FORMATS, format_of
    from ketameta.records.vocabulary import Status

    if out is not None:
        check_place(out)
    chosen = FORMATS[form] if form else format_of(out, "--format") if out else FORMATS["ris"]
    output = Output.here()
    workspace = Workspace.of(ctx)
    evidence = workspace.evidence(output)
    included = [s for s in evidence.studies if s.status is Status.INCLUDED]
    found = []
    if what in ("included", "records", "all"):
        found += study_references(included if what == "included" else evidence.studies)
    if what in ("excluded", "all"):
        found += excluded_references(evidence.excluded)
    if what in ("methods", "all"):
        found += method_references(workspace.review(review_file).choices)
    text = chosen.write(found)
    if out is None:
        output.result(text.rstrip("\n"))
        return FINE
    output.say(save(out, text, force=force))
    output.result(f"{out}: {counted(len(found), 'reference')} as {chosen.name}.")
    return FINE

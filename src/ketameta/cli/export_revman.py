"""`ketameta export revman`: the records as CSV files that RevMan imports."""

from __future__ import annotations

from pathlib import Path

import click

from ketameta.cli.failures import FINE
from ketameta.cli.options import everywhere
from ketameta.cli.output import Output
from ketameta.cli.workspace import Workspace
from ketameta.errors import UsageError


@click.command(
    "revman",
    epilog="""\b
Examples:
  ketameta export revman --to revman-files
""",
)
@click.option(
    "--to",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    required=True,
    help="Folder to write the files into; it is made if need be.",
)
@click.option("--force", is_flag=True, help="Replace files that exist.")
@everywhere
@click.pass_context
def export_revman(ctx: click.Context, to: Path, force: bool) -> int:
    """Write study information, arms, results and risk of bias for RevMan.

    Import studies.ris into RevMan first, then the CSV files: otherwise studies stand there twice.
    RevMan matches outcomes, interventions and time points by their names with those of the review,
    so set these up in the same words. What RevMan has no place for is named. The headers follow
    RevMan's help pages: compare them with the templates of your review before you import.
    """
    from ketameta.cli.saving import save_all
    from ketameta.exchange.references.evidence_references import study_references
    from ketameta.exchange.references.ris import write_ris
    from ketameta.exchange.reviews.arm_pairs import arm_pairs
    from ketameta.exchange.reviews.revman_writing import to_revman
    from ketameta.exchange.writing import encoded_table
    from ketameta.records.vocabulary import Status

    output = Output.here()
    studies = [
        study
        for study in Workspace.of(ctx).evidence(output).studies
        if study.status is Status.INCLUDED
    ]
    if not studies:
        raise UsageError("export revman: no study record is included. Nothing was written.")
    pairs, told = arm_pairs(studies)
    tables = to_revman(studies, pairs)
    to.mkdir(parents=True, exist_ok=True)
    paths = {name: to / f"{name}.csv" for name in tables}
    references = to / "studies.ris"
    encoded = {paths[name]: encoded_table(data, paths[name]) for name, data in tables.items()}
    files: dict[Path, bytes | str] = {references: write_ris(study_references(studies))}
    files |= {path: one.content for path, one in encoded.items()}
    for said in save_all(files, force=force):
        output.say(said)
    output.result(f"{references}: {len(studies)} references. Import it first.")
    for name, data in tables.items():
        output.result(f"{paths[name]}: {data.size} rows.")
    for sentence in (*(note for one in encoded.values() for note in one.notes), *told):
        output.say(sentence)
    return FINE

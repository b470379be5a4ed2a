"""`ketameta import references`: a bibliography compared with the records, new ones taken over."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from ketameta.cli.failures import FINDINGS, FINE
from ketameta.cli.options import everywhere
from ketameta.cli.record_options import check_chosen, constants_of, record_options
from ketameta.cli.result_options import Delivery, result_options
from ketameta.cli.workspace import Workspace
from ketameta.cli.written_records import write_and_tell
from ketameta.counting import counted
from ketameta.errors import UsageError

if TYPE_CHECKING:
    from ketameta.exchange.references.matching import Match
    from ketameta.tables.table import Table


@click.command(
    "references",
    epilog="""\b
Examples:
  ketameta import references search.ris
  ketameta import references library.bib --new-only -o new.csv
  ketameta import references new.ris --records --set substance=alcohol
""",
)
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--as",
    "form",
    type=click.Choice(["ris", "bibtex", "csl-json", "covidence"]),
    help="Format of FILE.  [default: by its ending: .ris, .bib, .json, .csv]",
)
@click.option("--new-only", is_flag=True, help="List only references that no record knows.")
@result_options("table", "json", "csv", "md")
@record_options
@everywhere
@click.pass_context
def import_references(
    ctx: click.Context,
    file: Path,
    form: str | None,
    new_only: bool,
    delivery: Delivery,
    records: bool,
    constants: tuple[str, ...],
    to: Path | None,
) -> int:
    """Compare a bibliography with the records (RIS, BibTeX, CSL-JSON, Covidence's CSV).

    Each reference is looked up by DOI, PubMed number, title and registration among study records,
    other reports of their participants, and excluded reports; what nobody has looked at is "new".
    With --records new references become records to complete, with the substance of --set; nothing
    is overwritten.
    """
    from ketameta.cli.table_delivery import deliver_table
    from ketameta.exchange.references.formats import read_references
    from ketameta.exchange.references.matching import NEW, matched
    from ketameta.exchange.references.skeletons import skeletons

    check_chosen(delivery.out, constants, to, records=records)
    substance = _substance(constants) if records else ""
    output = delivery.output(file)
    library = read_references(file, form, option="--as")
    for note in library.notes:
        output.say(note)
    evidence = Workspace.of(ctx).evidence(output)
    matches = matched(library.references, evidence)
    new = [match for match in matches if match.status == NEW]
    if not records:
        deliver_table(_table(file, new if new_only else matches), delivery.style, output)
        output.say(f"{counted(len(matches), 'reference')}, {len(new)} of them new.")
        return FINDINGS if library.notes else FINE
    ids = [study.id for study in evidence.studies]
    made = skeletons(
        [match.reference for match in new], substance=substance, file=file.name, taken=ids
    )
    if not made:
        output.say(f"{file}: every reference is known. Nothing was written.")
        return FINE
    return FINDINGS if write_and_tell(ctx, made, to, output) or library.notes else FINE


def _substance(constants: tuple[str, ...]) -> str:
    """What --set says; a reference says all else itself, or leaves it to a person."""
    said = dict(constants_of(constants))
    substance = said.pop("substance", None)
    if substance is None:
        raise UsageError("--records: needs the substance, as in --set substance=alcohol.")
    if said:
        raise UsageError(f"--set: of references only substance is set, not {', '.join(said)}.")
    return substance


def _table(file: Path, matches: list[Match]) -> Table:
    from ketameta.tables.table import Cell, Column, Row, Table

    columns = (
        Column("status", "Status"),
        Column("match", "Record"),
        Column("by", "Found by"),
        Column("label", "Reference"),
        Column("title", "Title"),
        Column("doi", "DOI"),
        Column("pmid", "PMID"),
        Column("place", "Place", "number"),
    )
    rows = tuple(
        Row(
            tuple(
                Cell(text)
                for text in (
                    match.status,
                    match.id,
                    match.by,
                    match.reference.label,
                    match.reference.title,
                    match.reference.doi,
                    match.reference.pmid,
                    match.reference.place,
                )
            )
        )
        for match in matches
    )
    return Table("references", f"References of {file.name}", columns, rows)

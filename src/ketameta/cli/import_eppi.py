"""`ketameta import eppi`: references and codes of an EPPI-Reviewer JSON file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from ketameta.cli.failures import FINDINGS, FINE
from ketameta.cli.options import everywhere
from ketameta.cli.result_options import Delivery, result_options
from ketameta.cli.workspace import Workspace
from ketameta.counting import counted

if TYPE_CHECKING:
    from ketameta.exchange.references.eppi import CodedReference
    from ketameta.exchange.references.matching import Match
    from ketameta.tables.table import Table


@click.command(
    "eppi",
    epilog="""\b
Examples:
  ketameta import eppi review.json
  ketameta import eppi review.json -o codes.csv
""",
)
@click.argument("file", type=click.Path(path_type=Path))
@result_options("table", "json", "csv", "md")
@everywhere
@click.pass_context
def import_eppi(ctx: click.Context, file: Path, delivery: Delivery) -> int:
    """List the references of EPPI-Reviewer (JSON) with their codes.

    Each reference is compared with the study records and excluded reports, as by ketameta import
    references; codes stand with their path in the code set and the reviewer's text.
    """
    from ketameta.cli.table_delivery import deliver_table
    from ketameta.exchange.references.eppi import read_eppi
    from ketameta.exchange.references.matching import NEW, matched

    output = delivery.output(file)
    review = read_eppi(file)
    for note in review.notes:
        output.say(note)
    evidence = Workspace.of(ctx).evidence(output)
    matches = matched([item.reference for item in review.references], evidence)
    deliver_table(_table(file, review.references, matches), delivery.style, output)
    new = sum(match.status == NEW for match in matches)
    output.say(f"{counted(len(matches), 'reference')}, {new} of them new.")
    return FINDINGS if review.notes else FINE


def _table(file: Path, items: tuple[CodedReference, ...], matches: list[Match]) -> Table:
    from ketameta.tables.table import Cell, Column, Row, Table

    columns = (
        Column("status", "Status"),
        Column("match", "Record"),
        Column("label", "Reference"),
        Column("title", "Title"),
        Column("doi", "DOI"),
        Column("codes", "Codes"),
        Column("place", "Place"),
    )
    rows = []
    for item, match in zip(items, matches, strict=True):
        codes = "; ".join(
            " > ".join(code.path) + (f": {code.text}" if code.text else "") for code in item.codes
        )
        found = item.reference
        texts = (match.status, match.id, found.label, found.title, found.doi, codes, found.place)
        rows.append(Row(tuple(Cell(text) for text in texts)))
    return Table("eppi", f"References and codes of {file.name}", columns, tuple(rows))

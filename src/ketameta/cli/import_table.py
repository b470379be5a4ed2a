"""`ketameta import table`: a table of study results as records to complete."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ketameta.cli.failures import FINDINGS, FINE
from ketameta.cli.options import everywhere
from ketameta.cli.output import Output
from ketameta.cli.record_options import constants_of, set_option, to_option
from ketameta.cli.written_records import write_and_tell
from ketameta.errors import UsageError

if TYPE_CHECKING:
    from ketameta.exchange.columns_map import ColumnsMap
    from ketameta.exchange.table import Table

_EXAMPLES = 3


@click.command(
    "table",
    epilog="""\b
Examples:
  ketameta import table trials.xlsx --write-map map.yaml
  ketameta import table trials.xlsx --map map.yaml --to new-records
  ketameta import table trials.csv --set substance=alcohol --yes
""",
)
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--map",
    "map_file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Which column fills which field; without it the headers are guessed from.",
)
@click.option(
    "--write-map",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write the guess to a file to check and edit, and stop.",
)
@click.option("--force", is_flag=True, help="Replace the file of --write-map if it exists.")
@click.option("--yes", is_flag=True, help="Use the guess without asking.")
@set_option("A value")
@to_option
@everywhere
@click.pass_context
def import_table(
    ctx: click.Context,
    file: Path,
    map_file: Path | None,
    write_map: Path | None,
    force: bool,
    yes: bool,
    constants: tuple[str, ...],
    to: Path | None,
) -> int:
    """Make study records of a table of results.

    FILE (.csv, .xlsx, .sav, .dta, .sas7bdat, .parquet ...) has one row per study, or per study and
    outcome, with the numbers of two groups or a reported effect. Which column is what is guessed
    from the headers (those of metafor, RevMan, Metapsy and many more) and shown.

    The records carry the level "unverified import" and the status "awaiting data"; every number
    has its row and cell as its source, and what the table does not say is listed as missing.
    Nothing is overwritten. Exit code 1: records were written and are incomplete.
    """
    from ketameta.cli.saving import check_place, save
    from ketameta.exchange.columns_map import ColumnsMap, guessed, map_text, read_map
    from ketameta.exchange.table_records import table_records
    from ketameta.exchange.tabular import read_table

    output = Output.here()
    if write_map is not None:
        check_place(write_map, file)
    table = read_table(file)
    for note in table.notes:
        output.say(note)
    mapping = read_map(map_file, table) if map_file else guessed(table.columns)
    mapping = ColumnsMap(mapping.columns, {**mapping.values, **constants_of(constants)})
    if write_map is not None:
        output.say(save(write_map, map_text(mapping, table), force=force))
        output.result(
            f"{write_map}: check it, then: ketameta import table {file} --map {write_map}"
        )
        return FINE
    if map_file is None:
        _confirm(mapping, table, output, yes=yes)
    records, told = table_records(table, mapping)
    for sentence in told:
        output.say(sentence)
    found = write_and_tell(ctx, records, to, output)
    return FINDINGS if found or told else FINE


def _confirm(mapping: ColumnsMap, table: Table, output: Output, *, yes: bool) -> None:
    """Show the guess and have it confirmed; UsageError where nobody can or will."""
    from ketameta.cli.document import Column, Grid, Line, Paragraph
    from ketameta.cli.terminal import to_terminal
    from ketameta.exchange.import_fields import FIELDS

    lines = [
        Line((column, name, FIELDS[name].meaning, ", ".join(table.text(column)[:_EXAMPLES])))
        for name, column in mapping.columns.items()
    ]
    columns = (
        Column("Column"),
        Column("Field"),
        Column("Meaning", firm=False),
        Column("First cells", firm=False),
    )
    blocks = [Grid(columns, tuple(lines))] if lines else []
    unused = mapping.unused(table)
    said = f"Not used: {', '.join(unused)}." if unused else "Every column is used."
    output.say(to_terminal([*blocks, Paragraph(said)], output).rstrip())
    if yes:
        return
    if not sys.stdin.isatty():
        raise UsageError(
            f"{table.source}: this is a guess. Accept it with --yes, or write it to a file with "
            "--write-map, correct it, and give it with --map."
        )
    if not click.confirm("Import it like this?", err=True):
        raise UsageError("Nothing was imported. Correct the guess with --write-map and --map.")

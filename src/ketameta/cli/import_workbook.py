"""`ketameta import workbook`: the form, filled in, as study records."""

from __future__ import annotations

from pathlib import Path

import click

from ketameta.cli.failures import FINDINGS, FINE
from ketameta.cli.options import everywhere
from ketameta.cli.output import Output
from ketameta.cli.record_options import to_option
from ketameta.cli.written_records import write_and_tell


@click.command(
    "workbook",
    epilog="""\b
Examples:
  ketameta import workbook trials.xlsx
  ketameta import workbook trials.xlsx --to new-records
""",
)
@click.argument("file", type=click.Path(path_type=Path))
@to_option
@everywhere
@click.pass_context
def import_workbook(ctx: click.Context, file: Path, to: Path | None) -> int:
    """Make study records of a filled-in form.

    FILE is a workbook of ketameta template xlsx or ketameta export workbook. One YAML file is
    written per study; nothing is overwritten. Every cell that is wrong is named (Arms!F3), and
    the exit code is 1 if there is one.
    """
    from ketameta.exchange.workbook_form import read_form

    output = Output.here()
    records, problems = read_form(file)
    for problem in problems:
        output.say(problem)
    found = write_and_tell(ctx, records, to, output)
    return FINDINGS if problems or found else FINE

"""`ketameta export workbook`: study records as the form, filled in."""

from __future__ import annotations

from pathlib import Path

import click

from ketameta.cli.failures import FINE
from ketameta.cli.options import OUT, everywhere
from ketameta.cli.output import Output
from ketameta.cli.workspace import Workspace


@click.command(
    "workbook",
    epilog="""\b
Examples:
  ketameta export workbook --out records.xlsx
  ketameta export workbook dakwar-2019 dakwar-2020 --out dakwar.xlsx
""",
)
@click.argument("ids", nargs=-1, metavar="[STUDY]...")
@click.option(
    *OUT,
    type=click.Path(path_type=Path),
    metavar="FILE.xlsx",
    required=True,
    help="File to write.",
)
@click.option("--force", is_flag=True, help="Replace FILE if it exists.")
@everywhere
@click.pass_context
def export_workbook(ctx: click.Context, ids: tuple[str, ...], out: Path, force: bool) -> int:
    """Write study records as a workbook to edit.

    It is the form of ketameta template xlsx, filled in. What has no column of its own stands on
    the sheet Other fields, so that importing the workbook gives the same records.
    """
    from ketameta.cli.saving import check_place, save
    from ketameta.errors import UsageError
    from ketameta.exchange.workbook_form import form

    if out.suffix.lower() != ".xlsx":
        raise UsageError(f"{out}: a workbook is a .xlsx file. Give it that ending.")
    check_place(out)
    output = Output.here()
    evidence = Workspace.of(ctx).evidence(output)
    chosen = [evidence.get(name) for name in ids] or list(evidence.loaded)
    book = form({item.study.id: item.document.data for item in chosen})
    output.say(save(out, book, force=force))
    records = "1 record" if len(chosen) == 1 else f"{len(chosen)} records"
    output.result(f"{out}: {records}.")
    return FINE

"""`ketameta template`: forms to fill in."""

from __future__ import annotations

from pathlib import Path

import click

from ketameta.cli.failures import FINE
from ketameta.cli.options import OUT, everywhere
from ketameta.cli.output import Output

KINDS = ("xlsx",)


@click.command(
    "template",
    epilog="""\b
Examples:
  ketameta template xlsx --out trials.xlsx
  ketameta template xlsx --out form.xlsx --force
""",
)
@click.argument("kind", type=click.Choice(KINDS))
@click.option(
    *OUT,
    type=click.Path(path_type=Path),
    metavar="FILE",
    default=Path("trials.xlsx"),
    show_default=True,
    help="File to write.",
)
@click.option("--force", is_flag=True, help="Replace FILE if it exists.")
@everywhere
def template(kind: str, out: Path, force: bool) -> int:
    """Write a form to fill in, with drop-downs.

    xlsx: a workbook with a sheet each for studies, sources, arms, outcomes and results. Drop-downs
    hold the words that records may use, comments on the heads say what belongs in a column, and
    the first sheet says how to go about it. ketameta import workbook makes records of it.
    """
    from ketameta.cli.saving import check_place, save
    from ketameta.errors import UsageError
    from ketameta.exchange.workbook_form import form

    if out.suffix.lower() != f".{kind}":
        raise UsageError(f"{out}: a form is a .{kind} file. Give it that ending.")
    check_place(out)
    output = Output.here()
    output.say(save(out, form(), force=force))
    output.result(f"{out}: fill it in, then: ketameta import workbook {out}")
    return FINE

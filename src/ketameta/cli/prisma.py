"""`ketameta prisma`: flow diagram, sums, checklist, and the CSV of the PRISMA2020 package."""

from __future__ import annotations

from pathlib import Path

import click

from ketameta.cli.failures import FINDINGS, FINE
from ketameta.cli.lazy_group import Entry, LazyGroup, help_where_alone
from ketameta.cli.options import everywhere, format_option, review_option, saving_options
from ketameta.cli.output import Output
from ketameta.cli.workspace import Workspace

PARTS = {
    "flow": Entry("ketameta.cli.prisma", "flow", "The flow diagram, as a figure or as CSV."),
    "check": Entry("ketameta.cli.prisma", "check", "Check every sum of the flow diagram."),
    "checklist": Entry(
        "ketameta.cli.prisma", "checklist", "The checklist, filled as far as known."
    ),
    "import": Entry("ketameta.cli.prisma", "import_", "Read the CSV of a PRISMA2020 flow diagram."),
}
TABLES = ("table", "json", "csv", "md")


class Prisma(LazyGroup):
    """The group over `PARTS`."""

    table = PARTS


@click.group(
    "prisma",
    cls=Prisma,
    invoke_without_command=True,
    epilog="""\b
Examples:
  ketameta prisma flow -o flow.svg
  ketameta prisma check
  ketameta prisma checklist --format md -o checklist.md
  ketameta prisma import PRISMA.csv -o prisma.yaml
""",
)
@everywhere
@click.pass_context
def prisma(ctx: click.Context) -> int:
    """Flow diagram and checklist of PRISMA 2020.

    What only the review team knows stands in prisma.yaml beside review.yaml; studies and reports
    are counted from the records.
    """
    return help_where_alone(ctx)


@click.command(
    epilog="\b\nExamples:\n  ketameta prisma flow -o flow.svg\n  ketameta prisma flow > flow.csv\n"
)
@saving_options
@review_option
@everywhere
@click.pass_context
def flow(ctx: click.Context, out: Path | None, force: bool, review_file: Path | None) -> int:
    """The flow diagram: .svg, .pdf, .png, .tiff or .eps by the file's name, otherwise CSV."""
    from ketameta.cli.prisma_forms import PrismaForms

    forms = PrismaForms.of(Workspace.of(ctx), review_file, Output.here())
    forms.flow(out, force=force)
    return FINE


@click.command(epilog="\b\nExamples:\n  ketameta prisma check\n")
@format_option(*TABLES)
@review_option
@everywhere
@click.pass_context
def check(ctx: click.Context, style: str, review_file: Path | None) -> int:
    """Check every sum of the flow diagram; exit code 1 when one does not hold."""
    from ketameta.cli.prisma_forms import PrismaForms

    forms = PrismaForms.of(Workspace.of(ctx), review_file, Output.here())
    return FINDINGS if forms.check(style) else FINE


@click.command(
    epilog="\b\nExamples:\n  ketameta prisma checklist\n"
    "  ketameta prisma checklist --format md -o checklist.md\n"
)
@click.option("--strict", is_flag=True, help="Exit code 1 while an item is missing.")
@format_option(*TABLES)
@saving_options
@review_option
@everywhere
@click.pass_context
def checklist(
    ctx: click.Context,
    strict: bool,
    style: str,
    out: Path | None,
    force: bool,
    review_file: Path | None,
) -> int:
    """The checklist: what the records fill in, the team states, or is still to be written."""
    from ketameta.cli.prisma_forms import PrismaForms

    forms = PrismaForms.of(Workspace.of(ctx), review_file, Output.here())
    missing = forms.checklist(style, out, force=force)
    return FINDINGS if strict and missing else FINE


@click.command(
    "import", epilog="\b\nExamples:\n  ketameta prisma import PRISMA.csv -o prisma.yaml\n"
)
@click.argument("file", type=click.Path(path_type=Path))
@saving_options
@everywhere
def import_(file: Path, out: Path | None, force: bool) -> int:
    """Read the CSV of a PRISMA2020 flow diagram, as the `flow` of a prisma.yaml."""
    from ketameta.cli.prisma_forms import imported

    imported(file, out, force=force)
    return FINE

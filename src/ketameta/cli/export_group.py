"""`ketameta export`: what can be written for other programs, one line each."""

from __future__ import annotations

import click

from ketameta.cli.lazy_group import Entry, LazyGroup, help_where_alone
from ketameta.cli.options import everywhere

EXPORTS = {
    "data": Entry(
        "ketameta.cli.export_data",
        "export_data",
        "The analysis data set for SPSS, Stata, SAS, Excel or R.",
    ),
    "workbook": Entry(
        "ketameta.cli.export_workbook",
        "export_workbook",
        "Study records as a workbook to edit in Excel and import again.",
    ),
    "r": Entry(
        "ketameta.cli.export_r",
        "export_r",
        "The data and the same models as a script for R and metafor.",
    ),
    "archive": Entry(
        "ketameta.cli.export_archive",
        "export_archive",
        "All evidence as one archive to deposit and cite.",
    ),
    "references": Entry(
        "ketameta.cli.export_references",
        "export_references",
        "Studies, exclusions and methods as RIS, BibTeX or CSL-JSON.",
    ),
    "revman": Entry(
        "ketameta.cli.export_revman",
        "export_revman",
        "Study information, arms, results and bias for RevMan (CSV).",
    ),
    "metapsy": Entry(
        "ketameta.cli.export_metapsy",
        "export_metapsy",
        "Comparisons of two arms in Metapsy's wide format.",
    ),
}


class Exports(LazyGroup):
    """The group over `EXPORTS`."""

    table = EXPORTS


@click.group(
    "export",
    cls=Exports,
    invoke_without_command=True,
    epilog="""\b
Examples:
  ketameta export data --out review.sav
  ketameta export data abstinence-longest --out abstinence.xlsx
  ketameta export workbook --out records.xlsx
""",
)
@everywhere
@click.pass_context
def export(ctx: click.Context) -> int:
    """Write the evidence for other programs.

    The ending of the file says the format: SPSS, Stata, SAS, Excel, CSV and others.
    """
    return help_where_alone(ctx)

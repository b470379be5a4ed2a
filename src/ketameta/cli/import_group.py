"""`ketameta import`: other people's files that can be read, one line each."""

from __future__ import annotations

import click

from ketameta.cli.lazy_group import Entry, LazyGroup, help_where_alone
from ketameta.cli.options import everywhere

IMPORTS = {
    "table": Entry(
        "ketameta.cli.import_table",
        "import_table",
        "A table with one row per study, as study records to complete.",
    ),
    "ipd": Entry(
        "ketameta.cli.import_ipd",
        "import_ipd",
        "Individual participant data, summarised to arms.",
    ),
    "workbook": Entry(
        "ketameta.cli.import_workbook",
        "import_workbook",
        "A filled-in template (ketameta template xlsx), as study records.",
    ),
    "rm5": Entry(
        "ketameta.cli.import_rm5",
        "import_rm5",
        "A RevMan 5 file, with every stated number computed again.",
    ),
    "cochrane": Entry(
        "ketameta.cli.import_cochrane",
        "import_cochrane",
        "A Cochrane data package (zip), checked in the same way.",
    ),
    "references": Entry(
        "ketameta.cli.import_references",
        "import_references",
        "RIS, BibTeX or CSL-JSON, compared with what is recorded.",
    ),
    "revman": Entry(
        "ketameta.cli.import_revman",
        "import_revman",
        "Study results of RevMan or Covidence (CSV).",
    ),
    "metapsy": Entry(
        "ketameta.cli.import_metapsy",
        "import_metapsy",
        "A table in Metapsy's wide format.",
    ),
    "eppi": Entry(
        "ketameta.cli.import_eppi",
        "import_eppi",
        "References and codes of EPPI-Reviewer (JSON).",
    ),
}


class Imports(LazyGroup):
    """The group over `IMPORTS`."""

    table = IMPORTS


@click.group(
    "import",
    cls=Imports,
    invoke_without_command=True,
    epilog="""\b
Examples:
  ketameta import table trials.xlsx --write-map map.yaml
  ketameta import workbook form.xlsx
  ketameta import ipd trial.sav --arm group --outcome score
""",
)
@everywhere
@click.pass_context
def import_(ctx: click.Context) -> int:
    """Read other people's files.

    Nothing that exists is overwritten, and nothing in a file is run or fetched.
    """
    return help_where_alone(ctx)

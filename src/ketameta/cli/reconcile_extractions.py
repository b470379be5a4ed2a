"""`ketameta reconcile-extractions`: two extractions of a study, and the record they agree on."""

from __future__ import annotations

import click

from ketameta.cli.options import everywhere
from ketameta.cli.result_options import Delivery, result_options
from ketameta.cli.workspace import Workspace
from ketameta.errors import UsageError


@click.command(
    "reconcile-extractions",
    epilog="""\b
Examples:
  ketameta reconcile-extractions doe-2020
  ketameta reconcile-extractions doe-2020 --format csv -o differences.csv
  ketameta reconcile-extractions doe-2020 --by EF --choose citation.year=ab
  ketameta reconcile-extractions doe-2020 --by EF --words-from ab --write
""",
)
@click.argument("study")
@click.option(
    "--choose",
    "choices",
    multiple=True,
    metavar="PATH=WHO|VALUE",
    help="Decide a field: initials of the extractor who is right, or a value of its own. Repeat.",
)
@click.option(
    "--words-from",
    metavar="WHO",
    help="Take the wording of one extractor in every text field that is undecided.",
)
@click.option("--by", metavar="NAME", help="Who decides.")
@click.option("--date", metavar="DAY", help="When, as 2026-11-20.  [default: today]")
@click.option("--write", is_flag=True, help="Write the record, once nothing is undecided.")
@click.option("--all", "everything", is_flag=True, help="List the fields that agree as well.")
@result_options("table", "json", "csv", "md")
@everywhere
@click.pass_context
def reconcile_extractions(
    ctx: click.Context,
    *,
    study: str,
    choices: tuple[str, ...],
    words_from: str | None,
    by: str | None,
    date: str | None,
    write: bool,
    everything: bool,
    delivery: Delivery,
) -> int:
    """Compare two extractions of a study, and settle them.

    Each extractor fills in a file studies/extractions/STUDY/INITIALS.yaml, in the form of a
    record; parts may be left out. Every field in which they differ is shown with file, line and
    column of both. Agreement is given in percent, as Cohen's kappa for words and as the
    intraclass correlation (absolute agreement of single raters) for numbers.

    Decisions are kept in decisions.yaml beside the extractions, with who decided and when; one
    becomes void when an extractor changes the value. With --write the agreed record is written
    where no record is yet, or over it with --force; a note in it says who extracted and who decided
    what. Exit code 1: something is undecided.
    """
    from ketameta.cli.reconcile_extractions_steps import Choosing, settle

    if (choices or words_from) and not by:
        raise UsageError("reconcile-extractions: say who decides, with --by NAME.")
    wish = Choosing(choices, words_from, by, date, write)
    return settle(Workspace.of(ctx), study, wish, delivery, everything=everything)

"""`ketameta`: the table of commands, and the group that runs them."""

from __future__ import annotations

import sys
import warnings

import click

from ketameta.cli.lazy_group import Entry, LazyGroup, help_where_alone
from ketameta.cli.options import debug_option, studies_option

COMMANDS = {
    "check": Entry("ketameta.cli.check", "check", "Check every study record and review."),
    "list": Entry("ketameta.cli.listing", "list_", "List studies, excluded reports or questions."),
    "show": Entry("ketameta.cli.show", "show", "Show one study, every number with its source."),
    "pool": Entry("ketameta.cli.pool", "pool", "Pool the evidence, or any table of your own."),
    "effects": Entry(
        "ketameta.cli.effects", "effects", "Compute the effect estimate of every row of a table."
    ),
    "convert": Entry(
        "ketameta.cli.convert", "convert", "Convert reported numbers, with the assumptions made."
    ),
    "bayes": Entry(
        "ketameta.cli.bayes", "bayes", "Pool with a Bayesian model, made for few studies."
    ),
    "sensitivity": Entry(
        "ketameta.cli.sensitivity", "sensitivity", "Vary one thing at a time and pool again."
    ),
    "regress": Entry(
        "ketameta.cli.regress",
        "regress",
        "Ask whether effects differ with characteristics of studies.",
    ),
    "multilevel": Entry(
        "ketameta.cli.multilevel",
        "multilevel",
        "Pool several estimates per study, which belong together.",
    ),
    "aggregate": Entry(
        "ketameta.cli.aggregate", "aggregate", "Combine the estimates of each study into one."
    ),
    "network": Entry("ketameta.cli.network", "network", "Compare several treatments at once."),
    "reconcile": Entry(
        "ketameta.cli.reconcile",
        "reconcile",
        "Show what several programs make of one table, and why.",
    ),
    "bias": Entry("ketameta.cli.bias", "bias", "Test whether small studies show other effects."),
    "trim-fill": Entry(
        "ketameta.cli.trim_fill", "trim_fill", "Fill the funnel with mirror images and pool again."
    ),
    "selection": Entry(
        "ketameta.cli.selection", "selection", "Fit a model of selection by P values."
    ),
    "multiverse": Entry(
        "ketameta.cli.multiverse",
        "multiverse",
        "Pool under every defensible combination of choices.",
    ),
    "forest": Entry(
        "ketameta.cli.forest", "forest", "Draw a forest plot (SVG, PDF, PNG, TIFF, EPS, HTML)."
    ),
    "plot": Entry(
        "ketameta.cli.plot", "plot", "Draw a diagnostic figure (SVG, PDF, PNG, TIFF, EPS)."
    ),
    "safety": Entry(
        "ketameta.cli.safety",
        "safety",
        "Show harms: risks, comparisons, words, and what is missing.",
    ),
    "moderators": Entry(
        "ketameta.cli.question_moderators",
        "moderators",
        "Ask what effects go with: therapy, dose, route, control.",
    ),
    "durability": Entry(
        "ketameta.cli.durability",
        "durability",
        "Show effects over time, and where knowledge of them ends.",
    ),
    "map": Entry("ketameta.cli.map", "map_", "Show what is known of what, and where the gaps are."),
    "rob": Entry("ketameta.cli.rob", "rob", "Show the risk of bias of every assessed result."),
    "grade": Entry("ketameta.cli.grade", "grade", "Rate how certain each answer is, by GRADE."),
    "claims": Entry("ketameta.cli.claims", "claims", "Put claims about ketamine on trial."),
    "prisma": Entry("ketameta.cli.prisma", "prisma", "Flow diagram and checklist of PRISMA 2020."),
    "report": Entry("ketameta.cli.report", "report", "Build the whole report, or check its lock."),
    "diff": Entry(
        "ketameta.cli.diff", "diff", "Show what changed between two states of the evidence."
    ),
    "changelog": Entry(
        "ketameta.cli.changelog",
        "changelog",
        "Show what was added to the evidence when, and what it did.",
    ),
    "manuscript": Entry(
        "ketameta.cli.manuscript",
        "manuscript",
        "Write the texts, tables and figures of a manuscript.",
    ),
    "lint-text": Entry(
        "ketameta.cli.lint_text",
        "lint_text",
        "Find words that claim more than the numbers do.",
    ),
    "cite": Entry(
        "ketameta.cli.cite",
        "cite",
        "Say how to cite program, evidence, methods and studies.",
    ),
    "import": Entry("ketameta.cli.import_group", "import_", "Read other people's files."),
    "export": Entry(
        "ketameta.cli.export_group", "export", "Write the evidence for other programs."
    ),
    "template": Entry(
        "ketameta.cli.template", "template", "Write a form to fill in, with drop-downs."
    ),
    "new": Entry(
        "ketameta.cli.new_group", "new", "Begin a study record, or add a question to a review."
    ),
    "fmt": Entry(
        "ketameta.cli.fmt", "fmt", "Format records and reviews; comments and numbers stay."
    ),
    "correct": Entry(
        "ketameta.cli.correct", "correct", "Correct values of a record, and keep why."
    ),
    "reconcile-extractions": Entry(
        "ketameta.cli.reconcile_extractions",
        "reconcile_extractions",
        "Compare two extractions of a study, and settle them.",
    ),
    "explain": Entry("ketameta.cli.explain", "explain", "Explain a flag, rule, measure or method."),
    "schema": Entry("ketameta.cli.schema", "schema", "Print, write or check the JSON Schemas."),
    "doctor": Entry(
        "ketameta.cli.doctor",
        "doctor",
        "Look for what is wrong with installation and records.",
    ),
}


class Ketameta(LazyGroup):
    """The group over `COMMANDS`."""

    table = COMMANDS


def _show_version(ctx: click.Context, param: click.Parameter, value: bool) -> None:
    if value and not ctx.resilient_parsing:
        from importlib.metadata import version

        click.echo(f"ketameta {version('ketameta')}")
        ctx.exit()


@click.group(
    "ketameta",
    cls=Ketameta,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Results go to standard output, everything else to standard error. Exit codes: 0 fine, "
    "1 findings, 2 wrong usage, 3 data that cannot be analysed, 70 a mistake in ketameta, 130 "
    "interrupted by Ctrl-C.",
)
@studies_option(hidden=False)
@debug_option(hidden=False)
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_show_version,
    help="Show the version and exit.",
)
@click.pass_context
def cli(ctx: click.Context) -> None:
    """Evidence on ketamine for addiction: check the records, pool them, draw and report.

    \b
    Start here:
      ketameta pool                  every question of the review, answered
      ketameta show dakwar-2019      one study, every number with its source
      ketameta explain NP            what a flag means
      ketameta report                the whole report as one HTML page
    """
    help_where_alone(ctx)


def main() -> None:
    """Entry point of the `ketameta` program."""
    if not sys.warnoptions and "--debug" not in sys.argv:
        warnings.simplefilter("ignore")
    cli(prog_name="ketameta")

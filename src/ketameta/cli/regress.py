"""`ketameta regress`: do effects differ with characteristics of the studies?"""

from __future__ import annotations

import click

from ketameta.cli.failures import FINE
from ketameta.cli.method_options import Methods, method_options, refuse_said
from ketameta.cli.sampling import Source, source_options


@click.command(
    epilog="""\b
Examples:
  ketameta regress --data t.csv --measure OR --formula "~ year + C(blind)"
  ketameta regress --data t.csv --measure SMD --formula "~ dose" --ci t
  ketameta regress --data t.csv --formula "~ bs(weeks, df=4)" --format json
\b
A formula names columns of FILE. C(x) makes groups of a column, a * b an
interaction, poly(x, 2), bs(x, df=4) and cr(x, df=4) curves; 0 + leaves the
intercept out. Rows with an empty cell in one of its columns are left out.
"""
)
@source_options
@click.option(
    "--formula",
    required=True,
    metavar="FORMULA",
    help="Moderators, such as ~ year + C(allocation).",
)
@method_options
def regress(source: Source, formula: str, methods: Methods) -> int:
    """Ask whether effects differ with characteristics of studies.

    Mixed-effects meta-regression: coefficients with their tests, an omnibus test of the moderators,
    the heterogeneity they leave, and R². Needs a table.
    """
    from ketameta.cli.regress_findings import regress_findings, regression_choices
    from ketameta.errors import UsageError

    refuse_said("prediction", "has no place here; prediction intervals follow the tests (--ci).")
    choices = regression_choices(methods)
    if source.question is not None:
        raise UsageError("regress: moderators are columns of a table. Name one with --data FILE.")
    samples = source.samples(methods)
    found = [
        regress_findings(samples.source, sample, formula, choices) for sample in samples.samples
    ]
    source.deliver(samples, found, methods)
    return FINE

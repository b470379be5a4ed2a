"""`ketameta aggregate`: one row per study from several."""

from __future__ import annotations

import click

from ketameta.cli.error_options import ErrorRequest, error_options
from ketameta.cli.failures import FINE
from ketameta.cli.method_options import Methods, level_option, zero_cells_option
from ketameta.cli.sampling import Source, source_options, source_results


@click.command(
    epilog="""\b
Examples:
  ketameta aggregate --data t.csv --measure SMD --cluster study --rho 0.6
  ketameta aggregate --data t.csv --cluster study --rho 0.6 -o studies.csv
  ketameta aggregate --data t.csv --cluster study --phi 0.9 --time weeks
  ketameta aggregate --data t.csv --cluster study --covariance V.csv
  ketameta aggregate --data t.csv --cluster study --rho 0.6 --unweighted
  ketameta aggregate craving --cluster study --rho 0.6
\b
The CSV is a table for ketameta pool --data. Try more than one --rho: nobody
knows it. ketameta multilevel takes the estimates as they are instead.
"""
)
@source_options
@click.option(
    "--cluster", required=True, metavar="COLUMN", help="Column of the study (or laboratory)."
)
@click.option(
    "--outcome",
    metavar="COLUMN",
    help="Column of outcomes: beside --phi, --rho is between different outcomes only.",
)
@error_options
@click.option(
    "--unweighted",
    is_flag=True,
    help="Plain averages; by default generalised least squares, by the errors' covariance.",
)
@level_option
@zero_cells_option
@source_results
def aggregate(
    source: Source,
    cluster: str,
    outcome: str | None,
    errors: ErrorRequest,
    unweighted: bool,
    level: float | None,
    zero_cells: str | None,
) -> int:
    """Combine the estimates of each study into one.

    For few studies, where a multilevel model is too much: one row per study, with the standard
    error that the correlation of its estimates implies. The rule is said with the result.
    """
    from ketameta.cli.aggregate_findings import Combination, aggregate_findings
    from ketameta.cli.each_sample import of_each

    methods = Methods(level=level, zero_cells=zero_cells)
    methods.check()
    wish = Combination(cluster, errors, outcome, not unweighted, methods.coverage)
    samples = source.samples(methods, columns=True)
    found = of_each(samples, lambda sample: aggregate_findings(sample, wish))
    source.deliver(samples, found, methods)
    return FINE

"""`ketameta effects`: the effect estimate of every row of a table, and how it was made."""

from __future__ import annotations

import click

from ketameta.cli.data_options import DataRequest, data_options
from ketameta.cli.failures import FINE
from ketameta.cli.method_options import level_option, zero_cells_option
from ketameta.cli.options import everywhere, format_option
from ketameta.cli.output import Output


@click.command(
    epilog="""\b
Examples:
  ketameta effects --data trials.csv --measure OR
  ketameta effects --data trials.csv --measure SMD --variance UB --format csv
  ketameta effects --data trials.csv --measure OR --zero-cells all --add 0.1
\b
The columns of FILE are those of ketameta pool.
"""
)
@data_options
@zero_cells_option
@click.option(
    "--add",
    type=float,
    metavar="NUMBER",
    help="Amount that the zero-cell rule adds.  [default: the measure's own]",
)
@click.option(
    "--variance",
    metavar="NAME",
    help="Formula of the sampling variance, where a measure has several: LS, LS2, UB, ...",
)
@level_option
@format_option("table", "json", "csv", "md")
@everywhere
def effects(
    request: DataRequest,
    zero_cells: str | None,
    add: float | None,
    variance: str | None,
    level: float | None,
    style: str,
) -> int:
    """Compute the effect estimate of every row of a table.

    One row per study: the estimate yi and its sampling variance vi on the analysis scale (the
    logarithm for ratios), the standard error sei, the number of people n, and how it was made.
    Rows that give no estimate are listed with the reason.
    """
    from ketameta.cli.data_samples import table_samples
    from ketameta.cli.effects_findings import effect_findings
    from ketameta.cli.findings import deliver_findings
    from ketameta.measures.zero_cells import ZeroCells

    rule = ZeroCells(zero_cells or "only0", add)
    samples = table_samples(request, zero_cells=rule, variance=variance)
    coverage = 0.95 if level is None else level / 100
    found = [effect_findings(sample, rule, variance, coverage) for sample in samples.samples]
    deliver_findings(samples, found, style, Output.here())
    return FINE

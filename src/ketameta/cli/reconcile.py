"""`ketameta reconcile`: what several programs make of the same table, and why they differ."""

from __future__ import annotations

import click

from ketameta.cli.data_options import DataRequest, data_options
from ketameta.cli.failures import FINE
from ketameta.cli.method_options import level_option
from ketameta.cli.options import everywhere
from ketameta.cli.result_options import FORMATS, Delivery, result_options


@click.command(
    epilog="""\b
Examples:
  ketameta reconcile --data trials.csv --measure OR
  ketameta reconcile --data trials.csv --measure OR --preset revman-5,metafor
  ketameta reconcile --data trials.csv --measure SMD --format json
\b
The columns of FILE are those of ketameta pool.
"""
)
@data_options
@click.option(
    "--preset",
    "presets",
    metavar="NAME,...",
    help="Programs, the first being the one that others are compared with: cochrane-2025, "
    "revman-5, metafor, meta-8, meta-7, stata, statsmodels, pymare, iqwig-6.  [default: all]",
)
@level_option
@result_options(*FORMATS)
@everywhere
def reconcile(
    request: DataRequest,
    presets: str | None,
    level: float | None,
    delivery: Delivery,
) -> int:
    """Show what several programs make of one table, and why.

    One row per program, each pooling with the options it has when nobody changes them: formulas,
    zero cells, between-study variance, intervals. Every difference to the first is put down to
    the option behind it.
    """
    from ketameta.cli.data_samples import refuse_far_apart, table_samples
    from ketameta.cli.findings import deliver_findings
    from ketameta.cli.reconcile_findings import preset_codes, reconcile_findings

    codes = preset_codes(presets)
    output = delivery.output(request.file)
    samples = table_samples(request)
    coverage = 0.95 if level is None else level / 100
    for sample in samples.samples:
        refuse_far_apart(samples.source, sample.estimates)
    found = [reconcile_findings(samples.source, s, codes, coverage) for s in samples.samples]
    deliver_findings(samples, found, delivery.style, output)
    return FINE

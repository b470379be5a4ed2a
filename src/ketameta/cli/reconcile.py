"""`ketameta reconcile`: what several programs make of the same table, and why they differ."""

from __future__ import annotations

import click

from ketameta.cli.failures import FINE
from ketameta.cli.method_options import Methods, level_option
from ketameta.cli.sampling import Source, source_options, source_results


@click.command(
    epilog="""\b
Examples:
  ketameta reconcile --data trials.csv --measure OR
  ketameta reconcile --data trials.csv --measure OR --preset revman-5,metafor
  ketameta reconcile --data trials.csv --measure SMD --format json
  ketameta reconcile abstinence-longest
\b
The columns of FILE are those of ketameta pool.
"""
)
@source_options
@click.option(
    "--preset",
    "presets",
    metavar="NAME,...",
    help="Programs, the first being the one that others are compared with: cochrane-2025, "
    "revman-5, metafor, meta-8, meta-7, stata, statsmodels, pymare, iqwig-6.  [default: all]",
)
@level_option
@source_results
def reconcile(source: Source, presets: str | None, level: float | None) -> int:
    """Show what several programs make of one table, and why.

    One row per program, each pooling with the options it has when nobody changes them: formulas,
    zero cells, between-study variance, intervals. Every difference to the first is put down to
    the option behind it.
    """
    from ketameta.cli.reconcile_findings import preset_codes, reconcile_findings

    codes, methods = preset_codes(presets), Methods(level=level)
    samples = source.samples(methods, columns=True)
    found = [
        reconcile_findings(samples.source, s, codes, methods.coverage) for s in samples.samples
    ]
    source.deliver(samples, found, methods)
    return FINE

"""`ketameta multiverse`: the answer under every defensible combination of choices."""

from __future__ import annotations

from dataclasses import replace

import click

from ketameta.cli.failures import FINE
from ketameta.cli.method_options import Methods, level_option
from ketameta.cli.sampling import Source, source_options, source_results


@click.command(
    epilog="""\b
Examples:
  ketameta multiverse --data t.csv --measure OR
  ketameta multiverse --data t.csv --measure OR --also RR --without blind
  ketameta multiverse abstinence-longest --tau2 REML,PM --ci hksj,wald
  ketameta multiverse abstinence-longest --without control_type
"""
)
@source_options
@click.option("--also", metavar="CODES", help="Further measures, separated by commas.")
@click.option(
    "--without",
    multiple=True,
    metavar="COLUMN",
    help="Leave out the studies of each value of this column in turn. Repeat.",
)
@click.option(
    "--tau2", metavar="METHODS", help="Estimators, separated by commas.  [default: REML,PM,DL,EE]"
)
@click.option(
    "--ci",
    "--interval",
    "interval",
    metavar="METHODS",
    help="Intervals, separated by commas.  [default: hksj,hksj-guarded,wald]",
)
@click.option(
    "--zero-cells",
    metavar="RULES",
    help="Zero-cell rules, separated by commas.  [default: only0,treatment_arm,none]",
)
@level_option
@source_results
def multiverse(
    source: Source,
    also: str | None,
    without: tuple[str, ...],
    tau2: str | None,
    interval: str | None,
    zero_cells: str | None,
    level: float | None,
) -> int:
    """Pool under every defensible combination of choices.

    Inclusion rule, measure, estimator, interval and zero-cell rule: where all paths lead to about
    the same place the choices do not matter; where they do not, the fork that does is named. With
    --preset the methods of that program join the choices that are combined. Of a QUESTION the
    review's own sets and methods are among the choices, as on its page; --without takes columns
    such as design, randomised, control_type or substance.
    """
    from ketameta.cli.each_sample import of_each
    from ketameta.cli.multiverse_findings import multiverse_findings
    from ketameta.cli.multiverse_forks import Forks

    methods = Methods(level=level)
    several = Methods(tau2=tau2, interval=interval, zero_cells=zero_cells, level=level)
    forks = Forks.of(also, without, several)
    if source.preset is not None:
        forks = forks.joined(source.preset)
        source = replace(source, preset=None)  # its methods are among the forks, not the only ones
    samples = source.samples(methods)
    found = of_each(samples, lambda sample: multiverse_findings(sample, forks))
    source.deliver(samples, found, methods)
    return FINE

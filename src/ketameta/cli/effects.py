"""`ketameta effects`: the effect estimate of every row of a table, and how it was made."""

from __future__ import annotations

import click

from ketameta.cli.failures import FINE
from ketameta.cli.method_options import Methods, level_option, zero_cells_option
from ketameta.cli.sampling import Source, source_options, source_results


@click.command(
    epilog="""\b
Examples:
  ketameta effects --data trials.csv --measure OR
  ketameta effects --data trials.csv --measure SMD --variance UB --format csv
  ketameta effects --data trials.csv --measure OR --zero-cells all --add 0.1
  ketameta effects --data trials.csv --measure SMD --preset revman-5 -o yi.csv
  ketameta effects abstinence-longest --format csv
\b
The columns of FILE are those of ketameta pool.
"""
)
@source_options
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
@source_results
def effects(
    source: Source,
    zero_cells: str | None,
    add: float | None,
    variance: str | None,
    level: float | None,
) -> int:
    """Compute the effect estimate of every row of a table.

    One row per study: the estimate yi and its sampling variance vi on the analysis scale (the
    logarithm for ratios), the standard error sei, the number of people n, and how it was made.
    Rows that give no estimate are listed with the reason.
    """
    from ketameta.cli.data_samples import table_samples
    from ketameta.cli.each_sample import of_each
    from ketameta.cli.effects_findings import Formulas, effect_findings
    from ketameta.errors import UsageError
    from ketameta.measures.zero_cells import ZeroCells

    methods = Methods(level=level, zero_cells=zero_cells)
    methods.check()
    if source.preset is not None:
        methods = methods.under(source.preset)
    rule = ZeroCells(methods.zero_cells or "only0", add)
    # A formula or an amount that is named comes before the preset's.
    program = methods.program if variance is None and add is None else None
    if source.request.file is not None and source.question is None:
        samples = table_samples(source.request, zero_cells=rule, variance=variance, program=program)
    elif variance is None and add is None:
        samples = source.samples(methods, columns=True)
    else:
        raise UsageError("--variance and --add: go with --data.")
    formulas = Formulas(rule, variance, program)
    found = of_each(samples, lambda sample: effect_findings(sample, formulas, methods.coverage))
    source.deliver(samples, found, methods)
    return FINE

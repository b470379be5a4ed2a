"""`ketameta trim-fill`: the mean if the funnel were symmetric."""

from __future__ import annotations

import click

from ketameta.cli.failures import FINE
from ketameta.cli.method_options import Methods, method_options
from ketameta.cli.sampling import Source, source_options, source_results


@click.command(
    "trim-fill",
    epilog="""\b
Examples:
  ketameta trim-fill --data t.csv --measure OR
  ketameta trim-fill --data t.csv --measure OR --estimator R0 --side left
  ketameta trim-fill abstinence-longest --trim EE
""",
)
@source_options
@click.option(
    "--estimator",
    type=click.Choice(["L0", "R0", "Q0"], case_sensitive=False),
    metavar="[L0|R0|Q0]",
    default="L0",
    show_default=True,
    help="Estimator of the number of missing studies.",
)
@click.option(
    "--side",
    type=click.Choice(["left", "right"]),
    help="Where studies are missing.  [default: by regression]",
)
@click.option(
    "--trim",
    metavar="METHOD",
    help="tau2 method while trimming; EE as first proposed.  [default: that of --tau2]",
)
@method_options
@source_results
def trim_fill(
    source: Source, estimator: str, side: str | None, trim: str | None, methods: Methods
) -> int:
    """Fill the funnel with mirror images and pool again.

    A sensitivity analysis: it shows how much a symmetric funnel would change the result, and
    supposes that asymmetry comes from studies that were suppressed because of their results.
    """
    from ketameta.cli.trim_fill_findings import trim_fill_findings
    from ketameta.sensitivity.bias.trim_fill import TrimFillChoices

    methods.check()
    trimming = TrimFillChoices(estimator, side, trim)
    methods.choices()
    samples = source.samples(methods, columns=True)
    found = [
        trim_fill_findings(samples.source, sample, methods, trimming) for sample in samples.samples
    ]
    source.deliver(samples, found, methods)
    return FINE

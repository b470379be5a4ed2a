"""`ketameta network`: several treatments at once, compared directly and through one another."""

from __future__ import annotations

import click

from ketameta.cli.data_options import DataRequest, data_options
from ketameta.cli.failures import FINE
from ketameta.cli.method_options import Methods, level_option, preset_option
from ketameta.cli.options import everywhere
from ketameta.cli.result_options import FORMATS, Delivery, result_options


@click.command(
    epilog="""\b
Examples:
  ketameta network --data arms.csv --measure OR --larger-is-better
  ketameta network --data arms.csv --measure MD --reference placebo
  ketameta network --data contrasts.csv --measure OR --tau2 DL --ci wald
\b
Columns of FILE, one row per arm:
  study, treatment, events, n              OR, RR, RD, AS
  study, treatment, mean, sd, n            MD, SMD, ROM
  study, treatment, events, time           IRR
or one row per comparison, all pairs of arms of a study:
  study, treatment_1, treatment_2, yi      1 minus 2, on the analysis scale
  vi or sei                                (the logarithm for OR, RR, HR)
"""
)
@data_options
@preset_option
@click.option(
    "--tau2",
    metavar="METHOD",
    help="Estimator of the between-study variance: REML (default), DL, ML, PM, ...; EE for equal "
    "effects.",
)
@click.option(
    "--ci",
    "interval",
    metavar="METHOD",
    help="Intervals: hksj (default), hksj-guarded, wald, t.",
)
@click.option("--prediction", metavar="METHOD", help="Prediction intervals: t(k-1) (default), ...")
@click.option(
    "--reference",
    metavar="TREATMENT",
    help="Treatment that others are compared with.  [default: the first in the alphabet]",
)
@click.option(
    "--smaller-is-better/--larger-is-better",
    "smaller_is_better",
    default=None,
    help="Which effects are good; without it treatments get no P-scores.",
)
@level_option
@result_options(*FORMATS)
@everywhere
def network(
    request: DataRequest,
    preset: str | None,
    tau2: str | None,
    interval: str | None,
    prediction: str | None,
    reference: str | None,
    smaller_is_better: bool | None,
    level: float | None,
    delivery: Delivery,
) -> int:
    """Compare several treatments at once.

    Network meta-analysis: every treatment against every other from direct and indirect evidence,
    with studies of several arms counted as such; whether designs and the two kinds of evidence
    agree; and a ranking, where it is said which effects are good.
    """
    from ketameta.cli.findings import deliver_findings
    from ketameta.cli.network_findings import NetworkWish, analyse_networks

    methods = Methods(tau2, interval, prediction, level)
    if preset is not None:
        methods = methods.under(preset)
    methods.check()
    wish = NetworkWish(methods.choices(), reference, smaller_is_better)
    output = delivery.output(request.file)
    samples, found = analyse_networks(request, wish)
    if methods.program is not None:
        output.say(
            f"--preset {methods.program.code}: gives tau2 and intervals; effect sizes are made as "
            "without it."
        )
    deliver_findings(samples, found, delivery.style, output)
    return FINE

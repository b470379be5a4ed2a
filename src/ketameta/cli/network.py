"""`ketameta network`: several treatments at once, compared directly and through one another."""

from __future__ import annotations

from pathlib import Path

import click

from ketameta.cli.data_options import DataRequest, data_options
from ketameta.cli.failures import FINE
from ketameta.cli.method_options import Methods, level_option, preset_option
from ketameta.cli.options import everywhere, review_option
from ketameta.cli.result_options import FORMATS, Delivery, result_options
from ketameta.cli.workspace import Workspace
from ketameta.errors import UsageError


@click.command(
    epilog="""\b
Examples:
  ketameta network --data arms.csv --measure OR --larger-is-better
  ketameta network --data arms.csv --measure MD --reference placebo
  ketameta network --data contrasts.csv --measure OR --tau2 DL --ci wald
  ketameta network abstinence-longest
\b
Columns of FILE, one row per arm:
  study, treatment, events, n              OR, RR, RD, AS
  study, treatment, mean, sd, n            MD, SMD, ROM
  study, treatment, events, time           IRR
or one row per comparison, all pairs of arms of a study:
  study, treatment_1, treatment_2, yi      1 minus 2, on the analysis scale
  vi or sei                                (the logarithm for OR, RR, HR)
\b
A QUESTION of the review: inert placebo, active placebo, low-dose ketamine,
usual care, no treatment and active treatments are nodes of their own.
"""
)
@click.argument("question", required=False)
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
    "--interval",
    "interval",
    metavar="METHOD",
    help="Intervals: hksj (default), hksj-guarded, wald, t.",
)
@click.option(
    "--prediction",
    "--pi",
    metavar="METHOD",
    help="Prediction intervals: t(k-1) (default), ...",
)
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
@click.option(
    "--split",
    type=click.Choice(["back-calculation", "side-splitting"]),
    default="back-calculation",
    show_default=True,
    metavar="NAME",
    help="Direct against indirect evidence: back-calculation, or side-splitting (node splitting).",
)
@level_option
@result_options(*FORMATS)
@review_option
@everywhere
@click.pass_context
def network(
    ctx: click.Context,
    question: str | None,
    request: DataRequest,
    preset: str | None,
    tau2: str | None,
    interval: str | None,
    prediction: str | None,
    reference: str | None,
    smaller_is_better: bool | None,
    split: str,
    level: float | None,
    delivery: Delivery,
    review_file: Path | None,
) -> int:
    """Compare several treatments at once.

    Network meta-analysis: every treatment against every other from direct and indirect evidence,
    with studies of several arms counted as such; whether designs and the two kinds of evidence
    agree; what each estimate rests on; and a ranking, where it is said which effects are good. A
    network that does not hang together is refused, with its parts.
    """
    from ketameta.cli.findings import deliver_findings
    from ketameta.cli.network_findings import NetworkWish, analyse_networks
    from ketameta.cli.network_questions import Asked, analyse_question

    if (request.file is None) == (question is None):
        raise UsageError("network: name either a table with --data FILE or a QUESTION.")
    methods = Methods(tau2, interval, prediction, level)
    if preset is not None:
        methods = methods.under(preset)
    methods.check()
    wish = NetworkWish(methods.choices(), reference, smaller_is_better, split)
    output = delivery.output(request.file)
    if question is None:
        samples, found = analyse_networks(request, wish)
    else:
        request.refuse_without_file()
        asked = Asked(Workspace.of(ctx), question, review_file)
        samples, found = analyse_question(asked, methods, wish, output)
    if methods.program is not None:
        output.say(
            f"--preset {methods.program.code}: gives tau2 and intervals; effect sizes are made as "
            "without it."
        )
    deliver_findings(samples, found, delivery.style, output)
    return FINE

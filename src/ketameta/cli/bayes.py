"""`ketameta bayes`: the Bayesian random-effects model, for few studies."""

from __future__ import annotations

import click

from ketameta.cli.failures import FINE
from ketameta.cli.method_options import Methods, level_option, zero_cells_option
from ketameta.cli.sampling import Source, source_options, source_results


@click.command(
    epilog="""\b
Examples:
  ketameta bayes abstinence-longest
  ketameta bayes --data trials.csv --measure OR --prior half-normal:0.5
  ketameta bayes --data trials.csv --measure OR --prior turner
  ketameta bayes abstinence-longest --mean-prior 0,2
  ketameta bayes --data trials.csv --measure SMD --sensitivity --format csv
\b
Priors of tau, on the analysis scale:
  half-normal:SCALE  half-cauchy:SCALE  half-t:SCALE,DF  exponential:MEAN
  lomax:SHAPE,SCALE  uniform[:UPPER]    lognormal:LOCATION,SCALE (of tau2)
  log-t:LOCATION,SCALE[,DF] (of tau2)   turner[:OUTCOME]  rhodes[:OUTCOME]
  from the standard errors: jeffreys, overall-jeffreys, berger-deely,
  conventional, dumouchel, shrinkage, i2; sqrt (improper)
\b
The columns of FILE are those of ketameta pool.
"""
)
@source_options
@click.option(
    "--prior",
    metavar="PRIOR",
    help="Prior of tau, the standard deviation between studies.  [default: half-normal:0.5, for "
    "log ratios and standardised differences]",
)
@click.option(
    "--mean-prior",
    metavar="MEAN,SD",
    help="Normal prior of the mean effect, on the analysis scale.  [default: flat]",
)
@click.option(
    "--threshold",
    type=float,
    default=0.0,
    show_default=True,
    metavar="NUMBER",
    help="Probabilities refer to effects above it, on the analysis scale.",
)
@click.option("--sensitivity", is_flag=True, help="Repeat under other plausible priors of tau.")
@level_option
@zero_cells_option
@source_results
def bayes(
    source: Source,
    prior: str | None,
    mean_prior: str | None,
    threshold: float,
    sensitivity: bool,
    level: float | None,
    zero_cells: str | None,
) -> int:
    """Pool with a Bayesian model, made for few studies.

    The normal-normal hierarchical model by quadrature: no simulation, the same numbers every time.
    Given are the mean effect, the standard deviation tau between studies, the effect in a new
    study and in each study, with shortest credible intervals, and probabilities and Bayes factors.
    """
    from ketameta.cli.bayes_findings import Wish, bayes_findings
    from ketameta.cli.each_sample import of_each

    methods = Methods(level=level, zero_cells=zero_cells)
    methods.check()
    wish = Wish.of(prior, mean_prior, threshold, sensitivity, methods.coverage)
    samples = source.samples(methods)
    found = of_each(samples, lambda sample: bayes_findings(samples.source, sample, wish))
    source.deliver(samples, found, methods)
    return FINE

"""`ketameta selection`: the mean if studies were selected by their P values."""

from __future__ import annotations

import click

from ketameta.cli.failures import FINE
from ketameta.cli.method_options import Methods, level_option, zero_cells_option
from ketameta.cli.sampling import Source, source_options, source_results
from ketameta.cli.spelled_choice import SpelledChoice

TYPES = ("step", "beta", "half-normal", "negative-exponential", "logistic", "power")
SPELLINGS = {"stepfun": "step", "halfnorm": "half-normal", "negexp": "negative-exponential"}
"""metafor's names."""
FIXED = (
    *("moderate one-sided", "severe one-sided"),
    *("moderate two-sided", "severe two-sided"),
)


@click.command(
    epilog="""\b
Examples:
  ketameta selection --data t.csv --measure OR --type step --steps .025
  ketameta selection --data t.csv --measure OR --steps .025 --weights 1,.5
  ketameta selection --data t.csv --measure SMD --type beta
  ketameta selection abstinence-longest --vevea-woods "severe one-sided"
"""
)
@source_options
@click.option(
    "--type",
    "model",
    type=SpelledChoice(TYPES, SPELLINGS),
    default="step",
    show_default=True,
    metavar="NAME",
    help=f"Weight function: {', '.join(TYPES)}.",
)
@click.option(
    "--steps",
    default=".025",
    show_default=True,
    metavar="NUMBERS",
    help="Cut-offs of the P values for step, separated by commas.",
)
@click.option(
    "--weights",
    metavar="NUMBERS",
    help="Fixed weights for step, one per interval, the first 1.  [default: estimated]",
)
@click.option(
    "--vevea-woods",
    type=click.Choice(FIXED),
    metavar="NAME",
    help="Steps and weights of Vevea and Woods: moderate or severe, one-sided or two-sided.",
)
@click.option(
    "--alternative",
    type=click.Choice(["auto", "greater", "less", "two-sided"]),
    default="auto",
    show_default=True,
    metavar="NAME",
    help="Results with small P values: auto, greater, less or two-sided.",
)
@click.option(
    "--precision",
    type=click.Choice(["none", "se", "v", "1/n", "1/sqrt(n)"]),
    default="none",
    show_default=True,
    metavar="NAME",
    help="What makes imprecise studies more selected: none, se, v, 1/n or 1/sqrt(n).",
)
@click.option("--equal-effects", is_flag=True, help="Take tau2 as 0.")
@level_option
@zero_cells_option
@source_results
def selection(
    source: Source,
    model: str,
    steps: str,
    weights: str | None,
    vevea_woods: str | None,
    alternative: str,
    precision: str,
    equal_effects: bool,
    level: float | None,
    zero_cells: str | None,
) -> int:
    """Fit a model of selection by P values.

    A sensitivity analysis: what the mean would be if studies had been published with a chance that
    depends on their P values as supposed. Below ten studies it says why not to rely on it.
    """
    from ketameta.cli.each_sample import of_each
    from ketameta.cli.selection_findings import Selection, selection_findings

    methods = Methods(level=level, zero_cells=zero_cells)
    methods.check()
    wish = Selection(model, steps, weights, vevea_woods, alternative, precision)
    choices = wish.choices(equal_effects=equal_effects, level=methods.coverage)
    samples = source.samples(methods)
    found = of_each(samples, lambda sample: selection_findings(samples.source, sample, choices))
    source.deliver(samples, found, methods)
    return FINE

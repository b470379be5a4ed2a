"""`ketameta sensitivity`: does the answer hold when one thing changes?"""

from __future__ import annotations

import click

from ketameta.cli.failures import FINE
from ketameta.cli.method_options import Methods, method_options
from ketameta.cli.sampling import Source, source_options
from ketameta.cli.spelled_choice import SpelledChoice

KINDS = (
    "leave-one-out",
    "cumulative",
    "influence",
    "baujat",
    "subsets",
    "permutation",
    "fragility",
    "missing-outcomes",
)
SPELLINGS = {
    "leave1out": "leave-one-out",
    "loo": "leave-one-out",
    "cumul": "cumulative",
    "gosh": "subsets",
    "permutest": "permutation",
}
"""metafor's names of the same."""


@click.command(
    epilog="""\b
Examples:
  ketameta sensitivity abstinence-longest --kind leave-one-out
  ketameta sensitivity --data t.csv --measure OR --kind cumulative
  ketameta sensitivity --data t.csv --measure SMD --kind influence
  ketameta sensitivity --data t.csv --measure OR --kind missing-outcomes
\b
Kinds:
  leave-one-out     the pooled result without each study in turn
  cumulative        after each study, in the order of --order, or of the rows
  influence         rstudent, dffits, Cook's distance, hat, dfbetas, ...
  baujat            contribution of each study to Q, and to the mean
  subsets           every subset of studies (GOSH); a sample from 16 on
  permutation       test of the mean by changes of sign
  fragility         outcomes that must differ for an interval to cross
  missing-outcomes  bounds for people with unknown outcomes: columns missing_1
                    and missing_2, who are not counted in n_1 and n_2
"""
)
@source_options
@click.option(
    "--kind",
    type=SpelledChoice(KINDS, SPELLINGS),
    required=True,
    metavar="KIND",
    help="What to vary; the kinds stand below.",
)
@click.option("--order", metavar="COLUMN", help="Column that orders a cumulative meta-analysis.")
@click.option("--sample", type=int, metavar="NUMBER", help="Draws of subsets or permutation.")
@click.option(
    "--alpha",
    type=float,
    default=0.05,
    show_default=True,
    metavar="NUMBER",
    help="Threshold of a single trial's P value, for fragility.",
)
@method_options
def sensitivity(
    source: Source,
    kind: str,
    order: str | None,
    sample: int | None,
    alpha: float,
    methods: Methods,
) -> int:
    """Vary one thing at a time and pool again.

    Studies are left out, added one by one, or recombined; signs are changed; or people with
    unknown outcomes are given one.
    """
    from ketameta.cli.sensitivity_findings import Variation, check_options, vary

    wish = Variation(kind, order, sample, alpha, methods)
    check_options(wish)
    samples = source.samples(methods)
    found = [vary(samples.source, sample_, wish) for sample_ in samples.samples]
    source.deliver(samples, found, methods)
    return FINE

"""`ketameta sensitivity`: does the answer hold when one thing changes?"""

from __future__ import annotations

import click

from ketameta.cli.failures import FINE
from ketameta.cli.method_options import Methods, method_options
from ketameta.cli.sampling import Source, source_options, source_results
from ketameta.cli.sensitivity_options import FROM_NOTHING, KindOptions, kind_options
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
    "subgroups",
    "tornado",
    "funnel",
    "radial",
    "labbe",
    "drapery",
    "profile",
    "qq",
)
SPELLINGS = {
    "leave1out": "leave-one-out",
    "loo": "leave-one-out",
    "cumul": "cumulative",
    "gosh": "subsets",
    "permutest": "permutation",
    "galbraith": "radial",
    "qqnorm": "qq",
    "normal-quantiles": "qq",
    "likelihood-profile": "profile",
    "pooled-fragility": "fragility",
    "imor": "missing-outcomes",
}
"""metafor's names of the same, and those of the catalog."""


FROM_COUNTS = ("fragility", "labbe")
"""Kinds that work on counts, which a question of the review gives as columns."""


@click.command(
    epilog="""\b
Examples:
  ketameta sensitivity abstinence-longest --kind leave-one-out
  ketameta sensitivity --data t.csv --measure OR --kind cumulative
  ketameta sensitivity --data t.csv --measure SMD --kind influence
  ketameta sensitivity --data t.csv --measure OR --kind missing-outcomes
  ketameta sensitivity --data t.csv --kind missing-outcomes --imor 0.5,1
  ketameta sensitivity --data t.csv --kind leave-one-out --cluster country
  ketameta sensitivity --data t.csv --kind tornado --vary r=0.3:0.5:0.8
  ketameta sensitivity abstinence-longest --kind tornado
\b
Kinds:
  leave-one-out     the pooled result without each study, or --cluster
  cumulative        after each study, in the order of --order, or of the rows
  influence         rstudent, dffits, Cook's distance, hat, dfbetas, ...
  baujat            contribution of each study to Q, and to the mean
  subsets           every subset of studies (GOSH); a sample from 16 on
  permutation       test of the mean by changes of sign
  fragility         outcomes that must differ for an interval to cross
  missing-outcomes  bounds for people with unknown outcomes: columns missing_1
                    and missing_2, who are not counted in n_1 and n_2 (empty:
                    not stated), or what records state; and informative
                    missingness (--imor)
  subgroups         studies in --groups pooled apart, and do they differ?
  tornado           numbers supposed for empty cells (--vary), or those that a
                    question's records rest on, each over its range
\b
Coordinates of plots:
  funnel, radial, labbe, drapery, profile (likelihood of tau2), qq
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
@kind_options
@click.option(
    "--alpha",
    type=float,
    default=0.05,
    show_default=True,
    metavar="NUMBER",
    help="Threshold of a single trial's P value, for fragility.",
)
@method_options
@source_results
def sensitivity(
    source: Source,
    kind: str,
    alpha: float,
    options: KindOptions,
    methods: Methods,
) -> int:
    """Vary one thing at a time and pool again.

    Studies are left out, added one by one, grouped or recombined; signs are changed; people with
    unknown outcomes are given one; numbers that were supposed are varied. Also the coordinates of
    the plots that show such things.
    """
    from ketameta.cli.each_sample import of_each
    from ketameta.cli.sensitivity_findings import refused, vary
    from ketameta.cli.sensitivity_wish import Variation, check_options

    wish = Variation(kind, options, alpha, methods)
    check_options(wish)
    samples = source.samples(methods, columns=True, demanded=kind not in FROM_NOTHING)
    found = of_each(
        samples,
        lambda sample: vary(samples.source, sample, wish),
        refused=lambda sample, error: refused(wish, sample, error),
    )
    if kind in FROM_COUNTS:
        from ketameta.cli.sensitivity_counts import without_counts

        for name in (name for sample in samples.samples for name in without_counts(sample)):
            source.output.say(f"{name}: reports an estimate without counts. It is not below.")
    what = "common tau2" if options.common_tau2 else kind
    source.deliver(samples, found, methods, what=what)
    return FINE

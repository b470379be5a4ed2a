"""`ketameta regress`: do effects differ with characteristics of the studies?"""

from __future__ import annotations

import click

from ketameta.cli.failures import FINE
from ketameta.cli.method_options import Methods, method_options, refuse_said
from ketameta.cli.sampling import Source, source_options, source_results


@click.command(
    epilog="""\b
Examples:
  ketameta regress --data t.csv --measure OR --formula "~ year + C(blind)"
  ketameta regress --data t.csv --measure SMD --formula "~ dose" --ci t
  ketameta regress --data t.csv --formula "~ bs(weeks, df=4)" --format json
  ketameta regress --data t.csv --formula "~ year" --permute exact
  ketameta regress --data t.csv --formula "~ year" --predict year=1990
  ketameta regress --data t.csv --formula "~ year + n" --contrast "year - n"
  ketameta regress --data t.csv --formula "~ year + n" --adjust holm
  ketameta regress --data t.csv --formula "~ dose" --scale "~ dose"
\b
A formula names columns of FILE. C(x) makes groups of a column, a * b an
interaction, poly(x, 2), bs(x, df=4) and cr(x, df=4) curves; 0 + leaves the
intercept out. Rows with an empty cell in one of its columns are left out.
"""
)
@source_options
@click.option(
    "--formula",
    required=True,
    metavar="FORMULA",
    help="Moderators, such as ~ year + C(allocation).",
)
@click.option(
    "--predict",
    multiple=True,
    metavar="PLACE",
    help="Predicted effect at a place, such as year=1990,allocation=random. Repeat.",
)
@click.option(
    "--contrast",
    "contrasts",
    multiple=True,
    metavar="SUM",
    help="Linear combination of coefficients, such as 10*year - C(x)[T.b]; or one weight for each. "
    "Repeat.",
)
@click.option(
    "--permute",
    metavar="NUMBER",
    help="Permutation test: a number of arrangements, exact for all, or auto.",
)
@click.option("--seed", type=int, default=1, show_default=True, help="Of random arrangements.")
@click.option(
    "--adjust",
    metavar="METHOD",
    help="P values adjusted for the number of tests: holm, bonferroni, hochberg, bh, by.",
)
@click.option(
    "--scale",
    metavar="FORMULA",
    help="Moderators of the heterogeneity: a location-scale model beside the regression.",
)
@click.option(
    "--residuals", is_flag=True, help="Residuals, leverage and Cook's distance of each study."
)
@method_options
@source_results
def regress(
    source: Source,
    formula: str,
    predict: tuple[str, ...],
    contrasts: tuple[str, ...],
    permute: str | None,
    seed: int,
    adjust: str | None,
    scale: str | None,
    residuals: bool,
    methods: Methods,
) -> int:
    """Ask whether effects differ with characteristics of studies.

    Mixed-effects meta-regression: coefficients with their tests, an omnibus test of the moderators,
    the heterogeneity they leave, R², variance inflation; on demand predicted effects, contrasts, a
    permutation test, adjusted P values, residuals, and moderators of the heterogeneity. A question
    of the review has the columns weeks, dose, sessions, route, psychotherapy, substance, design,
    control_type and the like.
    """
    from ketameta.cli.each_sample import of_each
    from ketameta.cli.regress_findings import regress_findings, regression_choices
    from ketameta.cli.regress_wish import RegressionWish

    refuse_said("prediction", "has no place here; prediction intervals follow the tests (--ci).")
    choices = regression_choices(methods)
    wish = RegressionWish(
        formula, choices, predict, contrasts, adjust, permute, scale, seed, residuals
    )
    samples = source.samples(methods, columns=True)
    found = of_each(samples, lambda sample: regress_findings(samples.source, sample, wish))
    source.deliver(samples, found, methods, what="regress")
    return FINE

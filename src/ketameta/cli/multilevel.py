"""`ketameta multilevel`: several estimates per study."""

from __future__ import annotations

import click

from ketameta.cli.error_options import ErrorRequest, error_options
from ketameta.cli.failures import FINE
from ketameta.cli.method_options import Methods, level_option, zero_cells_option
from ketameta.cli.sampling import Source, source_options, source_results


@click.command(
    epilog="""\b
Examples:
  ketameta multilevel --data t.csv --measure SMD --cluster study --rho 0.6
  ketameta multilevel --data t.csv --cluster lab --within study --method ML
  ketameta multilevel --data t.csv --cluster study --covariance V.csv
  ketameta multilevel --data t.csv --cluster study --outcome scale --rho 0.6
  ketameta multilevel --data t.csv --cluster s --rho 0.5 --phi 0.9 --time week
  ketameta multilevel --data t.csv --cluster study --formula "~ weeks"
  ketameta multilevel --data t.csv --cluster s --outcome scale --struct HCS
  ketameta multilevel craving --cluster substance
\b
The labels of rows (--study) need not be unique. A question has the columns
study, substance, design, randomised, contrast_class, control_type, weeks,
outcome and assessment. ketameta aggregate makes one row per study instead.
\b
--test-coefficients "a, b" tests a and b together, "a - b" their difference.
"""
)
@source_options
@click.option(
    "--cluster", required=True, metavar="COLUMN", help="Column of the study (or laboratory)."
)
@click.option("--within", metavar="COLUMN", help="Column of units within clusters.")
@click.option(
    "--outcome",
    metavar="COLUMN",
    help="Column of outcomes: a multivariate model, with a true effect on each outcome.",
)
@click.option(
    "--structure",
    "--struct",
    "structure",
    metavar="NAME",
    help="Of the true effects on several outcomes: UN (default), HCS, CS, DIAG, ID.",
)
@error_options
@click.option("--formula", metavar="FORMULA", help="Moderators, such as ~ weeks + C(drug).")
@click.option(
    "--method",
    type=click.Choice(["REML", "ML"], case_sensitive=False),
    metavar="[REML|ML]",
    default="REML",
    show_default=True,
    help="Estimator of the variances.",
)
@click.option(
    "--test",
    metavar="NAME",
    default="containment",
    show_default=True,
    help="Tests of coefficients: containment, t or wald.",
)
@click.option(
    "--robust",
    metavar="KIND",
    default="CR2",
    show_default=True,
    help="Cluster-robust variance given beside the model's: CR0, CR1, CR1p, CR1S, CR2, CR3.",
)
@click.option(
    "--test-coefficients",
    "tested",
    multiple=True,
    metavar="NAMES",
    help="Coefficients, terms or sums of them, joined by commas, to test together: by the model, "
    "and robust (HTZ). Repeat.",
)
@click.option(
    "--predict",
    multiple=True,
    metavar="PLACE",
    help="Predicted effect at a place, such as weeks=4,drug=racemate. Repeat.",
)
@click.option(
    "--random-effects", is_flag=True, help="Deviations of clusters and units from the mean too."
)
@click.option(
    "--profile-intervals",
    is_flag=True,
    help="Profile-likelihood intervals with --outcome too, of each variance and correlation; they "
    "take a while.",
)
@level_option
@zero_cells_option
@source_results
def multilevel(
    source: Source,
    cluster: str,
    within: str | None,
    outcome: str | None,
    structure: str | None,
    errors: ErrorRequest,
    formula: str | None,
    method: str,
    test: str,
    robust: str,
    tested: tuple[str, ...],
    predict: tuple[str, ...],
    random_effects: bool,
    profile_intervals: bool,
    level: float | None,
    zero_cells: str | None,
) -> int:
    """Pool several estimates per study, which belong together.

    Three-level model: variance between and within clusters, each with its profile-likelihood
    interval and likelihood ratio test; with --outcome a multivariate model, with variances and
    correlations of true effects. Coefficients come with tests, and beside them cluster-robust ones.
    With --rho the sampling errors of a cluster correlate (correlated and hierarchical effects);
    --covariance gives their covariances as they are known.
    """
    from ketameta.cli.each_sample import of_each
    from ketameta.cli.multilevel_findings import multilevel_findings
    from ketameta.cli.multilevel_wish import Dependence
    from ketameta.pooling.multilevel_choices import MultilevelChoices, settle

    methods = Methods(level=level, zero_cells=zero_cells)
    methods.check()
    wish = Dependence(
        cluster,
        errors,
        settle(MultilevelChoices(method, test, methods.coverage)),
        within=within,
        outcome=outcome,
        structure=structure,
        formula=formula,
        robust=robust,
        tested=tested,
        predict=predict,
        random_effects=random_effects,
        profile_intervals=profile_intervals,
    )
    samples = source.samples(methods, columns=True)
    found = of_each(samples, lambda sample: multilevel_findings(samples.source, sample, wish))
    source.deliver(samples, found, methods)
    return FINE

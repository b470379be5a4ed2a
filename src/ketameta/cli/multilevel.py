"""`ketameta multilevel`: several estimates per study."""

from __future__ import annotations

import click

from ketameta.cli.failures import FINE
from ketameta.cli.method_options import Methods, level_option, zero_cells_option
from ketameta.cli.sampling import Source, source_options


@click.command(
    epilog="""\b
Examples:
  ketameta multilevel --data t.csv --measure SMD --cluster study --rho 0.6
  ketameta multilevel --data t.csv --cluster lab --within study --method ML
  ketameta multilevel --data t.csv --cluster study --formula "~ weeks"
  ketameta multilevel craving --cluster substance
\b
The labels of rows (--study) need not be unique. A question has the columns
study, substance, design, randomised, contrast_class, control_type, weeks,
outcome and assessment.
"""
)
@source_options
@click.option(
    "--cluster", required=True, metavar="COLUMN", help="Column of the study (or laboratory)."
)
@click.option("--within", metavar="COLUMN", help="Column of units within clusters.")
@click.option(
    "--rho",
    type=float,
    metavar="NUMBER",
    help="Correlation of sampling errors within a cluster, from the same participants.  "
    "[default: independent]",
)
@click.option("--formula", metavar="FORMULA", help="Moderators, such as ~ weeks + C(drug).")
@click.option(
    "--method",
    type=click.Choice(["REML", "ML"], case_sensitive=False),
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
    help="Cluster-robust variance given beside the model's: CR0, CR1, CR1p, CR2.",
)
@level_option
@zero_cells_option
def multilevel(
    source: Source,
    cluster: str,
    within: str | None,
    rho: float | None,
    formula: str | None,
    method: str,
    test: str,
    robust: str,
    level: float | None,
    zero_cells: str | None,
) -> int:
    """Pool several estimates per study, which belong together.

    Three-level model: variance between and within clusters, each with its profile-likelihood
    interval; coefficients with tests, and beside them cluster-robust ones. With --rho the sampling
    errors of a cluster correlate (correlated and hierarchical effects).
    """
    from ketameta.cli.multilevel_findings import Dependence, multilevel_findings
    from ketameta.pooling.multilevel_choices import MultilevelChoices, settle

    methods = Methods(level=level, zero_cells=zero_cells)
    methods.check()
    choices = settle(MultilevelChoices(method, test, methods.coverage or 0.95))
    wish = Dependence(cluster, within, rho, formula, robust, choices)
    samples = source.samples(methods, columns=True)
    found = [multilevel_findings(samples.source, sample, wish) for sample in samples.samples]
    source.deliver(samples, found, methods)
    return FINE

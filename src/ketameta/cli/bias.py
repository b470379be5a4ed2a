"""`ketameta bias`: do small studies show other effects?"""

from __future__ import annotations

import click

from ketameta.cli.failures import FINE
from ketameta.cli.method_options import Methods, level_option, zero_cells_option
from ketameta.cli.sampling import Source, source_options, source_results
from ketameta.sensitivity.bias.names import TESTS


@click.command(
    epilog="\b\nExamples:\n"
    "  ketameta bias --data t.csv --measure OR\n"
    "  ketameta bias --data t.csv --measure OR --test egger,begg,harbord\n"
    "  ketameta bias --data t.csv --measure SMD --test egger --model additive\n"
    "  ketameta bias --data t.csv --measure OR --test all --format json\n"
    "  ketameta bias abstinence-longest --test pet-peese,limit,copas\n"
    "\b\nTests:\n"
    + "\n".join(f"  {name:12} {meaning}" for name, meaning in TESTS.items())
    + "\n  asymmetry    the first eight; fail-safe the last three; all every one\n"
    "\b\nTrim and fill: ketameta trim-fill. Selection models: ketameta selection.\n"
    "What a test does, and where it comes from: ketameta explain NAME."
)
@source_options
@click.option(
    "--test",
    "tests",
    default="egger,begg",
    show_default=True,
    metavar="NAMES",
    help="Tests, separated by commas, or all; they stand below.",
)
@click.option(
    "--predictor",
    default="se",
    show_default=True,
    metavar="NAME",
    help="For egger: se, v, n, 1/n, sqrt(n) or 1/sqrt(n).",
)
@click.option(
    "--model",
    type=click.Choice(["multiplicative", "additive"]),
    help="What scatters studies around the line.  [default: multiplicative; ruecker: additive]",
)
@click.option(
    "--tau2",
    metavar="METHOD",
    help="Estimator for the additive model and limit (REML), and for the centre of contours (EE).",
)
@click.option(
    "--variant",
    default="modified-predictor",
    show_default=True,
    metavar="NAME",
    help="For pustejovsky: modified-predictor, modified-both or variance-stabilised.",
)
@click.option(
    "--target",
    type=float,
    metavar="EFFECT",
    help="For orwin, on the analysis scale (logarithm of ratios).  [default: half of the mean]",
)
@click.option(
    "--excess-test",
    default="exact",
    show_default=True,
    metavar="NAME",
    help="For excess: exact, binomial or chi2.",
)
@click.option(
    "--chances",
    metavar="NUMBERS",
    help="For copas: chances that the least precise study was published.  [default: 0.99 to 0.1]",
)
@level_option
@zero_cells_option
@source_results
def bias(
    source: Source,
    tests: str,
    predictor: str,
    model: str | None,
    tau2: str | None,
    variant: str,
    target: float | None,
    excess_test: str,
    chances: str | None,
    level: float | None,
    zero_cells: str | None,
) -> int:
    """Test whether small studies show other effects.

    Tests of funnel plot asymmetry, means adjusted for it, p-curve, excess significance and
    fail-safe N. Below ten studies every result says why it should not be relied on; the tests run
    all the same, because you asked. What cannot be computed is listed with the reason.
    """
    from ketameta.cli.bias_findings import bias_findings, refuse_without_any
    from ketameta.cli.bias_wish import Details, Tests
    from ketameta.cli.each_sample import of_each

    methods = Methods(level=level, zero_cells=zero_cells)
    methods.check()
    details = Details(predictor, model, tau2, target, excess_test, variant, chances)
    wish = Tests.of(tests, details, methods.coverage)
    samples = source.samples(methods)
    found = of_each(samples, lambda sample: bias_findings(sample, wish))
    refuse_without_any(found)
    source.deliver(samples, found, methods)
    return FINE

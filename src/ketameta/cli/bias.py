"""`ketameta bias`: do small studies show other effects?"""

from __future__ import annotations

import click

from ketameta.cli.bias_tests import TESTS
from ketameta.cli.failures import FINE
from ketameta.cli.method_options import Methods, level_option, zero_cells_option
from ketameta.cli.sampling import Source, source_options


@click.command(
    epilog="\b\nExamples:\n"
    "  ketameta bias --data t.csv --measure OR\n"
    "  ketameta bias --data t.csv --measure OR --test egger,begg,harbord\n"
    "  ketameta bias --data t.csv --measure SMD --test egger --model additive\n"
    "  ketameta bias abstinence-longest --format json\n"
    "\b\nTests:\n" + "\n".join(f"  {name:12} {meaning}" for name, meaning in TESTS.items())
)
@source_options
@click.option(
    "--test",
    "tests",
    default="egger,begg",
    show_default=True,
    metavar="NAMES",
    help="Tests, separated by commas; they stand below.",
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
@level_option
@zero_cells_option
def bias(
    source: Source,
    tests: str,
    predictor: str,
    model: str | None,
    level: float | None,
    zero_cells: str | None,
) -> int:
    """Test whether small studies show other effects.

    Tests of funnel plot asymmetry, fail-safe N and excess significance. Below ten studies every
    result says why it should not be relied on; the tests run all the same.
    """
    from ketameta.cli.bias_findings import Tests, bias_findings

    methods = Methods(level=level, zero_cells=zero_cells)
    methods.check()
    wish = Tests.of(tests, predictor, model, methods.coverage)
    samples = source.samples(methods)
    found = [bias_findings(sample, wish) for sample in samples.samples]
    source.deliver(samples, found, methods)
    return FINE

"""Figures of choices, assumptions and models: from a sample to a picture."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ketameta.cli.bayes_findings import Wish
from ketameta.cli.data_samples import Sample
from ketameta.cli.fewer_rows import only_rows
from ketameta.cli.moderators import table_only
from ketameta.cli.multiverse_findings import explored
from ketameta.cli.multiverse_forks import Forks
from ketameta.cli.plot_kinds import PlotWish
from ketameta.cli.regress_findings import regression_choices
from ketameta.errors import UsageError
from ketameta.figures.diagnostics.bubble import draw_bubble
from ketameta.figures.diagnostics.multiverse import draw_multiverse
from ketameta.figures.diagnostics.prior_posterior import draw_prior_posterior
from ketameta.figures.picture import Picture
from ketameta.pooling.bayes import default_prior, density_curves, fit_posterior, summarise
from ketameta.pooling.moderator_curve import moderator_curve

TWO_GROUPS = ("binary", "rate")
"""Families for which the zero-cell rule treatment_arm, one of the usual three, has a meaning."""


def multiverse(sample: Sample, wish: PlotWish) -> Picture:
    """Every combination of choices; those named by options are the only ones of their kind."""
    methods = wish.methods
    zero_cells = methods.zero_cells
    if zero_cells is None and sample.measure.family not in TWO_GROUPS:
        zero_cells = "only0,none"
    forks = Forks.of(None, wish.options.without, replace(methods, zero_cells=zero_cells))
    whole = explored(sample, forks, [sample.measure.code])
    return draw_multiverse(whole, wish.subject(sample))


def prior_posterior(sample: Sample, wish: PlotWish) -> Picture:
    """Densities of the Bayesian model."""
    asked = Wish.of(wish.options.prior, wish.options.mean_prior, 0.0, False, wish.level)
    posterior = fit_posterior(
        sample.estimates,
        prior=asked.prior or default_prior(sample.measure.code),
        mean_prior=asked.mean_prior,
    )
    found = summarise(posterior, level=wish.level)
    return draw_prior_posterior(density_curves(posterior), found, wish.subject(sample))


def bubble(sample: Sample, wish: PlotWish) -> Picture:
    """A numeric column on the axis; rows without a number are left out, and said."""
    name = wish.options.moderator
    if name is None:
        raise UsageError("plot bubble: no moderator. Name a column with --moderator COLUMN.")
    rows = table_only(sample, "plot bubble")
    values = np.array(rows.values(name))
    use = np.isfinite(values)
    used = only_rows(sample, use, [f"missing: {name}"] * use.size)
    for item in used.left_out[len(sample.left_out) :]:
        wish.source.output.say(f"{item.where}: {item.label}: {item.reason}. It is not drawn.")
    choices = regression_choices(wish.methods)
    curve = moderator_curve(used.estimates, values[use], moderator=name, choices=choices)
    return draw_bubble(curve, wish.subject(used))

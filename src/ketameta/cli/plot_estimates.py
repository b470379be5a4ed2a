"""Figures of effect estimates: from a sample to a picture."""

from __future__ import annotations

from typing import Any

from ketameta.cli.data_samples import Sample
from ketameta.cli.moderators import moderator_data
from ketameta.cli.plot_kinds import PlotWish
from ketameta.cli.sensitivity_rows import pooling_of
from ketameta.errors import DataError, UsageError
from ketameta.figures.diagnostics.baujat import draw_baujat
from ketameta.figures.diagnostics.cumulative import draw_cumulative
from ketameta.figures.diagnostics.drapery import draw_drapery
from ketameta.figures.diagnostics.gosh import draw_gosh
from ketameta.figures.diagnostics.influence import draw_influence
from ketameta.figures.diagnostics.leave_one_out import draw_leave_one_out
from ketameta.figures.diagnostics.profile import draw_profile
from ketameta.figures.diagnostics.quantiles import draw_quantiles
from ketameta.figures.diagnostics.radial import draw_radial
from ketameta.figures.picture import Picture
from ketameta.records.problems import did_you_mean
from ketameta.sensitivity import baujat as baujat_points
from ketameta.sensitivity import cumulative as steps
from ketameta.sensitivity import influence as diagnostics
from ketameta.sensitivity import leave_one_out as left_out
from ketameta.sensitivity.drapery import drapery_plot
from ketameta.sensitivity.likelihood_profile import likelihood_profile
from ketameta.sensitivity.normal_quantiles import normal_quantiles
from ketameta.sensitivity.pooler import pooler
from ketameta.sensitivity.radial import radial_plot
from ketameta.sensitivity.subsets import subsets


def leave_one_out(sample: Sample, wish: PlotWish) -> Picture:
    """Without each study in turn."""
    pooled = pooler(pooling_of(sample, wish.methods))
    rows = left_out.leave_one_out(sample.estimates, pooled)
    return draw_leave_one_out(rows, pooled(sample.estimates), wish.subject(sample))


def cumulative(sample: Sample, wish: PlotWish) -> Picture:
    """After each study, in the order of a column."""
    order = wish.options.order
    keys = None if order is None else _keys(sample, order)
    found = steps.cumulative(sample.estimates, pooling_of(sample, wish.methods), order=keys)
    return draw_cumulative(found, wish.subject(sample), order=order)


def _keys(sample: Sample, name: str) -> Any:
    if sample.rows is None:
        raise UsageError("--order: names a column, so it goes with --data.")
    texts = sample.rows.texts(name)
    empty = [label for label, text in zip(sample.estimates.labels, texts, strict=True) if not text]
    if empty:
        raise DataError(f"--order {name}: there is none for {', '.join(empty)}. Fill it in.")
    return moderator_data(sample.rows, [name])[name]


def influence(sample: Sample, wish: PlotWish) -> Picture:
    """Eight diagnostics of every study."""
    found = diagnostics.influence(sample.estimates, wish.methods.choices())
    return draw_influence(found, wish.subject(sample))


def baujat(sample: Sample, wish: PlotWish) -> Picture:
    """Heterogeneity against influence."""
    found = baujat_points.baujat(sample.estimates, tau2=wish.methods.choices().tau2)
    return draw_baujat(found, wish.subject(sample))


def gosh(sample: Sample, wish: PlotWish) -> Picture:
    """Every subset of the studies."""
    found = subsets(sample.estimates, tau2=wish.methods.choices().tau2, sample=wish.options.sample)
    return draw_gosh(found, wish.subject(sample), study=_study(sample, wish.options.highlight))


def _study(sample: Sample, label: str | None) -> int | None:
    labels = sample.estimates.labels
    if label is None:
        return None
    if label not in labels:
        hint = did_you_mean(label, labels)
        raise UsageError(f'--highlight: there is no study "{label}". {hint}')
    return labels.index(label)


def radial(sample: Sample, wish: PlotWish) -> Picture:
    """z scores against precision; under equal effects, as first proposed, unless --tau2 is said."""
    found = radial_plot(sample.estimates, tau2=wish.methods.tau2 or "EE", level=wish.level)
    return draw_radial(found, wish.subject(sample))


def drapery(sample: Sample, wish: PlotWish) -> Picture:
    """P values of every effect."""
    return draw_drapery(
        drapery_plot(sample.estimates, wish.methods.choices()), wish.subject(sample)
    )


def profile(sample: Sample, wish: PlotWish) -> Picture:
    """Likelihood of tau2: restricted unless the estimator is ML."""
    restricted = wish.methods.choices().tau2 != "ML"
    found = likelihood_profile(sample.estimates, restricted=restricted, level=wish.level)
    return draw_profile(found, wish.subject(sample))


def qq(sample: Sample, wish: PlotWish) -> Picture:
    """Residuals against normal quantiles."""
    found = normal_quantiles(sample.estimates, tau2=wish.methods.choices().tau2, level=wish.level)
    return draw_quantiles(found, wish.subject(sample))

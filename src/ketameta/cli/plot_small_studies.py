"""Figures of small-study effects: from a sample to a picture."""

from __future__ import annotations

from ketameta.cli.data_samples import Sample
from ketameta.cli.plot_kinds import PlotWish
from ketameta.cli.selection_findings import Selection
from ketameta.figures.diagnostics.copas import draw_copas
from ketameta.figures.diagnostics.funnel import draw_funnel
from ketameta.figures.diagnostics.limit import draw_limit
from ketameta.figures.diagnostics.p_curve import draw_p_curve
from ketameta.figures.diagnostics.selection import draw_selection
from ketameta.figures.picture import Picture
from ketameta.sensitivity.bias import copas as copas_model
from ketameta.sensitivity.bias import p_curve as curve
from ketameta.sensitivity.bias import trim_fill as filling
from ketameta.sensitivity.bias.funnel import funnel_plot
from ketameta.sensitivity.bias.limit_meta_analysis import limit_meta_analysis
from ketameta.sensitivity.bias.p_curve_shape import p_curve_shape
from ketameta.sensitivity.bias.selection.fit import selection_model
from ketameta.sensitivity.bias.selection.weight_curve import weight_curve


def funnel(sample: Sample, wish: PlotWish) -> Picture:
    """Around the common-effect mean, or that of --tau2 where it is said."""
    plot = funnel_plot(sample.estimates, tau2=wish.methods.tau2 or "EE", level=wish.level)
    filled = None
    if wish.options.trim_fill:
        filled = filling.trim_fill(sample.estimates, wish.methods.choices())
    mean = funnel_plot(sample.estimates, tau2=wish.methods.choices().tau2).centre
    return draw_funnel(plot, wish.subject(sample), trim_fill=filled, review_mean=mean)


def selection(sample: Sample, wish: PlotWish) -> Picture:
    """The weight function of a selection model."""
    model, steps = wish.options.weight_function or "step", wish.options.steps or ".025"
    asked = Selection(model, steps, None, None, "auto", "none")
    choices = asked.choices(equal_effects=wish.methods.tau2 == "EE", level=wish.level)
    found = selection_model(sample.estimates, choices)
    return draw_selection(
        weight_curve(sample.estimates, choices, found), found, wish.subject(sample)
    )


def p_curve(sample: Sample, wish: PlotWish) -> Picture:
    """P values below 0.05."""
    found = curve.p_curve(sample.estimates)
    return draw_p_curve(p_curve_shape(found), found, wish.subject(sample))


def copas(sample: Sample, wish: PlotWish) -> Picture:
    """A range of supposed selection."""
    found = copas_model.copas(sample.estimates, level=wish.level)
    return draw_copas(found, wish.subject(sample), k=sample.estimates.k)


def limit(sample: Sample, wish: PlotWish) -> Picture:
    """Extrapolated to infinite precision."""
    found = limit_meta_analysis(
        sample.estimates, tau2=wish.methods.choices().tau2, level=wish.level
    )
    return draw_limit(found, sample.estimates, wish.subject(sample))

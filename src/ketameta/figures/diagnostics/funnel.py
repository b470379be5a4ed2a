"""Contour-enhanced funnel plot, with the mirror images of trim and fill if wanted."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes

from ketameta.figures.colours import ACCENT_EDGE, CONTOURS, GUIDE, INK, POINT, POINT_EDGE
from ketameta.figures.diagnostics.cautions import short_notes, spoken
from ketameta.figures.effect_axis import dress_effect_axis, dress_number_axis, padded
from ketameta.figures.keys import DASHED, area_key, line_key, point_key
from ketameta.figures.page import MARGIN, open_page, picture_style
from ketameta.figures.picture import Picture, Subject, number, studies
from ketameta.figures.point_labels import label_points
from ketameta.measures.estimates import EffectEstimates
from ketameta.sensitivity.bias.funnel import FunnelPlot
from ketameta.sensitivity.bias.trim_fill import TrimFill

PANEL = 250.0
LEFT, BOTTOM = 46.0, 34.0
AREA = 26.0
"""Of a point, in square points."""


def draw_funnel(
    plot: FunnelPlot,
    subject: Subject,
    *,
    trim_fill: TrimFill | None = None,
    review_mean: float | None = None,
) -> Picture:
    """Effects against standard errors, over regions of p values, with the pseudo-interval.

    Parameters
    ----------
    plot
        From `sensitivity.bias.funnel.funnel_plot`.
    trim_fill
        Whose filled studies to add as hollow diamonds; None for none.
    review_mean
        The pooled mean that the review reports, on the analysis scale, which words tell apart from
        the line; None where it is not at hand.

    References
    ----------
    Peters JL et al. J Clin Epidemiol 2008;61:991-996. doi:10.1016/j.jclinepi.2007.11.010.
    """
    filled = None if trim_fill is None else trim_fill.filled
    with picture_style():
        key = _handles(plot, filled, subject)
        notes = short_notes(plot.cautions, len(plot.labels))
        title = f"Funnel plot: {subject.about}"
        page = open_page(title, PANEL + BOTTOM, key=key, notes=notes)
        axes = page.panel(LEFT, 0.0, page.width - LEFT - MARGIN, PANEL)
        _panel(axes, plot, subject, filled)
    alt, legend = _alt(plot, subject, trim_fill), _legend(plot, subject, trim_fill)
    other = _other_mean(plot, subject, review_mean)
    if other:
        alt, legend = f"{alt[:-1]}; {other}.", f"{legend} T{other[1:]}."
    return Picture("funnel", title, page.figure, alt, legend)


def _panel(axes: Axes, plot: FunnelPlot, subject: Subject, filled: EffectEstimates | None) -> None:
    import seaborn as sns

    deepest = float(plot.se_axis[-1])
    dress_effect_axis(axes, subject, _limits(plot, filled), null_line=False)
    dress_number_axis(axes, (deepest, 0.0), "Standard error", which="y")
    _contours(axes, plot)
    axes.plot([plot.centre, plot.centre], [0.0, deepest], color=INK, lw=0.9, zorder=3)
    for side in (plot.funnel_low, plot.funnel_high):
        axes.plot(side[[0, -1]], plot.se_axis[[0, -1]], color=INK, lw=0.9, ls=DASHED, zorder=3)
    if plot.null is not None:
        axes.plot([plot.null, plot.null], [0.0, deepest], color=GUIDE, lw=0.8, zorder=2)
    sns.scatterplot(
        x=plot.effect, y=plot.se, ax=axes, s=AREA, color=POINT, edgecolor=POINT_EDGE,
        linewidth=0.8, legend=False, zorder=5,
    )  # fmt: skip
    axes.set(xlabel=subject.axis_title, ylabel="Standard error")
    x, y = plot.effect, plot.se
    if filled is not None:
        mirror = np.sqrt(filled.v)
        axes.scatter(filled.y, mirror, s=AREA * 1.1, marker="D", facecolor="white",
                     edgecolor=ACCENT_EDGE, linewidth=1.1, zorder=4)  # fmt: skip
        x, y = np.concatenate([x, filled.y]), np.concatenate([y, mirror])
    names = [*plot.labels, *[""] * (x.size - plot.effect.size)]
    far = np.abs(x - plot.centre) / np.maximum(y, 1e-300)
    named = np.array([bool(name) for name in names])
    lines = [
        np.column_stack([side[[0, -1]], plot.se_axis[[0, -1]]])
        for side in (plot.funnel_low, plot.funnel_high, np.full(2, plot.centre))
    ]
    label_points(axes, x, y, names, rank=np.where(named, far, -1.0), lines=lines)


def _limits(plot: FunnelPlot, filled: EffectEstimates | None) -> tuple[float, float]:
    ends = [plot.effect.min(), plot.effect.max(), plot.funnel_low[-1], plot.funnel_high[-1]]
    if filled is not None:
        ends += [filled.y.min(), filled.y.max()]
    if plot.null is not None:
        ends.append(plot.null)
    return padded(float(min(ends)), float(max(ends)))


def _contours(axes: Axes, plot: FunnelPlot) -> None:
    """Regions of p values as bands, from the outermost to the innermost."""
    if not plot.contours:
        return
    low, high = axes.get_xlim()
    shades = _shades(plot)
    depth = plot.se_axis[[0, -1]]
    axes.fill_betweenx(depth, low, high, color=shades[-1], lw=0, zorder=0)
    for contour, shade in zip(reversed(plot.contours), reversed(shades[:-1]), strict=True):
        ends = contour.low[[0, -1]], contour.high[[0, -1]]
        axes.fill_betweenx(depth, *ends, facecolor=shade, edgecolor=GUIDE, lw=0.4, zorder=0)
    axes.set_xlim(low, high)


def _shades(plot: FunnelPlot) -> list[str]:
    """One per region, the innermost (largest p) first."""
    count = len(plot.contours) + 1
    grey = [CONTOURS[min(i, len(CONTOURS) - 1)] for i in range(count - 1, 0, -1)]
    return [CONTOURS[0], *grey]


def _mean_name(plot: FunnelPlot) -> str:
    """What the line at the centre is: weighted by precision only, or with a variance between."""
    common = np.average(plot.effect, weights=plot.se**-2.0)
    return "common-effect mean" if np.isclose(plot.centre, common) else "random-effects mean"


def _other_mean(plot: FunnelPlot, subject: Subject, review_mean: float | None) -> str:
    """The main analysis' own mean where the line is another one, as a clause."""
    if review_mean is None or subject.value(review_mean) == subject.value(plot.centre):
        return ""
    return (
        f"the pooled {subject.effect_name} of the main analysis, which weighs studies by its own "
        f"model, is {subject.value(review_mean)}"
    )


def _handles(plot: FunnelPlot, filled: EffectEstimates | None, subject: Subject) -> list[Artist]:
    found: list[Artist] = [point_key("Study", POINT, POINT_EDGE)]
    if filled is not None:
        found.append(point_key("Filled (mirror image)", "white", ACCENT_EDGE, mark="D"))
    mean = _mean_name(plot)
    name = f"{mean[:1].upper()}{mean[1:]} {subject.value(plot.centre)}"
    found.append(line_key(name, INK, 0.9))
    found.append(line_key("Pseudo-interval", INK, 0.9, dashes=DASHED))
    alphas = [contour.alpha for contour in plot.contours]
    names = [f"P > {alphas[0]:g}"] if alphas else []
    names += [f"{b:g} < P ≤ {a:g}" for a, b in pairwise(alphas)]
    names += [f"P ≤ {alphas[-1]:g}"] if alphas else []
    for name, shade in zip(names, _shades(plot), strict=False):
        found.append(area_key(name, shade))
    return found


def _alt(plot: FunnelPlot, subject: Subject, trim_fill: TrimFill | None) -> str:
    k = len(plot.labels)
    said = (
        f"Funnel plot of {studies(k)}, {subject.effect_name} from "
        f"{subject.value(float(plot.effect.min()))} to {subject.value(float(plot.effect.max()))} "
        f"around the {_mean_name(plot)} of {subject.value(plot.centre)}, standard errors "
        f"{number(float(plot.se.min()), 2)} to {number(float(plot.se.max()), 2)}"
    )
    if plot.null is not None:
        below = int(np.sum(plot.p_value <= 0.05))
        said += f"; {below} of {k} with P at most 0.05"
    outside = int(np.sum(np.abs(plot.effect - plot.centre) > _half(plot)))
    said += f"; {outside} outside the pseudo-interval"
    if trim_fill is not None:
        said += f"; trim and fill adds {trim_fill.missing}"
        if trim_fill.missing:
            adjusted = trim_fill.adjusted
            mean = subject.phrase(adjusted.estimate, adjusted.interval.low, adjusted.interval.high)
            said += f" on the {trim_fill.side}, which would make the mean {mean}"
    return f"{said}."


def _half(plot: FunnelPlot) -> np.ndarray:
    """Half width of the pseudo-interval at each study's standard error, (k,)."""
    return np.asarray((plot.funnel_high[-1] - plot.centre) / plot.se_axis[-1] * plot.se)


def _weights(plot: FunnelPlot) -> str:
    """Why the line may be another mean than the review's (Sterne 2011, doi:10.1136/bmj.d4002)."""
    common = _mean_name(plot).startswith("common")
    return ", with weights by precision only" if common else ""


def _legend(plot: FunnelPlot, subject: Subject, trim_fill: TrimFill | None) -> str:
    parts = [
        f"Contour-enhanced funnel plot of {studies(len(plot.labels))}. Each point is a study: its "
        "effect against its standard error, the most precise studies at the top. The solid line "
        f"is the {_mean_name(plot)}, {subject.value(plot.centre)}"
        f"{_weights(plot)}; between the dashed lines {subject.level_text} of studies would lie "
        "if there were neither heterogeneity nor bias."
    ]
    if plot.contours:
        parts.append(
            "Shaded regions show the two-sided P value of a study against the value of no "
            "difference. If studies seem to be missing where P values are large, results may have "
            "been selected by them; if elsewhere, asymmetry has other reasons, such as small "
            "studies that differ in people or methods."
        )
    if trim_fill is not None:
        count = trim_fill.missing
        parts.append(
            f"Trim and fill (estimator {trim_fill.estimator}) adds {studies(count)}"
            + (f" on the {trim_fill.side}, drawn as hollow diamonds." if count else ".")
        )
    parts.append("Studies are named where there is room.")
    return " ".join([*parts, *spoken(plot.cautions), "Peters and colleagues (2008)."])

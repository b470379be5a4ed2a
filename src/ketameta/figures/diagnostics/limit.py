"""Limit plot: effects as reported, and as they would be with infinite precision."""

from __future__ import annotations

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes

from ketameta.figures.colours import ACCENT, ACCENT_EDGE, GUIDE, INK, POINT, POINT_EDGE
from ketameta.figures.diagnostics.cautions import short_notes, spoken
from ketameta.figures.effect_axis import dress_effect_axis, dress_number_axis, padded
from ketameta.figures.keys import DASHED, line_key, point_key
from ketameta.figures.page import MARGIN, open_page, picture_style
from ketameta.figures.picture import Picture, Subject, number, studies
from ketameta.measures.estimates import EffectEstimates
from ketameta.sensitivity.bias.limit_meta_analysis import LimitMetaAnalysis

PANEL, LEFT, BOTTOM = 240.0, 46.0, 34.0
POINTS = 80


def draw_limit(found: LimitMetaAnalysis, estimates: EffectEstimates, subject: Subject) -> Picture:
    """A funnel with the curve of the regression on precision and the shrunken effects.

    Parameters
    ----------
    found
        From `sensitivity.bias.limit_meta_analysis.limit_meta_analysis`.
    estimates
        What it was computed from.

    References
    ----------
    Ruecker G et al. Biostatistics 2011;12:122-142. doi:10.1093/biostatistics/kxq046.
    """
    title = f"Limit meta-analysis: {subject.about}"
    with picture_style():
        notes = short_notes(found.cautions, found.k)
        page = open_page(title, PANEL + BOTTOM, key=_handles(), notes=notes)
        axes = page.panel(LEFT, 0.0, page.width - LEFT - MARGIN, PANEL)
        _panel(axes, found, estimates, subject)
    return Picture("limit", title, page.figure, _alt(found, subject), _legend(found))


def _handles() -> list[Artist]:
    return [
        point_key("As reported", POINT, POINT_EDGE),
        point_key("With infinite precision", "white", ACCENT_EDGE, mark="D"),
        line_key("Expected at this precision", INK, 1.2),
        line_key("Adjusted mean", ACCENT, 1.2, dashes=DASHED),
    ]


def _panel(
    axes: Axes, found: LimitMetaAnalysis, estimates: EffectEstimates, subject: Subject
) -> None:
    se = np.sqrt(estimates.v)
    depth = np.linspace(0.0, 1.08 * float(se.max()), POINTS)
    curve = found.slope + found.bias * np.sqrt(depth**2 + found.tau2)
    ends = np.concatenate([estimates.y, found.limit_effects, curve, [found.estimate]])
    dress_effect_axis(axes, subject, padded(float(ends.min()), float(ends.max())))
    dress_number_axis(axes, (float(depth[-1]), 0.0), "Standard error", which="y")
    moved = np.column_stack([estimates.y, found.limit_effects, np.full(se.size, np.nan)])
    axes.plot(moved.ravel(), np.repeat(se, 3), color=GUIDE, lw=0.5, zorder=2)
    axes.plot(curve, depth, color=INK, lw=1.2, zorder=3)
    axes.axvline(found.estimate, color=ACCENT, lw=1.2, ls=DASHED, zorder=3)
    axes.plot(estimates.y, se, ls="", marker="o", ms=5, mfc=POINT, mec=POINT_EDGE, zorder=5)
    axes.plot(found.limit_effects, se, ls="", marker="D", ms=4.5, mfc="white", mec=ACCENT_EDGE,
              zorder=4)  # fmt: skip


def _alt(found: LimitMetaAnalysis, subject: Subject) -> str:
    mean = subject.phrase(found.estimate, found.interval.low, found.interval.high)
    return (
        f"Limit meta-analysis of {studies(found.k)}: adjusted {subject.effect_name} {mean}; the "
        f"regression on precision takes up {number(found.q_small, 3)} of Q = {number(found.q, 3)} "
        f"(P = {number(found.q_small_p, 2)})."
    )


def _legend(found: LimitMetaAnalysis) -> str:
    return " ".join(
        [
            f"Limit meta-analysis of {studies(found.k)}. Circles: effects as reported against "
            "their standard errors. The curve is the effect expected at each precision if small "
            "studies show other effects; where it reaches the top lies the adjusted mean (dashed), "
            "that of studies of infinite precision. Diamonds: what each study would have shown. "
            "The interval of the adjusted mean takes τ² and the slope as known and is too narrow.",
            *spoken(found.cautions),
            "Rücker and colleagues (2011).",
        ]
    )

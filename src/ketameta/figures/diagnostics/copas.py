"""Copas plot: the pooled effect under a range of chances that small studies were published."""

from __future__ import annotations

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes

from ketameta.figures.colours import ACCENT, ACCENT_EDGE, GUIDE, INK, POINT, POINT_EDGE
from ketameta.figures.diagnostics.cautions import short_notes, spoken
from ketameta.figures.effect_axis import dress_effect_axis, dress_number_axis, sensible_limits
from ketameta.figures.keys import DASHED, point_key
from ketameta.figures.page import MARGIN, open_page, picture_style
from ketameta.figures.picture import Picture, Subject, number
from ketameta.sensitivity.bias.copas import CopasAnalysis

UPPER, LOWER, GAP, LEFT, BOTTOM = 150.0, 80.0, 14.0, 50.0, 34.0
ENOUGH = 0.1
"""Above this P value the asymmetry left may well be chance (Carpenter and colleagues 2009)."""
EDGE = 0.999
"""A correlation so near to -1 or 1 lies at its bound, where standard errors mean little."""


def draw_copas(found: CopasAnalysis, subject: Subject, *, k: int) -> Picture:
    """The adjusted effect at each degree of selection, and the asymmetry that is left.

    Parameters
    ----------
    found
        From `sensitivity.bias.copas.copas`.
    k
        Number of studies.

    References
    ----------
    Copas JB, Shi JQ. Biostatistics 2000;1:247-262. doi:10.1093/biostatistics/1.3.247.
    """
    title = f"Copas selection model: {subject.about}"
    with picture_style():
        key = _handles(found)
        notes = short_notes(found.cautions, k)
        page = open_page(title, UPPER + GAP + LOWER + BOTTOM, key=key, notes=notes)
        width = page.width - LEFT - MARGIN
        _effects(page.panel(LEFT, 0.0, width, UPPER), found, subject)
        _residuals(page.panel(LEFT, UPPER + GAP, width, LOWER), found)
    return Picture("copas", title, page.figure, _alt(found, subject), _legend(found))


def _handles(found: CopasAnalysis) -> list[Artist]:
    handles: list[Artist] = [point_key("Effect with its interval", POINT, POINT_EDGE)]
    if _at_edge(found).any():
        handles.append(point_key("At the edge of the model", "white", POINT_EDGE))
    if found.adjusted is not None:
        text = "Least selection that leaves no clear asymmetry"
        handles.append(point_key(text, ACCENT, ACCENT_EDGE, mark="D"))
    return handles


def _x(found: CopasAnalysis) -> np.ndarray:
    return np.array([100.0 * row.chance_smallest for row in found.rows])


def _at_edge(found: CopasAnalysis) -> np.ndarray:
    return np.array([abs(row.rho) > EDGE for row in found.rows])


def _effects(axes: Axes, found: CopasAnalysis, subject: Subject) -> None:
    y = np.array([row.estimate for row in found.rows])
    low = np.array([np.nan if row.interval.low is None else row.interval.low for row in found.rows])
    high = np.array(
        [np.nan if row.interval.high is None else row.interval.high for row in found.rows]
    )
    _chances(axes, "")
    axes.set_xticklabels([])
    dress_effect_axis(axes, subject, sensible_limits(y, low, high), which="y")
    bottom, top = axes.get_ylim()
    ends = np.column_stack([np.maximum(low, bottom), np.minimum(high, top), y * np.nan])
    x, edge = _x(found), _at_edge(found)
    for some, fill, line in ((~edge, POINT, "-"), (edge, "white", DASHED)):
        axes.plot(np.repeat(x[some], 3), ends[some].ravel(), color=INK, lw=1.0, ls=line, zorder=2)
        axes.plot(x[some], y[some], ls="", marker="o", ms=5, mfc=fill, mec=POINT_EDGE, zorder=3)
    one = found.adjusted
    if one is not None:
        fill = "white" if abs(one.rho) > EDGE else ACCENT
        axes.plot([100.0 * one.chance_smallest], [one.estimate], ls="", marker="D", ms=6, mfc=fill,
                  mec=ACCENT_EDGE, zorder=4)  # fmt: skip


def _residuals(axes: Axes, found: CopasAnalysis) -> None:
    _chances(axes, "Supposed chance that the least precise study was published (%)")
    dress_number_axis(axes, (0.0, 1.05), "P of asymmetry left", which="y")
    axes.axhline(ENOUGH, color=GUIDE, lw=0.8, ls=DASHED)
    p = [row.residual_p for row in found.rows]
    axes.plot(_x(found), p, color=POINT, lw=1.2, marker="o", ms=4, mec=POINT_EDGE, clip_on=False)


def _chances(axes: Axes, title: str) -> None:
    """From no selection at the left to strong selection at the right."""
    dress_number_axis(axes, (104.0, 0.0), title)


def _alt(found: CopasAnalysis, subject: Subject) -> str:
    first, last = found.rows[0], found.rows[-1]
    said = (
        f"Copas selection model: {subject.effect_name} "
        f"{subject.phrase(first.estimate, first.interval.low, first.interval.high)} if the least "
        f"precise study had a chance of {100 * first.chance_smallest:.0f}% of being published, "
        f"{subject.phrase(last.estimate, last.interval.low, last.interval.high)} at "
        f"{100 * last.chance_smallest:.0f}%"
    )
    one = found.adjusted
    if one is None:
        return f"{said}; no degree of selection removes the asymmetry."
    return (
        f"{said}; the least selection that leaves no clear asymmetry (P = "
        f"{number(one.residual_p, 2)}) is a chance of {100 * one.chance_smallest:.0f}%, with "
        f"{subject.value(one.estimate)}."
    )


def _legend(found: CopasAnalysis) -> str:
    return " ".join(
        [
            "Copas selection model. From left to right the supposed chance that the least precise "
            "study was published falls (the most precise one: 99%). Above: the mean effect before "
            "selection with its interval. Below: P value of the asymmetry of the funnel that this "
            "degree of selection leaves; above the dashed line at 0.1 it may well be chance. The "
            "data cannot say which degree of selection is true.",
            *([_HOLLOW] if _at_edge(found).any() else []),
            *spoken(found.cautions),
            "Copas and Shi (2000).",
        ]
    )


_HOLLOW = (
    "Hollow marks and dashed intervals lie at the edge of the model, where selection and effect go "
    "together perfectly; there the likelihood has no curvature to make an interval from, and what "
    "is drawn is too narrow."
)

"""Normal quantile plot of the studies' residuals, with a simulated envelope."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

from ketameta.figures.colours import ACCENT, ACCENT_EDGE, BAND, GUIDE, INK, POINT, POINT_EDGE
from ketameta.figures.effect_axis import dress_number_axis, padded
from ketameta.figures.keys import DASHED
from ketameta.figures.page import MARGIN, open_page, picture_style
from ketameta.figures.picture import Picture, Subject, number, studies
from ketameta.figures.point_labels import label_points
from ketameta.sensitivity.normal_quantiles import NormalQuantiles

PANEL, LEFT, BOTTOM = 240.0, 46.0, 34.0
FEW = 6


def draw_quantiles(found: NormalQuantiles, subject: Subject) -> Picture:
    """Standardised residuals against normal quantiles.

    Parameters
    ----------
    found
        From `sensitivity.normal_quantiles.normal_quantiles`.

    References
    ----------
    Wang MC, Bushman BJ. Psychol Methods 1998;3:46-54. doi:10.1037/1082-989X.3.1.46.
    """
    title = f"Normal quantile plot: {subject.about}"
    k = len(found.labels)
    notes: tuple[str, ...] = ()
    if k < FEW:
        notes = (
            f"With {studies(k)} the envelope is wide: hardly any distribution would leave it.",
        )
    with picture_style():
        page = open_page(title, PANEL + BOTTOM, notes=notes)
        axes = page.panel(LEFT, 0.0, page.width - LEFT - MARGIN, PANEL)
        _panel(axes, found)
    return Picture("qq", title, page.figure, _alt(found), _legend(found, subject))


def _outside(found: NormalQuantiles) -> np.ndarray:
    return np.asarray(
        (found.residual < found.envelope_low) | (found.residual > found.envelope_high)
    )


def _panel(axes: Axes, found: NormalQuantiles) -> None:
    x, y = found.quantile, found.residual
    ends = np.concatenate([y, found.envelope_low, found.envelope_high])
    dress_number_axis(axes, padded(float(x[0]), float(x[-1]), 0.08), "Normal quantile")
    dress_number_axis(axes, padded(float(ends.min()), float(ends.max())), "Residual", which="y")
    axes.set_ylabel("Standardised deleted residual" if found.deleted else "Standardised residual")
    axes.fill_between(x, found.envelope_low, found.envelope_high, color=BAND, lw=0, zorder=0)
    for edge in (found.envelope_low, found.envelope_high):
        axes.plot(x, edge, color=GUIDE, lw=0.7, ls=DASHED, zorder=1)
    axes.axline((0.0, 0.0), slope=1.0, color=INK, lw=0.9, zorder=1)
    out = _outside(found)
    axes.plot(x[~out], y[~out], ls="", marker="o", ms=5, mfc=POINT, mec=POINT_EDGE, zorder=3)
    axes.plot(x[out], y[out], ls="", marker="D", ms=5, mfc=ACCENT, mec=ACCENT_EDGE, zorder=3)
    lines = [np.column_stack([x, edge]) for edge in (found.envelope_low, found.envelope_high, x)]
    label_points(axes, x, y, found.labels, rank=np.abs(y) + 100.0 * out, lines=lines)


def _alt(found: NormalQuantiles) -> str:
    out = _outside(found)
    named = ", ".join(label for label, one in zip(found.labels, out, strict=True) if one)
    return (
        f"Normal quantile plot of {studies(len(found.labels))}: standardised residuals from "
        f"{number(float(found.residual[0]))} ({found.labels[0]}) to "
        f"{number(float(found.residual[-1]))} ({found.labels[-1]}); "
        f"{f'outside the envelope: {named}' if named else 'none lies outside the envelope'}."
    )


def _legend(found: NormalQuantiles, subject: Subject) -> str:
    kind = "standardised deleted residuals" if found.deleted else "standardised residuals"
    return (
        f"Normal quantile plot of the studies’ {kind} under the random-effects model. If the "
        f"normal model holds, points follow the line; at each rank {subject.level_text} of "
        "simulated residuals lie between the dashed lines. Diamonds lie outside. Wang and Bushman "
        "(1998)."
    )

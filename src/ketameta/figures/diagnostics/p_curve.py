"""p-curve: how the P values below 0.05 are spread."""

from __future__ import annotations

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes

from ketameta.figures.colours import ACCENT, GUIDE, POINT, POINT_EDGE
from ketameta.figures.diagnostics.cautions import short_notes, spoken
from ketameta.figures.effect_axis import dress_number_axis
from ketameta.figures.keys import DASHED, DOTTED, line_key
from ketameta.figures.page import MARGIN, SMALL, open_page, picture_style
from ketameta.figures.picture import Picture, Subject, number, studies
from ketameta.sensitivity.bias.p_curve import PCurve
from ketameta.sensitivity.bias.p_curve_shape import PCurveShape

PANEL, LEFT, BOTTOM = 200.0, 46.0, 34.0


def draw_p_curve(shape: PCurveShape, found: PCurve, subject: Subject) -> Picture:
    """Percent of P values in five bins, seen and expected.

    Parameters
    ----------
    shape
        From `sensitivity.bias.p_curve_shape.p_curve_shape`.
    found
        The analysis itself.

    References
    ----------
    Simonsohn U, Nelson LD, Simmons JP. J Exp Psychol Gen 2014;143:534-547. doi:10.1037/a0033242.
    """
    title = f"p-curve: {subject.about}"
    with picture_style():
        key = _handles()
        page = open_page(title, PANEL + BOTTOM, key=key, notes=short_notes(found.cautions, found.k))
        _panel(page.panel(LEFT, 0.0, page.width - LEFT - MARGIN, PANEL), shape)
    return Picture("p-curve", title, page.figure, _alt(shape, found), _legend(found))


def _handles() -> list[Artist]:
    return [
        line_key("Observed", POINT, 1.6),
        line_key("Expected without effect", GUIDE, 1.2, dashes=DOTTED),
        line_key("Expected at a power of 1/3", ACCENT, 1.2, dashes=DASHED),
    ]


def _panel(axes: Axes, shape: PCurveShape) -> None:
    x = shape.upper
    known = bool(np.isfinite(shape.observed).all())
    most = float(np.nanmax([*(shape.observed if known else []), *shape.low_power]))
    axes.set_xlim(0.005, 0.055)
    axes.set_xticks(list(x), [f"{p:.2f}" for p in x])
    axes.set_xlabel("P value")
    dress_number_axis(axes, (0.0, 1.18 * most), "Percent of P values below 0.05", which="y")
    axes.plot(x, shape.no_effect, color=GUIDE, lw=1.2, ls=DOTTED, zorder=2)
    axes.plot(x, shape.low_power, color=ACCENT, lw=1.2, ls=DASHED, zorder=2)
    if not known:
        return
    axes.plot(x, shape.observed, color=POINT, lw=1.6, marker="o", ms=5, mec=POINT_EDGE, zorder=3)
    for i in range(x.size):
        axes.annotate(f"{shape.count[i]:.0f}", (x[i], shape.observed[i]), xytext=(0.0, 5.0),
                      textcoords="offset points", ha="center", fontsize=SMALL)  # fmt: skip


def _alt(shape: PCurveShape, found: PCurve) -> str:
    start = f"p-curve of {studies(found.k)}"
    if found.below_05 == 0:
        return f"{start}: no P value is below 0.05, so there is no curve."
    shares = ", ".join(f"{share:.0f}%" for share in shape.observed)
    said = f"{start}, {found.below_05} with P below 0.05, in bins of 0.01: {shares}"
    if found.right_skew is not None:
        said += f"; test of right skew P = {number(found.right_skew.p_value, 2)}"
    if found.power is not None:
        said += f"; estimated power {100 * found.power:.0f}%"
    return f"{said}."


def _legend(found: PCurve) -> str:
    return " ".join(
        [
            f"p-curve of {studies(found.k)}: percent of the two-sided P values below 0.05 in bins "
            "of width 0.01, with their number; dotted what is expected if there is no effect, "
            "dashed if the studies have a power of 1/3. Real effects give more small P values "
            "than large ones. It is made for studies whose main results these are.",
            *spoken(found.cautions),
            "Simonsohn and colleagues (2014).",
        ]
    )

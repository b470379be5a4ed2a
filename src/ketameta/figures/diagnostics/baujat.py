"""Baujat plot: which studies drive heterogeneity, and which of them move the mean."""

from __future__ import annotations

import numpy as np

from ketameta.figures.colours import POINT, POINT_EDGE
from ketameta.figures.effect_axis import dress_number_axis
from ketameta.figures.page import MARGIN, open_page, picture_style
from ketameta.figures.picture import Picture, Subject, number, studies
from ketameta.figures.point_labels import label_points
from ketameta.sensitivity.baujat import BaujatPoints

PANEL, LEFT, BOTTOM = 230.0, 46.0, 34.0


def draw_baujat(points: BaujatPoints, subject: Subject) -> Picture:
    """Contribution of each study to heterogeneity, against its influence on the mean.

    Parameters
    ----------
    points
        From `sensitivity.baujat.baujat`.

    References
    ----------
    Baujat B et al. Stat Med 2002;21:2641-2652. doi:10.1002/sim.1221.
    """
    import seaborn as sns

    x, y = points.heterogeneity, points.influence
    title = f"Baujat plot: {subject.about}"
    with picture_style():
        page = open_page(title, PANEL + BOTTOM)
        axes = page.panel(LEFT, 0.0, page.width - LEFT - MARGIN, PANEL)
        dress_number_axis(axes, _limits(x), "")
        dress_number_axis(axes, _limits(y), "", which="y")
        sns.scatterplot(x=x, y=y, ax=axes, s=26, color=POINT, edgecolor=POINT_EDGE, linewidth=0.8,
                        legend=False, zorder=3)  # fmt: skip
        axes.set(xlabel="Contribution to heterogeneity", ylabel="Influence on the pooled mean")
        label_points(axes, x, y, points.labels, rank=_rank(x) + _rank(y))
    return Picture("baujat", title, page.figure, _alt(points), _LEGEND)


def _limits(values: np.ndarray) -> tuple[float, float]:
    most = float(values.max())
    most = most if most > 0.0 else 1.0
    return -0.04 * most, 1.08 * most


def _rank(values: np.ndarray) -> np.ndarray:
    most = float(values.max())
    return values / most if most > 0.0 else values


def _alt(points: BaujatPoints) -> str:
    most, mover = int(np.argmax(points.heterogeneity)), int(np.argmax(points.influence))
    share = float(points.heterogeneity.sum())
    part = f", {100 * float(points.heterogeneity[most]) / share:.0f}% of the sum" if share else ""
    return (
        f"Baujat plot of {studies(len(points.labels))}: {points.labels[most]} adds most to "
        f"heterogeneity ({number(float(points.heterogeneity[most]))}{part}); "
        f"{points.labels[mover]} moves the pooled mean most "
        f"({number(float(points.influence[mover]))})."
    )


_LEGEND = (
    "Baujat plot. Horizontal: contribution of each study to the overall heterogeneity (squared "
    "Pearson residual). Vertical: squared change of the pooled mean when the study is left out, "
    "over the variance of the mean without it. Studies at the upper right both disagree with the "
    "others and change the answer. Studies are named where there is room. Baujat and colleagues "
    "(2002)."
)

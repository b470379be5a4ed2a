"""Influence plot: eight diagnostics of every study side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes

from ketameta.figures.colours import ACCENT, ACCENT_EDGE, GUIDE, HAIRLINE, POINT, POINT_EDGE
from ketameta.figures.diagnostics.cautions import short_notes, spoken
from ketameta.figures.effect_axis import dress_number_axis, padded
from ketameta.figures.estimate_rows import HEAD, PITCH
from ketameta.figures.keys import point_key
from ketameta.figures.page import (
    MARGIN,
    SIZE,
    SMALL,
    WIDTH,
    Page,
    open_page,
    picture_style,
    shortened,
)
from ketameta.figures.picture import Picture, Subject, studies
from ketameta.figures.text_metrics import text_width
from ketameta.sensitivity.influence import Influence

NAMES, GAP, BOTTOM = 120.0, 11.0, 24.0
BESIDE = 4
"""Columns side by side; the others stand below them, so that the letters need not shrink."""
FLAGGED = "Passes a cut-off of influence"


@dataclass(frozen=True, slots=True)
class _Column:
    name: str
    title: str
    centre: float | None = None


COLUMNS = (
    _Column("rstudent", "Rstudent", 0.0),
    _Column("dffits", "DFFITS", 0.0),
    _Column("cooks_distance", "Cook’s D", 0.0),
    _Column("cov_ratio", "Cov. ratio", 1.0),
    _Column("tau2_deleted", "τ² without"),
    _Column("q_deleted", "Q without"),
    _Column("hat", "Hat"),
    _Column("weight", "Weight %"),
)


def draw_influence(found: Influence, subject: Subject) -> Picture:
    """Studentised residual, DFFITS, Cook's distance, covariance ratio, tau2, Q, hat and weight.

    Parameters
    ----------
    found
        From `sensitivity.influence.influence`.

    References
    ----------
    Viechtbauer W, Cheung MW-L. Res Synth Methods 2010;1:112-125. doi:10.1002/jrsm.11.
    """
    k = len(found.labels)
    title = f"Influence diagnostics: {subject.about}"
    rows = [COLUMNS[i : i + BESIDE] for i in range(0, len(COLUMNS), BESIDE)]
    height = HEAD + k * PITCH + BOTTOM
    with picture_style():
        notes = short_notes(found.cautions, k)
        page = open_page(title, len(rows) * height, key=_handles(), notes=notes)
        for i, columns in enumerate(rows):
            _panels(page, found, columns, i * height + HEAD)
    return Picture("influence", title, page.figure, _alt(found), _legend(found))


def _panels(page: Page, found: Influence, columns: Sequence[_Column], top: float) -> None:
    """The names of the studies and so many of their diagnostics beside them."""
    names = [shortened(label, NAMES) for label in found.labels]
    first = MARGIN + max(text_width(name, SIZE) for name in names) + GAP
    width = (WIDTH - MARGIN - first + GAP) / len(columns)
    for i, name in enumerate(names):
        page.write(name, (MARGIN, top + (i + 0.5) * PITCH))
    for i, column in enumerate(columns):
        left = first + i * width
        axes = page.panel(left, top, width - GAP, len(names) * PITCH)
        page.write(column.title, (left, top - HEAD / 2), size=SMALL)
        _column(axes, getattr(found, column.name), found.influential, column.centre)


def _handles() -> list[Artist]:
    return [
        point_key("Study", POINT, POINT_EDGE),
        point_key(FLAGGED, ACCENT, ACCENT_EDGE, mark="D"),
    ]


def _column(axes: Axes, values: np.ndarray, flagged: np.ndarray, centre: float | None) -> None:
    rows = np.arange(values.size)
    known = values[np.isfinite(values)]
    ends = [*known.tolist(), *([] if centre is None else [centre])]
    limits = padded(min(ends), max(ends), 0.12) if ends else (0.0, 1.0)
    dress_number_axis(axes, limits, "")
    axes.set_ylim(values.size - 0.5, -0.5)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    across = np.tile([*limits, np.nan], values.size)
    axes.plot(across, np.repeat(rows, 3), color=HAIRLINE, lw=0.5, zorder=1)
    if centre is not None:
        axes.axvline(centre, color=GUIDE, lw=0.7, zorder=2)
    axes.plot(values[~flagged], rows[~flagged], ls="", marker="o", ms=4, mfc=POINT, mec=POINT_EDGE,
              mew=0.7, zorder=3)  # fmt: skip
    axes.plot(values[flagged], rows[flagged], ls="", marker="D", ms=4.5, mfc=ACCENT,
              mec=ACCENT_EDGE, mew=0.7, zorder=3)  # fmt: skip
    axes.set_xlim(*limits)


def _alt(found: Influence) -> str:
    outside = _named(found.labels, found.influential)
    far = np.abs(np.nan_to_num(found.rstudent))
    most = int(np.argmax(far))
    said = f"{outside} {'passes' if found.influential.sum() == 1 else 'pass'} a cut-off"
    return (
        f"Influence diagnostics of {studies(len(found.labels))}: "
        f"{said if outside else 'no study passes a cut-off of influence'}; the largest "
        f"studentised residual is {found.rstudent[most]:.2f} ({found.labels[most]}).".replace(
            " -", " −"
        )
    )


def _named(labels: Sequence[str], which: np.ndarray) -> str:
    return ", ".join(label for label, one in zip(labels, which, strict=True) if one)


def _legend(found: Influence) -> str:
    return " ".join(
        [
            "Influence diagnostics of every study: studentised deleted residual (Rstudent), "
            "DFFITS, Cook’s distance (Cook’s D), ratio of the variance of the mean without and "
            "with the study (Cov. ratio), τ² and Cochran’s Q without it, hat value and weight. "
            "Diamonds mark studies that pass a common cut-off: |DFFITS| above 3 √(1/(k − 1)), "
            "Cook’s distance above the median of χ²(1), hat above 3/k, or |DFBETAS| above 1. An "
            "influential study is not a wrong one.",
            *spoken(found.cautions),
            "Viechtbauer and Cheung (2010).",
        ]
    )

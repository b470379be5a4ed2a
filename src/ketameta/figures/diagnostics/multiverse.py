"""Specification curve: the answer under every combination of choices, and which these are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes

from ketameta.errors import DataError
from ketameta.figures.colours import ACCENT_EDGE, GUIDE, HAIRLINE, INK, POINT, POINT_EDGE
from ketameta.figures.effect_axis import dress_effect_axis, sensible_limits
from ketameta.figures.keys import point_key
from ketameta.figures.page import MARGIN, SMALL, open_page, picture_style, shortened
from ketameta.figures.picture import Picture, Subject
from ketameta.measures.zero_cells import RULES
from ketameta.pooling.catalog import INTERVAL_METHODS, TAU2_METHODS
from ketameta.sensitivity.multiverse import Multiverse
from ketameta.sensitivity.multiverse_summary import MultiverseSummary, multiverse_summary
from ketameta.sensitivity.universes import Universe

PANEL, PITCH, GAP, LEFT = 170.0, 10.5, 10.0, 152.0
ROOM = LEFT - 20.0
"""Points for the name of an option; longer ones are cut, and stand in full in the legend."""
FORKS = {
    "inclusion": "Studies",
    "tau2_method": "τ²",
    "interval_method": "Interval",
    "zero_cells": "Zero cells",
}


def draw_multiverse(whole: Multiverse, subject: Subject) -> Picture:
    """Universes by increasing estimate, with the choices of each below.

    Parameters
    ----------
    whole
        From `sensitivity.multiverse`; the universes of the subject's measure are drawn.

    Raises
    ------
    DataError
        If no universe of this measure has a result.

    References
    ----------
    Steegen S et al. Perspect Psychol Sci 2016;11:702-712. doi:10.1177/1745691616658637.
    Simonsohn U, Simmons JP, Nelson LD. Nat Hum Behav 2020;4:1208-1214.
    doi:10.1038/s41562-020-0912-z.
    """
    rows = whole.curve(subject.measure.code)
    if not rows:
        raise DataError(f"{subject.about}: no universe of {subject.measure.code} has a result.")
    summary = multiverse_summary(whole, subject.measure.code)
    options = [(fork.fork, name) for fork in summary.forks for name, _ in fork.medians]
    title = f"Multiverse: {subject.about}"
    with picture_style():
        key = _handles(rows)
        below = len(options) * PITCH + len(summary.forks) * PITCH
        page = open_page(title, PANEL + GAP + below + 14.0, key=key)
        width = page.width - LEFT - MARGIN
        _curve(page.panel(LEFT, 0.0, width, PANEL), rows, subject)
        down = PANEL + GAP
        for fork in summary.forks:
            page.write(FORKS[fork.fork], (MARGIN, down + PITCH / 2), size=SMALL)
            names = [name for name, _ in fork.medians]
            for i, name in enumerate(names):
                at = (LEFT - 6.0, down + (i + 1.5) * PITCH)
                page.write(shortened(name, ROOM, size=SMALL), at, size=SMALL, align="right")
            axes = page.panel(LEFT, down + PITCH, width, len(names) * PITCH)
            _choices(axes, rows, fork.fork, names)
            down += (len(names) + 1) * PITCH
        page.write(
            "Combinations of choices, by increasing estimate", (LEFT, down + 8.0), size=SMALL
        )
    return Picture("multiverse", title, page.figure, _alt(summary, subject), _legend(summary))


def _handles(rows: Sequence[Universe]) -> list[Artist]:
    if all(row.excludes_null is None for row in rows):
        return [point_key("Estimate", POINT, POINT_EDGE)]
    return [
        point_key("Interval excludes the null", POINT, POINT_EDGE),
        point_key("Interval holds the null", "white", ACCENT_EDGE),
    ]


def _curve(axes: Axes, rows: Sequence[Universe], subject: Subject) -> None:
    y = np.array([row.estimate for row in rows], dtype=np.float64)
    low, high = (
        np.array([np.nan if v is None else v for v in ends], dtype=np.float64)
        for ends in ([row.low for row in rows], [row.high for row in rows])
    )
    x = np.arange(len(rows))
    dress_effect_axis(axes, subject, sensible_limits(y, low, high), which="y")
    bottom, top = axes.get_ylim()
    _across(axes, len(rows))
    ends = np.column_stack([np.maximum(low, bottom), np.minimum(high, top), y * np.nan])
    axes.plot(np.repeat(x, 3), ends.ravel(), color=GUIDE, lw=_line(len(rows)), zorder=2,
              solid_capstyle="butt")  # fmt: skip
    holds = np.array([row.excludes_null is False for row in rows])
    size = float(np.clip(300.0 / len(rows), 1.8, 4.5))
    axes.plot(x[~holds], y[~holds], ls="", marker="o", ms=size, mfc=POINT, mec=POINT_EDGE, mew=0.6,
              zorder=4)  # fmt: skip
    axes.plot(x[holds], y[holds], ls="", marker="o", ms=size, mfc="white", mec=ACCENT_EDGE,
              mew=0.8, zorder=4)  # fmt: skip


def _choices(axes: Axes, rows: Sequence[Universe], fork: str, names: Sequence[str]) -> None:
    """A dash where a universe took this option."""
    axes.set_ylim(len(names) - 0.5, -0.5)
    axes.set_yticks([])
    _across(axes, len(rows))
    for side in ("left", "bottom"):
        axes.spines[side].set_color(HAIRLINE)
    place = {name: i for i, name in enumerate(names)}
    taken = np.array([place[str(getattr(row, fork))] for row in rows], dtype=np.float64)
    x = np.arange(len(rows))
    ends = np.column_stack([taken - 0.32, taken + 0.32, np.full(x.size, np.nan)])
    axes.plot(np.repeat(x, 3), ends.ravel(), color=INK, lw=2.0 * _line(len(rows)),
              solid_capstyle="butt")  # fmt: skip


def _across(axes: Axes, count: int) -> None:
    axes.set_xlim(-0.8, count - 0.2)
    axes.set_xticks([])


def _line(count: int) -> float:
    return float(np.clip(100.0 / count, 0.3, 1.5))


def _alt(summary: MultiverseSummary, subject: Subject) -> str:
    said = (
        f"Specification curve of {summary.count} combinations of choices: {subject.effect_name} "
        f"from {subject.value(summary.lowest)} to {subject.value(summary.highest)}, median "
        f"{subject.value(summary.median)}"
    )
    if subject.measure.null is not None:
        said += f"; the interval excludes the null value in {summary.excluding_null} of them"
    if summary.forks:
        said += f"; the choice that moves the estimate most is {_named(summary.forks[0].fork)}"
    return f"{said}."


def _named(fork: str) -> str:
    return {
        "inclusion": "which studies are included",
        "tau2_method": "the estimator of τ²",
        "interval_method": "the interval",
        "zero_cells": "the zero-cell rule",
    }[fork]


def _legend(summary: MultiverseSummary) -> str:
    return " ".join(
        [
            "Specification curve (multiverse analysis). Above: the pooled effect with its "
            f"confidence interval under each of {summary.count} defensible combinations of "
            "choices, by increasing effect; hollow circles where the interval holds the null "
            "value. Below: the option that each combination took, the choice that moves the "
            "estimate most first.",
            *_options_in_words(summary),
            "Combinations are no sample and not equally plausible, so shares of them are no "
            "probabilities. Steegen and colleagues (2016); Simonsohn and colleagues (2020).",
        ]
    )


def _options_in_words(summary: MultiverseSummary) -> Iterator[str]:
    """What short names stand for, and the long names that were cut, a sentence per choice."""
    for fork in summary.forks:
        names = [name for name, _ in fork.medians]
        if fork.fork in _MEANINGS:
            known = _MEANINGS[fork.fork]
            said = [f"{name}, {known[name]}" for name in names if name in known]
        else:
            said = [name for name in names if shortened(name, ROOM, size=SMALL) != name]
        if said:
            yield f"{FORKS[fork.fork]}: {'; '.join(said)}."


_MEANINGS: Mapping[str, Mapping[str, str]] = {
    "tau2_method": {code: entry.name for code, entry in TAU2_METHODS.items()},
    "interval_method": {code: entry.name for code, entry in INTERVAL_METHODS.items()},
    "zero_cells": RULES,
}

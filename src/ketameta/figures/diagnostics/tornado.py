"""Tornado diagram: how far each assumption moves the pooled effect."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes

from ketameta.errors import DataError
from ketameta.figures.colours import ACCENT, ACCENT_EDGE, BAND, GUIDE, INK, POINT, POINT_EDGE
from ketameta.figures.effect_axis import dress_effect_axis, padded
from ketameta.figures.estimate_rows import BOTTOM, GAP, HEAD
from ketameta.figures.keys import point_key
from ketameta.figures.page import (
    MARGIN,
    SIZE,
    SMALL,
    open_page,
    picture_style,
    shortened,
)
from ketameta.figures.picture import Picture, Subject, number
from ketameta.figures.text_metrics import text_width
from ketameta.sensitivity.assumptions import Tornado, TornadoBar

PITCH = 16.0
NAMES = 180.0
"""Width of a name at most: a study and how many assumptions are moved together."""
CROSSES = "† The interval comes to hold, or to exclude, the null value."


def draw_tornado(found: Tornado, subject: Subject) -> Picture:
    """Every assumption with the range of pooled effects it leads to, the widest first.

    Parameters
    ----------
    found
        From `sensitivity.assumptions.tornado`; at least one bar.

    Raises
    ------
    DataError
        Where no assumption has a range.

    References
    ----------
    Eschenbach TG. Interfaces 1992;22:40-46. doi:10.1287/inte.22.6.40.
    """
    if not found.bars:
        raise DataError(f"{subject.about}: no assumption has a range to vary it over.")
    title = f"Assumptions varied: {subject.about}"
    crosses = any(bar.interval_changes_side for bar in found.bars)
    with picture_style():
        key = _handles()
        body = len(found.bars) * PITCH
        notes = (*_notes(found, subject), *((CROSSES,) if crosses else ()))
        page = open_page(title, HEAD + body + BOTTOM, key=key, notes=notes)
        names = [shortened(_name(bar), NAMES) for bar in found.bars]
        ranges = [_range(bar) for bar in found.bars]
        first = MARGIN + max(text_width(name, SIZE) for name in names) + GAP
        wide = max(text_width(text, SIZE) for text in (*ranges, "Range"))
        axes = page.panel(first, HEAD, page.width - MARGIN - wide - GAP - first, body)
        _panel(axes, found, subject)
        page.write("Assumption", (MARGIN, HEAD / 2), size=SMALL)
        right = page.width - MARGIN
        page.write("Range", (right, HEAD / 2), size=SMALL, align="right")
        for i, name in enumerate(names):
            down = HEAD + (i + 0.5) * PITCH
            page.write(name, (MARGIN, down))
            page.write(ranges[i], (right, down), align="right")
    return Picture("tornado", title, page.figure, _alt(found, subject), _legend(found))


def _handles() -> list[Artist]:
    return [
        point_key("At its low end", POINT, POINT_EDGE),
        point_key("At its high end", ACCENT, ACCENT_EDGE, mark="D"),
    ]  # fmt: skip


def _name(bar: TornadoBar) -> str:
    name = bar.keys[0] if len(bar.keys) == 1 else _together(bar.keys)
    return f"{name} †" if bar.interval_changes_side else name


def _together(keys: Sequence[str]) -> str:
    """Assumptions that are moved together: by their study, or by what they are about."""
    studies, kinds = ({key.partition(": ")[place] for key in keys} for place in (0, 2))
    joint = f"{len(keys)} assumptions together"
    if len(kinds) == 1 and (kind := kinds.pop()):
        return f"{kind}: {joint}"
    return f"{studies.pop()}: {joint}" if len(studies) == 1 else joint


def _notes(found: Tornado, subject: Subject) -> Iterator[str]:
    """What the line is, with its interval, beside which bars can be read; what moves together."""
    base = found.base
    words = subject.phrase(base.estimate, base.interval.low, base.interval.high)
    yield f"Vertical line: every assumption at its value, {words}."
    for bar in found.bars:
        if len(bar.keys) > 1:
            yield f"{_name(bar).removesuffix(' †')}: {'; '.join(bar.keys)}."


def _range(bar: TornadoBar) -> str:
    low, high = bar.points[0].value, bar.points[-1].value
    return "" if low is None or high is None else f"{number(low)} to {number(high)}"


def _panel(axes: Axes, found: Tornado, subject: Subject) -> None:
    ends = [value for bar in found.bars for value in (bar.lowest, bar.highest)]
    dress_effect_axis(axes, subject, padded(min(ends), max(ends), 0.08))
    axes.set_ylim(len(found.bars) - 0.5, -0.5)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    for i, bar in enumerate(found.bars):
        axes.barh(i, bar.highest - bar.lowest, left=bar.lowest, height=0.55, color=BAND,
                  edgecolor=GUIDE, linewidth=0.7, zorder=2)  # fmt: skip
        for point, mark, fill, edge in (
            (bar.points[0], "o", POINT, POINT_EDGE),
            (bar.points[-1], "D", ACCENT, ACCENT_EDGE),
        ):
            at = np.nan if point.result is None else point.result.estimate
            axes.plot([at], [i], ls="", marker=mark, ms=5, mfc=fill, mec=edge, zorder=4)
    axes.axvline(found.base.estimate, color=INK, lw=1.0, zorder=3)


def _alt(found: Tornado, subject: Subject) -> str:
    widest = found.bars[0]
    base = found.base
    crossing = sum(bar.interval_changes_side for bar in found.bars)
    said = (
        f"Tornado diagram of {len(found.bars)} assumptions around a pooled {subject.effect_name} "
        f"of {subject.phrase(base.estimate, base.interval.low, base.interval.high)}: the widest "
        f"bar ({_name(widest).removesuffix(' †')}) goes from {subject.value(widest.lowest)} to "
        f"{subject.value(widest.highest)}"
    )
    return (
        f"{said}; the interval changes sides of the null value under {crossing or 'none'} of them."
    )


def _about(bar: TornadoBar) -> str:
    """What is assumed; of several together, which."""
    if len(bar.keys) == 1:
        return bar.description
    studies = {key.partition(": ")[0] for key in bar.keys}
    alike = len(studies) == 1 and all(": " in key for key in bar.keys)
    return f"{'; '.join(key.partition(': ')[2] if alike else key for key in bar.keys)}."


def _legend(found: Tornado) -> str:
    text = (
        "Tornado diagram. Each bar is the range of the pooled effect when one assumption behind "
        "the data, or several of the same kind together, is moved over its plausible range while "
        "the others stay; circles mark the low and diamonds the high end of that range. The "
        "vertical line is the result with every assumption at its value. Ranges are in the units "
        "of each assumption, estimates on the scale of the analysis. Daggers mark assumptions "
        "under which the interval comes to hold, or to exclude, the null value."
    )
    sentences = [f"{_name(bar)}: {_about(bar)}" for bar in found.bars[:3]]
    fixed = [f"Not varied: {sentence}" for _, sentence in found.not_varied]
    return " ".join([text, *sentences, *fixed, "Eschenbach (1992)."])

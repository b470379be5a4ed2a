"""Effects over time, every trial a line; below it shares of groups without a comparison."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from numpy.typing import NDArray

from ketameta.figures.colours import ACCENT, HAIRLINE, INK, MUTED, POINT, POINT_EDGE
from ketameta.figures.effect_axis import dress_effect_axis, sensible_limits
from ketameta.figures.page import MARGIN, SMALL, Page, open_page, picture_style
from ketameta.figures.picture import Picture, Subject
from ketameta.figures.point_labels import label_points
from ketameta.measures.catalog import measure as find_measure
from ketameta.questions.contrasts import ContrastClass
from ketameta.synthesis.durability import ComparedAt, Durability, Occasion, ShareAt

HEIGHT, LOWER, GAP, LEFT, FOOT = 190.0, 105.0, 36.0, 48.0, 34.0
SHAPES = {"scheduled": "o", "telephone": "^", "records": "s", "not stated": "D"}
"""How a result was assessed, told by the shape of its mark."""
MEANINGS = {
    "scheduled": "Scheduled visit",
    "telephone": "By telephone",
    "records": "From records",
    "not stated": "Assessment not stated",
}
WITHOUT_KETAMINE = (
    str(ContrastClass.KETAMINE_V_CONTROL),
    str(ContrastClass.KETAMINE_V_TREATMENT),
)
SPREAD = 0.014
"""Distance between marks of the same week, as a share of the axis."""
TICKS = (0, 4, 13, 26, 39, 52, 78, 104, 156, 208)

Floats = NDArray[np.float64]
Segment = tuple[tuple[float, float], tuple[float, float]]
Timed = TypeVar("Timed", ComparedAt, ShareAt)


def durability_figure(found: Durability) -> Picture:
    """Draw what is known of a question over time.

    Parameters
    ----------
    found
        What `synthesis.durability` gives. Results without a time cannot be drawn; a note names
        them.

    Returns
    -------
    Picture
        With alternative text and a legend. Without any result the page says so.

    References
    ----------
    Musekiwa et al. (2016), doi:10.1371/journal.pone.0164898
    """
    title = f"{found.outcome[:1].upper()}{found.outcome[1:]} over time"
    compared = [one for one in found.compared if one.at.weeks is not None]
    shares = [one for one in found.shares if one.at.weeks is not None]
    upper = HEIGHT if compared else 0.0
    lower = LOWER if shares else 0.0
    body = upper + (GAP if compared and shares else 0.0) + lower + FOOT + 12.0
    longest = _longest(compared, shares)  # one scale for both panels, which are read together
    with picture_style():
        page = open_page(title, body, key=list(_key(compared, shares)), notes=tuple(_notes(found)))
        if compared:
            _effects(page, compared, found, (12.0, upper), longest)
        if shares:
            top = 12.0 + upper + (GAP if compared else 0.0)
            _shares(page, shares, longest, (top, lower))
        for axes in page.figure.axes[-1:]:
            axes.set_xlabel("Weeks after the start of treatment")
        if not compared and not shares:
            page.write("No result with a number and a time.", (MARGIN, 20.0))
    return Picture("durability", title, page.figure, _alt(found, compared, shares), _legend(found))


def _effects(
    page: Page,
    compared: Sequence[ComparedAt],
    found: Durability,
    place: tuple[float, float],
    longest: float,
) -> None:
    top, height = place
    subject = Subject(found.title, find_measure(found.measure), found.level)
    axes = page.panel(LEFT, top, page.width - LEFT - MARGIN, height)
    _dress_weeks(axes, longest)
    y = np.array([one.y for one in compared])
    low, high = (np.array([getattr(one, end) for one in compared]) for end in ("low", "high"))
    null = subject.measure.null
    centres = y if null is None else np.append(y, null)
    limits = sensible_limits(centres, _and_nan(low, null), _and_nan(high, null))
    dress_effect_axis(axes, subject, limits, which="y")
    page.write(_direction(found), (LEFT, top - 6.0), size=SMALL)
    weeks = _spread(compared, axes)
    for one, x in zip(compared, weeks, strict=True):
        _interval(axes, x, (one.low, one.high), limits)
    ends = [((x, x), (one.low, one.high)) for one, x in zip(compared, weeks, strict=True)]
    joined = list(_joined(axes, compared, (weeks, y), [_colour(one) for one in compared]))
    for one, x in zip(compared, weeks, strict=True):
        _mark(axes, (x, one.y), one.at, _fill(one), _colour(one))
    names = [one.at.label for one in compared]
    _name(axes, (weeks, y), names, _points(ends, joined))


def _shares(
    page: Page, shares: Sequence[ShareAt], longest: float, place: tuple[float, float]
) -> None:
    top, height = place
    axes = page.panel(LEFT, top, page.width - LEFT - MARGIN, height)
    _dress_weeks(axes, longest)
    axes.set_ylim(-0.03, 1.03)
    ticks = (0.0, 0.25, 0.5, 0.75, 1.0)
    axes.set_yticks(ticks, [f"{100 * t:.0f}%" for t in ticks])
    axes.set_ylabel("People")
    page.write("Groups without a comparison", (LEFT, top - 8.0), size=SMALL)
    weeks = _spread(shares, axes)
    y = np.array([one.events / one.n for one in shares])
    for one, x in zip(shares, weeks, strict=True):
        axes.plot((x, x), (one.low, one.high), color=MUTED, lw=0.9, zorder=2)
    ends = [((x, x), (one.low, one.high)) for one, x in zip(shares, weeks, strict=True)]
    joined = list(_joined(axes, shares, (weeks, y), [INK] * len(shares)))
    for one, x, share in zip(shares, weeks, y, strict=True):
        _mark(axes, (x, float(share)), one.at, "white", INK)
    _name(axes, (weeks, y), [one.at.label for one in shares], _points(ends, joined))


def _dress_weeks(axes: Axes, longest: float) -> None:
    axes.set_xlim(-0.02 * longest, 1.2 * longest)
    ticks = [tick for tick in TICKS if tick <= 1.02 * longest]
    axes.set_xticks(ticks, [str(tick) for tick in ticks])
    for tick in ticks:
        axes.axvline(tick, color=HAIRLINE, lw=0.6, zorder=0)


def _longest(compared: Sequence[ComparedAt], shares: Sequence[ShareAt]) -> float:
    weeks = [one.at.weeks or 0.0 for one in compared] + [one.at.weeks or 0.0 for one in shares]
    return max(weeks, default=1.0) or 1.0


def _spread(found: Sequence[Timed], axes: Axes) -> Floats:
    """Weeks, moved apart a little where several results share one."""
    low, high = axes.get_xlim()
    seen: dict[float, int] = {}
    for one in found:
        seen[one.at.weeks or 0.0] = seen.get(one.at.weeks or 0.0, 0) + 1
    count = dict.fromkeys(seen, 0)
    weeks = []
    for one in found:
        week = one.at.weeks or 0.0
        move = count[week] - (seen[week] - 1) / 2
        weeks.append(week + move * SPREAD * (high - low))
        count[week] += 1
    return np.array(weeks, dtype=np.float64)


def _interval(axes: Axes, x: float, ends: tuple[float, float], limits: tuple[float, float]) -> None:
    low, high = max(ends[0], limits[0]), min(ends[1], limits[1])
    axes.plot((x, x), (low, high), color=MUTED, lw=0.9, zorder=2)
    for beyond, at, mark in ((ends[0] < limits[0], low, "v"), (ends[1] > limits[1], high, "^")):
        if beyond:
            axes.plot(x, at, ls="", marker=mark, ms=3.5, color=MUTED, clip_on=False, zorder=2)


def _mark(axes: Axes, at: tuple[float, float], occasion: Occasion, fill: str, edge: str) -> None:
    shape = SHAPES.get(occasion.assessment, SHAPES["not stated"])
    axes.plot(*at, ls="", marker=shape, ms=5.2, mfc=fill, mec=edge, mew=1.1, zorder=4)
    if occasion.ends_treatment:
        axes.plot(*at, ls="", marker="o", ms=10.0, mfc="none", mec=INK, mew=0.9, zorder=4)


def _joined(
    axes: Axes, found: Sequence[Timed], places: tuple[Floats, Floats], colours: Sequence[str]
) -> Iterator[Segment]:
    """Lines between results of a trial; dashed where assessment or definition are not the same."""
    weeks, y = places
    last: dict[str, int] = {}
    for i, one in enumerate(found):
        name = one.line if isinstance(one, ComparedAt) else one.at.study
        j = last.get(name)
        if j is not None and found[j].at.weeks != one.at.weeks:
            across, up = (float(weeks[j]), float(weeks[i])), (float(y[j]), float(y[i]))
            same = _how(found[j].at) == _how(one.at)
            style = "-" if same else (0, (4, 2))
            axes.plot(across, up, color=colours[i], lw=1.2, ls=style, zorder=3)
            yield across, up
        last[name] = i


def _how(at: Occasion) -> tuple[str, str]:
    return at.assessment, at.outcome


def _points(*lines: Sequence[Segment]) -> list[Floats]:
    """Segments as arrays of points, (2, 2)."""
    return [np.array(segment, dtype=np.float64).T for group in lines for segment in group]


def _name(
    axes: Axes, places: tuple[Floats, Floats], names: Sequence[str], lines: Sequence[Floats]
) -> None:
    """Names beside the last mark of each study."""
    last = {name: i for i, name in enumerate(names)}
    shown = [name if last[name] == i else "" for i, name in enumerate(names)]
    label_points(axes, *places, shown, radius=5.5, lines=lines)


def _colour(one: ComparedAt) -> str:
    return POINT_EDGE if one.contrast_class in WITHOUT_KETAMINE else ACCENT


def _fill(one: ComparedAt) -> str:
    return POINT if one.contrast_class in WITHOUT_KETAMINE else "white"


def _and_nan(values: Floats, null: float | None) -> Floats:
    return values if null is None else np.append(values, np.nan)


def _direction(found: Durability) -> str:
    side = "Up" if found.better == "higher" else "Down"
    return f"{side} favours the tested side"


def _key(compared: Sequence[ComparedAt], shares: Sequence[ShareAt]) -> Iterator[Line2D]:
    plain: dict[str, Any] = {"color": MUTED, "ls": "", "ms": 5.2}
    classes = {one.contrast_class in WITHOUT_KETAMINE for one in compared}
    if True in classes:
        yield Line2D([], [], color=POINT_EDGE, lw=1.2, marker="o", ms=5.2, mfc=POINT,
                     label="Against a control without ketamine")  # fmt: skip
    if False in classes:
        yield Line2D([], [], color=ACCENT, lw=1.2, marker="o", ms=5.2, mfc="white",
                     label="More against less ketamine")  # fmt: skip
    occasions = [*(one.at for one in compared), *(one.at for one in shares)]
    for kind, shape in SHAPES.items():
        if any(at.assessment == kind for at in occasions):
            yield Line2D([], [], marker=shape, mfc="white", label=MEANINGS[kind], **plain)
    if any(at.ends_treatment for at in occasions):
        yield Line2D([], [], marker="o", mfc="none", color=INK, ls="", ms=10.0, mew=0.9,
                     label="End of treatment")  # fmt: skip


def _notes(found: Durability) -> Iterator[str]:
    occasions = [*(one.at for one in found.compared), *(one.at for one in found.shares)]
    untimed = [at.label for at in occasions if at.weeks is None]
    if untimed:
        yield f"Without a time, and not drawn: {', '.join(dict.fromkeys(untimed))}."
    corrected = [one.at.label for one in found.compared if one.corrected]
    if corrected:
        names = ", ".join(dict.fromkeys(corrected))
        yield f"1/2 was added to the cells of a table with a zero: {names}."
    if len(occasions) > 1:
        yield (
            "Only a line joins results of the same study; it is dashed where the assessment or the "
            "definition changed on the way. Marks without a line are different studies, not a "
            "course."
        )


def _alt(found: Durability, compared: Sequence[ComparedAt], shares: Sequence[ShareAt]) -> str:
    if not compared and not shares:
        return f"{found.title}: 0 results with a number and a time."
    lines = {one.line for one in compared}
    joined = sum(1 for line in lines if sum(one.line == line for one in compared) > 1)
    longest = max((one.at.weeks or 0.0 for one in compared), default=0.0)
    return (
        f"{found.measure} of {len(lines)} comparisons by weeks after the start of treatment, "
        f"{joined} with more than one time; the longest at {longest:g} weeks. Below, shares of "
        f"{len({one.at.study for one in shares})} groups without a comparison."
    )


def _legend(found: Durability) -> str:
    return (
        f"{found.title}, at every time that any study on record reports. Marks are effects with "
        f"{100 * found.level:g}% intervals, on a log scale for ratios; their shapes tell how the "
        "result was assessed, filled ones compare with a control without ketamine. A ring marks "
        "the end of treatment. A line joins results of the same study. Names stand where there is "
        "room; the table names every mark. The lower panel, where "
        "there is one, shows groups without a comparison with exact intervals; what would have "
        "happened to them without ketamine is not known."
    )

"""Risks of harms with exact intervals, one line per study and group, harm by harm."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from ketameta.figures.colours import ACCENT, GUIDE, HAIRLINE, INK, POINT, POINT_EDGE
from ketameta.figures.page import MARGIN, SMALL, Page, open_page, picture_style
from ketameta.figures.picture import Picture
from ketameta.figures.text_metrics import broken, drawable, text_width
from ketameta.notation.effects import clean
from ketameta.notation.numbers import NumberStyle
from ketameta.synthesis.safety import Harm, HarmRisk, Safety
from ketameta.synthesis.safety_groups import GroupRisk
from ketameta.synthesis.safety_records import CONTROL, KETAMINE, OTHER_HARM, OTHER_TREATMENT

PITCH, LEADING, HEAD, BOTTOM, GAP = 10.4, 8.4, 15.0, 29.0, 9.0
STUDY_WIDTH, ARM_WIDTH = 92.0, 106.0
TOGETHER, WHAT = "together", "Event and group"
MARKS: dict[str, dict[str, Any]] = {
    KETAMINE: {"marker": "s", "ms": 4.6, "mfc": POINT, "mec": POINT_EDGE},
    CONTROL: {"marker": "o", "ms": 5.0, "mfc": "white", "mec": ACCENT, "mew": 1.3},
    OTHER_TREATMENT: {"marker": "^", "ms": 5.0, "mfc": "white", "mec": INK, "mew": 1.0},
    TOGETHER: {"marker": "D", "ms": 5.4, "mfc": "white", "mec": POINT_EDGE, "mew": 1.4},
}
"""Shape and fill tell groups apart without their colours."""
NAMES = {
    KETAMINE: "Ketamine",
    CONTROL: "Control without ketamine",
    OTHER_TREATMENT: "Other treatment",
    TOGETHER: "Ketamine groups together",
}
NUMBERS = NumberStyle()


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of the figure; `group` "" for the name of a harm.

    `event` is how a study defined what it counted, where it counted more than one thing.
    """

    study: str
    arm: str = ""
    group: str = ""
    risk: float = 0.0
    low: float = 0.0
    high: float = 0.0
    ahead: tuple[float, float] | None = None
    events: str = ""
    event: str = ""

    @property
    def studies(self) -> tuple[str, ...]:
        """The study, in lines."""
        return broken(drawable(clean(self.study)), SMALL, STUDY_WIDTH) if self.group else ()

    @property
    def what(self) -> tuple[str, ...]:
        """The event and the group, in lines."""
        parts = [part for part in (f"{self.event}:" if self.event else "", self.arm) if part]
        return tuple(
            line for part in parts for line in broken(drawable(clean(part)), SMALL, ARM_WIDTH)
        )

    @property
    def height(self) -> float:
        """Points."""
        return PITCH + (max(len(self.studies), len(self.what), 1) - 1) * LEADING


def safety_figure(found: Safety) -> Picture:
    """Draw every counted harm.

    Parameters
    ----------
    found
        What `synthesis.safety` gives. Case reports are left out, with a note.

    Returns
    -------
    Picture
        With alternative text and a legend. Without any count the page says so.

    References
    ----------
    Clopper and Pearson (1934), doi:10.1093/biomet/26.4.404
    """
    title = "Harms: share of people with the event, by study and group"
    lines = [line for harm in found.harms for line in _lines(harm)]
    body = HEAD + (sum(line.height for line in lines) or PITCH) + BOTTOM
    with picture_style():
        page = open_page(title, body, key=list(_key(lines)), notes=tuple(_notes(found)))
        if lines:
            _draw(page, lines, found)
        else:
            page.write("No harm was counted in any study on record.", (MARGIN, HEAD))
    return Picture("safety", title, page.figure, _alt(found, lines), _legend(found))


def _lines(harm: Harm) -> Iterator[_Line]:
    risks = [risk for risk in harm.risks if not risk.count.case_report]
    if not risks:
        return
    yield _Line(f"{harm.construct[:1].upper()}{harm.construct[1:]}")
    for risk in risks:
        count = risk.count
        event = count.result.definition if _told_apart_by_definition(risk, risks) else ""
        events = f"{count.events}/{count.n}"
        yield _Line(
            count.result.label,
            count.arm,
            count.group,
            risk.risk,
            risk.low,
            risk.high,
            events=events,
            event=event,
        )
    if harm.ketamine is not None and harm.ketamine.method:
        yield _together(harm.ketamine)


def _told_apart_by_definition(risk: HarmRisk, risks: Sequence[HarmRisk]) -> bool:
    own = risk.count.result
    if own.construct == OTHER_HARM:
        return True
    return len({r.count.result.place for r in risks if r.count.result.study == own.study}) > 1


def _together(group: GroupRisk) -> _Line:
    low, high = group.interval.low or 0.0, group.interval.high or 1.0
    ahead = group.prediction
    between = None if ahead.low is None or ahead.high is None else (ahead.low, ahead.high)
    events = f"{group.events}/{group.n}"
    name = f"{len(group.labels)} studies together"
    return _Line(name, group.method, TOGETHER, group.estimate or 0.0, low, high, between, events)


def _key(lines: Sequence[_Line]) -> Iterator[Line2D]:
    for group, name in NAMES.items():
        if any(line.group == group for line in lines):
            yield Line2D([], [], color=INK, lw=1.0, label=name, **MARKS[group])
    if any(line.ahead for line in lines):
        yield Line2D([], [], color=GUIDE, lw=1.0, ls=(0, (1, 1.2)), label="Risk in a new study")


def _draw(page: Page, lines: Sequence[_Line], found: Safety) -> None:
    texts = [_numbers(line) for line in lines]
    first = MARGIN + 8.0
    names = [name for line in lines for name in (*line.studies, "Study")]
    second = first + max(text_width(name, SMALL) for name in names) + GAP
    what = [part for line in lines for part in (*line.what, WHAT)]
    left = second + max(text_width(part, SMALL) for part in what) + GAP
    title = f"Risk ({100 * found.level:g}% CI)"
    width = max(text_width(t, SMALL) for t in (*texts, title))
    counts = max(text_width(t, SMALL) for t in (*(line.events for line in lines), "Events"))
    right = page.width - MARGIN - width
    end = right - GAP - counts - GAP
    axes = page.panel(left, HEAD, end - left, sum(line.height for line in lines))
    _dress(axes, lines)
    for text, at, align in (
        ("Study", first, "left"),
        (WHAT, second, "left"),
        ("Events", right - GAP, "right"),
        (title, page.width - MARGIN, "right"),
    ):
        page.write(text, (at, HEAD / 2), size=SMALL, align=align)
    for line, middle, text in zip(lines, _middles(lines), texts, strict=True):
        down = HEAD + middle
        if not line.group:
            page.write(line.study, (MARGIN, down), size=SMALL + 0.5, bold=True)
            page.rule(down - line.height / 2)
            continue
        for at, parts in ((first, line.studies), (second, line.what)):
            for i, part in enumerate(parts):
                shift = (i - (len(parts) - 1) / 2) * LEADING
                page.write(part, (at, down + shift), size=SMALL)
        page.write(line.events, (right - GAP, down), size=SMALL, align="right")
        page.write(text, (page.width - MARGIN, down), size=SMALL, align="right")


def _middles(lines: Sequence[_Line]) -> list[float]:
    """Points from the top to the middle of each line."""
    ends = accumulate(line.height for line in lines)
    return [end - line.height / 2 for line, end in zip(lines, ends, strict=True)]


def _dress(axes: Axes, lines: Sequence[_Line]) -> None:
    axes.set_xlim(-0.01, 1.01)
    axes.set_ylim(sum(line.height for line in lines), 0.0)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    ticks = (0.0, 0.25, 0.5, 0.75, 1.0)
    axes.set_xticks(ticks, [f"{100 * t:.0f}%" if t in (0.0, 0.5, 1.0) else "" for t in ticks])
    axes.set_xlabel("People with the event")
    for tick in ticks:
        axes.axvline(tick, color=HAIRLINE, lw=0.6, zorder=0)
    for i, line in zip(_middles(lines), lines, strict=True):
        if not line.group:
            continue
        if line.ahead:
            axes.plot(line.ahead, (i, i), color=GUIDE, lw=1.0, ls=(0, (1, 1.2)), zorder=1)
        axes.plot((line.low, line.high), (i, i), color=INK, lw=1.0, zorder=2)
        axes.plot(line.risk, i, ls="", zorder=3, clip_on=False, **MARKS[line.group])


def _numbers(line: _Line) -> str:
    if not line.group:
        return ""
    shown = [_share(x) for x in (line.risk, line.low, line.high)]
    return f"{shown[0]} ({shown[1]} to {shown[2]})"


def _share(share: float) -> str:
    """A percentage with one decimal where it is small."""
    if 0.0 < share < 0.0005:
        return "<0.1%"
    return NUMBERS.percent(100.0 * share, 1 if 0.0 < share < 0.0995 else 0)


def _notes(found: Safety) -> Iterator[str]:
    cases = [r.count.result for harm in found.harms for r in harm.risks if r.count.case_report]
    if cases:
        names = ", ".join(dict.fromkeys(f"{c.label} ({c.construct})" for c in cases))
        yield (f"Case reports are not drawn, for people are in them because of the event: {names}.")
    if any(risk.count.events == 0 for harm in found.harms for risk in harm.risks):
        yield (
            "A mark at 0% is no proof of absence: the interval beside it holds every risk at which "
            "seeing nobody with the event is still likely enough."
        )


def _alt(found: Safety, lines: Sequence[_Line]) -> str:
    drawn = [line for line in lines if line.group and line.group != TOGETHER]
    if not drawn:
        return "Harms: 0 groups, because no study on record counted a harm."
    zero = [line for line in drawn if line.risk == 0.0]
    widest = max(drawn, key=lambda line: line.high)
    harms = sum(1 for line in lines if not line.group)
    return (
        f"Shares of people with an event and their exact {100 * found.level:g}% intervals for "
        f"{len(drawn)} groups and {harms} harms: in {len(zero)} groups nobody had it, with upper "
        f"limits from {_share(min(line.high for line in zero or drawn))} to "
        f"{_share(max(line.high for line in zero or drawn))}; the highest limit is "
        f"{_share(widest.high)} ({widest.study})."
    )


def _legend(found: Safety) -> str:
    return (
        "Harms by study and group. Marks are shares of people with the event, lines exact "
        f"(Clopper-Pearson) {100 * found.level:g}% intervals. Squares: ketamine; circles: control "
        "without ketamine; triangles: another treatment. Diamonds: ketamine groups of several "
        "studies, by a logit-normal mixed model with a dotted line for the risk in a new study; "
        "where nobody had the event, as if the risk were the same everywhere. Harms were asked for "
        "in different ways and over different times, so that studies are not ranked by this figure."
    )

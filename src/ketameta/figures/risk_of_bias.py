"""Risk of bias drawn: traffic lights of every result, and bars weighted as the analysis is."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Circle, Patch, Rectangle

from ketameta.appraisal.risk_of_bias.overview import Assessments, caveats
from ketameta.appraisal.risk_of_bias.results import ResultJudgement
from ketameta.appraisal.risk_of_bias.tool import Tool
from ketameta.appraisal.risk_of_bias.tools import TOOLS
from ketameta.appraisal.risk_of_bias.weights import share_of_weight_by_judgement
from ketameta.errors import DataError
from ketameta.figures.colours import INK
from ketameta.figures.page import MARGIN, SIZE, SMALL, WIDTH, open_page, picture_style, shortened
from ketameta.figures.picture import Picture
from ketameta.figures.text_metrics import drawable, text_width
from ketameta.notation.risk_of_bias import LEVEL_MARKS, LevelMark, colours, level_mark
from ketameta.synthesis.answer import Analysis

PITCH, RADIUS, HEAD, GAP = 15.0, 5.4, 26.0, 16.0
BAR, BAR_PITCH = 12.0, 19.0
NAMES = 190.0
"""Points for the names of results."""


def traffic_light_figure(shown: Assessments, *, palette: str = "default") -> Picture:
    """A row per result, a disc per domain; results of different tools in panels of their own.

    Parameters
    ----------
    shown
        From `appraisal.risk_of_bias.overview`.
    palette
        One of `notation.risk_of_bias.PALETTES`; glyphs are the same in both.

    Raises
    ------
    DataError
        If no result was assessed.

    References
    ----------
    McGuinness LA, Higgins JPT. Res Synth Methods 2021;12:55-61. doi:10.1002/jrsm.1411.
    """
    if not shown.results:
        raise DataError(
            f"{shown.title}: no result was assessed. Add `risk_of_bias` to the records."
        )
    title = f"Risk of bias: {shown.title}"
    groups = shown.by_tool()
    height = sum(HEAD + len(found) * PITCH for _, found in groups) + GAP * (len(groups) - 1)
    levels = _levels(shown)
    notes = (*(_domains(tool) for tool, _ in groups), *caveats(shown))
    with picture_style():
        page = open_page(title, height + 8.0, key=_key(levels, palette), notes=notes)
        top = 0.0
        for tool, found in groups:
            size = HEAD + len(found) * PITCH
            axes = page.panel(MARGIN, top, WIDTH - 2 * MARGIN, size)
            _lights(axes, tool, found, palette)
            top += size + GAP
    return Picture("risk-of-bias", title, page.figure, _lights_alt(shown), _legend(shown, notes))


def _lights(axes: Axes, tool: Tool, found: Sequence[ResultJudgement], palette: str) -> None:
    height = HEAD + len(found) * PITCH
    width = WIDTH - 2 * MARGIN
    _bare(axes, width, height)
    step = min(34.0, (width - NAMES) / (len(tool.domains) + 1))
    names = [*(domain.id for domain in tool.domains), "Overall"]
    _text(axes, (0.0, 8.0), _name(tool), weight="bold")
    for i, name in enumerate(names):
        _text(axes, (NAMES + (i + 0.5) * step, 20.0), name, align="center", size=SMALL)
    axes.add_line(Line2D([0.0, width], [HEAD, HEAD], color=INK, lw=0.6))
    for j, one in enumerate(found):
        y = HEAD + (j + 0.5) * PITCH
        label = f"{one.label}, {one.outcome.replace('-', ' ')}"
        _text(axes, (0.0, y), shortened(label, NAMES - 8.0))
        for i, level in enumerate([*(level for _, level in one.domains), one.overall]):
            _disc(axes, (NAMES + (i + 0.5) * step, y), level or "no information", palette)


def _disc(axes: Axes, at: tuple[float, float], level: str, palette: str) -> None:
    fill, ink = colours(level, palette)
    axes.add_patch(Circle(at, RADIUS, facecolor=fill, edgecolor=INK, linewidth=0.6, gid=level))
    _text(axes, at, level_mark(level).glyph, align="center", colour=ink, weight="bold")


def weighted_bars_figure(analysis: Analysis, title: str, *, palette: str = "default") -> Picture:
    """How much of the weight of an analysis stands at which level, by domain and overall.

    Domains are shown where every assessed row was judged with the same tool; otherwise the bar is
    that of the overall judgement alone, whose levels stand side by side.

    Parameters
    ----------
    analysis
        With the risk of bias of its rows filled in.
    title
        What the analysis is about.
    palette
        One of `notation.risk_of_bias.PALETTES`.

    Raises
    ------
    DataError
        If no row was assessed.
    """
    tools = {row.risk_of_bias.tool for row in analysis.rows if row.risk_of_bias is not None}
    if not tools:
        raise DataError(f"{title}: no result was assessed. Add `risk_of_bias` to the records.")
    bars = {"Overall": share_of_weight_by_judgement(analysis)}
    if len(tools) == 1:
        for domain in TOOLS[next(iter(tools))].domains:
            name = f"{domain.id} {domain.short}"
            bars[name] = share_of_weight_by_judgement(analysis, domain.id)
    heading = f"Risk of bias by weight: {title}"
    note = f"Share of the weight in the main analysis ({analysis.k} studies), not of the studies."
    if analysis.k == 1:
        note = "One study has all the weight."
    notes = (note, f"Tools: {', '.join(sorted(tools))}.")
    with picture_style():
        levels = [level for level in LEVEL_MARKS if any(level in bar for bar in bars.values())]
        page = open_page(
            heading,
            len(bars) * BAR_PITCH + 26.0,
            key=_key(levels, palette),
            notes=notes,
        )
        left = max(text_width(name, SIZE) for name in bars) + 8.0
        room = WIDTH - 2 * MARGIN - left - 12.0
        axes = page.panel(MARGIN + left, 0.0, room, len(bars) * BAR_PITCH)
        _bars(axes, bars, room, palette)
    words = "; ".join(f"{name}: {_shares(bar)}" for name, bar in bars.items())
    alt = f"{heading}. {words}."
    legend = (
        f"{heading}. Bars show percent of the weight at each level of risk of bias. {note} The "
        f"signs in the bars are those of the key. {notes[1]}"
    )
    return Picture("risk-of-bias-weights", heading, page.figure, alt, legend)


def _bars(axes: Axes, bars: dict[str, dict[str, float]], room: float, palette: str) -> None:
    axes.set_xlim(0.0, 100.0)
    axes.set_ylim(len(bars) * BAR_PITCH, 0.0)
    axes.set_yticks([(i + 0.5) * BAR_PITCH for i in range(len(bars))], list(bars))
    axes.tick_params(axis="y", length=0, labelsize=SIZE)
    axes.set_xlabel("Percent of weight")
    for i, bar in enumerate(bars.values()):
        start = 0.0
        for level in (name for name in LEVEL_MARKS if name in bar):
            fill, ink = colours(level, palette)
            box = Rectangle((start, (i + 0.5) * BAR_PITCH - BAR / 2), bar[level], BAR, gid=level)
            box.set(facecolor=fill, edgecolor=INK, linewidth=0.6)
            axes.add_patch(box)
            at = (start + bar[level] / 2, (i + 0.5) * BAR_PITCH)
            words = _in_bar(level, bar[level], room * bar[level] / 100.0)
            _text(axes, at, words, align="center", colour=ink, weight="bold", size=SMALL + 0.5)
            start += bar[level]


def _in_bar(level: str, share: float, room: float) -> str:
    """As much as fits into so many points: sign, level and share; sign and share; sign; nothing."""
    glyph = level_mark(level).glyph
    percent = f"{share:.0f}%"
    for words in (f"{glyph} {level} {percent}", f"{glyph} {percent}", glyph):
        if text_width(words.strip(), SMALL + 0.5, bold=True) + 4.0 <= room:
            return words.strip()
    return ""


def _bare(axes: Axes, width: float, height: float) -> None:
    axes.set_xlim(0.0, width)
    axes.set_ylim(height, 0.0)
    axes.set_axis_off()


def _text(
    axes: Axes,
    at: tuple[float, float],
    text: str,
    *,
    align: str = "left",
    colour: str = INK,
    weight: str = "normal",
    size: float = SIZE,
) -> None:
    axes.text(
        *at, drawable(text), ha=align, va="center_baseline", color=colour, weight=weight,
        fontsize=size, zorder=5,
    )  # fmt: skip


def _levels(shown: Assessments) -> list[str]:
    found = {level or "no information" for one in shown.results for _, level in one.domains}
    found |= {one.overall or "no information" for one in shown.results}
    return [level for level in LEVEL_MARKS if level in found]


def _key(levels: Sequence[str], palette: str) -> list[Artist]:
    return [
        Patch(facecolor=colours(level, palette)[0], edgecolor=INK, linewidth=0.6, label=words)
        for level, words in _signs(levels)
    ]


def _signs(levels: Sequence[str]) -> list[tuple[str, str]]:
    """A level and "− high or serious" per sign: levels of different tools may share one."""
    named: dict[LevelMark, list[str]] = {}
    for level in levels:
        named.setdefault(level_mark(level), []).append(level)
    return [
        (known[0], f"{mark.glyph} {' or '.join(known)}".strip()) for mark, known in named.items()
    ]


def _domains(tool: Tool) -> str:
    listed = ", ".join(f"{domain.id} {domain.short}" for domain in tool.domains)
    return f"{_name(tool)}: {listed}."


def _name(tool: Tool) -> str:
    return f"{tool.name[:1].upper()}{tool.name[1:]}"


def _lights_alt(shown: Assessments) -> str:
    counts = {
        level: sum((one.overall or "no information") == level for one in shown.results)
        for level in LEVEL_MARKS
    }
    said = ", ".join(f"{count} {level}" for level, count in counts.items() if count)
    return (
        f"Risk of bias of {len(shown.results)} results ({shown.title}), overall: {said}. "
        f"{' '.join(caveats(shown))}"
    )


def _legend(shown: Assessments, notes: Sequence[str]) -> str:
    signs = ", ".join(words for _, words in _signs(_levels(shown)))
    return (
        f"Risk of bias: {shown.title}. A row is one result, a column one domain of the tool; the "
        f"sign in a disc says the same as its colour: {signs}. {' '.join(notes)}"
    )


def _shares(bar: dict[str, float]) -> str:
    return ", ".join(f"{share:.0f}% {level}" for level, share in bar.items())

"""The drawn figure: no text on another text, none outside the page, sizes that follow content."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Polygon, Rectangle

from ketameta.figures.forest.draw import draw
from ketameta.figures.forest.draw_glyphs import LARGEST_SIDE
from ketameta.figures.forest.layout import layout
from ketameta.figures.forest.model import Diamond, ForestLayout, StudyGlyph
from ketameta.figures.forest.placement import MARGIN, place
from ketameta.figures.forest.shapes import diamond_points
from ketameta.figures.forest.style import STYLES
from ketameta.synthesis.answer import Answer, ArmNumbers

from .builders import Trial, answer, ketamine_answer, ketamine_trials, normal_trials

HOSTILE = (
    '<b>&"C"</b> $x^2$ \\alpha_{1}',
    "A\tname\nin\u202e three\x00 lines",
    "王 and colleagues 😀 2019",
    "An extraordinarily long list of authors, all their friends, and the Collaborative Group 2021",
    "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft 2020",
)


def hostile() -> Answer:
    trials = [
        Trial(label, 0.3 * i, 9.0**i / 20, ArmNumbers("K", 3, 10 ** (i + 1)), ArmNumbers("C", 1, 9))
        for i, label in enumerate(HOSTILE)
    ]
    return answer(trials, sets={HOSTILE[3] * 2: (0, 1, 2), HOSTILE[0]: (1,)})


def differences() -> Answer:
    numbers = ArmNumbers("K", n=120, mean=-12.25, sd=4.5)
    trials = [
        Trial(f"Trial {i}", y, se, numbers, numbers)
        for i, (y, se) in enumerate([(-112.0, 30.0), (-4.2, 2.2), (3.3, 5.0), (-20.5, 11.0)])
    ]
    return answer(trials, measure="MD", better="lower")


CASES = {
    "none": lambda: answer([]),
    "one": lambda: answer(ketamine_trials()[:1]),
    "two": lambda: answer(ketamine_trials()[:2]),
    "seven": lambda: answer(normal_trials(7)),
    "forty": lambda: answer(normal_trials(40)),
    "eighty": lambda: answer(normal_trials(80)),
    "subgroups": ketamine_answer,
    "hostile": hostile,
    "differences": differences,
}
EVERY_STYLE = [(case, style) for case in ("subgroups", "hostile", "two") for style in STYLES]
DEFAULT_ONLY = [(case, "default") for case in CASES if case not in ("subgroups", "hostile", "two")]


@cache
def drawn(case: str, style: str) -> tuple[ForestLayout, Figure]:
    plot = layout(CASES[case](), style=style)
    figure = draw(plot)
    FigureCanvasAgg(figure)
    return plot, figure


def boxes(figure: Figure) -> tuple[list[str], np.ndarray]:
    """Texts and their boxes (left, bottom, right, top) in points."""
    renderer = FigureCanvasAgg(figure).get_renderer()
    texts = [t for t in figure.axes[0].texts if t.get_text().strip()]
    extents = [t.get_window_extent(renderer).extents for t in texts]
    scale = 72.0 / figure.dpi
    return [t.get_text() for t in texts], np.array(extents).reshape(-1, 4) * scale


@pytest.mark.parametrize(("case", "style"), EVERY_STYLE + DEFAULT_ONLY)
def test_no_text_lies_on_another_or_beyond_the_page(case: str, style: str) -> None:
    plot, figure = drawn(case, style)
    texts, found = boxes(figure)
    placement = place(plot)
    assert len(texts) > 3
    assert found[:, 0].min() >= MARGIN / 2
    assert found[:, 2].max() <= placement.width - MARGIN / 2 + 1
    assert found[:, 1].min() >= MARGIN / 3
    assert found[:, 3].max() <= placement.height - MARGIN / 3
    # Half a point of slack: boxes hold the full line height, not only the ink.
    left, bottom, right, top = (found + np.array([0.5, 0.5, -0.5, -0.5])).T
    apart = (
        (right[:, None] <= left[None]) | (right[None] <= left[:, None])
        | (top[:, None] <= bottom[None]) | (top[None] <= bottom[:, None])
    )  # fmt: skip
    i, j = np.nonzero(~apart & ~np.eye(len(texts), dtype=bool))
    assert not [(texts[a], texts[b]) for a, b in zip(i, j, strict=True)]


@pytest.mark.parametrize(("case", "style"), EVERY_STYLE + DEFAULT_ONLY)
def test_no_text_of_a_row_runs_into_the_plot(case: str, style: str) -> None:
    plot, figure = drawn(case, style)
    texts, found = boxes(figure)
    placement = place(plot)
    page = placement.height
    top = page - (placement.rows[0][0] if placement.rows else placement.axis_y)
    bottom = page - placement.axis_y
    within = (found[:, 1] < top) & (found[:, 3] > bottom)
    inside = (found[:, 2] > placement.plot[0] - 6) & (found[:, 0] < placement.plot[1] + 6)
    assert not [texts[i] for i in np.nonzero(within & inside)[0]]


def squares(figure: Figure) -> list[Rectangle]:
    return [
        p for p in figure.axes[0].patches
        if isinstance(p, Rectangle) and p.get_width() == pytest.approx(p.get_height())
    ]  # fmt: skip


def test_drawn_squares_have_areas_proportional_to_weights() -> None:
    plot, figure = drawn("forty", "default")
    sides = [r.glyph.side for r in plot.rows if isinstance(r.glyph, StudyGlyph)]
    drawn_sides = [s.get_width() for s in squares(figure)]
    assert len(drawn_sides) == 40
    largest = LARGEST_SIDE * plot.style.row_pitch
    assert max(drawn_sides) == pytest.approx(largest)
    assert [s / largest for s in drawn_sides] == pytest.approx(sides)


def test_drawn_diamonds_end_where_the_interval_ends() -> None:
    plot, figure = drawn("subgroups", "default")
    placement = place(plot)
    expected = [
        (placement.x(plot.axis.position(r.glyph.extent.low)),
         placement.x(plot.axis.position(r.glyph.extent.high)))
        for r in plot.rows if isinstance(r.glyph, Diamond)
    ]  # fmt: skip
    polygons = [p for p in figure.axes[0].patches if isinstance(p, Polygon)]
    tips = [(p.get_xy()[:, 0].min(), p.get_xy()[:, 0].max()) for p in polygons]
    assert len(tips) == len(expected) == 4
    for tip, ends in zip(tips, expected, strict=True):
        assert tip == pytest.approx(ends)


@pytest.mark.parametrize("case", ["two", "hostile", "subgroups"])
def test_arrows_are_drawn_exactly_for_cut_intervals(case: str) -> None:
    plot, figure = drawn(case, "default")
    cuts = sum(
        int(r.glyph.extent.cut_low) + int(r.glyph.extent.cut_high)
        for r in plot.rows
        if r.glyph is not None
    )
    arrows = [p for p in figure.axes[0].patches if p.get_gid() == "arrow"]
    assert len(arrows) == cuts
    assert (cuts > 0) == (case != "subgroups")


def test_nothing_but_arrows_leaves_the_plot() -> None:
    plot, figure = drawn("hostile", "default")
    left, right = place(plot).plot
    for patch in figure.axes[0].patches:
        if isinstance(patch, Polygon) and patch.get_gid() != "arrow":
            assert patch.get_xy()[:, 0].min() >= left - 1e-6
            assert patch.get_xy()[:, 0].max() <= right + 1e-6


def test_a_cut_diamond_keeps_the_shape_of_what_is_left() -> None:
    plot = layout(answer(ketamine_trials()), limits=(0.5, 5.0))
    glyph = next(r.glyph for r in plot.rows if r.kind == "overall")
    assert isinstance(glyph, Diamond)
    corners = diamond_points(glyph, plot.axis)
    assert max(x for x, _ in corners) == 1.0
    assert len([1 for x, _ in corners if x == 1.0]) == 2


def test_an_interval_narrower_than_its_square_is_drawn_inside_it() -> None:
    trials = [Trial("Precise", 0.1, 0.01), *(Trial(f"T{i}", 0.4 * i, 0.9) for i in range(3))]
    figure = draw(layout(answer(trials)))
    inside = [
        line for line in figure.axes[0].lines
        if isinstance(line, Line2D) and line.get_color() == "#ffffff"
    ]  # fmt: skip
    assert len(inside) == 1


def test_the_height_follows_from_the_rows_and_the_pitch_does_not_change() -> None:
    heights, pitches = {}, set()
    for k in (3, 40, 80):
        placement = place(layout(answer(normal_trials(k))))
        heights[k] = placement.height
        pitches |= {round(b - a, 6) for a, b in placement.rows[: k - 1]}
    assert pitches == {16.0}
    assert heights[80] - heights[40] == pytest.approx(40 * 16.0, abs=25)


def test_characters_that_the_font_lacks_are_replaced_and_not_dropped() -> None:
    _, figure = drawn("hostile", "default")
    texts = [t.get_text() for t in figure.axes[0].texts]
    assert "\ufffd and colleagues 😀 2019" in texts


@pytest.mark.parametrize("style", sorted(STYLES))
def test_usual_figures_fit_a_landscape_a4_page_at_their_own_size(style: str) -> None:
    assert place(layout(ketamine_answer(), style=style)).width <= 842 - 2 * 28
    assert place(layout(answer(normal_trials(40)), style=style)).width <= 842 - 2 * 28

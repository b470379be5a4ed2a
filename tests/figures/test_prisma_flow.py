"""The drawn flow diagram: every text within its box and off the others."""

from __future__ import annotations

from itertools import combinations

import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.patches import Rectangle
from tests.appraisal.prisma.test_flow import FLOW, diagram

from ketameta.figures.prisma_flow import prisma_flow_figure

LONG = FLOW | {
    "databases": [{"name": f"Database number {i} with a long name", "n": 10**i} for i in range(6)],
    "other_methods": {"reasons": [{"reason": "A reason in many words " * 3, "n": 2}] * 5},
    "not_kept": "Why numbers are missing, in a sentence. " * 5,
}


@pytest.mark.parametrize("flow", [{}, FLOW, LONG], ids=["empty", "full", "long"])
def test_texts_stay_in_their_boxes(flow: dict[str, object]) -> None:
    figure = prisma_flow_figure(diagram(flow)).figure
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    renderer = canvas.get_renderer()
    axes = figure.axes[0]
    texts = [t.get_window_extent(renderer) for t in axes.texts if t.get_weight() != "bold"]
    boxes = [p.get_window_extent(renderer) for p in axes.patches if isinstance(p, Rectangle)]
    for text in texts:
        inside = [
            b
            for b in boxes
            if b.x0 <= text.x0 and text.x1 <= b.x1 and b.y0 <= text.y0 and text.y1 <= b.y1
        ]
        assert len(inside) == 1
    for a, b in combinations(boxes, 2):
        assert min(a.x1, b.x1) - max(a.x0, b.x0) <= 1 or min(a.y1, b.y1) - max(a.y0, b.y0) <= 1
    width, height = canvas.get_width_height()
    for box in (*boxes, *(t.get_window_extent(renderer) for t in figure.texts)):
        assert box.x0 >= -1
        assert box.x1 <= width + 1
        assert box.y0 >= -1
        assert box.y1 <= height + 1


def test_items_of_a_box_stand_further_in_than_its_head() -> None:
    texts = prisma_flow_figure(diagram(LONG)).figure.axes[0].texts
    left = {text.get_text(): text.get_position()[0] for text in reversed(texts)}
    assert left["Records identified"] < left["Database number 0"] < left["with a long name:"]


def test_the_words_say_the_numbers() -> None:
    picture = prisma_flow_figure(diagram())
    assert "Records screened: n = 425" in picture.alt
    assert "PRISMA 2020" in picture.legend

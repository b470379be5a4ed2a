"""The drawn map: every filled cell has its mark, and no two texts touch."""

from __future__ import annotations

from itertools import combinations

from matplotlib.backends.backend_agg import FigureCanvasAgg
from tests.reports.real_report import real_inputs

from ketameta.appraisal.evidence_map import evidence_map
from ketameta.figures.evidence_map import FILLS, INKS, evidence_map_figure
from ketameta.figures.saving import svg_text

MAP = evidence_map(real_inputs().evidence)


def test_every_filled_cell_is_marked() -> None:
    picture = evidence_map_figure(MAP)
    marks = [t.get_text() for axes in picture.figure.axes for t in axes.texts if t.get_text()]
    assert len(marks) == len([cell for cell in MAP.cells if cell.entries])


def test_people_and_certainty_stand_in_the_cell() -> None:
    graded = evidence_map(real_inputs().evidence, {("alcohol", "abstinence"): "very low"})
    axes = evidence_map_figure(graded).figure.axes[0]
    cell = graded.cell("alcohol", "abstinence", "placebo")
    assert f"1\nN {cell.people}\n⊕○○○" in [text.get_text() for text in axes.texts]


def test_no_two_texts_touch_and_none_leaves_the_page() -> None:
    figure = evidence_map_figure(MAP).figure
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    renderer = canvas.get_renderer()
    texts = [*figure.texts]
    for axes in figure.axes:
        texts += [*axes.texts, *axes.get_xticklabels(), *axes.get_yticklabels()]
    boxes = [(t.get_text(), t.get_window_extent(renderer)) for t in texts if t.get_text().strip()]
    width, height = canvas.get_width_height()
    for text, box in boxes:
        assert box.x0 >= -1, text
        assert box.x1 <= width + 1, text
        assert box.y0 >= -1, text
        assert box.y1 <= height + 1, text
    touching = [
        (one, two)
        for (one, a), (two, b) in combinations(boxes, 2)
        if min(a.x1, b.x1) - max(a.x0, b.x0) > 1 and min(a.y1, b.y1) - max(a.y0, b.y0) > 1
    ]
    assert touching == []


def test_numbers_stand_out_from_their_fill() -> None:
    def light(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    for kind, fill in FILLS.items():
        a, b = sorted((light(fill), light(INKS[kind])))
        assert (b + 0.05) / (a + 0.05) >= 4.5, kind


def test_the_map_fits_into_a_page() -> None:
    text = svg_text(evidence_map_figure(MAP))
    assert len(text) < 200_000
    assert "<title" in text

"""The drawn map: every filled cell has its mark, and no two texts touch."""

from __future__ import annotations

from collections import Counter
from itertools import combinations

from matplotlib.backends.backend_agg import FigureCanvasAgg
from tests.reports.real_report import real_inputs

from ketameta.appraisal.evidence_map import evidence_map
from ketameta.appraisal.map_certainty import GradedBody, ResultPlace
from ketameta.appraisal.map_marks import SIGNS
from ketameta.figures.evidence_map import FILLS, INKS, evidence_map_figure
from ketameta.figures.saving import svg_text

MAP = evidence_map(real_inputs().evidence)


def test_every_filled_cell_is_marked() -> None:
    picture = evidence_map_figure(MAP)
    marks = [t.get_text() for axes in picture.figure.axes for t in axes.texts if t.get_text()]
    assert len(marks) == len([cell for cell in MAP.cells if cell.entries])


def test_all_kinds_with_their_people_and_the_certainty_stand_in_the_cell() -> None:
    """One trial of 40 people has numbers, two more with 161 words only; a cocaine trial runs."""
    cell = ("alcohol", "abstinence", "placebo")
    rows = (ResultPlace("dakwar-2020", *cell), ResultPlace("x", "cocaine", *cell[1:]))
    graded = evidence_map(real_inputs().evidence, (GradedBody("q", "very low", frozenset(rows)),))
    axes = evidence_map_figure(graded).figure.axes[0]
    texts = [text.get_text().replace("\u00a0", " ") for text in axes.texts]
    assert "■ 1 (40) ⊕○○○*\n□ 2 (161)" in texts
    assert "□ 2 (118) ▷ 1" in texts
    assert "? 1" in texts


def test_every_mark_of_every_cell_is_drawn_and_explained() -> None:
    figure = evidence_map_figure(MAP).figure
    words = [word for axes in figure.axes for t in axes.texts for word in t.get_text().split()]
    drawn = Counter(word for word in words if word in SIGNS.values())
    wanted = Counter(SIGNS[kind] for c in MAP.cells for kind in SIGNS if c.of(kind))
    assert drawn == wanted
    told = " ".join(text.get_text() for text in figure.legends[0].get_texts())
    assert all(sign in told for sign in SIGNS.values())


def test_titles_of_panels_stand_above_their_columns() -> None:
    figure = evidence_map_figure(MAP).figure
    height = figure.get_figheight() * 72
    tops = sorted((axes.get_position().y1 * height for axes in figure.axes), reverse=True)
    titles = [t for t in figure.texts if t.get_text().startswith(("Placebo", "Other c", "No c"))]
    downs = sorted((t.get_position()[1] * height for t in titles), reverse=True)
    assert len(downs) == len(tops) == 3
    assert all(0 < down - top < 100 for down, top in zip(downs, tops, strict=True))


def test_names_begin_with_a_capital_wherever_they_stand() -> None:
    figure = evidence_map_figure(MAP).figure
    ticks = [t for axes in figure.axes for t in (*axes.get_xticklabels(), *axes.get_yticklabels())]
    names = [text.get_text() for text in (*ticks, *figure.legends[0].get_texts())]
    assert names
    assert [name for name in names if name[:1].islower()] == []


def test_texts_can_be_read_at_the_width_of_a_page() -> None:
    figure = evidence_map_figure(MAP).figure
    assert figure.get_figwidth() * 72 <= 440
    assert min(t.get_fontsize() for axes in figure.axes for t in axes.texts) >= 7


def test_a_mark_fits_into_its_cell() -> None:
    figure = evidence_map_figure(MAP).figure
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    for axes in figure.axes:
        (x0, x1), room = axes.get_xlim(), axes.get_window_extent().width
        column = room / (x1 - x0)
        for text in axes.texts:
            assert text.get_window_extent(canvas.get_renderer()).width < column, text.get_text()


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

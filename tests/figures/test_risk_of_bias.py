"""Traffic lights and weighted bars: what is drawn is what was judged, and no text collides."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from typing import Any

import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex
from matplotlib.patches import Circle, Rectangle
from tests.records import real
from tests.synthesis.real_answers import answers

from ketameta.appraisal.risk_of_bias.overview import Assessments, assessments_of
from ketameta.appraisal.risk_of_bias.tools import TOOLS
from ketameta.appraisal.risk_of_bias.weights import share_of_weight_by_judgement
from ketameta.errors import DataError
from ketameta.figures.catalog import FIGURES
from ketameta.figures.risk_of_bias import traffic_light_figure, weighted_bars_figure
from ketameta.figures.saving import svg_text
from ketameta.notation.risk_of_bias import PALETTES, colours, level_mark
from ketameta.synthesis.answer import RowRiskOfBias

SHOWN = assessments_of(real.evidence().studies, "All assessed results")
MAIN = answers()["abstinence-longest"].main
END = answers()["abstinence-end-of-treatment"].main
LONG = replace(
    SHOWN,
    title="An extraordinarily long title " * 4,
    results=tuple(
        replace(
            one, label=f"{one.label} and the Collaborative Group of Everybody", outcome="a" * 60
        )
        for one in SHOWN.results[:3]
    ),
    not_assessed=("Doe 2020", "<b>Roe</b> 2021"),
)


def several_levels() -> Any:
    """Four studies of which each stands at another level of ROBINS-I."""
    levels = ("low", "moderate", "serious", "critical")
    domains = TOOLS["ROBINS-I"].domains
    rows = tuple(
        replace(row, risk_of_bias=RowRiskOfBias("ROBINS-I", x, tuple((d.id, x) for d in domains)))
        for row, x in zip(MAIN.rows, levels, strict=True)
    )
    return replace(MAIN, rows=rows)


PICTURES = {
    "all": lambda: traffic_light_figure(SHOWN),
    "cochrane": lambda: traffic_light_figure(SHOWN, palette="cochrane"),
    "long": lambda: traffic_light_figure(LONG),
    "mixed": lambda: weighted_bars_figure(MAIN, "Abstinence"),
    "domains": lambda: weighted_bars_figure(END, "Abstinence, end of treatment"),
    "levels": lambda: weighted_bars_figure(several_levels(), "Levels of every kind"),
}


@pytest.mark.parametrize("name", PICTURES)
def test_no_two_texts_touch_and_none_leaves_the_page(name: str) -> None:
    figure = PICTURES[name]().figure
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    renderer = canvas.get_renderer()
    texts = [*figure.texts, *(t for legend in figure.legends for t in legend.get_texts())]
    for axes in figure.axes:
        texts += axes.texts
        if axes.axison:
            texts += [*axes.get_xticklabels(), *axes.get_yticklabels(), axes.xaxis.label]
    boxes = [(t.get_text(), t.get_window_extent(renderer)) for t in texts if t.get_text().strip()]
    width, height = canvas.get_width_height()
    assert len(boxes) > 5
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


def discs(shown: Assessments) -> list[str]:
    return [
        level or "no information"
        for _, found in shown.by_tool()
        for one in found
        for level in (*(level for _, level in one.domains), one.overall)
    ]


@pytest.mark.parametrize("palette", PALETTES)
def test_every_judgement_is_a_disc_with_its_colour_and_sign(palette: str) -> None:
    figure = traffic_light_figure(SHOWN, palette=palette).figure
    circles = [p for axes in figure.axes for p in axes.patches if isinstance(p, Circle)]
    assert [to_hex(c.get_facecolor()) for c in circles] == [
        colours(level, palette)[0] for level in discs(SHOWN)
    ]
    signs = [t.get_text() for axes in figure.axes for t in axes.texts if len(t.get_text()) == 1]
    assert signs == [level_mark(level).glyph for level in discs(SHOWN)]


def bars(figure: Any) -> list[float]:
    return [p.get_width() for p in figure.axes[0].patches if isinstance(p, Rectangle)]


def test_bars_are_as_long_as_the_share_of_weight() -> None:
    shares = share_of_weight_by_judgement(MAIN)
    drawn = bars(weighted_bars_figure(MAIN, "Abstinence").figure)
    assert sorted(drawn) == pytest.approx(sorted(shares.values()))
    assert sum(drawn) == pytest.approx(100.0)


def test_domains_are_shown_where_one_tool_was_used() -> None:
    names = [t.get_text() for t in PICTURES["domains"]().figure.axes[0].get_yticklabels()]
    assert names[:2] == ["Overall", "D1 randomisation"]
    mixed = [t.get_text() for t in PICTURES["mixed"]().figure.axes[0].get_yticklabels()]
    assert mixed == ["Overall"]


def test_words_say_what_the_figures_show() -> None:
    picture = traffic_light_figure(SHOWN)
    assert f"{len(SHOWN.results)} results" in picture.alt
    assert "assessed once" in picture.alt
    assert "RoB 2: D1 randomisation" in picture.legend
    assert "the same as its colour: + low, ! some concerns, − high" in picture.legend
    assert "66% high" in PICTURES["mixed"]().alt
    assert "<title" in svg_text(picture)


def test_hostile_names_stay_text() -> None:
    text = svg_text(traffic_light_figure(LONG))
    assert "<b>" not in text
    assert "&lt;b&gt;Roe" in text


def test_nothing_to_draw_is_said() -> None:
    with pytest.raises(DataError, match="no result was assessed"):
        traffic_light_figure(Assessments("None", ()))
    bare = replace(MAIN, rows=tuple(replace(row, risk_of_bias=None) for row in MAIN.rows))
    with pytest.raises(DataError, match="no result was assessed"):
        weighted_bars_figure(bare, "None")


def test_both_figures_stand_in_the_catalog() -> None:
    assert FIGURES["risk-of-bias"].drawer() is traffic_light_figure
    assert FIGURES["risk-of-bias-weights"].drawer() is weighted_bars_figure

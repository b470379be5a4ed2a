"""Risk of bias in forest plots: discs with glyphs and words, in both renderers and every style."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from dataclasses import replace
from itertools import combinations
from typing import Any

import numpy as np
import pytest
from matplotlib.colors import to_hex
from matplotlib.patches import Circle

from ketameta.figures.colour_vision import MACHADO, colour_distance
from ketameta.figures.forest.draw import draw
from ketameta.figures.forest.html import forest_html
from ketameta.figures.forest.layout import layout
from ketameta.figures.forest.model import ForestLayout
from ketameta.figures.forest.placement import MARGIN, place
from ketameta.figures.forest.style import STYLES, forest_style
from ketameta.notation.risk_of_bias import LEVEL_MARKS, PALETTES, colours, level_mark

from .builders import answer, assessed, ketamine_answer, normal_trials
from .test_forest_drawing import boxes

ROB2 = assessed(ketamine_answer(), "RoB 2")
MIXED = assessed(ketamine_answer(), "RoB 2", "ROBINS-I", "")


def plot_of(case: Any, style: str = "default", shown: str = "domains") -> ForestLayout:
    return layout(case, style=replace(forest_style(style), risk_of_bias=shown))


def discs(plot: ForestLayout) -> list[tuple[str, str]]:
    return [(c.disc.level, c.disc.glyph) for r in plot.rows for c in r.cells if c.disc]


def titles(plot: ForestLayout) -> list[str]:
    return [c.title for c in plot.columns if c.key.startswith("rob_")]


@pytest.mark.parametrize("style", STYLES)
def test_every_style_keeps_the_overall_judgement(style: str) -> None:
    plot = layout(ROB2, style=style)
    assert titles(plot) == ["RoB"]
    assert len(discs(plot)) == len(ROB2.main.rows)


def test_domains_have_the_letters_of_the_tool() -> None:
    plot = plot_of(ROB2)
    assert titles(plot) == ["D1", "D2", "D3", "D4", "D5", "All"]
    assert len(discs(plot)) == 6 * len(ROB2.main.rows)
    footer = plot.footer[-1].text.replace("\u00a0", " ")
    assert footer.startswith("Risk of bias (RoB 2): + low, ! some concerns, − high.")
    assert "D1 randomisation, D2 deviations, D3 missing data" in footer
    assert footer.endswith("Assessed once.")


def test_several_tools_share_only_the_overall_judgement() -> None:
    plot = plot_of(MIXED)
    assert titles(plot) == ["RoB"]
    footer = plot.footer[-1].text
    assert "RoB 2 for Krupitsky 1997, Krupitsky 2007" in footer
    assert "ROBINS-I for Dakwar 2020, Dakwar 2019" in footer
    assert "— not assessed" in footer


def test_nothing_is_said_where_nothing_is_known_or_wished() -> None:
    assert titles(plot_of(ROB2, shown="none")) == []
    bare = layout(ketamine_answer())
    assert titles(bare) == []
    assert not [line for line in bare.footer if line.kind == "risk of bias"]


def test_judgements_stay_with_their_study_whatever_the_order() -> None:
    for sort in ("given", "label", "effect", "weight"):
        plot = layout(ROB2, sort=sort)
        shown = {row.label: cell.disc.level for row in plot.rows for cell in row.cells if cell.disc}
        for row in ROB2.main.rows:
            assert row.risk_of_bias is not None
            found = [level for label, level in shown.items() if label.startswith(row.label)]
            assert found == [row.risk_of_bias.overall]


def test_subgroups_keep_the_judgement_although_it_was_filled_in_later() -> None:
    plain = replace(ROB2, subgroups=ketamine_answer().subgroups)
    assert len(discs(layout(plain))) == len(ROB2.main.rows)


@pytest.mark.parametrize("shown", ["overall", "domains"])
@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("case", ["subgroups", "mixed", "forty"])
def test_no_drawn_text_lies_on_another_and_discs_stay_apart(
    case: str, style: str, shown: str
) -> None:
    if case == "forty" and style != "default":
        return
    answers = {
        "subgroups": ROB2,
        "mixed": MIXED,
        "forty": assessed(answer(normal_trials(40)), "ROBINS-I"),
    }
    plot = plot_of(answers[case], style, shown)
    figure = draw(plot)
    texts, found = boxes(figure)
    placement = place(plot)
    left, bottom, right, top = (found + np.array([0.5, 0.5, -0.5, -0.5])).T
    apart = (
        (right[:, None] <= left[None]) | (right[None] <= left[:, None])
        | (top[:, None] <= bottom[None]) | (top[None] <= bottom[:, None])
    )  # fmt: skip
    i, j = np.nonzero(~apart & ~np.eye(len(texts), dtype=bool))
    assert not [(texts[a], texts[b]) for a, b in zip(i, j, strict=True)]
    circles = [p for p in figure.axes[0].patches if isinstance(p, Circle)]
    assert len(circles) == len(discs(plot)) > 0
    for circle in circles:
        x, _ = circle.center
        assert x - circle.radius >= MARGIN
        assert x + circle.radius <= placement.width - MARGIN + 1e-6
        assert not placement.plot[0] < x < placement.plot[1]
    for one, other in combinations(circles, 2):
        distance = float(np.hypot(*(np.array(one.center) - np.array(other.center))))
        assert distance > one.radius + other.radius


def test_drawn_discs_have_the_colour_of_their_level() -> None:
    plot = plot_of(ROB2)
    circles = [p for p in draw(plot).axes[0].patches if isinstance(p, Circle)]
    drawn = [to_hex(circle.get_facecolor()) for circle in circles]
    assert drawn == [colours(level)[0] for level, _ in discs(plot)]


def test_readers_of_the_page_hear_what_the_disc_shows() -> None:
    figure = ET.fromstring(forest_html(plot_of(ROB2)))
    spans = [s for s in figure.iter("span") if "km-disc" in (s.get("class") or "")]
    assert len(spans) == 6 * len(ROB2.main.rows)
    for span in spans:
        words = span.get("aria-label") or ""
        name, _, level = words.rpartition(": ")
        assert name
        assert span.get("role") == "img"
        assert span.text == level_mark(level).glyph
        assert f"km-disc-{level_mark(level).kind}" in (span.get("class") or "")
    drawings = [t.text or "" for t in figure.iter("title")]
    assert any("risk of bias: " in text for text in drawings)


def test_levels_can_be_told_apart_by_everybody() -> None:
    """Delta E of at least 40 among low, middle, high and critical for any colour vision.

    Grey is as far from all of them but yellow under tritanopia, where no grey can be; there
    its sign tells it apart.
    """
    meaningful = [
        m for m in dict.fromkeys(LEVEL_MARKS.values()) if m.kind not in ("unknown", "none")
    ]
    for one, other in combinations(meaningful, 2):
        for vision in ("normal", *MACHADO):
            assert one.glyph != other.glyph
            assert colour_distance(one.fill, other.fill, vision) >= 40
    unknown = level_mark("no information")
    for level in ("low", "high", "serious", "critical"):
        for vision in ("normal", *MACHADO):
            assert colour_distance(level_mark(level).fill, unknown.fill, vision) >= 40


@pytest.mark.parametrize("palette", PALETTES)
@pytest.mark.parametrize("level", LEVEL_MARKS)
def test_glyphs_stand_out_from_their_disc(palette: str, level: str) -> None:
    def light(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    a, b = sorted(map(light, colours(level, palette)))
    assert (b + 0.05) / (a + 0.05) >= 4.5

"""Theme and catalog: contrast by number, seaborn's palettes, and a catalog without plotting."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import fields

import matplotlib as mpl
import pytest
import seaborn as sns

from ketameta.errors import UsageError
from ketameta.figures.catalog import FIGURES, figure_kind
from ketameta.figures.forest.save import FORMATS, write_forest
from ketameta.figures.forest.style import BLUE, STYLES, Colours, ForestStyle
from ketameta.figures.theme import FONT, contrast, figure_style, palette, sequence

WHITE = "#ffffff"
OUTLINES = ("square_outline", "interval", "pooled_outline", "prediction_outline", "null_line")
TEXTS = ("text", "muted")


def test_contrast_is_that_of_the_guideline() -> None:
    # WCAG's own bounds, and a pair whose ratio the guideline's authors give as 4.54.
    assert contrast("#000000", WHITE) == pytest.approx(21.0)
    assert contrast(WHITE, WHITE) == pytest.approx(1.0)
    assert contrast("#767676", WHITE) == pytest.approx(4.54, abs=0.005)


@pytest.mark.parametrize("style", STYLES.values(), ids=list(STYLES))
def test_outlines_reach_3_to_1_and_texts_4_5_to_1(style: ForestStyle) -> None:
    colours = style.colours
    for name in OUTLINES:
        assert contrast(getattr(colours, name), WHITE) >= 3.0, name
    for name in TEXTS:
        assert contrast(getattr(colours, name), WHITE) >= 4.5, name
    assert contrast(colours.interval_inside, colours.square) >= 3.0


def test_colours_are_hex_codes() -> None:
    for style in STYLES.values():
        for field in fields(Colours):
            assert mpl.colors.is_color_like(getattr(style.colours, field.name)), field.name


def test_the_blue_is_that_of_the_palette_for_colour_blind_readers() -> None:
    assert sns.color_palette("colorblind").as_hex()[0] == BLUE
    assert palette(3)[0] == BLUE
    assert len(set(palette(8))) == 8


def test_a_sequence_darkens_step_by_step() -> None:
    steps = [contrast(colour, WHITE) for colour in sequence(5)]
    assert steps == sorted(steps)


def test_the_figure_style_is_undone_afterwards() -> None:
    names = ("font.family", "font.size", "svg.fonttype", "svg.hashsalt", "axes.grid")
    before = {name: mpl.rcParams[name] for name in names}
    with figure_style(font_size=9.0, svg_text="real"):
        assert mpl.rcParams["font.family"] == [FONT]
        assert mpl.rcParams["svg.fonttype"] == "none"
    assert {name: mpl.rcParams[name] for name in names} == before


def test_the_catalog_begins_with_the_forest_plot_and_finds_its_function() -> None:
    forest = next(iter(FIGURES.values()))
    assert forest.name == "forest"
    assert forest.formats == FORMATS
    assert forest.writer() is write_forest
    assert "doi:" in forest.reference


def test_an_unknown_figure_is_refused_with_a_suggestion() -> None:
    with pytest.raises(UsageError, match="Did you mean forest"):
        figure_kind("forrest")


@pytest.mark.parametrize("module", ["ketameta.figures.catalog", "ketameta.figures.forest.style"])
def test_names_can_be_listed_without_loading_a_plotting_library(module: str) -> None:
    heavy = ("matplotlib", "seaborn", "numpy")
    code = f"import sys, {module}; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"

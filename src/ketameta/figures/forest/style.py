"""House styles of forest plots, as data.

What journals do was read from their figures and from the documented presets of R's *meta*
(Balduzzi et al. 2019, doi:10.1136/ebmental-2019-300117). Three things differ on purpose: the
flag column and the prediction interval stay in every style, and every glyph has an outline with a
contrast of at least 3:1, also where the house's own fill is paler.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from types import MappingProxyType

from ketameta.errors import UsageError
from ketameta.notation.numbers import NumberStyle

RISK_OF_BIAS = ("overall", "domains", "none")
"""The overall judgement only, every domain beside it, or nothing."""

BLUE = "#0173b2"
DARK_BLUE = "#003d5c"
INK = "#1a1a1a"
MUTED = "#595959"


@dataclass(frozen=True, slots=True)
class Colours:
    """Colours of a figure on a white page. Every outline reaches 3:1, every text 4.5:1."""

    text: str = INK
    muted: str = MUTED
    rule: str = INK
    hairline: str = "#bdbdbd"
    square: str = BLUE
    square_outline: str = DARK_BLUE
    interval: str = INK
    interval_inside: str = "#ffffff"
    overall: str = "#262626"
    subtotal: str = "#8c8c8c"
    sensitivity: str = "#ffffff"
    pooled_outline: str = INK
    prediction: str = "#f0c987"
    prediction_outline: str = "#7a4b00"
    null_line: str = "#4d4d4d"
    pooled_line: str = "#8c8c8c"


@dataclass(frozen=True, slots=True)
class Words:
    """Column titles and row labels of a house."""

    study: str = "Study"
    overall: str = "{model} ({studies}{people})"
    subtotal: str = "Subtotal ({studies})"
    heterogeneity: str = "Heterogeneity: "
    q: str = "Q"
    tau2: str = "τ²"


@dataclass(frozen=True, slots=True)
class ForestStyle:
    """One house style.

    Attributes
    ----------
    name, summary
        The preset's name and whose house it is.
    columns
        Keys in order: study, experimental, control, control_type, flags, plot, effect, weight,
        risk_of_bias.
    risk_of_bias
        What is shown of it where studies were assessed: one of `RISK_OF_BIAS`.
    arms
        "merged" (one column per group, "73/111") or "split" (one column per number).
    heterogeneity
        Parts of the heterogeneity line in order, of tau2, i2 and q.
    heterogeneity_intervals
        Whether intervals of tau2 and I2 are given.
    df_subscript
        Whether degrees of freedom are a subscript of Q.
    overall_test
        Whether the footer gives the test of the pooled mean.
    favours
        "below" the axis or "above" the plot.
    axis_title
        Whether the measure is named under the axis.
    numbers, colours, words
        How numbers are written, the colours, and the words.
    plot_width, row_pitch, font_size
        Points (1/72 inch); the HTML table takes only their proportions.
    note_share
        Size of the notes below the plot as a share of the font size.
    label_characters, spanning_characters
        Labels of studies, and other labels, longer than this are broken into lines; the others
        may run on into the empty cells beside them.
    """

    name: str
    summary: str
    columns: tuple[str, ...] = (
        "study",
        "experimental",
        "control",
        "control_type",
        "flags",
        "plot",
        "effect",
        "weight",
        "risk_of_bias",
    )
    risk_of_bias: str = "overall"
    arms: str = "merged"
    heterogeneity: tuple[str, ...] = ("tau2", "i2", "q")
    heterogeneity_intervals: bool = True
    df_subscript: bool = False
    overall_test: bool = False
    favours: str = "below"
    axis_title: bool = True
    title: bool = True
    numbers: NumberStyle = field(default_factory=NumberStyle)
    colours: Colours = field(default_factory=Colours)
    words: Words = field(default_factory=Words)
    plot_width: float = 190.0
    row_pitch: float = 16.0
    font_size: float = 8.0
    note_share: float = 0.9
    label_characters: int = 44
    spanning_characters: int = 60


def _columns(names: str) -> tuple[str, ...]:
    """Columns from left to right, "plot" among them."""
    return tuple(names.split())


_GREY = Colours(
    square="#8c8c8c",
    square_outline="#333333",
    overall="#4d4d4d",
    subtotal="#b3b3b3",
    prediction="#e0e0e0",
    prediction_outline="#333333",
)

_PRESETS = (
    ForestStyle("default", "ketameta: every number beside the plot, flags and control in the row."),
    ForestStyle(
        "cochrane",
        "Cochrane reviews (RevMan): all numbers left of the plot.",
        columns=_columns("study experimental control weight effect flags plot risk_of_bias"),
        arms="split",
        heterogeneity=("tau2", "q", "i2"),
        heterogeneity_intervals=False,
        overall_test=True,
        title=False,
        colours=Colours(
            square="#2a52be", square_outline="#142a66", overall="#000000", subtotal="#000000"
        ),
        words=Words(
            study="Study or subgroup",
            overall="Total ({level} CI)",
            subtotal="Subtotal ({level} CI)",
            q="Chi²",
            tau2="Tau²",
        ),
        plot_width=170.0,
    ),
    ForestStyle(
        "bmj",
        "The BMJ: groups merged, weight before effect, intervals with “to”.",
        columns=_columns(
            "study experimental control control_type flags plot weight effect risk_of_bias"
        ),
        heterogeneity=("tau2", "q", "i2"),
        heterogeneity_intervals=False,
        overall_test=True,
        numbers=NumberStyle(
            interval_open="(",
            interval_separator=" to ",
            interval_close=")",
            equals="=",
            tau2_digits=2,
        ),
        colours=_GREY,
        words=Words(
            overall="Total ({level} CI)",
            subtotal="Subtotal ({level} CI)",
            heterogeneity="Test for heterogeneity: ",
            q="χ²",
        ),
        plot_width=227.0,
        title=False,
    ),
    ForestStyle(
        "jama",
        "JAMA: effect left of the plot, direction above it, no leading zero in P.",
        columns=_columns("study experimental control effect flags plot weight risk_of_bias"),
        heterogeneity=("q", "i2"),
        heterogeneity_intervals=False,
        df_subscript=True,
        favours="above",
        numbers=NumberStyle(
            interval_open="(",
            interval_separator="-",
            interval_close=")",
            p_leading_zero=False,
        ),
        colours=Colours(
            square="#1f3b63",
            square_outline="#10213a",
            overall="#a9c7e8",
            subtotal="#a9c7e8",
            pooled_outline="#10213a",
        ),
        words=Words(study="Source", overall="Total ({studies}{people})", q="χ²"),
        plot_width=227.0,
        title=False,
    ),
    ForestStyle(
        "lancet",
        "The Lancet: mid-line decimal point, intervals with an en dash, red diamonds.",
        heterogeneity=("tau2", "i2", "q"),
        heterogeneity_intervals=False,
        numbers=NumberStyle(
            decimal_mark="·",
            interval_open="(",
            interval_separator="–",
            interval_close=")",
            p_symbol="p",
            equals="=",
            i2_digits=1,
        ),
        colours=Colours(
            square="#595959",
            square_outline="#262626",
            overall="#b5121b",
            subtotal="#d98b8f",
            prediction="#f2d5d6",
            prediction_outline="#7a0c12",
        ),
        words=Words(q="Q"),
        title=False,
    ),
    ForestStyle(
        "plain",
        "Black and white, fewest columns: for slides, theses and photocopies.",
        columns=_columns("study flags plot effect weight risk_of_bias"),
        heterogeneity_intervals=False,
        colours=Colours(
            square="#000000",
            square_outline="#000000",
            overall="#000000",
            subtotal="#ffffff",
            prediction="#ffffff",
            prediction_outline="#000000",
            null_line="#000000",
        ),
        plot_width=227.0,
    ),
)

STYLES: Mapping[str, ForestStyle] = MappingProxyType({style.name: style for style in _PRESETS})


OFF_THE_PAGE = ("control_type", "flags")
"""Columns for which a printed page has no room; the tables beside a plot have them."""


def printed(style: str | ForestStyle) -> ForestStyle:
    """The style for the 17 cm between the margins of a page, where letters stay readable.

    Without the columns that the tables of a manuscript have, each group in one column, the
    directions below the axis, a narrower plot, shorter lines of labels, and no smaller letters,
    so that all have at least seven points where a plot of up to 19.4 cm is made to fit.
    """
    house = forest_style(style)
    return replace(
        house,
        columns=tuple(key for key in house.columns if key not in OFF_THE_PAGE),
        arms="merged",
        favours="below",
        plot_width=112.0,
        note_share=1.0,
        label_characters=26,
        spanning_characters=40,
    )


def forest_style(style: str | ForestStyle) -> ForestStyle:
    """The house style of that name; a `ForestStyle` is returned as it is.

    Raises
    ------
    UsageError
        When there is no such style, with the nearest names.
    """
    if isinstance(style, ForestStyle):
        return style
    if style in STYLES:
        return STYLES[style]
    near = get_close_matches(style, STYLES, n=2, cutoff=0.5)
    hint = f"Did you mean {' or '.join(near)}?" if near else f"Known: {', '.join(STYLES)}."
    raise UsageError(f"forest style: there is no style {style!r}. {hint}")

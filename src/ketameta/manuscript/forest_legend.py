"""The legend of a forest plot: what every mark means, to somebody who reads nothing else."""

from __future__ import annotations

from collections.abc import Iterator

from ketameta.figures.forest.model import (
    Bar,
    Diamond,
    FooterLine,
    ForestLayout,
    StudyGlyph,
)
from ketameta.manuscript.phrases import upper_first
from ketameta.synthesis.answer import Answer
from ketameta.tables.formatting import AnswerText

SAID_IN_FIGURE = ("heterogeneity", "test", "subgroups", "caution")
"""Lines of the footer that a legend need not repeat."""


def forest_legend(answer: Answer, plan: ForestLayout) -> str:
    """The legend of a forest plot."""
    return " ".join(_sentences(answer, plan))


def _sentences(answer: Answer, plan: ForestLayout) -> Iterator[str]:
    level, main = AnswerText.of(answer).level, answer.main
    glyphs = [row.glyph for row in plan.rows if row.glyph is not None]
    yield f"Forest plot. {upper_first(plan.summary)}"
    if main.k > 1:
        yield (
            "Squares are the estimates of single studies, their area proportional to the weight; "
            f"lines through them are {level} confidence intervals."
        )
    else:
        yield f"The square is the estimate of the study, the line its {level} confidence interval."
    if any(isinstance(glyph, StudyGlyph) and glyph.hollow for glyph in glyphs):
        yield "Hollow squares are single studies that are not pooled."
    if any(isinstance(glyph, Diamond) for glyph in glyphs):
        yield (
            "Diamonds are pooled means, from one limit of the interval to the other; the dashed "
            "line marks the mean of the main analysis."
        )
    if any(isinstance(glyph, Bar) for glyph in glyphs):
        yield f"The bar is the {level} prediction interval for the true effect in a new study."
    if any(_cut(glyph) for glyph in glyphs):
        yield "Arrow heads mark intervals that reach beyond the axis."
    yield from (line.text for line in plan.footer if in_legend(line))
    yield _abbreviations(answer)


def in_legend(line: FooterLine) -> bool:
    """Whether a line of the footer stands in the legend, so that the figure need not have it."""
    return line.kind not in SAID_IN_FIGURE


def _cut(glyph: StudyGlyph | Diamond | Bar) -> bool:
    return glyph.extent.cut_low or glyph.extent.cut_high


def _abbreviations(answer: Answer) -> str:
    text = AnswerText.of(answer)
    known = [("CI", "confidence interval")]
    if text.short != text.name and text.short.isupper():
        known.append((text.short, text.name))
    return "Abbreviations: " + "; ".join(f"{short}, {long}" for short, long in known) + "."

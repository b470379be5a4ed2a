"""`layout`: from an answer to a forest plot in plain data."""

from __future__ import annotations

import math
import re
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

from ketameta.figures.forest.alt_text import AltText
from ketameta.figures.forest.axis import (
    Contents,
    clip,
    fixed_axis,
    linear_axis,
    log_axis,
    with_marks,
)
from ketameta.figures.forest.columns import Table, TableMaker
from ketameta.figures.forest.drafts import Draft, checked_sort, drafts
from ketameta.figures.forest.flag_marks import flag_codes
from ketameta.figures.forest.footer import EQUAL_EFFECTS, MARKER, FooterMaker, is_marked
from ketameta.figures.forest.model import (
    Axis,
    Bar,
    Diamond,
    ForestLayout,
    Glyph,
    Row,
    StudyGlyph,
)
from ketameta.figures.forest.risk_marks import risk_marks
from ketameta.figures.forest.style import ForestStyle, forest_style
from ketameta.measures.catalog import Measure
from ketameta.measures.catalog import measure as find_measure
from ketameta.notation.effects import EffectText, clean
from ketameta.synthesis.answer import Answer, QuestionLine

LONG_POOLED_LABEL = 24

HOLLOW_SIDE = 0.6
"""Side of the square of a single study that is not pooled; it has no weight to show."""


def layout(
    answer: Answer,
    *,
    style: str | ForestStyle = "default",
    sort: str = "given",
    sensitivity: bool = True,
    limits: tuple[float, float] | None = None,
) -> ForestLayout:
    """Every decision about the forest plot of an answer.

    Parameters
    ----------
    answer
        Studies, pooled results, flags and the question.
    style
        A house style, by name or as `ForestStyle`.
    sort
        Order of studies (within subgroups): given, label, effect or weight.
    sensitivity
        Whether the answer's other analyses follow as diamonds.
    limits
        Ends of the axis on the display scale, e.g. to share it between figures; by default they
        are chosen from the data.

    Raises
    ------
    UsageError
        For an unknown style or order, or impossible limits.
    """
    maker = _Maker(answer, forest_style(style), find_measure(answer.question.measure))
    rows = drafts(answer, maker.measure, sort=checked_sort(sort), sensitivity=sensitivity)
    return maker.layout(rows, limits)


@dataclass(frozen=True, slots=True)
class _Maker:
    answer: Answer
    style: ForestStyle
    measure: Measure

    def layout(self, rows: tuple[Draft, ...], limits: tuple[float, float] | None) -> ForestLayout:
        pooled = self.answer.main.pooled
        level = 0.95 if pooled is None else pooled.level
        effects = [row.effect for row in rows if row.effect is not None]
        text = EffectText.of(self.measure, self.style.numbers, level, effects)
        alt = AltText(self.answer, text)
        flags = flag_codes(rows)
        risk = risk_marks(rows, self.style)
        footer = FooterMaker(self.answer, self.style, text)
        lines = footer.lines(rows, flags, risk)
        axis = self._axis(rows, limits)
        table = TableMaker(rows, text, flags, risk, self.style).table(self.answer.question)
        words = _Words(self.answer, self.style, text, footer, alt)
        finished = self._rows(rows, axis, words, table)
        question = self.answer.question
        return ForestLayout(
            id=question.id,
            title=clean(question.title),
            subtitle=self._subtitle(question),
            columns=table.columns,
            rows=finished,
            axis=axis,
            pooled=self._pooled_line(rows),
            footer=lines,
            summary=alt.summary(),
            alt=alt.sentence(),
            description=alt.description([(row.label, row.name) for row in finished], lines),
            style=self.style,
        )

    def _subtitle(self, question: QuestionLine) -> str:
        parts = [clean(part) for part in (question.outcome, question.time)]
        return ", ".join(part for part in parts if part)

    def _axis(self, rows: Sequence[Draft], limits: tuple[float, float] | None) -> Axis:
        kind = "log" if self.measure.is_ratio else "linear"
        null = self.measure.display_null
        title = self.measure.label + (" (log scale)" if kind == "log" else "")
        if limits is not None:
            axis = fixed_axis(kind, limits, title=title, null=null)
        elif kind == "log":
            axis = log_axis(_contents(rows), title=title)
        else:
            bounds = (0.0, 1.0) if self.measure.family == "proportion" else (-math.inf, math.inf)
            axis = linear_axis(_contents(rows), title=title, null=null, bounds=bounds)
        left, right = self._favours(null)
        return with_marks(axis, self.style.numbers, left=left, right=right)

    def _favours(self, null: float | None) -> tuple[str, str]:
        """What lies left and right of the null value, from the question's `better`."""
        question = self.answer.question
        sides = (clean(question.favours_control), clean(question.favours_experimental))
        if null is None or question.better not in ("higher", "lower"):
            return "", ""
        return sides if question.better == "higher" else (sides[1], sides[0])

    def _pooled_line(self, rows: Sequence[Draft]) -> float | None:
        found = [row.effect for row in rows if row.kind == "overall" and row.effect is not None]
        return found[0].estimate if found else None

    def _rows(
        self, rows: Sequence[Draft], axis: Axis, words: _Words, table: Table
    ) -> tuple[Row, ...]:
        heaviest = max((row.weight for row in rows if _is_study(row) and row.weight), default=None)
        finished = []
        for i, row in enumerate(rows):
            label, cells = words.label(row), table.row(i)
            lines = _lines(row.kind, label, self.style, crowded=table.crowded(i))
            glyph = _glyph(row, axis, heaviest)
            name = words.alt.row_name(row, label)
            finished.append(Row(row.kind, label, lines, cells, glyph, row.indent, name))
        return tuple(finished)


@dataclass(frozen=True, slots=True)
class _Words:
    answer: Answer
    style: ForestStyle
    text: EffectText
    footer: FooterMaker
    alt: AltText

    def label(self, row: Draft) -> str:
        """The label of a row; those of pooled rows are the style's words."""
        if row.study is not None and is_marked(row.study):
            return f"{row.label} {MARKER}"
        if row.label or row.analysis is None or row.analysis.pooled is None:
            return row.label
        if row.kind == "note":
            return self.footer.heterogeneity(row.analysis.pooled, intervals=False)
        words = self.style.words
        template = words.overall if row.kind == "overall" else words.subtotal
        common = row.analysis.pooled.tau2_method == EQUAL_EFFECTS
        sizes = [study.n for study in row.analysis.rows]
        people = "" if None in sizes else f", N = {sum(n for n in sizes if n is not None)}"
        return template.format(
            model="Common effect" if common else "Random-effects mean",
            studies=f"{row.analysis.k} studies",
            people=people,
            level=self.text.level_text,
        )


def _lines(kind: str, label: str, style: ForestStyle, *, crowded: bool) -> tuple[str, ...]:
    """A label in lines; that of a pooled row breaks before its bracket where cells stand by."""
    start, bracket, rest = label.partition(" (")
    if kind in ("overall", "subtotal"):
        long = crowded and len(label) > LONG_POOLED_LABEL
        return (start, f"({rest}") if long and bracket else (label,)
    width = style.label_characters if kind == "study" else style.spanning_characters
    whole = re.sub(r" ([=<>]) ", "\N{NO-BREAK SPACE}\\1\N{NO-BREAK SPACE}", label)
    return tuple(
        line.replace("\N{NO-BREAK SPACE}", " ") for line in textwrap.wrap(whole, width)
    ) or ("",)


def _contents(rows: Sequence[Draft]) -> Contents:
    drawn = [row for row in rows if row.effect is not None]
    studies = [row.effect for row in drawn if row.kind == "study" and row.effect]
    others = [row.effect for row in drawn if row.kind != "study" and row.effect]
    every = [*studies, *others]
    return Contents(
        tuple(effect.estimate for effect in every if effect.estimate is not None),
        tuple((effect.low, effect.high) for effect in studies),
        tuple((effect.low, effect.high) for effect in others),
    )


def _is_study(row: Draft) -> bool:
    return row.kind == "study"


def _glyph(row: Draft, axis: Axis, heaviest: float | None) -> Glyph | None:
    """What is drawn in the row; the square's area is proportional to the weight."""
    effect = row.effect
    if effect is None:
        return None
    extent = clip(effect.low, effect.high, axis)
    if effect.estimate is None:
        return Bar(extent)
    single = row.kind == "sensitivity" and row.analysis is not None and row.analysis.k == 1
    if row.kind == "study" or single:
        side = HOLLOW_SIDE
        if heaviest and row.weight is not None:
            side = math.sqrt(row.weight / heaviest)
        at = clip(effect.estimate, effect.estimate, axis)
        return StudyGlyph(effect.estimate, side, extent, not (at.cut_low or at.cut_high), single)
    return Diamond(effect.estimate, extent)

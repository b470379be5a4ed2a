"""Before and after of a pooled answer as one forest plot."""

from __future__ import annotations

from collections.abc import Iterator

from ketameta.figures.estimate_rows import EstimateRow, RowTitles, draw_rows, rows_height
from ketameta.figures.page import open_page, picture_style
from ketameta.figures.picture import Picture, Subject
from ketameta.measures.catalog import measure as find_measure
from ketameta.pooling.result import Interval
from ketameta.reports.comparison.compare import AnswerChange
from ketameta.reports.comparison.sentences import sentence
from ketameta.synthesis.answer import Answer, StudyRow
from ketameta.tables.formatting import AnswerText

BEFORE, AFTER = "before", "after"


def before_after(change: AnswerChange, names: tuple[str, str]) -> Picture | None:
    """The main analysis in both states, one axis; None where there is nothing to draw on one axis.

    That is where neither state has an estimate, where the two have other measures, and where one
    is known by its lock alone.

    Parameters
    ----------
    names
        Names of the two states, said below the picture; its rows say "before" and "after".
    """
    shown = change.now or change.before
    if shown is None or change.accepted_only:
        return None
    if {a.question.measure for a in (change.before, change.now) if a} != {shown.question.measure}:
        return None
    rows = [*_rows(change.before, BEFORE), *_rows(change.now, AFTER)]
    if not rows:
        return None
    measure = find_measure(shown.question.measure)
    pooled = shown.main.pooled
    subject = Subject(shown.question.title, measure, 0.95 if pooled is None else pooled.level)
    title = f"Before and after: {subject.about}"
    titles = RowTitles("State and study", (AnswerText.of(shown).effect.title,))
    with picture_style():
        note = f"Before: {names[0]}. After: {names[1]}."
        page = open_page(title, rows_height(len(rows)), notes=(note,))
        draw_rows(page, rows, subject, titles)
    return Picture("diff", title, page.figure, f"{title}. {sentence(change)}", _LEGEND)


def _rows(answer: Answer | None, name: str) -> Iterator[EstimateRow]:
    """The pooled result under "before" or "after", then its studies."""
    if answer is None or answer.main.pooled is None:
        return
    text, main = AnswerText.of(answer), answer.main
    pooled = main.pooled
    assert pooled is not None
    if main.k > 1:
        yield EstimateRow(
            f"{name}: all studies",
            pooled.estimate,
            pooled.interval.low,
            pooled.interval.high,
            (text.with_interval(pooled.estimate, pooled.interval),),
            strong=True,
        )
    for row in main.rows:
        yield _study(row, text)


def _study(row: StudyRow, text: AnswerText) -> EstimateRow:
    words = text.with_interval(row.y, Interval(row.low, row.high))
    return EstimateRow(f"   {row.label}", row.y, row.low, row.high, (words,))


_LEGEND = (
    "The same question in two states of the evidence, on one axis. Diamonds are pooled effects "
    "with confidence intervals, squares the studies behind each. Both states were computed by the "
    "same version of the program, so that only the records and the review differ."
)

"""The main analysis of an answer before and now as a table, for where no picture can be seen."""

from __future__ import annotations

from collections.abc import Mapping

from ketameta.notation.numbers import DASH
from ketameta.pooling.result import Interval
from ketameta.reports.comparison.compare import AnswerChange
from ketameta.synthesis.answer import Answer, StudyRow
from ketameta.tables.formatting import AnswerText
from ketameta.tables.table import Cell, Column, Row, Table

Texts = Mapping[str, tuple[str, str]]
"""Label and numbers by a key that both states share."""


def before_after_table(change: AnswerChange, names: tuple[str, str]) -> Table:
    """One row for the pooled result, its prediction interval and every study, in both states.

    Parameters
    ----------
    names
        Names of the two states.
    """
    sides = _texts(change.before), _texts(change.now)
    columns = (
        Column("row", "Result"),
        Column("before", f"{_measure(change.before)}before ({names[0]})"),
        Column("now", f"{_measure(change.now)}after ({names[1]})"),
    )
    keys = dict.fromkeys((*sides[1], *sides[0]))
    rows = tuple(
        Row(
            (
                Cell((sides[1].get(key) or sides[0][key])[0]),
                *(Cell(side[key][1] if key in side else DASH) for side in sides),
            ),
            kind="main" if key == "" else "",
        )
        for key in keys
    )
    return Table(f"before-after-{change.id}", "", columns, rows)


def _measure(answer: Answer | None) -> str:
    return "" if answer is None else f"{AnswerText.of(answer).short} "


def _texts(answer: Answer | None) -> Texts:
    if answer is None or answer.main.pooled is None:
        return {}
    text, main = AnswerText.of(answer), answer.main
    found: dict[str, tuple[str, str]] = {}
    if main.k > 1:
        found[""] = ("All studies", text.estimate(main))
        found[" prediction"] = ("Prediction interval", text.prediction(main.pooled))
    return found | {row.study: (row.label, _numbers(row, text)) for row in main.rows}


def _numbers(row: StudyRow, text: AnswerText) -> str:
    return text.with_interval(row.y, Interval(row.low, row.high))

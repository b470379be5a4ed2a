"""Everything the page may show, as data that a script looks up: texts and places, no statistics."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from ketameta.appraisal.catalog import FLAGS
from ketameta.figures.forest.risk_marks import OVERALL
from ketameta.notation.effects import with_symbols
from ketameta.notation.numbers import DASH
from ketameta.notation.risk_of_bias import level_mark
from ketameta.pooling.catalog import interval_method, tau2_method
from ketameta.pooling.result import Interval
from ketameta.reports.explorer.drawing import Drawing, sides
from ketameta.reports.explorer.pools import Model, Pooler, masks, models, own_model
from ketameta.reports.explorer.strings import Strings
from ketameta.reports.explorer.universe import Universe, universe
from ketameta.reports.inputs import ReportInputs
from ketameta.reports.wording import readings, time_words
from ketameta.synthesis.answer import Analysis, Flag, StudyRow
from ketameta.tables.flags import by_severity
from ketameta.tables.formatting import (
    NUMBERS,
    AnswerText,
    people_text,
    percent_text,
    variance_interval_text,
    variance_text,
)

Data = dict[str, Any]
FORMAT = "ketameta.explorer/1"
RISK_LINE = "risk of bias"
PLACE = "{}"
"""Stands in a reading for the prediction interval."""


def explorer_json(inputs: ReportInputs) -> str:
    """What the page's script reads; "" where no question has a result to tick."""
    data = explorer_data(inputs)
    if not data["questions"]:
        return ""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def explorer_data(inputs: ReportInputs) -> Data:
    """The same as plain data."""
    review, strings = inputs.review, Strings()
    universes = [universe(answer) for answer in inputs.answers]
    questions = [
        _Question(u, Drawing.of(u), Pooler(u, review, inputs.evidence), strings).data()
        for u in universes
        if u.rows
    ]
    offered = models(review)
    return {
        "format": FORMAT,
        "level": f"{float(review.choices.level):g}%",
        "own": own_model(review).key,
        "estimators": [
            [c, tau2_method(c).name] for c in dict.fromkeys(model.tau2 for model in offered)
        ],
        "intervals": [
            [c, interval_method(c).name] for c in dict.fromkeys(model.interval for model in offered)
        ],
        "flags": {code: [kind.title, kind.severity] for code, kind in FLAGS.items()},
        "questions": questions,
        "empty": [u.answer.question.title for u in universes if not u.rows],
        "texts": strings.texts,
    }


@dataclass(frozen=True, slots=True)
class _Question:
    """One question; the words of its results stand in `strings`."""

    universe: Universe
    drawing: Drawing
    pooler: Pooler
    strings: Strings

    @property
    def text(self) -> AnswerText:
        return self.drawing.text

    def data(self) -> Data:
        """What the script knows of the question."""
        question, axis = self.universe.answer.question, self.drawing.axis
        return {
            "id": question.id,
            "title": question.title,
            "about": f"{question.outcome}, {time_words(question)}",
            "measure": self.text.short,
            "name": self.text.name,
            "direction": self.text.direction,
            "arms": [
                side.removeprefix("Favours ").capitalize()
                for side in (question.favours_experimental, question.favours_control)
            ],
            "rows": [self._row(i, row) for i, row in enumerate(self.universe.rows)],
            "sets": [[s.id, s.title, s.mask] for s in self.universe.sets],
            "conflicts": [list(pair) for pair in self.universe.conflicts],
            "axis": {
                "title": axis.title,
                "left": axis.left,
                "right": axis.right,
                "null": None if axis.null is None else self.drawing.percent(axis.null),
                "ticks": [[self.drawing.percent(t.value), t.text] for t in axis.ticks],
            },
            "risk": self._risk_key(),
            "results": dict(self._results()),
        }

    def _risk_key(self) -> str:
        """What the signs of risk of bias mean and who assessed it; "" where nobody has."""
        lines = (line.text for line in self.drawing.layout.footer if line.kind == RISK_LINE)
        return next(lines, "")

    def _row(self, index: int, row: StudyRow) -> Data:
        drawn = self.drawing.layout
        cells = {
            column.key: cell.text.strip()
            for column, cell in zip(drawn.columns, drawn.rows[index].cells, strict=True)
        }
        limits = Interval(row.low, row.high)
        return {
            "id": self.universe.ids[index],
            "study": row.study,
            "label": row.label,
            "substance": row.substance,
            "control": row.control_type,
            "time": row.time_label,
            "arms": [cells.get("experimental", ""), cells.get("control", "")],
            "risk": _risk(row),
            "effect": self.text.with_interval(row.y, limits),
            "line": self.drawing.line(row.y, limits),
        }

    def _results(self) -> Iterator[tuple[str, dict[str, list[Any]]]]:
        """Results by model and by mask; a single study is the same under every model."""
        review = self.pooler.review
        own = own_model(review)
        for model in models(review):
            found = {}
            for mask in masks(self.universe, every=model == own):
                if model != own and mask.bit_count() == 1:
                    continue
                result = self._result(mask, model)
                if result is not None:
                    found[str(mask)] = result
            if found:
                yield model.key, found

    def _result(self, mask: int, model: Model) -> list[Any] | None:
        """What pooling gave, in the order in which the script names the places."""
        analysis = self.pooler.analysis(mask, model)
        if analysis is None or analysis.pooled is None:
            return None
        pooled, several = analysis.pooled, analysis.k > 1
        weights = [float(w) for w in pooled.weights] if several else []
        number = self.strings.number
        return [
            [number(words) for words in self._words(analysis)],
            [[flag.code, number(flag.message)] for flag in by_severity(analysis.flags)],
            [number(_codes(row.flags)) for row in analysis.rows],
            [number(f"{NUMBERS.fixed(weight, 1)}%") for weight in weights],
            sides(weights),
            self.drawing.diamond(pooled.estimate, pooled.interval) if several else "",
            self.drawing.bar(pooled.prediction) if several else [],
        ]

    def _words(self, analysis: Analysis) -> tuple[str, ...]:
        """Estimate, prediction, guarded interval, heterogeneity, people, reading, cautions.

        The reading has `PLACE` where the prediction stands, so that few readings differ.
        """
        pooled, several = analysis.pooled, analysis.k > 1
        guarded = pooled.guarded_interval if pooled is not None and several else None
        ahead = self.text.prediction(pooled) if several else DASH
        reading = " ".join(readings(replace(self.universe.answer, main=analysis)))
        return (
            self.text.estimate(analysis),
            ahead,
            self.text.interval(guarded),
            _heterogeneity(analysis),
            people_text(analysis),
            reading if ahead == DASH else reading.replace(ahead, PLACE),
            _cautions(analysis),
        )


def _risk(row: StudyRow) -> list[str]:
    """Kind, sign and words of the overall risk of bias; empty where nobody has assessed it."""
    if row.risk_of_bias is None:
        return []
    level = row.risk_of_bias.overall or "no information"
    mark = level_mark(level)
    return [mark.kind, mark.glyph, f"{OVERALL}: {level}"]


def _cautions(analysis: Analysis) -> str:
    """What the computation warns of; nothing for a single study, which is not pooled."""
    pooled = analysis.pooled
    if pooled is None or analysis.k < 2:
        return ""
    return " ".join(with_symbols(caution.message) for caution in pooled.cautions)


def _codes(flags: tuple[Flag, ...]) -> str:
    return " ".join(flag.code for flag in by_severity(flags))


def _heterogeneity(analysis: Analysis) -> str:
    """tau2, I2 and Q in a line; a dash where they cannot be estimated."""
    pooled = analysis.pooled
    if pooled is None or analysis.k < 2 or not pooled.heterogeneity.q_df:
        return DASH
    spread = pooled.heterogeneity
    limits = variance_interval_text(spread.tau2_interval)
    tau2 = variance_text(spread.tau2) + ("" if limits == DASH else f" ({limits})")
    q = f"{NUMBERS.fixed(spread.q, 2)}, df {spread.q_df}, {NUMBERS.p_value(spread.q_p)}"
    return f"τ² = {tau2}; I² = {percent_text(spread.i2, spread.i2_interval)}; Q = {q}"

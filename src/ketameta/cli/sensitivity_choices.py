"""What if it had been decided otherwise: groups of studies, and numbers that were supposed."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from ketameta.cli.data_samples import Behind, Rows, Sample, unused_row, without_estimates
from ketameta.cli.document import Block, Heading, Paragraph, fields
from ketameta.cli.json_numbers import finite
from ketameta.cli.reading import NUMBERS, effect_texts, effect_title, number_text, statistics_grid
from ketameta.cli.sensitivity_rows import brief, column_texts, pooled_grid, pooling_of
from ketameta.cli.sensitivity_wish import Variation, Varied
from ketameta.cli.varied_columns import demand_variable, varied_column
from ketameta.counting import counted
from ketameta.errors import DataError, UsageError
from ketameta.measures.conversions import Assumption
from ketameta.measures.effects import EffectTable
from ketameta.measures.estimates import FloatArray
from ketameta.pooling.result import PooledResult
from ketameta.sensitivity.assumptions import Tornado, TornadoBar, TornadoPoint, tornado
from ketameta.sensitivity.recipe import Recipe
from ketameta.sensitivity.subgroups import SubgroupAnalysis, subgroups


def grouped(sample: Sample, wish: Variation) -> Varied:
    """Each group of studies pooled, and the test of their difference."""
    assert wish.options.groups is not None
    choices = wish.methods.choices()
    names = column_texts(sample, "--groups", wish.options.groups)
    shared = wish.options.common_tau2
    found = subgroups(
        sample.estimates,
        names,
        choices if shared else pooling_of(sample, wish.methods),
        common_tau2=shared,
    )
    if sample.behind is not None:
        found = _if_different(found, sample, sample.behind)
    rows = [{"group": name, **brief(result, sample)} for name, result in found.groups]
    shown = [{**row, "label": row["group"]} for row in rows]
    whole = {
        "groups": wish.options.groups,
        "common_tau2": found.common_tau2,
        "q_between": finite(found.q_between),
        "df": found.df,
        "df_denominator": finite(found.df_denominator),
        "p_value": finite(found.p_value),
    }
    blocks: list[Block] = [pooled_grid(sample, shown, "Group", choices.level)]
    if found.q_between is not None:
        blocks.append(Paragraph(_test_text(found)))
    return Varied(rows, whole, blocks, found.cautions)


def _if_different(found: SubgroupAnalysis, sample: Sample, behind: Behind) -> SubgroupAnalysis:
    """Without the test where nobody, or everybody, in all groups had the event."""
    # Imported here: a user's table needs no records.
    from ketameta.synthesis.answering import NO_SPREAD
    from ketameta.synthesis.row_pooling import without_contrast

    if not without_contrast(behind.answer.main.rows, sample.measure.code):
        return found
    return replace(found, q_between=None, df=None, p_value=None, cautions=(NO_SPREAD,))


def _test_text(found: SubgroupAnalysis) -> str:
    name = "chi²" if found.df_denominator is None else "F"
    of = "" if found.df_denominator is None else f" and {found.df_denominator:g}"
    return (
        f"Do the groups differ? {name} = {number_text(found.q_between)} on {found.df}{of} df, "
        f"{NUMBERS.p_value(found.p_value)}."
    )


def varied_assumptions(sample: Sample, wish: Variation) -> Varied:
    """The pooled result while each number that was supposed runs over its range.

    Of a table those for empty cells (`--vary`); of a question those that its records rest on.
    """
    if sample.behind is not None:
        return _of_question(sample, sample.behind, wish)
    rows = sample.rows
    assert rows is not None
    if not wish.options.vary:
        raise UsageError("--kind tornado: needs --vary; see ketameta sensitivity --help.")
    assumptions = _assumptions(sample, rows, wish.options.vary)
    methods = wish.methods
    recipe = Recipe(
        sample.measure.code, methods.choices(), methods.zero_cells or "only0", methods.program
    )

    def made(values: Mapping[str, float]) -> EffectTable:
        filled = {name: _filled(rows, name, value) for name, value in values.items()}
        return recipe.table({**rows.computed.inputs, **filled}, rows.labels)

    base = made({name: one.value for name, one in assumptions.items() if one.value is not None})
    supposed = _as_supposed(sample, rows, base)
    if not base.estimates.k:
        raise without_estimates(rows.table.source, sample.measure, [supposed])

    def analyse(values: Mapping[str, float]) -> PooledResult:
        table = made(values)
        gone = [item for item in table.excluded if item.row in base.rows]
        if gone:
            raise DataError("; ".join(f"{item.label}: {item.reason}" for item in gone))
        return recipe.pooled(table)

    bars, whole, blocks = _bars(tornado(assumptions, analyse), sample, wish)
    return Varied(bars, whole, blocks, lines=_lines(bars), sample=supposed)


def _as_supposed(sample: Sample, rows: Rows, base: EffectTable) -> Sample:
    """The sample with the rows that give an estimate once their empty cells are filled."""
    left_out = tuple(
        unused_row(item.label, item.reason, rows.table.where(line))
        for item in base.excluded
        for line in (rows.lines[item.row],)
    )
    return replace(sample, estimates=base.estimates, left_out=left_out)


def _of_question(sample: Sample, behind: Behind, wish: Variation) -> Varied:
    if wish.options.vary:
        raise UsageError("--vary: fills empty cells of a table, so it goes with --data.")
    from ketameta.cli.sensitivity_curated import tornado_of_question

    found = tornado_of_question(behind, wish.methods)
    fixed = [{"assumption": key, "description": text, "why": why} for key, text, why in found.fixed]
    told = {"not_varied": fixed, "words": found.words}
    below: list[Block] = []
    if fixed:
        below = [
            Heading("Not varied"),
            fields(*((key, f"{text} {why}") for key, text, why in found.fixed)),
        ]
    if found.tornado is None:
        return Varied([], {"base": None, **told}, [Paragraph(found.words), *below])
    bars, base, blocks = _bars(found.tornado, sample, wish)
    return Varied(bars, {**base, **told}, [*blocks, *below], lines=_lines(bars))


def _bars(
    found: Tornado, sample: Sample, wish: Variation
) -> tuple[list[dict[str, Any]], dict[str, Any], list[Block]]:
    """Bars for JSON, what is said once, and blocks."""
    level = wish.methods.choices().level
    bars = [_bar(bar) for bar in found.bars]
    ends = effect_texts(
        sample.measure, level, [(bar.lowest, bar.lowest, bar.highest) for bar in found.bars]
    )
    shown = [
        {
            **row,
            **_ends_pooled(found.bars[i]),
            "assumption": _short(found.bars[i]),
            "range": ends[i].partition("[")[2].strip("]"),
            "side": row["interval_changes_side"],
        }
        for i, row in enumerate(bars)
    ]
    base = brief(found.base, sample)
    text = effect_texts(
        sample.measure, level, [(base["estimate"], base["ci_low"], base["ci_high"])]
    )
    titles = {
        "assumption": "Supposed",
        "low": "From",
        "high": "To",
        "range": "Pooled effect",
        "side": "Changes side",
    }
    studies = counted(base["k"], "study")
    blocks: list[Block] = [
        Paragraph(f"{effect_title(sample.measure, level)} as supposed: {text[0]}, {studies}."),
        statistics_grid(shown, titles, text=("assumption", "range")),
        fields(*((bar.keys[0], bar.description) for bar in found.bars if len(bar.keys) == 1)),
    ]
    failed = [(_point_name(bar, point), point) for bar in found.bars for point in bar.points]
    told = [(name, point.reason) for name, point in failed if point.reason is not None]
    if told:
        blocks += [Heading("Could not be pooled"), fields(*told)]
    return bars, {"base": base}, blocks


def _assumptions(sample: Sample, rows: Rows, texts: Sequence[str]) -> dict[str, Assumption]:
    found: dict[str, Assumption] = {}
    for text in texts:
        name, one = _assumption(sample, rows, text)
        if name in found:
            raise UsageError(f"--vary {text!r}: {name} is varied already. Name it once.")
        found[name] = one
    return found


def _assumption(sample: Sample, rows: Rows, text: str) -> tuple[str, Assumption]:
    name, _, span = (part.strip() for part in text.partition("="))
    numbers = _numbers(span)
    if len(numbers) != 3 or not numbers[0] <= numbers[1] <= numbers[2]:
        raise UsageError(
            f"--vary {text!r}: write column=low:value:high, for example r=0.3:0.5:0.8."
        )
    option = f"--vary {text!r}"
    column = varied_column(option, name, sample.measure, rows.table)
    demand_variable(option, column, sample.measure, numbers)
    name = column.name
    empty = int(np.isnan(_given(rows, name)).sum())
    if not empty:
        raise UsageError(f"--vary {text!r}: no cell of {name} is empty, so nothing is supposed.")
    low, value, high = numbers
    said = f"{name} is {value:g} ({low:g} to {high:g}) in {counted(empty, 'row')} where it is empty"
    return name, Assumption(name, f"{said}.", value, low, high, "supposed on the command line")


def _numbers(span: str) -> list[float]:
    try:
        values = [float(part) for part in span.split(":")]
    except ValueError:
        return []
    return values if all(math.isfinite(value) for value in values) else []


def _given(rows: Rows, name: str) -> FloatArray:
    size = len(rows.lines)
    found = rows.computed.inputs.get(name)
    return np.full(size, np.nan) if found is None else np.asarray(found, dtype=np.float64)


def _filled(rows: Rows, name: str, value: float) -> FloatArray:
    given = _given(rows, name)
    return np.where(np.isnan(given), value, given)


def _ends_pooled(bar: TornadoBar) -> dict[str, float | None]:
    """The part of the range that could be pooled, for reading."""
    values = [point.value for point in bar.points if point.result is not None]
    return {"low": values[0] if values else None, "high": values[-1] if values else None}


def _point_name(bar: TornadoBar, point: TornadoPoint) -> str:
    at = f"at {100 * point.position:g} %" if point.value is None else f"= {point.value:g}"
    return f"{_short(bar)} {at}"


def _short(bar: TornadoBar) -> str:
    more = len(bar.keys) - 1
    return f"{bar.keys[0]}, and {more} more" if more else bar.keys[0]


def _lines(bars: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """One line per value tried, for CSV."""
    said = ("assumption", "description", "low", "high", "lowest", "highest", "swing")
    return [
        {**{name: bar[name] for name in (*said, "interval_changes_side")}, **point}
        for bar in bars
        for point in bar["points"]
    ]


def _bar(bar: TornadoBar) -> dict[str, Any]:
    points = [
        {
            "value": point.value,
            "estimate": None if point.result is None else point.result.estimate,
            "ci_low": None if point.result is None else finite(point.result.interval.low),
            "ci_high": None if point.result is None else finite(point.result.interval.high),
            "reason": point.reason,
        }
        for point in bar.points
    ]
    return {
        "assumption": ", ".join(bar.keys),
        "description": bar.description,
        "low": points[0]["value"],
        "high": points[-1]["value"],
        "lowest": bar.lowest,
        "highest": bar.highest,
        "swing": bar.swing,
        "interval_changes_side": bar.interval_changes_side,
        "points": points,
    }

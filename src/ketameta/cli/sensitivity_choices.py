"""What if it had been decided otherwise: groups of studies, and numbers that were supposed."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from ketameta.cli.data_samples import Behind, Rows, Sample
from ketameta.cli.document import Block, Heading, Paragraph, fields
from ketameta.cli.pool_json import finite
from ketameta.cli.reading import NUMBERS, effect_texts, effect_title, number_text, statistics_grid
from ketameta.cli.sensitivity_rows import brief, column_texts, pooled_grid, pooling_of
from ketameta.cli.sensitivity_wish import Variation, Varied
from ketameta.cli.varied_columns import demand_variable, varied_column
from ketameta.errors import UsageError
from ketameta.measures.conversions import Assumption
from ketameta.measures.estimates import FloatArray
from ketameta.pooling.result import PooledResult
from ketameta.sensitivity.assumptions import Tornado, TornadoBar, tornado
from ketameta.sensitivity.recipe import Recipe
from ketameta.sensitivity.subgroups import SubgroupAnalysis, subgroups
from ketameta.tables.formatting import counted


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
    assumptions = dict(_assumption(sample, rows, text) for text in wish.options.vary)
    methods = wish.methods
    recipe = Recipe(
        sample.measure.code, methods.choices(), methods.zero_cells or "only0", methods.program
    )

    def analyse(values: Mapping[str, float]) -> PooledResult:
        columns = {**rows.computed.inputs}
        for name, value in values.items():
            columns[name] = _filled(rows, name, value)
        return recipe.pooled(recipe.table(columns))

    found = tornado(assumptions, analyse)
    return Varied(*_bars(found, sample, wish))


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
    return Varied(bars, {**base, **told}, [*blocks, *below])


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
    return bars, {"base": base}, blocks


def _assumption(sample: Sample, rows: Rows, text: str) -> tuple[str, Assumption]:
    name, _, span = (part.strip() for part in text.partition("="))
    numbers = _numbers(span)
    if len(numbers) != 3 or not numbers[0] <= numbers[1] <= numbers[2]:
        raise UsageError(
            f"--vary {text!r}: write column=low:value:high, for example r=0.3:0.5:0.8."
        )
    demand_variable(
        f"--vary {text!r}", varied_column(f"--vary {text!r}", name), sample.measure, numbers
    )
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


def _short(bar: TornadoBar) -> str:
    more = len(bar.keys) - 1
    return f"{bar.keys[0]}, and {more} more" if more else bar.keys[0]


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

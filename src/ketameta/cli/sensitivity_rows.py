"""Pooled results under each other, and columns of the table that order or group studies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ketameta.cli.data_samples import Sample
from ketameta.cli.document import Grid
from ketameta.cli.json_numbers import finite
from ketameta.cli.method_options import Methods
from ketameta.cli.pool_json import display_pooled
from ketameta.cli.reading import effect_texts, effect_title, statistics_grid
from ketameta.errors import DataError, UsageError
from ketameta.measures.estimates import EffectEstimates
from ketameta.pooling.pool import pool
from ketameta.pooling.result import PooledResult
from ketameta.sensitivity.brief_result import BriefResult
from ketameta.sensitivity.pooler import Pooling, program_pooler


def pooling_of(sample: Sample, methods: Methods) -> Pooling:
    """How to pool the studies of a sample, or some of them.

    Under a preset as the program does; those of a question as its answer is pooled, which without
    an event is from the counts.
    """
    choices = methods.choices()
    if methods.program is not None and sample.rows is not None:
        return program_pooler(sample.rows.computed, methods.program, level=choices.level)
    if sample.behind is None or methods.program is not None:
        return choices
    # Imported here: a user's table needs no records.
    from ketameta.synthesis.row_pooling import pool_rows, without_contrast

    rows = {row.label: row for row in sample.behind.answer.main.rows}

    def pooled(estimates: EffectEstimates) -> PooledResult:
        some = [rows[label] for label in estimates.labels if label in rows]
        if len(some) < estimates.k or not without_contrast(some, estimates.measure):
            return pool(estimates, choices)
        return pool_rows(some, estimates.measure, choices)

    return pooled


def brief(result: PooledResult | BriefResult, sample: Sample) -> dict[str, Any]:
    """The most important numbers of a pooled result, and what readers see."""
    found = BriefResult.of(result) if isinstance(result, PooledResult) else result
    numbers: dict[str, Any] = {
        "k": found.k,
        "estimate": finite(found.estimate),
        "se": finite(found.se),
        "ci_low": finite(found.interval.low),
        "ci_high": finite(found.interval.high),
        "p_value": finite(found.p_value),
        "tau2": finite(found.tau2),
        "i2": finite(found.i2),
        "q": finite(found.q),
        "pi_low": finite(found.prediction.low),
        "pi_high": finite(found.prediction.high),
    }
    return {**numbers, "display": display_pooled(numbers, sample.measure)}


def pooled_grid(
    sample: Sample, rows: Sequence[Mapping[str, Any]], title: str, level: float
) -> Grid:
    """A grid of pooled results under each other, with a name in `label`."""
    triples = [(row["estimate"], row["ci_low"], row["ci_high"]) for row in rows]
    effects = effect_texts(sample.measure, level, triples)
    shown = [{**row, "effect": effects[i]} for i, row in enumerate(rows)]
    titles = {
        "label": title,
        "k": "k",
        "effect": effect_title(sample.measure, level),
        "tau2": "tau2",
        "i2": "I2 %",
    }
    return statistics_grid(shown, titles, text=("label", "effect"))


def column_texts(sample: Sample, option: str, name: str) -> list[str]:
    """A column of the table that `option` names, no cell of which may be empty.

    Raises
    ------
    UsageError
        For a question of the review, or a column that does not exist.
    DataError
        For an empty cell.
    """
    if sample.rows is None:
        raise UsageError(f"{option}: names a column, so it goes with --data.")
    texts = sample.rows.texts(name)
    empty = [label for label, text in zip(sample.estimates.labels, texts, strict=True) if not text]
    if empty:
        raise DataError(f"{option} {name}: there is none for {', '.join(empty)}. Fill it in.")
    return texts


def column_keys(sample: Sample, name: str) -> Any:
    """The ordering column as numbers where it holds nothing else, otherwise as text.

    "precision" orders by sampling variance, the most precise first, unless a column has that name.
    """
    if name == "precision" and (sample.rows is None or name not in sample.rows.table.columns):
        return sample.estimates.v
    texts = column_texts(sample, "--order", name)
    assert sample.rows is not None
    try:
        return sample.rows.values(name)
    except DataError:
        return texts

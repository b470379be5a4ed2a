"""The same table under the options of several programs, as values, lines and grids."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from ketameta.cli.data_columns import select_columns
from ketameta.cli.data_samples import Rows, Sample, too_far_apart
from ketameta.cli.document import Block, Column, Grid, Heading, Line, Paragraph, fields
from ketameta.cli.findings import Findings, excluded, excluded_blocks, warnings
from ketameta.cli.json_numbers import display, display_columns
from ketameta.cli.reading import effect_texts, effect_title, number_text
from ketameta.errors import DataError, UsageError
from ketameta.measures.catalog import Measure
from ketameta.sensitivity.reconcile import ReconciledRow, reconcile


def preset_codes(text: str | None) -> tuple[str, ...] | None:
    """Presets named with commas between them; None stands for all.

    Raises
    ------
    UsageError
        For a preset that does not exist, or one that is named twice.
    """
    from ketameta.pooling.presets import preset

    if text is None:
        return None
    codes = tuple(preset(word).code for word in text.split(",") if word.strip())
    if not codes:
        raise UsageError("--preset: none is named. Write codes with commas, or leave it out.")
    twice = next((code for code in codes if codes.count(code) > 1), None)
    if twice is not None:
        raise UsageError(f"--preset: {twice} is named twice. Name each once.")
    return codes


@np.errstate(all="ignore")  # what overflows is refused
def reconcile_findings(
    source: str, sample: Sample, presets: Sequence[str] | None, level: float
) -> Findings:
    """One sample of a table under each preset."""
    rows = _reconciled(source, sample, presets, level) if sample.estimates.k else ()
    sample = _left_out_by_all(sample, rows)
    values = [_values(row, sample.measure) for row in rows]
    whole = {
        "measure": sample.measure.code,
        "level": round(100 * level, 10),
        "rows": values,
        "excluded": excluded(sample),
    }
    return Findings(whole, [_line(row) for row in values], _blocks(sample, values, level))


def _left_out_by_all(sample: Sample, rows: Sequence[ReconciledRow]) -> Sample:
    """The sample with those rows left out that no preset can use."""
    kept = [item for item in sample.left_out if all(item.label in row.excluded for row in rows)]
    return replace(sample, left_out=tuple(kept))


def _reconciled(
    source: str, sample: Sample, presets: Sequence[str] | None, level: float
) -> tuple[ReconciledRow, ...]:
    assert sample.rows is not None
    columns, labels = _columns(sample.rows, sample.measure), sample.rows.labels
    try:
        rows = reconcile(columns, sample.measure.code, presets=presets, labels=labels, level=level)
    except DataError as error:
        raise DataError(f"{source}: {error}") from None
    if not all(math.isfinite(row.estimate) and math.isfinite(row.se) for row in rows):
        raise too_far_apart(source)
    return rows


def _columns(rows: Rows, entry: Measure) -> dict[str, Any]:
    """What the measure can use of the table, as written, for all its rows."""
    selected = select_columns(rows.table, entry)
    columns: dict[str, Any] = {
        name: [values[line] for line in rows.lines] for name, values in selected.numbers.items()
    }
    if selected.measures is not None:
        columns["measure"] = [selected.measures[line] for line in rows.lines]
    return columns


def _values(row: ReconciledRow, entry: Measure) -> dict[str, Any]:
    numbers: dict[str, float | None] = {
        "estimate": row.estimate,
        "ci_low": row.interval.low,
        "ci_high": row.interval.high,
        "pi_low": row.prediction.low,
        "pi_high": row.prediction.high,
    }
    return {
        "preset": row.preset,
        "name": row.name,
        "k": row.k,
        **numbers,
        "se": row.se,
        "p_value": row.p_value,
        "df": row.df,
        "tau2": row.tau2,
        "i2": row.i2,
        "q": row.q,
        "q_df": row.q_df,
        "q_p": row.q_p,
        "q_centre": row.q_centre,
        "interval_method": row.interval_method,
        "prediction_method": row.prediction_method,
        "differences": list(row.differences),
        "uncertain": list(row.uncertain),
        "left_out": list(row.excluded),
        "warnings": warnings(row.cautions),
        "display": display(entry, numbers),
    }


def _line(row: Mapping[str, Any]) -> dict[str, Any]:
    """Flat, with sentences in one cell each."""
    flat = {name: value for name, value in row.items() if name not in ("display", "warnings")}
    for name in ("differences", "uncertain"):
        flat[name] = " ".join(row[name])
    flat["warnings"] = " ".join(item["message"] for item in row["warnings"])
    return {**flat, **display_columns(row["display"])}


def _blocks(sample: Sample, rows: list[dict[str, Any]], level: float) -> tuple[Block, ...]:
    left_out = excluded_blocks(sample)
    if not rows:
        return (Paragraph("No row can be analysed.", tone="quiet"), *left_out)
    means = [(row["estimate"], row["ci_low"], row["ci_high"]) for row in rows]
    texts = effect_texts(sample.measure, level, means)
    ahead = effect_texts(
        sample.measure, level, [(r["estimate"], r["pi_low"], r["pi_high"]) for r in rows]
    )
    grid = Grid(
        (
            Column("Preset"),
            Column("k", right=True),
            Column(effect_title(sample.measure, level)),
            Column("Prediction"),
            Column("tau2", right=True),
            Column("I2 %", right=True),
        ),
        tuple(
            Line(
                (
                    row["preset"],
                    str(row["k"]),
                    texts[i],
                    "" if row["pi_low"] is None else ahead[i][max(ahead[i].find("["), 0) :],
                    number_text(row["tau2"]),
                    "" if row["i2"] is None else f"{row['i2']:.1f}".replace("-", "−"),
                )
            )
            for i, row in enumerate(rows)
        ),
    )
    first = rows[0]["preset"]
    told = fields(
        *((row["preset"], " ".join(row["differences"])) for row in rows if row["differences"])
    )
    why: tuple[Block, ...] = (Heading(f"What differs from {first}, and why"), told)
    return (grid, *(why if told.fields else ()), *left_out)

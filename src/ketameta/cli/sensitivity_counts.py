"""Sensitivity analyses that work on the counts of a table."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from ketameta.cli.count_methods import COUNTS, rows_with
from ketameta.cli.data_samples import Rows, Sample
from ketameta.cli.method_options import Methods
from ketameta.errors import DataError, UsageError
from ketameta.exchange.tabular import numbers
from ketameta.measures.arms import Counts
from ketameta.measures.estimates import FloatArray
from ketameta.sensitivity.fragility import fragility_index
from ketameta.sensitivity.missing_outcomes import (
    MissingOutcomeResult,
    Outcomes,
    missing_outcome_bounds,
)
from ketameta.sensitivity.pooled_fragility import pooled_fragility

MISSING = ("missing_1", "missing_2")


def _counted(sample: Sample, what: str) -> tuple[Rows, list[int], list[FloatArray]]:
    """Rows of the group with all four counts, whether or not they give an estimate."""
    if sample.rows is None:
        raise UsageError(f"--kind {what}: needs counts, so it goes with --data.")
    if sample.measure.family != "binary":
        raise UsageError(f"--kind {what}: compares events, so not {sample.measure.code}.")
    rows = sample.rows
    inputs = rows.computed.inputs
    use = [row for row in range(len(rows.lines)) if rows_with(rows, COUNTS, row)]
    if not use:
        raise DataError(f"{rows.table.source}: no row has {', '.join(COUNTS)}.")
    return rows, use, [np.asarray(inputs[name][use]) for name in COUNTS]


def fragility(
    sample: Sample, methods: Methods, alpha: float
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The pooled fragility index, and one for each trial."""
    rows, use, (a, n1, c, n2) = _counted(sample, "fragility")
    pooled = pooled_fragility(
        Counts(a, n1), Counts(c, n2), code=sample.measure.code, choices=methods.choices()
    )
    labels = _labels(rows, use, sample)
    trials = []
    for i, label in enumerate(labels):
        found = fragility_index((a[i], n1[i]), (c[i], n2[i]), alpha=alpha)
        trials.append({"study": label, **asdict(found)})
    whole = {
        "pooled": {
            "index": pooled.index,
            "quotient": pooled.quotient,
            "ci_low": pooled.low,
            "ci_high": pooled.high,
            "reversed": pooled.reversed,
            "changes": [
                {**asdict(change), "study": labels[change.study]} for change in pooled.changes
            ],
        }
    }
    return whole, trials


def missing_outcomes(sample: Sample, methods: Methods) -> Sequence[MissingOutcomeResult]:
    """Pooled results under extreme assumptions about people with unknown outcomes."""
    rows, use, (a, n1, c, n2) = _counted(sample, "missing-outcomes")
    headers = {name.strip().lower(): name for name in rows.table.columns}
    absent = [name for name in MISSING if name not in headers]
    if absent:
        raise UsageError(
            f"{rows.table.head}: --kind missing-outcomes needs the columns missing_1 and "
            f"missing_2 (people whose outcome is unknown). Not found: {', '.join(absent)}."
        )
    read = numbers(rows.table, [headers[name] for name in MISSING])
    lost = [
        np.array([_known(read[headers[name]][rows.lines[row]]) for row in use]) for name in MISSING
    ]
    return missing_outcome_bounds(
        Outcomes(a, n1 - a, lost[0]),
        Outcomes(c, n2 - c, lost[1]),
        code=sample.measure.code,
        labels=_labels(rows, use, sample),
        choices=methods.choices(),
    )


def _known(value: float) -> float:
    """An empty cell is nobody."""
    return 0.0 if math.isnan(value) else value


def _labels(rows: Rows, use: Sequence[int], sample: Sample) -> list[str]:
    names = {
        int(row): name
        for row, name in zip(rows.computed.rows, sample.estimates.labels, strict=True)
    }
    names |= {item.row: item.label for item in rows.computed.excluded}
    return [names[row] for row in use]

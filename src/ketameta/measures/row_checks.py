"""Row by row: which values cannot be, which are missing, and why a row gives no estimate."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from ketameta.errors import DataError
from ketameta.measures.catalog import Measure
from ketameta.measures.columns import COLUMNS
from ketameta.measures.estimates import FloatArray
from ketameta.measures.zero_cells import BoolArray

_AT_MOST = (("events_1", "n_1"), ("events_2", "n_2"), ("events", "n"))
_SHOWN = 20


def refuse_impossible(inputs: Mapping[str, FloatArray], labels: Sequence[str]) -> None:
    """Stop at values that cannot be: infinite, outside a column's range, more events than people.

    Raises
    ------
    DataError
        With one line for each such value (at most 20 are shown).
    """
    problems = [*_outside(inputs, labels), *_too_many(inputs, labels)]
    if problems:
        more = len(problems) - _SHOWN
        shown = problems[:_SHOWN] + ([f"and {more} more."] if more > 0 else [])
        raise DataError("\n".join(shown))


def missing(inputs: Mapping[str, FloatArray], wanted: Sequence[str]) -> list[str]:
    """For each row the reason "missing: ..." or "" where all wanted columns are there."""
    absent = np.array([np.isnan(inputs[name]) for name in wanted])
    return [
        "missing: " + ", ".join(name for name, gone in zip(wanted, row, strict=True) if gone)
        if row.any()
        else ""
        for row in absent.T
    ]


def why_not(measure: Measure, row: Mapping[str, float]) -> str:
    """Why a complete row gives no estimate of the measure, in words."""
    sizes = {name: row[name] for name in ("n_1", "n_2", "n") if name in row}
    for name, size in sizes.items():
        if size == 0:
            return f"{name} is 0: nobody was analysed"
    if measure.family == "binary":
        return _why_not_binary(measure, row)
    if measure.family == "continuous":
        for name, size in sizes.items():
            if size < 2:
                return f"{name} is {size:g}: a standard deviation needs at least two people"
        if row["sd_1"] == 0 and row["sd_2"] == 0:
            return "both standard deviations are 0, so the estimate would have no variance"
    if measure.family == "proportion":
        return "the count leaves the estimate without a finite value or without a variance"
    return "the sampling variance is not above 0"


def _why_not_binary(measure: Measure, row: Mapping[str, float]) -> str:
    events, people = row["events_1"] + row["events_2"], row["n_1"] + row["n_2"]
    ratio = measure.scale == "log"
    if events == 0 and ratio:
        return f"no events in either group: no information about the {measure.name.lower()}"
    if events == people and ratio:
        return f"events in everybody: no information about the {measure.name.lower()}"
    if ratio:
        return "a zero cell makes the estimate infinite, and the zero-cell rule adds nothing"
    return "the sampling variance is 0, and the zero-cell rule adds nothing"


def _outside(inputs: Mapping[str, FloatArray], labels: Sequence[str]) -> Iterator[str]:
    for name, values in inputs.items():
        column = COLUMNS[name]
        for i in np.flatnonzero(np.isinf(values)).tolist():
            yield f"{labels[i]}: {name} is {values[i]:g}. Give a finite number."
        if column.low is not None:
            for i in np.flatnonzero(np.isfinite(values) & (values < column.low)).tolist():
                yield f"{labels[i]}: {name} is {values[i]:g}; it cannot be below {column.low:g}."
        if column.high is not None:
            for i in np.flatnonzero(np.isfinite(values) & (values > column.high)).tolist():
                yield f"{labels[i]}: {name} is {values[i]:g}; it cannot be above {column.high:g}."


def _too_many(inputs: Mapping[str, FloatArray], labels: Sequence[str]) -> Iterator[str]:
    for part, whole in _AT_MOST:
        if part not in inputs or whole not in inputs:
            continue
        more: BoolArray = inputs[part] > inputs[whole]
        for i in np.flatnonzero(more).tolist():
            yield (
                f"{labels[i]}: {part} is {inputs[part][i]:g} but {whole} is only "
                f"{inputs[whole][i]:g}. Check whether the two stand in the right columns."
            )

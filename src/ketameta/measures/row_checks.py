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
# Not ratios themselves, but like them without information where everybody or nobody has the event.
_ASSOCIATIONS = (
    *("PHI", "ZPHI", "YUQ", "YUY", "RTET", "ZTET"),
    *("PBIT", "OR2DN", "OR2DL"),
)


def impossible_values(columns: Mapping[str, FloatArray], labels: Sequence[str]) -> Iterator[str]:
    """A line for each value that cannot be: infinite, out of range, more events than people.

    In the order of the rows.
    """
    found = [*_outside(columns, labels), *_too_many(columns, labels)]
    yield from (line for _, line in sorted(found, key=lambda item: item[0]))


def refuse(problems: Sequence[str]) -> None:
    """Stop if there are problems.

    Raises
    ------
    DataError
        With one line for each problem (at most 20 are shown).
    """
    if problems:
        more = len(problems) - _SHOWN
        rest = [f"and {more} more."] if more > 0 else []
        raise DataError("\n".join([*problems[:_SHOWN], *rest]))


def missing(columns: Mapping[str, FloatArray], wanted: Sequence[str]) -> list[str]:
    """For each row the reason "missing: ..." or "" where all wanted columns are there."""
    absent = np.array([np.isnan(columns[name]) for name in wanted])
    return [
        "missing: " + ", ".join(name for name, gone in zip(wanted, row, strict=True) if gone)
        if row.any()
        else ""
        for row in absent.T
    ]


def why_not(measure: Measure, row: Mapping[str, float]) -> str:
    """Why a complete row gives no estimate of the measure, in words."""
    for name in ("n_1", "n_2", "n", "time_1", "time_2", "time"):
        if row.get(name) == 0:
            return f"{name} is 0: nobody was analysed"
    if "t_statistic" in row:
        return "too few people for so many predictors, or an R² below what the t statistic implies"
    if "alpha" in row:
        return "it needs two items, three people and an alpha below 1"
    if "heterozygous" in row:
        return "a genotype that nobody has leaves the estimate without a finite value"
    if "events_2" in row:
        return _why_not_events(measure, row)
    if "sd_1" in row or "sd" in row or "sd_change" in row or "sd_pre_1" in row:
        return _why_not_means(measure, row)
    if measure.family == "proportion":
        return "the count leaves the estimate without a finite value or without a variance"
    if measure.family == "correlation":
        return "too few people, or a correlation of 1 or -1, leave the estimate without a variance"
    if "both" in row:
        return f"the pairs carry no information about the {_plain(measure)}"
    if row.get("vi") == 0:
        return "vi (the square of sei) is 0, and must be above 0"
    return "the sampling variance is not above 0, or the estimate is not finite"


def _plain(measure: Measure) -> str:
    return measure.name[0].lower() + measure.name[1:]


def _why_not_events(measure: Measure, row: Mapping[str, float]) -> str:
    events, people = row["events_1"] + row["events_2"], row.get("n_1", 0) + row.get("n_2", 0)
    ratio = measure.scale == "log" or measure.code in _ASSOCIATIONS
    if "r" in row and row["n_1"] != row["n_2"]:
        return "n_1 and n_2 differ, but both count the same pairs"
    if events == 0 and ratio:
        return f"no events in either group: no information about the {_plain(measure)}"
    if events == people and ratio:
        return f"events in everybody: no information about the {_plain(measure)}"
    if ratio and measure.scale != "log":
        return (
            "a zero cell leaves the estimate without a finite value or variance, and the zero-cell "
            "rule adds nothing"
        )
    if ratio:
        return "a zero cell makes the estimate infinite, and the zero-cell rule adds nothing"
    return "the sampling variance is 0, and the zero-cell rule adds nothing"


def _why_not_means(measure: Measure, row: Mapping[str, float]) -> str:
    for name in ("n_1", "n_2", "n"):
        if row.get(name, 2) < 2:
            return f"{name} is {row[name]:g}: a standard deviation needs at least two people"
    spreads = [name for name in row if name.startswith("sd")]
    if all(row[name] == 0 for name in spreads):
        zero = f"{spreads[0]} is 0" if len(spreads) == 1 else f"{' and '.join(spreads)} are 0"
        return f"{zero}, so the estimate would have no variance"
    if measure.scale == "log":
        return "a ratio needs means (and standard deviations) that are not 0 and of one sign"
    return "too few people, or a standard deviation of 0, leave the estimate without a variance"


def _outside(inputs: Mapping[str, FloatArray], labels: Sequence[str]) -> Iterator[tuple[int, str]]:
    for name, values in inputs.items():
        column = COLUMNS[name]
        for i in np.flatnonzero(np.isinf(values)).tolist():
            yield i, f"{labels[i]}: {name} is {values[i]:g}. Give a finite number."
        if column.low is not None:
            for i in np.flatnonzero(np.isfinite(values) & (values < column.low)).tolist():
                yield (
                    i,
                    f"{labels[i]}: {name} is {values[i]:g}; it cannot be below {column.low:g}. "
                    "Correct the cell.",
                )
        if column.high is not None:
            for i in np.flatnonzero(np.isfinite(values) & (values > column.high)).tolist():
                yield (
                    i,
                    f"{labels[i]}: {name} is {values[i]:g}; it cannot be above {column.high:g}. "
                    "Correct the cell.",
                )


def _too_many(inputs: Mapping[str, FloatArray], labels: Sequence[str]) -> Iterator[tuple[int, str]]:
    for part, whole in _AT_MOST:
        if part not in inputs or whole not in inputs:
            continue
        more: BoolArray = inputs[part] > inputs[whole]
        for i in np.flatnonzero(more).tolist():
            yield (
                i,
                f"{labels[i]}: {part} is {inputs[part][i]:g} but {whole} is only "
                f"{inputs[whole][i]:g}. Check whether the two stand in the right columns.",
            )

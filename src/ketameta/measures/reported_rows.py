"""Rows for which only a finished estimate is reported: with its variance, or with its interval."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from ketameta.measures.catalog import Measure
from ketameta.measures.estimates import FloatArray
from ketameta.measures.generic import asymmetry, difference_from_interval

REPORTED = ("yi", "vi", "estimate", "ci_low", "ci_high", "ci_level")
_INTERVAL = ("estimate", "ci_low", "ci_high")
# Limits printed with two digits make an interval look lopsided by up to about this much.
LOPSIDED = 0.2


def reported_estimates(
    entry: Measure, columns: Mapping[str, FloatArray], rows: Sequence[int]
) -> tuple[FloatArray, FloatArray]:
    """(y, v) of some rows on the analysis scale, shape (len(rows),); NaN where not reported.

    From yi and vi, else from the estimate and its interval, which is taken for a normal one on
    the analysis scale of level ci_level (95 %).
    """
    some = {name: columns[name][rows] for name in REPORTED if name in columns}
    y = v = np.full(len(rows), np.nan)
    if _offers_interval(entry, some):
        y, v = difference_from_interval(*_on_analysis_scale(entry, some), level=_level(some))
    if "yi" in some and "vi" in some:
        given = ~np.isnan(some["yi"]) & ~np.isnan(some["vi"])
        y, v = np.where(given, some["yi"], y), np.where(given, some["vi"], v)
    return y, v


def why_not_reported(columns: Mapping[str, FloatArray], row: int) -> str:
    """Why a finished estimate that is there gives none, in words; "" where none is there."""
    if not {"yi", "vi"} <= columns.keys():
        return ""
    y, v = float(columns["yi"][row]), float(columns["vi"][row])
    if np.isnan(y) or v != 0:
        return ""
    return "vi (the square of sei) is 0, and must be above 0"


def interval_problems(
    entry: Measure, columns: Mapping[str, FloatArray], rows: Sequence[int], labels: Sequence[str]
) -> Iterator[str]:
    """A line for each of the rows whose reported interval cannot be."""
    if not _offers_interval(entry, columns):
        return
    for i in rows:
        estimate, low, high = (float(columns[name][i]) for name in _INTERVAL)
        if np.isnan([estimate, low, high]).any():
            continue
        shown = f"{labels[i]}: estimate {estimate:g} with interval {low:g} to {high:g}"
        level = float(_level(columns)[i])
        if not all(np.isfinite(entry.from_display([estimate, low, high]))):
            yield (
                f"{shown} cannot be put on the {entry.scale} scale. Give them as readers see "
                "them, not transformed."
            )
        elif not (low < high and low <= estimate <= high):
            yield f"{shown}: it does not lie inside. Check the three numbers and their order."
        elif not 0 < level < 1:
            yield f"{labels[i]}: ci_level is {columns['ci_level'][i]:g}. Write 95 for 95 %."


def lopsided(entry: Measure, columns: Mapping[str, FloatArray], rows: Sequence[int]) -> list[int]:
    """Those of the rows whose estimate lies far from the middle of its interval."""
    if not _offers_interval(entry, columns):
        return []
    off_centre = np.abs(asymmetry(*_on_analysis_scale(entry, columns))) > LOPSIDED
    return [row for row in rows if off_centre[row]]


def _offers_interval(entry: Measure, columns: Mapping[str, FloatArray]) -> bool:
    # The way back from the double arcsine needs a sample size, so does the way there.
    return entry.scale != "freeman-tukey" and all(name in columns for name in _INTERVAL)


def _on_analysis_scale(entry: Measure, columns: Mapping[str, FloatArray]) -> list[FloatArray]:
    return [entry.from_display(columns[name]) for name in _INTERVAL]


def _level(columns: Mapping[str, FloatArray]) -> FloatArray:
    if "ci_level" not in columns:
        return np.full(columns["estimate"].shape, 0.95)
    level = columns["ci_level"]
    return np.where(np.isnan(level), 0.95, np.where(level > 1, level / 100, level))

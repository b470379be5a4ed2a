"""Sensitivity analyses that work on the counts of a table."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ketameta.cli.count_methods import COUNTS, rows_with
from ketameta.cli.data_samples import Rows, Sample
from ketameta.cli.sensitivity_wish import Variation, two_numbers
from ketameta.errors import DataError, UsageError
from ketameta.exchange.tabular import numbers
from ketameta.measures.arms import Counts
from ketameta.measures.estimates import FloatArray
from ketameta.sensitivity.informative_missingness import LogImor, imor_result, imor_results
from ketameta.sensitivity.missing_outcomes import (
    MissingOutcomeResult,
    Outcomes,
    Trials,
    missing_outcome_results,
)
from ketameta.sensitivity.preset_estimates import estimates_without_counts
from ketameta.sensitivity.recipe import Recipe

MISSING = ("missing_1", "missing_2")
# An odds ratio of 0 has no logarithm.
SMALLEST_IMOR = 1e-9


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


def without_counts(sample: Sample) -> list[str]:
    """Studies that give an estimate but not all four counts."""
    return [] if sample.rows is None else estimates_without_counts(sample.rows.computed)


def counted_arms(sample: Sample, kind: str) -> tuple[list[str], Counts, Counts]:
    """Labels, and the counts of both groups, of every row that has them."""
    rows, use, (a, n1, c, n2) = _counted(sample, kind)
    return _labels(rows, use, sample), Counts(a, n1), Counts(c, n2)


def missing_outcomes(sample: Sample, wish: Variation) -> Sequence[MissingOutcomeResult]:
    """Pooled results under assumptions about people with unknown outcomes, for a user's table.

    Left out, all of one kind, best and worst case; and, where asked for, an informative
    missingness odds ratio with its uncertainty, or a range of them.
    """
    rows, use, (a, n1, c, n2) = _counted(sample, "missing-outcomes")
    headers = {name.strip().lower(): name for name in rows.table.columns}
    absent = [name for name in MISSING if name not in headers]
    if absent:
        raise UsageError(
            f"{rows.table.source}:1: --kind missing-outcomes needs the columns missing_1 and "
            f"missing_2 (people whose outcome is unknown). Not found: {', '.join(absent)}."
        )
    read = numbers(rows.table, [headers[name] for name in MISSING])
    lost = [
        np.array([_known(read[headers[name]][rows.lines[row]]) for row in use]) for name in MISSING
    ]
    groups = Outcomes(a, n1 - a, lost[0]), Outcomes(c, n2 - c, lost[1])
    return assumed(Trials(*groups, _labels(rows, use, sample)), sample, wish)


def assumed(trials: Trials, sample: Sample, wish: Variation) -> Sequence[MissingOutcomeResult]:
    """The bounds, and the informative missingness odds ratios that were asked for."""
    methods = wish.methods
    recipe = Recipe(
        sample.measure.code, methods.choices(), methods.zero_cells or "only0", methods.program
    )
    return (*missing_outcome_results(trials, recipe), *_imor(trials, recipe, wish))


def _imor(trials: Trials, recipe: Recipe, wish: Variation) -> Sequence[MissingOutcomeResult]:
    """Results under one informative missingness odds ratio, and over a range of them."""
    asked = wish.options
    found: list[MissingOutcomeResult] = []
    if (asked.imor, asked.imor_sd, asked.imor_correlation) != (None, None, None):
        ratios = two_numbers("--imor", asked.imor or "1", above=SMALLEST_IMOR)
        sds = two_numbers("--imor-sd", asked.imor_sd or "0", above=0.0)
        belief = LogImor(
            (math.log(ratios[0]), math.log(ratios[1])), sds, asked.imor_correlation or 0.0
        )
        text = (
            f"odds of the event among missing people {ratios[0]:g} times (group 1) and "
            f"{ratios[1]:g} times (group 2) those among people observed; sd of their logarithms "
            f"{sds[0]:g} and {sds[1]:g}"
        )
        found.append(imor_result(trials, recipe, belief, name="imor", text=text))
    if asked.imor_range is not None:
        ratios_tried = _ratios(asked.imor_range)
        found += imor_results(trials, recipe, ratios_tried)
        turned = imor_results(trials, recipe, ratios_tried, opposite=True)
        found += [replace(one, code=f"{one.code}, opposite") for one in turned]
    return found


def _ratios(text: str) -> list[float]:
    try:
        return [float(word) for word in text.split(",")]
    except ValueError:
        raise UsageError(
            f"--imor-range: {text!r} are no numbers. Write for example 0.25,0.5,1,2,4."
        ) from None


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

"""Sensitivity analyses that work on the counts of a table."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from ketameta.cli.count_methods import COUNTS, rows_with
from ketameta.cli.data_samples import Rows, Sample
from ketameta.cli.sensitivity_wish import Variation, two_numbers
from ketameta.errors import DataError, UsageError
from ketameta.measures.arms import Counts
from ketameta.sensitivity.informative_missingness import LogImor, imor_result, imor_results
from ketameta.sensitivity.missing_outcomes import (
    CASES,
    MissingOutcomeResult,
    NoEstimate,
    Trials,
    missing_outcome_result,
)
from ketameta.sensitivity.preset_estimates import estimates_without_counts
from ketameta.sensitivity.recipe import Recipe

# An odds ratio of 0 has no logarithm.
SMALLEST_IMOR = 1e-9


def counted_rows(sample: Sample, what: str) -> tuple[Rows, list[int]]:
    """Rows of the group with all four counts, whether or not they give an estimate."""
    if sample.rows is None:
        raise UsageError(f"--kind {what}: needs counts, so it goes with --data.")
    if sample.measure.family != "binary":
        raise UsageError(f"--kind {what}: compares events, so not {sample.measure.code}.")
    rows = sample.rows
    use = [row for row in range(len(rows.lines)) if rows_with(rows, COUNTS, row)]
    if not use:
        raise DataError(f"{rows.table.source}: no row has {', '.join(COUNTS)}.")
    return rows, use


def without_counts(sample: Sample) -> list[str]:
    """Studies that give an estimate but not all four counts."""
    return [] if sample.rows is None else estimates_without_counts(sample.rows.computed)


def counted_arms(sample: Sample, kind: str) -> tuple[list[str], Counts, Counts]:
    """Labels, and the counts of both groups, of every row that has them."""
    rows, use = counted_rows(sample, kind)
    a, n1, c, n2 = (np.asarray(rows.computed.inputs[name][use]) for name in COUNTS)
    names = rows.labels
    return [names[row] for row in use], Counts(a, n1), Counts(c, n2)


@dataclass(frozen=True, slots=True)
class Assumed:
    """Results under assumptions about missing outcomes; and (code, description, why) of those
    that leave no estimate."""

    results: Sequence[MissingOutcomeResult]
    absent: Sequence[tuple[str, str, str]] = ()


def assumed(trials: Trials, sample: Sample, wish: Variation) -> Assumed:
    """The bounds, and the informative missingness odds ratios that were asked for."""
    methods = wish.methods
    recipe = Recipe(
        sample.measure.code, methods.choices(), methods.zero_cells or "only0", methods.program
    )
    results: list[MissingOutcomeResult] = []
    absent = []
    for case, (description, _) in CASES.items():
        try:
            results.append(missing_outcome_result(trials, recipe, case))
        except NoEstimate as error:
            absent.append((case, description, _why(error)))
    try:
        results += _imor(trials, recipe, wish)
    except NoEstimate as error:
        absent.append(("imor", "informative missingness odds ratios", _why(error)))
    return Assumed(results, absent)


def _why(error: NoEstimate) -> str:
    """The reason without the name of the assumption."""
    reason = str(error).partition(": ")[2]
    return reason[:1].upper() + reason[1:]


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

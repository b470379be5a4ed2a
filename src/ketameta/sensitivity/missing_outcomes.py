"""Bounds for missing outcomes: what if all the people who were lost had one kind of outcome?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from ketameta.errors import DataError, UsageError
from ketameta.measures.arms import as_floats
from ketameta.measures.catalog import measure
from ketameta.measures.estimates import EffectEstimates, FloatArray
from ketameta.pooling.choices import PoolingChoices
from ketameta.pooling.result import PooledResult
from ketameta.sensitivity.recipe import Recipe


class Outcomes(NamedTuple):
    """People with the event, without it, and with an unknown outcome; shape (k,)."""

    events: ArrayLike
    nonevents: ArrayLike
    missing: ArrayLike


@dataclass(frozen=True, slots=True)
class Trials:
    """Trials with outcomes of both groups, and others that cannot be varied.

    Attributes
    ----------
    group_1, group_2
        Outcomes of the two groups, each of shape (k,).
    labels
        One per trial, or None.
    reported
        Estimates without counts, or with counts that cannot be undone: pooled beside the trials as
        they are. None where there are none.
    """

    group_1: Outcomes
    group_2: Outcomes
    labels: Sequence[str] | None = None
    reported: EffectEstimates | None = None


@dataclass(frozen=True, slots=True)
class MissingOutcomeResult:
    """One assumption about missing outcomes and what follows from it.

    `code` names the assumption, `description` is a sentence for readers.
    """

    code: str
    description: str
    estimates: EffectEstimates
    result: PooledResult


class NoEstimate(DataError):
    """Under an assumption no study gives an estimate."""


# What becomes of missing people in groups 1 and 2: the share of them with the event.
BOUNDS = {
    "no-events": ("nobody whose outcome is missing had the event", (0.0, 0.0)),
    "all-events": ("everybody whose outcome is missing had the event", (1.0, 1.0)),
    "lowest": (
        "missing people had no event in group 1 and the event in group 2",
        (0.0, 1.0),
    ),
    "highest": (
        "missing people had the event in group 1 and no event in group 2",
        (1.0, 0.0),
    ),
}
CASES: Mapping[str, tuple[str, tuple[float, float] | None]] = {
    "available-case": ("people whose outcome is missing are left out", None),
    **BOUNDS,
}


def missing_outcome_bounds(
    group_1: Outcomes,
    group_2: Outcomes,
    *,
    code: str = "OR",
    labels: Sequence[str] | None = None,
    choices: PoolingChoices | None = None,
) -> tuple[MissingOutcomeResult, ...]:
    """Pooled results with missing outcomes left out, and under four extreme assumptions.

    "lowest" and "highest" are the worst and the best case, whichever of the two a low value of
    the measure is; they are wide by construction and mean only that no assumption about missing
    outcomes can lead beyond them.

    Parameters
    ----------
    group_1, group_2
        Outcomes of the two groups.
    code
        Binary measure, with its default zero-cell rule.
    labels
        One per study.
    choices
        How to pool; None for the defaults.

    Returns
    -------
    Results in this order: available-case, no-events, all-events, lowest, highest.

    References
    ----------
    Higgins JPT, White IR, Wood AM. Clin Trials 2008;5:225-239. doi:10.1177/1740774508091600.
    Stata: `metamiss, aca`, `ica0`, `ica1`, `icab`, `icaw`; R metasens: `metamiss()`.
    """
    return missing_outcome_results(Trials(group_1, group_2, labels), Recipe(code, choices))


def missing_outcome_results(trials: Trials, recipe: Recipe) -> tuple[MissingOutcomeResult, ...]:
    """`missing_outcome_bounds` of trials beside estimates that stay as they are.

    Raises
    ------
    UsageError
        For a measure that does not compare events.
    DataError
        For counts that cannot be; `NoEstimate` where one of the assumptions leaves no estimate.
    """
    return tuple(missing_outcome_result(trials, recipe, case) for case in CASES)


def missing_outcome_result(trials: Trials, recipe: Recipe, case: str) -> MissingOutcomeResult:
    """One of the `CASES` of `missing_outcome_results`, which may exist where others do not."""
    entry = measure(recipe.code)
    if entry.family != "binary":
        raise UsageError(f"missing outcomes: {entry.code} does not compare events in two groups.")
    (r1, f1, m1), (r2, f2, m2) = checked_outcomes(trials.group_1, trials.group_2)
    description, shares = CASES[case]
    x1, x2 = shares or (0.0, 0.0)
    lost = 0.0 if shares is None else 1.0
    columns: dict[str, FloatArray] = {
        "events_1": r1 + x1 * m1,
        "n_1": r1 + f1 + lost * m1,
        "events_2": r2 + x2 * m2,
        "n_2": r2 + f2 + lost * m2,
    }
    table = recipe.table(*_with_reported(columns, trials))
    if table.estimates.k == 0:
        reasons = "; ".join(dict.fromkeys(item.reason for item in table.excluded))
        raise NoEstimate(f"missing outcomes, {case}: no study gives an estimate ({reasons}).")
    return MissingOutcomeResult(case, description, table.estimates, recipe.pooled(table))


def _with_reported(
    columns: Mapping[str, FloatArray], trials: Trials
) -> tuple[Mapping[str, FloatArray], Sequence[str] | None]:
    """The columns with those estimates below that stay as they are, and all labels."""
    others = trials.reported
    if others is None:
        return columns, trials.labels
    k = columns["n_1"].size
    longer = {
        name: np.append(values, np.full(others.k, np.nan)) for name, values in columns.items()
    }
    longer["yi"] = np.append(np.full(k, np.nan), others.y)
    longer["vi"] = np.append(np.full(k, np.nan), others.v)
    own = trials.labels or [str(i + 1) for i in range(k)]
    return longer, [*own, *others.labels]


Arms = tuple[tuple[FloatArray, FloatArray, FloatArray], tuple[FloatArray, FloatArray, FloatArray]]


def checked_outcomes(group_1: Outcomes, group_2: Outcomes) -> Arms:
    """Counts of both groups as arrays of one shape (k,), checked."""
    arrays = np.array(as_floats(*group_1, *group_2))
    if arrays.ndim != 2:
        raise DataError("missing outcomes: give one value per study, shape (k,).")
    if not np.all(np.isfinite(arrays)) or np.any(arrays < 0.0):
        study = int(np.argmin((np.isfinite(arrays) & (arrays >= 0.0)).all(axis=0)))
        raise DataError(
            f"missing outcomes: counts must be finite and not negative; those of study {study + 1} "
            "are not. Give the people with the event, without it, and missing; 0 is nobody."
        )
    r1, f1, m1, r2, f2, m2 = arrays
    return (r1, f1, m1), (r2, f2, m2)

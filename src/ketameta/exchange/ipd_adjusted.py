"""Comparisons of arms from individual participant data, adjusted for covariates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ketameta.errors import DataError, UsageError
from ketameta.exchange.ipd_contrasts import reference_arm
from ketameta.exchange.ipd_outcomes import IpdColumns, absent_outcomes, outcome_values
from ketameta.exchange.table import Table, numbers
from ketameta.records.problems import did_you_mean

if TYPE_CHECKING:
    from ketameta.measures.adjusted_difference import AdjustedDifference

Row = dict[str, Any]


def adjusted_contrasts(
    table: Table,
    columns: IpdColumns,
    covariates: Sequence[str],
    *,
    study: str,
    control: str | None = None,
) -> tuple[list[Row], list[str]]:
    """One row per time and arm, with the adjusted difference from the control arm, and notes.

    People without an outcome or without a covariate are left out, which a note says.

    Parameters
    ----------
    table, columns
        As `summarise`, which has refused what cannot be read.
    covariates
        Columns of numbers.
    study
        Label of the study.
    control
        The arm that others are compared with; by default the last one.

    Raises
    ------
    UsageError
        For columns and arms that are not there, and for events.
    DataError
        For covariates that are not numbers, and where nothing can be fitted.
    """
    for name in covariates:
        if name not in table.columns or name in (columns.arm, columns.outcome):
            hint = did_you_mean(name, table.columns)
            raise UsageError(f'--adjust: "{name}" is no column to adjust for. {hint}')
    if columns.event_values:
        raise UsageError("--adjust: is for measurements. Leave out --event-value or --adjust.")
    values = outcome_values(table, columns, absent_outcomes(table, columns))
    read = [_covariate(table, columns, name) for name in covariates]
    arms = table.text(columns.arm)
    times = table.text(columns.time) if columns.time else ("",) * table.size
    names = list(dict.fromkeys(arm for arm in arms if arm))
    reference = reference_arm(names, control, study=study)
    rows: list[Row] = []
    notes: list[str] = []
    for time in dict.fromkeys(times):
        here = [row for row in range(table.size) if times[row] == time and arms[row]]
        known = [row for row in here if values[row] == values[row]]
        whole = [row for row in known if all(one[row] == one[row] for one in read)]
        place = f"{columns.outcome}{f' at {time}' if time else ''}"
        if len(whole) < len(known):
            gone = len(known) - len(whole)
            notes.append(f"{study}: {place}: {gone} with an outcome have no covariate; left out.")
        found = _differences(
            [values[row] for row in whole],
            [arms[row] for row in whole],
            [[one[row] for one in read] for row in whole],
            (reference, f"{study}: {place}"),
        )
        rows += [_row(study, columns.outcome, time, one, covariates) for one in found]
    return rows, notes


def _covariate(table: Table, columns: IpdColumns, name: str) -> list[float]:
    """Numbers of a covariate; what the file declares missing, or is said to be, is NaN."""
    absent = absent_outcomes(table, replace(columns, outcome=name))
    cells = tuple(None if row in absent else cell for row, cell in enumerate(table.columns[name]))
    return numbers(replace(table, columns={name: cells}), [name])[name]


def _differences(
    values: list[float], arms: list[str], covariates: list[list[float]], named: tuple[str, str]
) -> tuple[AdjustedDifference, ...]:
    import numpy as np

    from ketameta.measures.adjusted_difference import adjusted_differences

    control, place = named
    if len(set(arms)) < 2 or control not in arms:
        raise DataError(f"{place}: fewer than two arms have outcome and covariates.")
    try:
        return adjusted_differences(np.array(values), arms, np.array(covariates), control=control)
    except DataError as error:
        raise DataError(f"{place}: {error}") from None


def _row(
    study: str, outcome: str, time: str, found: AdjustedDifference, covariates: Sequence[str]
) -> Row:
    return {
        "study": study,
        "outcome": outcome,
        "time_label": time or None,
        "arm_1": found.arm,
        "arm_2": found.control,
        "n_1": found.n[0],
        "n_2": found.n[1],
        "yi": found.estimate,
        "sei": found.se,
        "df": found.df,
        "adjusted_for": ", ".join(covariates),
    }

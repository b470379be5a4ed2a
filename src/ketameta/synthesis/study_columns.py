"""The studies of an answer as columns, from which any program can make its own estimates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from ketameta.errors import KetametaError
from ketameta.measures.effects import effects
from ketameta.synthesis.answer import StudyRow
from ketameta.synthesis.row_pooling import same_for_all

ARM_NUMBERS = ("events", "n", "mean", "sd")
# A number made again from the arms is the same, up to the order of its sums.
SAME = 1e-9


def study_columns(
    studies: Sequence[StudyRow], code: str, zero_cells: str
) -> dict[str, list[float]]:
    """Columns of the same names as those of users' tables, one value per study; NaN is empty.

    Where the numbers of both sides give the estimate (events_1, n_1, ... mean_2, sd_2), they stand
    there; otherwise the estimate itself stands in yi and vi, as it was reported or worked out.

    Parameters
    ----------
    code
        The measure of the estimates.
    zero_cells
        The rule by which they were made.
    """
    arms = _arm_columns(studies)
    known = _from_arms(code, arms, studies, zero_cells)
    numbers: dict[str, list[float]] = {
        name: np.where(known, values, np.nan).tolist() for name, values in arms.items()
    }
    numbers = {name: values for name, values in numbers.items() if not np.isnan(values).all()}
    numbers["yi"] = np.where(known, np.nan, [row.y for row in studies]).tolist()
    numbers["vi"] = np.where(known, np.nan, [row.v for row in studies]).tolist()
    return numbers


def _arm_columns(studies: Sequence[StudyRow]) -> dict[str, NDArray[np.float64]]:
    sides = ("experimental", "control")
    return {
        f"{name}_{number}": np.array(
            [np.nan if (x := getattr(getattr(row, side), name)) is None else x for row in studies],
            dtype=np.float64,
        )
        for number, side in enumerate(sides, start=1)
        for name in ARM_NUMBERS
    }


def _from_arms(
    code: str,
    arms: Mapping[str, NDArray[np.float64]],
    studies: Sequence[StudyRow],
    zero_cells: str,
) -> NDArray[np.bool_]:
    """Which estimates are those that the numbers of both sides give, (k,)."""
    known = np.zeros(len(studies), dtype=bool)
    for i, row in enumerate(studies):
        columns = {name: [values[i]] for name, values in arms.items() if np.isfinite(values[i])}
        try:
            made = effects(code, columns, zero_cells=zero_cells).estimates
        except KetametaError:  # the measure needs other numbers
            continue
        if made.k:
            # Of groups without a contrast the answer gives 0, whatever was added for the variance.
            alike = row.y == 0.0 and same_for_all(row.experimental, row.control)
            y = row.y if alike else made.y[0]
            known[i] = np.allclose([y, made.v[0]], [row.y, row.v], rtol=SAME, atol=0.0)
    return known

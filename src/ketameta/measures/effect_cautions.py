"""What a reader must know about how the estimates of a table came about."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from ketameta.measures.arguments import cells
from ketameta.measures.catalog import Measure
from ketameta.measures.derived_columns import relevant_columns
from ketameta.measures.estimates import Caution, FloatArray
from ketameta.measures.reported_rows import lopsided
from ketameta.measures.zero_cells import RULES, ZeroCells, rows_to_correct


def zero_cell_caution(
    entry: Measure,
    policy: ZeroCells,
    used: Mapping[str, FloatArray],
    among: NDArray[np.bool_],
    names: Sequence[str],
) -> Iterator[Caution]:
    """Which rule for zero cells touched which rows, if any."""
    counted = cells(entry, used)
    amount = policy.amount(entry.zero_add or 0.0)
    if not counted or amount == 0:
        return
    touched = np.flatnonzero(rows_to_correct(counted, policy, among=among)).tolist()
    if touched:
        yield Caution(
            "zero_cell_correction",
            f"zero cells: rule {policy.rule!r} ({RULES[policy.rule]}), amount {amount:g}; "
            f"touched: {_listed(touched, names)}.",
        )


def source_cautions(
    entry: Measure, used: Mapping[str, FloatArray], rows: Sequence[int], names: Sequence[str]
) -> Iterator[Caution]:
    """Which rows come from a reported estimate, and which of those look wrong."""
    if rows and entry.family != "generic":
        yield Caution(
            "reported_estimate",
            f"{_listed(rows, names)}: the reported estimate was used, because "
            f"{', '.join(entry.columns)} are not all there.",
        )
    skewed = lopsided(entry, used, rows)
    if skewed:
        yield Caution(
            "lopsided_interval",
            f"{_listed(skewed, names)}: the reported estimate lies far from the middle of its "
            f"interval on the {entry.scale} scale. Check the numbers, or the standard error is "
            "wrong.",
        )


def test_cautions(
    entry: Measure,
    from_tests: Mapping[str, list[int]],
    among: NDArray[np.bool_],
    names: Sequence[str],
) -> Iterator[Caution]:
    """Which rows owe their standard deviation to a test statistic."""
    if "sd_change" not in relevant_columns(entry.columns):
        return
    for sources, filled in from_tests.items():
        rows = [row for row in filled if among[row]]
        if rows:
            yield Caution(
                "from_test_statistic",
                f"{_listed(rows, names)}: the standard deviation was worked out from {sources}.",
            )


def _listed(rows: Sequence[int], names: Sequence[str]) -> str:
    return ", ".join(names[row] for row in rows)

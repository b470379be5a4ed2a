"""What a reader must know about how the estimates of a table came about."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ketameta.measures.arguments import cells
from ketameta.measures.catalog import Measure
from ketameta.measures.derived_columns import relevant_columns
from ketameta.measures.estimates import Caution, FloatArray
from ketameta.measures.reported_rows import lopsided
from ketameta.measures.zero_cells import RULES, ZeroCells, rows_to_correct

# Standardised differences beyond this often come from standard errors taken for SDs.
LARGE_SMD = 2.0
_WHAT = {"both": "", "estimate": "only in the estimates; ", "variance": "only in the variances; "}
_COUNTS = (
    *("events_1", "n_1", "events_2", "n_2", "events", "n"),
    *("both", "only_1", "only_2", "neither"),
)
_STANDARDISED = ("SMD", "SMDH", "SMD1", "SMD1H")


@dataclass(frozen=True, slots=True)
class TableRows:
    """The rows of a table: columns used, labels, estimates, and which rows gave one and how."""

    entry: Measure
    used: Mapping[str, FloatArray]
    names: Sequence[str]
    y: FloatArray
    computed: NDArray[np.bool_]
    reported: NDArray[np.bool_]

    def native_row(self, row: int) -> dict[str, float]:
        """The measure's own columns of one row."""
        return {name: float(self.used[name][row]) for name in self.entry.columns}

    def listed(self, rows: Sequence[int]) -> str:
        """Labels of some rows, for a sentence."""
        return ", ".join(self.names[row] for row in rows)


def row_cautions(
    table: TableRows, policy: ZeroCells, from_tests: Mapping[str, list[int]]
) -> Iterator[Caution]:
    """All cautions about the rows of a table.

    Parameters
    ----------
    table
        The rows.
    policy
        The zero-cell rule asked for.
    from_tests
        Sources of standard deviations worked out from test statistics, and their rows.
    """
    yield from _zero_cells(table, policy)
    yield from _fractional(table)
    yield from _reported(table)
    if "sd_change" in relevant_columns(table.entry.columns):
        yield from _from_tests(table, from_tests)
    if table.entry.code in _STANDARDISED:
        yield from _large(table)
    if table.entry.scale == "freeman-tukey":
        yield Caution(
            "freeman_tukey",
            "Freeman-Tukey: there is no right sample size for turning a pooled value back into a "
            "proportion, and results can leave the range of the studies (Schwarzer et al. 2019, "
            "doi:10.1002/jrsm.1348). Use PLO.",
        )


def _zero_cells(table: TableRows, policy: ZeroCells) -> Iterator[Caution]:
    counted = cells(table.entry, table.used)
    amount = policy.amount(table.entry.zero_add or 0.0)
    if not counted or amount == 0:
        return
    touched = np.flatnonzero(rows_to_correct(counted, policy, among=table.computed)).tolist()
    if touched:
        yield Caution(
            "zero_cell_correction",
            f"zero cells: rule {policy.rule!r} ({RULES[policy.rule]}), amount {amount:g}; "
            f"{_WHAT[policy.corrects]}touched: {table.listed(touched)}.",
        )


def average_variance(variance: str | None) -> Iterator[Caution]:
    """A caution where the variance of each row depends on the other rows."""
    if variance in ("AV", "AVHO"):
        yield Caution(
            "average_variance",
            f"variance {variance}: each sampling variance holds an average over all rows, so the "
            "weight of a study depends on which others are in the table. Analyses that leave "
            "studies out keep these variances.",
        )


def _fractional(table: TableRows) -> Iterator[Caution]:
    counts = [table.used[name] for name in table.entry.columns if name in _COUNTS]
    if not counts:
        return
    broken = np.any([values != np.round(values) for values in counts], axis=0)
    rows = np.flatnonzero(table.computed & broken).tolist()
    if rows:
        yield Caution(
            "fractional_counts",
            f"{table.listed(rows)}: counts that are not whole were used as they are, as after "
            "division by the design effect of a cluster trial. Otherwise check the table.",
        )


def _reported(table: TableRows) -> Iterator[Caution]:
    rows = np.flatnonzero(table.reported).tolist()
    if rows and table.entry.family != "generic":
        yield Caution(
            "reported_estimate",
            f"{table.listed(rows)}: the reported estimate was used, because "
            f"{', '.join(table.entry.columns)} are not all there.",
        )
    skewed = lopsided(table.entry, table.used, rows)
    if skewed:
        yield Caution(
            "lopsided_interval",
            f"{table.listed(skewed)}: the reported estimate lies far from the middle of its "
            f"interval on the {table.entry.scale} scale. Check the numbers, or the standard error "
            "is wrong.",
        )


def _from_tests(table: TableRows, from_tests: Mapping[str, list[int]]) -> Iterator[Caution]:
    for sources, filled in from_tests.items():
        rows = [row for row in filled if table.computed[row]]
        if rows:
            yield Caution(
                "from_test_statistic",
                f"{table.listed(rows)}: the standard deviation was worked out from {sources}.",
            )


def _large(table: TableRows) -> Iterator[Caution]:
    rows = np.flatnonzero(table.computed & (np.abs(table.y) > LARGE_SMD)).tolist()
    if rows:
        yield Caution(
            "very_large_smd",
            f"{table.listed(rows)}: more than {LARGE_SMD:g} standard deviations. Check whether "
            "standard errors were taken for standard deviations.",
        )

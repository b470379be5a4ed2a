"""Sampling errors of one cluster as a command was told of them, for the models that use them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ketameta.cli.data_samples import Rows
from ketameta.cli.error_options import ErrorRequest
from ketameta.errors import DataError
from ketameta.exchange.tabular import Table, numbers, read_table
from ketameta.measures.estimates import FloatArray
from ketameta.pooling.multilevel_correlation import STRUCTURES, WithinCorrelation
from ketameta.pooling.multilevel_covariance import (
    DIAGONAL,
    BlockCovariance,
    block_covariance,
    sampling_covariance,
)
from ketameta.pooling.multilevel_groups import Labels

# Covariances on both sides of the diagonal that differ by more are not the same number rounded.
SYMMETRIC = 1e-10


@dataclass(frozen=True, slots=True)
class KnownErrors:
    """Their covariance, None where they are independent; and the rule in words."""

    covariance: BlockCovariance | None
    words: str


def known_errors(
    request: ErrorRequest, rows: Rows, v: FloatArray, cluster: Labels, *, outcome: str | None = None
) -> KnownErrors:
    """What the options say, for the rows with an estimate.

    Parameters
    ----------
    v, cluster
        Sampling variances and clusters of these rows, (k,).
    outcome
        Column of outcomes: with --rho and --phi, rho is between different outcomes only.

    Raises
    ------
    UsageError
        For a correlation out of range, or a file or column that does not exist.
    DataError
        For a matrix that does not fit the rows, or is not positive definite; and for rows of a
        cluster at one time, which nothing tells apart.
    """
    if request.covariance is not None:
        found = _from_table(request.covariance, rows, v, cluster)
        return KnownErrors(found, f"their covariance as in {request.covariance}")
    pattern = _pattern(request, rows, outcome)
    if pattern is None:
        return KnownErrors(None, "independent")
    if pattern.time is not None:
        _refuse_equal_times(request, rows, pattern, cluster)
    parts = [f"rho = {request.rho:g}"] if request.rho is not None else []
    parts += [f"phi = {request.phi:g}"] if request.phi is not None else []
    words = f"{STRUCTURES[pattern.structure]} ({pattern.structure}), {', '.join(parts)}"
    return KnownErrors(sampling_covariance(v, cluster, pattern), words)


def _pattern(request: ErrorRequest, rows: Rows, outcome: str | None) -> WithinCorrelation | None:
    rho, phi = request.rho, request.phi
    if request.time is None:
        return WithinCorrelation("CS", rho) if rho else None
    times = rows.values(request.time)
    if rho is None:
        return WithinCorrelation("CAR", phi=phi, time=times)
    if outcome is None:
        return WithinCorrelation("CS+CAR", rho, phi, times)
    return WithinCorrelation("CS*CAR", rho, phi, times, rows.texts(outcome))


def _refuse_equal_times(
    request: ErrorRequest, rows: Rows, pattern: WithinCorrelation, cluster: Labels
) -> None:
    """DataError for rows of one cluster (and outcome) at one time, whose errors would be equal."""
    assert pattern.time is not None
    outcomes = [None] * len(pattern.time) if pattern.outcome is None else pattern.outcome
    places: dict[tuple[object, ...], list[int]] = {}
    for row, key in enumerate(zip(cluster, pattern.time, outcomes, strict=True)):
        places.setdefault(key, []).append(rows.used[row])
    for (name, time, _), lines in places.items():
        if len(lines) < 2:
            continue
        others = ", ".join(rows.table.place(line) for line in lines[1:])
        same = "--time" if pattern.outcome is None else "--time and --outcome"
        needed = "--outcome COLUMN" if request.rho is not None else "--rho and --outcome COLUMN"
        advice = (
            f"Add {needed}, if they are different outcomes; otherwise"
            if pattern.outcome is None
            else "Correct them, or"
        )
        raise DataError(
            f"{rows.table.where(lines[0])}: cluster {name} has other rows with the same {same} "
            f"({request.time} {time:g}): {others}. Their sampling errors would correlate "
            f"perfectly. {advice} give the covariances with --covariance."
        )


def _from_table(file: Path, rows: Rows, v: FloatArray, cluster: Labels) -> BlockCovariance:
    """The part of a matrix of all rows of the data that belongs to the rows in use."""
    table = read_table(file)
    names = _columns(table, rows.table)
    used = list(rows.used)
    read = numbers(table, names)
    whole = np.column_stack([read[name] for name in names])
    cells = _Cells(table, names, used, whole[np.ix_(used, used)])
    cells.check(v, np.array([str(name) for name in cluster]))
    try:
        return block_covariance(cells.values, cluster)
    except DataError as error:
        raise DataError(f"{table.source}: {error}") from None


def _columns(table: Table, data: Table) -> list[str]:
    """The columns of the matrix; one of labels may stand before them."""
    names = list(table.columns)
    if len(names) == data.size + 1:
        names = names[1:]
    if (table.size, len(names)) != (data.size, data.size):
        raise DataError(
            f"{table.source}: a matrix of {table.size} rows and {len(table.columns)} columns for "
            f"the {data.size} rows of {data.source}. Give one row and one column for each row of "
            "the data, in its order, below a line of names."
        )
    return names


@dataclass(frozen=True, slots=True)
class _Cells:
    """The cells in use, (k, k), and where they stand: row `used[i]`, column `names[used[j]]`."""

    table: Table
    names: list[str]
    used: list[int]
    values: FloatArray

    def check(self, v: FloatArray, cluster: NDArray[np.str_]) -> None:
        """DataError at the first cell that is empty, not mirrored, or does not fit the data."""
        values, mirrored = self.values, self.values.T
        for i, j in np.argwhere(~np.isfinite(values))[:1]:
            raise DataError(
                f"{self._at(i, j)}: there is no number. Fill in the whole matrix, with 0 for "
                "independent errors."
            )
        larger = np.maximum(np.abs(values), np.abs(mirrored))
        for i, j in np.argwhere(np.abs(values - mirrored) > SYMMETRIC * larger)[:1]:
            raise DataError(
                f"{self._at(i, j)}: is {values[i, j]:g}, but the mirrored cell is "
                f"{mirrored[i, j]:g}. A covariance is the same both ways: check both cells."
            )
        for (i,) in np.argwhere(np.abs(np.diag(values) / v - 1.0) > DIAGONAL)[:1]:
            raise DataError(
                f"{self._at(i, i)}: the diagonal is {values[i, i]:.8g}, but the sampling variance "
                f"of this row is {v[i]:.8g}. Give the covariance of these estimates, with all "
                "digits."
            )
        apart = (values != 0.0) & (cluster[:, None] != cluster[None, :])
        for i, j in np.argwhere(apart)[:1]:
            raise DataError(
                f"{self._at(i, j)}: correlates estimates of the clusters {cluster[i]} and "
                f"{cluster[j]}. Estimates that share participants belong to one cluster."
            )

    def _at(self, i: int, j: int) -> str:
        return self.table.cell(self.used[i], self.names[self.used[j]])

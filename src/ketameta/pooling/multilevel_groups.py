"""Estimates in groups: clusters, units within clusters, outcomes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ketameta.errors import DataError
from ketameta.measures.estimates import FloatArray

MISSING = frozenset({"", "nan", "<na>", "nat"})
Labels = Sequence[object] | NDArray[np.generic]
Indices = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Groups:
    """Estimates in groups: position of the group of each estimate, and the groups' names.

    Groups are in the order in which they first appear.
    """

    index: Indices
    labels: tuple[str, ...]

    @property
    def members(self) -> tuple[Indices, ...]:
        """Positions of the estimates of each group."""
        order = np.argsort(self.index, kind="stable")
        return tuple(np.split(order, np.cumsum(np.bincount(self.index))[:-1]))

    def sums(self, columns: FloatArray) -> FloatArray:
        """Sum of the rows of each group, of shape (groups, m); columns of shape (k, m)."""
        out = np.zeros((len(self.labels), columns.shape[1]))
        np.add.at(out, self.index, columns)
        return out


def groups(labels: Labels, k: int, what: str) -> Groups:
    """Groups of k estimates from one label each.

    Raises
    ------
    DataError
        If there are not k labels, or one is missing (None, nan or empty).
    """
    given = list(labels)
    if len(given) != k:
        raise DataError(f"{what}: {len(given)} labels for {k} estimates. Give one per estimate.")
    for row, label in enumerate(given):
        if label is None or str(label).strip().lower() in MISSING:
            raise DataError(
                f"{what}: the label in row {row + 1} is missing. An estimate that stands alone "
                "needs a label of its own."
            )
    names = [str(label) for label in given]
    places = {name: i for i, name in enumerate(dict.fromkeys(names))}
    return Groups(np.array([places[name] for name in names], dtype=np.intp), tuple(places))

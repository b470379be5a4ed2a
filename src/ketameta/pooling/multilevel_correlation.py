"""Assumed correlations of estimates within a cluster."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ketameta.errors import DataError, UsageError
from ketameta.measures.estimates import FloatArray
from ketameta.pooling.multilevel_groups import Indices, Labels

STRUCTURES = {
    "ID": "independent estimates",
    "CS": "the same correlation rho for every pair",
    "CAR": "correlation phi ** |difference in time|",
    "CS+CAR": "rho + (1 - rho) * phi ** |difference in time|",
    "CS*CAR": "rho (if outcomes differ) * phi ** |difference in time|",
}


@dataclass(frozen=True, slots=True)
class WithinCorrelation:
    """How estimates within a cluster are assumed to correlate.

    Attributes
    ----------
    structure
        Code in `STRUCTURES`.
    rho
        Correlation between estimates; one number, or one for each cluster by name.
    phi
        Correlation of estimates one unit of time apart, between 0 and 1.
    time, outcome
        Time point and outcome of each estimate, where the structure needs them.
    """

    structure: str = "CS"
    rho: float | Mapping[str, float] | None = None
    phi: float | Mapping[str, float] | None = None
    time: Sequence[float] | None = None
    outcome: Labels | None = None

    def correlation(self, members: Indices, cluster: str) -> FloatArray:
        """Correlation matrix of the estimates at these positions."""
        code = self.structure.upper().replace(" ", "")
        n = members.size
        if code not in STRUCTURES:
            raise UsageError(
                f"correlation structure: there is none called {self.structure!r}. Known are "
                f"{', '.join(STRUCTURES)}."
            )
        if code == "ID" or n == 1:
            return np.eye(n)
        if code == "CS":
            matrix = np.full((n, n), _value(self.rho, cluster, "rho"))
        else:
            matrix = _value(self.phi, cluster, "phi") ** self._gaps(members)
        if code == "CS+CAR":
            rho = _value(self.rho, cluster, "rho")
            matrix = rho + (1.0 - rho) * matrix
        elif code == "CS*CAR":
            if self.outcome is None:
                raise UsageError("correlation structure CS*CAR: the outcome is needed. Give it.")
            names = np.array([str(name) for name in self.outcome], dtype=object)[members]
            differ = names[:, None] != names[None, :]
            matrix = np.where(differ, _value(self.rho, cluster, "rho"), 1.0) * matrix
        np.fill_diagonal(matrix, 1.0)
        return matrix

    def _gaps(self, members: Indices) -> FloatArray:
        if self.time is None:
            raise UsageError(
                f"correlation structure {self.structure}: time points are needed. Give one per "
                "estimate."
            )
        at = np.asarray(self.time, dtype=np.float64)[members]
        if not np.isfinite(at).all():
            raise DataError("correlation: every time point must be a finite number.")
        return np.asarray(np.abs(at[:, None] - at[None, :]))


def _value(given: float | Mapping[str, float] | None, cluster: str, name: str) -> float:
    value = given.get(cluster) if isinstance(given, Mapping) else given
    if value is None:
        raise UsageError(f"correlation: {name} is needed for cluster {cluster!r}. Give it.")
    low = 0.0 if name == "phi" else -1.0
    if not low <= float(value) < 1.0:
        raise UsageError(
            f"correlation: {name} is {value}; it must be at least {low:g} and below 1."
        )
    return float(value)

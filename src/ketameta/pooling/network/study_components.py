"""One study's contrasts as independent components."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ketameta.errors import DataError
from ketameta.measures.estimates import FloatArray
from ketameta.pooling.network.contrasts import ContrastRows

# Published contrasts are rounded: they may contradict each other by this share of the largest
# standard error of the study, which moves no result that is printed.
TOLERATED = 0.05


class StudyComponents(NamedTuple):
    """Arms in ascending order, components (m - 1,), variances (m - 1,), contrasts (m - 1, m)."""

    arms: tuple[int, ...]
    y: FloatArray
    v: FloatArray
    Z: FloatArray


def study_components(
    study: str, rows: ContrastRows, ends: list[tuple[int, int]], members: list[int]
) -> StudyComponents:
    """Independent components of one study.

    With S the covariance of the arms' effects about their mean, which is -C V C / 2 for the
    matrix V of pairwise variances and the centring matrix C, the eigenvectors of S give contrasts
    with independent errors. The pseudoinverse of S is the study's share in the Laplacian of the
    network; its off-diagonal elements are the reduced weights of graph theory. Adding tau2 to
    every pairwise variance adds tau2 / 2 to every eigenvalue, so contrasts are scaled by sqrt(2).

    References
    ----------
    Rücker G. Res Synth Methods 2012;3:312-324. doi:10.1002/jrsm.1058.
    Rücker G, Schwarzer G. Stat Med 2014;33:4353-4369. doi:10.1002/sim.6236.
    """
    arms = tuple(sorted({end for row in members for end in ends[row]}))
    names = _names(rows, ends, members)
    pairs = [tuple(sorted(ends[row])) for row in members]
    if len(set(pairs)) < len(pairs):
        raise DataError(
            f"{study}: the same comparison stands there twice. Keep one row, or give two "
            "separate trials their own labels."
        )
    size = len(arms)
    if len(pairs) < size * (size - 1) // 2:
        raise DataError(
            f"{study}: it has {size} treatments ({', '.join(names[a] for a in arms)}) and "
            f"{len(pairs)} of the {size * (size - 1) // 2} contrasts between them. Give all: their "
            "variances tell the covariance of the contrasts. `contrasts_from_arms` makes them."
        )
    if size == 2:
        sign = 1.0 if ends[members[0]] == arms else -1.0
        return StudyComponents(
            arms, sign * rows.y[members], rows.v[members], np.array([[1.0, -1.0]])
        )
    effect, variance = _matrices(rows, ends, members, arms)
    centred = effect.mean(axis=1)
    _demand_consistent(study, effect, centred, variance)
    basis = _centred_basis(size)
    values, vectors = np.linalg.eigh(-0.5 * basis.T @ variance @ basis)
    if values[0] <= 10.0 * size * np.finfo(np.float64).eps * values[-1]:
        raise DataError(
            f"{study}: the variances of its contrasts cannot belong to one study (no covariance "
            "matrix fits them). Check them, or make the contrasts from the arms."
        )
    rotation = np.sqrt(2.0) * (basis @ vectors).T
    return StudyComponents(arms, rotation @ centred, 2.0 * values, rotation)


def _names(rows: ContrastRows, ends: list[tuple[int, int]], members: list[int]) -> dict[int, str]:
    names: dict[int, str] = {}
    for row in members:
        names[ends[row][0]] = rows.treatment_1[row]
        names[ends[row][1]] = rows.treatment_2[row]
    return names


def _matrices(
    rows: ContrastRows, ends: list[tuple[int, int]], members: list[int], arms: tuple[int, ...]
) -> tuple[FloatArray, FloatArray]:
    """Contrasts (antisymmetric) and their variances (symmetric), both (m, m)."""
    effect, variance = np.zeros((2, len(arms), len(arms)))
    for row in members:
        i, j = (arms.index(end) for end in ends[row])
        effect[i, j], effect[j, i] = rows.y[row], -rows.y[row]
        variance[i, j] = variance[j, i] = rows.v[row]
    return effect, variance


def _demand_consistent(
    study: str, effect: FloatArray, centred: FloatArray, variance: FloatArray
) -> None:
    gap = float(np.max(np.abs(effect - (centred[:, None] - centred[None, :]))))
    rounding = 16.0 * np.finfo(np.float64).eps * float(np.max(np.abs(effect)))
    if gap > TOLERATED * float(np.sqrt(variance.max())) + rounding:
        raise DataError(
            f"{study}: its contrasts contradict each other (A-B and B-C do not add up to A-C; "
            f"off by {gap:.3g}). Check them, or make the contrasts from the arms."
        )


def _centred_basis(size: int) -> FloatArray:
    """Orthonormal basis of contrasts (Helmert), shape (size, size - 1)."""
    basis = np.zeros((size, size - 1))
    for j in range(1, size):
        basis[:j, j - 1] = 1.0
        basis[j, j - 1] = -j
        basis[:, j - 1] /= np.sqrt(j * (j + 1.0))
    return basis

"""Covariance structures of the random effects of several outcomes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ketameta.measures.estimates import FloatArray
from ketameta.pooling.catalog.method import Catalog, Method, catalog_of


@dataclass(frozen=True, slots=True)
class Structure:
    """A family of covariance matrices G of m outcomes, by unconstrained parameters.

    Every parameter vector gives a positive semi-definite matrix, and those at the edge (a
    variance of 0, a correlation of 1) are reached at finite parameters.

    Attributes
    ----------
    matrix
        Parameters and m to G, (m, m).
    pull_back
        Derivative with respect to G (symmetric, (m, m)) and parameters to the derivative with
        respect to the parameters.
    start
        Standard deviations (m,) and a correlation to parameters near them.
    parameters
        Number of free parameters for m outcomes.
    """

    matrix: Callable[[FloatArray, int], FloatArray]
    pull_back: Callable[[FloatArray, FloatArray], FloatArray]
    start: Callable[[FloatArray, float], FloatArray]
    parameters: Callable[[int], int]


def _triangle(values: FloatArray, m: int) -> FloatArray:
    lower = np.zeros((m, m))
    lower[np.tril_indices(m)] = values
    return lower


def _unstructured(values: FloatArray, m: int) -> FloatArray:
    lower = _triangle(values, m)
    return np.asarray(lower @ lower.T)


def _unstructured_back(slope: FloatArray, values: FloatArray) -> FloatArray:
    m = slope.shape[0]
    return np.asarray((2.0 * slope @ _triangle(values, m))[np.tril_indices(m)])


def _unstructured_start(sd: FloatArray, rho: float) -> FloatArray:
    m = sd.size
    correlation = np.full((m, m), rho)
    np.fill_diagonal(correlation, 1.0)
    root = np.linalg.cholesky(correlation * sd[:, None] * sd[None, :])
    return np.asarray(root[np.tril_indices(m)])


def _diagonal_back(slope: FloatArray, values: FloatArray) -> FloatArray:
    return np.asarray(2.0 * values * np.diag(slope))


def _compound(values: FloatArray, m: int) -> FloatArray:
    """Squared parameters: variance of the mean of the outcomes (times m), and of the rest."""
    mean = np.full((m, m), 1.0 / m)
    return np.asarray(values[0] ** 2 * mean + values[1] ** 2 * (np.eye(m) - mean))


def _compound_back(slope: FloatArray, values: FloatArray) -> FloatArray:
    along = float(slope.mean() * slope.shape[0])
    return np.array([2.0 * values[0] * along, 2.0 * values[1] * (np.trace(slope) - along)])


def _compound_start(sd: FloatArray, rho: float) -> FloatArray:
    m, variance = sd.size, float(np.mean(sd * sd))
    return np.sqrt(variance * np.array([1.0 + (m - 1.0) * rho, 1.0 - rho]))


def _common_correlation(values: FloatArray, m: int) -> float:
    """From the last two parameters, a point whose direction alone counts: -1/(m-1) to 1."""
    along, across = values[m:] ** 2
    return float(1.0 - m / max(m - 1.0, 1.0) * across / (along + across)) if m > 1 else 0.0


def _equicorrelated(rho: float, m: int) -> FloatArray:
    return np.asarray(rho * np.ones((m, m)) + (1.0 - rho) * np.eye(m))


def _heterogeneous(values: FloatArray, m: int) -> FloatArray:
    """Absolute standard deviations: with signs of their own, correlations would have them too."""
    sd = np.abs(values[:m])
    rho = _common_correlation(values, m)
    return np.asarray(sd[:, None] * _equicorrelated(rho, m) * sd[None, :])


def _heterogeneous_back(slope: FloatArray, values: FloatArray) -> FloatArray:
    m = slope.shape[0]
    sd, (p, q) = np.abs(values[:m]), values[m:]
    by_sd = (slope * _equicorrelated(_common_correlation(values, m), m)) @ sd
    by_rho = float(sd @ slope @ sd - np.diag(slope) @ (sd * sd)) if m > 1 else 0.0
    turn = 2.0 * m / max(m - 1.0, 1.0) * p * q / (p * p + q * q) ** 2 * by_rho
    return np.concatenate([np.copysign(2.0, values[:m]) * by_sd, [turn * q, -turn * p]])


def _heterogeneous_start(sd: FloatArray, rho: float) -> FloatArray:
    m, size = sd.size, float(np.sqrt(np.mean(sd * sd)))
    share = (1.0 + (m - 1.0) * rho) / m
    return np.concatenate([sd, [size * np.sqrt(share), size * np.sqrt(1.0 - share)]])


def _identity_back(slope: FloatArray, values: FloatArray) -> FloatArray:
    return np.array([2.0 * values[0] * np.trace(slope)])


STRUCTURES: Catalog[Structure] = catalog_of(
    Method(
        "UN",
        "unstructured",
        "The default: a variance for each outcome and a correlation for each pair.",
        "Jackson, Riley and White 2011",
        "10.1002/sim.4172",
        Structure(
            _unstructured, _unstructured_back, _unstructured_start, lambda m: m * (m + 1) // 2
        ),
    ),
    Method(
        "CS",
        "compound symmetric",
        "One variance and one correlation.",
        "Jackson, Riley and White 2011",
        "10.1002/sim.4172",
        Structure(_compound, _compound_back, _compound_start, lambda m: 2),
    ),
    Method(
        "HCS",
        "heteroscedastic compound symmetric",
        "A variance for each outcome and one correlation.",
        "Jackson, Riley and White 2011",
        "10.1002/sim.4172",
        Structure(_heterogeneous, _heterogeneous_back, _heterogeneous_start, lambda m: m + (m > 1)),
    ),
    Method(
        "DIAG",
        "diagonal",
        "A variance for each outcome, true effects uncorrelated.",
        "Jackson, Riley and White 2011",
        "10.1002/sim.4172",
        Structure(
            lambda values, m: np.diag(values**2),
            _diagonal_back,
            lambda sd, rho: sd,
            lambda m: m,
        ),
    ),
    Method(
        "ID",
        "one variance",
        "One variance, true effects uncorrelated.",
        "Jackson, Riley and White 2011",
        "10.1002/sim.4172",
        Structure(
            lambda values, m: values[0] ** 2 * np.eye(m),
            _identity_back,
            lambda sd, rho: np.array([np.sqrt(np.mean(sd * sd))]),
            lambda m: 1,
        ),
    ),
)

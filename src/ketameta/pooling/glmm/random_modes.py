"""The likeliest random effects of each study, and how far around them the integrand reaches."""

from __future__ import annotations

import numpy as np

from ketameta.errors import ConvergenceError
from ketameta.measures.estimates import FloatArray
from ketameta.pooling.glmm.design import Design, Parameters, predictor

MAX_STEPS = 200
MODE_TOLERANCE = 1e-6
ROUNDING = 1e-9
SHORTEST_STEP = 2.0**-30
# exp(-40) is nothing beside 1. The log density falls at least like -z^2 / 2 from its mode, so
# that 9 standard deviations of the random effect are always enough.
NOTHING, FARTHEST = -40.0, 9.0
PROBES = 10


def modes(design: Design, at: Parameters, start: FloatArray) -> tuple[FloatArray, FloatArray]:
    """The likeliest random effects, shape (k, d), and the curvature there, (k, d, d).

    The log density is concave with curvature at least 1, so that damped Newton steps climb to
    its only maximum.

    Raises
    ------
    ConvergenceError
        When they do not get there.
    """
    z = start
    value, slope, precision = _density(design, at, z)
    if design.d == 0:
        return z, precision
    for _ in range(MAX_STEPS):
        step = np.linalg.solve(precision, slope[..., None])[..., 0]
        if np.all(np.abs(step) <= MODE_TOLERANCE * (1.0 + np.abs(z))):
            # One step more, as the last was short, reaches rounding error.
            z = z + step
            return z, _density(design, at, z)[2]
        share = np.ones(design.k)
        while True:
            trial = z + share[:, None] * step
            new_value, new_slope, new_precision = _density(design, at, trial)
            worse = ~(new_value >= value - ROUNDING * (1.0 + np.abs(value)))
            if not worse.any() or share[worse].max() < SHORTEST_STEP:
                break
            share = np.where(worse, 0.5 * share, share)
        z, value, slope, precision = trial, new_value, new_slope, new_precision
    raise ConvergenceError(
        "mixed model: the likeliest random effects were not found. Please report these data."
    )


def reaches(
    design: Design, at: Parameters, centre: FloatArray, axes: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """How far the integrand reaches along each axis, down and up, as arsinh of the distance.

    Parameters
    ----------
    centre
        Modes, shape (k, d).
    axes
        Columns are the unit steps of the axes, shape (k, d, d).

    Returns
    -------
    Two arrays of shape (k, d).
    """
    most = np.arcsinh(FARTHEST / np.sqrt((axes**2).sum(axis=1)))
    found = []
    top = log_density(design, at, centre[:, None, :])
    for sign in (-1.0, 1.0):
        reach = np.empty((design.k, design.d))
        for axis in range(design.d):
            t = most[:, axis, None] * (np.arange(1, PROBES + 1) / PROBES)
            z = centre[:, None, :] + sign * np.sinh(t)[:, :, None] * axes[:, None, :, axis]
            gone = log_density(design, at, z) - top < NOTHING
            first = np.where(gone.any(axis=1), gone.argmax(axis=1), PROBES - 1)
            reach[:, axis] = np.take_along_axis(t, first[:, None], axis=1)[:, 0]
        found.append(reach)
    return found[0], found[1]


def log_density(design: Design, at: Parameters, z: FloatArray) -> FloatArray:
    """Joint log density of data and random effects z (k, n, d), but for constants; (k, n)."""
    value = -0.5 * (z * z).sum(axis=2)
    for arm, cells in enumerate(design.cells):
        value = value + cells(predictor(design, at, arm, z)).value
    return np.asarray(value)


def _density(
    design: Design, at: Parameters, z: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Log density of the random effects up to a constant, its slope, and minus its curvature."""
    value = -0.5 * (z * z).sum(axis=1)
    slope = -z
    precision = np.tile(np.eye(design.d), (design.k, 1, 1))
    for arm, cells in enumerate(design.cells):
        found = cells(predictor(design, at, arm, z[:, None, :]))
        loading = design.random[arm] * at.sigma
        value = value + found.value[:, 0]
        slope = slope + found.first * loading
        precision = precision - found.second[:, :, None] * np.outer(loading, loading)
    return value, slope, precision

"""Newton's method for a maximum within a box, damped so that every step goes uphill."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ketameta.measures.estimates import FloatArray

Objective = Callable[[FloatArray], tuple[float, FloatArray, FloatArray]]

MAX_STEPS = 300
# The gain a Newton step promises, below which the maximum is reached to all printed digits.
SMALLEST_GAIN = 1e-13
# Curvatures smaller than this share of the largest are taken as this large.
FLATTEST = 1e-12
# Below it a coordinate has no curvature to take a unit from.
SMALLEST_CURVATURE = 1e-100


@dataclass(frozen=True, slots=True)
class Box:
    """Bounds of the coordinates, and the longest step each may take at once."""

    low: FloatArray
    high: FloatArray
    longest: FloatArray


@dataclass(frozen=True, slots=True)
class BoxMaximum:
    """A maximum; `settled` is False where the steps ran out before it was reached."""

    x: FloatArray
    value: float
    settled: bool


def box_maximum(objective: Objective, start: FloatArray, box: Box) -> BoxMaximum:
    """Maximum of a function given with gradient and Hessian, from one start.

    Coordinates that press against their bound are held there; among the others the Hessian, each
    coordinate in units of its own curvature, is made negative definite and damped, and the
    damping is lowered while steps succeed.
    """
    x = np.clip(start, box.low, box.high)
    value, gradient, hessian = objective(x)
    damping = 1e-3
    for _ in range(MAX_STEPS):
        if not np.all(np.isfinite(hessian)):
            return BoxMaximum(x, value, False)
        held = ((x <= box.low) & (gradient <= 0.0)) | ((x >= box.high) & (gradient >= 0.0))
        free = ~held
        if not free.any():
            return BoxMaximum(x, value, True)
        step, gain = _step(gradient[free], hessian[np.ix_(free, free)], damping)
        step *= min(1.0, float(np.min(box.longest[free] / np.maximum(np.abs(step), 1e-300))))
        trial = x.copy()
        trial[free] = np.clip(x[free] + step, box.low[free], box.high[free])
        found = objective(trial)
        if gain <= SMALLEST_GAIN * (1.0 + abs(value)):
            # The last step doubles the correct digits; the value cannot show it any more.
            close = bool(found[0] >= value - 1e-10 * (1.0 + abs(value)))
            return BoxMaximum(trial, found[0], True) if close else BoxMaximum(x, value, True)
        if np.isfinite(found[0]) and found[0] > value:
            x, (value, gradient, hessian) = trial, found
            damping = damping / 10.0 if damping > 1e-12 else 0.0
        elif damping > 1e12:
            return BoxMaximum(x, value, gain <= 1e-9 * (1.0 + abs(value)))
        else:
            damping = 4.0 * damping + 1e-8
    return BoxMaximum(x, value, False)


def _step(gradient: FloatArray, hessian: FloatArray, damping: float) -> tuple[FloatArray, float]:
    """Damped Newton step and the gain it promises without damping."""
    curvature = np.abs(np.diag(hessian))
    unit = 1.0 / np.sqrt(np.where(curvature > SMALLEST_CURVATURE, curvature, 1.0))
    values, vectors = np.linalg.eigh(-hessian * np.outer(unit, unit))
    along = vectors.T @ (unit * gradient)
    steep = np.maximum(np.abs(values), FLATTEST * max(1.0, float(np.abs(values).max())))
    gain = 0.5 * float(np.sum(along**2 / steep))
    return unit * (vectors @ (along / (steep + damping))), gain

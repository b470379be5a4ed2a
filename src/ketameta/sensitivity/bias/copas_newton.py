"""`box_maximum` for many starts at once: each climbs by its own damped Newton steps."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ketameta.measures.estimates import FloatArray
from ketameta.sensitivity.bias.copas_derivatives import CopasObjective
from ketameta.sensitivity.bias.selection.box_newton import (
    FLATTEST,
    MAX_STEPS,
    SMALLEST_CURVATURE,
    SMALLEST_GAIN,
    Box,
)


@dataclass(slots=True)
class _Climb:
    """Members that are still on their way; arrays with a row for each."""

    place: NDArray[np.intp]
    x: FloatArray
    value: FloatArray
    gradient: FloatArray
    hessian: FloatArray
    damping: FloatArray

    def keep(self, rows: NDArray[np.bool_]) -> None:
        """Only these rows."""
        for name in self.__slots__:
            setattr(self, name, getattr(self, name)[rows])


def box_maxima(
    objective: CopasObjective, start: FloatArray, box: Box
) -> tuple[FloatArray, FloatArray]:
    """Where each start, (n, 4), leads in its box, and the value there, nan if to no maximum.

    Coordinates whose bounds are equal stay where they are.
    """
    x = np.clip(start, box.low, box.high)
    best, values = x.copy(), np.full(len(x), np.nan)
    climb = _Climb(np.arange(len(x)), x, *objective(x), np.full(len(x), 1e-3))
    climb.keep(np.asarray(np.isfinite(climb.hessian).all(axis=(1, 2))))
    for _ in range(MAX_STEPS):
        if not climb.place.size:
            break
        low, high = box.low[climb.place], box.high[climb.place]
        step, gain = _steps(climb, _free(climb, low, high))
        step *= np.min(box.longest / np.maximum(np.abs(step), box.longest), axis=1, keepdims=True)
        trial = np.clip(climb.x + step, low, high)
        found = objective.take(climb.place)(trial)
        scale = 1.0 + np.abs(climb.value)
        with np.errstate(invalid="ignore"):
            last, up = gain <= SMALLEST_GAIN * scale, found[0] > climb.value
            # The last step doubles the correct digits; the value cannot show it any more.
            moved = np.where(last, found[0] >= climb.value - 1e-10 * scale, up)
        moved &= np.isfinite(found[2]).all(axis=(1, 2))
        climb.x[moved] = trial[moved]
        for old, new in zip((climb.value, climb.gradient, climb.hessian), found, strict=True):
            old[moved] = new[moved]
        best[climb.place] = climb.x
        stuck = ~moved & (climb.damping > 1e12)
        settled = last | (stuck & (gain <= 1e-9 * scale))
        values[climb.place[settled]] = climb.value[settled]
        less = np.where(climb.damping > 1e-12, climb.damping / 10.0, 0.0)
        climb.damping = np.where(moved, less, 4.0 * climb.damping + 1e-8)
        climb.keep(~(last | stuck))
    return best, values


def _free(climb: _Climb, low: FloatArray, high: FloatArray) -> NDArray[np.bool_]:
    """Coordinates that do not press against a bound."""
    held = (climb.x <= low) & (climb.gradient <= 0.0)
    return np.asarray(~(held | ((climb.x >= high) & (climb.gradient >= 0.0))))


def _steps(climb: _Climb, free: NDArray[np.bool_]) -> tuple[FloatArray, FloatArray]:
    """Damped Newton steps, and the gain each promises without damping; see `box_newton`."""
    both = free[:, :, None] & free[:, None, :]
    bent = np.where(both, -climb.hessian, np.eye(free.shape[1]))
    curvature = np.abs(np.diagonal(bent, axis1=1, axis2=2))
    unit = 1.0 / np.sqrt(np.where(curvature > SMALLEST_CURVATURE, curvature, 1.0))
    values, vectors = np.linalg.eigh(bent * unit[:, :, None] * unit[:, None, :])
    scaled = np.where(free, unit * climb.gradient, 0.0)
    along = np.einsum("nij,ni->nj", vectors, scaled)
    largest = np.abs(values).max(axis=1, keepdims=True)
    steep = np.maximum(np.abs(values), FLATTEST * np.maximum(1.0, largest))
    gain = 0.5 * np.sum(along**2 / steep, axis=1)
    step = np.einsum("nij,nj->ni", vectors, along / (steep + climb.damping[:, None]))
    return np.where(free, unit * step, 0.0), gain

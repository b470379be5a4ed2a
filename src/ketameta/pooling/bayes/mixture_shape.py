"""Where the mass of normal mixtures lies: a grid over it, and the mode."""

from __future__ import annotations

import numpy as np
from scipy.special import expit, ndtri

from ketameta.measures.estimates import FloatArray
from ketameta.pooling.bayes.normal_mixture import NormalMixtures
from ketameta.pooling.bayes.shortest_interval import EDGE
from ketameta.pooling.roots import bracketed_roots

# Each normal is stood in for by so many of its quantiles; enough to place a grid.
POINTS = 11
OFFSETS = ndtri((np.arange(POINTS) + 0.5) / POINTS)
LEVELS = expit(np.linspace(-9.0, 9.0, 63))
LIGHT_WEIGHT = 1e-6
ZOOMS, FINE = 3, 17


def covering_grid(mixtures: NormalMixtures) -> FloatArray:
    """Increasing x, shape (b, 65), dense where the probability is, from end to end."""
    heavy = mixtures.weight > LIGHT_WEIGHT * mixtures.weight.max()
    mean, sd = mixtures.mean[:, heavy], mixtures.sd[:, heavy]
    points = (mean[:, :, None] + sd[:, :, None] * OFFSETS).reshape(len(mean), -1)
    share = np.repeat(mixtures.weight[heavy], POINTS)
    order = np.argsort(points, axis=1)
    grid = np.empty((len(mean), LEVELS.size + 2))
    for row, by_size in enumerate(order):
        reached = np.cumsum(share[by_size])
        grid[row, 1:-1] = np.interp(LEVELS * reached[-1], reached, points[row, by_size])
    ends = mixtures.quantiles(np.tile([EDGE, 1.0 - EDGE], (len(mean), 1)))
    grid[:, 0], grid[:, -1] = ends[:, 0], ends[:, 1]
    return np.maximum.accumulate(np.minimum(grid, ends[:, 1:]), axis=1)


def modes(mixtures: NormalMixtures, grid: FloatArray) -> FloatArray:
    """Where each density is highest, shape (b,)."""
    pick = np.arange(len(grid))
    for _ in range(ZOOMS):
        at = np.argmax(mixtures.density(grid), axis=1)
        best = grid[pick, at]
        low = grid[pick, np.maximum(at - 1, 0)]
        high = grid[pick, np.minimum(at + 1, grid.shape[1] - 1)]
        grid = np.linspace(low, high, FINE, axis=1)
    slopes = mixtures.density_slope(np.stack([low, high], axis=1))
    falling = (slopes[:, 0] > 0.0) & (slopes[:, 1] < 0.0)

    def slope(x: FloatArray) -> FloatArray:
        inside = np.where(falling, x, best)
        return np.where(falling, mixtures.density_slope(inside[:, None])[:, 0], 0.0)

    return np.where(falling, bracketed_roots(slope, low, high), best)

"""The tetrachoric correlation: two normal variables, each of which somebody cut into two."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtr, ndtri

from ketameta.measures import fisher
from ketameta.measures.arms import Counts, where_valid
from ketameta.measures.binary import fourfold_table
from ketameta.measures.estimates import FloatArray
from ketameta.measures.zero_cells import DEFAULT, ZeroCells

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(120)
# Halvings of an interval of length π until only rounding is left.
_HALVINGS = 60


@np.errstate(all="ignore")
def tetrachoric_correlation(
    group_1: Counts, group_2: Counts, *, zero_cells: ZeroCells = DEFAULT
) -> tuple[FloatArray, FloatArray]:
    """Correlation of the bivariate normal distribution whose four quadrants are the table.

    With P(x < h) and P(y < k) the margins, r solves Φ₂(h, k; r) = a/n. The variance is that of
    the maximum likelihood estimate, by the delta method over the four cells of one sample:
    with A = Φ((k - rh)/√(1-r²)) and B = Φ((h - rk)/√(1-r²)), that of the scores
    1 - A - B, -A, -B and 0 of cells a, b, c, d, over n φ₂(h, k; r)².

    A zero cell makes r -1 or 1 without a variance, so such tables are left out unless an amount
    to add is named. Reproduces ``escalc(measure="RTET")``, whose optimiser stops at about 1e-5;
    here r is exact to about 1e-13.

    References
    ----------
    Pearson (1900), doi:10.1098/rsta.1900.0022; Kirk (1973), doi:10.1007/BF02291118
    """
    t = fourfold_table(group_1, group_2, zero_cells, add=0.0, ratio=True)
    n = t.a + t.b + t.c + t.d
    h, k = ndtri((t.a + t.b) / n), ndtri((t.a + t.c) / n)
    inside = t.valid & (t.a > 0) & (t.b > 0) & (t.c > 0) & (t.d > 0)
    angle = _angle(np.where(inside, h, 0.0), np.where(inside, k, 0.0), np.where(inside, t.a / n, 0))
    r, root = np.sin(angle), np.cos(angle)
    along, across = ndtr((k - r * h) / root), ndtr((h - r * k) / root)
    scores = (1 - along - across, -along, -across)
    shares = (t.a / n, t.b / n, t.c / n)
    mean = sum(p * x for p, x in zip(shares, scores, strict=True))
    square = sum(p * x**2 for p, x in zip(shares, scores, strict=True))
    density = _density(h, k, angle) / root
    v = (square - mean**2) / (n * density**2)
    return where_valid(np.asarray(inside), r, np.asarray(v))


def fisher_z_of_tetrachoric(
    group_1: Counts, group_2: Counts, *, zero_cells: ZeroCells = DEFAULT
) -> tuple[FloatArray, FloatArray]:
    """Fisher's z of the tetrachoric correlation. ``escalc(measure="ZTET")``, metafor 4."""
    return fisher.transformed(*tetrachoric_correlation(group_1, group_2, zero_cells=zero_cells))


def _density(h: FloatArray, k: FloatArray, angle: FloatArray) -> FloatArray:
    """d Φ₂(h, k; sin θ)/dθ."""
    distance = (h**2 + k**2 - 2 * h * k * np.sin(angle)) / np.cos(angle) ** 2
    return np.asarray(np.exp(-distance / 2) / (2 * np.pi))


def _quadrant(h: FloatArray, k: FloatArray, angle: FloatArray) -> FloatArray:
    """Φ₂(h, k; sin θ): the integral of its slope from 0, where it is Φ(h) Φ(k)."""
    half = (angle / 2)[..., None]
    slope = _density(h[..., None], k[..., None], half * (1 + _NODES))
    return np.asarray(ndtr(h) * ndtr(k) + (slope * _WEIGHTS * half).sum(axis=-1))


def _angle(h: FloatArray, k: FloatArray, share: FloatArray) -> FloatArray:
    """θ with Φ₂(h, k; sin θ) = share, by halving: Φ₂ rises with θ."""
    low, high = np.full(h.shape, -np.pi / 2), np.full(h.shape, np.pi / 2)
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        below = _quadrant(h, k, middle) < share
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    return np.asarray((low + high) / 2)

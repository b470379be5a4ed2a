"""The (restricted) likelihood of a three-level model, in closed form for each cluster."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ketameta.measures.estimates import FloatArray
from ketameta.pooling.intercept_batch import LOG_2PI
from ketameta.pooling.multilevel_rows import ClusteredRows


@dataclass(frozen=True, slots=True)
class ThreeLevelPoint:
    """(Restricted) log-likelihood at the variance components, profiled over the coefficients.

    `gradient` (2,) and `hessian` (2, 2) are with respect to sigma2_between, sigma2_within.
    """

    sigma2: FloatArray
    log_likelihood: float
    gradient: FloatArray
    hessian: FloatArray


@dataclass(frozen=True, slots=True)
class _Sums:
    """Sums at one sigma2_within, with what sigma2_between does not change.

    For M = diag(d) + sigma2_between cc' in each cluster: w = 1 / d, `n` = c'Wc, `mean` = c'Wa / n
    by cluster, `left` = a - c mean, `within` = left'W left, `log_d` = sum of log d.
    """

    w: FloatArray
    n: FloatArray
    mean: FloatArray
    left: FloatArray
    within: FloatArray
    log_d: float


def _sums(rows: ClusteredRows, within: float) -> _Sums:
    d = rows.d + within * rows.e
    w = 1.0 / d
    wc = w * rows.c
    n = rows.by_cluster(wc * rows.c)
    mean = rows.by_cluster(wc[:, None] * rows.a) / n[:, None]
    left = rows.a - rows.c[:, None] * mean[rows.owner]
    return _Sums(w, n, mean, left, left.T @ (w[:, None] * left), float(np.log(d).sum()))


def grid_values(
    rows: ClusteredRows, between: FloatArray, within: FloatArray, *, restricted: bool
) -> FloatArray:
    """Log-likelihood on a grid, (len(between), len(within)).

    sigma2_between enters only through one weight for each cluster, so a row of the grid costs
    little more than one point.
    """
    out = np.empty((between.size, within.size))
    for j, value in enumerate(within):
        sums = _sums(rows, float(value))
        weight = sums.n / (1.0 + between[:, None] * sums.n)
        gram = sums.within + np.einsum("gj,jp,jq->gpq", weight, sums.mean, sums.mean, optimize=True)
        log_det = sums.log_d + rows.log_det + np.log1p(between[:, None] * sums.n).sum(axis=1)
        out[:, j] = _value(rows, gram, log_det, restricted=restricted)
    return out


def _value(
    rows: ClusteredRows, gram: FloatArray, log_det: FloatArray, *, restricted: bool
) -> FloatArray:
    p = rows.p
    xx, xy, yy = gram[..., :p, :p], gram[..., :p, p], gram[..., p, p]
    rss = yy - np.einsum("...p,...p->...", xy, np.linalg.solve(xx, xy[..., None])[..., 0])
    value = -0.5 * (rows.k * LOG_2PI + log_det + np.maximum(rss, 0.0))
    if restricted:
        value += 0.5 * (p * LOG_2PI - np.linalg.slogdet(xx)[1])
    return np.asarray(value)


def evaluate(rows: ClusteredRows, sigma2: FloatArray, *, restricted: bool) -> ThreeLevelPoint:
    """Log-likelihood with exact first and second derivatives.

    With D_a the derivative of M by component a and Z = M^-1 A: the Gram matrix A'M^-1 A has
    derivatives -Z'D_a Z and Z'(D_a M^-1 D_b + D_b M^-1 D_a)Z, log |M| has tr(M^-1 D_a) and
    -tr(M^-1 D_a M^-1 D_b). All reduce to sums over rows and clusters.
    """
    between, within = float(sigma2[0]), float(sigma2[1])
    sums, p, e, c = _sums(rows, within), rows.p, rows.e, rows.c
    w, n = sums.w, sums.n
    shrink = 1.0 / (1.0 + between * n)
    b, g = n * shrink, between * shrink
    gram = sums.within + sums.mean.T @ (b[:, None] * sums.mean)
    z = w[:, None] * (sums.left + (c[:, None] * (shrink[:, None] * sums.mean)[rows.owner]))
    t = b[:, None] * sums.mean
    ze = e[:, None] * z
    h = rows.by_cluster((w * c)[:, None] * ze)
    first = np.array([-(t.T @ t), -(z.T @ ze)])
    second = np.empty((2, 2, p + 1, p + 1))
    second[0, 0] = 2.0 * (t.T @ (b[:, None] * t))
    cross = t.T @ (shrink[:, None] * h)
    second[0, 1] = second[1, 0] = cross + cross.T
    second[1, 1] = 2.0 * (ze.T @ (w[:, None] * ze) - h.T @ (g[:, None] * h))
    c2w = c * c * w
    own = w * (shrink[rows.owner] + g[rows.owner] * (n[rows.owner] - c2w))
    n2 = rows.by_cluster(e * c2w * w)
    log_first = np.array([b.sum(), (e * own).sum()])
    ee = (e * w * w).sum() - 2.0 * (g * rows.by_cluster(e * c2w * w * w)).sum()
    log_cross = -(n2 * shrink * shrink).sum()
    log_second = np.array(
        [[-(b * b).sum(), log_cross], [log_cross, -(ee + (g * n2 * g * n2).sum())]]
    )
    log_det = np.asarray(sums.log_d + rows.log_det + np.log1p(between * n).sum())
    value = float(_value(rows, gram, log_det, restricted=restricted))
    gradient, hessian = _profiled(gram, first, second, restricted=restricted)
    return ThreeLevelPoint(
        np.array([between, within]),
        value,
        gradient - 0.5 * log_first,
        hessian - 0.5 * log_second,
    )


def _profiled(
    gram: FloatArray, first: FloatArray, second: FloatArray, *, restricted: bool
) -> tuple[FloatArray, FloatArray]:
    """Derivatives of -(RSS + log |X'M^-1 X|) / 2 from those of the Gram matrix."""
    p = gram.shape[0] - 1
    inverse = np.linalg.inv(gram[:p, :p])
    r = np.append(-(inverse @ gram[:p, p]), 1.0)
    moved = first @ r
    gradient = moved @ r
    hessian = np.einsum("abpq,p,q->ab", second, r, r)
    hessian -= 2.0 * moved[:, :p] @ inverse @ moved[:, :p].T
    if restricted:
        turned = inverse @ first[:, :p, :p]
        gradient = gradient + np.trace(turned, axis1=1, axis2=2)
        hessian += np.einsum("pq,abqp->ab", inverse, second[:, :, :p, :p])
        hessian -= np.einsum("apq,bqp->ab", turned, turned)
    return -0.5 * gradient, -0.5 * hessian

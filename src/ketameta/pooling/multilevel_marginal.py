"""The marginal covariance of effects in clusters: solving with it, whitening, single blocks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from ketameta.measures.estimates import FloatArray
from ketameta.pooling.multilevel_groups import Groups, Indices


class Marginal(Protocol):
    """Covariance of the effects, independent between clusters."""

    @property
    def cluster(self) -> Groups:
        """Clusters of the effects."""
        ...

    def whiten(self, columns: FloatArray) -> FloatArray:
        """L^-1 columns for some L with L L' = covariance; columns (k, m)."""
        ...

    def solve(self, columns: FloatArray) -> FloatArray:
        """Inverse covariance times columns, (k, m)."""
        ...

    def block(self, members: Indices) -> FloatArray:
        """Covariance of the effects at these positions."""
        ...

    def information(self, part: Groups) -> FloatArray:
        """Sum of the inverse covariance over each part of a cluster, by part."""
        ...


@dataclass(frozen=True, slots=True)
class RankOneMarginal:
    """diag(d) + between 11' in each cluster; d of shape (k,)."""

    cluster: Groups
    d: FloatArray
    between: float

    def whiten(self, columns: FloatArray) -> FloatArray:
        """See `Marginal`: the mean of each cluster is shrunk, what is left of it kept."""
        w, owner = (1.0 / self.d)[:, None], self.cluster.index
        n = self.cluster.sums(w)
        mean = (self.cluster.sums(w * columns) / n)[owner]
        left = columns - mean
        left[np.bincount(owner)[owner] == 1] = 0.0
        shrink = (1.0 / np.sqrt(1.0 + self.between * n))[owner]
        return np.asarray(np.sqrt(w) * (left + shrink * mean))

    def solve(self, columns: FloatArray) -> FloatArray:
        """See `Marginal`."""
        w = (1.0 / self.d)[:, None]
        n = self.cluster.sums(w)
        mean = self.cluster.sums(w * columns) / n
        kept = mean / (1.0 + self.between * n)
        return np.asarray(w * (columns - (mean - kept)[self.cluster.index]))

    def block(self, members: Indices) -> FloatArray:
        """See `Marginal`."""
        owner = self.cluster.index[members]
        same = owner[:, None] == owner[None, :]
        return np.asarray(np.diag(self.d[members]) + self.between * same)

    def information(self, part: Groups) -> FloatArray:
        """See `Marginal`."""
        w = 1.0 / self.d
        sums = np.bincount(part.index, weights=w)
        n = self.cluster.sums(w[:, None])[:, 0]
        owner = np.empty(sums.size, dtype=np.intp)
        owner[part.index] = self.cluster.index
        shrink = 1.0 / (1.0 + self.between * n[owner])
        return np.asarray(sums * shrink * (1.0 + self.between * (n[owner] - sums)))


@dataclass(frozen=True, slots=True)
class NestedMarginal:
    """`units`, which are independent of each other, plus between 11' in each cluster of them."""

    cluster: Groups
    units: RankOneMarginal
    between: float

    def whiten(self, columns: FloatArray) -> FloatArray:
        """See `Marginal`: the units first, then the one direction left in each cluster."""
        white, owner = self.units.whiten(columns), self.cluster.index
        ones = self.units.whiten(np.ones((owner.size, 1)))
        n = self.cluster.sums(ones * ones)
        along = (self.cluster.sums(ones * white) / n)[owner]
        shrink = (1.0 / np.sqrt(1.0 + self.between * n))[owner]
        return np.asarray((white - ones * along) + shrink * ones * along)

    def solve(self, columns: FloatArray) -> FloatArray:
        """See `Marginal`."""
        owner = self.cluster.index
        solved, ones = self.units.solve(columns), self.units.solve(np.ones((owner.size, 1)))
        n = self.cluster.sums(ones)
        mean = (self.cluster.sums(solved) / n)[owner]
        kept = mean / (1.0 + self.between * n[owner])
        return np.asarray((solved - ones * mean) + ones * kept)

    def block(self, members: Indices) -> FloatArray:
        """See `Marginal`."""
        owner = self.cluster.index[members]
        same = owner[:, None] == owner[None, :]
        return np.asarray(self.units.block(members) + self.between * same)

    def information(self, part: Groups) -> FloatArray:
        """See `Marginal`."""
        ones = self.units.solve(np.ones((self.cluster.index.size, 1)))
        n = self.cluster.sums(ones)[:, 0]
        sums = np.asarray(np.bincount(part.index, weights=ones[:, 0]), dtype=np.float64)
        unit = np.full(sums.size, -1, dtype=np.intp)
        unit[part.index] = self.units.cluster.index
        # Parts of a unit, as against units and several of them.
        inside = np.bincount(part.index, self.units.cluster.index != unit[part.index]) == 0.0
        own = self.units.information(part) if inside.all() else sums
        owner = np.empty(sums.size, dtype=np.intp)
        owner[part.index] = self.cluster.index
        n = n[owner]
        return np.asarray((own + self.between * (own * n - sums * sums)) / (1.0 + self.between * n))


@dataclass(frozen=True, slots=True)
class _Stack:
    """Clusters of one size: positions (c, n) and Cholesky factors (c, n, n)."""

    members: Indices
    root: FloatArray


@dataclass(frozen=True, slots=True)
class DenseMarginal:
    """Any covariance, one matrix per cluster."""

    cluster: Groups
    blocks: tuple[FloatArray, ...]
    stacks: tuple[_Stack, ...]

    @classmethod
    def of(cls, cluster: Groups, blocks: tuple[FloatArray, ...]) -> DenseMarginal:
        """From the covariance of each cluster in the order of `cluster.members`."""
        members = cluster.members
        sizes: dict[int, list[int]] = {}
        for j, rows in enumerate(members):
            sizes.setdefault(rows.size, []).append(j)
        stacks = tuple(
            _Stack(
                np.stack([members[j] for j in which]),
                np.linalg.cholesky(np.stack([blocks[j] for j in which])),
            )
            for which in sizes.values()
        )
        return cls(cluster, blocks, stacks)

    def whiten(self, columns: FloatArray) -> FloatArray:
        """See `Marginal`."""
        out = np.empty_like(columns)
        for stack in self.stacks:
            out[stack.members] = np.linalg.solve(stack.root, columns[stack.members])
        return out

    def solve(self, columns: FloatArray) -> FloatArray:
        """See `Marginal`."""
        out = np.empty_like(columns)
        for stack in self.stacks:
            white = np.linalg.solve(stack.root, columns[stack.members])
            out[stack.members] = np.linalg.solve(np.swapaxes(stack.root, 1, 2), white)
        return out

    def block(self, members: Indices) -> FloatArray:
        """See `Marginal`."""
        out = np.zeros((members.size, members.size))
        owner = self.cluster.index[members]
        place = np.empty(self.cluster.index.size, dtype=np.intp)
        for j in np.unique(owner):
            rows = self.cluster.members[j]
            place[rows] = np.arange(rows.size)
            where = np.flatnonzero(owner == j)
            at = place[members[where]]
            out[np.ix_(where, where)] = self.blocks[j][np.ix_(at, at)]
        return out

    def information(self, part: Groups) -> FloatArray:
        """See `Marginal`."""
        out = np.zeros(len(part.labels))
        for stack in self.stacks:
            size = stack.root.shape[-1]
            white = np.linalg.solve(stack.root, np.broadcast_to(np.eye(size), stack.root.shape))
            inverse = np.swapaxes(white, 1, 2) @ white
            names = part.index[stack.members]
            same = names[:, :, None] == names[:, None, :]
            np.add.at(out, names, (inverse * same).sum(axis=2))
        return out


def three_level_marginal(
    v: FloatArray,
    cluster: Groups,
    unit: Groups | None,
    blocks: tuple[FloatArray, ...] | None,
    sigma2: FloatArray,
) -> RankOneMarginal | NestedMarginal | DenseMarginal:
    """Marginal covariance of a three-level model at sigma2 = (between, within)."""
    between, within = float(sigma2[0]), float(sigma2[1])
    if unit is None and blocks is None:
        return RankOneMarginal(cluster, v + within, between)
    if unit is not None and blocks is None:
        return NestedMarginal(cluster, RankOneMarginal(unit, v, within), between)
    assert blocks is not None
    made = []
    for j, rows in enumerate(cluster.members):
        same = np.eye(rows.size)
        if unit is not None:
            same = (unit.index[rows][:, None] == unit.index[rows][None, :]).astype(np.float64)
        made.append(blocks[j] + within * same + between)
    return DenseMarginal.of(cluster, tuple(made))

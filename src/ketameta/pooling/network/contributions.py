"""Which direct comparisons a network estimate rests on: hat matrix and contributions."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ketameta.errors import DataError
from ketameta.measures.estimates import FloatArray
from ketameta.pooling.network.graph import Network
from ketameta.pooling.network.least_squares import weighted_fit
from ketameta.pooling.network.result import NetworkResult

Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Contributions:
    """What every network estimate takes from every direct comparison.

    Attributes
    ----------
    comparisons, direct
        Pairs of treatments: all of them (rows), and those made within studies (columns).
    weights
        Weight of each direct comparison, (D,): the off-diagonal elements of the Laplacian, in
        which studies of several arms count with their reduced weights.
    hat
        (C, D): network estimates = hat @ direct estimates; a row is a flow of evidence from the
        first treatment to the second.
    shares
        (C, D): proportions of the contributions; rows sum to 1.
    """

    comparisons: tuple[tuple[str, str], ...]
    direct: tuple[tuple[str, str], ...]
    weights: FloatArray
    hat: FloatArray
    shares: FloatArray


def contributions(result: NetworkResult) -> Contributions:
    """Hat matrix and proportion contributions of direct comparisons.

    A contribution is the probability that a random walk along the flow of evidence takes the
    comparison, each path counted by its length.

    Raises
    ------
    DataError
        When a reduced weight is negative, which variances that fit no real study can bring about.

    References
    ----------
    Rücker G. Res Synth Methods 2012;3:312-324. doi:10.1002/jrsm.1058.
    Davies AL, Papakonstantinou T, Nikolakopoulou A, Rücker G, Galla T. Stat Med
    2022;41:2091-2114. doi:10.1002/sim.9346.
    netmeta: `hatmatrix(x, method = "Davies")`, `netcontrib(x, method = "randomwalk")`.
    """
    graph, size = result.network, len(result.treatments)
    pairs = [(a, b) for a in range(size) for b in range(a + 1, size)]
    laplacian = graph.Z.T @ (graph.Z / (graph.v + result.tau2)[:, None])
    made = {(i, j) for arms in graph.arms for i in arms for j in arms if i < j}
    edges = [pair for pair in pairs if pair in made]
    weights = np.array([-laplacian[edge] for edge in edges])
    if np.any(weights < 0.0):
        a, b = edges[int(np.argmin(weights))]
        raise DataError(
            f"contributions: {graph.treatments[a]} and {graph.treatments[b]} get a negative "
            "reduced weight from studies of several arms. Check the variances of their contrasts."
        )
    hat = _hat(graph, result.tau2, (pairs, edges), weights)
    return Contributions(
        comparisons=tuple((graph.treatments[a], graph.treatments[b]) for a, b in pairs),
        direct=tuple((graph.treatments[a], graph.treatments[b]) for a, b in edges),
        weights=weights,
        hat=hat,
        shares=np.array([_shares(row, edges, pair) for row, pair in zip(hat, pairs, strict=True)]),
    )


def _hat(
    graph: Network, tau2: float, pairs: tuple[list[Pair], list[Pair]], weights: FloatArray
) -> FloatArray:
    """Pair differences of L+ B' W, by cov(a - b, c - d) from the factor of X'WX."""
    fit = weighted_fit(graph.y, graph.v + tau2, graph.X)
    all_pairs, edges = (graph.contrasts(_incidence(some, len(graph.treatments))) for some in pairs)
    return np.asarray(all_pairs @ fit.covariance() @ edges.T * weights)


def _incidence(pairs: list[Pair], size: int) -> FloatArray:
    rows = np.zeros((len(pairs), size))
    for row, (a, b) in enumerate(pairs):
        rows[row, a], rows[row, b] = 1.0, -1.0
    return rows


def _shares(flow: FloatArray, edges: list[Pair], ends: Pair) -> FloatArray:
    """Contributions of the edges to one comparison by the random walk along its flow."""
    steps: dict[int, list[tuple[int, int, float]]] = {}
    noise = 1e-12 * float(np.max(np.abs(flow)))
    for edge, (a, b) in enumerate(edges):
        if abs(flow[edge]) > noise:
            start, stop = (a, b) if flow[edge] > 0 else (b, a)
            steps.setdefault(start, []).append((stop, edge, abs(float(flow[edge]))))
    chance = {
        node: [(stop, edge, f / sum(x[2] for x in out)) for stop, edge, f in out]
        for node, out in steps.items()
    }
    order = _downstream(chance, ends[0])
    longest = len(order)
    to_node = {node: np.zeros(longest + 1) for node in [*order, ends[1]]}
    from_node = {node: np.zeros(longest + 1) for node in [*order, ends[1]]}
    to_node[ends[0]][0] = from_node[ends[1]][0] = 1.0
    for node in order:
        for stop, _, p in chance.get(node, []):
            to_node[stop][1:] += p * to_node[node][:-1]
    for node in reversed(order):
        for stop, _, p in chance.get(node, []):
            from_node[node][1:] += p * from_node[stop][:-1]
    lengths = 1.0 / (1.0 + np.add.outer(np.arange(longest + 1), np.arange(longest + 1)))
    share = np.zeros(len(edges))
    for node in order:
        for stop, edge, p in chance.get(node, []):
            share[edge] = p * float(to_node[node] @ lengths @ from_node[stop])
    return share


def _downstream(chance: dict[int, list[tuple[int, int, float]]], source: int) -> list[int]:
    """Nodes reached from the source, every node before those that follow it."""
    order: list[int] = []
    seen: set[int] = set()

    def visit(node: int) -> None:
        seen.add(node)
        for stop, _, _ in chance.get(node, []):
            if stop not in seen:
                visit(stop)
        order.append(node)

    visit(source)
    return order[::-1]

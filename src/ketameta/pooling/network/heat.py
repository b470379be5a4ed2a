"""Net heat: which designs drive the inconsistency of a network, and against which others."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ketameta.measures.estimates import FloatArray
from ketameta.pooling.network.between_studies import network_tau2
from ketameta.pooling.network.graph import Network
from ketameta.pooling.network.inconsistency import (
    design_columns,
    interaction_columns,
)
from ketameta.pooling.network.least_squares import independent_columns, weighted_fit
from ketameta.pooling.network.result import NetworkResult


@dataclass(frozen=True, slots=True)
class NetHeat:
    """Data of a net heat plot; matrices are (D, D) over designs in loops.

    Attributes
    ----------
    designs
        Designs whose detachment leaves the network connected; the others cannot disagree.
    q
        Contribution of each design to the between-design Q, (D,).
    change
        Row c, column d: how much of row c's contribution goes when column d is detached. Above
        0 (warm) the evidence of d is at odds with that of c, below 0 (cool) it backs c.
    influence
        Row c, column d: weight of the direct evidence of d in the network estimate of c, the
        grey squares; for designs with several contrasts the largest absolute one.
    tau2
        Between-study variance used: 0, or that within designs.
    """

    designs: tuple[str, ...]
    q: FloatArray
    change: FloatArray
    influence: FloatArray
    tau2: float


def net_heat(result: NetworkResult, *, random: bool = False) -> NetHeat:
    """Net heat data: change of each design's inconsistency when another is detached.

    Designs of several arms count as a whole here, by the quadratic form of all their contrasts;
    netmeta draws a row for each of these contrasts. For networks of two-arm designs the two agree.

    Parameters
    ----------
    result
        A network result.
    random
        Whether to weight with the tau2 of the design-by-treatment interaction model.

    References
    ----------
    Krahn U, Binder H, König J. BMC Med Res Methodol 2013;13:35. doi:10.1186/1471-2288-13-35.
    netmeta: `netheat(x, random = FALSE)`.
    """
    graph = result.network
    method = "DL" if result.tau2_method == "EE" else result.tau2_method
    tau2 = network_tau2(graph, method, interaction_columns(graph)) if random else 0.0
    base = _contributions(graph, tau2, None)
    size = range(len(graph.designs))
    loops = [d for d in size if independent_columns(_detached(graph, d)).size > graph.X.shape[1]]
    change = np.array(
        [
            [base[c] - without[c] for c in loops]
            for without in (_contributions(graph, tau2, d) for d in loops)
        ]
    )
    return NetHeat(
        designs=tuple(graph.design_name(d) for d in loops),
        q=base[loops],
        change=change.reshape(len(loops), len(loops)).T,
        influence=_influence(graph, tau2, loops),
        tau2=tau2,
    )


def _detached(graph: Network, design: int) -> FloatArray:
    return np.hstack([graph.X, design_columns(graph, design)])


def _contributions(graph: Network, tau2: float, detached: int | None) -> FloatArray:
    """Each design's part of the between-design Q, (D,).

    Residuals of a design's own fit and its distance to the network are orthogonal, so that part
    is the residual sum of squares in the network less that within the design.
    """
    X = graph.X if detached is None else _detached(graph, detached)
    X = X[:, independent_columns(X)]
    v = graph.v + tau2
    network, own = (
        (graph.y - columns @ weighted_fit(graph.y, v, columns).coefficients) ** 2 / v
        for columns in (X, interaction_columns(graph))
    )
    size = len(graph.designs)
    return np.asarray(
        np.bincount(graph.component_design, network - own, minlength=size), dtype=np.float64
    )


def _influence(graph: Network, tau2: float, loops: list[int]) -> FloatArray:
    covariance = weighted_fit(graph.y, graph.v + tau2, graph.X).covariance()
    weights = 1.0 / (graph.v + tau2)
    out = np.zeros((len(loops), len(loops)))
    contrasts = [_basic_contrasts(graph, d) for d in loops]
    for column, d in enumerate(loops):
        own = design_columns(graph, d)
        information = own.T @ (own * weights[:, None])
        for row, wanted in enumerate(contrasts):
            hat = wanted @ covariance @ contrasts[column].T @ information
            out[row, column] = np.max(np.abs(hat))
    return out


def _basic_contrasts(graph: Network, design: int) -> FloatArray:
    """Each later treatment of a design against its first, in coefficients of X, (m - 1, T - 1)."""
    first, *others = graph.designs[design]
    rows = np.zeros((len(others), len(graph.treatments)))
    rows[:, first] = -1.0
    rows[np.arange(len(others)), others] = 1.0
    return graph.contrasts(rows)

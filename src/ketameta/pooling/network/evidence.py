"""Who was compared with whom, and how often: the nodes and edges of a network's picture."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import combinations

from ketameta.pooling.network.graph import Network


@dataclass(frozen=True, slots=True)
class NetworkEvidence:
    """Counts of studies.

    Attributes
    ----------
    treatments, studies_with
        Names, and how many studies have each, in the same order.
    comparisons
        (first, second, studies): positions of two treatments, and how many studies compare them
        directly; a study of three arms counts in three comparisons.
    several_arms
        Sets of positions of three or more treatments that were compared in one study.
    """

    treatments: tuple[str, ...]
    studies_with: tuple[int, ...]
    comparisons: tuple[tuple[int, int, int], ...]
    several_arms: tuple[tuple[int, ...], ...]


def network_evidence(network: Network) -> NetworkEvidence:
    """Counts of studies for each treatment and each direct comparison."""
    nodes = Counter(arm for arms in network.arms for arm in arms)
    edges = Counter(pair for arms in network.arms for pair in combinations(arms, 2))
    return NetworkEvidence(
        network.treatments,
        tuple(nodes[i] for i in range(len(network.treatments))),
        tuple((a, b, count) for (a, b), count in sorted(edges.items())),
        tuple(design for design in network.designs if len(design) > 2),
    )

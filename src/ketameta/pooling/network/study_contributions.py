"""Which studies a network estimate rests on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ketameta.errors import DataError
from ketameta.measures.estimates import FloatArray
from ketameta.pooling.network.contributions import Contributions, contributions
from ketameta.pooling.network.result import NetworkResult


@dataclass(frozen=True, slots=True)
class StudyContributions:
    """What every network estimate takes from every study.

    Attributes
    ----------
    direct
        Contributions of the direct comparisons.
    studies
        Labels; S of them.
    shares
        (C, S), rows as `direct.comparisons`: proportions; rows sum to 1.
    """

    direct: Contributions
    studies: tuple[str, ...]
    shares: FloatArray


def study_contributions(result: NetworkResult) -> StudyContributions:
    """Contributions of studies: those of each direct comparison, divided by the studies' weights.

    A study of several arms enters every comparison it made with its reduced weight, the
    off-diagonal element of its own part of the Laplacian.

    Raises
    ------
    DataError
        When a reduced weight is negative, which variances that fit no real study can bring about.

    References
    ----------
    Papakonstantinou T et al. F1000Research 2018;7:610. doi:10.12688/f1000research.14770.3.
    netmeta: `netcontrib(x, study = TRUE)`.
    """
    found, graph = contributions(result), result.network
    position = {name: i for i, name in enumerate(graph.treatments)}
    edges = [(position[a], position[b]) for a, b in found.direct]
    weights = np.zeros((len(graph.studies), len(edges)))
    for study in range(len(graph.studies)):
        own = graph.study_of == study
        part = graph.Z[own]
        laplacian = part.T @ (part / (graph.v[own] + result.tau2)[:, None])
        arms = set(graph.arms[study])
        weights[study] = [-laplacian[a, b] if {a, b} <= arms else 0.0 for a, b in edges]
    if np.any(weights < -1e-9 * np.abs(weights).max()):
        study = int(np.argmin(weights.min(axis=1)))
        raise DataError(
            f"contributions: a comparison of {graph.studies[study]}, which has several arms, gets "
            "a negative reduced weight. Check the variances of its contrasts."
        )
    weights = np.maximum(weights, 0.0)
    return StudyContributions(
        found, graph.studies, found.shares @ (weights / weights.sum(axis=0)).T
    )

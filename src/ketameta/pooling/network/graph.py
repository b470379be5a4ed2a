"""The network of treatments: studies as independent components, designs, and connectedness."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ketameta.errors import DataError
from ketameta.measures.estimates import FloatArray
from ketameta.pooling.network.contrasts import ContrastRows
from ketameta.pooling.network.study_components import study_components


@dataclass(frozen=True, slots=True)
class Network:
    """Studies over a set of treatments, turned into independent components.

    A study with m arms gives m - 1 components: estimates whose sampling errors are independent,
    found by rotating its contrasts, and so scaled that heterogeneity adds tau2 to each variance.
    Every model of the network is then a weighted regression.

    Attributes
    ----------
    rows
        The contrasts it was made from.
    treatments
        Names in alphabetical order; T of them.
    studies, arms
        Labels, and for each study the positions of its treatments in ascending order.
    designs, design_of
        The different sets of treatments that were compared, and the design of each study.
    y, v
        Components and their sampling variances, shape (N,).
    Z
        What each component estimates, as a contrast of the T treatment effects, shape (N, T);
        rows sum to 0.
    study_of
        The study of each component, shape (N,).
    tree
        Treatment effects, relative to the first, from the coefficients of `X`, shape (T, T - 1).
        These are differences along the most precise contrasts that link all treatments (a
        spanning tree), so that a precise contrast is never the difference of two vague ones.
    """

    rows: ContrastRows
    treatments: tuple[str, ...]
    studies: tuple[str, ...]
    arms: tuple[tuple[int, ...], ...]
    designs: tuple[tuple[int, ...], ...]
    design_of: NDArray[np.intp]
    y: FloatArray
    v: FloatArray
    Z: FloatArray
    study_of: NDArray[np.intp]
    tree: FloatArray

    @property
    def X(self) -> FloatArray:
        """Design matrix of the consistency model, (N, T - 1)."""
        return np.asarray(self.Z @ self.tree)

    def contrasts(self, of_treatments: FloatArray) -> FloatArray:
        """Contrasts of treatments (m, T), rows summing to 0, as those of coefficients of `X`."""
        return np.asarray(of_treatments @ self.tree)

    @property
    def component_design(self) -> NDArray[np.intp]:
        """The design of each component, shape (N,)."""
        return np.asarray(self.design_of[self.study_of])

    def design_name(self, design: int) -> str:
        """Treatments of a design, joined by colons."""
        return ":".join(self.treatments[i] for i in self.designs[design])

    def position(self, treatment: str) -> int:
        """Position of a treatment; `DataError` naming the treatments otherwise."""
        if treatment not in self.treatments:
            raise DataError(
                f"network: there is no treatment {treatment!r}. It has {_listed(self.treatments)}."
            )
        return self.treatments.index(treatment)


def build_network(rows: ContrastRows) -> Network:
    """The network of contrast rows.

    Raises
    ------
    DataError
        Without rows; when the treatments fall into parts that no study connects (they are
        named); when a study's contrasts are incomplete, repeated, or contradict each other.
    """
    if not rows.study:
        raise DataError("network: there are no contrasts. Give at least one study.")
    treatments = tuple(sorted({*rows.treatment_1, *rows.treatment_2}))
    place = {name: i for i, name in enumerate(treatments)}
    by_study: dict[str, list[int]] = {}
    for row, study in enumerate(rows.study):
        by_study.setdefault(study, []).append(row)
    ends = [(place[a], place[b]) for a, b in zip(rows.treatment_1, rows.treatment_2, strict=True)]
    _demand_connected(treatments, ends)
    parts = [study_components(study, rows, ends, members) for study, members in by_study.items()]
    arms = tuple(part.arms for part in parts)
    designs = tuple(sorted(set(arms), key=lambda design: (len(design), design)))
    return Network(
        rows=rows,
        treatments=treatments,
        studies=tuple(by_study),
        arms=arms,
        designs=designs,
        design_of=np.array([designs.index(arm) for arm in arms], dtype=np.intp),
        y=np.concatenate([part.y for part in parts]),
        v=np.concatenate([part.v for part in parts]),
        Z=np.vstack([_spread(part.Z, part.arms, len(treatments)) for part in parts]),
        study_of=np.repeat(np.arange(len(parts)), [part.y.size for part in parts]),
        tree=_spanning_tree(len(treatments), ends, rows.v),
    )


def _spanning_tree(size: int, ends: list[tuple[int, int]], v: FloatArray) -> FloatArray:
    """Effects relative to treatment 0 as sums of edges of the tree of smallest variances."""
    edges: list[tuple[int, int]] = []
    for row in np.argsort(v, kind="stable").tolist():
        if len(edges) == size - 1:
            break
        if len(network_parts(size, [*edges, ends[row]])) < size - len(edges):
            edges.append(ends[row])
    tree = np.zeros((size, size - 1))
    reached = {0}
    while len(reached) < size:
        for edge, (a, b) in enumerate(edges):
            if (a in reached) != (b in reached):
                known, new = (a, b) if a in reached else (b, a)
                tree[new] = tree[known]
                # The edge is a minus b.
                tree[new, edge] += -1.0 if new == b else 1.0
                reached.add(new)
    return tree


def network_parts(size: int, ends: Sequence[tuple[int, int]]) -> list[list[int]]:
    """Connected components of treatments 0 ... size - 1, each ascending."""
    label = list(range(size))

    def root(node: int) -> int:
        while label[node] != node:
            label[node] = label[label[node]]
            node = label[node]
        return node

    for a, b in ends:
        label[max(root(a), root(b))] = min(root(a), root(b))
    parts: dict[int, list[int]] = {}
    for node in range(size):
        parts.setdefault(root(node), []).append(node)
    return list(parts.values())


def _demand_connected(treatments: tuple[str, ...], ends: list[tuple[int, int]]) -> None:
    parts = network_parts(len(treatments), ends)
    if len(parts) > 1:
        named = "; ".join(
            f"({i}) {_listed([treatments[t] for t in part])}" for i, part in enumerate(parts, 1)
        )
        raise DataError(
            f"network: the treatments fall into {len(parts)} parts that no study connects: "
            f"{named}. Analyse each part by itself, or add a study that links them."
        )


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names)


def _spread(local: FloatArray, arms: tuple[int, ...], size: int) -> FloatArray:
    full = np.zeros((local.shape[0], size))
    full[:, list(arms)] = local
    return full

"""Do designs agree? Q split into heterogeneity within designs and inconsistency between them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import chdtrc

from ketameta.measures.estimates import FloatArray
from ketameta.pooling.network.between_studies import network_tau2
from ketameta.pooling.network.graph import Network
from ketameta.pooling.network.least_squares import independent_columns, weighted_fit
from ketameta.pooling.network.result import NetworkResult


@dataclass(frozen=True, slots=True)
class QTest:
    """A Q statistic; p is None without degrees of freedom."""

    q: float
    df: int
    p: float | None


@dataclass(frozen=True, slots=True)
class DesignQ:
    """One design (set of treatments compared together).

    `within` is the heterogeneity of its studies; `between_without` the inconsistency that is
    left when the design is detached from the network, that is, gets effects of its own.
    """

    design: str
    studies: tuple[str, ...]
    within: QTest
    between_without: QTest


@dataclass(frozen=True, slots=True)
class Inconsistency:
    """Design-by-treatment decomposition.

    Attributes
    ----------
    total, within, between
        Cochran's Q of the network under the common-effect model, and its two parts.
    designs
        Design by design.
    tau2_within, between_random
        tau2 of the full design-by-treatment interaction model, by the result's estimator, and
        the test of inconsistency that allows for it. The test to read.
    """

    total: QTest
    within: QTest
    between: QTest
    designs: tuple[DesignQ, ...]
    tau2_within: float
    between_random: QTest


def design_inconsistency(result: NetworkResult) -> Inconsistency:
    """Q decomposed by design, and the design-by-treatment interaction test.

    Tests of inconsistency have little power: a large p value does not show consistency.

    References
    ----------
    Higgins JPT et al. Res Synth Methods 2012;3:98-110. doi:10.1002/jrsm.1044.
    Krahn U, Binder H, König J. BMC Med Res Methodol 2013;13:35. doi:10.1186/1471-2288-13-35.
    netmeta: `decomp.design()`.
    """
    graph = result.network
    full = interaction_columns(graph)
    total = _q(graph, graph.X)
    within = _q(graph, full)
    method = "DL" if result.tau2_method == "EE" else result.tau2_method
    tau2 = network_tau2(graph, method, full)
    return Inconsistency(
        total=total,
        within=within,
        between=_difference(total, within),
        designs=tuple(_design(graph, d, within) for d in range(len(graph.designs))),
        tau2_within=tau2,
        between_random=_difference(_q(graph, graph.X, tau2), _q(graph, full, tau2)),
    )


def interaction_columns(graph: Network) -> FloatArray:
    """Design matrix in which every design has effects of its own, (N, sum of (m_d - 1))."""
    return np.hstack([design_columns(graph, d) for d in range(len(graph.designs))])


def design_columns(graph: Network, design: int) -> FloatArray:
    """Columns that give one design effects of its own, (N, m - 1); 0 for other designs."""
    own = graph.component_design == design
    return np.asarray(graph.Z[:, list(graph.designs[design][1:])] * own[:, None])


def _design(graph: Network, design: int, within: QTest) -> DesignQ:
    own = graph.component_design == design
    columns = graph.Z[own][:, list(graph.designs[design][1:])]
    fit = weighted_fit(graph.y[own], graph.v[own], columns)
    detached = np.hstack([graph.X, design_columns(graph, design)])
    detached = detached[:, independent_columns(detached)]
    return DesignQ(
        design=graph.design_name(design),
        studies=tuple(
            study for study, of in zip(graph.studies, graph.design_of, strict=True) if of == design
        ),
        within=_test(fit.q, columns.shape[0] - columns.shape[1]),
        between_without=_difference(_q(graph, detached), within),
    )


def _q(graph: Network, X: FloatArray, tau2: float = 0.0) -> QTest:
    fit = weighted_fit(graph.y, graph.v + tau2, X)
    return _test(fit.q, graph.y.size - X.shape[1])


def _difference(larger: QTest, smaller: QTest) -> QTest:
    df = larger.df - smaller.df
    return _test(max(0.0, larger.q - smaller.q), df)


def _test(q: float, df: int) -> QTest:
    return QTest(q if df else 0.0, df, float(chdtrc(df, q)) if df else None)

"""Direct against indirect evidence, comparison by comparison."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ketameta.errors import UsageError
from ketameta.pooling.network.between_studies import network_tau2
from ketameta.pooling.network.direct import DirectEstimate, direct_estimates
from ketameta.pooling.network.graph import Network
from ketameta.pooling.network.league import ALL_DIRECT, direct_share, scaled_estimate
from ketameta.pooling.network.least_squares import independent_columns, weighted_fit
from ketameta.pooling.network.result import NetworkEstimate, NetworkResult

SPLITS = {
    "back-calculation": "the indirect estimate is what the network estimate adds to the direct one",
    "side-splitting": "one model with an extra effect for the studies that made the comparison",
}


@dataclass(frozen=True, slots=True)
class SplitComparison:
    """A comparison that studies made: direct, indirect and network estimate.

    `indirect` and `difference` (direct minus indirect) are None where no loop of other evidence
    exists. `tau2` is that behind the difference.
    """

    treatment_1: str
    treatment_2: str
    studies: tuple[str, ...]
    direct_share: float
    network: NetworkEstimate
    direct: NetworkEstimate
    indirect: NetworkEstimate | None
    difference: NetworkEstimate | None
    tau2: float


def split_evidence(
    result: NetworkResult, *, method: str = "back-calculation"
) -> tuple[SplitComparison, ...]:
    """Direct and indirect estimates of every comparison that studies made (node splitting, SIDE).

    The two methods agree under the common-effect model in networks of two-arm studies. With
    studies of several arms "direct" and "indirect" have no single meaning: back-calculation
    ignores that a study's other arms also inform the indirect side; side-splitting divides the
    extra effect equally between the two arms (the symmetric form) and estimates tau2 anew.

    Parameters
    ----------
    result
        A network result.
    method
        One of `SPLITS`.

    References
    ----------
    König J, Krahn U, Binder H. Stat Med 2013;32:5414-5429. doi:10.1002/sim.6001.
    Dias S et al. Stat Med 2010;29:932-944. doi:10.1002/sim.3767.
    White IR. Stata J 2015;15:951-985. doi:10.1177/1536867X1501500403.
    netmeta: `netsplit(x, method = "SIDDE")`; Stata: `network sidesplit all`.
    """
    if method not in SPLITS:
        raise UsageError(
            f"split: there is no method {method!r}. Choose one of {', '.join(SPLITS)}."
        )
    split = _back_calculation if method == "back-calculation" else _side_splitting
    return tuple(split(result, d) for d in direct_estimates(result.network, result.tau2))


def _back_calculation(result: NetworkResult, direct: DirectEstimate) -> SplitComparison:
    pair = (direct.a, direct.b)
    share = direct_share(result, direct)
    own = scaled_estimate(result, pair, direct.estimate, direct.se)
    if share > ALL_DIRECT:
        return _comparison(result, direct, (own, None, None), result.tau2)
    whole = float(result.estimate[pair])
    indirect = (whole - share * direct.estimate) / (1.0 - share)
    plain = float(result.se[pair]) / result.scale
    indirect_se = plain / float(np.sqrt(1.0 - share))
    other = scaled_estimate(result, pair, indirect, indirect_se)
    gap_se = float(np.hypot(direct.se, indirect_se))
    gap = scaled_estimate(result, pair, direct.estimate - indirect, gap_se)
    return _comparison(result, direct, (own, other, gap), result.tau2)


def _side_splitting(result: NetworkResult, direct: DirectEstimate) -> SplitComparison:
    graph, pair = result.network, (direct.a, direct.b)
    X = np.column_stack([graph.X, _extra_effect(graph, *pair)])
    if independent_columns(X).size < X.shape[1]:
        own = scaled_estimate(result, pair, direct.estimate, direct.se)
        return _comparison(result, direct, (own, None, None), result.tau2)
    tau2 = network_tau2(graph, result.tau2_method, X)
    fit = weighted_fit(graph.y, graph.v + tau2, X)
    # Rows: indirect estimate, direct estimate, difference.
    between = np.zeros((3, len(graph.treatments)))
    between[:2, direct.a], between[:2, direct.b] = 1.0, -1.0
    wanted = np.column_stack([graph.contrasts(between), [0.0, 1.0, 1.0]])
    values, errors = wanted @ fit.coefficients, np.sqrt(fit.variance(wanted))
    indirect, own, gap = (
        scaled_estimate(result, pair, float(y), float(se))
        for y, se in zip(values, errors, strict=True)
    )
    return _comparison(result, direct, (own, indirect, gap), tau2)


def _extra_effect(graph: Network, a: int, b: int) -> np.ndarray:
    """Half an effect up for a and half down for b, in studies that have both arms, (N,)."""
    both = np.array([a in arms and b in arms for arms in graph.arms])
    return np.asarray(0.5 * (graph.Z[:, a] - graph.Z[:, b]) * both[graph.study_of])


def _comparison(
    result: NetworkResult,
    direct: DirectEstimate,
    estimates: tuple[NetworkEstimate, NetworkEstimate | None, NetworkEstimate | None],
    tau2: float,
) -> SplitComparison:
    first, second = result.treatments[direct.a], result.treatments[direct.b]
    share = direct_share(result, direct)
    whole = result.compare(first, second)
    return SplitComparison(first, second, direct.studies, share, whole, *estimates, tau2)

"""League table: every treatment against every other, network and direct estimates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from ketameta.errors import UsageError
from ketameta.pooling.intervals import critical_value, two_sided_p
from ketameta.pooling.network.direct import DirectEstimate, direct_estimates
from ketameta.pooling.network.result import NetworkEstimate, NetworkResult
from ketameta.pooling.result import Interval


@dataclass(frozen=True, slots=True)
class LeagueRow:
    """Two treatments: the network estimate, the direct one, and what they rest on.

    `evidence` is "direct" (no loop adds anything), "indirect" (no study compared the two) or
    "mixed"; `direct_share` the part of the network estimate's information that is direct.
    """

    network: NetworkEstimate
    direct: NetworkEstimate | None
    direct_studies: tuple[str, ...]
    direct_share: float
    evidence: str


def league_table(
    result: NetworkResult, *, order: Sequence[str] | None = None
) -> tuple[LeagueRow, ...]:
    """All pairs of treatments, each once, the first against the second in `order`.

    Parameters
    ----------
    result
        A network result.
    order
        Treatments, each once, for example by P-score; by default alphabetical.

    Raises
    ------
    UsageError
        When `order` does not name every treatment once.

    References
    ----------
    netmeta: `netleague(x, direct = TRUE)`.
    """
    names = tuple(result.treatments if order is None else order)
    if sorted(names) != sorted(result.treatments):
        raise UsageError(
            "league table: the order must name every treatment once. They are "
            f"{', '.join(result.treatments)}."
        )
    direct = {(d.a, d.b): d for d in direct_estimates(result.network, result.tau2)}
    place = [result.network.position(name) for name in names]
    return tuple(
        _row(result, pair, direct.get((min(pair), max(pair)))) for pair in combinations(place, 2)
    )


def against_reference(result: NetworkResult) -> tuple[NetworkEstimate, ...]:
    """Every other treatment against the reference, in alphabetical order (for a forest plot)."""
    return tuple(
        result.compare(name, result.reference)
        for name in result.treatments
        if name != result.reference
    )


def direct_share(result: NetworkResult, direct: DirectEstimate) -> float:
    """Variance of the network estimate over that of the direct one, at most 1.

    References
    ----------
    König J, Krahn U, Binder H. Stat Med 2013;32:5414-5429. doi:10.1002/sim.6001.
    """
    plain = float(result.se[direct.a, direct.b]) / result.scale
    return min(1.0, (plain / direct.se) ** 2)


def scaled_estimate(
    result: NetworkResult, pair: tuple[int, int], estimate: float, plain_se: float
) -> NetworkEstimate:
    """An estimate with interval and p value made as those of the network result."""
    se = result.scale * plain_se
    half = critical_value(result.level, result.df) * se
    return NetworkEstimate(
        result.treatments[pair[0]],
        result.treatments[pair[1]],
        estimate,
        se,
        Interval(estimate - half, estimate + half),
        two_sided_p(estimate / se, result.df),
        Interval(None, None),
    )


# Shares this near to 1 differ from it by rounding error only.
ALL_DIRECT = 1.0 - 1e-8


def _row(result: NetworkResult, pair: tuple[int, int], direct: DirectEstimate | None) -> LeagueRow:
    found = result.compare(result.treatments[pair[0]], result.treatments[pair[1]])
    if direct is None:
        return LeagueRow(found, None, (), 0.0, "indirect")
    share = direct_share(result, direct)
    sign = 1.0 if pair[0] == direct.a else -1.0
    own = scaled_estimate(result, pair, sign * direct.estimate, direct.se)
    evidence = "direct" if share > ALL_DIRECT else "mixed"
    return LeagueRow(found, own, direct.studies, share, evidence)

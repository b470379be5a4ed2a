"""Profile-likelihood intervals of the variances and correlations of several outcomes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from scipy.special import chdtri

from ketameta.measures.estimates import FloatArray
from ketameta.measures.level import check_level
from ketameta.pooling.multilevel_held import held_correlation, held_variance
from ketameta.pooling.multilevel_multivariate_result import MultivariateResult
from ketameta.pooling.multilevel_outcomes import climb
from ketameta.pooling.multilevel_structures import Structure
from ketameta.pooling.result import Interval
from ketameta.pooling.roots import bracketed_root

# Structures whose outcomes share one variance, and one correlation.
ONE_VARIANCE, ONE_CORRELATION, NO_CORRELATION = ("CS", "ID"), ("CS", "HCS"), ("DIAG", "ID")
# Of the largest variance, added to those from which a search starts: at 0 it could not move.
LIFT = 1e-3
# Width of the bracket of a limit, in units of the largest standard deviation, or of 1.
NARROW = 1e-10
# A variance this many times the largest is as good as infinite.
FAR = 1e12


@dataclass(frozen=True, slots=True)
class OutcomeInterval:
    """Profile-likelihood interval of a variance or a correlation of true effects.

    `outcomes` are those that it belongs to: one for a variance, two for a correlation, all where
    they share it. `high` of the interval is None where the likelihood does not bound it.
    """

    kind: str
    outcomes: tuple[str, ...]
    estimate: float
    interval: Interval


Hold = Callable[[float], Structure]


def outcome_intervals(
    result: MultivariateResult, *, level: float | None = None
) -> tuple[OutcomeInterval, ...]:
    """Profile-likelihood intervals of the variances ("tau2") and correlations ("rho").

    Correlations of an outcome whose variance is estimated as 0 have none.

    Parameters
    ----------
    result
        From `multivariate`.
    level
        Coverage; by default that of the result.

    References
    ----------
    Hardy RJ, Thompson SG. Stat Med 1996;15:619-629.
    doi:10.1002/(SICI)1097-0258(19960330)15:6<619::AID-SIM188>3.0.CO;2-A.
    metafor: `confint(rma.mv(...))`.
    """
    coverage = check_level(result.level if level is None else level)
    target = result.log_likelihood - 0.5 * float(chdtri(1, 1.0 - coverage))
    code, m, names = result.structure, len(result.outcomes), result.outcomes
    found = []
    for i in range(1 if code in ONE_VARIANCE else m):
        profile = _Profile(result, target, _variance_hold(code, m, i))
        whose = names if code in ONE_VARIANCE else (names[i],)
        at = float(result.tau2[i])
        found.append(OutcomeInterval("tau2", whose, at, profile.of_variance(at)))
    for i, j in _pairs(code, m):
        at = float(result.correlation[i, j])
        if np.isfinite(at):
            profile = _Profile(result, target, _correlation_hold(code, m, (i, j)))
            low = -1.0 / (m - 1.0) if code in ONE_CORRELATION else -1.0
            whose = names if code in ONE_CORRELATION else (names[i], names[j])
            found.append(OutcomeInterval("rho", whose, at, profile.of_correlation(at, low)))
    return tuple(found)


def _pairs(code: str, m: int) -> list[tuple[int, int]]:
    pairs = [(i, j) for i in range(m) for j in range(i + 1, m)]
    if code in NO_CORRELATION:
        return []
    return pairs[:1] if code in ONE_CORRELATION else pairs


def _variance_hold(code: str, m: int, i: int) -> Hold:
    return lambda value: held_variance(code, m, i, value)


def _correlation_hold(code: str, m: int, pair: tuple[int, int]) -> Hold:
    return lambda value: held_correlation(code, m, pair, value)


class _Profile:
    """The likelihood with one number held, less the target.

    Each search starts where the one at the nearest number ended.
    """

    def __init__(self, result: MultivariateResult, target: float, hold: Hold) -> None:
        g = result.covariance_of_effects
        m, largest = g.shape[0], float(np.max(np.diag(g)))
        known = result.correlation[np.triu_indices(m, 1)]
        known = known[np.isfinite(known)]
        rho = float(np.mean(known)) if known.size else 0.0
        lift = LIFT * max(largest, float(np.min(result.estimates.v)))
        self._problem, self._target, self._hold = result.problem, target, hold
        self._sd = np.sqrt(np.diag(g) + lift)
        self._rho = float(np.clip(rho, -0.9 / max(1, m - 1), 0.9))
        self._ended: dict[float, FloatArray] = {}
        self.unit = float(np.max(self._sd))

    def excess(self, value: float) -> float:
        structure = self._hold(value)
        problem = replace(self._problem, structure=structure)
        start = structure.start(self._sd, self._rho) / self.unit
        if self._ended:
            start = self._ended[min(self._ended, key=lambda other: abs(other - value))]
        best, self._ended[value] = climb(problem, start, self.unit)
        return best - self._target

    def of_variance(self, at: float) -> Interval:
        """Searched for on the standard deviation."""
        sd, width = float(np.sqrt(at)), NARROW * self.unit

        def excess(s: float) -> float:
            return self.excess(s * s)

        low = 0.0
        if at > 0.0 and excess(0.0) < 0.0:
            low = bracketed_root(excess, 0.0, sd, absolute=width) ** 2
        inside, step = sd, 0.25 * self.unit
        while (inside + step) ** 2 < FAR * self.unit**2:
            if excess(inside + step) < 0.0:
                high = bracketed_root(excess, inside, inside + step, absolute=width)
                return Interval(low, high**2)
            inside, step = inside + step, 2.0 * step
        return Interval(low, None)

    def of_correlation(self, at: float, least: float) -> Interval:
        low, high = least, 1.0
        if at > least and self.excess(least) < 0.0:
            low = bracketed_root(self.excess, least, at, absolute=NARROW)
        if at < 1.0 and self.excess(1.0) < 0.0:
            high = bracketed_root(self.excess, at, 1.0, absolute=NARROW)
        return Interval(low, high)

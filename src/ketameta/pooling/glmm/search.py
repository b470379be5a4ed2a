"""Global search: the likelihood can have several modes in the standard deviations alone."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import product

import numpy as np
from numpy.typing import NDArray

from ketameta.errors import ConvergenceError, DataError
from ketameta.pooling.glmm.design import Design, Parameters
from ketameta.pooling.glmm.maximise import FARTHEST, Maximum, maximise
from ketameta.pooling.glmm.nodes import IN_TURN, LAPLACE, SEARCHING, Rule
from ketameta.pooling.glmm.quadrature import evaluate

# Standard deviations of log odds or log rates, from hardly any to beyond all that is plausible.
GRIDS = {
    1: ((0.0, 0.02, 0.1, 0.3, 0.7, 1.4, 3.0, 6.0),),
    2: ((0.0, 0.1, 0.5, 1.5, 4.0), (0.0, 0.5, 2.0)),
}
SAME = 1e-11
# While searching, a climb may end this far (relative to the log-likelihood) below its maximum.
ROUGHLY = 1e-5
# A final climb must promise no more than this.
NOTHING_LEFT = 1e-8
# A standard deviation below SMALL is 0 unless it gains this much log-likelihood.
SMALL, WORTH = 0.05, 1e-10
# Gains below this may be a level ridge.
LEVEL = 1e-4
# Above DOUBTFUL the likelihood must have fallen by ENDLESS at the farthest.
DOUBTFUL, FAR, ENDLESS = 5.0, (5.0, 10.0, 20.0, 35.0, FARTHEST), 1e-6
ENDLESS_RISE = (
    "mixed model: the likelihood rises without end as the differences between studies grow, "
    "because the studies contradict each other completely and each is too small to limit them. "
    "Use the Mantel-Haenszel method, or a Bayesian model with a prior for tau."
)


@dataclass(frozen=True, slots=True)
class Fit:
    """The global maximum with its certificate.

    Attributes
    ----------
    maximum
        With sigma >= 0; exactly 0 where the boundary is the maximum.
    local_maxima
        How many the search saw, the boundary included.
    rule
        The quadrature rule used.
    quadrature_error
        Change in log-likelihood with the next better rule (0 where nothing is integrated).
    """

    maximum: Maximum
    local_maxima: int
    rule: Rule
    quadrature_error: float


def fit_common(design: Design) -> Fit:
    """The fit without random effects; concave, so that its maximum is the only one."""
    plain = replace(design, random=np.zeros((len(design.cells), 0)))
    start = Parameters(np.zeros(design.p), np.zeros(0), np.zeros(design.k))
    free = np.ones(design.p, dtype=np.bool_)
    return Fit(maximise(plain, start, LAPLACE, free=free), 1, LAPLACE, 0.0)


def fit(design: Design, start: Parameters) -> Fit:
    """The highest maximum over coefficients and standard deviations.

    Parameters
    ----------
    start
        From a fit without random effects; its sigma is not looked at.

    Raises
    ------
    DataError
        When the likelihood rises without end as a standard deviation grows.
    ConvergenceError
        When a climb does not end.
    """
    if design.d == 0:
        return fit_common(design)
    profile = _profile(design, start)
    everything = np.ones(design.shared, dtype=np.bool_)
    climbed = [
        maximise(design, peak.at, SEARCHING[design.d], free=everything, enough=ROUGHLY)
        for peak in _peaks(profile)
    ]
    distinct: list[Maximum] = []
    for one in sorted(climbed, key=lambda m: -m.log_likelihood):
        if not any(_same(one, other) for other in distinct):
            distinct.append(one)
    best = distinct[0]
    settled = _settled(design, best, _highest_at_zero(profile))
    return replace(settled, local_maxima=len(distinct))


def _highest_at_zero(profile: dict[tuple[float, ...], Maximum]) -> Maximum:
    """The best point of the grid without differences between effects."""
    flat = [found for sigma, found in profile.items() if sigma[0] == 0.0]
    return max(flat, key=lambda found: found.log_likelihood)


def _settled(design: Design, best: Maximum, flat: Maximum) -> Fit:
    """The best climb taken to its end, unless the boundary is as likely.

    With single persons, say, the data cannot tell large differences between effects from none:
    the likelihood has a level ridge, and its end at 0 is taken.
    """
    if best.log_likelihood > flat.log_likelihood + LEVEL:
        for index in np.flatnonzero(np.abs(best.at.sigma) > DOUBTFUL).tolist():
            _refuse_endless(design, best, index)
        return _on_boundary(design, settle(design, best, _free(design, best)))
    lifted = np.maximum(flat.at.sigma, GRIDS[design.d][-1][1])
    lifted[0] = 0.0
    start = replace(flat, at=replace(flat.at, sigma=lifted))
    without = _on_boundary(design, settle(design, start, _free(design, start)))
    try:
        inside = _on_boundary(design, settle(design, best, _free(design, best)))
    except ConvergenceError:
        return without
    gained = inside.maximum.log_likelihood - without.maximum.log_likelihood
    return inside if gained > WORTH else without


def settle(
    design: Design, start: Maximum, free: NDArray[np.bool_], left: float = NOTHING_LEFT
) -> Fit:
    """A climb from `start` with ever better quadrature rules, until two agree.

    Parameters
    ----------
    left
        What a further step may still promise, relative to the log-likelihood.

    Raises
    ------
    ConvergenceError
        When the climb does not end at a maximum.
    """
    rules = IN_TURN[design.d]
    best, error = start, 0.0
    for rule, better in zip(rules, [*rules[1:], None], strict=True):
        best = maximise(design, best.at, rule, free=free, modes=best.modes)
        size = 1.0 + abs(best.log_likelihood)
        if better is None:
            break
        again = evaluate(design, best.at, better, best.modes)
        error = abs(float(again.value.sum()) - best.log_likelihood)
        if error <= SAME * size and best.gain <= left * size:
            break
    if best.gain > left * size:
        raise ConvergenceError(
            "mixed model: the likelihood could not be climbed to its maximum. The data may not "
            "contain the information that the model asks for; try another model."
        )
    return Fit(best, 1, rule, error)


def _free(design: Design, at: Maximum) -> NDArray[np.bool_]:
    """Everything may move, except standard deviations that are exactly 0."""
    free = np.ones(design.shared, dtype=np.bool_)
    free[design.p :] = at.at.sigma != 0.0
    return free


def _refuse_endless(design: Design, found: Maximum, index: int) -> None:
    """Stop where the likelihood only rises as one standard deviation grows."""
    free = np.ones(design.shared, dtype=np.bool_)
    free[design.p + index] = False
    start, heights = replace(found.at, sigma=np.minimum(np.abs(found.at.sigma), DOUBTFUL)), []
    for sigma in FAR:
        fixed = start.sigma.copy()
        fixed[index] = sigma
        at = maximise(design, replace(start, sigma=fixed), IN_TURN[design.d][-1], free=free)
        heights.append(at.log_likelihood)
        start = at.at
    if heights[-1] >= max(heights) - ENDLESS:
        raise DataError(ENDLESS_RISE)


def _profile(design: Design, start: Parameters) -> dict[tuple[float, ...], Maximum]:
    """Maxima over everything else on a grid of standard deviations."""
    free = np.arange(design.shared) < design.p
    found: dict[tuple[float, ...], Maximum] = {}
    for sigma in product(*GRIDS[design.d]):
        near = Parameters(start.beta, np.array(sigma), start.alpha)
        found[sigma] = maximise(design, near, SEARCHING[design.d], free=free, enough=ROUGHLY)
        start = found[sigma].at
    return found


def _peaks(profile: dict[tuple[float, ...], Maximum]) -> list[Maximum]:
    """Grid points no lower than their neighbours; off 0, so that a climb can begin."""
    peaks = []
    for sigma, found in profile.items():
        grids = GRIDS[len(sigma)]
        around = product(*(_near(value, grid) for value, grid in zip(sigma, grids, strict=True)))
        if all(profile[other].log_likelihood <= found.log_likelihood for other in around):
            lifted = np.maximum(found.at.sigma, [grid[1] for grid in grids])
            peaks.append(replace(found, at=replace(found.at, sigma=lifted)))
    return peaks


def _near(value: float, grid: tuple[float, ...]) -> tuple[float, ...]:
    at = grid.index(value)
    return grid[max(at - 1, 0) : at + 2]


def _same(one: Maximum, other: Maximum) -> bool:
    close = np.abs(np.abs(one.at.sigma) - np.abs(other.at.sigma))
    return bool(np.all(close < 1e-3 * (1.0 + np.abs(other.at.sigma))))


def _on_boundary(design: Design, found: Fit) -> Fit:
    """Standard deviations made positive, or exactly 0 where that costs no likelihood."""
    best = found.maximum
    sigma = np.abs(best.at.sigma)
    turned = np.where(best.at.sigma < 0.0, -1.0, 1.0)
    best = replace(best, at=replace(best.at, sigma=sigma), modes=best.modes * turned)
    found = replace(found, maximum=best)
    for index in range(design.d):
        if not 0.0 < found.maximum.at.sigma[index] < SMALL:
            continue
        without = found.maximum.at.sigma.copy()
        without[index] = 0.0
        start = replace(found.maximum, at=replace(found.maximum.at, sigma=without))
        flat = settle(design, start, _free(design, start))
        if flat.maximum.log_likelihood >= found.maximum.log_likelihood - WORTH:
            found = flat
    return found

"""Informative missingness: people whose outcome is missing may differ from those who were seen.

The informative missingness odds ratio (IMOR) is the odds of the event among people whose outcome
is missing over the odds among those whose outcome is known.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from ketameta.errors import DataError, UsageError
from ketameta.measures.catalog import measure
from ketameta.measures.estimates import Caution, EffectEstimates, FloatArray
from ketameta.pooling.choices import PoolingChoices
from ketameta.sensitivity.missing_outcomes import (
    Arms,
    MissingOutcomeResult,
    NoEstimate,
    Outcomes,
    Trials,
    checked_outcomes,
)
from ketameta.sensitivity.recipe import Recipe


@dataclass(frozen=True, slots=True)
class LogImor:
    """Normal belief about the log IMOR of the two groups.

    Attributes
    ----------
    mean
        Of groups 1 and 2; 0: people who are missing are like those who are not.
    sd
        Uncertainty about it in each group.
    correlation
        Between the groups; 1 if the IMOR is thought to be the same in both.
    """

    mean: tuple[float, float] = (0.0, 0.0)
    sd: tuple[float, float] = (0.0, 0.0)
    correlation: float = 0.0


def imor_estimates(
    group_1: Outcomes,
    group_2: Outcomes,
    log_imor: LogImor | None = None,
    *,
    code: str = "OR",
    labels: Sequence[str] | None = None,
) -> EffectEstimates:
    """Effect estimates that allow for missing outcomes by informative missingness odds ratios.

    The risk of a group is (1 - a) p + a pm with p the observed risk, a the share missing, and
    logit(pm) = logit(p) + log IMOR. Variances carry, by the delta method, the uncertainty of p,
    of a, and of the log IMOR.

    Parameters
    ----------
    group_1, group_2
        Outcomes of the two groups.
    log_imor
        Belief about the log IMOR; None: 0 without uncertainty (missing at random).
    code
        OR, RR or RD.
    labels
        One per study.

    Returns
    -------
    EffectEstimates
        Of the studies in which people with and without the event were seen; in tables with a zero
        among the observed cells 1/2 is added to all four of them. Where nobody is missing these
        are the ordinary estimates.

    Raises
    ------
    UsageError
        For another measure.
    DataError
        When counts cannot be, or the belief has a negative sd or an impossible correlation.

    References
    ----------
    White IR, Higgins JPT, Wood AM. Stat Med 2008;27:711-727. doi:10.1002/sim.3008.
    Stata: `metamiss, logimor() sdlogimor() corrlogimor()` (Taylor series).
    """
    belief = LogImor() if log_imor is None else log_imor
    code = measure(code).code
    if code not in _LINKS:
        raise UsageError(f"missing outcomes: IMORs serve OR, RR and RD, not {code}.")
    if min(belief.sd) < 0.0 or not -1.0 <= belief.correlation <= 1.0:
        raise DataError("log IMOR: an sd is negative, or the correlation is not between -1 and 1.")
    arms = checked_outcomes(group_1, group_2)
    kept, corrected, arms = _corrected(arms, ratio=code != "RD")
    first, second = (_group_risk(arm, belief.mean[i], belief.sd[i]) for i, arm in enumerate(arms))
    link = _LINKS[code]
    y1, d1 = link(first.risk)
    y2, d2 = link(second.risk)
    v = d1**2 * first.variance + d2**2 * second.variance
    v -= 2.0 * belief.correlation * d1 * d2 * first.imor_shift * second.imor_shift
    names = _labels(labels, kept)
    n = np.sum([np.sum(arm, axis=0) for arm in arms], axis=0) - np.where(corrected, 2.0, 0.0)
    return EffectEstimates(code, y1 - y2, v, names, n, _zero_caution(names, corrected))


def imor_range(
    group_1: Outcomes,
    group_2: Outcomes,
    imors: Sequence[float],
    *,
    opposite: bool = False,
    code: str = "OR",
    choices: PoolingChoices | None = None,
) -> tuple[MissingOutcomeResult, ...]:
    """Pooled results at each of several IMORs, the same in both groups or opposite.

    Parameters
    ----------
    group_1, group_2
        Outcomes of the two groups.
    imors
        Above 0, for example 1/4, 1/2, 1, 2, 4.
    opposite
        Whether group 2 has the inverse IMOR.
    code
        OR, RR or RD.
    choices
        How to pool; None for the defaults.
    """
    trials, recipe = Trials(group_1, group_2), Recipe(code, choices)
    return imor_results(trials, recipe, imors, opposite=opposite)


def imor_results(
    trials: Trials, recipe: Recipe, imors: Sequence[float], *, opposite: bool = False
) -> tuple[MissingOutcomeResult, ...]:
    """`imor_range` of trials beside estimates that stay as they are."""
    found = []
    for imor in imors:
        if not (np.isfinite(imor) and imor > 0.0):
            raise DataError(f"IMOR: {imor!r} is not above 0. Give odds ratios, not their logs.")
        other = 1.0 / imor if opposite else imor
        belief = LogImor((float(np.log(imor)), float(np.log(other))))
        text = (
            f"the odds of the event among missing people are {imor:g} times (group 1) and "
            f"{other:g} times (group 2) those among the people observed"
        )
        found.append(imor_result(trials, recipe, belief, name=f"imor {imor:g}", text=text))
    return tuple(found)


def imor_result(
    trials: Trials, recipe: Recipe, belief: LogImor, *, name: str, text: str
) -> MissingOutcomeResult:
    """The pooled result under one belief about the IMORs, beside estimates that stay as they are.

    Parameters
    ----------
    name, text
        Code of the assumption, and the sentence that says it.

    Raises
    ------
    UsageError, DataError
        As `imor_estimates`.
    """
    groups = trials.group_1, trials.group_2
    made = imor_estimates(*groups, belief, code=recipe.code, labels=trials.labels)
    others = trials.reported
    if others is not None:
        made = EffectEstimates(
            made.measure,
            np.append(made.y, others.y),
            np.append(made.v, others.v),
            (*made.labels, *others.labels),
            cautions=made.cautions,
        )
    if made.k == 0:
        raise NoEstimate(
            f"missing outcomes, {name}: no study gives an estimate (it needs people with the event "
            "and people without it among those whose outcome is known)."
        )
    return MissingOutcomeResult(name, text, made, recipe.pooled_estimates(made))


class _GroupRisk(NamedTuple):
    """Risk over all randomised people, its variance, and its change per sd of the log IMOR."""

    risk: FloatArray
    variance: FloatArray
    imor_shift: FloatArray


def _group_risk(arm: tuple[FloatArray, ...], mean: float, sd: float) -> _GroupRisk:
    events, nonevents, missing = arm
    seen = events + nonevents
    people = seen + missing
    p, a = events / seen, missing / people
    q = nonevents / seen
    missing_risk = expit(np.log(events / nonevents) + mean)
    spread = missing_risk * (1.0 - missing_risk)
    per_risk = (1.0 - a) + a * spread / (p * q)
    shift = a * spread * sd
    variance = per_risk**2 * p * q / seen
    variance = variance + (missing_risk - p) ** 2 * a * (1.0 - a) / people + shift**2
    return _GroupRisk((1.0 - a) * p + a * missing_risk, variance, shift)


def _logit(p: FloatArray) -> tuple[FloatArray, FloatArray]:
    return np.log(p / (1.0 - p)), 1.0 / (p * (1.0 - p))


def _log(p: FloatArray) -> tuple[FloatArray, FloatArray]:
    return np.log(p), 1.0 / p


def _identity(p: FloatArray) -> tuple[FloatArray, FloatArray]:
    return p, np.ones_like(p)


_LINKS = {"OR": _logit, "RR": _log, "RD": _identity}


def _corrected(arms: Arms, *, ratio: bool) -> tuple[NDArray[np.intp], NDArray[np.bool_], Arms]:
    """Positions of the studies used, which of them were corrected, and their counts."""
    (r1, f1, m1), (r2, f2, m2) = arms
    use = (r1 + f1 > 0.0) & (r2 + f2 > 0.0)
    if ratio:
        use &= (r1 + r2 > 0.0) & (f1 + f2 > 0.0)
    zero = (r1 * f1 * r2 * f2)[use] == 0.0
    add = np.where(zero, 0.5, 0.0)
    first = (r1[use] + add, f1[use] + add, m1[use])
    second = (r2[use] + add, f2[use] + add, m2[use])
    return np.flatnonzero(use), zero, (first, second)


def _labels(labels: Sequence[str] | None, kept: NDArray[np.intp]) -> tuple[str, ...]:
    return tuple(str(i + 1) if labels is None else str(labels[i]) for i in kept.tolist())


def _zero_caution(names: tuple[str, ...], corrected: NDArray[np.bool_]) -> tuple[Caution, ...]:
    touched = [name for name, one in zip(names, corrected, strict=True) if one]
    if not touched:
        return ()
    text = f"1/2 was added to the four observed cells of {', '.join(touched)}, which hold a zero."
    return (Caution("zero_cell_correction", text),)

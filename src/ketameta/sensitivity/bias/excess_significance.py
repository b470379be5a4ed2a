"""Test of excess significance: more small p values than the studies' power allows for?"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import bdtrc, ndtr, ndtri

from ketameta.errors import ConvergenceError, DataError, UsageError
from ketameta.measures.estimates import Caution, EffectEstimates, FloatArray
from ketameta.pooling.roots import bracketed_root, doubling_bracket
from ketameta.pooling.weighted_mean import weighted_mean
from ketameta.sensitivity.bias.gate import gate

TESTS = ("exact", "binomial", "chi2")
ALTERNATIVES = ("two-sided", "greater", "less")
# At this p value the limit estimate is taken, as in metafor.
LIMIT_P = 0.10


@dataclass(frozen=True, slots=True)
class PowerModel:
    """What the studies' power is computed from.

    Attributes
    ----------
    theta
        True effect on the analysis scale; None for the common-effect mean.
    tau2
        Variance of true effects between studies.
    null
        Effect that the studies test against.
    alpha
        Threshold of their p values.
    alternative
        "two-sided", "greater" or "less": which of their results count.
    """

    theta: float | None = None
    tau2: float = 0.0
    null: float = 0.0
    alpha: float = 0.05
    alternative: str = "two-sided"

    def __post_init__(self) -> None:
        if self.alternative not in ALTERNATIVES:
            raise UsageError(
                f"excess significance: there is no alternative {self.alternative!r}. Use "
                f"{', '.join(ALTERNATIVES)}."
            )
        if not 0.0 < self.alpha < 1.0:
            raise UsageError(f"excess significance: alpha {self.alpha!r} is not in (0, 1).")
        if not (math.isfinite(self.tau2) and self.tau2 >= 0.0 and math.isfinite(self.null)):
            raise UsageError("excess significance: tau2 must be 0 or more, and null finite.")


@dataclass(frozen=True, slots=True)
class ExcessSignificance:
    """Observed and expected number of studies with p below alpha.

    Attributes
    ----------
    k, observed, expected
        Studies; those with p below alpha; the sum of the studies' power.
    power
        Of each study at theta, (k,).
    below_alpha
        Which studies have p below alpha, (k,).
    theta
        True effect supposed.
    test, p_value
        One-sided p value of an excess: exact (Poisson-binomial), binomial, or chi-squared.
    statistic
        Chi-squared with 1 df; None for the other tests.
    limit
        True effect at which p would be 0.1: with a smaller one the excess is hard to put down to
        chance. None where there is no such effect on that side of the null.
    cautions
        When not to believe it.
    """

    k: int
    observed: int
    expected: float
    power: FloatArray
    below_alpha: np.ndarray
    theta: float
    test: str
    p_value: float
    statistic: float | None
    limit: float | None
    cautions: tuple[Caution, ...] = ()


def excess_significance(
    estimates: EffectEstimates, model: PowerModel | None = None, *, test: str = "exact"
) -> ExcessSignificance:
    """Test of excess significance.

    Parameters
    ----------
    estimates
        At least one estimate.
    model
        How power is computed; None for the common-effect mean, two-sided tests at 0.05.
    test
        "exact", "binomial" or "chi2".

    Raises
    ------
    UsageError
        For an unknown test.
    DataError
        Without estimates.

    References
    ----------
    Ioannidis JPA, Trikalinos TA. Clin Trials 2007;4:245-253. doi:10.1177/1740774507079441.
    Francis G. J Math Psychol 2013;57:153-169. doi:10.1016/j.jmp.2013.02.003 (exact test).
    metafor: `tes(yi, vi)`, whose exact test stops at 10 studies by default because it goes
    through all subsets; here the distribution is built up study by study.
    """
    if test not in TESTS:
        raise UsageError(f"excess significance: there is no test {test!r}. Use {', '.join(TESTS)}.")
    if estimates.k == 0:
        raise DataError("excess significance: there are no estimates. Give at least one study.")
    chosen = model or PowerModel()
    theta = chosen.theta
    if theta is None:
        theta = weighted_mean(estimates.y, estimates.v, 0.0).estimate
    hits = _below_alpha(estimates, chosen)
    observed = int(hits.sum())
    power = study_power(estimates.v, theta, chosen)
    p, statistic = _p_value(observed, power, test)
    limit = _limit(estimates.v, observed, theta, chosen, test)
    cautions = gate(estimates.k)
    return ExcessSignificance(
        k=estimates.k,
        observed=observed,
        expected=float(power.sum()),
        power=power,
        below_alpha=hits,
        theta=theta,
        test=test,
        p_value=p,
        statistic=statistic,
        limit=limit,
        cautions=cautions,
    )


def study_power(v: FloatArray, theta: float, model: PowerModel) -> FloatArray:
    """Probability that each study's p value is below alpha if the mean true effect is theta.

    Estimates are normal with variance v + tau2 around theta; (k,) from v of shape (k,).
    """
    se = np.sqrt(v)
    spread = np.sqrt(v + model.tau2)
    shift = theta - model.null
    if model.alternative == "two-sided":
        half = -ndtri(model.alpha / 2.0) * se
        return np.asarray(ndtr((shift - half) / spread) + ndtr((-shift - half) / spread))
    sign = 1.0 if model.alternative == "greater" else -1.0
    return np.asarray(ndtr((sign * shift + ndtri(model.alpha) * se) / spread))


def _below_alpha(estimates: EffectEstimates, model: PowerModel) -> np.ndarray:
    z = (estimates.y - model.null) / np.sqrt(estimates.v)
    if model.alternative == "two-sided":
        return np.asarray(2.0 * ndtr(-np.abs(z)) <= model.alpha)
    return np.asarray(ndtr(-z if model.alternative == "greater" else z) <= model.alpha)


def _p_value(observed: int, power: FloatArray, test: str) -> tuple[float, float | None]:
    k, expected = power.size, float(power.sum())
    if test == "exact":
        return _at_least(observed, power), None
    if test == "binomial":
        share = min(1.0, expected / k)
        return (1.0 if observed == 0 else float(bdtrc(observed - 1, k, share))), None
    difference = observed - expected
    if expected <= 0.0 or expected >= k:
        return (0.5 if difference == 0.0 else float(difference < 0.0)), None
    statistic = difference**2 / expected + difference**2 / (k - expected)
    return float(ndtr(-math.copysign(math.sqrt(statistic), difference))), statistic


def _at_least(observed: int, power: FloatArray) -> float:
    """P(number of hits >= observed) for independent hits with these probabilities."""
    share = np.zeros(power.size + 1)
    share[0] = 1.0
    for p in power.tolist():
        share[1:] = share[1:] * (1.0 - p) + share[:-1] * p
        share[0] *= 1.0 - p
    return min(1.0, float(share[observed:].sum()))


def _limit(
    v: FloatArray, observed: int, theta: float, model: PowerModel, test: str
) -> float | None:
    """True effect, away from the null, at which the p value rises to LIMIT_P."""
    sign = {"greater": 1.0, "less": -1.0}.get(
        model.alternative, 1.0 if theta > model.null else -1.0
    )

    def excess(size: float) -> float:
        power = study_power(v, model.null + sign * size, model)
        return _p_value(observed, power, test)[0] - LIMIT_P

    if excess(0.0) >= 0.0:
        return None
    try:
        low, high = doubling_bracket(excess, 0.0, float(np.sqrt(v.min())))
    except ConvergenceError:
        return None
    return model.null + sign * bracketed_root(excess, low, high)

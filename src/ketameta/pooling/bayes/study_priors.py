"""Priors of tau that follow from how precise the studies are, as rules rather than beliefs."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NoReturn

import numpy as np
from scipy.special import logsumexp

from ketameta.errors import DataError, UsageError
from ketameta.measures.estimates import FloatArray
from ketameta.pooling.bayes.custom_prior import CustomPrior
from ketameta.pooling.bayes.priors import Lomax, TauPrior, above_zero

CELLS_AT_ONCE = 2_000_000
# The trapezoidal rule over log(tau) converges like exp(-2 pi d / STEP), d about 1 the distance of
# the nearest singularity from the real line; beyond REACH nothing above 1e-17 is left.
STEP, REACH = 0.1, 42.0

LogDensity = Callable[[FloatArray, FloatArray], FloatArray]


@dataclass(frozen=True, slots=True)
class UniformShare:
    """tau^2/(s^2 + tau^2) uniform on (0, 1): p(tau) = 2 s^2 tau/(s^2 + tau^2)^2.

    References
    ----------
    Roever C. Journal of Statistical Software 2020;93(6). doi:10.18637/jss.v093.i06.
    """

    scale: float
    name: str
    proper = True
    tail = 2.0
    upper = math.inf

    def __post_init__(self) -> None:
        above_zero(self.name, scale=self.scale)

    @property
    def label(self) -> str:
        return f"{self.name} (scale {self.scale:.3g} from the studies)"

    @property
    def landmarks(self) -> tuple[float, ...]:
        return (self.scale,)

    def log_density(self, tau: FloatArray) -> FloatArray:
        t = tau / self.scale
        with np.errstate(divide="ignore"):
            return np.asarray(np.log(2.0 * t) - math.log(self.scale) - 2.0 * np.log1p(t * t))

    def slope(self, tau: FloatArray) -> FloatArray:
        return np.asarray(1.0 / tau - 4.0 * tau / (self.scale**2 + tau * tau))

    def cdf(self, tau: FloatArray) -> FloatArray:
        t = (tau / self.scale) ** 2
        return np.asarray(t / (1.0 + t))

    def quantile(self, p: FloatArray) -> FloatArray:
        return np.asarray(self.scale * np.sqrt(p / (1.0 - p)))


@dataclass(frozen=True, slots=True)
class DuMouchel(Lomax):
    """s/(s + tau)^2, a Lomax distribution of shape 1 whose median s follows from the studies."""

    @property
    def label(self) -> str:
        return f"DuMouchel (scale {self.scale:.3g} from the studies)"


@dataclass(frozen=True, slots=True)
class StudyPrior:
    """A prior that is not one before the sampling variances are known: see `given`.

    Stands where a `TauPrior` may stand until the model is fitted; asked for a density before, it
    says what is missing.
    """

    code: str
    upper = math.inf

    def given(self, v: FloatArray) -> TauPrior:
        """The prior for studies with sampling variances `v`, shape (k,).

        Raises
        ------
        DataError
            When the rule needs more studies than there are.
        """
        return _RULES[self.code](np.asarray(v, dtype=np.float64))

    @property
    def label(self) -> str:
        return self.code

    @property
    def proper(self) -> bool:
        return self._unknown()

    @property
    def tail(self) -> float:
        return self._unknown()

    @property
    def landmarks(self) -> tuple[float, ...]:
        return self._unknown()

    def log_density(self, tau: FloatArray) -> FloatArray:
        return self._unknown()

    def slope(self, tau: FloatArray) -> FloatArray:
        return self._unknown()

    def cdf(self, tau: FloatArray) -> FloatArray:
        return self._unknown()

    def quantile(self, p: FloatArray) -> FloatArray:
        return self._unknown()

    def _unknown(self) -> NoReturn:
        raise UsageError(
            f"prior {self.code}: it follows from the standard errors of the studies. Call its "
            "given() with their sampling variances first."
        )


def jeffreys() -> StudyPrior:
    """sqrt(sum (tau/(v_i + tau^2))^2): Jeffreys's rule for tau alone. Improper; two studies up.

    References
    ----------
    Roever C. Journal of Statistical Software 2020;93(6). doi:10.18637/jss.v093.i06.
    """
    return StudyPrior("jeffreys")


def overall_jeffreys() -> StudyPrior:
    """Jeffreys's rule for mean and tau together; its mass is finite and made 1.

    sqrt(sum 1/(v_i + tau^2) * sum (tau/(v_i + tau^2))^2).

    References
    ----------
    Roever C. Journal of Statistical Software 2020;93(6). doi:10.18637/jss.v093.i06.
    """
    return StudyPrior("overall-jeffreys")


def berger_deely() -> StudyPrior:
    """Geometric mean of tau/(v_i + tau^2). Improper; two studies up.

    References
    ----------
    Berger JO, Deely J. J Am Stat Assoc 1988;83:364-373. doi:10.1080/01621459.1988.10478606.
    """
    return StudyPrior("berger-deely")


def conventional() -> StudyPrior:
    """Geometric mean of tau/(v_i + tau^2)^(3/2), a proper variant of Berger and Deely's.

    References
    ----------
    Roever C. Journal of Statistical Software 2020;93(6). doi:10.18637/jss.v093.i06.
    """
    return StudyPrior("conventional")


def dumouchel() -> StudyPrior:
    """s/(s + tau)^2, s^2 the harmonic mean of the v_i, which is its median squared.

    References
    ----------
    Roever C. Journal of Statistical Software 2020;93(6). doi:10.18637/jss.v093.i06.
    """
    return StudyPrior("dumouchel")


def shrinkage() -> StudyPrior:
    """Uniform on s^2/(s^2 + tau^2), the average shrinkage, s^2 the harmonic mean of the v_i.

    References
    ----------
    Daniels MJ. Can J Stat 1999;27:567-578. doi:10.2307/3316112.
    """
    return StudyPrior("shrinkage")


def uniform_i2() -> StudyPrior:
    """Uniform on I^2 = tau^2/(tau^2 + s^2), s^2 the typical sampling variance; two studies up.

    References
    ----------
    Roever C. Journal of Statistical Software 2020;93(6). doi:10.18637/jss.v093.i06.
    """
    return StudyPrior("i2")


def _each(tau: FloatArray, v: FloatArray, power: float) -> FloatArray:
    """log of tau/(v_i + tau^2)^power, shape (j, k)."""
    t = np.maximum(tau, 1e-300)[:, None]
    return np.asarray(np.log(t) - power * np.log(v + t * t))


def _log_jeffreys(tau: FloatArray, v: FloatArray) -> FloatArray:
    return np.asarray(0.5 * logsumexp(2.0 * _each(tau, v, 1.0), axis=1))


def _log_overall(tau: FloatArray, v: FloatArray) -> FloatArray:
    t = tau[:, None]
    return np.asarray(0.5 * logsumexp(-np.log(v + t * t), axis=1)) + _log_jeffreys(tau, v)


def _log_berger_deely(tau: FloatArray, v: FloatArray) -> FloatArray:
    return np.asarray(_each(tau, v, 1.0).mean(axis=1))


def _log_conventional(tau: FloatArray, v: FloatArray) -> FloatArray:
    return np.asarray(_each(tau, v, 1.5).mean(axis=1))


def _by_density(log_density: LogDensity, label: str, *, proper: bool) -> Callable[..., TauPrior]:
    def given(v: FloatArray) -> TauPrior:
        def over_tau(tau: FloatArray) -> FloatArray:
            flat = np.ravel(tau)
            rows = max(1, CELLS_AT_ONCE // v.size)
            parts = [log_density(flat[i : i + rows], v) for i in range(0, flat.size, rows)]
            return np.concatenate(parts or [flat]).reshape(np.shape(tau))

        mass = _log_mass(over_tau, v) if proper else 0.0
        return CustomPrior(
            lambda tau: over_tau(tau) - mass,
            scale=_harmonic_sd(v),
            proper=proper,
            label=label if proper else f"{label} (improper)",
        )

    return given


def _log_mass(log_density: Callable[[FloatArray], FloatArray], v: FloatArray) -> float:
    """log of the integral over tau, by the trapezoidal rule over log(tau)."""
    low, high = 0.5 * math.log(float(v.min())) - REACH / 2, 0.5 * math.log(float(v.max())) + REACH
    u = np.arange(low, high, STEP)
    return float(logsumexp(log_density(np.exp(u)) + u) + math.log(STEP))


def _harmonic_sd(v: FloatArray) -> float:
    return math.sqrt(v.size / float(np.sum(1.0 / v)))


def _typical_sd(v: FloatArray) -> float:
    if v.size < 2:
        raise DataError("prior i2: with one study there is no I2. Use half-normal:0.5.")
    w = float(v.min()) / v
    total, largest = float(w.sum()), int(w.argmax())
    # W^2 - sum w^2 as a sum of products, which a single very precise study does not cancel.
    others = total - w
    others[largest] = np.delete(w, largest).sum()
    typical = (v.size - 1) * total / float(np.sum(w * others))
    return math.sqrt(typical * float(v.min()))


_RULES: Mapping[str, Callable[[FloatArray], TauPrior]] = {
    "jeffreys": _by_density(_log_jeffreys, "Jeffreys", proper=False),
    "overall-jeffreys": _by_density(_log_overall, "overall Jeffreys", proper=True),
    "berger-deely": _by_density(_log_berger_deely, "Berger-Deely", proper=False),
    "conventional": _by_density(_log_conventional, "conventional", proper=True),
    "dumouchel": lambda v: DuMouchel(1.0, _harmonic_sd(v)),
    "shrinkage": lambda v: UniformShare(_harmonic_sd(v), "uniform shrinkage"),
    "i2": lambda v: UniformShare(_typical_sd(v), "uniform on I2"),
}

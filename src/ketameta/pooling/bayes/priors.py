"""Prior distributions for tau, the standard deviation of true effects between studies."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar, Protocol

import numpy as np
from scipy.special import betainc, betaincinv, betaln, erf, erfinv

from ketameta.errors import UsageError
from ketameta.measures.estimates import FloatArray

LIGHT = math.inf


class TauPrior(Protocol):
    """What the quadrature asks of a prior on tau; all functions take arrays of tau > 0.

    Attributes
    ----------
    label
        The prior in words for readers, such as "half-normal(0.5)".
    proper
        Whether it has a total mass of 1.
    tail
        Exponent r of the right tail P(tau > t) ~ t^-r; infinite for lighter tails, -1 for the
        flat improper prior. Decides which posterior moments exist.
    upper
        End of the support.
    landmarks
        Values of tau around which the density changes its course.
    """

    @property
    def label(self) -> str: ...
    @property
    def proper(self) -> bool: ...
    @property
    def tail(self) -> float: ...
    @property
    def upper(self) -> float: ...
    @property
    def landmarks(self) -> tuple[float, ...]: ...

    def log_density(self, tau: FloatArray) -> FloatArray:
        """log p(tau)."""
        ...

    def slope(self, tau: FloatArray) -> FloatArray:
        """d log p(tau) / d tau."""
        ...

    def cdf(self, tau: FloatArray) -> FloatArray | None:
        """P(tau' <= tau), to full relative precision near 0; None where it is not known."""
        ...

    def quantile(self, p: FloatArray) -> FloatArray | None:
        """Inverse of `cdf`."""
        ...


@dataclass(frozen=True, slots=True)
class HalfNormal:
    """|N(0, scale^2)|: scale 0.5 suits log odds ratios and standardised mean differences.

    References
    ----------
    Roever C et al. Res Synth Methods 2021;12:448-474. doi:10.1002/jrsm.1475.
    """

    scale: float
    proper = True
    tail = LIGHT
    upper = math.inf

    def __post_init__(self) -> None:
        above_zero("half-normal", scale=self.scale)

    @property
    def label(self) -> str:
        return f"half-normal({self.scale:g})"

    @property
    def landmarks(self) -> tuple[float, ...]:
        return (self.scale,)

    def log_density(self, tau: FloatArray) -> FloatArray:
        constant = 0.5 * math.log(2.0 / math.pi) - math.log(self.scale)
        return np.asarray(constant - 0.5 * (tau / self.scale) ** 2)

    def slope(self, tau: FloatArray) -> FloatArray:
        return np.asarray(-tau / self.scale**2)

    def cdf(self, tau: FloatArray) -> FloatArray:
        return np.asarray(erf(tau / (self.scale * math.sqrt(2.0))))

    def quantile(self, p: FloatArray) -> FloatArray:
        return np.asarray(self.scale * math.sqrt(2.0) * erfinv(p))


@dataclass(frozen=True, slots=True)
class HalfT:
    """|scale * t(df)|: a half-normal with heavier tails.

    References
    ----------
    Gelman A. Bayesian Analysis 2006;1:515-534. doi:10.1214/06-BA117A.
    """

    scale: float
    df: float
    proper = True
    upper = math.inf

    def __post_init__(self) -> None:
        above_zero("half-t", scale=self.scale, df=self.df)

    @property
    def label(self) -> str:
        if self.df == 1.0:
            return f"half-Cauchy({self.scale:g})"
        return f"half-t({self.scale:g}, df {self.df:g})"

    @property
    def tail(self) -> float:
        return self.df

    @property
    def landmarks(self) -> tuple[float, ...]:
        return (self.scale, self.scale * math.sqrt(self.df))

    def log_density(self, tau: FloatArray) -> FloatArray:
        constant = math.log(2.0) - 0.5 * math.log(self.df) - float(betaln(0.5, 0.5 * self.df))
        square = (tau / self.scale) ** 2 / self.df
        return np.asarray(
            constant - math.log(self.scale) - 0.5 * (self.df + 1.0) * np.log1p(square)
        )

    def slope(self, tau: FloatArray) -> FloatArray:
        return np.asarray(-(self.df + 1.0) * tau / (self.df * self.scale**2 + tau**2))

    def cdf(self, tau: FloatArray) -> FloatArray:
        square = (tau / self.scale) ** 2
        return np.asarray(betainc(0.5, 0.5 * self.df, square / (self.df + square)))

    def quantile(self, p: FloatArray) -> FloatArray:
        share = betaincinv(0.5, 0.5 * self.df, p)
        return np.asarray(self.scale * np.sqrt(self.df * share / (1.0 - share)))


@dataclass(frozen=True, slots=True)
class Lomax:
    """Pareto distribution starting at 0: P(tau > t) = (1 + t / scale)^-shape.

    References
    ----------
    Roever C et al. Res Synth Methods 2021;12:448-474. doi:10.1002/jrsm.1475.
    """

    shape: float
    scale: float
    proper = True
    upper = math.inf

    def __post_init__(self) -> None:
        above_zero("lomax", shape=self.shape, scale=self.scale)

    @property
    def label(self) -> str:
        return f"Lomax(shape {self.shape:g}, scale {self.scale:g})"

    @property
    def tail(self) -> float:
        return self.shape

    @property
    def landmarks(self) -> tuple[float, ...]:
        return (self.scale, self.scale / self.shape)

    def log_density(self, tau: FloatArray) -> FloatArray:
        constant = math.log(self.shape) - math.log(self.scale)
        return np.asarray(constant - (self.shape + 1.0) * np.log1p(tau / self.scale))

    def slope(self, tau: FloatArray) -> FloatArray:
        return np.asarray(-(self.shape + 1.0) / (self.scale + tau))

    def cdf(self, tau: FloatArray) -> FloatArray:
        return np.asarray(-np.expm1(-self.shape * np.log1p(tau / self.scale)))

    def quantile(self, p: FloatArray) -> FloatArray:
        return np.asarray(self.scale * np.expm1(-np.log1p(-p) / self.shape))


@dataclass(frozen=True, slots=True)
class Exponential:
    """Exponential distribution with mean `scale`.

    References
    ----------
    Roever C et al. Res Synth Methods 2021;12:448-474. doi:10.1002/jrsm.1475.
    """

    scale: float
    proper = True
    tail = LIGHT
    upper = math.inf

    def __post_init__(self) -> None:
        above_zero("exponential", scale=self.scale)

    @property
    def label(self) -> str:
        return f"exponential(mean {self.scale:g})"

    @property
    def landmarks(self) -> tuple[float, ...]:
        return (self.scale,)

    def log_density(self, tau: FloatArray) -> FloatArray:
        return np.asarray(-math.log(self.scale) - tau / self.scale)

    def slope(self, tau: FloatArray) -> FloatArray:
        return np.full(np.shape(tau), -1.0 / self.scale)

    def cdf(self, tau: FloatArray) -> FloatArray:
        return np.asarray(-np.expm1(-tau / self.scale))

    def quantile(self, p: FloatArray) -> FloatArray:
        return np.asarray(-self.scale * np.log1p(-p))


@dataclass(frozen=True, slots=True)
class Uniform:
    """Uniform on (0, upper); without an upper end the improper flat prior, for three studies up.

    References
    ----------
    Gelman A. Bayesian Analysis 2006;1:515-534. doi:10.1214/06-BA117A.
    """

    upper: float = math.inf

    def __post_init__(self) -> None:
        if not self.upper > 0.0:
            raise UsageError(f"prior uniform: upper must be above 0, not {self.upper:g}.")

    @property
    def label(self) -> str:
        return f"uniform(0, {self.upper:g})" if self.proper else "flat on tau (improper)"

    @property
    def proper(self) -> bool:
        return math.isfinite(self.upper)

    @property
    def tail(self) -> float:
        return LIGHT if self.proper else -1.0

    @property
    def landmarks(self) -> tuple[float, ...]:
        return (self.upper,) if self.proper else ()

    def log_density(self, tau: FloatArray) -> FloatArray:
        height = -math.log(self.upper) if self.proper else 0.0
        return np.where(tau <= self.upper, height, -np.inf)

    def slope(self, tau: FloatArray) -> FloatArray:
        return np.zeros(np.shape(tau))

    def cdf(self, tau: FloatArray) -> FloatArray:
        """The share below tau; for the improper prior the mass below tau."""
        return np.asarray(np.minimum(tau / self.upper, 1.0) if self.proper else tau)

    def quantile(self, p: FloatArray) -> FloatArray:
        return np.asarray(p * self.upper if self.proper else p)


@dataclass(frozen=True, slots=True)
class UniformRoot:
    """The square root of tau uniform, p(tau) = tau^(-1/2): improper, for two studies up.

    References
    ----------
    Roever C. Journal of Statistical Software 2020;93(6). doi:10.18637/jss.v093.i06.
    """

    proper = False
    tail = -0.5
    upper = math.inf
    landmarks: ClassVar[tuple[float, ...]] = ()
    label = "uniform on the root of tau (improper)"

    def log_density(self, tau: FloatArray) -> FloatArray:
        return np.asarray(-0.5 * np.log(np.maximum(tau, 1e-300)))

    def slope(self, tau: FloatArray) -> FloatArray:
        return np.asarray(-0.5 / tau)

    def cdf(self, tau: FloatArray) -> FloatArray:
        """The mass below tau."""
        return np.asarray(2.0 * np.sqrt(tau))

    def quantile(self, p: FloatArray) -> FloatArray:
        return np.asarray((0.5 * p) ** 2)


def above_zero(prior: str, **values: float) -> None:
    """Refuse parameters that are not positive and finite (`upper` may be infinite)."""
    for name, value in values.items():
        if not value > 0.0 or (math.isinf(value) and name != "upper"):
            raise UsageError(f"prior {prior}: {name} must be above 0, not {value:g}.")

"""How linear predictors are made of coefficients, random effects and study intercepts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ketameta.measures.estimates import FloatArray
from ketameta.pooling.glmm.likelihoods import Cells


@dataclass(frozen=True, slots=True)
class Design:
    """In arm g: eta = fixed[g] beta + sum of random[g, d] sigma[d] z[d] + own[g] alpha_i.

    z are independent standard normals of each study, alpha_i a parameter of each study.

    Attributes
    ----------
    cells
        One entry per arm (a single one where the likelihood is conditional).
    fixed
        Loadings of the coefficients, shape (arms, p).
    random
        Loadings of the random effects, shape (arms, d).
    own
        Loadings of the study's own parameter, shape (arms,); None where there is none.
    k
        Number of studies.
    """

    cells: tuple[Cells, ...]
    fixed: FloatArray
    random: FloatArray
    own: FloatArray | None
    k: int

    @property
    def p(self) -> int:
        """Number of coefficients."""
        return int(self.fixed.shape[1])

    @property
    def d(self) -> int:
        """Number of random effects."""
        return int(self.random.shape[1])

    @property
    def shared(self) -> int:
        """Number of parameters that all studies share."""
        return self.p + self.d

    @property
    def size(self) -> int:
        """Number of parameters that act on one study."""
        return self.shared + (self.own is not None)


@dataclass(frozen=True, slots=True)
class Parameters:
    """A point in parameter space.

    Attributes
    ----------
    beta, sigma
        Coefficients (p,) and standard deviations of the random effects (d,). The likelihood is
        even in each sigma, so that a search may pass through 0.
    alpha
        The studies' own parameters, shape (k,); zeros where there are none.
    """

    beta: FloatArray
    sigma: FloatArray
    alpha: FloatArray

    def moved(self, shared: FloatArray, own: FloatArray) -> Parameters:
        """This point plus a step of the shared parameters (p + d,) and of the own ones (k,)."""
        p = self.beta.size
        return Parameters(self.beta + shared[:p], self.sigma + shared[p:], self.alpha + own)


def predictor(design: Design, at: Parameters, arm: int, z: FloatArray) -> FloatArray:
    """Linear predictor of one arm at random effects z, shape (k, n, d); result (k, n)."""
    eta = (z * (design.random[arm] * at.sigma)).sum(axis=2) + float(design.fixed[arm] @ at.beta)
    if design.own is not None:
        eta = eta + design.own[arm] * at.alpha[:, None]
    return np.asarray(eta)


def directions(design: Design, arm: int, z: FloatArray) -> FloatArray:
    """Derivative of the predictor in each parameter, shape (k, n, size)."""
    out = np.empty((*z.shape[:2], design.size))
    out[..., : design.p] = design.fixed[arm]
    out[..., design.p : design.shared] = z * design.random[arm]
    if design.own is not None:
        out[..., design.shared] = design.own[arm]
    return out

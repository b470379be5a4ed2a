"""Marginal log-likelihood of each study, integrated over its random effects."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ketameta.measures.estimates import FloatArray
from ketameta.pooling.glmm.design import Design, Parameters, directions, predictor
from ketameta.pooling.glmm.nodes import LOG_2_PI, Rule, nodes
from ketameta.pooling.glmm.random_modes import modes as likeliest


@dataclass(frozen=True, slots=True)
class Evaluation:
    """One value per study, with derivatives in the shared and then the own parameter.

    Attributes
    ----------
    value
        Marginal log-likelihood, shape (k,).
    gradient, hessian
        Shapes (k, size) and (k, size, size).
    modes
        The likeliest random effects, shape (k, d): where a next evaluation starts.
    """

    value: FloatArray
    gradient: FloatArray
    hessian: FloatArray
    modes: FloatArray


def evaluate(
    design: Design, at: Parameters, rule: Rule, modes: FloatArray | None = None
) -> Evaluation:
    """Marginal log-likelihoods at `at`, integrated by the rule.

    The nodes lie around each study's likeliest random effects. Derivatives are posterior moments
    of the complete-data score (Louis's identity), taken with the same nodes.

    References
    ----------
    Liu Q, Pierce DA. Biometrika 1994;81:624-629. doi:10.1093/biomet/81.3.624 (adaptive nodes).
    Trefethen LN, Weideman JAC. SIAM Review 2014;56:385-458. doi:10.1137/130932132 (trapezoids).
    Louis TA. J R Stat Soc B 1982;44:226-233. doi:10.1111/j.2517-6161.1982.tb01203.x.
    """
    start = np.zeros((design.k, design.d)) if modes is None else modes
    centre, precision = likeliest(design, at, start)
    z, log_mass = nodes(design, at, rule, centre, precision)
    log_mass = log_mass - 0.5 * ((z * z).sum(axis=2) + design.d * LOG_2_PI)
    score = np.zeros((*z.shape[:2], design.size))
    curves = []
    for arm, cells in enumerate(design.cells):
        found = cells(predictor(design, at, arm, z))
        along = directions(design, arm, z)
        log_mass = log_mass + found.value
        score += found.first[..., None] * along
        curves.append((found.second, along))
    highest = log_mass.max(axis=1, keepdims=True)
    mass = np.exp(log_mass - highest)
    total = mass.sum(axis=1, keepdims=True)
    share = mass / total
    gradient = np.einsum("kn,knp->kp", share, score)
    away = score - gradient[:, None, :]
    hessian = np.matmul((share[..., None] * away).transpose(0, 2, 1), away)
    for second, along in curves:
        hessian += np.matmul(((share * second)[..., None] * along).transpose(0, 2, 1), along)
    return Evaluation((highest + np.log(total))[:, 0], gradient, hessian, centre)

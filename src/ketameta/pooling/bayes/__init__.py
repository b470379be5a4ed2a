"""The Bayesian normal-normal hierarchical model, by quadrature; made for few studies."""

from __future__ import annotations

from ketameta.pooling.bayes.curves import DensityCurves, density_curves
from ketameta.pooling.bayes.custom_prior import CustomPrior
from ketameta.pooling.bayes.fit import bayes, summarise
from ketameta.pooling.bayes.hierarchy import NormalPrior
from ketameta.pooling.bayes.log_priors import LogNormalTau2, LogTTau2
from ketameta.pooling.bayes.posterior import Posterior, fit_posterior
from ketameta.pooling.bayes.prior_catalog import (
    PRIORS,
    default_prior,
    half_cauchy,
    parse_mean_prior,
    parse_prior,
)
from ketameta.pooling.bayes.priors import (
    Exponential,
    HalfNormal,
    HalfT,
    Lomax,
    TauPrior,
    Uniform,
    UniformRoot,
)
from ketameta.pooling.bayes.published_priors import RHODES, TURNER, rhodes, turner
from ketameta.pooling.bayes.result import BayesResult, PosteriorSummary
from ketameta.pooling.bayes.sensitivity import plausible_priors, prior_sensitivity
from ketameta.pooling.bayes.study_priors import DuMouchel, StudyPrior, UniformShare

__all__ = [
    "PRIORS",
    "RHODES",
    "TURNER",
    "BayesResult",
    "CustomPrior",
    "DensityCurves",
    "DuMouchel",
    "Exponential",
    "HalfNormal",
    "HalfT",
    "LogNormalTau2",
    "LogTTau2",
    "Lomax",
    "NormalPrior",
    "Posterior",
    "PosteriorSummary",
    "StudyPrior",
    "TauPrior",
    "Uniform",
    "UniformRoot",
    "UniformShare",
    "bayes",
    "default_prior",
    "density_curves",
    "fit_posterior",
    "half_cauchy",
    "parse_mean_prior",
    "parse_prior",
    "plausible_priors",
    "prior_sensitivity",
    "rhodes",
    "summarise",
    "turner",
]

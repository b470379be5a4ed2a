"""Generalised linear mixed models for counts and rates: no zero-cell correction is needed."""

from __future__ import annotations

from ketameta.pooling.glmm.fit import glmm
from ketameta.pooling.glmm.hypergeometric import HypergeometricTables
from ketameta.pooling.glmm.models import GLMM_MODELS, ModelEntry, glmm_model
from ketameta.pooling.glmm.result import (
    CommonEffect,
    FitCertificate,
    GLMMHeterogeneity,
    GLMMResult,
)

__all__ = [
    "GLMM_MODELS",
    "CommonEffect",
    "FitCertificate",
    "GLMMHeterogeneity",
    "GLMMResult",
    "HypergeometricTables",
    "ModelEntry",
    "glmm",
    "glmm_model",
]

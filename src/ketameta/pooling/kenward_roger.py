"""Kenward-Roger interval for the mean, and the prediction interval that goes with it."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from ketameta.pooling.intercept_batch import InterceptBatch
from ketameta.pooling.intervals import MeanInference, t_inference, wald
from ketameta.pooling.prediction import Prediction, around, too_few
from ketameta.pooling.weighted_mean import WeightedMean


@dataclass(frozen=True, slots=True)
class KenwardRoger:
    """Adjusted standard error of the mean and its degrees of freedom."""

    se: float
    df: float


def kenward_roger_adjustment(mean: WeightedMean) -> KenwardRoger:
    """Standard error that allows for tau2 being estimated, and Satterthwaite-type df.

    With A, B, C the sums of w, w^2, w^3 and I = B/2 - C/A + (B/A)^2/2 the expected information
    on tau2: variance (1 + 2 (C/A - (B/A)^2) / I) / A and df = 2 I / (variance * B)^2.

    References
    ----------
    Kenward MG, Roger JH. Biometrics 1997;53:983-997. doi:10.2307/2533558.
    Partlett C, Riley RD. Stat Med 2017;36:301-317. doi:10.1002/sim.7140.
    """
    batch = InterceptBatch.build(mean.y[None, :], mean.v[None, :])
    unit = float(batch.unit[0]) ** 2
    terms = batch.terms(np.array([mean.tau2]) / unit, restricted=True)
    # In units in which variances are about 1: squares of very small or large ones do not exist.
    information = 0.5 * float(terms.trace_sq[0])
    w = unit / (mean.v + mean.tau2)
    total, average = float(np.sum(w)), float(np.sum(w * w) / np.sum(w))
    spread = float(np.sum(w * (w - average) ** 2)) / total
    variance = (1.0 + 2.0 * spread / information) / total
    df = 2.0 * information / (variance * average * total) ** 2
    return KenwardRoger(math.sqrt(unit * variance), df)


def kenward_roger(mean: WeightedMean, level: float) -> MeanInference:
    """t interval with the Kenward-Roger standard error and degrees of freedom; for REML.

    meta: `method.random.ci = "KR"`.

    References
    ----------
    Partlett C, Riley RD. Stat Med 2017;36:301-317. doi:10.1002/sim.7140.
    """
    if mean.k == 1:
        return wald(mean, level)
    adjusted = kenward_roger_adjustment(mean)
    return t_inference(mean.estimate, adjusted.se, level, adjusted.df)


def kenward_roger_prediction(
    mean: WeightedMean, inference: MeanInference, level: float
) -> Prediction:
    """mean -/+ t(df - 1) * sqrt(SE^2 + tau2) with Kenward-Roger SE and df; for REML.

    None where df is not above 1. meta: `method.predict = "KR-PR"`; pimeta: `method = "KR"`.

    References
    ----------
    Partlett C, Riley RD. Stat Med 2017;36:301-317. doi:10.1002/sim.7140.
    """
    adjusted = kenward_roger_adjustment(mean)
    if adjusted.df <= 1.0:
        return too_few(mean.k, "the Kenward-Roger prediction interval", 3)
    spread = (adjusted.se, mean.tau2)
    return around(inference.estimate, spread, adjusted.df - 1.0, level)

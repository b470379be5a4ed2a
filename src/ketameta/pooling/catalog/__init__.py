"""Every pooling method by its code, with its name, what it is for, and its reference."""

from __future__ import annotations

from typing import Any

from ketameta.pooling.catalog.common_effect import (
    COMMON_EFFECT_METHODS,
    COMMON_RATE_METHODS,
    CommonEffectFunction,
    CommonRateFunction,
)
from ketameta.pooling.catalog.intervals import INTERVAL_METHODS, SCORE, IntervalFunction
from ketameta.pooling.catalog.method import Catalog, Method
from ketameta.pooling.catalog.predictions import PREDICTION_METHODS, PredictionFunction
from ketameta.pooling.catalog.tau2 import TAU2_METHODS, Tau2Function
from ketameta.pooling.catalog.tau2_intervals import TAU2_INTERVAL_METHODS, Tau2IntervalFunction
from ketameta.pooling.look_up import look_up

__all__ = [
    "COMMON_EFFECT_METHODS",
    "COMMON_RATE_METHODS",
    "INTERVAL_METHODS",
    "PREDICTION_METHODS",
    "SCORE",
    "TAU2_INTERVAL_METHODS",
    "TAU2_METHODS",
    "Catalog",
    "Method",
    "common_effect_method",
    "common_rate_method",
    "interval_method",
    "prediction_method",
    "tau2_interval_method",
    "tau2_method",
    "used_interval",
]


def tau2_method(code: str) -> Method[Tau2Function]:
    """The estimator with this code, in any case; `UsageError` with a suggestion otherwise."""
    return look_up(TAU2_METHODS, code, "tau2 method")


def interval_method(code: str) -> Method[IntervalFunction]:
    """The interval method with this code, in any case; `UsageError` otherwise."""
    return look_up(INTERVAL_METHODS, code, "interval method")


def used_interval(code: str) -> Method[Any]:
    """The interval method of a result: one that can be chosen, or `SCORE`, which cannot."""
    return SCORE if code == SCORE.code else interval_method(code)


def prediction_method(code: str) -> Method[PredictionFunction]:
    """The prediction-interval method with this code, in any case; `UsageError` otherwise."""
    return look_up(PREDICTION_METHODS, code, "prediction method")


def tau2_interval_method(code: str) -> Method[Tau2IntervalFunction]:
    """The method for the interval of tau2 with this code, in any case; `UsageError` otherwise."""
    return look_up(TAU2_INTERVAL_METHODS, code, "tau2 interval")


def common_effect_method(code: str) -> Method[CommonEffectFunction]:
    """The method for sparse tables with this code, in any case; `UsageError` otherwise."""
    return look_up(COMMON_EFFECT_METHODS, code, "common-effect method")


def common_rate_method(code: str) -> Method[CommonRateFunction]:
    """The method for events over person-time with this code; `UsageError` otherwise."""
    return look_up(COMMON_RATE_METHODS, code, "common-rate method")

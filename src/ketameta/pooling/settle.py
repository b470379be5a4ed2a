"""Choices made definite: catalog spelling, defaults filled in, combinations checked."""

from __future__ import annotations

from ketameta.errors import UsageError
from ketameta.measures.level import check_level
from ketameta.pooling import catalog
from ketameta.pooling.choices import PoolingChoices

# They take the model as given and only ask how far the mean may be off.
EQUAL_EFFECTS_INTERVALS = frozenset({"wald", "t", "permutation"})
# Derived for one estimator of tau2 only.
ESTIMATOR_OF_INTERVAL = {"kr": "REML", "pl": "ML"}
ESTIMATOR_OF_PREDICTION = {"kr": "REML"}


def settle(
    choices: PoolingChoices,
    tau2: str | None = None,
    interval: str | None = None,
    prediction: str | None = None,
    level: float | None = None,
) -> PoolingChoices:
    """Choices with single ones replaced, codes in their catalog spelling, and checked.

    Raises
    ------
    UsageError
        For an unknown method, a level outside (0, 1), or methods that do not fit together.
    """
    estimator = catalog.tau2_method(choices.tau2 if tau2 is None else tau2).code
    wanted = choices.interval if interval is None else interval
    if wanted is None:
        wanted = "wald" if estimator == "EE" else "hksj"
    method = catalog.interval_method(wanted).code
    ahead = catalog.prediction_method(choices.prediction if prediction is None else prediction)
    limits = catalog.tau2_interval_method(choices.tau2_interval).code
    _check_fit(estimator, method, ahead.code)
    coverage = check_level(choices.level if level is None else level)
    return PoolingChoices(estimator, method, ahead.code, coverage, limits)


def _check_fit(estimator: str, interval: str, prediction: str) -> None:
    if estimator == "EE" and interval not in EQUAL_EFFECTS_INTERVALS:
        raise UsageError(
            f"interval method: {interval} allows for effects that differ between studies and does "
            "not fit the equal-effects model (EE). Use wald, or a random-effects tau2 method."
        )
    needed = ESTIMATOR_OF_INTERVAL.get(interval, estimator)
    if estimator != needed:
        raise UsageError(
            f"interval method: {interval} is derived for {needed}, not for {estimator}. "
            f"Use the tau2 method {needed}, or another interval."
        )
    needed = ESTIMATOR_OF_PREDICTION.get(prediction, estimator)
    if estimator not in {needed, "EE"}:
        raise UsageError(
            f"prediction method: {prediction} is derived for {needed}, not for {estimator}. "
            f"Use the tau2 method {needed}, or another prediction method."
        )

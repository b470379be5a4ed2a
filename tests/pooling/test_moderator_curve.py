"""The line of a bubble plot is the regression's own prediction; hopeless moderators are refused."""

from __future__ import annotations

import numpy as np
import pytest

from ketameta.errors import DataError
from ketameta.measures.estimates import EffectEstimates
from ketameta.pooling.moderator_curve import moderator_curve
from ketameta.pooling.regression import regress
from ketameta.pooling.regression_choices import RegressionChoices
from ketameta.pooling.regression_prediction import predict_at

X = [1.0, 2.0, 3.0, 5.0, 8.0]
TRIALS = EffectEstimates.from_arrays("MD", [0.3, 0.1, 0.9, 1.2, 2.3], [0.1, 0.2, 0.1, 0.3, 0.2])


def test_exact_effects_on_a_line_give_that_line() -> None:
    exact = EffectEstimates.from_arrays("MD", [2 - 3 * x for x in X], [0.1] * 5)
    curve = moderator_curve(exact, X, moderator="dose")
    assert curve.fitted == pytest.approx(2 - 3 * curve.axis)
    assert (curve.axis[0], curve.axis[-1]) == (1.0, 8.0)


def test_the_line_is_what_the_regression_predicts() -> None:
    choices = RegressionChoices(tau2="DL")
    curve = moderator_curve(TRIALS, X, moderator="any name, even ~ this", choices=choices)
    fit = regress(TRIALS, "~ x", {"x": np.array(X)}, choices)
    ahead = predict_at(fit, {"x": curve.axis})
    assert curve.low == pytest.approx(ahead.low, rel=1e-12)
    assert curve.prediction_high == pytest.approx(ahead.prediction_high, rel=1e-12)
    assert curve.weight == pytest.approx(fit.weights, rel=1e-12)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ([4.0] * 5, "with 1 different values"),
        ([1.0, np.nan, 2.0, 3.0, 4.0], "one finite number"),
        ([1.0, 2.0], "one finite number"),
    ],
)
def test_moderators_without_a_line(values: list[float], message: str) -> None:
    with pytest.raises(DataError, match=message):
        moderator_curve(TRIALS, values, moderator="dose")

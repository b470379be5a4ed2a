"""One analysis from counts to prediction interval, against numbers computed beforehand in R.

Five odds ratios of abstinence: four from counts (events/total treated v control), one reported
as OR 0.80 (0.31 to 2.10) for the opposite contrast. REML with Hartung-Knapp-Sidik-Jonkman.
"""

from __future__ import annotations

import math

import pytest

from ketameta.measures.estimates import EffectEstimates
from ketameta.pooling.pool import pool

COUNTS = [(73, 111, 24, 100), (14, 17, 15, 23), (13, 26, 6, 27), (13, 27, 3, 28)]


def abstinence() -> EffectEstimates:
    y, v = [], []
    for a, n1, c, n2 in COUNTS:
        y.append(math.log(a * (n2 - c) / ((n1 - a) * c)))
        v.append(1 / a + 1 / (n1 - a) + 1 / c + 1 / (n2 - c))
    y.append(math.log(1 / 0.80))
    v.append((math.log(2.10 / 0.31) / (2 * 1.959964)) ** 2)
    return EffectEstimates.from_arrays("OR", y, v)


def test_odds_ratio_and_interval() -> None:
    result = pool(abstinence())
    odds_ratio = [math.exp(x) for x in (result.estimate, result.interval.low, result.interval.high)]
    assert odds_ratio == pytest.approx([3.5261, 1.4005, 8.8775], abs=5e-5)


def test_heterogeneity() -> None:
    found = pool(abstinence()).heterogeneity
    # metafor 3.8-1, rma(y, v, test = "knha", control = list(threshold = 1e-12, maxiter = 5000))
    assert found.tau2 == pytest.approx(0.319451006227, rel=1e-11)
    assert found.i2 == pytest.approx(53.272798327396, rel=1e-11)
    assert found.q == pytest.approx(8.787857564267, rel=1e-12)


def test_prediction_interval_rests_on_the_standard_error_of_the_interval() -> None:
    ahead = pool(abstinence()).prediction
    assert math.exp(ahead.low) == pytest.approx(0.57, abs=0.005)
    assert math.exp(ahead.high) == pytest.approx(21.8, abs=0.05)
    assert pool(abstinence(), prediction="hksj").prediction == ahead


@pytest.mark.parametrize(
    "choices", [{"prediction": "t(k-1)-plain"}, {"interval": "wald"}, {"interval": "t"}]
)
def test_prediction_interval_with_the_plain_standard_error(choices: dict[str, str]) -> None:
    ahead = pool(abstinence(), **choices).prediction
    # metafor 3.8-1, predict(rma(y, v, test = "t"))
    assert (ahead.low, ahead.high) == pytest.approx((-0.5927, 3.1131), abs=5e-5)

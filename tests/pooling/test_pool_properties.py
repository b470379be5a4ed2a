"""What must hold for every combination of methods and every data set."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ketameta.measures.estimates import EffectEstimates
from ketameta.pooling.catalog import (
    INTERVAL_METHODS,
    PREDICTION_METHODS,
    TAU2_INTERVAL_METHODS,
    TAU2_METHODS,
)
from ketameta.pooling.choices import PoolingChoices
from ketameta.pooling.pool import pool
from ketameta.pooling.result import Interval, PooledResult
from ketameta.pooling.settle import ESTIMATOR_OF_INTERVAL

CHOICES = [
    PoolingChoices(tau2=ESTIMATOR_OF_INTERVAL.get(code, "REML"), interval=code)
    for code in INTERVAL_METHODS
]
CHOICES += [PoolingChoices(prediction=code) for code in PREDICTION_METHODS if code != "bootstrap"]
CHOICES += [PoolingChoices(tau2_interval=code) for code in TAU2_INTERVAL_METHODS]
each_choice = pytest.mark.parametrize(
    "choices", CHOICES, ids=lambda c: f"{c.interval}/{c.prediction}/{c.tau2_interval}"
)


@st.composite
def data_sets(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray]:
    k = draw(st.integers(3, 7))
    y = np.array(draw(st.lists(st.integers(-20, 20), min_size=k, max_size=k))) / 8
    power = st.integers(-6, 6)
    return y, 2.0 ** np.array(draw(st.lists(power, min_size=k, max_size=k)))


def result(y: np.ndarray, v: np.ndarray, choices: PoolingChoices) -> PooledResult:
    return pool(EffectEstimates.from_arrays("MD", y, v), choices)


def moved(interval: Interval, shift: float, unit: float) -> list[float | None]:
    return [None if x is None else x * unit + shift for x in (interval.low, interval.high)]


def limits(interval: Interval) -> list[float | None]:
    return [interval.low, interval.high]


def assert_same(found: Interval, expected: list[float | None], size: float) -> None:
    for one, other in zip(limits(found), expected, strict=True):
        if other is None:
            assert one is None
        else:
            assert one == pytest.approx(other, rel=1e-7, abs=1e-7 * size)


@each_choice
@settings(max_examples=3, deadline=None, derandomize=True)
@given(data=data_sets(), shift=st.integers(-64, 64), power=st.integers(-10, 10))
def test_shift_and_scale(
    choices: PoolingChoices, data: tuple[np.ndarray, np.ndarray], shift: int, power: int
) -> None:
    y, v = data
    unit = 2.0**power
    before = result(y, v, choices)
    after = result((y + shift) * unit, v * unit**2, choices)
    size = unit * (float(np.ptp(y)) + before.se)
    assert after.estimate == pytest.approx(unit * (before.estimate + shift), abs=1e-9 * size)
    assert after.se == pytest.approx(unit * before.se, rel=1e-9)
    assert_same(after.interval, moved(before.interval, shift * unit, unit), size)
    assert_same(after.prediction, moved(before.prediction, shift * unit, unit), size)
    tau2 = [None if x is None else x * unit**2 for x in limits(before.heterogeneity.tau2_interval)]
    assert_same(after.heterogeneity.tau2_interval, tau2, size**2)


@each_choice
@settings(max_examples=3, deadline=None, derandomize=True)
@given(data=data_sets(), seed=st.integers(0, 99))
def test_order_of_studies(
    choices: PoolingChoices, data: tuple[np.ndarray, np.ndarray], seed: int
) -> None:
    y, v = data
    order = np.random.default_rng(seed).permutation(y.size)
    before, after = result(y, v, choices), result(y[order], v[order], choices)
    size = float(np.ptp(y)) + before.se
    assert after.estimate == pytest.approx(before.estimate, abs=1e-9 * size)
    assert_same(after.interval, limits(before.interval), size)
    assert_same(after.prediction, limits(before.prediction), size)
    assert after.weights == pytest.approx(before.weights[order], rel=1e-7)


@each_choice
@settings(max_examples=3, deadline=None, derandomize=True)
@given(data=data_sets())
def test_intervals_are_in_order(
    choices: PoolingChoices, data: tuple[np.ndarray, np.ndarray]
) -> None:
    found = result(*data, choices)
    assert np.sum(found.weights) == pytest.approx(100.0)
    assert found.se > 0.0
    if found.interval.low is not None and found.interval.high is not None:
        assert found.interval.low <= found.estimate <= found.interval.high
    if found.prediction.low is not None and found.prediction.high is not None:
        assert found.prediction.low <= found.estimate <= found.prediction.high
    spread = found.heterogeneity
    if spread.tau2_interval.low is not None and spread.tau2_interval.high is not None:
        assert 0.0 <= spread.tau2_interval.low <= spread.tau2_interval.high
        assert spread.i2_interval.high is not None
        assert 0.0 <= spread.i2_interval.high <= 100.0
    if found.p_value is not None:
        assert 0.0 < found.p_value <= 1.0


@each_choice
def test_a_higher_level_never_gives_a_narrower_interval(choices: PoolingChoices) -> None:
    rng = np.random.default_rng(10)
    y, v = rng.normal(0, 1.5, 8), rng.uniform(0.05, 0.5, 8)
    found = [pool(EffectEstimates.from_arrays("MD", y, v), choices, level=x) for x in (0.8, 0.95)]
    for kind in ("interval", "prediction"):
        narrow, wide = (getattr(one, kind) for one in found)
        assert wide.low <= narrow.low
        assert wide.high >= narrow.high
    narrow, wide = (one.heterogeneity.tau2_interval for one in found)
    assert wide.low <= narrow.low
    assert wide.high >= narrow.high


def test_large_and_far_away_data() -> None:
    rng = np.random.default_rng(11)
    v = 10.0 ** rng.uniform(-3, 0, 10_000)
    y = 1e9 + rng.normal(0, np.sqrt(v + 0.04))
    found = pool(EffectEstimates.from_arrays("MD", y, v))
    assert found.estimate == pytest.approx(1e9, abs=0.05)
    assert found.heterogeneity.tau2 == pytest.approx(0.04, rel=0.1)
    near = pool(EffectEstimates.from_arrays("MD", y - 1e9, v))
    assert found.heterogeneity.tau2 == pytest.approx(near.heterogeneity.tau2, rel=1e-10)
    assert found.heterogeneity.tau2_interval.high == pytest.approx(
        near.heterogeneity.tau2_interval.high, rel=1e-10
    )


HOSTILE = [
    *(PoolingChoices(tau2=code) for code in TAU2_METHODS),
    *CHOICES,
    PoolingChoices(prediction="bootstrap"),
]


@pytest.mark.parametrize("choices", HOSTILE, ids=str)
def test_hostile_data_give_numbers_without_warnings(choices: PoolingChoices) -> None:
    """Variances over up to 32 orders of magnitude, ties, equal effects, effects near 1e9."""
    rng = np.random.default_rng(3)
    for span, far, ties in ((16, 0.0, False), (8, 1e9, False), (4, 0.0, True), (1, 1e9, True)):
        k = int(rng.integers(2, 12))
        v = 10.0 ** rng.uniform(-span, span, k)
        y = far + rng.normal(size=k) * np.sqrt(v + 10.0 ** rng.uniform(-span, span))
        y = np.full(k, y[0]) if ties and far else np.round(y) if ties else y
        found = result(y, v, choices)
        assert np.isfinite([found.estimate, found.se]).all()
        assert found.se > 0.0

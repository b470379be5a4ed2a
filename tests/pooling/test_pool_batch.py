"""A batch gives each member the numbers that `pool` gives it alone."""

from __future__ import annotations

import tracemalloc
from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ketameta
from ketameta.errors import DataError, UsageError
from ketameta.measures.estimates import EffectEstimates, FloatArray
from ketameta.pooling import batches
from ketameta.pooling.catalog import TAU2_METHODS
from ketameta.pooling.pool import pool
from ketameta.pooling.pool_batch import INTERVALS, PooledBatch, pool_batch

# Not so small that their squares underflow.
EFFECTS = st.floats(-1e3, 1e3).filter(lambda x: x == 0.0 or abs(x) > 1e-100)
NUMBERS = ("tau2", "estimate", "se", "ci_low", "ci_high", "q", "i2")


def simulated(members: int, k: int, seed: int = 1) -> tuple[FloatArray, FloatArray]:
    random = np.random.default_rng(seed)
    v = random.uniform(0.02, 0.3, (members, k))
    return random.normal(0.3, np.sqrt(v + 0.08)), v


def alone(
    y: FloatArray, v: FloatArray, tau2: str, interval: str, level: float
) -> tuple[float, ...]:
    labels = tuple(map(str, range(y.size)))
    found = pool(EffectEstimates("GEN", y, v, labels), tau2=tau2, interval=interval, level=level)
    spread = found.heterogeneity
    numbers = (
        spread.tau2,
        found.estimate,
        found.se,
        found.interval.low,
        found.interval.high,
        spread.q,
        spread.i2,
    )
    return tuple(np.nan if x is None else float(x) for x in numbers)


def assert_like_alone(
    batch: PooledBatch, rows: list[tuple[FloatArray, FloatArray]], tau2: str, interval: str
) -> None:
    expected = np.array([alone(y, v, tau2, interval, 0.95) for y, v in rows])
    for column, name in enumerate(NUMBERS):
        np.testing.assert_allclose(
            getattr(batch, name), expected[:, column], rtol=1e-12, atol=1e-12, err_msg=name
        )


@pytest.mark.parametrize("interval", INTERVALS)
@pytest.mark.parametrize("tau2", ["REML", "DL"])
def test_each_interval(tau2: str, interval: str) -> None:
    y, v = simulated(25, 6)
    rows = list(zip(y, v, strict=True))
    assert_like_alone(pool_batch(y, v, tau2=tau2, interval=interval), rows, tau2, interval)


@pytest.mark.parametrize("tau2", [code for code in TAU2_METHODS if code != "EE"])
def test_each_estimator(tau2: str) -> None:
    y, v = simulated(12, 7, seed=2)
    assert_like_alone(pool_batch(y, v, tau2=tau2), list(zip(y, v, strict=True)), tau2, "hksj")


def test_equal_effects_has_a_normal_interval_and_no_i2() -> None:
    y, v = simulated(5, 4)
    batch = pool_batch(y, v, tau2="ee")
    assert_like_alone(batch, list(zip(y, v, strict=True)), "EE", "wald")
    assert np.isnan(batch.i2).all()


@pytest.mark.parametrize("interval", INTERVALS)
def test_masks_down_to_two_and_one_study(interval: str) -> None:
    y, v = simulated(40, 6, seed=3)
    include = np.random.default_rng(4).random((40, 6)) < 0.45
    include[:, 0] |= ~include.any(axis=1)
    include[0], include[1] = [1, 0, 0, 0, 0, 0], [0, 0, 1, 0, 1, 0]
    hidden = np.where(include, y, np.nan), np.where(include, v, -1.0)
    batch = pool_batch(*hidden, include, interval=interval)
    rows = [(a[m], b[m]) for a, b, m in zip(y, v, include, strict=True)]
    assert_like_alone(batch, rows, "REML", interval)
    np.testing.assert_array_equal(batch.k, include.sum(axis=1))
    assert np.isnan(batch.tau2[0])


def test_a_member_without_studies_is_nan_and_spoils_no_other() -> None:
    y, v = simulated(3, 4)
    include = np.ones((3, 4), dtype=bool)
    include[1] = False
    batch = pool_batch(y, v, include)
    assert batch.k.tolist() == [4, 0, 4]
    assert all(np.isnan(getattr(batch, name)[1]) for name in NUMBERS)
    found = [[getattr(batch, name)[i] for name in NUMBERS] for i in (0, 2)]
    expected = [alone(y[i], v[i], "REML", "hksj", 0.95) for i in (0, 2)]
    np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("interval", INTERVALS)
def test_identical_effects_as_in_pool(interval: str) -> None:
    v = np.array([0.2, 0.1, 0.4])
    y = np.array([[0.7] * 3, [0.0] * 3, [1e9, 1e9, np.nextafter(1e9, 2e9)], [0.7, 0.7, 0.7 + 1e-9]])
    batch = pool_batch(y, v, interval=interval)
    assert_like_alone(batch, [(row, v) for row in y], "REML", interval)


def test_hostile_variances() -> None:
    y = np.array([[0.1, 5.0, -3.0, 1e3], [1e9, 1e9 + 1.0, 1e9 - 2.0, 1e9]])
    v = np.array([[1e-16, 1.0, 1e16, 1e4], [0.1, 0.2, 0.3, 0.4]])
    batch = pool_batch(y, v)
    expected = np.array([alone(a, b, "REML", "hksj", 0.95) for a, b in zip(y, v, strict=True)])
    found = np.column_stack([getattr(batch, name) for name in NUMBERS])
    np.testing.assert_allclose(found, expected, rtol=1e-12)


@settings(max_examples=25, deadline=None)
@given(
    st.integers(2, 5).flatmap(
        lambda k: st.lists(st.lists(EFFECTS, min_size=k, max_size=k), min_size=1, max_size=4)
    ),
    st.floats(1e-6, 1e6),
)
def test_any_effects(effects: list[list[float]], scale: float) -> None:
    y = np.array(effects)
    v = scale * (1.0 + np.arange(y.shape[1]))
    batch = pool_batch(y, v)
    for i, row in enumerate(y):
        expected = alone(row, v, "REML", "hksj", 0.95)
        found = tuple(getattr(batch, name)[i] for name in NUMBERS)
        np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-300)


def test_leading_axes_broadcast_and_results_do_not_depend_on_chunks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    y, v = simulated(12, 5)
    whole = pool_batch(y.reshape(3, 4, 5), v[0])
    monkeypatch.setattr(batches, "CHUNK_NUMBERS", 10)
    parts = pool_batch(y, v[0])
    for field in fields(PooledBatch):
        assert getattr(whole, field.name).shape == (3, 4)
        np.testing.assert_allclose(
            getattr(whole, field.name).ravel(), getattr(parts, field.name), rtol=1e-12, atol=1e-15
        )


def test_one_meta_analysis_and_another_level() -> None:
    y, v = simulated(1, 8)
    batch = pool_batch(y[0], v[0], interval="t", level=0.9)
    found = [float(getattr(batch, name)) for name in NUMBERS]
    np.testing.assert_allclose(found, alone(y[0], v[0], "REML", "t", 0.9), rtol=1e-12)


def test_memory_beyond_input_and_output_is_bounded() -> None:
    def peak(members: int) -> int:
        y, v = simulated(members, 10)
        tracemalloc.start()
        pool_batch(y, v)
        used = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return used

    small, large = peak(20_000), peak(80_000)
    # Eight results of 8 bytes and their reshaped k, and the check of the input (bools).
    assert large - small < 60_000 * (9 * 8 + 5 * 10)


def test_refusals() -> None:
    y, v = simulated(2, 3)
    with pytest.raises(UsageError, match="needs a search for each member"):
        pool_batch(y, v, tau2="ML", interval="pl")
    with pytest.raises(UsageError, match="tau2 method"):
        pool_batch(y, v, tau2="nonsense")
    with pytest.raises(UsageError, match="level"):
        pool_batch(y, v, level=95.0)
    with pytest.raises(DataError, match="finite"):
        pool_batch(np.where(y > 0, y, np.nan) * np.nan, v)
    with pytest.raises(DataError, match="same number of studies"):
        pool_batch(y, v[:, :2])


def test_it_is_public() -> None:
    assert ketameta.pool_batch is pool_batch

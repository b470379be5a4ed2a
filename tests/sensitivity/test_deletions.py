"""Deletions in linear time give the numbers of fits from scratch, or say that they do not."""

from __future__ import annotations

import numpy as np
import pytest

from ketameta.errors import DataError
from ketameta.measures.estimates import FloatArray
from ketameta.pooling.batch_estimates import BATCH_ESTIMATORS
from ketameta.sensitivity import leave_one_out as module
from ketameta.sensitivity.deleted_batch import DeletedBatch
from ketameta.sensitivity.leave_one_out import leave_one_out_arrays
from ketameta.sensitivity.pooled_arrays import PooledArrays
from ketameta.sensitivity.smooth_sums import SmoothSums

RNG = np.random.default_rng(20100112)
K = 150


def from_scratch(y: FloatArray, v: FloatArray, code: str) -> PooledArrays:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "LINEAR_FROM", 10**9)
        return leave_one_out_arrays(y, v, tau2=code)


def compare(y: FloatArray, v: FloatArray, code: str) -> None:
    fast, slow = leave_one_out_arrays(y, v, tau2=code), from_scratch(y, v, code)
    scale = slow.tau2 + v.min()
    assert np.max(np.abs(fast.tau2 - slow.tau2) / scale) < 2e-12
    assert np.max(np.abs(fast.estimate - slow.estimate) / slow.se) < 1e-9
    assert fast.se == pytest.approx(slow.se, rel=1e-12)
    assert fast.q == pytest.approx(slow.q, rel=1e-11, abs=1e-20)
    assert fast.cochran_q == pytest.approx(slow.cochran_q, rel=1e-11, abs=1e-20)
    assert fast.typical == pytest.approx(slow.typical, rel=1e-12)


def ordinary() -> tuple[FloatArray, FloatArray]:
    v = RNG.uniform(0.01, 0.5, K)
    return RNG.normal(0.3, np.sqrt(v + 0.09)), v


@pytest.mark.parametrize("code", BATCH_ESTIMATORS)
def test_every_estimator(code: str) -> None:
    compare(*ordinary(), code)


@pytest.mark.parametrize("code", ["REML", "ML", "DL", "PM"])
@pytest.mark.parametrize(
    "case", ["wide", "shifted", "outlier", "dominated", "identical", "alike", "equal v"]
)
def test_hostile_data(case: str, code: str) -> None:
    y, v = ordinary()
    if case == "wide":
        v = 10.0 ** RNG.uniform(-16, 16, K)
    elif case == "shifted":
        y = y + 1e9
    elif case == "outlier":
        y[3] = 1e7
    elif case == "dominated":
        v[5] = 1e-16
    elif case == "identical":
        y = np.full(K, 0.37)
    elif case == "alike":
        y = 0.01 * y
    else:
        v = np.full(K, 0.2)
    compare(y, v, code)


def test_digits_lost_are_noticed() -> None:
    y, v = ordinary()
    y[3] = 1e7
    out = PooledArrays.empty(K)
    assert out.fill_quickly(DeletedBatch.build(y, v), "DL").tolist() == [3]
    y, v = ordinary()
    v[5] = 1e-14
    assert 5 in out.fill_quickly(DeletedBatch.build(y, v), "DL")
    assert out.fill_quickly(DeletedBatch.build(*ordinary()), "REML").size == 0


def test_two_modes_are_told_apart_without_each_study() -> None:
    # One precise study far from many imprecise ones: whether tau2 is 0 depends on one effect.
    v = np.concatenate([np.full(4, 0.004), np.full(66, 2.0)])
    y = np.concatenate([[0.0, 0.02, -0.03, 0.31], np.linspace(-2.5, 4.5, 66)])
    compare(y, v, "REML")


def test_likelihood_is_that_of_the_studies_left() -> None:
    y, v = ordinary()
    batch = DeletedBatch.build(y, v)
    tau2 = 0.07
    found = batch.log_likelihood(np.full(K, tau2 / batch.scale**2), restricted=True)
    left = np.arange(K) != 8
    w = 1.0 / (v[left] + tau2)
    mean = np.sum(w * y[left]) / np.sum(w)
    by_hand = -0.5 * (
        (K - 2) * np.log(2 * np.pi)
        - np.sum(np.log(w))
        + np.log(np.sum(w) / (K - 1))
        + np.sum(w * (y[left] - mean) ** 2)
    )
    assert found[8] == pytest.approx(by_hand, rel=1e-13)


def test_sums_are_exact_between_their_nodes() -> None:
    y, v = ordinary()
    sums = SmoothSums(y, v, float(v.min()))
    for tau2 in (0.0, 1e-12, 0.003, 0.77, 1e6):
        found = sums.at(np.array([tau2]))
        w = (v.min() + tau2) / (v + tau2)
        mean = np.sum(w * y) / np.sum(w)
        assert found["a3"][0] == pytest.approx(np.sum(w**3), rel=1e-13)
        assert found["mean"][0] == pytest.approx(mean, rel=1e-12)
        assert found["s3"][0] == pytest.approx(np.sum(w**3 * (y - mean) ** 2), rel=1e-13)


def test_estimators_without_a_short_cut() -> None:
    y, v = ordinary()
    assert "HS" not in BATCH_ESTIMATORS
    compare(y, v, "HS")


def test_missing_values_are_refused() -> None:
    y, v = ordinary()
    y[7] = np.nan
    with pytest.raises(DataError, match="finite"):
        leave_one_out_arrays(y, v)

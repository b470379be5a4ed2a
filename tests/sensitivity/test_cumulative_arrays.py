"""Cumulative numbers from running sums are those of fits from scratch, or are made from scratch."""

from __future__ import annotations

import numpy as np
import pytest

from ketameta.errors import DataError
from ketameta.measures.estimates import FloatArray
from ketameta.pooling.batch_estimates import BATCH_ESTIMATORS
from ketameta.sensitivity import cumulative as module
from ketameta.sensitivity.cumulative import cumulative_arrays
from ketameta.sensitivity.pooled_arrays import PooledArrays
from ketameta.sensitivity.prefix_batch import PrefixBatch

K = 150


def from_scratch(y: FloatArray, v: FloatArray, code: str) -> PooledArrays:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "LINEAR_FROM", 10**9)
        return cumulative_arrays(y, v, tau2=code)


def compare(y: FloatArray, v: FloatArray, code: str) -> None:
    fast, slow = cumulative_arrays(y, v, tau2=code), from_scratch(y, v, code)
    several = np.arange(y.size) > 0
    assert np.isnan(fast.tau2[0])
    scale = (slow.tau2 + np.minimum.accumulate(v))[several]
    assert np.max(np.abs(fast.tau2 - slow.tau2)[several] / scale) < 2e-12
    assert np.max(np.abs(fast.estimate - slow.estimate) / slow.se) < 1e-9
    assert fast.se == pytest.approx(slow.se, rel=1e-12)
    assert fast.q == pytest.approx(slow.q, rel=1e-11, abs=1e-20)
    assert fast.cochran_q == pytest.approx(slow.cochran_q, rel=1e-11, abs=1e-20)
    assert fast.typical[several] == pytest.approx(slow.typical[several], rel=1e-12)


def ordinary(seed: int = 7) -> tuple[FloatArray, FloatArray]:
    rng = np.random.default_rng(seed)
    v = rng.uniform(0.01, 0.5, K)
    return rng.normal(0.3, np.sqrt(v + 0.09)), v


@pytest.mark.parametrize("code", [*BATCH_ESTIMATORS, "HS"])
def test_every_estimator(code: str) -> None:
    compare(*ordinary(), code)


@pytest.mark.parametrize("code", ["REML", "ML", "DL", "PM"])
@pytest.mark.parametrize(
    "case",
    ["wide", "shifted", "outlier", "outlier first", "dominated", "identical", "alike", "equal v"],
)
def test_hostile_data(case: str, code: str) -> None:
    y, v = ordinary()
    if case == "wide":
        v = 10.0 ** np.random.default_rng(1).uniform(-16, 16, K)
    elif case == "shifted":
        y = y + 1e9
    elif case == "outlier":
        y[77] = 1e7
    elif case == "outlier first":
        y[:12] += 1e7
    elif case == "dominated":
        v[77] = 1e-16
    elif case == "identical":
        y = np.full(K, 0.37)
    elif case == "alike":
        y = 0.01 * y
    else:
        v = np.full(K, 0.2)
    compare(y, v, code)


def test_sums_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = cumulative_arrays(*ordinary())
    monkeypatch.setattr(module, "LENGTH", 11)
    monkeypatch.setattr(module, "BLOCK", 400)
    parts = cumulative_arrays(*ordinary())
    assert parts.tau2[1:] == pytest.approx(whole.tau2[1:], rel=1e-10, abs=1e-12)
    assert parts.se == pytest.approx(whole.se, rel=1e-12)


def test_most_of_ordinary_data_need_no_second_look() -> None:
    out = PooledArrays.empty(K)
    assert out.fill_quickly(PrefixBatch.build(*ordinary(), 10), "REML", 9).size == 0
    assert np.isnan(out.se[:9]).all()
    assert np.isfinite(out.se[9:]).all()


def test_missing_values_are_refused() -> None:
    y, v = ordinary()
    y[7] = np.nan
    with pytest.raises(DataError, match="finite"):
        cumulative_arrays(y, v)

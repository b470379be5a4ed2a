"""What must hold for every estimator and every data set."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ketameta.errors import DataError
from ketameta.pooling import batches
from ketameta.pooling.catalog import TAU2_METHODS, tau2_method

# The three others are Paule-Mandel by another route; see test_tau2_variants.
METHODS = [method for method in TAU2_METHODS if method not in {"EB", "DLIT", "SJIT"}]
ESTIMATORS = [method for method in METHODS if method != "EE"]


@st.composite
def data_sets(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray]:
    k = draw(st.integers(2, 12))
    ties = draw(st.booleans())
    effect = st.integers(-8, 8).map(float) if ties else st.floats(-5, 5)
    y = np.array(draw(st.lists(effect, min_size=k, max_size=k)))
    spread = draw(st.sampled_from([0.0, 1.0, 4.0]))
    powers = st.floats(-spread, spread) if spread else st.just(0.0)
    v = 10.0 ** np.array(draw(st.lists(powers, min_size=k, max_size=k)))
    return y, v


def resolution(y: np.ndarray, v: np.ndarray) -> float:
    """tau2 cannot be told from 0 more finely than rounding of the data allows."""
    return float(1e-12 * np.var(y) + 1e-12 * np.min(v))


@pytest.mark.parametrize("method", METHODS)
@settings(max_examples=12, deadline=None, derandomize=True)
@given(data=data_sets())
def test_never_negative_and_finite(method: str, data: tuple[np.ndarray, np.ndarray]) -> None:
    found = float(tau2_method(method).function(*data))
    assert found >= 0.0
    assert np.isfinite(found)


@pytest.mark.parametrize("method", METHODS)
@settings(max_examples=12, deadline=None, derandomize=True)
@given(data=data_sets(), power=st.integers(-40, 40))
def test_scale(method: str, data: tuple[np.ndarray, np.ndarray], power: int) -> None:
    y, v = data
    function, unit = tau2_method(method).function, 2.0**power
    expected = float(function(y, v)) * unit**2
    tolerance = resolution(y, v) * unit**2
    assert float(function(y * unit, v * unit**2)) == pytest.approx(
        expected, rel=1e-11, abs=tolerance
    )


@pytest.mark.parametrize("method", METHODS)
@settings(max_examples=12, deadline=None, derandomize=True)
@given(data=data_sets(), seed=st.integers(0, 99))
def test_order_of_studies(method: str, data: tuple[np.ndarray, np.ndarray], seed: int) -> None:
    y, v = data
    function = tau2_method(method).function
    order = np.random.default_rng(seed).permutation(y.size)
    assert float(function(y[order], v[order])) == pytest.approx(
        float(function(y, v)), rel=1e-11, abs=resolution(y, v)
    )


@pytest.mark.parametrize("method", METHODS)
@settings(max_examples=12, deadline=None, derandomize=True)
@given(data=data_sets(), shift=st.sampled_from([-1.0e9, -3.0, 2.0**20, 1e9]))
def test_shift(method: str, data: tuple[np.ndarray, np.ndarray], shift: float) -> None:
    y, v = data
    function = tau2_method(method).function
    moved = y + shift
    back = moved - shift  # the effects that survive the rounding of the shift
    assert float(function(moved, v)) == pytest.approx(
        float(function(back, v)), rel=1e-11, abs=resolution(back, v)
    )


@pytest.mark.parametrize("method", METHODS)
@settings(max_examples=12, deadline=None, derandomize=True)
@given(data=data_sets(), seed=st.integers(0, 99))
def test_mask_is_deletion(method: str, data: tuple[np.ndarray, np.ndarray], seed: int) -> None:
    y, v = data
    function = tau2_method(method).function
    rng = np.random.default_rng(seed)
    extra = rng.integers(1, 5)
    padded_y = np.concatenate([y, rng.normal(0, 1e6, extra)])
    padded_v = np.concatenate([v, 10.0 ** rng.uniform(-9, 9, extra)])
    padded_y[-1], padded_v[-1] = np.nan, 0.0
    include = np.arange(padded_y.size) < y.size
    order = rng.permutation(padded_y.size)
    found = function(padded_y[order], padded_v[order], None, include[order])
    assert float(found) == pytest.approx(float(function(y, v)), rel=1e-12, abs=resolution(y, v))


@pytest.mark.parametrize(
    ("method", "design"),
    [(m, d) for m in METHODS for d in (False, True) if (m, d) != ("GENQM", True)],
)
def test_batch_is_a_loop(method: str, design: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(11)
    v = 10.0 ** rng.uniform(-2, 0, (5, 7, 9))
    y = rng.normal(0, 0.6, v.shape)
    include = rng.random(v.shape) < 0.7
    include[..., :4] = True
    x = np.stack([np.ones(9), np.arange(9.0)], axis=1) if design else None
    function = tau2_method(method).function
    monkeypatch.setattr(batches, "CHUNK_NUMBERS", 50)
    together = function(y, v, x, include)
    assert together.shape == (5, 7)
    for index in np.ndindex(5, 7):
        alone = float(function(y[index], v[index], x, include[index]))
        assert together[index] == pytest.approx(alone, rel=1e-12, abs=1e-14)


def test_leading_axes_broadcast() -> None:
    rng = np.random.default_rng(12)
    y, v = rng.normal(0, 1, (4, 6)), rng.uniform(0.1, 0.5, 6)
    include = rng.random((3, 1, 6)) < 0.8
    found = tau2_method("REML").function(y, v, None, include)
    assert found.shape == (3, 4)
    alone = tau2_method("REML").function(y[2][include[1, 0]], v[include[1, 0]])
    assert found[1, 2] == pytest.approx(float(alone), rel=1e-12)


@pytest.mark.parametrize("method", ESTIMATORS)
def test_identical_effects_show_no_heterogeneity(method: str) -> None:
    y, v = np.full(5, 0.1 + 0.2), np.array([0.1, 0.2, 0.01, 0.5, 0.03])
    assert float(tau2_method(method).function(y, v)) == 0.0


@pytest.mark.parametrize("method", ["REML", "ML", "PM"])
def test_variances_over_32_orders_of_magnitude(method: str) -> None:
    v = 10.0 ** np.linspace(-16, 16, 33)
    y = np.sqrt(v) * np.where(np.arange(33) % 2, 1.0, -1.0)
    found = float(tau2_method(method).function(y, v))
    half = float(tau2_method(method).function(y / 2**20, v / 2**40))
    assert np.isfinite(found)
    assert half == pytest.approx(found / 2**40, rel=1e-12)


@pytest.mark.parametrize(
    ("y", "v"),
    [([0.1, np.nan], [1.0, 1.0]), ([0.1, 0.2], [1.0, 0.0]), ([0.1, 0.2], [1.0, np.inf]), ([], [])],
)
def test_unusable_values_are_refused(y: list[float], v: list[float]) -> None:
    with pytest.raises(DataError):
        tau2_method("REML").function(y, v)


def test_shapes_that_do_not_match_are_refused() -> None:
    with pytest.raises(DataError, match="same number of studies"):
        tau2_method("REML").function([0.1, 0.2], [0.1, 0.2, 0.3])


def test_dependent_moderators_are_refused() -> None:
    x = np.stack([np.ones(5), np.arange(5.0), 2 * np.arange(5.0) + 1e6], axis=1)
    with pytest.raises(DataError, match="linearly dependent"):
        tau2_method("REML").function(np.arange(5.0), np.ones(5), x)


def test_moderators_far_from_zero_are_not_dependent() -> None:
    rng = np.random.default_rng(13)
    y, v, x = rng.normal(size=8), rng.uniform(0.1, 0.3, 8), np.arange(8.0)
    near = tau2_method("REML").function(y, v, np.stack([np.ones(8), x], axis=1))
    far = tau2_method("REML").function(y, v, np.stack([np.ones(8), x + 2.0**20], axis=1))
    assert float(far) == pytest.approx(float(near), rel=1e-8)


def test_studies_not_above_coefficients_give_nan() -> None:
    x = np.stack([np.ones(2), np.arange(2.0)], axis=1)
    assert np.isnan(tau2_method("DL").function([0.1, 0.2], [1.0, 1.0], x))

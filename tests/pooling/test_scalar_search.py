"""The search that numba compiles finds what the search over arrays finds.

Without numba the same functions run as plain Python, so these tests need nothing installed.
"""

from __future__ import annotations

import numpy as np
import pytest

from ketameta.measures.estimates import FloatArray
from ketameta.pooling import likelihood_search
from ketameta.pooling.intercept_batch import InterceptBatch
from ketameta.pooling.likelihood_search import Modes, _search_compiled, find_modes


def both(y: FloatArray, v: FloatArray, *, restricted: bool) -> tuple[InterceptBatch, Modes, Modes]:
    batch = InterceptBatch.build(np.where(np.isinf(v), 0.0, y), v)
    n = batch.size
    scalar = Modes(batch, restricted, np.zeros(n), np.full(n, np.nan), np.zeros(n, dtype=np.int64))
    _search_compiled(batch, scalar)
    return batch, find_modes(batch, restricted=restricted), scalar


def assert_same(batch: InterceptBatch, arrays: Modes, scalar: Modes) -> None:
    np.testing.assert_array_equal(scalar.count, arrays.count)
    for one, other in ((scalar.best, arrays.best), (scalar.second, arrays.second)):
        np.testing.assert_array_equal(np.isnan(one), np.isnan(other))
        there = ~np.isnan(one)
        np.testing.assert_array_less(
            np.abs(one - other)[there], 1e-12 * (batch.v_min + other)[there] + 1e-300
        )


@pytest.fixture(autouse=True)
def _arrays_by_numpy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KETAMETA_NUMBA", "0")


@pytest.mark.parametrize("restricted", [True, False])
@pytest.mark.parametrize("spread", [0.5, 2.0, 5.0])
def test_the_same_maxima_on_tame_and_on_wild_data(spread: float, restricted: bool) -> None:
    random = np.random.default_rng(int(10 * spread))
    v = np.exp(random.normal(0.0, spread, (400, 5)))
    y = random.normal(0.0, 1.0, (400, 5)) * np.exp(random.normal(0.0, spread / 2, (400, 5)))
    batch, arrays, scalar = both(y, v, restricted=restricted)
    assert_same(batch, arrays, scalar)
    if spread == 2.0 and restricted:
        assert np.any(arrays.count > 1), "the data should have members with two maxima"


@pytest.mark.parametrize("restricted", [True, False])
def test_studies_left_out_and_identical_effects(restricted: bool) -> None:
    random = np.random.default_rng(3)
    v = random.uniform(0.02, 0.3, (200, 6))
    y = random.normal(0.3, np.sqrt(v + 0.08))
    v[random.random((200, 6)) < 0.4] = np.inf
    v[:, :2] = 0.1, 0.2
    y[:20] = 0.7
    assert_same(*both(y, v, restricted=restricted))


def test_a_search_without_end_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(likelihood_search, "MAX_STEPS", 1)
    y, v = np.array([[0.0, 3.0, 5.0]]), np.array([[0.1, 0.2, 0.3]])
    batch = InterceptBatch.build(y, v)
    modes = Modes(batch, True, np.zeros(1), np.full(1, np.nan), np.zeros(1, dtype=np.int64))
    with pytest.raises(likelihood_search.ConvergenceError, match="within 1 steps"):
        _search_compiled(batch, modes)
    with pytest.raises(likelihood_search.ConvergenceError, match="within 1 steps"):
        find_modes(batch, restricted=True)


def test_numba_is_asked_for_only_by_large_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    def unwanted() -> bool:
        raise AssertionError("numba was looked for")

    monkeypatch.setattr(likelihood_search, "_numba_works", unwanted)
    random = np.random.default_rng(1)
    large = InterceptBatch.build(random.normal(size=(9000, 7)), random.uniform(1.0, 2.0, (9000, 7)))
    find_modes(large, restricted=True)  # switched off by the environment
    monkeypatch.delenv("KETAMETA_NUMBA")
    find_modes(large.take(np.arange(100)), restricted=True)
    with pytest.raises(AssertionError, match="looked for"):
        find_modes(large, restricted=True)

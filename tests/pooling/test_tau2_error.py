"""Standard errors of tau2 where weights are 300 orders of magnitude apart."""

from __future__ import annotations

import math

import numpy as np
import pytest

from ketameta.pooling.tau2_error import tau2_se

Y = np.array([-0.2, 0.1, 0.3, 0.6])


@pytest.mark.parametrize("method", ["REML", "ML", "PM", "DL", "HS", "HSk", "HE", "SJ", "GENQ"])
def test_the_unit_of_the_effects_does_not_matter(method: str) -> None:
    v = np.array([0.8, 0.1, 0.3, 0.05])
    plain = tau2_se(method, Y, v, 0.1)
    assert plain is not None
    for unit in (1e-70, 1e70):
        scaled = tau2_se(method, Y * unit, v * unit**2, 0.1 * unit**2)
        assert scaled == pytest.approx(plain * unit**2, rel=1e-12)


@pytest.mark.parametrize("method", ["REML", "ML", "PM", "DL", "HS", "HSk", "GENQ"])
def test_a_variance_of_almost_nothing_is_no_crash(method: str) -> None:
    found = tau2_se(method, Y, np.array([0.8, 0.1, 0.3, 1e-300]), 0.0)
    assert found is None or not math.isnan(found)

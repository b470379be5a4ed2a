"""Bins of a p-curve: counted by hand, and expected shares by the normal distribution."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import ndtr, ndtri

from ketameta.measures.estimates import EffectEstimates
from ketameta.sensitivity.bias.p_curve import p_curve
from ketameta.sensitivity.bias.p_curve_shape import p_curve_shape


def with_p(*values: float) -> EffectEstimates:
    z = -ndtri(np.array(values) / 2.0)
    return EffectEstimates.from_arrays("MD", z, np.ones(z.size))


def test_p_values_are_counted_in_bins_of_a_hundredth() -> None:
    shape = p_curve_shape(p_curve(with_p(0.001, 0.009, 0.011, 0.025, 0.049, 0.3)))
    assert shape.count.tolist() == [2, 1, 1, 0, 1]
    assert shape.observed.tolist() == pytest.approx([40, 20, 20, 0, 20])
    assert shape.no_effect.tolist() == [20] * 5
    assert shape.upper.tolist() == pytest.approx([0.01, 0.02, 0.03, 0.04, 0.05])


def test_expected_shares_at_a_power_of_a_third() -> None:
    shape = p_curve_shape(p_curve(with_p(0.001)))
    # The mean of z at which P(|z| > 1.96) is 1/3, by a fine grid; then the share below 0.01.
    grid = np.linspace(1.4, 1.7, 300_001)
    power = ndtr(grid - 1.959963985) + ndtr(-grid - 1.959963985)
    shift = grid[np.argmin(np.abs(power - 1 / 3))]
    critical = -ndtri(0.005)
    share = (ndtr(shift - critical) + ndtr(-shift - critical)) * 3
    assert shape.low_power[0] == pytest.approx(100 * share, abs=1e-3)
    assert shape.low_power.sum() == pytest.approx(100)
    assert np.all(np.diff(shape.low_power) < 0)


def test_without_small_p_values_there_are_no_shares() -> None:
    shape = p_curve_shape(p_curve(with_p(0.2, 0.9)))
    assert np.isnan(shape.observed).all()
    assert not shape.count.any()

"""No conversion returns infinity, and none ends in a numpy warning or a Python traceback."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ketameta.errors import KetametaError
from ketameta.measures.arms import Means
from ketameta.measures.conversions import change, clusters, dispersion, groups, scales, standardised
from ketameta.measures.conversions.assumption import Converted
from ketameta.measures.conversions.two_by_two import Margins, table_from_odds_ratio

ODD = st.sampled_from(
    [None, "x", "3", -1, 0, 1, 2, 7.5, 0.3, 1e-300, 1e308, -1e308, float("inf"), float("nan")]
)
CONVERSIONS: list[Callable[..., Any]] = [
    lambda a, b, c, d: dispersion.sd_from_standard_error(a, b),
    lambda a, b, c, d: dispersion.sd_from_mean_interval(a, b, c),
    lambda a, b, c, d: dispersion.sd_from_difference_interval(a, b, (c, d)),
    lambda a, b, c, d: dispersion.sd_from_difference_error(a, (b, c)),
    lambda a, b, c, d: dispersion.sd_from_f(a, b, (c, d)),
    lambda a, b, c, d: dispersion.sd_from_p(a, b, (c, d)),
    lambda a, b, c, d: dispersion.se_from_p(a, b),
    lambda a, b, c, d: standardised.smd_from_t(a, (b, c)),
    lambda a, b, c, d: standardised.smd_from_chi2(a, (b, c), sign=1),
    lambda a, b, c, d: scales.odds_ratio_to_smd(a, b),
    lambda a, b, c, d: change.sd_of_change(a, b, 0.5),
    lambda a, b, c, d: change.correlation_from_t(a, b, c, d, 10),
    lambda a, b, c, d: clusters.design_effect(a, 0.1),
    lambda a, b, c, d: groups.combined_means(Means(a, b, c), Means(b, c, d)),
    lambda a, b, c, d: table_from_odds_ratio(1e308 if a is None else 1e-308, Margins(9, 9, 4)),
]


@pytest.mark.parametrize("conversion", CONVERSIONS)
@settings(max_examples=40)
@given(a=ODD, b=ODD, c=ODD, d=ODD)
def test_finite_or_an_error_to_read(
    conversion: Callable[..., Any], a: object, b: object, c: object, d: object
) -> None:
    try:
        result = conversion(a, b, c, d)
    except KetametaError:
        return
    value = result.value if isinstance(result, Converted) else result
    assert np.isfinite(np.concatenate([np.ravel(part) for part in np.atleast_1d(value)])).all()
    for assumption in getattr(result, "assumptions", ()):
        assert assumption.description.endswith(".")
        assert assumption.reference

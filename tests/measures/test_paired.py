"""Change, crossover and controlled change: published tables, exact distributions, hand sums."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from scipy import stats

from ketameta.errors import DataError, UsageError
from ketameta.measures.arms import MatchedCounts, Means, Pairs
from ketameta.measures.effects import effects
from ketameta.measures.matched import conditional_odds_ratio, marginal_odds_ratio
from ketameta.measures.paired import controlled_change, crossover_standardised_difference

# Five training studies of Carlson and Schmidt (1999), as in Morris (2008), Table 5.
MORRIS = {
    "mean_pre_1": [30.6, 23.5, 0.5, 53.4, 35.6],
    "mean_post_1": [38.5, 26.8, 0.7, 75.9, 36.0],
    "sd_pre_1": [15.0, 3.1, 0.1, 14.5, 4.7],
    "n_1": [20, 50, 9, 10, 14],
    "mean_pre_2": [23.1, 24.9, 0.6, 55.7, 34.8],
    "mean_post_2": [19.7, 25.3, 0.6, 60.7, 33.4],
    "sd_pre_2": [13.8, 4.1, 0.2, 17.3, 3.1],
    "n_2": [20, 42, 9, 11, 14],
    "r": [0.47, 0.64, 0.77, 0.89, 0.44],
}


def test_controlled_change_reproduces_morris_table_5() -> None:
    table = effects("DPPC2", MORRIS)
    assert np.round(table.estimates.y, 2).tolist() == [0.77, 0.80, 1.20, 1.05, 0.44]


def test_controlled_change_variance_is_that_of_a_noncentral_t() -> None:
    """d/√a is noncentral t with m df and noncentrality δ/√a, so Var(J d) = J² a Var(t)."""
    n1, n2, r = 12, 9, 0.6
    y, v = controlled_change(Means(4.0, 5.0, n1), Means(1.0, 5.0, n2), r)
    m, a = n1 + n2 - 2, 2 * (1 - r) * (1 / n1 + 1 / n2)
    j = math.exp(math.lgamma(m / 2) - math.lgamma((m - 1) / 2)) / math.sqrt(m / 2)
    exact = j**2 * a * stats.nct.var(m, float(y) / math.sqrt(a))
    assert float(v) == pytest.approx(exact, rel=1e-8)


def test_controlled_change_large_sample_variance_by_hand() -> None:
    y, v = controlled_change(Means(4.0, 5.0, 12), Means(1.0, 5.0, 9), 0.6, variance="LS")
    assert float(v) == pytest.approx(0.8 * (1 / 12 + 1 / 9) + float(y) ** 2 / 42, rel=1e-14)
    with pytest.raises(UsageError, match="Choose exact or LS"):
        controlled_change(Means(4.0, 5.0, 12), Means(1.0, 5.0, 9), 0.6, variance="UB")


def test_crossover_example_of_the_handbook() -> None:
    """Ten people, 7.0 (SD 2.38) against 6.5 (SD 2.21), r = 0.68; Handbook 23.2.7.

    Printed there: SD of differences 1.8426, SE 0.583, SMD 0.218 with SE 0.256.
    """
    y, v = crossover_standardised_difference(Pairs(7.0, 2.38, 6.5, 2.21, 10, 0.68))
    assert float(y) == pytest.approx(0.218, abs=0.0005)
    assert math.sqrt(float(v)) == pytest.approx(0.256, abs=0.0005)
    device = {"mean_1": 7.0, "sd_1": 2.38, "mean_2": 6.5, "sd_2": 2.21, "n": 10, "r": 0.68}
    table = effects("MC", device)
    assert math.sqrt(float(table.estimates.v[0])) == pytest.approx(0.583, abs=0.0005)
    assert math.sqrt(float(table.estimates.v[0]) * 10) == pytest.approx(1.8426, abs=0.00005)


# One crossover trial told in five ways: 16 people, difference 1.2, SD of differences 2.4, t = 2.
WAYS: list[dict[str, Any]] = [
    {"sd_change": 2.4},
    {"se_change": 0.6},
    {"t_change": -2.0},
    {"f_change": 4.0},
    {"p_change": 2 * stats.t.sf(2.0, 15)},
    {"sd_1": 2.0, "sd_2": 1.4, "r": (2.0**2 + 1.4**2 - 2.4**2) / (2 * 2.0 * 1.4)},
]


@pytest.mark.parametrize("way", WAYS, ids=[next(iter(way)) for way in WAYS])
def test_crossover_from_what_is_reported(way: dict[str, Any]) -> None:
    table = effects("MC", {"study": ["A"], "mean_1": 5.2, "mean_2": 4.0, "n": 16} | way)
    assert table.estimates.y == pytest.approx([1.2])
    assert table.estimates.v == pytest.approx([2.4**2 / 16])
    told = [caution.code for caution in table.estimates.cautions]
    from_test = next(iter(way)) in ("t_change", "f_change", "p_change")
    assert told == (["from_test_statistic"] if from_test else [])


def test_correlation_follows_from_the_sd_of_differences() -> None:
    given = {"mean_1": 5.2, "mean_2": 4.0, "n": 16, "sd_1": 2.0, "sd_2": 1.4}
    r = (2.0**2 + 1.4**2 - 1.5**2) / (2 * 2.0 * 1.4)
    from_sd = effects("XSMD", given | {"sd_change": 1.5})
    from_r = effects("XSMD", given | {"r": r})
    assert from_sd.estimates.v == pytest.approx(from_r.estimates.v, rel=1e-12)


def test_an_impossible_correlation_is_refused() -> None:
    given = {"mean_1": 5.2, "mean_2": 4.0, "n": 16, "sd_1": 2.0, "sd_2": 1.4, "study": ["A"]}
    with pytest.raises(DataError, match="A: r is -"):
        effects("XSMD", given | {"sd_change": 9.0})


def test_zero_difference_does_not_tell_its_sd() -> None:
    table = effects("MC", {"mean_1": 4.0, "mean_2": 4.0, "n": 16, "p_change": 1.0})
    assert table.excluded[0].reason == "missing: sd_change"


def test_marginal_odds_ratio_of_independent_conditions_is_that_of_two_groups() -> None:
    """With ad = bc the two conditions are independent and the pairing changes nothing."""
    y, v = marginal_odds_ratio(MatchedCounts(6, 12, 10, 20))
    assert float(y) == pytest.approx(math.log(18 * 32 / (30 * 16)))
    assert float(v) == pytest.approx(1 / 18 + 1 / 30 + 1 / 16 + 1 / 32)


def test_conditional_odds_ratio_ignores_pairs_that_agree() -> None:
    y, v = conditional_odds_ratio(MatchedCounts([0, 50], [9, 9], [4, 4], [0, 3]))
    assert y == pytest.approx([math.log(9 / 4)] * 2)
    assert v == pytest.approx([1 / 9 + 1 / 4] * 2)


def test_pairs_without_information_are_listed() -> None:
    cells = {"ai": [0, 8, 4], "bi": [0, 0, 0], "ci": [0, 0, 0], "di": [7, 0, 4]}
    assert [row.row for row in effects("MPOR", cells).excluded] == [0, 1]
    assert [row.row for row in effects("MPORC", cells).excluded] == [0, 1, 2]
    assert "no information" in effects("MPORC", cells).excluded[0].reason

"""Exact and score intervals of sparse counts against R, published tables and hand calculation."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ketameta.errors import DataError, UsageError
from ketameta.measures.arms import Counts
from ketameta.measures.difference_intervals import miettinen_nurminen, newcombe
from ketameta.measures.exact_proportions import clopper_pearson, largest_risk_of_none
from ketameta.pooling.common_effect import Tables
from ketameta.pooling.exact_odds_ratio import exact_odds_ratio
from ketameta.pooling.score_difference import score_risk_difference

STORED = json.loads(
    (Path(__file__).parents[1] / "reference/pooling/sparse_exact.json").read_text("utf-8")
)
NAMES = list(STORED["tables"])


def tables(name: str) -> Tables:
    t = STORED["tables"][name]["table"]
    return Tables.from_counts(Counts(t["a"], t["n1"]), Counts(t["c"], t["n2"]))


@pytest.mark.parametrize("row", STORED["proportions"], ids=str)
def test_exact_risks_are_those_of_binom_test(row: dict[str, Any]) -> None:
    low, high = clopper_pearson(Counts([row["events"]], [row["n"]]))
    assert [low[0], high[0]] == pytest.approx(row["interval"], rel=1e-12, abs=1e-300)
    if row["events"] == 0:
        assert largest_risk_of_none(row["n"]) == pytest.approx(row["upper"], rel=1e-12)


def test_the_rule_of_three_is_near_the_exact_bound() -> None:
    # Hand: 1 - 0.05^(1/44) = 1 - exp(-2.995732 / 44) = 0.065819; 3 / 44 = 0.0682.
    bound = float(largest_risk_of_none(44))
    assert bound == pytest.approx(1 - math.exp(math.log(0.05) / 44), rel=1e-12)
    assert 3 / 44 > bound > 0.95 * 3 / 44
    assert math.isnan(float(largest_risk_of_none(0)))


def test_exact_risks_cover_at_least_as_often_as_they_say() -> None:
    n, p = 12, np.linspace(0.01, 0.99, 50)
    x = np.arange(n + 1)
    low, high = clopper_pearson(Counts(x, n), level=0.9)
    chance = np.array([[math.comb(n, k) * q**k * (1 - q) ** (n - k) for k in x] for q in p])
    covered = (chance * ((low <= p[:, None]) & (p[:, None] <= high))).sum(axis=1)
    assert covered.min() >= 0.9


@pytest.mark.parametrize("name", NAMES)
def test_exact_odds_ratios(name: str) -> None:
    stored = STORED["tables"][name]["exact"]
    if not stored:
        with pytest.raises(DataError, match="none carries information"):
            exact_odds_ratio(tables(name))
        return
    found = exact_odds_ratio(tables(name))
    # R's own functions stop at about 1e-4 of the odds ratio; the sums over tables at 1e-13.
    assert math.exp(found.estimate) == pytest.approx(stored["estimate"] or math.inf, rel=2e-4)
    assert math.exp(found.exact[0]) == pytest.approx(stored["interval"][0], rel=2e-3)
    for own, key in ((found.exact, "log_exact"), (found.mid_p, "mid_p")):
        assert own[0] == pytest.approx(stored[key][0], abs=1e-9)
        high = stored[key][1]
        assert own[1] == (math.inf if high is None else pytest.approx(high, abs=1e-9))


def test_one_table_by_hand() -> None:
    # 1 of 2 against 0 of 2: group 1 has the one event with odds ratio / (1 + odds ratio).
    # Exact low: or / (1 + or) = 0.025, so or = 1 / 39; mid-P low: half of that is 0.025, 1 / 19.
    found = exact_odds_ratio(Tables.from_counts(Counts([1], [2]), Counts([0], [2])))
    assert found.estimate == math.inf
    assert math.exp(found.exact[0]) == pytest.approx(1 / 39, rel=1e-9)
    assert math.exp(found.mid_p[0]) == pytest.approx(1 / 19, rel=1e-9)
    assert found.exact[1] == found.mid_p[1] == math.inf


def test_swapped_groups_change_the_sign_and_silent_tables_change_nothing() -> None:
    one = exact_odds_ratio(tables("with_silent"))
    t = STORED["tables"]["with_silent"]["table"]
    back = Tables.from_counts(Counts(t["c"], t["n2"]), Counts(t["a"], t["n1"]))
    two = exact_odds_ratio(back)
    assert one.silent == ("2",)
    assert one.k == 2
    assert two.estimate == pytest.approx(-one.estimate)
    assert two.mid_p == pytest.approx((-one.mid_p[1], -one.mid_p[0]))
    assert one.exact[0] < one.mid_p[0] < one.estimate < one.mid_p[1] < one.exact[1]


def test_counts_that_are_not_whole_are_refused() -> None:
    with pytest.raises(DataError, match="whole numbers"):
        exact_odds_ratio(Tables.from_counts(Counts([1.5], [20]), Counts([2], [20])))
    with pytest.raises(UsageError, match="level"):
        exact_odds_ratio(tables("one"), level=95)


@pytest.mark.parametrize("name", NAMES)
def test_score_intervals_of_a_common_difference(name: str) -> None:
    stored = STORED["tables"][name]["score"]
    found = score_risk_difference(tables(name))
    assert found.estimate == pytest.approx(stored[0], abs=1e-12)
    # R's optimiser finds the likeliest risks to about 1e-8.
    assert [found.interval.low, found.interval.high] == pytest.approx(stored[1:], abs=1e-7)


@pytest.mark.parametrize("name", NAMES)
def test_newcombe_from_the_wilson_limits_of_prop_test(name: str) -> None:
    t = STORED["tables"][name]["table"]
    low, high = newcombe(Counts(t["a"], t["n1"]), Counts(t["c"], t["n2"]))
    found = np.column_stack([np.atleast_1d(low), np.atleast_1d(high)])
    assert found == pytest.approx(np.array(STORED["tables"][name]["newcombe"]), abs=1e-10)


# Newcombe 1998, Table II, contrasts a, b, d to g: methods 6 (score) and 10.
PUBLISHED = [
    ((56, 70, 48, 80), (0.0528, 0.3382), (0.0524, 0.3339)),
    ((9, 10, 3, 10), (0.1700, 0.8406), (0.1705, 0.8090)),
    ((5, 56, 0, 29), (-0.0326, 0.1933), (-0.0381, 0.1926)),
    ((0, 10, 0, 20), (-0.1658, 0.2844), (-0.1611, 0.2775)),
    ((0, 10, 0, 10), (-0.2879, 0.2879), (-0.2775, 0.2775)),
    ((10, 10, 0, 20), (0.7156, 1.0000), (0.6791, 1.0000)),
]


@pytest.mark.parametrize(("counts", "score", "hybrid"), PUBLISHED)
def test_published_intervals(
    counts: tuple[int, ...], score: tuple[float, ...], hybrid: tuple[float, ...]
) -> None:
    one, two = Counts(counts[0], counts[1]), Counts(counts[2], counts[3])
    assert [float(x) for x in miettinen_nurminen(one, two)] == pytest.approx(score, abs=5.1e-5)
    assert [float(x) for x in newcombe(one, two)] == pytest.approx(hybrid, abs=5.1e-5)


def test_all_against_none_by_hand() -> None:
    # Both groups 10: the likeliest risks are (1 + d) / 2 and (1 - d) / 2, so that the variance is
    # (1 - d^2) / 19 and (1 - d)^2 = z^2 (1 - d^2) / 19; with r = z^2 / 19, d = (1 - r) / (1 + r).
    low, high = miettinen_nurminen(Counts(10, 10), Counts(0, 10))
    r = 3.841458820694124 / 19
    assert float(low) == pytest.approx((1 - r) / (1 + r), abs=1e-12)
    assert float(high) == pytest.approx(1.0)


def test_one_table_gives_the_interval_of_its_study() -> None:
    t = STORED["tables"]["one"]["table"]
    low, high = miettinen_nurminen(Counts(t["a"], t["n1"]), Counts(t["c"], t["n2"]))
    common = score_risk_difference(tables("one")).interval
    assert [common.low, common.high] == pytest.approx([float(low), float(high)], abs=1e-12)


def test_impossible_counts_have_no_interval() -> None:
    for function in (newcombe, miettinen_nurminen):
        low, high = function(Counts([3, 2], [2, 4]), Counts([1, 1], [5, 5]))
        assert np.isnan([low[0], high[0]]).all()
        assert np.isfinite([low[1], high[1]]).all()
    low, high = clopper_pearson(Counts([3.0, np.nan], [2.0, 5.0]))
    assert np.isnan([*low, *high]).all()

"""Fragility indices against Fisher tests by an independent program and by exhaustion."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.stats import fisher_exact

from ketameta.errors import DataError, UsageError
from ketameta.measures.arms import Counts
from ketameta.measures.effects import effects
from ketameta.pooling.choices import PoolingChoices
from ketameta.pooling.pool import pool
from ketameta.sensitivity.fisher_exact import fisher_exact_p
from ketameta.sensitivity.fragility import fragility_index
from ketameta.sensitivity.pooled_fragility import pooled_fragility


def scipy_p(a: int, n1: int, c: int, n2: int) -> float:
    return float(fisher_exact([[a, n1 - a], [c, n2 - c]])[1])


def test_fisher_exact_p() -> None:
    rng = np.random.default_rng(4)
    for _ in range(200):
        n1, n2 = rng.integers(1, 60, 2).tolist()
        a, c = int(rng.integers(0, n1 + 1)), int(rng.integers(0, n2 + 1))
        assert fisher_exact_p(a, n1, c, n2) == pytest.approx(scipy_p(a, n1, c, n2), rel=1e-10)


def test_fisher_exact_p_of_large_trials_and_tea() -> None:
    assert fisher_exact_p(3, 4, 1, 4) == pytest.approx(34 / 70)  # Fisher's tea tasting, two-sided
    assert fisher_exact_p(500, 100_000, 400, 100_000) == pytest.approx(
        scipy_p(500, 100_000, 400, 100_000), rel=1e-8
    )
    assert fisher_exact_p(0, 10, 0, 12) == 1.0


def test_index_of_walsh() -> None:
    # 1/100 against 9/100: p = 0.018; with one event more in the first group p = 0.058.
    found = fragility_index((1, 100), (9, 100))
    assert found.index == 1
    assert found.quotient == 1 / 200
    assert found.p_value == pytest.approx(scipy_p(1, 100, 9, 100))
    assert found.p_value_after == pytest.approx(scipy_p(2, 100, 9, 100))
    assert found.events_after == (2, 9)
    assert not found.reversed
    # A factor of 10 in size: four more of ten trials' patients would do.
    large = fragility_index((200, 4000), (250, 4000))
    p = [scipy_p(200 + i, 4000, 250, 4000) for i in range(20)]
    assert large.index == next(i for i, value in enumerate(p) if value >= 0.05)


def test_groups_may_change_places() -> None:
    one, other = fragility_index((1, 100), (9, 100)), fragility_index((9, 100), (1, 100))
    assert one.index == other.index
    assert other.events_after == (9, 2)


def test_reverse_index() -> None:
    found = fragility_index((5, 50), (9, 50))
    p = [scipy_p(5 - i, 50, 9, 50) for i in range(6)]
    assert found.index == next(i for i, value in enumerate(p) if value < 0.05)
    assert found.reversed


def test_fewer_events_at_a_higher_risk() -> None:
    # 8 of 20 against 10 of 200: the risks come closer as events are taken from the first group.
    found = fragility_index((8, 20), (10, 200))
    assert found.events_after is not None
    assert found.events_after[0] < 8
    assert found.p_value_after == pytest.approx(scipy_p(*(found.events_after[0], 20, 10, 200)))


def test_any_change_is_never_more() -> None:
    rng = np.random.default_rng(8)
    for _ in range(30):
        n1, n2 = rng.integers(5, 40, 2).tolist()
        a, c = int(rng.integers(0, n1 + 1)), int(rng.integers(0, n2 + 1))
        some, anything = (
            fragility_index((a, n1), (c, n2), rule=rule) for rule in ("fewest-events", "any")
        )
        assert anything.index is not None
        assert some.index is None or anything.index <= some.index
        # By exhaustion: no table at a smaller distance crosses.
        for x in range(n1 + 1):
            for z in range(n2 + 1):
                if abs(x - a) + abs(z - c) < anything.index:
                    crossed = fisher_exact_p(x, n1, z, n2) < 0.05
                    assert crossed == (anything.p_value < 0.05)


def test_no_index() -> None:
    assert fragility_index((0, 3), (0, 3)).index is None  # p of 3/3 against 0/3 is 0.1
    assert fragility_index((0, 3), (0, 3), rule="any").index is None


@pytest.mark.parametrize(
    ("group", "message"),
    [
        ((1.5, 10), "whole numbers"),
        ((math.nan, 10), "whole numbers"),
        ((11, 10), "Check the counts"),
        ((-1, 10), "Check the counts"),
        ((0, 0), "Check the counts"),
    ],
)
def test_counts_are_checked(group: tuple[int, int], message: str) -> None:
    with pytest.raises(DataError, match=message):
        fragility_index(group, (1, 10))


def test_options_are_checked() -> None:
    with pytest.raises(UsageError, match="no rule 'most'"):
        fragility_index((1, 10), (2, 10), rule="most")
    with pytest.raises(UsageError, match="not between 0 and 1"):
        fragility_index((1, 10), (2, 10), alpha=1.0)


ONE, TWO = Counts([4, 8, 3], [60, 80, 50]), Counts([12, 17, 9], [60, 80, 50])


def interval(one: Counts, two: Counts, choices: PoolingChoices) -> tuple[float, float]:
    table = effects(
        "OR", {"events_1": one.events, "n_1": one.n, "events_2": two.events, "n_2": two.n}
    )
    found = pool(table.estimates, choices).interval
    assert found.low is not None
    assert found.high is not None
    return found.low, found.high


@pytest.mark.parametrize("method", ["wald", "t", "hksj"])
def test_pooled_index_step_by_step(method: str) -> None:
    choices = PoolingChoices(interval=method)
    found = pooled_fragility(ONE, TWO, choices=choices)
    assert (found.low, found.high) == pytest.approx(interval(ONE, TWO, choices), rel=1e-9)
    assert found.reversed == (found.low <= 0.0 <= found.high)
    assert found.index == len(found.changes) > 0
    one, two = np.array(ONE.events), np.array(TWO.events)
    for number, change in enumerate(found.changes, start=1):
        events = one if change.group == 1 else two
        events[change.study] += 1 if change.added else -1
        now = interval(Counts(one, ONE.n), Counts(two, TWO.n), choices)
        assert (change.low, change.high) == pytest.approx(now, rel=1e-9)
        crossed = (change.low <= 0.0 <= change.high) != found.reversed
        assert crossed == (number == found.index)


def test_one_step_is_the_best_of_all() -> None:
    choices = PoolingChoices(tau2="EE")
    first = pooled_fragility(ONE, TWO, choices=choices).changes[0]
    highs = []
    for group in (0, 1):
        for study in range(3):
            for step in (-1, 1):
                events = [np.array(ONE.events), np.array(TWO.events)]
                events[group][study] += step
                highs.append(interval(Counts(events[0], ONE.n), Counts(events[1], TWO.n), choices))
    assert first.high == pytest.approx(max(high for _, high in highs), rel=1e-12)


def test_reverse_pooled_index() -> None:
    one, two = Counts([9, 12], [50, 60]), Counts([11, 15], [50, 60])
    found = pooled_fragility(one, two, choices=PoolingChoices(tau2="EE"))
    assert found.reversed
    assert found.index is not None
    assert not found.changes[-1].low <= 0.0 <= found.changes[-1].high
    assert all(change.low <= 0.0 <= change.high for change in found.changes[:-1])


def test_identical_effects_keep_a_width() -> None:
    same = Counts([10, 10, 10], [50, 50, 50])
    found = pooled_fragility(same, Counts([12, 12, 12], [50, 50, 50]), most=1)
    assert found.low < found.high
    assert found.reversed


def test_pooled_index_may_not_exist() -> None:
    found = pooled_fragility(Counts([1, 1], [3, 3]), Counts([1, 1], [3, 3]), most=1)
    assert found.index is None
    assert found.changes == ()


def test_pooled_options_and_counts() -> None:
    with pytest.raises(UsageError, match="two groups"):
        pooled_fragility(ONE, TWO, code="MD")
    with pytest.raises(UsageError, match="Use wald, t or hksj"):
        pooled_fragility(ONE, TWO, choices=PoolingChoices(interval="kr"))
    with pytest.raises(DataError, match="no more events than people"):
        pooled_fragility(Counts([5], [4]), Counts([1], [4]))
    with pytest.raises(DataError, match="no table gives an estimate"):
        pooled_fragility(Counts([0], [4]), Counts([0], [4]))
    with pytest.raises(DataError, match="one or more studies"):
        pooled_fragility(Counts(1, 4), Counts(0, 4))

"""Tables of many pooled results: the short way gives the numbers of pooling one by one."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import pytest

from ketameta.measures.estimates import EffectEstimates
from ketameta.pooling.choices import PoolingChoices
from ketameta.pooling.pool import pool
from ketameta.pooling.result import Interval
from ketameta.sensitivity.brief_result import BriefResult
from ketameta.sensitivity.cumulative import brief_cumulative, cumulative
from ketameta.sensitivity.leave_one_out import brief_leave_one_out, leave_one_out
from ketameta.sensitivity.pooled_arrays import LINEAR_FROM

K = LINEAR_FROM + 12
CHOICES = [
    PoolingChoices(),
    PoolingChoices(tau2="EE"),
    PoolingChoices(tau2="PM", interval="hksj-hybrid", prediction="t(k-2)"),
    PoolingChoices(tau2="HS", interval="ivhet", prediction="z", level=0.9),
    PoolingChoices(interval="kr", prediction="kr"),
    PoolingChoices(tau2="DL", interval="henmi-copas", prediction="hksj"),
    PoolingChoices(tau2="ML", interval="hksj-guarded", prediction="hksj(k-2)"),
]


def many(k: int = K) -> EffectEstimates:
    rng = np.random.default_rng(3)
    v = rng.uniform(0.02, 0.3, k)
    return EffectEstimates.from_arrays("MD", rng.normal(0.3, np.sqrt(v + 0.05)), v)


def same(found: BriefResult, expected: BriefResult) -> None:
    """To 1e-12; limits in units of the interval's width, as they may be near 0."""
    for item in fields(BriefResult):
        one, other = getattr(found, item.name), getattr(expected, item.name)
        if not isinstance(one, Interval):
            assert (one is None) == (other is None), item.name
            assert other is None or one == pytest.approx(other, rel=1e-12, abs=1e-300), item.name
        elif other.low is None:
            assert one == other
        else:
            width = other.high - other.low
            limits = (one.low, one.high)
            assert limits == pytest.approx((other.low, other.high), rel=0, abs=1e-12 * width)


@pytest.mark.parametrize("choices", CHOICES, ids=lambda c: f"{c.tau2}-{c.interval}")
def test_without_each_study(choices: PoolingChoices) -> None:
    slow = leave_one_out(many(), choices)
    fast = brief_leave_one_out(many(), choices)
    assert [label for label, _ in fast] == [label for label, _ in slow]
    for (_, one), (_, other) in zip(fast, slow, strict=True):
        same(one, BriefResult.of(other))


@pytest.mark.parametrize("choices", CHOICES, ids=lambda c: f"{c.tau2}-{c.interval}")
def test_after_each_study(choices: PoolingChoices) -> None:
    estimates = many()
    slow = cumulative(estimates, choices, order=estimates.v)
    fast = brief_cumulative(estimates, choices, order=estimates.v)
    for one, other in zip(fast, slow, strict=True):
        assert (one.added, one.key) == (other.added, other.key)
        same(one.result, BriefResult.of(other.result))


def test_studies_that_come_together() -> None:
    estimates = many()
    years = np.arange(K) // 7
    slow = cumulative(estimates, order=years, together=True, descending=True)
    fast = brief_cumulative(estimates, order=years, together=True, descending=True)
    assert [(s.added, s.key) for s in fast] == [(s.added, s.key) for s in slow]
    for one, other in zip(fast, slow, strict=True):
        same(one.result, BriefResult.of(other.result))


@pytest.mark.parametrize("alike", [K, K - 1, K // 2])
def test_identical_effects(alike: int) -> None:
    y = np.full(K, 0.37)
    y[alike:] += np.arange(1.0, 1.0 + K - alike)
    estimates = EffectEstimates.from_arrays("MD", y, many().v)
    for (_, one), (_, other) in zip(
        brief_leave_one_out(estimates), leave_one_out(estimates), strict=True
    ):
        same(one, BriefResult.of(other))
    for step, expected in zip(brief_cumulative(estimates), cumulative(estimates), strict=True):
        same(step.result, BriefResult.of(expected.result))


def test_few_studies_and_functions_are_pooled_one_by_one() -> None:
    few = many(5)
    expected = [(label, BriefResult.of(result)) for label, result in leave_one_out(few)]
    assert list(brief_leave_one_out(few)) == expected
    assert brief_leave_one_out(many(1)) == ()
    seen: list[int] = []

    def counted(estimates: EffectEstimates) -> object:
        seen.append(estimates.k)
        return pool(estimates, tau2="EE")

    found = brief_leave_one_out(many(), counted)  # type: ignore[arg-type]
    assert seen == [K - 1] * K
    assert found[0][1].tau2 == 0.0
    steps = brief_cumulative(many(), counted)  # type: ignore[arg-type]
    assert seen[K:] == list(range(1, K + 1))
    assert steps[-1].result.k == K


def test_ten_thousand_take_no_ten_thousand_fits(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[int] = []
    original = pool
    monkeypatch.setattr(
        "ketameta.sensitivity.cumulative.pool",
        lambda *given: calls.append(1) or original(*given),  # type: ignore[func-returns-value]
    )
    estimates = many(3_000)
    assert len(brief_leave_one_out(estimates)) == 3_000
    assert len(brief_cumulative(estimates)) == 3_000
    assert calls == [1]

"""Arms combined and shared, change scores, clusters: raw data, published tables, identities."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ketameta.errors import DataError, UsageError
from ketameta.measures.arms import Counts, Means, Rates
from ketameta.measures.binary import odds_ratio, risk_difference, risk_ratio
from ketameta.measures.continuous import (
    mean_difference,
    ratio_of_means,
    small_sample_factor,
    standardised_mean_difference,
)
from ketameta.measures.conversions.change import (
    correlation_from_sds,
    correlation_from_t,
    sd_of_change,
)
from ketameta.measures.conversions.clusters import (
    design_effect,
    effective_counts,
    effective_means,
    inflated_variance,
)
from ketameta.measures.conversions.groups import (
    combined_counts,
    combined_means,
    split_counts,
    split_means,
)
from ketameta.measures.conversions.shared_control import shared_control_contrasts

PEOPLE = st.lists(st.floats(-100, 100), min_size=1, max_size=12)


@given(groups=st.lists(PEOPLE, min_size=1, max_size=4))
def test_combined_groups_are_their_people_together(groups: list[list[float]]) -> None:
    everybody = np.concatenate(groups)
    if everybody.size < 2:
        return
    means = [Means(np.mean(x), np.std(x, ddof=1) if len(x) > 1 else 0.0, len(x)) for x in groups]
    combined = combined_means(*means)
    assert float(combined.mean) == pytest.approx(everybody.mean(), abs=1e-9)
    assert float(combined.sd) == pytest.approx(everybody.std(ddof=1), abs=1e-9)
    assert combined.n == everybody.size


def test_combined_and_split_counts() -> None:
    assert tuple(map(float, combined_counts(Counts(3, 10), Counts(5, 20)))) == (8, 30)
    shared = split_counts(Counts(9, 30), 2)
    assert tuple(map(float, shared.value)) == (4.5, 15)
    assert shared.assumptions[0].code == "split_control"
    assert tuple(map(float, split_means(Means(5.0, 2.0, 30), 3).value)) == (5, 2, 10)


def test_groups_that_cannot_be_combined_or_split() -> None:
    for call in (
        lambda: combined_means(),
        lambda: combined_counts(Counts(5, 4)),
        lambda: combined_means(Means(1.0, -1.0, 5)),
        lambda: combined_means(Means(1.0, np.nan, 5)),
        lambda: split_counts(Counts(5, 10), 0),
        lambda: split_means(Means(1.0, 1.0, 3), 2),
    ):
        with pytest.raises(DataError):
            call()


def test_change_sd_of_the_handbook_crossover_example() -> None:
    """Section 23.2.7: SDs 2.38 and 2.21 with r = 0.68 give 1.8426."""
    converted = sd_of_change(2.38, 2.21, 0.68)
    assert float(converted.value) == pytest.approx(1.8426, abs=0.00005)
    (assumption,) = converted.assumptions
    assert (assumption.code, assumption.value) == ("correlation", 0.68)
    assert (assumption.low, assumption.high) == (0.3, 0.8)


@given(s1=st.floats(0.1, 50), s2=st.floats(0.1, 50), r=st.floats(-1, 1))
def test_correlation_comes_back(s1: float, s2: float, r: float) -> None:
    sd = sd_of_change(s1, s2, r, plausible=(-1, 1)).value
    # s1² + s2² - s_d² loses digits where the SDs differ by much.
    assert float(correlation_from_sds(s1, s2, sd)) == pytest.approx(r, abs=1e-8)


def test_correlation_from_a_paired_t() -> None:
    """Difference 0.5 with t = 0.5/0.583 of ten people: the Handbook's r = 0.68 again."""
    r = correlation_from_t(0.5, 0.5 / (1.8426 / math.sqrt(10)), 2.38, 2.21, 10)
    assert float(r) == pytest.approx(0.68, abs=0.0005)


def test_impossible_correlations() -> None:
    with pytest.raises(DataError, match="outside -1 to 1"):
        correlation_from_sds(1.0, 1.0, 3.0)
    with pytest.raises(DataError, match="does not lie between"):
        sd_of_change(1.0, 1.0, 1.5)
    with pytest.raises(DataError, match="does not hold the value"):
        sd_of_change(1.0, 1.0, 0.9)


def test_design_effect_of_the_handbook() -> None:
    """Section 23.1.4: mean cluster size 295/21 = 14.05 and ICC 0.02 give 1.26."""
    effect = design_effect(295 / 21, 0.02, plausible=(0.0, 0.05))
    assert float(effect.value) == pytest.approx(1.26, abs=0.005)
    counts = effective_counts(Counts(63, 295), effect).value
    assert float(counts.events) == pytest.approx(63 / 1.26, abs=0.2)
    assert effective_means(Means(1.0, 2.0, 295), effect).value.sd == 2.0
    inflated = inflated_variance(0.1, effect)
    assert float(inflated.value) == pytest.approx(0.126, abs=0.0005)
    assert (inflated.assumptions[0].code, inflated.assumptions[0].high) == ("icc", 0.05)
    (none,) = design_effect(10, 0.0).assumptions
    assert (none.low, none.high) == (0.0, 0.05)
    for size, icc in ((0.5, 0.1), (10, -0.1), (10, 1.1)):
        with pytest.raises(DataError):
            design_effect(size, icc)


# Gleser and Olkin (2009), table 19.1: control first, then treatments.
TRIALS = [
    (Counts([40, 100, 150], [1000, 4000, 4000]), [1, 2]),
    (Counts([10, 15], [200, 400]), [1]),
    (Counts([150, 40, 80, 50], [2000, 1000, 1000, 1000]), [1, 2, 3]),
]


def generalised_least_squares(code: str) -> tuple[np.ndarray, np.ndarray]:
    blocks = [shared_control_contrasts(code, arms, control=0).value for arms, _ in TRIALS]
    treatments = np.concatenate([which for _, which in TRIALS])
    x = (treatments[:, None] == np.array([1, 2, 3])).astype(float)
    inverse = np.zeros((6, 6))
    start = 0
    for block in blocks:
        stop = start + block.y.size
        inverse[start:stop, start:stop] = np.linalg.inv(block.covariance)
        start = stop
    vcov = np.linalg.inv(x.T @ inverse @ x)
    return vcov @ x.T @ inverse @ np.concatenate([block.y for block in blocks]), vcov


@pytest.mark.parametrize(
    ("code", "coefficients", "covariance", "unit"),
    [
        # Pages 361 and 363; the chapter subtracts treatment from control.
        (
            "RD",
            [0.0200, 0.0043, 0.0211],
            [[24.612, 19.954, 13.323], [19.954, 28.538, 13.255], [13.323, 13.255, 69.806]],
            1e-6,
        ),
        (
            "OR",
            [0.5099, 0.0044, 0.4301],
            [[0.01412, 0.00712, 0.00425], [0.00712, 0.01178, 0.00455], [0.00425, 0.00455, 0.02703]],
            1.0,
        ),
    ],
)
def test_gleser_and_olkin_multiple_treatments(
    code: str, coefficients: list[float], covariance: list[list[float]], unit: float
) -> None:
    found, vcov = generalised_least_squares(code)
    np.testing.assert_allclose(-found, coefficients, atol=0.000051)
    digit = 0.00051 if unit < 1 else 0.0000051
    np.testing.assert_allclose(vcov / unit, covariance, atol=digit)


ARMS = Means([7.87, 4.35, -1.36], [4.0, 4.6, 4.2], [25, 22, 25])
COUNTS = Counts([12, 7, 20], [40, 35, 50])


@pytest.mark.parametrize(
    ("code", "arms", "function"),
    [
        ("OR", COUNTS, odds_ratio),
        ("RR", COUNTS, risk_ratio),
        ("RD", COUNTS, risk_difference),
        ("MD", ARMS, mean_difference),
        ("ROM", Means([7.0, 4.0, 5.0], [1.0, 1.2, 0.9], [25, 22, 25]), ratio_of_means),
    ],
)
def test_contrasts_agree_with_the_two_arm_measures(code, arms, function) -> None:  # type: ignore[no-untyped-def]
    """y and v are those of each pair; y1 - y2 has the variance of arm 1 against arm 2."""
    y, covariance = shared_control_contrasts(code, arms, control=2).value
    one, two, control = (type(arms)(*(x[i] for x in arms)) for i in range(3))
    for i, arm in enumerate((one, two)):
        np.testing.assert_allclose((y[i], covariance[i, i]), function(arm, control), rtol=1e-12)
    direct = function(one, two)
    between = covariance[0, 0] + covariance[1, 1] - 2 * covariance[0, 1]
    np.testing.assert_allclose((y[0] - y[1], between), direct, rtol=1e-10)


def test_pairwise_smd_variances_are_those_of_two_arms() -> None:
    y, covariance = shared_control_contrasts("SMD", ARMS).value
    one, two, control = (Means(*(x[i] for x in ARMS)) for i in range(3))
    for i, arm in enumerate((one, two)):
        pair = standardised_mean_difference(arm, control)
        np.testing.assert_allclose((y[i], covariance[i, i]), pair, rtol=1e-12)


def test_smd_with_the_sd_of_all_arms_as_gleser_and_olkin() -> None:
    """Table 19.4: d = 2.1670 and 1.3406 with the SD of all arms 4.2593 (before Hedges's J)."""
    arms = Means([7.87, 4.35, -1.36], [4.2593] * 3, [25, 22, 25])
    y, covariance = shared_control_contrasts("SMD", arms, sd="all_arms").value
    j = float(small_sample_factor(69))
    np.testing.assert_allclose(y / j, [2.1670, 1.3406], atol=0.00005)
    assert covariance[0, 1] == pytest.approx(1 / 25 + y[0] * y[1] / (2 * 72), rel=1e-12)
    between = covariance[0, 0] + covariance[1, 1] - 2 * covariance[0, 1]
    assert between == pytest.approx(1 / 25 + 1 / 22 + (y[0] - y[1]) ** 2 / (2 * 72), rel=1e-12)


def test_pairwise_smd_covariance_by_simulation() -> None:
    """200 000 trials with 60, 50 and 40 people: the covariance within 3 %."""
    n = np.array([60, 50, 40])
    rng = np.random.default_rng(11)
    means = rng.normal([1.2, 0.8, 0.0], 1 / np.sqrt(n), size=(200_000, 3))
    squares = rng.chisquare(n - 1, size=(200_000, 3))
    sds = [np.sqrt((squares[:, i] + squares[:, 2]) / (n[i] + n[2] - 2)) for i in (0, 1)]
    d = np.array([(means[:, i] - means[:, 2]) / sds[i] for i in (0, 1)])
    expected = shared_control_contrasts("SMD", Means([1.2, 0.8, 0.0], [1.0] * 3, n)).value
    assert np.cov(d)[0, 1] == pytest.approx(expected.covariance[0, 1], rel=0.03)


def test_a_zero_anywhere_corrects_every_arm() -> None:
    y, covariance = shared_control_contrasts("OR", Counts([0, 5, 8], [20, 20, 20])).value
    logits = [math.log((x + 0.5) / (20 - x + 0.5)) for x in (0, 5, 8)]
    np.testing.assert_allclose(y, [logits[0] - logits[2], logits[1] - logits[2]], rtol=1e-12)
    assert covariance[0, 1] == pytest.approx(1 / 8.5 + 1 / 12.5, rel=1e-12)


def test_rate_ratios_share_the_control_events() -> None:
    y, covariance = shared_control_contrasts("IRR", Rates([4, 6, 10], [100, 90, 110])).value
    assert y[0] == pytest.approx(math.log((4 / 100) / (10 / 110)))
    assert covariance[0, 1] == pytest.approx(0.1)


def test_arms_that_cannot_be_contrasted() -> None:
    with pytest.raises(UsageError, match="no covariance for 'SMCR'"):
        shared_control_contrasts("SMCR", ARMS)
    with pytest.raises(UsageError, match="no covariance for 'OR' from means"):
        shared_control_contrasts("OR", ARMS)
    with pytest.raises(UsageError, match="pairwise or all_arms"):
        shared_control_contrasts("SMD", ARMS, sd="control")
    for arms, control in (
        (Counts([0, 0], [5, 5]), 0),
        (Counts([3], [5]), 0),
        (Counts([3, 9], [5, 5]), 0),
        (Counts([3, 2], [5, 5]), 4),
    ):
        with pytest.raises(DataError):
            shared_control_contrasts("OR", arms, control=control)
    with pytest.raises(DataError):
        shared_control_contrasts("SMD", Means([1.0, 2.0], [0.0, 0.0], [5, 5]))

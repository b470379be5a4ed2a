"""What must hold for every network: other labels, orders and directions; two treatments; GLS."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ketameta.measures.estimates import EffectEstimates
from ketameta.pooling.choices import PoolingChoices
from ketameta.pooling.network import (
    ContrastRows,
    against_reference,
    contributions,
    design_inconsistency,
    direct_estimates,
    network,
    p_scores,
    split_evidence,
)
from ketameta.pooling.pool import pool

NAMES = "ABCDE"
METHODS = ("EE", "DL", "REML", "PM")


def simulated(seed: int, studies: int = 9, two_arms: bool = False) -> ContrastRows:
    """A connected network over five treatments; studies of two to four arms with arm errors."""
    rng = np.random.default_rng(seed)
    found: list[tuple[str, str, str, float, float]] = []
    for s in range(studies):
        size = 2 if two_arms or s < 4 else int(rng.integers(2, 5))
        # The first four studies tie every treatment to A.
        arms = ["A", NAMES[s + 1]] if s < 4 else list(rng.permutation(list(NAMES))[:size])
        effect = rng.normal(0, 1, size)
        variance = rng.uniform(0.02, 0.4, size)
        found += [
            (f"s{s}", arms[i], arms[j], effect[i] - effect[j], variance[i] + variance[j])
            for i in range(size)
            for j in range(i)
        ]
    study, first, second, y, v = zip(*found, strict=True)
    return ContrastRows("MD", study, first, second, np.array(y), np.array(v))


def choices(method: str, interval: str = "wald") -> PoolingChoices:
    return PoolingChoices(tau2=method, interval=interval)


def gls(rows: ContrastRows, tau2: float) -> tuple[np.ndarray, np.ndarray, float, float]:
    """Textbook: contrasts with each study's first arm and full covariance; also DL's tau2."""
    y, X, blocks = [], [], []
    for study in dict.fromkeys(rows.study):
        mine = [i for i, s in enumerate(rows.study) if s == study]
        table = {}
        for i in mine:
            a, b = rows.treatment_1[i], rows.treatment_2[i]
            table[a, b], table[b, a] = (rows.y[i], rows.v[i]), (-rows.y[i], rows.v[i])
        base, *others = dict.fromkeys([a for pair in table for a in pair])
        y += [table[o, base][0] for o in others]
        X += [[float(n == o) - float(n == base) for n in NAMES[1:]] for o in others]
        v = {o: table[o, base][1] for o in others}
        blocks.append(
            [
                [v[o] if o == p else (v[o] + v[p] - table[o, p][1]) / 2 for p in others]
                for o in others
            ]
        )
    size = len(y)
    V, D = np.zeros((size, size)), np.zeros((size, size))
    at = 0
    for block in blocks:
        end = at + len(block)
        V[at:end, at:end], D[at:end, at:end] = block, 0.5
        at = end
    D[np.diag_indices(size)] = 1.0
    W = np.linalg.inv(V)
    A, z = np.array(X), np.array(y)
    P = W - W @ A @ np.linalg.solve(A.T @ W @ A, A.T @ W)
    q = float(z @ P @ z)
    dl = max(0.0, (q - (size - A.shape[1])) / float(np.trace(P @ D)))
    W = np.linalg.inv(V + tau2 * D)
    cov = np.linalg.inv(A.T @ W @ A)
    return cov @ A.T @ W @ z, cov, q, dl


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("method", ["EE", "DL", "REML"])
def test_generalised_least_squares_with_full_covariance_gives_the_same(
    seed: int, method: str
) -> None:
    rows = simulated(seed)
    result = network(rows, choices(method))
    effect, cov, q, dl = gls(rows, result.tau2)
    if method == "DL":
        assert result.tau2 == pytest.approx(dl, rel=1e-10, abs=1e-12)
    assert result.heterogeneity.q == pytest.approx(q, rel=1e-10)
    assert result.estimate[1:, 0] == pytest.approx(effect, rel=1e-9, abs=1e-12)
    assert result.se[1:, 0] ** 2 == pytest.approx(np.diag(cov), rel=1e-10)


@given(seed=st.integers(0, 10_000), method=st.sampled_from(METHODS), data=st.data())
@settings(max_examples=40, deadline=None)
def test_names_orders_and_directions_change_nothing(
    seed: int, method: str, data: st.DataObject
) -> None:
    rows = simulated(seed)
    before = network(rows, choices(method))
    order = data.draw(st.permutations(range(len(rows.study))))
    flip = data.draw(st.lists(st.booleans(), min_size=len(order), max_size=len(order)))
    new = dict(zip(NAMES, data.draw(st.permutations("VWXYZ")), strict=True))
    first = [new[rows.treatment_2[i] if f else rows.treatment_1[i]] for i, f in enumerate(flip)]
    second = [new[rows.treatment_1[i] if f else rows.treatment_2[i]] for i, f in enumerate(flip)]
    after = network(
        ContrastRows(
            "MD",
            tuple(rows.study[i] for i in order),
            tuple(first[i] for i in order),
            tuple(second[i] for i in order),
            np.where(flip, -rows.y, rows.y)[list(order)],
            rows.v[list(order)],
        ),
        choices(method),
    )
    assert after.tau2 == pytest.approx(before.tau2, rel=1e-7, abs=1e-9)
    for a in NAMES:
        for b in NAMES:
            one, two = before.compare(a, b), after.compare(new[a], new[b])
            assert two.estimate == pytest.approx(one.estimate, rel=1e-7, abs=1e-8)
            assert two.se == pytest.approx(one.se, rel=1e-7)
    one, two = design_inconsistency(before), design_inconsistency(after)
    assert two.between.q == pytest.approx(one.between.q, rel=1e-8, abs=1e-9)


@given(
    y=st.lists(st.floats(-5, 5), min_size=2, max_size=12),
    seed=st.integers(0, 10_000),
    method=st.sampled_from(METHODS),
    interval=st.sampled_from(["wald", "t", "hksj", "hksj-guarded"]),
    prediction=st.sampled_from(["t(k-1)", "t(k-1)-plain", "z", "hksj"]),
)
@settings(max_examples=60, deadline=None)
def test_two_treatments_are_pairwise_pooling(
    y: list[float], seed: int, method: str, interval: str, prediction: str
) -> None:
    if method == "EE":
        interval = "wald"
    if np.ptp(y) < 1e-6:
        y[0] += 1.0
    v = np.random.default_rng(seed).uniform(0.01, 2.0, len(y))
    wanted = PoolingChoices(tau2=method, interval=interval, prediction=prediction)
    studies = tuple(f"s{i}" for i in range(len(y)))
    rows = ContrastRows("MD", studies, ("a",) * len(y), ("b",) * len(y), np.array(y), v)
    ours = network(rows, wanted)
    theirs = pool(EffectEstimates.from_arrays("MD", y, v), wanted)
    found = ours.compare("a", "b")
    near = {"rel": 1e-9, "abs": 1e-10}
    assert found.estimate == pytest.approx(theirs.estimate, **near)
    assert found.se == pytest.approx(theirs.se, **near)
    assert found.interval.low == pytest.approx(theirs.interval.low, **near)
    assert found.p_value == pytest.approx(theirs.p_value, **near)
    assert ours.heterogeneity.tau2 == pytest.approx(theirs.heterogeneity.tau2, **near)
    assert ours.heterogeneity.q == pytest.approx(theirs.heterogeneity.q, **near)
    if method == "EE":
        assert (found.prediction.low, theirs.prediction.low) == (None, None)
        return
    limits, expected = ours.heterogeneity.tau2_interval, theirs.heterogeneity.tau2_interval
    assert (limits.high is None) == (expected.high is None)  # an empty Q-profile set
    if expected.high is not None:
        assert limits.high == pytest.approx(expected.high, rel=1e-8, abs=1e-10)
    assert ours.heterogeneity.i2 == pytest.approx(theirs.heterogeneity.i2, rel=1e-8, abs=1e-8)
    assert found.prediction.low == pytest.approx(theirs.prediction.low, **near)


@pytest.mark.parametrize("seed", range(5))
def test_both_ways_of_splitting_agree_for_two_arm_studies(seed: int) -> None:
    result = network(simulated(seed, studies=14, two_arms=True), choices("EE"))
    back = split_evidence(result)
    side = split_evidence(result, method="side-splitting")
    assert any(split.difference for split in back)
    for one, two in zip(back, side, strict=True):
        assert (one.difference is None) == (two.difference is None)
        if one.difference and two.difference and one.indirect and two.indirect:
            assert two.direct.estimate == pytest.approx(one.direct.estimate, rel=1e-9, abs=1e-10)
            assert two.indirect.estimate == pytest.approx(one.indirect.estimate, rel=1e-8, abs=1e-9)
            assert two.difference.se == pytest.approx(one.difference.se, rel=1e-9)


@pytest.mark.parametrize("seed", range(5))
def test_hat_matrix_reproduces_estimates_and_shares_add_to_one(seed: int) -> None:
    rows = simulated(seed, studies=14, two_arms=True)
    result = network(rows, choices("REML"))
    found = contributions(result)
    direct = np.array([d.estimate for d in direct_estimates(result.network, result.tau2)])
    network_estimates = [result.compare(a, b).estimate for a, b in found.comparisons]
    assert found.hat @ direct == pytest.approx(np.array(network_estimates), rel=1e-9, abs=1e-10)
    assert found.shares.sum(axis=1) == pytest.approx(np.ones(len(found.comparisons)), rel=1e-12)
    assert np.all(found.shares >= 0.0)


@pytest.mark.parametrize("seed", range(5))
def test_evidence_flows_from_one_treatment_to_the_other(seed: int) -> None:
    """Also with studies of several arms: one unit leaves, one arrives, none is lost on the way."""
    found = contributions(network(simulated(seed), choices("DL")))
    for (source, sink), flow, share in zip(found.comparisons, found.hat, found.shares, strict=True):
        for name in NAMES:
            net = sum(
                f * ((a == name) - (b == name))
                for f, (a, b) in zip(flow, found.direct, strict=True)
            )
            wanted = float(name == source) - float(name == sink)
            assert net == pytest.approx(wanted, abs=1e-9)
        assert share.sum() == pytest.approx(1.0, rel=1e-10)


@pytest.mark.parametrize("scale", [1e-8, 1e8])
def test_units_change_nothing_but_the_units(scale: float) -> None:
    rows = simulated(3)
    one = network(rows)
    two = network(replace(rows, y=rows.y * scale, v=rows.v * scale**2))
    assert two.tau2 == pytest.approx(one.tau2 * scale**2, rel=1e-9)
    assert two.estimate == pytest.approx(one.estimate * scale, rel=1e-9)
    assert two.prediction_low == pytest.approx(one.prediction_low * scale, rel=1e-9)
    assert two.p_value == pytest.approx(one.p_value, rel=1e-8)


def test_estimates_at_the_boundary_are_told() -> None:
    """Effects that agree more closely than chance: tau2 is 0, which is no proof of equality."""
    close = replace(simulated(2), y=np.zeros(len(simulated(2).y)) + 0.0)
    codes = {caution.code for caution in network(close, choices("REML")).cautions}
    assert "tau2_at_boundary" in codes
    assert "tau2_at_boundary" not in {
        caution.code for caution in network(close, choices("EE")).cautions
    }


def test_summary_against_the_reference() -> None:
    result = network(simulated(2), choices("REML"), reference="C")
    found = against_reference(result)
    assert [e.treatment_1 for e in found] == ["A", "B", "D", "E"]
    assert all(e == result.compare(e.treatment_1, "C") for e in found)


def test_mean_of_p_scores_is_one_half() -> None:
    for method, interval in (("EE", "wald"), ("REML", "hksj")):
        scores = p_scores(network(simulated(1), choices(method, interval)), smaller_is_better=True)
        assert np.mean([score.p_score for score in scores]) == pytest.approx(0.5, rel=1e-12)


def test_very_unequal_variances_keep_their_digits() -> None:
    """A loop with variances 1e-16, 1e16 and 1: the way round A-B is known by its worst edge."""
    rows = ContrastRows(
        "MD",
        ("bc", "ab", "ac"),
        ("B", "A", "A"),
        ("C", "B", "C"),
        np.array([1.0, 5.0, 3.0]),
        np.array([1e-16, 1e16, 1.0]),
    )
    result = network(rows, choices("EE"))
    assert result.compare("B", "C").estimate == pytest.approx(1.0, rel=1e-12)
    assert result.compare("B", "C").se == pytest.approx(1e-8, rel=1e-9)
    assert result.compare("A", "B").estimate == pytest.approx(2.0, rel=1e-12)
    assert result.compare("A", "B").se == pytest.approx(1.0, rel=1e-12)
    assert result.heterogeneity.q == pytest.approx((5.0 + 1.0 - 3.0) ** 2 / 1e16, rel=1e-9)


def test_variances_far_apart_leave_tau2_its_digits() -> None:
    rows = {
        "study": list("abcd"),
        "treatment_1": list("BAAA"),
        "treatment_2": list("CBCC"),
        "y": [1.0, 5.0, 3.0, 2.0],
        "v": [1e-16, 1e16, 1e16, 1e16],
    }
    random, common = network(rows, choices("REML")), network(rows, choices("EE"))
    # One precise study is no evidence of differences, and the others are far too imprecise.
    assert random.heterogeneity.tau2 == 0.0
    for result in (random, common):
        assert result.compare("B", "C").se == pytest.approx(1e-8, rel=1e-9)

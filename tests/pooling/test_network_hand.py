"""Small networks whose answer can be written down: star, triangle, one study of three arms."""

from __future__ import annotations

import numpy as np
import pytest

from ketameta.measures.estimates import EffectEstimates
from ketameta.pooling.choices import PoolingChoices
from ketameta.pooling.network import (
    ContrastRows,
    contributions,
    design_inconsistency,
    league_table,
    net_heat,
    network,
    p_scores,
    split_evidence,
    study_contributions,
)
from ketameta.pooling.pool import pool

COMMON = PoolingChoices(tau2="EE", interval="wald")


def rows(*found: tuple[str, str, str, float, float]) -> ContrastRows:
    study, first, second, y, v = zip(*found, strict=True)
    return ContrastRows("MD", study, first, second, np.array(y), np.array(v))


STAR = rows(
    ("s1", "B", "A", 0.2, 0.04),
    ("s2", "B", "A", 0.5, 0.09),
    ("s3", "A", "C", 0.1, 0.02),
    ("s4", "C", "A", 0.3, 0.05),
)
# A-B, B-C, A-C, one study each.
Y, V = (0.5, 0.3, 1.2), (0.04, 0.09, 0.16)
TRIANGLE = rows(
    ("ab", "A", "B", Y[0], V[0]), ("bc", "B", "C", Y[1], V[1]), ("ac", "A", "C", Y[2], V[2])
)


def test_a_star_is_a_set_of_pairwise_meta_analyses() -> None:
    result = network(STAR, COMMON)
    b = pool(EffectEstimates.from_arrays("MD", [0.2, 0.5], [0.04, 0.09]), COMMON)
    c = pool(EffectEstimates.from_arrays("MD", [-0.1, 0.3], [0.02, 0.05]), COMMON)
    ba, ca, bc = (result.compare(*pair) for pair in (("B", "A"), ("C", "A"), ("B", "C")))
    assert (ba.estimate, ba.se) == pytest.approx((b.estimate, b.se), rel=1e-12)
    assert (ca.estimate, ca.se) == pytest.approx((c.estimate, c.se), rel=1e-12)
    assert bc.estimate == pytest.approx(b.estimate - c.estimate, rel=1e-12)
    assert bc.se == pytest.approx(np.hypot(b.se, c.se), rel=1e-12)
    assert result.heterogeneity.q == pytest.approx(b.heterogeneity.q + c.heterogeneity.q, rel=1e-12)
    split = design_inconsistency(result)
    assert (split.between.df, split.between.p, split.within.df) == (0, None, 2)
    assert net_heat(result).designs == ()
    assert all(found.indirect is None for found in split_evidence(result))
    evidence = {(r.network.treatment_1, r.network.treatment_2): r for r in league_table(result)}
    assert [evidence[p].evidence for p in (("A", "B"), ("A", "C"), ("B", "C"))] == [
        "direct",
        "direct",
        "indirect",
    ]


def test_a_triangle_weighs_direct_and_indirect_evidence_by_precision() -> None:
    result = network(TRIANGLE, COMMON)
    indirect, indirect_v = Y[2] - Y[1], V[2] + V[1]
    share = indirect_v / (indirect_v + V[0])
    ab = result.compare("A", "B")
    assert ab.estimate == pytest.approx(share * Y[0] + (1 - share) * indirect, rel=1e-12)
    assert ab.se**2 == pytest.approx(1 / (1 / V[0] + 1 / indirect_v), rel=1e-12)
    q = (Y[0] + Y[1] - Y[2]) ** 2 / sum(V)
    assert result.heterogeneity.q == pytest.approx(q, rel=1e-12)
    assert design_inconsistency(result).between.q == pytest.approx(q, rel=1e-12)


@pytest.mark.parametrize("method", ["back-calculation", "side-splitting"])
def test_a_triangle_splits_into_the_edge_and_the_way_round(method: str) -> None:
    split = split_evidence(network(TRIANGLE, COMMON), method=method)[0]
    assert (split.treatment_1, split.treatment_2) == ("A", "B")
    assert split.indirect is not None
    assert split.difference is not None
    assert split.direct.estimate == pytest.approx(Y[0], rel=1e-12)
    assert split.indirect.estimate == pytest.approx(Y[2] - Y[1], rel=1e-12)
    assert split.indirect.se**2 == pytest.approx(V[1] + V[2], rel=1e-12)
    gap = Y[0] + Y[1] - Y[2]
    assert split.difference.estimate == pytest.approx(gap, rel=1e-12)
    assert split.difference.se**2 == pytest.approx(sum(V), rel=1e-12)
    assert split.direct_share == pytest.approx((V[1] + V[2]) / sum(V), rel=1e-12)


def test_contributions_of_a_triangle() -> None:
    found = contributions(network(TRIANGLE, COMMON))
    assert found.direct == (("A", "B"), ("A", "C"), ("B", "C"))
    share = (V[1] + V[2]) / sum(V)
    # Along A-C and against B-C; the way round has two steps, so each gets half of its part.
    assert found.hat[0] == pytest.approx([share, 1 - share, -(1 - share)], rel=1e-12)
    assert found.shares[0] == pytest.approx([share, (1 - share) / 2, (1 - share) / 2], rel=1e-12)


def test_contributions_of_studies_of_a_star() -> None:
    """Within a comparison by inverse variance; B-C takes two steps, and half from each."""
    found = study_contributions(network(STAR, COMMON))
    assert found.studies == ("s1", "s2", "s3", "s4")
    assert found.direct.comparisons == (("A", "B"), ("A", "C"), ("B", "C"))
    b1, c1 = 0.09 / (0.04 + 0.09), 0.05 / (0.02 + 0.05)
    expected = [
        [b1, 1 - b1, 0.0, 0.0],
        [0.0, 0.0, c1, 1 - c1],
        [b1 / 2, (1 - b1) / 2, c1 / 2, (1 - c1) / 2],
    ]
    assert found.shares == pytest.approx(np.array(expected), rel=1e-12)


def test_heat_of_a_triangle_is_the_same_everywhere() -> None:
    """One loop, one degree of freedom: detaching any design removes all inconsistency."""
    result = network(TRIANGLE, COMMON)
    heat = net_heat(result)
    q = result.heterogeneity.q
    parts = [q * v / sum(V) for v in (V[0], V[2], V[1])]
    assert heat.designs == ("A:B", "A:C", "B:C")
    assert heat.q == pytest.approx(parts, rel=1e-10)
    assert heat.change == pytest.approx(np.tile(np.array(parts)[:, None], 3), rel=1e-9)


# One study, arms with effects 1, 4, 9 and variances 0.1, 0.2, 0.5.
ARMS, VARIANCES = {"A": 1.0, "B": 4.0, "C": 9.0}, {"A": 0.1, "B": 0.2, "C": 0.5}


def three_arms(label: str = "one") -> list[tuple[str, str, str, float, float]]:
    return [
        (label, a, b, ARMS[a] - ARMS[b], VARIANCES[a] + VARIANCES[b])
        for a, b in (("A", "B"), ("C", "A"), ("B", "C"))
    ]


def test_one_study_of_three_arms_is_returned_as_it_is() -> None:
    result = network(rows(*three_arms()))
    for _, a, b, y, v in three_arms():
        assert result.compare(a, b).estimate == pytest.approx(y, rel=1e-12)
        assert result.compare(a, b).se ** 2 == pytest.approx(v, rel=1e-12)
    assert result.heterogeneity.tau2 is None
    assert result.interval_method == "wald"
    assert "tau2_not_estimable" in {caution.code for caution in result.cautions}
    assert np.isnan(result.prediction_low[0, 1])


def test_reduced_weights_of_three_arms() -> None:
    """Rücker 2012: with arm precisions p, the reduced weight of a comparison is p_i p_j / sum p."""
    precision = {arm: 1 / v for arm, v in VARIANCES.items()}
    found = contributions(network(rows(*three_arms()), COMMON))
    expected = [precision[a] * precision[b] / sum(precision.values()) for a, b in found.direct]
    assert found.weights == pytest.approx(expected, rel=1e-12)


def test_heterogeneity_is_shared_by_half_between_contrasts_of_a_study() -> None:
    """Adding tau2 to all pairwise variances of a study is adding tau2 / 2 to each arm."""
    shifted = [(f"{i}", a, b, y + i * 0.7, v) for i in range(4) for _, a, b, y, v in three_arms()]
    consistent = [
        (study, a, b, (ARMS[a] - ARMS[b]) * (1 + 0.3 * int(study)), v)
        for study, a, b, _, v in shifted
    ]
    result = network(rows(*consistent), PoolingChoices(tau2="REML", interval="wald"))
    tau2 = result.tau2
    assert tau2 > 0.1
    for a, b in (("A", "B"), ("B", "C"), ("C", "A")):
        v = (VARIANCES[a] + VARIANCES[b] + tau2) / 4
        assert result.compare(a, b).se ** 2 == pytest.approx(v, rel=1e-10)


def test_p_scores_of_two_treatments_are_one_sided_p_values() -> None:
    from scipy.special import ndtr

    result = network(rows(("s", "A", "B", -1.0, 0.25)), COMMON)
    best = p_scores(result, smaller_is_better=True)
    assert [score.treatment for score in best] == ["A", "B"]
    assert best[0].p_score == pytest.approx(ndtr(2.0), rel=1e-12)
    assert best[1].p_score == pytest.approx(1 - ndtr(2.0), rel=1e-12)
    assert p_scores(result, smaller_is_better=False)[0].treatment == "B"

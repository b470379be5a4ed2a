"""One cluster, clusters of one, identical effects, impossible covariances: each has a rule."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ketameta.errors import DataError, UsageError
from ketameta.measures.estimates import EffectEstimates
from ketameta.pooling.aggregate import aggregate
from ketameta.pooling.design_matrix import design_from_columns
from ketameta.pooling.multilevel import multilevel
from ketameta.pooling.multilevel_choices import MultilevelChoices
from ketameta.pooling.multilevel_correlation import WithinCorrelation
from ketameta.pooling.multilevel_covariance import (
    BlockCovariance,
    block_covariance,
    impute_covariance,
)
from ketameta.pooling.multilevel_effects import (
    component_test,
    predict_multilevel,
    random_effects,
    variance_intervals,
)
from ketameta.pooling.multilevel_multivariate import multivariate

Y = [0.1, 0.5, 0.4, 0.9, 0.2, 0.7, -0.3, 0.6]
V = [0.02, 0.03, 0.05, 0.04, 0.1, 0.06, 0.03, 0.05]
CLUSTER = ["a", "a", "b", "b", "c", "c", "d", "d"]


def made(y: Any = Y, v: Any = V) -> EffectEstimates:
    return EffectEstimates.from_arrays("MD", y, v)


def codes(result: Any) -> set[str]:
    return {caution.code for caution in result.cautions}


def test_one_cluster_is_refused() -> None:
    """metafor returns whatever its optimiser started from."""
    with pytest.raises(DataError, match="all estimates are in one cluster"):
        multilevel(made(), ["a"] * 8)
    with pytest.raises(DataError, match="all estimates are in one cluster"):
        multilevel(made(Y[:1], V[:1]), ["a"])


def test_moderators_that_explain_the_clusters_are_refused() -> None:
    columns = {name: [c == name for c in CLUSTER] for name in "bcd"}
    with pytest.raises(DataError, match="explain every difference between clusters"):
        multilevel(made(), CLUSTER, design=design_from_columns(columns))


def test_too_many_coefficients() -> None:
    design = design_from_columns({"x": [1.0, 2.0]})
    with pytest.raises(DataError, match="2 coefficients for 2 estimates"):
        multilevel(made(Y[:2], V[:2]), ["a", "b"], design=design)


def test_units_that_are_the_clusters() -> None:
    result = multilevel(made(), CLUSTER, within=CLUSTER)
    assert "single_unit_clusters" in codes(result)
    assert [c.estimated for c in result.components] == [True, False]
    assert result.components[1].groups == 4
    with pytest.raises(UsageError, match="was not estimated"):
        component_test(result, "within")
    assert [row.level for row in variance_intervals(result)] == ["between"]


@pytest.mark.parametrize("value", [0.3, 1e9, 0.0])
def test_identical_effects(value: float) -> None:
    result = multilevel(made([value] * 8), CLUSTER)
    assert result.sigma2.tolist() == [0.0, 0.0]
    assert result.coefficients[0].estimate == value
    assert result.coefficients[0].se == pytest.approx(1 / np.sqrt(np.sum(1 / np.array(V))))
    expected = {"sigma2_between_at_boundary", "sigma2_within_at_boundary", "few_clusters"}
    assert expected <= codes(result)
    assert random_effects(result).value.tolist() == [0.0] * 4
    assert all(row.interval.low == 0.0 for row in variance_intervals(result))


def test_zero_at_the_edge_is_zero() -> None:
    """metafor returns 1e-12 or so."""
    result = multilevel(made([0.1, 0.9, 0.9, 0.1, 0.5, 0.5, 0.2, 0.8]), CLUSTER)
    assert result.sigma2[0] == 0.0
    assert result.sigma2[1] > 0.0
    assert "sigma2_between_at_boundary" in codes(result)


def test_limits_of_variances_beside_which_sampling_errors_vanish() -> None:
    """Sixteen orders of magnitude below the effects, sampling variances make no difference."""
    limits = []
    for v in (1e-16, 1e-10):
        result = multilevel(made(Y, [v] * 8), CLUSTER, covariance=0.6)
        limits.append([(row.interval.low, row.interval.high) for row in variance_intervals(result)])
    assert limits[0] == pytest.approx(np.array(limits[1]), rel=1e-5, abs=1e-9)


def test_what_is_said_of_sampling_errors() -> None:
    assert "sampling_errors_independent" in codes(multilevel(made(), CLUSTER))
    assert "sampling_errors_independent" not in codes(multilevel(made(), CLUSTER, covariance=0.5))


def test_components_held() -> None:
    choices = MultilevelChoices(sigma2=(0.2, 0.1))
    result = multilevel(made(), CLUSTER, choices=choices)
    assert result.sigma2.tolist() == [0.2, 0.1]
    assert result.reml.parameters == 1
    assert variance_intervals(result) == ()


@pytest.mark.parametrize(
    "choices",
    [
        MultilevelChoices("DL"),
        MultilevelChoices(test="exact"),
        MultilevelChoices(level=0.0),
        MultilevelChoices(sigma2=(-1.0, None)),
        MultilevelChoices(sigma2=(None, float("nan"))),
    ],
)
def test_choices_that_do_not_exist(choices: MultilevelChoices) -> None:
    with pytest.raises(UsageError):
        multilevel(made(), CLUSTER, choices=choices)


@pytest.mark.parametrize(
    ("labels", "said"),
    [
        (CLUSTER[:7], "7 labels for 8"),
        ([*CLUSTER[:7], None], "row 8 is missing"),
        ([float("nan"), *CLUSTER[1:]], "row 1 is missing"),
        (["", *CLUSTER[1:]], "row 1 is missing"),
    ],
)
def test_labels_that_do_not_fit(labels: Any, said: str) -> None:
    for call in (
        lambda: multilevel(made(), labels),
        lambda: multilevel(made(), CLUSTER, within=labels),
        lambda: aggregate(made(), labels, 0.5),
        lambda: multivariate(made(), CLUSTER, labels),
    ):
        with pytest.raises(DataError, match=said):
            call()


def full(rho: float) -> np.ndarray:
    return impute_covariance(V, CLUSTER, rho).dense()


def test_covariances_that_cannot_be() -> None:
    with pytest.raises(UsageError, match="at least -1 and below 1"):
        multilevel(made(), CLUSTER, covariance=1.0)
    with pytest.raises(DataError, match="cluster 'one' is not positive definite"):
        impute_covariance(V, ["one"] * 8, -0.5)
    with pytest.raises(DataError, match="not square"):
        block_covariance(np.ones((8, 7)), CLUSTER)
    with pytest.raises(DataError, match="symmetric and finite"):
        block_covariance(full(0.5) + np.triu(np.ones((8, 8)), 1), CLUSTER)
    spanning = full(0.5)
    spanning[1, 2] = spanning[2, 1] = 0.001
    with pytest.raises(DataError, match="estimates 2 and 3 are correlated but in different"):
        multilevel(made(), CLUSTER, covariance=spanning)
    with pytest.raises(DataError, match="whose sampling variance is"):
        multilevel(made(), CLUSTER, covariance=2.0 * full(0.5))
    with pytest.raises(DataError, match="a matrix for 4 estimates"):
        multilevel(made(), CLUSTER, covariance=impute_covariance(V[:4], CLUSTER[:4], 0.5))
    known = impute_covariance(V, ["p", "p", "p", "q", "q", "q", "r", "r"], 0.2)
    with pytest.raises(DataError, match="estimates 1 and 3 are correlated but in different"):
        multilevel(made(), CLUSTER, covariance=known)
    with pytest.raises(DataError, match="finite and above 0"):
        impute_covariance([0.1, 0.0], ["a", "a"], 0.5)


def test_finer_blocks_than_clusters_are_fine() -> None:
    known = impute_covariance(V, list("aabbccdd"), 0.5)
    joined = ["p", "p", "p", "p", "q", "q", "q", "q"]
    assert isinstance(known, BlockCovariance)
    result = multilevel(made(), joined, covariance=known)
    assert result.marginal.block(np.array([0, 2]))[0, 1] == pytest.approx(result.sigma2[0])


@pytest.mark.parametrize(
    ("pattern", "error", "said"),
    [
        (WithinCorrelation("AR"), UsageError, "none called 'AR'"),
        (WithinCorrelation("CS"), UsageError, "rho is needed for cluster 'a'"),
        (WithinCorrelation("CAR", phi=0.5), UsageError, "time points are needed"),
        (WithinCorrelation("CAR", phi=-0.5, time=[1, 2] * 4), UsageError, "phi is -0.5"),
        (WithinCorrelation("CAR", phi=0.5, time=[1, float("nan")] * 4), DataError, "time point"),
        (WithinCorrelation("CAR", phi=0.5, time=[1, 2]), DataError, "2 values for 8"),
        (WithinCorrelation("CS*CAR", 0.5, 0.5, [1, 2] * 4), UsageError, "outcome is needed"),
        (WithinCorrelation("CS", {"a": 0.5}), UsageError, "rho is needed for cluster 'b'"),
    ],
)
def test_correlations_that_cannot_be(pattern: Any, error: Any, said: str) -> None:
    with pytest.raises(error, match=said):
        impute_covariance(V, CLUSTER, pattern)


def test_correlation_by_cluster() -> None:
    known = impute_covariance(V, CLUSTER, {"a": 0.0, "b": 0.5, "c": 0.2, "d": -0.3})
    assert known.blocks[0][0, 1] == 0.0
    assert known.blocks[1][0, 1] == pytest.approx(0.5 * np.sqrt(0.05 * 0.04))


def test_levels_and_new_data_that_do_not_exist() -> None:
    result = multilevel(made(), CLUSTER)
    with pytest.raises(UsageError, match="Use between or within"):
        random_effects(result, "school")
    with pytest.raises(UsageError, match="not between 0 and 1"):
        variance_intervals(result, level=2.0)
    with pytest.raises(DataError, match="one row of 1 per prediction"):
        predict_multilevel(result, [[1.0, 2.0]])


def test_aggregate_two_by_hand() -> None:
    """Variances .02 and .03, rho .5: weights are (v2 - c, v1 - c) over their sum."""
    found = aggregate(made(Y[:2], V[:2]), ["a", "a"], 0.5)
    c = 0.5 * np.sqrt(0.02 * 0.03)
    first, second = 0.03 - c, 0.02 - c
    assert found.y[0] == pytest.approx((first * 0.1 + second * 0.5) / (first + second), rel=1e-13)
    assert found.v[0] == pytest.approx((0.02 * 0.03 - c * c) / (first + second), rel=1e-13)
    plain = aggregate(made(Y[:2], V[:2]), ["a", "a"], 0.5, weighted=False)
    assert plain.y[0] == pytest.approx(0.3, rel=1e-14)
    assert plain.v[0] == pytest.approx((0.02 + 0.03 + 2 * c) / 4, rel=1e-13)


def test_aggregate_counts_people_once() -> None:
    estimates = EffectEstimates.from_arrays("MD", Y[:4], V[:4], n=[10, 12, 20, 30])
    together = aggregate(estimates, ["a", "a", "b", "c"], 0.5)
    apart = aggregate(estimates, ["a", "a", "b", "c"], 0.0)
    assert together.n is not None
    assert apart.n is not None
    assert together.n.tolist() == [12, 20, 30]
    assert apart.n.tolist() == [22, 20, 30]
    assert together.labels == ("a", "b", "c")
    assert codes(together) == {"aggregated"}
    assert codes(aggregate(estimates, range(4), 0.5)) == set()


def test_aggregate_outside_its_parts_is_said() -> None:
    """Strong correlation and unequal precision: the worse estimate gets a weight below 0."""
    found = aggregate(made([0.0, 1.0], [0.01, 1.0]), ["a", "a"], 0.9)
    assert found.y[0] < 0.0
    assert "aggregate_outside_range" in codes(found)


@pytest.mark.parametrize("shift", [0.0, 1e9])
def test_aggregate_far_from_zero(shift: float) -> None:
    near = aggregate(made(), CLUSTER, 0.5)
    far = aggregate(made(np.array(Y) + shift), CLUSTER, 0.5)
    assert far.y - shift == pytest.approx(near.y, abs=1e-15 + 3e-16 * shift)
    assert far.v == pytest.approx(near.v, rel=1e-14)


OUTCOME = ["p", "q"] * 4


def test_outcomes_that_cannot_be_told_apart() -> None:
    with pytest.raises(DataError, match="'r' is reported by one study only"):
        multivariate(made(), CLUSTER, ["p", "q"] * 3 + ["p", "r"])
    apart = ["p", "p", "q", "q", "p", "p", "q", "q"]
    with pytest.raises(DataError, match="no study reports both 'p' and 'q'"):
        multivariate(made(), CLUSTER, apart)
    assert multivariate(made(), CLUSTER, apart, structure="DIAG").outcomes == ("p", "q")
    with pytest.raises(UsageError, match="structure: there is none called"):
        multivariate(made(), CLUSTER, OUTCOME, structure="AR")


def test_correlation_at_the_edge_is_said() -> None:
    """Both outcomes of each study equal: the correlation of true effects is 1."""
    y = np.repeat([0.0, 1.0, 2.0, 3.0, 5.0], 2)
    cluster, outcome = np.repeat(np.arange(5), 2), ["p", "q"] * 5
    result = multivariate(made(y, [0.01] * 10), cluster, outcome)
    assert result.correlation[0, 1] == pytest.approx(1.0, abs=1e-6)
    assert {"correlation_at_boundary", "few_clusters"} <= codes(result)
    assert result.predictions is not None


def test_identical_effects_on_several_outcomes() -> None:
    result = multivariate(made([0.3] * 8), CLUSTER, OUTCOME)
    assert result.tau2 == pytest.approx([0.0, 0.0], abs=1e-12)
    assert "tau2_at_boundary" in codes(result)
    assert np.isfinite([c.se for c in result.coefficients]).all()

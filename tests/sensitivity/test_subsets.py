"""Results of all subsets against metafor, and samples of subsets."""

from __future__ import annotations

import numpy as np
import pytest
from tests.sensitivity.reference import data_set, reference

from ketameta.errors import DataError, UsageError
from ketameta.measures.estimates import EffectEstimates
from ketameta.pooling.pool import pool
from ketameta.sensitivity import subsets as module
from ketameta.sensitivity.selected_estimates import selected_estimates
from ketameta.sensitivity.subsets import subsets

METAFOR = reference("subsets")["results"]
QUANTILES = [0.0, 0.05, 0.25, 0.5, 0.75, 0.95, 1.0]


@pytest.mark.parametrize("case", METAFOR)
def test_metafor_summaries(case: str) -> None:
    name, method = case.split("/")
    found, expected = subsets(data_set(name), tau2=method), METAFOR[case]["summary"]
    assert found.complete
    columns = {"k": found.k * 1.0, "QE": found.q, "estimate": found.estimate}
    columns["tau2"], columns["I2"] = np.nan_to_num(found.tau2), np.nan_to_num(found.i2)
    if method != "DL":  # there metafor's H2 is that of Q while its I2 is that of tau2
        columns["H2"] = np.where(found.k > 1, found.h2, 1.0 if method == "REML" else np.nan)
    for column, values in columns.items():
        values = values[np.isfinite(values)]
        assert values.size == expected[column]["n"] or column == "H2"
        if values.size == expected[column]["n"]:
            assert values.mean() == pytest.approx(expected[column]["mean"], rel=1e-8)
            assert values.std(ddof=1) == pytest.approx(expected[column]["sd"], rel=1e-8)
            assert np.quantile(values, QUANTILES) == pytest.approx(
                expected[column]["q"], rel=1e-7, abs=1e-9
            )


def test_metafor_subset_by_subset() -> None:
    expected = METAFOR["normand1999_SMD/REML"]
    found = subsets(data_set("normand1999_SMD"), tau2="REML")
    bits = np.unpackbits(found.packed, axis=1, count=9)
    ours = {"".join(map(str, row)): i for i, row in enumerate(bits.tolist())}
    place = np.array([ours[key] for key in expected["incl"]])
    for theirs, values in {
        "QE": found.q,
        "I2": np.nan_to_num(found.i2),
        "tau2": np.nan_to_num(found.tau2),
        "estimate": found.estimate,
    }.items():
        assert values[place] == pytest.approx(expected["subsets"][theirs], rel=1e-8, abs=1e-9)


def test_one_subset_is_pooled_as_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BLOCK", 100)
    estimates = data_set("bcg_RR")
    found = subsets(estimates, sample=40)
    assert not found.complete
    assert found.k.size == 40
    place = int(np.flatnonzero(found.k == 6)[0])
    inside = [label in found.members(place) for label in estimates.labels]
    alone = pool(selected_estimates(estimates, inside), interval="wald")
    assert found.tau2[place] == pytest.approx(alone.heterogeneity.tau2, rel=1e-12)
    assert found.i2[place] == pytest.approx(alone.heterogeneity.i2, rel=1e-12)
    assert found.h2[place] == pytest.approx(alone.heterogeneity.h2, rel=1e-12)
    assert found.se[place] == pytest.approx(alone.se, rel=1e-12)
    for position in (0, 8, 12):
        assert found.holding(position)[place] == inside[position]


def test_samples_are_distinct_and_repeatable() -> None:
    estimates = data_set("konstantopoulos2011_2lev")
    first, again = (
        subsets(estimates, tau2="DL", sample=500),
        subsets(estimates, tau2="DL", sample=500),
    )
    assert np.array_equal(first.packed, again.packed)
    assert len(np.unique(first.packed, axis=0)) == 500
    assert first.k.mean() == pytest.approx(28, abs=1)
    assert not np.array_equal(first.packed, subsets(estimates, sample=500, seed=1).packed)


def test_more_than_sixty_studies_and_samples_by_default() -> None:
    rng = np.random.default_rng(3)
    many = EffectEstimates.from_arrays("MD", rng.normal(size=70), rng.uniform(0.1, 1, 70))
    assert subsets(many, tau2="DL", sample=100).k.min() > 15
    some = selected_estimates(many, np.arange(16))
    assert subsets(some, tau2="EE").k.size == 2**15 - 1


def test_small_sets() -> None:
    one = subsets(EffectEstimates.from_arrays("MD", [0.4], [0.2]))
    assert one.estimate.tolist() == [0.4]
    assert np.isnan(one.tau2).all()
    assert np.isnan(one.i2).all()
    two = subsets(data_set("edge_k2_het"))
    assert two.k.tolist() == [1, 1, 2]
    identical = subsets(data_set("edge_identical"))
    assert np.nanmax(identical.i2) == 0.0
    assert subsets(data_set("edge_identical"), tau2="EE").i2[-1] == 0.0


def test_what_is_refused() -> None:
    with pytest.raises(DataError, match="no estimates"):
        subsets(EffectEstimates.from_arrays("MD", [], []))
    with pytest.raises(UsageError, match="a sample of 0"):
        subsets(data_set("edge_k3"), sample=0)
    with pytest.raises(UsageError, match="no study at position 3"):
        subsets(data_set("edge_k3")).holding(3)

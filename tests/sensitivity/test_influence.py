"""Influence diagnostics and Baujat coordinates against metafor, and at ten thousand studies."""

from __future__ import annotations

import numpy as np
import pytest
from tests.sensitivity.reference import data_set, reference

from ketameta.errors import DataError, UsageError
from ketameta.measures.estimates import EffectEstimates
from ketameta.pooling.choices import PoolingChoices
from ketameta.pooling.pool import pool
from ketameta.sensitivity.baujat import baujat
from ketameta.sensitivity.influence import Influence, influence
from ketameta.sensitivity.leave_one_out import identical_without_each
from ketameta.sensitivity.selected_estimates import selected_estimates

METAFOR = reference("influence")["results"]
# Hartung-Knapp under equal effects is refused here.
CASES = [case for case in METAFOR if "EE/knha" not in case]
FIELDS = {
    "rstudent": "rstudent",
    "dffits": "dffits",
    "cook_d": "cooks_distance",
    "cov_r": "cov_ratio",
    "tau2_del": "tau2_deleted",
    "QE_del": "q_deleted",
    "hat": "hat",
    "dfbs": "dfbetas",
}


def diagnostics(case: str) -> Influence:
    name, method, test = case.split("/")
    choices = PoolingChoices(tau2=method, interval="wald" if test == "z" else "hksj")
    return influence(data_set(name), choices)


@pytest.mark.parametrize("case", CASES)
def test_metafor(case: str) -> None:
    found, expected = diagnostics(case), METAFOR[case]
    close = 1e-8 if "REML" in case else 1e-11
    for theirs, ours in FIELDS.items():
        values = np.nan_to_num(getattr(found, ours))  # metafor: tau2 of one study is 0
        assert values == pytest.approx(expected[theirs], rel=close, abs=1e-11), theirs
    # Of two studies metafor says that both stand out.
    unusual = expected["is_infl"] if len(found.labels) > 2 else [False, False]
    assert found.influential.tolist() == unusual
    assert found.weight == pytest.approx(100.0 * found.hat)


@pytest.mark.parametrize("case", reference("baujat")["results"])
def test_baujat(case: str) -> None:
    name, method = case.split("/")
    found, expected = baujat(data_set(name), tau2=method), reference("baujat")["results"][case]
    assert found.heterogeneity == pytest.approx(expected["x"], rel=1e-8, abs=1e-12)
    assert found.influence == pytest.approx(expected["y"], rel=1e-8, abs=1e-12)


def test_baujat_contributions_add_up_to_q() -> None:
    points = baujat(data_set("bcg_RR"), tau2="EE")
    assert points.heterogeneity.sum() == pytest.approx(
        pool(data_set("bcg_RR")).heterogeneity.q, rel=1e-12
    )


def test_ten_thousand_studies() -> None:
    rng = np.random.default_rng(10)
    v = rng.uniform(0.01, 0.4, 10_000)
    estimates = EffectEstimates.from_arrays("MD", rng.normal(0.2, np.sqrt(v + 0.1)), v)
    found = influence(estimates)
    rest = pool(selected_estimates(estimates, np.arange(10_000) != 4321))
    whole = pool(estimates)
    assert found.tau2_deleted[4321] == pytest.approx(rest.heterogeneity.tau2, rel=1e-12)
    assert found.cov_ratio[4321] == pytest.approx((rest.se / whole.se) ** 2, rel=1e-11)
    shift = (whole.estimate - rest.estimate) / whole.se
    assert found.cooks_distance[4321] == pytest.approx(shift**2, rel=1e-8)
    assert 0 < found.influential.sum() < 200


def test_guarded_factor_is_never_below_one() -> None:
    estimates = data_set("edge_tau0_boundary")
    plain = influence(estimates, PoolingChoices(interval="t"))
    scaled = influence(estimates, PoolingChoices(interval="hksj"))
    guarded = influence(estimates, PoolingChoices(interval="hksj-guarded"))
    assert guarded.rstudent == pytest.approx(plain.rstudent, rel=1e-12)
    assert np.all(np.abs(scaled.rstudent) > np.abs(plain.rstudent))


def test_identical_effects() -> None:
    estimates = data_set("edge_identical")
    for interval in ("wald", "hksj"):
        found = influence(estimates, PoolingChoices(interval=interval))
        assert np.all(np.isfinite(found.cov_ratio))
        assert found.rstudent == pytest.approx(np.zeros(6), abs=1e-12)
        assert not found.influential[1:].any()
    assert found.cautions[0].code == "identical_effects"


def test_one_study_apart_from_identical_others() -> None:
    estimates = EffectEstimates.from_arrays("MD", [0.2, 0.2, 0.2, 0.9], [0.1, 0.1, 0.1, 0.1])
    found = influence(estimates)
    # By hand: the others have mean 0.2, tau2 0 and variance 0.1 / 3.
    assert found.rstudent[3] == pytest.approx(0.7 / np.sqrt(0.1 + 0.1 / 3))
    assert identical_without_each(estimates.y).tolist() == [False, False, False, True]


def test_two_studies_are_compared_with_a_caution() -> None:
    found = influence(data_set("edge_k2_het"))
    assert np.isnan(found.tau2_deleted).all()
    assert found.cautions[0].code == "two_studies"
    assert found.cooks_distance.max() > 0.4549  # the cut-off of three studies and more
    assert not found.influential.any()


def test_one_study_is_refused() -> None:
    one = EffectEstimates.from_arrays("MD", [0.1], [0.2])
    with pytest.raises(DataError, match="there is 1 study"):
        influence(one)
    with pytest.raises(DataError, match="two studies or more"):
        baujat(one)
    with pytest.raises(DataError, match="there are no studies"):
        influence(EffectEstimates.from_arrays("MD", [], []))


def test_interval_with_another_standard_error_is_refused() -> None:
    with pytest.raises(UsageError, match="Use the interval wald, t, hksj or hksj-guarded"):
        influence(data_set("bcg_RR"), PoolingChoices(interval="kr"))

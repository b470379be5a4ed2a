"""Missing outcomes: a published analysis, the delta method by numerical derivatives, and limits."""

from __future__ import annotations

import numpy as np
import pytest
from tests.sensitivity.reference import reference

from ketameta.errors import DataError, UsageError
from ketameta.measures.effects import effects
from ketameta.measures.estimates import FloatArray
from ketameta.pooling.choices import PoolingChoices
from ketameta.pooling.pool import pool
from ketameta.pooling.result import PooledResult
from ketameta.sensitivity.informative_missingness import LogImor, imor_estimates, imor_range
from ketameta.sensitivity.missing_outcomes import Outcomes, missing_outcome_bounds

HALOPERIDOL = reference("haloperidol")
COUNTS = np.array([row[1:] for row in HALOPERIDOL["rows"]], dtype=np.float64).T
LABELS = [row[0] for row in HALOPERIDOL["rows"]]
DRUG, PLACEBO = Outcomes(*COUNTS[:3]), Outcomes(*COUNTS[3:])
COMMON = PoolingChoices(tau2="EE")


def ratio(result: PooledResult) -> FloatArray:
    return np.exp([result.estimate, result.interval.low or 0.0, result.interval.high or 0.0])


def test_published_available_case_analysis() -> None:
    results = missing_outcome_bounds(DRUG, PLACEBO, code="RR", labels=LABELS, choices=COMMON)
    assert results[0].code == "available-case"
    published = HALOPERIDOL["published"]["available case, RR, common effect"]
    assert ratio(results[0].result) == pytest.approx(published, abs=0.0005)
    assert results[0].estimates.labels == tuple(LABELS)


def test_bounds_are_tables_filled_in_by_hand() -> None:
    r1, f1, m1, r2, f2, m2 = COUNTS
    by_hand = {
        "no-events": (r1, r2),
        "all-events": (r1 + m1, r2 + m2),
        "lowest": (r1, r2 + m2),
        "highest": (r1 + m1, r2),
    }
    results = {r.code: r for r in missing_outcome_bounds(DRUG, PLACEBO, code="OR")}
    for code, (events_1, events_2) in by_hand.items():
        columns = {
            "events_1": events_1,
            "n_1": r1 + f1 + m1,
            "events_2": events_2,
            "n_2": r2 + f2 + m2,
        }
        expected = pool(effects("OR", columns).estimates)
        assert results[code].result.estimate == pytest.approx(expected.estimate, rel=1e-12)
    inner = [results[c].result.estimate for c in ("available-case", "no-events", "all-events")]
    assert results["lowest"].result.estimate < min(inner)
    assert results["highest"].result.estimate > max(inner)


@pytest.mark.parametrize("code", ["OR", "RR", "RD"])
def test_missing_at_random_leaves_the_estimates(code: str) -> None:
    r1, f1, _, r2, f2, _ = COUNTS
    plain = effects(code, {"ai": r1, "bi": f1, "ci": r2, "di": f2}).estimates
    found = imor_estimates(DRUG, PLACEBO, code=code)
    # The same estimates; RR and RD treat a corrected table as escalc does.
    assert found.y == pytest.approx(plain.y, rel=1e-12)
    assert found.v == pytest.approx(plain.v, rel=1e-12)
    assert found.cautions[0].code == "zero_cell_correction"
    assert "Borison" in imor_estimates(DRUG, PLACEBO, labels=LABELS).cautions[0].message


@pytest.mark.parametrize("code", ["OR", "RR", "RD"])
@pytest.mark.parametrize("correlation", [0.0, 0.6, 1.0])
def test_variance_is_that_of_the_delta_method(code: str, correlation: float) -> None:
    belief = LogImor((np.log(2.0), np.log(0.4)), (0.8, 0.5), correlation)
    found = imor_estimates(DRUG, PLACEBO, belief, code=code)
    r1, f1, m1, r2, f2, m2 = COUNTS[:, 1]  # Beasley: many missing

    def effect(x: FloatArray) -> float:
        p, a, delta = x.reshape(3, 2)
        missing = 1.0 / (1.0 + np.exp(-np.log(p / (1.0 - p)) - delta))
        risk = (1.0 - a) * p + a * missing
        value = {"OR": np.log(risk / (1.0 - risk)), "RR": np.log(risk), "RD": risk}[code]
        return float(value[0] - value[1])

    seen, people = np.array([r1 + f1, r2 + f2]), np.array([r1 + f1 + m1, r2 + f2 + m2])
    p, a = np.array([r1, r2]) / seen, np.array([m1, m2]) / people
    at = np.concatenate([p, a, belief.mean])
    step = 1e-6
    gradient = np.array(
        [(effect(at + step * e) - effect(at - step * e)) / (2 * step) for e in np.eye(6)]
    )
    covariance = np.diag(np.concatenate([p * (1 - p) / seen, a * (1 - a) / people, [0.64, 0.25]]))
    covariance[4, 5] = covariance[5, 4] = correlation * 0.8 * 0.5
    assert found.y[1] == pytest.approx(effect(at), rel=1e-12)
    assert found.v[1] == pytest.approx(gradient @ covariance @ gradient, rel=1e-7)


def test_extreme_imors_reach_the_bounds() -> None:
    full = np.flatnonzero(COUNTS.all(axis=0))  # no zero cell, so that no correction differs
    drug, placebo = Outcomes(*COUNTS[:3, full]), Outcomes(*COUNTS[3:, full])
    bounds = {r.code: r.estimates for r in missing_outcome_bounds(drug, placebo, code="RR")}
    far = 60.0
    for code, mean in {
        "no-events": (-far, -far),
        "all-events": (far, far),
        "highest": (far, -far),
    }.items():
        found = imor_estimates(drug, placebo, LogImor(mean), code="RR")
        assert found.y == pytest.approx(bounds[code].y, rel=1e-9)
        assert found.v == pytest.approx(bounds[code].v, rel=1e-9)


def test_uncertainty_lowers_the_weight_of_studies_with_many_missing() -> None:
    sure = pool(imor_estimates(DRUG, PLACEBO), COMMON)
    unsure = pool(imor_estimates(DRUG, PLACEBO, LogImor(sd=(1.0, 1.0))), COMMON)
    assert unsure.weights[1] < 0.5 * sure.weights[1]
    assert unsure.se > sure.se


def test_range_of_imors() -> None:
    same = imor_range(DRUG, PLACEBO, [0.5, 1.0, 2.0], code="RR", choices=COMMON)
    assert [r.code for r in same] == ["imor 0.5", "imor 1", "imor 2"]
    assert ratio(same[1].result)[0] == pytest.approx(1.567, abs=0.0005)
    opposite = imor_range(DRUG, PLACEBO, [2.0], opposite=True, code="RR", choices=COMMON)
    assert "2 times (group 1) and 0.5 times (group 2)" in opposite[0].description
    assert opposite[0].result.estimate > same[2].result.estimate


def test_studies_nobody_finished_are_left_out() -> None:
    found = imor_estimates(
        Outcomes([0, 5], [0, 5], [9, 1]), Outcomes([4, 3], [5, 7], [0, 0]), labels=["a", "b"]
    )
    assert found.labels == ("b",)


def test_what_is_refused() -> None:
    with pytest.raises(UsageError, match="not AS"):
        imor_estimates(DRUG, PLACEBO, code="AS")
    with pytest.raises(UsageError, match="two groups"):
        missing_outcome_bounds(DRUG, PLACEBO, code="MD")
    with pytest.raises(DataError, match="correlation"):
        imor_estimates(DRUG, PLACEBO, LogImor(correlation=1.5))
    with pytest.raises(DataError, match="above 0"):
        imor_range(DRUG, PLACEBO, [0.0])
    with pytest.raises(DataError, match="finite and not negative"):
        imor_estimates(Outcomes([np.nan], [1], [1]), Outcomes([1], [1], [1]))
    with pytest.raises(DataError, match="one value per study"):
        missing_outcome_bounds(Outcomes(1, 2, 3), Outcomes(1, 2, 3))

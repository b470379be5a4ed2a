"""The less common estimators of tau2."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from ketameta.errors import DataError, UsageError
from ketameta.pooling import tau2, tau2_variants
from ketameta.pooling.catalog import tau2_method
from ketameta.pooling.moment_statistic import moment_statistic
from ketameta.pooling.tau2_error import tau2_se

FOLDER = Path(__file__).parents[1] / "reference" / "pooling"
METAFOR = json.loads((FOLDER / "univariate.json").read_text())
FIFTY_DIGITS = json.loads((FOLDER / "fifty_digits.json").read_text())["results"]
IMHOF = json.loads((FOLDER / "generalised_q.json").read_text())["results"]
DATA = {
    name: (np.array(data["y"]), np.array(data["v"])) for name, data in METAFOR["datasets"].items()
}
SEVERAL = [name for name, (y, _) in DATA.items() if y.size > 1]


@pytest.mark.parametrize("name", SEVERAL)
def test_hunter_schmidt_with_factor(name: str) -> None:
    y, v = DATA[name]
    expected = METAFOR["results"][name]["HSk"]
    found = float(tau2_variants.hsk(y, v))
    assert found == pytest.approx(expected["tau2"], rel=1e-12, abs=1e-14 * np.var(y))
    assert tau2_se("HSk", y, v, found) == pytest.approx(expected["se_tau2"], rel=1e-11)


@pytest.mark.parametrize("name", SEVERAL)
def test_median_unbiased_paule_mandel(name: str) -> None:
    y, v = DATA[name]
    found = float(tau2_variants.pmm(y, v))
    assert found == pytest.approx(FIFTY_DIGITS[name]["PMM"]["tau2"], rel=1e-12)
    expected = METAFOR["results"][name]["PMM"]["se_tau2"]
    assert tau2_se("PMM", y, v, found) == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("name", SEVERAL)
def test_iterated_sidik_jonkman_is_paule_mandel(name: str) -> None:
    """metafor stops its descent to 0 a little above it; otherwise it agrees."""
    y, v = DATA[name]
    found = float(tau2_variants.sjit(y, v))
    assert found == float(tau2.pm(y, v))
    expected = METAFOR["results"][name]["SJIT"]["tau2"]
    assert found == pytest.approx(expected, rel=1e-9, abs=2e-10 * max(np.var(y), 1.0))


def test_iterated_dersimonian_laird_converges_to_paule_mandel() -> None:
    """The iteration written out; metafor 3.8-1 leaves tr(PV) out and returns 0.158 here."""
    y, v = DATA["bcg_RR"]
    at = 0.0
    for _ in range(200):
        a = 1 / (v + at)
        mean = np.sum(a * y) / np.sum(a)
        diagonal = a - a**2 / np.sum(a)
        q = np.sum(a * (y - mean) ** 2)
        at = max(0.0, (q - np.sum(diagonal * v)) / np.sum(diagonal))
    found = float(tau2_variants.dlit(y, v))
    assert found == pytest.approx(at, rel=1e-12)
    assert found == pytest.approx(0.3181, abs=5e-5)


@pytest.mark.parametrize("name", SEVERAL)
def test_moment_estimator_with_given_weights(name: str) -> None:
    y, v = DATA[name]
    expected = METAFOR["results"][name]["GENQ"]
    found = moment_statistic(y, v, np.array(expected["weights"]))
    assert found.tau2 == pytest.approx(expected["tau2"], rel=1e-11, abs=1e-14 * np.var(y))


@pytest.mark.parametrize("name", SEVERAL)
def test_moment_estimators_are_special_cases(name: str) -> None:
    y, v = DATA[name]
    near = {"rel": 1e-11, "abs": 1e-14 * np.var(y)}
    assert moment_statistic(y, v, 1 / v).tau2 == pytest.approx(float(tau2.dl(y, v)), **near)
    assert moment_statistic(y, v, np.ones(y.size)).tau2 == pytest.approx(
        float(tau2.he(y, v)), **near
    )
    genq = moment_statistic(y, v, 1 / np.sqrt(v)).tau2
    assert genq == pytest.approx(float(tau2_variants.genq(y, v)), **near)


@pytest.mark.parametrize("name", list(IMHOF))
def test_median_unbiased_moment_estimator(name: str) -> None:
    """Against the median from Imhof's integral."""
    y, v = DATA[name]
    assert float(tau2_variants.genqm(y, v)) == pytest.approx(IMHOF[name]["J"][2], rel=1e-9)


def test_median_unbiased_estimate_is_too_high_half_of_the_time() -> None:
    rng = np.random.default_rng(6)
    v = np.array([0.05, 0.2, 0.4, 0.1, 0.9])
    y = rng.normal(0, np.sqrt(v + 0.5), (200, 5))
    share = np.mean(tau2_variants.genqm(y, np.broadcast_to(v, y.shape)) > 0.5)
    assert share == pytest.approx(0.5, abs=3 * 0.5 / np.sqrt(200))


def test_median_unbiased_moment_estimator_takes_no_moderators() -> None:
    with pytest.raises(UsageError, match="no moderators"):
        tau2_method("GENQM").function([0.1, 0.2, 0.3], [0.1] * 3, np.ones((3, 1)))


def test_weights_must_be_positive() -> None:
    with pytest.raises(DataError, match="weight"):
        moment_statistic(np.array([0.1, 0.2]), np.array([0.1, 0.1]), np.array([1.0, 0.0]))

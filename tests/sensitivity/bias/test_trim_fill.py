"""Trim and fill against metafor, and the cases on which its iteration fails."""

from __future__ import annotations

import numpy as np
import pytest
from tests.sensitivity.reference import data_set, reference

from ketameta.errors import DataError, UsageError
from ketameta.measures.estimates import EffectEstimates
from ketameta.pooling.choices import PoolingChoices
from ketameta.pooling.pool import pool
from ketameta.sensitivity.bias.missing_count import missing_count
from ketameta.sensitivity.bias.trim_fill import TrimFillChoices, trim_fill

METAFOR = reference("trim_fill")["results"]


@pytest.mark.parametrize("case", METAFOR)
def test_metafor(case: str) -> None:
    name, method, estimator, side = case.split("/")
    expected = METAFOR[case]
    found = trim_fill(
        data_set(name),
        PoolingChoices(tau2=method, interval="wald"),
        TrimFillChoices(estimator, None if side == "auto" else side),
    )
    assert found.missing == expected["k0"]
    assert found.side == expected["side"]
    assert found.missing_p == expected.get("p_k0")
    if expected["se_k0"] is not None:
        assert found.missing_se == pytest.approx(expected["se_k0"], rel=1e-10)
    else:
        assert found.missing_se is None
    close = 1e-7 if method == "REML" else 1e-10
    assert found.adjusted.estimate == pytest.approx(expected["estimate"], rel=close, abs=close)
    assert found.adjusted.se == pytest.approx(expected["se"], rel=close)
    assert found.adjusted.interval.low == pytest.approx(expected["ci_lb"], rel=close, abs=close)
    filled = np.sort([] if found.filled is None else found.filled.y)
    assert filled == pytest.approx(np.sort(expected["filled_yi"]), rel=close)


def test_filled_studies_mirror_those_trimmed() -> None:
    estimates = data_set("bcg_RR")
    found = trim_fill(estimates, PoolingChoices(tau2="EE"))
    assert found.filled is not None
    assert found.filled.k == found.missing == 4
    for label, y, v in zip(found.filled.labels, found.filled.y, found.filled.v, strict=True):
        twin = estimates.labels.index(label.removeprefix("filled: mirror of "))
        assert v == estimates.v[twin]
        assert (y + estimates.y[twin]) / 2 == pytest.approx(found.centre, rel=1e-12)
    assert found.observed.estimate == pool(estimates, tau2="EE").estimate
    assert found.adjusted.k == 17


def test_sides_are_mirror_images() -> None:
    estimates = data_set("bcg_RR")
    turned = EffectEstimates.from_arrays("RR", -estimates.y, estimates.v)
    one, other = trim_fill(estimates), trim_fill(turned)
    assert (one.side, other.side) == ("right", "left")
    assert one.missing == other.missing
    assert one.adjusted.estimate == pytest.approx(-other.adjusted.estimate, rel=1e-12)
    assert one.centre == pytest.approx(-other.centre, rel=1e-12)


def test_trimming_with_another_model() -> None:
    estimates = data_set("bcg_RR")
    found = trim_fill(estimates, None, TrimFillChoices(trimming="ee"))
    assert found.trimming == "EE"
    assert found.missing == METAFOR["bcg_RR/EE/L0/auto"]["k0"]
    assert found.adjusted.tau2_method == "REML"


@pytest.mark.parametrize("side", [None, "left", "right"])
@pytest.mark.parametrize("estimator", ["L0", "R0", "Q0"])
def test_identical_effects(side: str | None, estimator: str) -> None:
    found = trim_fill(data_set("edge_identical"), None, TrimFillChoices(estimator, side))
    assert found.missing == 0
    assert found.adjusted is found.observed
    assert found.cautions[-1].code == "nothing_to_trim"


@pytest.mark.parametrize("k", [1, 2])
def test_one_and_two_studies(k: int) -> None:
    found = trim_fill(EffectEstimates.from_arrays("MD", [0.1, 0.8][:k], [0.1, 0.3][:k]))
    assert found.missing == 0
    assert found.cautions[0].code == "fewer_than_ten_studies"


def test_equal_standard_errors() -> None:
    y = [0.0, 0.05, 0.1, 0.15, 0.2, 0.9, 1.5, 2.2, 3.1, 4.0]
    estimates = EffectEstimates.from_arrays("MD", y, np.full(10, 0.1))
    found = trim_fill(estimates)
    left, right = (trim_fill(estimates, None, TrimFillChoices(side=s)) for s in ("left", "right"))
    assert right.missing > left.missing
    assert (found.side, found.missing) == ("right", right.missing)
    assert "side_by_count" in [c.code for c in found.cautions]


def test_a_circle_ends() -> None:
    """A made-up mean that always disagrees with the last count."""
    y = np.array([0.0, 1.0, 2.0, 3.0, 4.0, 5.0])

    def contrary(part: np.ndarray, _: np.ndarray) -> float:
        return -1.0 if part.size == 6 else 10.0

    found = missing_count(y, np.ones(6), contrary, "L0")
    assert found.circular
    assert found.missing == 4  # L0 = (4 * 21 - 42) / 11 = 3.8 with everything to the right
    assert found.trimmed.tolist() == [2, 3, 4, 5]


def test_at_least_one_study_is_left() -> None:
    y = np.array([0.0, 1.0, 2.0])
    found = missing_count(y, np.ones(3), lambda a, b: -1.0, "R0")
    assert found.missing == 2


def test_what_is_refused() -> None:
    with pytest.raises(UsageError, match="Use L0, R0 or Q0"):
        TrimFillChoices("L1")
    with pytest.raises(UsageError, match="left or right"):
        TrimFillChoices(side="top")
    with pytest.raises(DataError, match="no estimates"):
        trim_fill(EffectEstimates.from_arrays("MD", [], []))

"""Agreement of extractors against hand calculations, a published table and R."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ketameta.authoring.agreement import cohen_kappa, intraclass_correlation

REFERENCE: Any = json.loads(
    (Path(__file__).parents[1] / "reference" / "agreement.json").read_text(encoding="utf-8")
)
SHROUT_FLEISS = [
    *([9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]),
]
"""Table 2 of Shrout and Fleiss 1979: six people judged by four raters."""


def pairs_of(counts: list[list[int]]) -> list[tuple[str, str]]:
    return [
        (str(i), str(j))
        for i, row in enumerate(counts)
        for j, number in enumerate(row)
        for _ in range(number)
    ]


def test_kappa_by_hand() -> None:
    # 50 items: both yes 20, both no 15; shares 25/50 and 30/50.
    # seen 0.70, chance 0.5 * 0.6 + 0.5 * 0.4 = 0.50, kappa (0.70 - 0.50) / 0.50 = 0.40
    found = cohen_kappa(pairs_of([[20, 5], [10, 15]]))
    assert found.value == pytest.approx(0.40, abs=1e-12)
    assert found.pairs == 50


def test_the_icc_of_shrout_and_fleiss() -> None:
    found = intraclass_correlation(SHROUT_FLEISS)
    assert found.value is not None
    assert round(found.value, 2) == 0.29
    assert (round(found.ci_low or 9, 3), round(found.ci_high or 9, 3)) == (0.019, 0.761)


@pytest.mark.parametrize("case", REFERENCE["icc"])
def test_icc_against_r(case: dict[str, Any]) -> None:
    found = intraclass_correlation(case["x"])
    assert (found.value, found.ci_low, found.ci_high) == pytest.approx(case["expected"], rel=1e-10)


@pytest.mark.parametrize("case", REFERENCE["kappa"])
def test_kappa_against_r(case: dict[str, Any]) -> None:
    found = cohen_kappa(pairs_of(case["counts"]))
    # R's gradient is numerical
    assert (found.value, found.ci_low, found.ci_high) == pytest.approx(case["expected"], rel=1e-7)


def test_where_nothing_is_defined() -> None:
    assert cohen_kappa([]).value is None
    assert cohen_kappa([("a", "a")] * 5).value is None
    assert cohen_kappa([("a", "a"), ("b", "b")]).value == 1
    assert intraclass_correlation([[1, 1]]).value is None
    assert intraclass_correlation([[1, 1], [1, 1]]).value is None
    assert intraclass_correlation([[1, 1], [2, 2]]).value == 1
    constant = intraclass_correlation([[0, 1], [0, 1], [0, 1]])
    assert (constant.value, constant.ci_low) == (0, None)
    assert intraclass_correlation([[1e300, 1e300], [2e300, 1e300]]).value is not None


WORDS = st.sampled_from(["a", "b", "c"])


@given(st.lists(st.tuples(WORDS, WORDS), min_size=2, max_size=30))
def test_kappa_does_not_depend_on_who_is_first_or_on_the_order(
    pairs: list[tuple[str, str]],
) -> None:
    one = cohen_kappa(pairs)
    other = cohen_kappa([(b, a) for a, b in reversed(pairs)])
    assert one.value == pytest.approx(other.value, abs=1e-12) if one.value is not None else True
    if one.value is not None:
        assert -1 <= one.value <= 1
        if one.ci_low is not None and one.ci_high is not None:
            assert one.ci_low <= one.value <= one.ci_high


@given(
    st.lists(st.tuples(st.integers(0, 99), st.integers(0, 99)), min_size=3, max_size=12),
    st.integers(1, 1000),
)
def test_icc_does_not_depend_on_the_unit(rows: list[tuple[int, int]], unit: int) -> None:
    one = intraclass_correlation(rows)
    other = intraclass_correlation([(a * unit, b * unit) for a, b in rows])
    assert (one.value is None) == (other.value is None)
    if one.value is not None:
        assert one.value == pytest.approx(other.value, abs=1e-9)
        assert one.value <= 1

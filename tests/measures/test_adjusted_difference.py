"""Analysis of covariance, against R's lm and what it must be where covariates say nothing."""

from __future__ import annotations

import numpy as np
import pytest

from ketameta.errors import DataError
from ketameta.measures.adjusted_difference import adjusted_differences
from ketameta.measures.estimates import FloatArray

BEFORE = (28, 31, 25, 36, 30, 22, 27, 33, 29, 35, 24, 30)
SEX = (0, 1, 1, 0, 0, 1, 1, 0, 1, 0, 0, 1)
AFTER = (14, 19, 12, 22, 15, 9, 21, 28, 20, 30, 17, 25)
ARMS = ("a", "b", "a", "b", "a", "b", "c", "c", "c", "c", "c", "c")

# R 4.2.2: coef(summary(lm(AFTER ~ relevel(factor(ARMS), "c") + BEFORE + SEX))), df 7.
IN_R = {
    "a": (-7.636346880471847, 1.139903609386415),
    "b": (-6.906460234079808, 1.089973097904495),
}


def stacked(*columns: tuple[int, ...]) -> FloatArray:
    return np.column_stack([np.asarray(column, dtype=np.float64) for column in columns])


def test_differences_are_those_of_r() -> None:
    found = adjusted_differences(np.array(AFTER, float), ARMS, stacked(BEFORE, SEX), control="c")
    assert [(one.arm, one.control, one.n, one.df) for one in found] == [
        ("a", "c", (3, 6), 7),
        ("b", "c", (3, 6), 7),
    ]
    for one in found:
        assert (one.estimate, one.se) == pytest.approx(IN_R[one.arm], rel=1e-10)


def test_neither_units_nor_order_of_the_covariates_matter() -> None:
    one = adjusted_differences(np.array(AFTER, float), ARMS, stacked(BEFORE, SEX), control="c")
    far = stacked(SEX, BEFORE) * 1e6 + 1e9
    other = adjusted_differences(np.array(AFTER, float), ARMS, far, control="c")
    assert [x.estimate for x in one] == pytest.approx([x.estimate for x in other], rel=1e-7)


def test_a_covariate_balanced_between_arms_leaves_the_difference_of_means() -> None:
    arms = ("k", "k", "k", "s", "s", "s")
    after = np.array([4.0, 6, 9, 8, 11, 15])
    (found,) = adjusted_differences(after, arms, stacked((1, 2, 3, 1, 2, 3)), control="s")
    assert found.estimate == pytest.approx(after[:3].mean() - after[3:].mean())


@pytest.mark.parametrize(
    ("covariates", "said"),
    [
        (stacked((1, 1, 1, 1, 1, 1)), "or are the same for all"),
        (stacked((1, 1, 1, 0, 0, 0)), "what arm people are in"),
        (stacked((1, 2, 3, 4, 5, 7), (2, 4, 6, 8, 10, 14)), "what another covariate says"),
        (stacked((1, 2, 3, 4, 5, 7), SEX[:6], (1, 4, 2, 2, 1, 8), (5, 1, 2, 9, 3, 3)), "too few"),
    ],
)
def test_what_cannot_be_fitted_is_refused(covariates: FloatArray, said: str) -> None:
    with pytest.raises(DataError, match=said):
        adjusted_differences(
            np.array([4.0, 6, 9, 8, 11, 15]), list("kkksss"), covariates, control="s"
        )

"""Tests on a set of 2x2 tables: no association, and one odds ratio for all."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import chdtrc

from ketameta.errors import DataError
from ketameta.measures.arms import Counts, as_floats
from ketameta.measures.binary import informative, possible
from ketameta.measures.estimates import FloatArray
from ketameta.pooling.mantel_haenszel import mh_odds_ratio
from ketameta.pooling.peto import observed_minus_expected


@dataclass(frozen=True, slots=True)
class ChiSquaredTest:
    """A chi-squared statistic; everything None where the data allow no test."""

    statistic: float | None
    df: int | None
    p_value: float | None


NO_TEST = ChiSquaredTest(None, None, None)


def cochran_mantel_haenszel(
    group_1: Counts, group_2: Counts, *, correct: bool = True
) -> ChiSquaredTest:
    """Test that the event does not depend on the group, allowing for differences between tables.

    Parameters
    ----------
    group_1, group_2
        Counts, shape (k,).
    correct
        Whether to take 1/2 off the difference (continuity correction).

    References
    ----------
    Mantel N, Haenszel W. J Natl Cancer Inst 1959;22:719-748. doi:10.1093/jnci/22.4.719.
    metafor: `rma.mh(measure = "OR")$MH`, which corrects by default; `correct = FALSE` otherwise.
    """
    _refuse_impossible(group_1, group_2)
    difference, variance = observed_minus_expected(group_1, group_2)
    total = float(np.sum(variance))
    if total == 0.0:
        return NO_TEST
    size = abs(float(np.sum(difference))) - (0.5 if correct else 0.0)
    return _test(max(size, 0.0) ** 2 / total, 1)


def breslow_day(group_1: Counts, group_2: Counts) -> ChiSquaredTest:
    """Test that all tables share one odds ratio, at the Mantel-Haenszel estimate.

    `tarone` corrects it; without zero cells the two hardly differ.

    References
    ----------
    Breslow NE, Day NE. Statistical methods in cancer research I. IARC, Lyon 1980, section 4.4.
    metafor: `rma.mh(measure = "OR")$BD`.
    """
    excess, variance = _excess(group_1, group_2)
    if excess.size < 2:
        return NO_TEST
    return _test(float(np.sum(excess**2 / variance)), excess.size - 1)


def tarone(group_1: Counts, group_2: Counts) -> ChiSquaredTest:
    """Breslow-Day test with Tarone's correction, which gives it its chi-squared distribution.

    References
    ----------
    Tarone RE. Biometrika 1985;72:91-95. doi:10.1093/biomet/72.1.91.
    metafor: `rma.mh(measure = "OR")$TA`.
    """
    excess, variance = _excess(group_1, group_2)
    if excess.size < 2:
        return NO_TEST
    correction = float(np.sum(excess)) ** 2 / float(np.sum(variance))
    return _test(float(np.sum(excess**2 / variance)) - correction, excess.size - 1)


def _refuse_impossible(group_1: Counts, group_2: Counts) -> None:
    wrong = np.flatnonzero(~np.atleast_1d(possible(group_1, group_2)))
    if wrong.size:
        raise DataError(
            f"table {wrong[0] + 1}: events must lie between 0 and the number of people, and both "
            "groups must have people. Correct the counts."
        )


def _excess(group_1: Counts, group_2: Counts) -> tuple[FloatArray, FloatArray]:
    """Events in group 1 above those expected at the common odds ratio, and their variance.

    Of the informative tables; empty where there is no common odds ratio. The expected count A
    solves A (n2 - m + A) = ratio (n1 - A)(m - A), m being the events of both groups.
    """
    _refuse_impossible(group_1, group_2)
    use = informative(group_1, group_2)
    a, n1, c, n2 = (x[use] for x in as_floats(*group_1, *group_2))
    log_ratio = float(mh_odds_ratio(Counts(a, n1), Counts(c, n2))[0]) if a.size else float("nan")
    if not np.isfinite(log_ratio):
        return np.empty(0), np.empty(0)
    ratio, events = float(np.exp(log_ratio)), a + c
    # Coefficients of (1 - ratio) A^2 + linear A - constant = 0; this form of the root also holds
    # at ratio = 1 and loses no digits near it.
    linear = n2 - events + ratio * (n1 + events)
    constant = ratio * n1 * events
    root = np.sqrt(linear**2 + 4.0 * (1.0 - ratio) * constant)
    expected = 2.0 * constant / (linear + root)
    cells = (expected, n1 - expected, events - expected, n2 - events + expected)
    return a - expected, np.asarray(1.0 / np.sum([1.0 / cell for cell in cells], axis=0))


def _test(statistic: float, df: int) -> ChiSquaredTest:
    return ChiSquaredTest(statistic, df, float(chdtrc(df, statistic)))

"""Matched pairs, yes or no: crossover trials and matched designs with a binary outcome."""

from __future__ import annotations

import numpy as np

from ketameta.measures.arms import MatchedCounts, as_floats, where_valid
from ketameta.measures.estimates import FloatArray
from ketameta.measures.zero_cells import DEFAULT, BoolArray, ZeroCells, rows_to_correct


@np.errstate(all="ignore")
def possible(counts: MatchedCounts) -> BoolArray:
    """Tables of counts of 0 or more with at least one pair."""
    cells = np.array(as_floats(*counts))
    counted = np.isfinite(cells).all(axis=0) & (cells >= 0).all(axis=0)
    return np.asarray(counted & (cells.sum(axis=0) > 0))


@np.errstate(all="ignore")
def marginal_odds_ratio(
    counts: MatchedCounts, *, zero_cells: ZeroCells = DEFAULT
) -> tuple[FloatArray, FloatArray]:
    """Log odds ratio of the two margins, with the variance that knows of the pairing.

    With s1 = both + only_1, f1 the rest, s2 = both + only_2, f2 the rest, n pairs:
    y = ln(s1 f2/(f1 s2)), v = 1/s1 + 1/f1 + 1/s2 + 1/f2 - 2n(ad - bc)/(s1 f1 s2 f2). Can be
    pooled with odds ratios of parallel trials. Reproduces ``escalc(measure="MPOR")``, but pairs
    all with or all without the event give NaN.

    References
    ----------
    Becker and Balagtas (1993), doi:10.2307/2532242; Stedman et al. (2011),
    doi:10.1093/ije/dyp345, which corrects the variance in Elbourne et al. (2002)
    """
    a, b, c, d = as_floats(*counts)
    valid = possible(counts) & (a + b + c > 0) & (b + c + d > 0)
    corrected = rows_to_correct((a, b, c, d), zero_cells, among=valid)
    add = np.where(corrected, zero_cells.amount(0.5), 0.0)
    a, b, c, d = a + add, b + add, c + add, d + add
    s1, f1, s2, f2 = a + b, c + d, a + c, b + d
    y = np.log((s1 * f2) / (f1 * s2))
    covariance = (a + b + c + d) * (a * d - b * c) / (s1 * f1 * s2 * f2)
    v = 1 / s1 + 1 / f1 + 1 / s2 + 1 / f2 - 2 * covariance
    return where_valid(valid, y, v)


@np.errstate(all="ignore")
def conditional_odds_ratio(
    counts: MatchedCounts, *, zero_cells: ZeroCells = DEFAULT
) -> tuple[FloatArray, FloatArray]:
    """Log of only_1/only_2, variance 1/only_1 + 1/only_2: McNemar's odds ratio within pairs.

    Only pairs that differ count; without any there is no information (NaN). A zero in the two
    other cells changes nothing, so the zero-cell rule looks at only_1 and only_2
    (``escalc(measure="MPORC")`` corrects for a zero in any cell).

    References
    ----------
    McNemar (1947), doi:10.1007/BF02295996
    """
    _, b, c, _ = as_floats(*counts)
    valid = possible(counts) & (b + c > 0)
    corrected = rows_to_correct((b, c), zero_cells, among=valid)
    add = np.where(corrected, zero_cells.amount(0.5), 0.0)
    y = np.log((b + add) / (c + add))
    v = 1 / (b + add) + 1 / (c + add)
    return where_valid(valid, y, v)

"""Matched pairs, yes or no: crossover trials and matched designs with a binary outcome."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from ketameta.measures.arms import Counts, MatchedCounts, as_floats, where_valid
from ketameta.measures.binary import fourfold_table
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
def marginal_risk_ratio(
    counts: MatchedCounts, *, zero_cells: ZeroCells = DEFAULT
) -> tuple[FloatArray, FloatArray]:
    """Log ratio of the two margins ln(s1/s2), variance (only_1 + only_2)/(s1 s2).

    s1 = both + only_1, s2 = both + only_2. Pairs all without the event give NaN; pairs that all
    agree have no variance without a correction. Reproduces ``escalc(measure="MPRR")``.

    References
    ----------
    Zou (2007), doi:10.1177/1740774506075667
    """
    a, b, c, _ = as_floats(*counts)
    valid = possible(counts) & (a + b + c > 0)
    a, b, c, _ = _corrected(counts, valid, zero_cells)
    s1, s2 = a + b, a + c
    return where_valid(valid, np.log(s1 / s2), (b + c) / (s1 * s2))


@np.errstate(all="ignore")
def marginal_risk_difference(
    counts: MatchedCounts, *, zero_cells: ZeroCells = DEFAULT
) -> tuple[FloatArray, FloatArray]:
    """Difference of the two margins, variance ((b + c)/n - (b - c)²/n²)/n, b, c pairs that differ.

    Reproduces ``escalc(measure="MPRD")``.

    References
    ----------
    May and Johnson (1997), doi:10.1002/(SICI)1097-0258(19970930)16:18<2127::AID-SIM633>3.0.CO;2-W
    """
    valid = possible(counts)
    a, b, c, d = _corrected(counts, valid, zero_cells)
    n = a + b + c + d
    y = (b - c) / n
    return where_valid(valid, y, ((b + c) / n - y**2) / n)


def _corrected(
    counts: MatchedCounts, valid: BoolArray, zero_cells: ZeroCells
) -> tuple[FloatArray, ...]:
    """The four cells with 1/2 (or the amount named) added where the rule says so."""
    cells = as_floats(*counts)
    corrected = rows_to_correct(cells, zero_cells, among=valid)
    add = np.where(corrected, zero_cells.amount(0.5), 0.0)
    return tuple(cell + add for cell in cells)


@np.errstate(all="ignore")
def marginal_odds_ratio_from_margins(
    group_1: Counts, group_2: Counts, r: ArrayLike, *, zero_cells: ZeroCells = DEFAULT
) -> tuple[FloatArray, FloatArray]:
    """Marginal log odds ratio where only the margins are reported, with an assumed correlation.

    v = 1/s1 + 1/f1 + 1/s2 + 1/f2 - 2 n r/√(s1 f1 s2 f2): r is the phi coefficient of the paired
    table, seldom reported; vary it.

    Parameters
    ----------
    group_1, group_2
        Events and people under each condition; the people are the same n pairs.
    r
        Phi coefficient within pairs, -1 to 1.
    zero_cells
        Rule for zero cells.

    Reproduces ``escalc(measure="MPORM")``.

    References
    ----------
    Elbourne et al. (2002), doi:10.1093/ije/31.1.140; Stedman et al. (2011),
    doi:10.1093/ije/dyp345
    """
    t = fourfold_table(group_1, group_2, zero_cells, add=0.5, ratio=True)
    (phi,) = as_floats(r)
    _, n1, _, n2 = as_floats(*group_1, *group_2)
    y = np.log((t.a * t.d) / (t.b * t.c))
    covariance = (t.a + t.b) * phi / np.sqrt(t.a * t.b * t.c * t.d)
    v = 1 / t.a + 1 / t.b + 1 / t.c + 1 / t.d - 2 * covariance
    return where_valid(t.valid & (n1 == n2) & (np.abs(phi) <= 1), y, v)


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


@np.errstate(all="ignore")
def peto_odds_ratio(
    counts: MatchedCounts, *, zero_cells: ZeroCells = DEFAULT
) -> tuple[FloatArray, FloatArray]:
    """One-step log odds ratio within pairs 2(b - c)/(b + c), variance 4/(b + c).

    b, c are the pairs with the event under condition 1 only and under 2 only. Defined when one
    of them is 0, so nothing is added unless an amount is named (``escalc(measure="MPPETO")``
    adds 1/2 to every cell of a table with any zero).

    References
    ----------
    Zou (2007), doi:10.1177/1740774506075667; Yusuf et al. (1985), doi:10.1016/S0033-0620(85)80003-7
    """
    _, b, c, _ = as_floats(*counts)
    valid = possible(counts) & (b + c > 0)
    corrected = rows_to_correct((b, c), zero_cells, among=valid)
    add = np.where(corrected, zero_cells.amount(0.0), 0.0)
    differ = b + c + 2 * add
    return where_valid(valid, 2 * (b - c) / differ, 4 / differ)

"""Two groups, yes or no: odds ratio, risk ratio, risk difference, arcsine difference, Peto.

All functions take the two groups' counts, shape (..., k), and return (y, v): estimates and
sampling variances, ratios on the natural-log scale, group 1 against group 2. A table that cannot
give the measure has NaN in both; `effects` says for each such row why.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ketameta.measures.arms import Counts, as_floats, where_valid
from ketameta.measures.averages import average
from ketameta.measures.estimates import FloatArray
from ketameta.measures.variance_formulas import check_variance
from ketameta.measures.zero_cells import DEFAULT, BoolArray, ZeroCells, rows_to_correct


class FourfoldTable(NamedTuple):
    """Cells of 2x2 tables after the zero-cell rule; a, c with and b, d without the event."""

    a: FloatArray
    b: FloatArray
    c: FloatArray
    d: FloatArray
    valid: BoolArray
    corrected: BoolArray


@np.errstate(all="ignore")
def possible(group_1: Counts, group_2: Counts) -> BoolArray:
    """Tables with people in both groups and no more events than people."""
    a, n1, c, n2 = as_floats(*group_1, *group_2)
    counts = np.isfinite(a) & np.isfinite(n1) & np.isfinite(c) & np.isfinite(n2)
    return np.asarray(counts & (n1 > 0) & (n2 > 0) & (a >= 0) & (c >= 0) & (a <= n1) & (c <= n2))


@np.errstate(all="ignore")
def informative(group_1: Counts, group_2: Counts) -> BoolArray:
    """Tables that say something about a ratio: neither all without nor all with the event."""
    a, n1, c, n2 = as_floats(*group_1, *group_2)
    return np.asarray(possible(group_1, group_2) & (a + c > 0) & (a + c < n1 + n2))


@np.errstate(all="ignore")
def fourfold_table(
    group_1: Counts, group_2: Counts, zero_cells: ZeroCells, *, add: float, ratio: bool
) -> FourfoldTable:
    """The four cells under a zero-cell rule.

    Parameters
    ----------
    group_1, group_2
        Counts, shape (..., k).
    zero_cells
        The rule; "if0all" looks along the last axis.
    add
        The measure's own amount, used when the rule names none.
    ratio
        Whether tables without information about a ratio are left alone (and not valid).
    """
    a, n1, c, n2 = as_floats(*group_1, *group_2)
    valid = informative(group_1, group_2) if ratio else possible(group_1, group_2)
    b, d = n1 - a, n2 - c
    corrected = rows_to_correct((a, b, c, d), zero_cells, among=valid)
    amount = np.where(corrected, zero_cells.amount(add), 0.0)
    share_1 = share_2 = np.ones_like(amount)
    if zero_cells.rule == "treatment_arm":
        total = np.where(valid, n1 + n2, 1.0)
        share_1, share_2 = 2 * n1 / total, 2 * n2 / total
    add_1, add_2 = amount * share_1, amount * share_2
    return FourfoldTable(
        a + add_1, b + add_1, c + add_2, d + add_2, valid, corrected & (amount > 0)
    )


@np.errstate(all="ignore")
def odds_ratio(
    group_1: Counts, group_2: Counts, *, zero_cells: ZeroCells = DEFAULT
) -> tuple[FloatArray, FloatArray]:
    """Log odds ratio with Woolf's variance 1/a + 1/b + 1/c + 1/d.

    Tables with no events, or only events, in both groups carry no information about the odds
    ratio and give NaN (metafor: only with ``drop00=TRUE``; without it such a table enters with
    log odds ratio near 0). Otherwise ``escalc(measure="OR")``.

    References
    ----------
    Woolf (1955), doi:10.1111/j.1469-1809.1955.tb01348.x
    """
    t = fourfold_table(group_1, group_2, zero_cells, add=0.5, ratio=True)
    y = np.log((t.a * t.d) / (t.b * t.c))
    v = 1 / t.a + 1 / t.b + 1 / t.c + 1 / t.d
    return where_valid(t.valid, y, v)


@np.errstate(all="ignore")
def risk_ratio(
    group_1: Counts, group_2: Counts, *, zero_cells: ZeroCells = DEFAULT
) -> tuple[FloatArray, FloatArray]:
    """Log risk ratio with variance 1/a - 1/n1 + 1/c - 1/n2.

    A correction is added to events and non-events, so that n grows by twice the amount, as in
    ``escalc(measure="RR")``. Tables without information give NaN, as for `odds_ratio`.

    References
    ----------
    Katz et al. (1978), doi:10.2307/2530610
    """
    t = fourfold_table(group_1, group_2, zero_cells, add=0.5, ratio=True)
    n1, n2 = t.a + t.b, t.c + t.d
    y = np.log((t.a * n2) / (t.c * n1))
    v = t.b / (t.a * n1) + t.d / (t.c * n2)
    return where_valid(t.valid, y, v)


@np.errstate(all="ignore")
def risk_difference(
    group_1: Counts,
    group_2: Counts,
    *,
    zero_cells: ZeroCells = DEFAULT,
    variance: str = "LS",
) -> tuple[FloatArray, FloatArray]:
    """Risk difference with variance p1 q1 / n1 + p2 q2 / n2.

    Tables without events count here: with a correction their difference is near 0 and their
    variance is not. ``escalc(measure="RD")``; RevMan corrects the variance only.

    Parameters
    ----------
    group_1, group_2
        Counts, shape (..., k).
    zero_cells
        Rule for zero cells.
    variance
        "LS" large-sample; "UB" with n - 1 in place of n (unbiased); "AV" as "LS" with the risk
        of each group over all studies.

    References
    ----------
    Newcombe (1998), doi:10.1002/(SICI)1097-0258(19980430)17:8<873::AID-SIM779>3.0.CO;2-I
    """
    check_variance("RD", variance, "LS", "UB", "AV")
    t = fourfold_table(group_1, group_2, zero_cells, add=0.5, ratio=False)
    n1, n2 = t.a + t.b, t.c + t.d
    less = 1.0 if variance == "UB" else 0.0
    y = t.a / n1 - t.c / n2
    if variance == "AV":
        risk_1, risk_2 = _average_risks(t)
        v = risk_1 * (1 - risk_1) / n1 + risk_2 * (1 - risk_2) / n2
    else:
        v = t.a * t.b / (n1**2 * (n1 - less)) + t.c * t.d / (n2**2 * (n2 - less))
    return where_valid(t.valid, y, v)


def _average_risks(t: FourfoldTable) -> tuple[FloatArray, FloatArray]:
    """Events over people in all studies together, group by group, shape (..., 1)."""
    n1, n2 = t.a + t.b, t.c + t.d
    risks = ((t.a / n1, n1), (t.c / n2, n2))
    first, second = (average(np.where(t.valid, risk, np.nan), n) for risk, n in risks)
    return first, second


@np.errstate(all="ignore")
def arcsine_difference(
    group_1: Counts, group_2: Counts, *, zero_cells: ZeroCells = DEFAULT
) -> tuple[FloatArray, FloatArray]:
    """Difference of arcsine square roots of the risks, variance 1/(4 n1) + 1/(4 n2).

    Defined with zero cells, so nothing is added unless an amount is named.
    ``escalc(measure="AS")``.

    References
    ----------
    Rücker et al. (2009), doi:10.1002/sim.3511
    """
    t = fourfold_table(group_1, group_2, zero_cells, add=0.0, ratio=False)
    n1, n2 = t.a + t.b, t.c + t.d
    y = np.arcsin(np.sqrt(t.a / n1)) - np.arcsin(np.sqrt(t.c / n2))
    v = 1 / (4 * n1) + 1 / (4 * n2)
    return where_valid(t.valid, y, v)


@np.errstate(all="ignore")
def peto_odds_ratio(
    group_1: Counts, group_2: Counts, *, zero_cells: ZeroCells = DEFAULT
) -> tuple[FloatArray, FloatArray]:
    """Peto's one-step log odds ratio (O - E) / V with variance 1/V.

    Good for rare events in groups of similar size and small effects; biased otherwise. Defined
    with one zero cell, so nothing is added unless an amount is named: ``rma.peto`` pools the same
    way, while ``escalc(measure="PETO")`` adds 1/2 to tables with a zero.

    References
    ----------
    Yusuf et al. (1985), doi:10.1016/S0033-0620(85)80003-7
    """
    t = fourfold_table(group_1, group_2, zero_cells, add=0.0, ratio=True)
    n1, n2 = t.a + t.b, t.c + t.d
    total, events = n1 + n2, t.a + t.c
    variance = n1 * n2 * events * (t.b + t.d) / (total**2 * (total - 1))
    y = (t.a - n1 * events / total) / variance
    v = 1 / variance
    return where_valid(t.valid, y, v)
